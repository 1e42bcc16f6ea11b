package units

import (
	"math"
	"strconv"
	"strings"
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

// Set parses what String prints; a bare number is in microjoules. Decimals are
// read exactly, in every unit: only what lies between two whole microjoules is
// rounded, to the nearer one, and up from the middle. An error is a
// [*ParseError], and leaves u as it was.
func (u *Microjoules) Set(s string) error {
	if _, err := zoneScale.parse(s); err != nil {
		return err
	}
	numeral, word := cut(s)
	unit, _ := zoneScale.unit(word)
	n, ok := decimal(numeral, int(math.Round(math.Log10(unit.num))))
	if !ok {
		return zoneScale.refuse(s, "too large")
	}
	*u = Microjoules(n)
	return nil
}

// decimal returns a numeral, such as "1.24e3", times 10^shift as a whole number;
// false says that it does not fit. The numeral is one that strconv.ParseFloat
// takes, and not below 0.
func decimal(numeral string, shift int) (n uint64, ok bool) {
	mantissa, exponent, _ := strings.Cut(strings.ToLower(numeral), "e")
	whole, fraction, _ := strings.Cut(strings.TrimLeft(mantissa, "+-"), ".")
	digits := strings.TrimLeft(whole+fraction, "0")
	if digits == "" {
		return 0, true
	}
	power, _ := strconv.Atoi(exponent)                 // of one too long, the largest int
	power = max(-maxPower, min(power, maxPower))       // more than any numeral has digits
	cut := len(digits) + power + shift - len(fraction) // so many of the digits are whole
	const most = 20                                    // digits of 2^64
	switch {
	case cut > most:
		return 0, false
	case cut < 0:
		return 0, true
	case cut > len(digits):
		digits += strings.Repeat("0", cut-len(digits))
	}
	if cut > 0 {
		var err error
		if n, err = strconv.ParseUint(digits[:cut], 10, 64); err != nil {
			return 0, false
		}
	}
	if cut < len(digits) && digits[cut] >= '5' {
		n++
		return n, n > 0
	}
	return n, true
}

// maxPower bounds an exponent: no numeral has so many digits.
const maxPower = 1 << 30

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
