package interop

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/sci"
)

// A dimension is what a quantity is a quantity of.
type dimension uint8

const (
	anything  dimension = iota
	mass                // g
	energy              // kWh
	power               // W
	duration            // h
	intensity           // g/kWh
	fraction            // of 1
)

// A quantity is a number with what it counts, in the unit of its dimension.
type quantity struct {
	numeral
	dim dimension
}

func (q quantity) figure() *sci.Figure {
	return &sci.Figure{Value: q.value, Within: q.within}
}

// exact is a figure that counts, and so is as printed.
func (q quantity) exact() *sci.Figure {
	if q.integer {
		return sci.Exactly(q.value)
	}
	return q.figure()
}

// A unit is a word for a unit and how much it is of that of its dimension, as a
// product and a quotient, so that each is exact.
type unit struct {
	dim      dimension
	per, div float64
}

// 4 years are 35,040 h in all that is known: 365 days each. A month is a twelfth
// of that.
const (
	hoursPerDay  = 24
	hoursPerYear = 365 * hoursPerDay
)

var unitForms = []struct {
	form *regexp.Regexp
	unit unit
}{
	{unitForm(`kg` + co2 + `/kwh`), unit{intensity, 1000, 1}},
	{unitForm(`mg` + co2 + `/kwh`), unit{intensity, 1, 1000}},
	{unitForm(`(?:t|tonnes?|tons?)` + co2 + `/mwh`), unit{intensity, 1000, 1}},
	{unitForm(`kg` + co2 + `/mwh`), unit{intensity, 1, 1}},
	{unitForm(`g` + co2 + `/mwh`), unit{intensity, 1, 1000}},
	{unitForm(`(?:g|grams?)` + co2 + `/kwh`), unit{intensity, 1, 1}},
	{unitForm(`(?:kg|kilograms?)` + co2), unit{mass, 1000, 1}},
	{unitForm(`mg` + co2), unit{mass, 1, 1000}},
	{unitForm(`(?:g|grams?|gramm)` + co2), unit{mass, 1, 1}},
	{unitForm(`(?:t|tonnes?|tons?)` + co2), unit{mass, 1e6, 1}},
	{unitForm(`gwh`), unit{energy, 1e6, 1}},
	{unitForm(`kwh`), unit{energy, 1, 1}},
	{unitForm(`wh`), unit{energy, 1, 1000}},
	{unitForm(`gj`), unit{energy, 1e6, 3600}},
	{unitForm(`kj`), unit{energy, 1, 3600}},
	{unitForm(`(?:j|joules?)`), unit{energy, 1, 3.6e6}},
	{unitForm(`kw`), unit{power, 1000, 1}},
	{unitForm(`(?:w|watts?)`), unit{power, 1, 1}},
	{unitForm(`(?:hours?|hrs?|h|stunden)`), unit{duration, 1, 1}},
	{unitForm(`(?:minutes?|mins?)`), unit{duration, 1, 60}},
	{unitForm(`(?:seconds?|secs?|s)`), unit{duration, 1, 3600}},
	{unitForm(`(?:days?|d|tage)`), unit{duration, hoursPerDay, 1}},
	{unitForm(`(?:months?)`), unit{duration, hoursPerYear / 12, 1}},
	{unitForm(`(?:years?|yrs?|y|a|jahre)`), unit{duration, hoursPerYear, 1}},
	{regexp.MustCompile(`^\s?(?:%|percent\b|per cent\b)`), unit{fraction, 1, 100}},
}

// co2 is what may be said of what the mass is of.
const co2 = `(?:[\s-]*co[2₂](?:[\s-]*(?:eq?\.?|equivalents?))?)?`

func unitForm(form string) *regexp.Regexp {
	form = strings.ReplaceAll(form, "/", `\s?(?:/|per)\s?`)
	return regexp.MustCompile(`(?i)^[\s-]?` + form + `(?:[^\w²/]|$)`)
}

var (
	milliwatt = regexp.MustCompile(`^[\s-]?mW(?:[^\w]|$)`)
	megawatt  = regexp.MustCompile(`^[\s-]?MW(?:[^\w]|$)`)
	milliwh   = regexp.MustCompile(`^[\s-]?mWh(?:[^\w]|$)`)
	megawh    = regexp.MustCompile(`^[\s-]?(?:MWh|mwh)(?:[^\w]|$)`)
	megajoule = regexp.MustCompile(`^[\s-]?MJ(?:[^\w]|$)`)
	millijoul = regexp.MustCompile(`^[\s-]?mJ(?:[^\w]|$)`)
	microwh   = regexp.MustCompile(`^[\s-]?[µμ]Wh(?:[^\w]|$)`)
)

// unitOf returns the unit at the start of a text. A small and a capital m are a
// factor of a billion apart.
func unitOf(text string) (unit, bool) {
	switch {
	case milliwatt.MatchString(text):
		return unit{power, 1, 1000}, true
	case megawatt.MatchString(text):
		return unit{power, 1e6, 1}, true
	case milliwh.MatchString(text):
		return unit{energy, 1, 1e6}, true
	case megawh.MatchString(text):
		return unit{energy, 1000, 1}, true
	case megajoule.MatchString(text):
		return unit{energy, 1000, 3600}, true
	case millijoul.MatchString(text):
		return unit{energy, 1, 3.6e9}, true
	case microwh.MatchString(text):
		return unit{energy, 1, 1e9}, true
	}
	for _, u := range unitForms {
		if u.form.MatchString(text) {
			return u.unit, true
		}
	}
	return unit{}, false
}

// in returns the quantity that n is in u.
func (n numeral) in(u unit) quantity {
	scaled := func(v float64) float64 { return v * u.per / u.div }
	n.value, n.within, n.other = scaled(n.value), scaled(n.within), scaled(n.other)
	return quantity{n, u.dim}
}

// quantities returns the numbers of a text with the unit that follows each, or
// else the one given, as of the header of a table.
func quantities(text string, m marks, otherwise unit) []quantity {
	var out []quantity
	for _, n := range numerals(text, m) {
		u, ok := unitOf(text[n.end:])
		if !ok {
			u = otherwise
		}
		if u.div == 0 {
			u = unit{anything, 1, 1}
		}
		if q := n.in(u); !math.IsInf(q.value, 0) {
			out = append(out, q)
		}
	}
	return out
}

// first returns the first quantity of a dimension.
func first(qs []quantity, dim dimension) (quantity, bool) {
	for _, q := range qs {
		if q.dim == dim {
			return q, true
		}
	}
	return quantity{}, false
}

var headerUnit = regexp.MustCompile(`[(\[]([^)\]]*)[)\]]|,\s*([^,]+)$|\bin\s+(\S+)`)

// unitInHeader returns the unit that the header of a column names in brackets.
func unitInHeader(header string) unit {
	for _, m := range headerUnit.FindAllStringSubmatch(header, -1) {
		for _, part := range strings.Split(m[1]+m[2]+m[3], ",") {
			if u, ok := unitOf(strings.TrimSpace(part)); ok {
				return u
			}
		}
	}
	return unit{}
}

// digitsOf writes a figure in as many digits as it is known to, and no fewer than
// it takes to read it back.
func digitsOf(f *sci.Figure) string {
	if f.Within > 0 && !math.IsInf(f.Within, 0) {
		decimals := int(math.Round(-math.Log10(2 * f.Within)))
		s := strconv.FormatFloat(f.Value, 'f', max(0, min(decimals, 40)), 64)
		if v, err := strconv.ParseFloat(s, 64); err == nil && v == f.Value {
			return s
		}
	}
	return strconv.FormatFloat(f.Value, 'f', -1, 64)
}
