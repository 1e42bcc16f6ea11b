// Package energidata asks Energi Data Service of the Danish system operator
// Energinet for the carbon intensity of western and eastern Denmark: the newest
// five minutes, the past, and the hours ahead that the schedules of the power
// stations reach. It needs no key.
//
// The figures are averages of the electricity used, with the exchange with the
// neighbours, and of what leaves the stack alone: [Signal]. Of the fuel of
// stations that make heat too, the heat bears a part as if it were made with an
// efficiency of 125 %.
//
// Zones are the price areas "DK1", west of the Great Belt, and "DK2", east of
// it. Forecasts are the same for both.
//
// Energinet asks makers of devices and programs that run in many places not to
// let each ask for itself: put a cache or a proxy of your own in front and name
// it in fetch.Options.BaseURL.
package energidata
