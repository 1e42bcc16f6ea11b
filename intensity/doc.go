// Package intensity says how much carbon a kilowatt hour costs, where and
// when: [Signal], [Point] and [Series], their exact integration over energy
// ([Integrate]), and an embedded table of countries. It needs no network.
//
// # Signals
//
// An intensity is one of four kinds. The average one shares the emissions of
// all power stations among all who use them; it answers "what did I cause, as
// one of many". The short-run marginal one is about the stations that answer
// one kWh more or less now, the long-run marginal one also about those that
// are built or closed because of it; they answer "what changes if I move this
// work". Off-grid is a supply of one's own. Beside the kind a [Signal] says
// whether emissions count over the life cycle or at the stack alone, and of
// what is generated in a zone or used there. Figures for the same place and
// hour differ by a factor of two and more between signals, so the package
// never mixes them unless a caller lists what may stand in for what.
//
// The default is average and lifecycle, as [Country] has it ([Production]).
// Losses of transmission and distribution are left out; see [WithLosses].
//
// # No silent default
//
// Where a place is not known there is no figure but an error. The world
// average is used only by the name [World]: the grids of countries range over
// a factor of fifty, which a default would hide.
//
// # The embedded table
//
// Annual averages of 212 countries and the world, 2015 to 2024, in gCO2e/kWh,
// lifecycle, production. Attribution: Ember; Energy Institute - Statistical
// Review of World Energy; processed by Our World in Data, CC BY 4.0. What is
// made with its figures must carry it too. The origin of each [Point] names
// the vintage; an annual average is a weak stand-in for a single hour, which
// [Point.Uncertainty] tells by how much.
//
// Nothing here uses the network; a live grid is another [Grid].
package intensity
