// Package eia makes intensities of the generation by energy source that the US
// Energy Information Administration publishes for every balancing authority of
// the United States (form EIA-930, API v2): about a day ago, and the past. It
// needs a key, which is free.
//
// The service publishes megawatt hours, not grams. A figure here is the sum of
// energy times factor over the sum of energy, with one factor for each source,
// see [Factors]: an average of what the authority generates ([Signal]), without
// the electricity that it imports. An hour in which a source is unknown is
// absent, not a sum over the others.
//
// Zones are the codes of the respondents, such as "CISO", "ERCO", "PJM", "PACW",
// or "US48" for all of them.
package eia
