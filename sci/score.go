package sci

import (
	"log/slog"
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
)

// A Score is carbon per functional unit: a rate, with the terms it comes from.
// [Terms.Score] makes one. The zero Score says that nothing was measured.
type Score struct {
	Terms
	scale float64 // 0: 1
}

// Per returns the same score per n functional units: how it is printed, not
// what it is. An n that is not positive and finite leaves it as it was.
func (s Score) Per(n float64) Score {
	if n > 0 && isFinite(n) {
		s.scale = n
	}
	return s
}

// Scale returns the number of functional units that the figures of s are per;
// 1 unless [Score.Per] said otherwise.
func (s Score) Scale() float64 {
	if s.scale == 0 {
		return 1
	}
	return s.scale
}

// Measured reports whether s is a score at all: R is positive and finite.
func (s Score) Measured() bool { return s.R > 0 && isFinite(s.R) }

// Carbon returns the figure in grams per Scale functional units; 0 if nothing
// was measured.
func (s Score) Carbon() units.Carbon { return s.rate(s.Total()) }

func (s Score) rate(c units.Carbon) units.Carbon {
	if !s.Measured() {
		return 0
	}
	return units.Carbon(finite(float64(c) / s.R * s.Scale()))
}

// Interval returns the 95 % interval of the figure, in grams per Scale
// functional units, by [Lognormal]; false means that it is not known.
func (s Score) Interval() (low, high units.Carbon, ok bool) {
	u, ok := s.Uncertainty.Relative(s.Total())
	if !ok || !s.Measured() {
		return 0, 0, false
	}
	low, high = Lognormal(s.Carbon(), u)
	return low, high, true
}

// Add returns the score of two windows taken together, ΣC/ΣR, never a mean of
// the rates; see [Terms.Add]. It is printed per the scale of s. The zero Score
// changes nothing.
func (s Score) Add(o Score) (Score, error) {
	switch {
	case s.isZero():
		return o, nil
	case o.isZero():
		return s, nil
	}
	terms, err := s.Terms.Add(o.Terms)
	if err != nil {
		return Score{}, err
	}
	added, err := terms.Score()
	added.scale = s.scale
	return added, err
}

// String returns the score for people, such as "31.2 mgCO2e per 1000 token
// (17.9–54.3, 95 %), estimated". The interval is in the unit of the figure; it
// is left out where it is not known, as is the nature. The zero Score is "not
// measured".
func (s Score) String() string {
	if !s.Measured() {
		return "not measured"
	}
	figure := s.Carbon().String()
	var b strings.Builder
	b.WriteString(figure + " per ")
	if s.Scale() != 1 {
		b.WriteString(count(s.Scale()) + " ")
	}
	b.WriteString(s.unit())
	if low, high, ok := s.Interval(); ok {
		one := float64(unitOf(figure))
		b.WriteString(" (" + digits(float64(low)/one) + "–" + digits(float64(high)/one) + ", 95 %)")
	}
	if s.Nature != 0 {
		b.WriteString(", " + s.Nature.String())
	}
	if s.IdleExcluded {
		b.WriteString(", idle excluded")
	}
	if s.Incomplete {
		b.WriteString(", incomplete")
	}
	return b.String()
}

// LogValue returns the score as a group for package slog, grams per Scale
// functional units in the keys; what is not known is left out.
func (s Score) LogValue() slog.Value {
	if !s.Measured() {
		return slog.StringValue(s.String())
	}
	attrs := []slog.Attr{
		slog.Float64("sci_g", float64(s.Carbon())),
		slog.Float64("per", s.Scale()),
		slog.String("unit", s.unit()),
	}
	if low, high, ok := s.Interval(); ok {
		attrs = append(attrs, slog.Float64("low_g", float64(low)), slog.Float64("high_g", float64(high)))
	}
	if s.Nature != 0 {
		attrs = append(attrs, slog.String("nature", s.Nature.String()))
	}
	if s.Incomplete {
		attrs = append(attrs, slog.Bool("incomplete", true))
	}
	if s.IdleExcluded {
		attrs = append(attrs, slog.Bool("idle_excluded", true))
	}
	if s.Signal != (intensity.Signal{}) {
		attrs = append(attrs, slog.String("signal", s.Signal.String()))
	}
	return slog.GroupValue(attrs...)
}

// unitOf returns one of the unit that a figure was printed in.
func unitOf(figure string) units.Carbon {
	_, name, _ := strings.Cut(figure, " ")
	one := units.Gram
	if err := one.Set("1 " + name); err != nil {
		return units.Gram
	}
	return one
}

// digits returns x with three significant digits, without an exponent where
// people can read that.
func digits(x float64) string {
	text := strconv.FormatFloat(x, 'g', 3, 64)
	if rounded, err := strconv.ParseFloat(text, 64); err == nil && rounded >= 1e-4 && rounded < 1e7 {
		return strconv.FormatFloat(rounded, 'f', -1, 64)
	}
	return text
}

// count returns n without a point or an exponent where people can read that.
func count(n float64) string {
	if n >= 1e-3 && n < 1e7 {
		return strconv.FormatFloat(n, 'f', -1, 64)
	}
	return strings.Replace(strconv.FormatFloat(n, 'g', -1, 64), "e+", "e", 1)
}
