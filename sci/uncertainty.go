package sci

import (
	"maps"
	"math"
	"slices"

	"github.com/scimeter/scimeter/units"
)

// An Uncertainty is what is not known of a figure, by input: for each input id
// the signed standard uncertainty (1σ) it causes, in the unit of the figure,
// which is grams for carbon.
//
// The sign says which way the figure moves when the input is larger. Ids stay
// apart until [Uncertainty.Sigma]: in a sum an input that two figures share adds
// up, in a difference it cancels, and inputs of different ids are independent.
//
// A nil Uncertainty means that it is not known. An empty one means that no
// input is uncertain: the start of a sum. Methods return new maps and leave
// their operands alone.
type Uncertainty map[string]float64

// Plus returns the uncertainty of the sum of two figures, id by id. It is not
// known, nil, if that of either is not.
func (u Uncertainty) Plus(o Uncertainty) Uncertainty { return u.plus(o, 1) }

// Minus returns the uncertainty of the difference of two figures, id by id:
// what both share cancels. It is not known, nil, if that of either is not.
func (u Uncertainty) Minus(o Uncertainty) Uncertainty { return u.plus(o, -1) }

func (u Uncertainty) plus(o Uncertainty, sign float64) Uncertainty {
	if u == nil || o == nil {
		return nil
	}
	sum := maps.Clone(u)
	for id, sigma := range o {
		sum[id] = finite(sum[id] + sign*sigma)
	}
	return sum
}

// check refuses what is not finite.
func (u Uncertainty) check() error {
	for id, sigma := range u {
		if !isFinite(sigma) {
			return refuse(ErrNotFinite, "uncertainty %q is %v g", id, sigma)
		}
	}
	return nil
}

// Scale returns the uncertainty of k times the figure; nil stays nil.
func (u Uncertainty) Scale(k float64) Uncertainty {
	scaled := maps.Clone(u)
	for id, sigma := range scaled {
		scaled[id] = finite(k * sigma)
	}
	return scaled
}

// Sigma returns the standard uncertainty of the figure over all inputs, the
// root of the sum of squares, in the unit of the figure. It is 0 where nothing
// is known.
func (u Uncertainty) Sigma() float64 {
	var sigma float64
	for _, id := range slices.Sorted(maps.Keys(u)) { // the same bits every time
		sigma = math.Hypot(sigma, finite(u[id]))
	}
	return finite(sigma)
}

// Relative returns Sigma over the size of the figure; false means that the
// uncertainty is not known, or that the figure is 0 and has no relative one.
func (u Uncertainty) Relative(total units.Carbon) (float64, bool) {
	if len(u) == 0 || total == 0 {
		return 0, false
	}
	return finite(u.Sigma() / math.Abs(float64(total))), true
}

// Variances returns for each input its part of the variance, adding up to 1:
// where better knowledge would help most. It is nil where Sigma is 0.
func (u Uncertainty) Variances() map[string]float64 {
	sigma := u.Sigma()
	if sigma == 0 {
		return nil
	}
	parts := make(map[string]float64, len(u))
	for id, s := range u {
		part := finite(s) / sigma
		parts[id] = part * part
	}
	return parts
}

// coverage is the normal quantile of a two-sided 95 % interval.
const coverage = 1.96

// Lognormal returns the 95 % interval of a figure of relative standard
// uncertainty u (1σ), of which the figure is the median:
// ×exp(±1.96·√ln(1+u²)). A u that is not positive gives the figure twice.
func Lognormal(figure units.Carbon, u float64) (low, high units.Carbon) {
	if !isFinite(float64(figure)) || !(u > 0) {
		figure = units.Carbon(finite(float64(figure)))
		return figure, figure
	}
	spread := math.Exp(coverage * math.Sqrt(math.Log1p(finite(u*u))))
	return units.Carbon(finite(float64(figure) / spread)), units.Carbon(finite(float64(figure) * spread))
}

// Combine returns the relative standard uncertainty of O + M from those of the
// two, which have no input in common: √((O·uO)² + (M·uM)²)/(O + M). It is 0
// where O + M is not positive.
func Combine(operational units.Carbon, uO float64, embodied units.Carbon, uM float64) float64 {
	total := float64(operational) + float64(embodied)
	if !(total > 0) {
		return 0
	}
	return finite(math.Hypot(float64(operational)*uO, float64(embodied)*uM) / total)
}
