// Package units holds the quantities everything is computed in.
//
// Each quantity is a float64 newtype in one base unit, and the constants name
// the units, as in package time: 3*units.KilowattHour is an [Energy]. Within a
// type the operators work; across types only the physical conversions exist,
// as methods, so that a product that means nothing does not compile.
//
// [Microjoules] is the one exact integer: what a counter hands over and what
// totals are kept in.
//
// No method returns NaN or an infinity, given finite receivers and arguments
// whose result a float64 can hold; a result too large is the largest float64.
//
// A quantity prints for people (three significant digits, "1.24 kWh"), is a
// [flag.Value] that accepts what it prints, and is a bare number in JSON: the
// key says the unit.
package units
