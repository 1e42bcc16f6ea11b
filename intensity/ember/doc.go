// Package ember asks the API of Ember, a think tank, for the carbon intensity
// of countries and groups of countries, one figure a calendar year. It needs a
// key, which is free.
//
// The figures are averages over the life cycle of what is generated in a
// country, without imports: [Signal]. They are of the same making as the table
// that [intensity.Country] has in it, and newer than that where Ember has
// published since.
//
// A figure of a year is a weak stand-in for an hour, and its points say so
// ([intensity.Static]). They end with the last year that was published, so the
// provider has nothing for now: [Provider.Grid] answers for now with the last
// year, as Country does, and goes behind live providers, in the Static of an
// [intensity.ChainConfig].
//
// Zones are codes of three letters ("FRA", "XKX" for Kosovo), or names of
// groups as Ember writes them ("World", "EU", "ASEAN").
package ember
