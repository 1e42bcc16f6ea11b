// Package electricitymaps asks the API of Electricity Maps, version 3 or 4, for
// the hour that runs, the past and the hours ahead. It needs a token.
//
// Figures are averages of the electricity used in a zone, with what flows in
// and out traced, and lifecycle: [Config.Boundary] and [Config.Accounting] ask
// for others, which are other signals and differ by a factor of up to four. With
// [Config.Mix] they are made here of the shares of the sources instead, with
// the factors of [Factors].
//
// The hour that runs is an estimate, and so is, often, the one that has not
// begun; both say so ([intensity.Estimated]) and are revised for days.
//
// Zones are those of Electricity Maps, such as "DE", "DK-DK1" or "US-CAL-CISO".
// The service may answer for another zone than asked, by where the caller seems
// to be; this package asks it not to, and refuses such an answer.
package electricitymaps
