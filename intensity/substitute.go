package intensity

import "math"

// Relative standard uncertainties that a figure has in addition where it stands
// in for one of another signal. Each is √(exp(L²)−1) of L, the root of the mean
// square of the logarithm of the ratio of the two, and holds for one place over
// a year. That a ratio is the same every hour is an assumption, and so is that
// other places are like these [E].
const (
	// SigmaBoundary is for the direct boundary in place of the lifecycle, or the
	// reverse: L is 0.47 over 19 countries that are one region of Google Cloud,
	// its figure of 2024 (direct) beside the yearly one of Ember (lifecycle),
	// which differ in accounting as well: from 0.96 times in Poland to 2.7 times
	// in France. Four grids of Electricity Maps of 2023, alike in all else, are
	// apart by 1.35 (California, Spain), 1.6 (Brazil) and 3.7 times (Norway).
	SigmaBoundary = 0.50

	// SigmaAccounting is for production in place of consumption, or the reverse:
	// L is 0.175 over France (1.34 times), Great Britain (1.23), India (1.15),
	// Germany (1.00) and the United States (0.94), yearly figures of Ember beside
	// those of Electricity Maps.
	SigmaAccounting = 0.18

	// SigmaKind is for a marginal signal in place of an average one, the reverse,
	// or another change of kind: L is 1.12 over the 36 different pairs of an
	// average and a marginal figure in the table of cloud regions of the Green
	// Software Foundation for 2023 and 2024. The middle one is apart by 1.4
	// times; regions with much hydropower are by ten and more.
	SigmaKind = 1.6
)

// SubstituteSigma returns the relative standard uncertainty that a figure of
// the signal got has in addition where it stands in for wanted: of
// [SigmaBoundary], [SigmaAccounting] and [SigmaKind] those that apply, as
// independent errors; 0 for the same signal.
func SubstituteSigma(wanted, got Signal) float64 {
	u := 0.0
	for _, d := range [...]struct {
		differs bool
		sigma   float64
	}{
		{wanted.Kind != got.Kind, SigmaKind},
		{wanted.Boundary != got.Boundary, SigmaBoundary},
		{wanted.Accounting != got.Accounting, SigmaAccounting},
	} {
		if d.differs {
			u = math.Hypot(u, d.sigma)
		}
	}
	return u
}

// inPlaceOf returns p as it stands in for another signal, with the uncertainty
// that this adds.
func (p Point) inPlaceOf(wanted Signal, sigma float64) Point {
	p.InPlaceOf = wanted
	return p.with(math.Hypot(p.Sigma, sigma))
}

// with returns p with another Sigma.
func (p Point) with(sigma float64) Point {
	p.Sigma = min(sigma, math.MaxFloat64)
	p.Origin.Sigma = min(math.Hypot(p.Sigma, p.Hourly), math.MaxFloat64)
	return p
}
