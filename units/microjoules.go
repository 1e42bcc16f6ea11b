package units

// Microjoules is an exact amount of energy of one zone, as its counter gives
// it and at the level at which that counter sits: a chip, a board, a whole
// machine. 2^64 of them are 5.1 GWh.
//
// It is no [Energy]: that is at the input of the IT equipment, and is made of
// microjoules in package meter alone, where rest and supply loss are known.
type Microjoules uint64

// Joules returns u in joules, at the level of its zone. It is exact up to
// 2^53 µJ, which is 2,502 kWh.
func (u Microjoules) Joules() float64 { return float64(u) / 1e6 }
