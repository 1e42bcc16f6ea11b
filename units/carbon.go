package units

// A Carbon is a mass of greenhouse gas in grams of CO2 equivalent, location
// based.
type Carbon float64

// Common masses of CO2 equivalent.
const (
	Milligram Carbon = 1e-3
	Gram      Carbon = 1
	Kilogram  Carbon = 1e3
	Tonne     Carbon = 1e6
)

// String returns c for people, as in "31.2 mgCO2e" and "1.5 tCO2e".
func (c Carbon) String() string { return carbonScale.text(float64(c)) }

// Set parses what String prints, with or without CO2e behind the mass; a bare
// number is in grams. It may be negative, as a correction is. An error is a
// [*ParseError], and leaves c as it was.
func (c *Carbon) Set(s string) error { return set(c, &carbonScale, s) }

var carbonScale = scale{
	name: "carbon", like: "312 gCO2e", least: signed, steps: []unit{
		{name: "µgCO2e", short: "µg", num: 1, den: 1e6},
		{name: "mgCO2e", short: "mg", num: 1, den: 1e3},
		{name: "gCO2e", short: "g", num: 1, den: 1},
		{name: "kgCO2e", short: "kg", num: 1e3, den: 1},
		{name: "tCO2e", short: "t", num: 1e6, den: 1},
		{name: "ktCO2e", short: "kt", num: 1e9, den: 1},
		{name: "MtCO2e", short: "Mt", num: 1e12, den: 1},
	},
}
