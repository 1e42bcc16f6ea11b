// Package energycharts asks Energy-Charts of Fraunhofer ISE for the carbon
// intensity of Germany and other countries of Europe: the newest figure, the
// past and the rest of the day ahead. It needs no key.
//
// Zones are the service's own country codes in lower case, such as "de" or
// "fr"; "uk" is the United Kingdom. An answer does not name its country, so it
// cannot be checked.
//
// The figures are averages in CO2 equivalents. What they bound is not stated by
// the interface itself: this package calls them lifecycle figures of production
// unless [Config.Signal] says otherwise.
package energycharts
