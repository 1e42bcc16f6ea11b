// Package sci computes the Software Carbon Intensity of a program: grams of
// CO2 equivalent per unit of useful work.
//
//	SCI = (O + M) per R
//	O   = E · I          operational carbon
//	M   = TE · TS · RS   embodied carbon; TS = TiR/EL, RS = RR/ToR
//
// E is the energy at the facility's meter in kWh: IT energy times the PUE,
// exactly once. I is the location-based intensity of the grid in gCO2e/kWh; what
// contracts or certificates claim is refused. TE is the carbon of making and
// disposing of a machine in grams, TiR the time it was reserved, EL the time it
// is expected to serve, RR the resources reserved of it and ToR all it has. R
// counts the functional units that were done: requests, tokens, jobs.
//
// A worked number: a virtual machine used 0.0032 kWh in an hour, in a data
// centre of PUE 1.11, on a grid of 279.7 g/kWh, so that O = 0.0032 · 1.11 ·
// 279.7 = 0.9935 g. It is a 24th of a host of 1,610.8 kg that serves for four
// years, so that M = 1,610,800 / 35,040 / 24 = 1.9154 g. It answered 180,000
// requests: 2.9089 g / 180,000 is 16.2 mgCO2e per 1000 requests.
//
// [Terms] are what a score is made of, and [Terms.Score] makes it. [System] and
// [Component] get the terms from energies and hardware, [Aggregate] and
// [Timeline] from windows of time, as ΣC over ΣR: a mean of rates does not exist
// here. [System.Tree] has the sums at each component, [System.Split] says how
// much of the energy ran something. [Assemble] puts together the scores of parts
// of one system, [AssembleBy] those per unlike units. [Join] prices energy step
// by step, a [GapPolicy] what has no figure, and [Steps], [ResampleCounter] and
// [ResampleMean] bring series to one grid of time.
//
// [Server] says what a machine embodies, also where nobody told: [Hardware] by
// its sockets and memory, [Inventory] by its parts, [OEM] by the sheet of its
// manufacturer. An [Embodiment] says which stages of a life it has in it, and
// never has the use phase. [Site] says what the place of a machine adds: cooling
// and water.
//
// What may be off is kept by input, as [Uncertainty], so that an input that two
// figures share counts once in their sum and cancels in their difference.
// It is printed as a 95 % interval.
//
// Two editions of the specification differ in I. ISO/IEC 21031:2024 asks for
// marginal intensity, edition 1.1 of the Green Software Foundation also takes
// an average. [Profile.Name] says which name a figure may carry.
//
// Refusals are an [*Error] with a stable code: [errors.Is] tells them apart.
// The package computes only. It reads no file, no clock and no network, and
// everything in it is safe for concurrent use as long as nobody writes to the
// maps and slices it was given.
package sci
