package sci

import (
	"math"
	"slices"
)

// ErrConversion (conversion_invalid) says that a conversion between functional
// units has no factor above 0, or leads from a unit to itself.
var ErrConversion error = &Error{"conversion_invalid", "conversion has no use; give two units and how many of the one go into one of the other"}

// Check refuses a conversion without two units or a factor above 0
// ([ErrConversion]), and one without a Why: rule R-02 of the specification wants
// the details of a conversion disclosed, and units that were not converted
// differ ([ErrUnitMismatch]).
func (c Conversion) Check() error {
	switch {
	case c.From == "" || c.To == "" || c.From == c.To:
		return refuse(ErrConversion, "convert %q to %q", c.From, c.To)
	case !(c.Factor > 0) || !isFinite(c.Factor) || !isFinite(1/c.Factor):
		return refuse(ErrConversion, "convert %q to %q by %v", c.From, c.To, c.Factor)
	case c.Why == "":
		return refuse(ErrUnitMismatch, "convert %q to %q by a conversion without a Why", c.From, c.To)
	}
	return nil
}

// factor returns how many of unit go into one of the other unit of c.
func (c Conversion) factor(unit string) (factor float64, to string, ok bool) {
	switch unit {
	case c.From:
		return c.Factor, c.To, true
	case c.To:
		return 1 / c.Factor, c.From, true
	}
	return 0, "", false
}

// Convert returns the terms of the same work counted in the other unit of c,
// whichever of the two t has: O and M stay, R changes. The result lists c among
// its Conversions, for the report to disclose. A c that does not pass
// [Conversion.Check] is refused, and one of other units ([ErrUnitMismatch]).
func (t Terms) Convert(c Conversion) (Terms, error) {
	if err := c.Check(); err != nil {
		return Terms{}, err
	}
	factor, to, ok := c.factor(t.Unit)
	if !ok {
		return Terms{}, refuse(ErrUnitMismatch, "convert %q by a conversion of %q and %q", t.unit(), c.From, c.To)
	}
	t.R, t.Unit = finite(t.R/factor), to
	t.Conversions = mergeConversions(t.Conversions, []Conversion{c})
	return t, nil
}

// Convert returns the same score per the other unit of c, such as 0.9 g per
// request for 0.5 g per transaction where 1.8 transactions happen per request;
// see [Terms.Convert]. It is printed per one unit.
func (s Score) Convert(c Conversion) (Score, error) {
	t, err := s.Terms.Convert(c)
	if err != nil {
		return Score{}, err
	}
	return t.Score()
}

// AssembleBy is [Assemble] of parts that may be per other units, where one of
// the conversions leads to unit. The ones that were needed are in the
// Conversions of the result. A part that none of them fits is refused
// ([ErrUnitMismatch]).
func AssembleBy(unit string, conversions []Conversion, parts ...Score) (Score, error) {
	alike := make([]Score, len(parts))
	for i, p := range parts {
		if at := conversionTo(conversions, p.Unit, unit); at >= 0 && p.Measured() {
			converted, err := p.Convert(conversions[at])
			if err != nil {
				return Score{}, err
			}
			p = converted
		}
		alike[i] = p
	}
	return Assemble(unit, alike...)
}

// conversionTo returns the place of the first conversion from one unit to
// another; -1: there is none, or no need.
func conversionTo(conversions []Conversion, from, to string) int {
	if from == to {
		return -1
	}
	return slices.IndexFunc(conversions, func(c Conversion) bool {
		_, other, ok := c.factor(from)
		return ok && other == to
	})
}

// mergeConversions returns a and b without repetition, in a slice of its own
// where both have some.
func mergeConversions(a, b []Conversion) []Conversion {
	switch {
	case len(b) == 0:
		return a
	case len(a) == 0:
		return b
	}
	all := slices.Clip(a)
	for _, c := range b {
		if !slices.Contains(all, c) && !math.IsNaN(c.Factor) {
			all = append(all, c)
		}
	}
	return all
}
