package units

import (
	"math"
	"strconv"
)

// Microjoules is an exact amount of energy of one zone, as its counter gives
// it and at the level at which that counter sits: a chip, a board, a whole
// machine. 2^64 of them are 5.1 GWh.
//
// It is no [Energy]: that is at the input of the IT equipment, and is made of
// microjoules in package meter alone, where rest and supply loss are known.
type Microjoules uint64

// Joules returns u in joules, at the level of its zone. It is exact to the
// microjoule up to 2^53 µJ, which is 2,502 kWh.
func (u Microjoules) Joules() float64 { return float64(u) / 1e6 }

// String returns u for people, in joules however large, as in "6.51 J" and
// "4.32 MJ": watt hours are of an [Energy], at the input of the machine.
func (u Microjoules) String() string { return zoneScale.text(float64(u)) }

// Set parses what String prints; a bare number is in microjoules. Whole
// microjoules are read exactly, all else is rounded to the nearest. An error is
// a [*ParseError], and leaves u as it was.
func (u *Microjoules) Set(s string) error {
	numeral, word := cut(s)
	if word == "" || word == zoneScale.base().name {
		if n, err := strconv.ParseUint(numeral, 10, 64); err == nil {
			*u = Microjoules(n)
			return nil
		}
	}
	v, err := zoneScale.parse(s)
	if err != nil {
		return err
	}
	v = math.Round(v)
	if v >= 1<<64 {
		return zoneScale.refuse(s, "too large")
	}
	*u = Microjoules(v)
	return nil
}

var zoneScale = scale{
	name: "microjoules", like: "6510000 or 6.51 J", steps: []unit{
		{name: "µJ", num: 1, den: 1},
		{name: "mJ", num: 1e3, den: 1},
		{name: "J", num: 1e6, den: 1},
		{name: "kJ", num: 1e9, den: 1},
		{name: "MJ", num: 1e12, den: 1},
		{name: "GJ", num: 1e15, den: 1},
		{name: "TJ", num: 1e18, den: 1},
	},
}
