// Package watttime asks the WattTime API (v3) for the regions it covers: the
// marginal operating emissions rate now, in the past and up to 72 hours ahead,
// or the average one of the past. It needs an account.
//
// The signal is short-run marginal unless [Config.SignalType] says otherwise:
// what a kWh more or less in the region emits now, at the power stations that
// answer it. It is several times the average in some places and never belongs
// into a series of averages; see [Provider.Signal]. The service counts
// lb CO2/MWh, from which figures here are converted with 1 lb = 0.45359237 kg.
//
// Zones are the regions of the service, such as "CAISO_NORTH"; [Provider.Locate]
// finds the one of a place.
package watttime
