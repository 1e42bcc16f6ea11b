// Package entsoe asks the Transparency Platform of the European system
// operators (ENTSO-E) for the generation of a zone by type and makes a carbon
// intensity of it: the newest one and the past. It needs a key, which is free.
//
// The platform has no intensity. This package takes the sum of energy times
// factor over the sum of energy, with one lifecycle factor for each type of
// generation: [Factors] says which and where from. Imports are left out, so
// that the figures are of production: [Signal]. What a store gives back is left
// out too, as it was generated before, unless [Config.Factors] has a factor for
// it.
//
// A step for which a type that matters has no figure has no point: missing is
// not zero. Generation below zero, which is a station's own use, counts as
// zero, and pumping is consumption and no generation.
//
// Zones are the EIC codes of bidding zones, control areas and countries, such
// as "10YFI-1--------U". The platform lags: an hour in some zones, 12 to 16
// hours in Germany, France and Spain.
//
// It forecasts wind, sun and demand, but not the whole of generation, so there
// is no forecast here.
package entsoe
