// Package units holds the quantities everything is computed in.
//
// Each quantity is a float64 newtype in one base unit, and constants name the
// units, as in package time: 3*units.Kilowatt is a [Power]. Those of energy are
// untyped, since two types share them: var e units.Energy = 3*units.KilowattHour.
// Within a type the operators work; across types only the physical conversions
// exist, as methods, so that a product that means nothing does not compile.
//
// [Microjoules] is the one exact integer: what a counter hands over and what
// totals are kept in.
//
// No method returns a NaN or an infinity, whatever it is given: a number too
// large for a float64 is the largest one, and what would be NaN is zero.
//
// A quantity prints for people, is a [flag.Value], and is a bare number in JSON,
// where the key says the unit. The text has three significant digits and a unit
// chosen after rounding, as in "1.24 kWh", so 999.7 W is "1 kW"; beyond the
// units in use it has an exponent. Set accepts that text, with or without the
// space, and then holds a value within half a unit of the last digit shown; it
// accepts a bare number in the base unit too. SI is case-sensitive, and so is
// Set: mW is not MW. What a type refuses beyond that, such as a negative
// [Intensity], stands at its Set.
//
// Everything here is a value: there is no shared state, and only Set writes.
package units

import "math"

// finite holds the promise of the package on what leaves it.
func finite(f float64) float64 {
	switch {
	case f > math.MaxFloat64:
		return math.MaxFloat64
	case f < -math.MaxFloat64:
		return -math.MaxFloat64
	case f != f:
		return 0
	}
	return f
}
