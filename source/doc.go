// Package source is the contract between a counter and a meter: what a source
// of energy readings says of itself, of its zones and of each reading.
//
// A [Zone] is one thing with one counter: a processor package, a memory
// channel, a card. It is described once, in a [Report], and then read as a
// [Reading], a total that never falls. [Origin] tells where numbers come from
// and how far they may be off, [Nature] how they came about.
package source
