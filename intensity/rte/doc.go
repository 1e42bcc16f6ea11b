// Package rte asks éCO2mix of the French system operator RTE, on the open data
// portal of the network operators, for the carbon intensity of France: the
// newest quarter of an hour and the past. It needs no key and has no forecast.
//
// The figures are averages of the generation in France, with what leaves the
// stack alone and without imports: [Signal]. They are whole numbers of g/kWh,
// often near 20, so that rounding alone is a few percent. Recent ones come from
// telemetry that RTE completes by estimates and are points of quality
// estimated; they are replaced by consolidated ones, of half an hour, some weeks
// later.
//
// The only zone is "FR".
package rte
