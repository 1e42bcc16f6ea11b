package render

import (
	"math"
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/sci"
)

// A unit is a name of an amount, and its size in the unit of the document.
type unit struct {
	name string
	size float64
}

// Units by size. Documents have grams, kilowatt-hours and litres.
var (
	carbonUnits = []unit{
		{"µgCO2e", 1e-6}, {"mgCO2e", 1e-3}, {"gCO2e", 1}, {"kgCO2e", 1e3}, {"tCO2e", 1e6}, {"ktCO2e", 1e9}, {"MtCO2e", 1e12},
	}
	energyUnits    = []unit{{"mWh", 1e-6}, {"Wh", 1e-3}, {"kWh", 1}, {"MWh", 1e3}, {"GWh", 1e6}, {"TWh", 1e9}}
	waterUnits     = []unit{{"mL", 1e-3}, {"L", 1}, {"m³", 1e3}}
	hourUnits      = []unit{{"h", 1}}
	intensityUnits = []unit{{"gCO2e/kWh", 1}}
	ratioUnits     = []unit{{"", 1}}
	perKWhUnits    = []unit{{"L/kWh", 1}}
)

// fit returns the largest unit that leaves at least 1 of the largest figure.
func fit(steps []unit, figures ...*sci.Figure) unit {
	var most float64
	for _, f := range figures {
		most = max(most, math.Abs(f.Or(0)))
	}
	best := steps[0]
	if most == 0 {
		best = unit{"", 1}
		for _, u := range steps {
			if u.size == 1 {
				best = u
			}
		}
	}
	for _, u := range steps {
		if most >= u.size*0.9995 {
			best = u
		}
	}
	return best
}

// unknownSigma stands for a relative uncertainty that nobody stated: it prints
// four significant digits, so that none is lost that somebody may need.
const unknownSigma = 0.01

// quantity returns a figure in u, with the name of u where named is true. rel is
// its relative standard uncertainty; 0 is not known.
func quantity(f *sci.Figure, u unit, rel float64, named bool) cell {
	if f == nil {
		return absent()
	}
	text := digits(f, u, rel)
	if named {
		text = strings.TrimSuffix(text+" "+u.name, " ")
	}
	return cell{Text: text, Exact: exact(f)}
}

// digits prints no more of f than its uncertainty, and its rounding, allow.
func digits(f *sci.Figure, u unit, rel float64) string {
	v := f.Value / u.size
	if math.IsInf(v, 0) {
		return strconv.FormatFloat(f.Value, 'g', 4, 64)
	}
	sigma := math.Abs(v) * rel
	rounding := 2 * f.Within / u.size // one unit of the last digit, of which sigma has two
	if rounding > 0 {
		sigma = max(sigma, 10*rounding)
	}
	if !(sigma > 0) {
		return group(trim(sci.Digits(v, math.Abs(v)*unknownSigma)))
	}
	return group(sci.Digits(v, sigma))
}

// trim drops zeros behind a point that no uncertainty speaks for.
func trim(s string) string {
	if !strings.Contains(s, ".") || strings.ContainsAny(s, "eE") {
		return s
	}
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}

// exact returns all digits of f, in the unit of the document.
func exact(f *sci.Figure) string {
	text := strconv.FormatFloat(f.Value, 'g', -1, 64)
	if math.Abs(f.Value) >= 1e-4 && math.Abs(f.Value) < 1e15 {
		text = strconv.FormatFloat(f.Value, 'f', -1, 64)
	}
	if f.Within > 0 {
		text += " ± " + strconv.FormatFloat(f.Within, 'g', -1, 64) + " by rounding"
	}
	return text
}

// count prints a number that was counted, whole.
func count(v float64) string {
	if math.Abs(v) >= 1e15 || v != 0 && math.Abs(v) < 1e-3 {
		return strings.Replace(strconv.FormatFloat(v, 'g', -1, 64), "e+", "e", 1)
	}
	return group(strconv.FormatFloat(v, 'f', -1, 64))
}

// group sets narrow spaces that do not break between the thousands of what is
// 10 000 or more.
func group(s string) string {
	whole, rest, _ := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	if len(whole) < 5 || strings.Trim(whole, "0123456789") != "" {
		return s
	}
	var b strings.Builder
	b.WriteString(sign)
	for i, r := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteRune('\u202f')
		}
		b.WriteRune(r)
	}
	if rest != "" {
		b.WriteString("." + rest)
	}
	return b.String()
}

// percent prints a share of 1, with "below 0.1 %" for what is there and small.
func percent(share float64) string {
	p := share * 100
	switch {
	case math.Abs(p) >= 1e6:
		return strconv.FormatFloat(share, 'g', 4, 64) + " of 1"
	case p > 0 && p < 0.1:
		return "< 0.1 %"
	case p < 10 && p != math.Trunc(p):
		return strconv.FormatFloat(p, 'f', 1, 64) + " %"
	}
	return strconv.FormatFloat(p, 'f', 0, 64) + " %"
}

// uncertaintyOf returns the relative standard uncertainty of the score, from its
// 95 % interval, which is lognormal, or else from its inputs; 0 if it is not
// known.
func uncertaintyOf(d *sci.Disclosure) float64 {
	low, high := d.Result.Low.Or(0), d.Result.High.Or(0)
	if low > 0 && high > low {
		s := math.Log(high/low) / (2 * 1.96)
		if u := math.Sqrt(math.Expm1(s * s)); u > 0 && !math.IsInf(u, 0) {
			return u
		}
	}
	var sigma float64
	for _, i := range d.Uncertainty {
		sigma = math.Hypot(sigma, i.Sigma)
	}
	if c := d.Result.Carbon.Or(0); c > 0 && sigma > 0 && !math.IsInf(sigma/c, 0) {
		return sigma / c
	}
	return 0
}
