package intensity

import (
	"math"
	"time"
)

// Relative standard uncertainties of a figure of intensity.
const (
	// SigmaLive is that of a figure measured for its own interval. Two
	// downloads of the same hours of 2022 from Electricity Maps differ by
	// 1.5 % (US-CAL-CISO) to 4.6 % (ES).
	SigmaLive = 0.05

	// HourlyAnnual is that of the mean of a year as a stand-in for one hour:
	// 1.25 × the median error of 17.9 % over the hours of 123 zones in 2022.
	HourlyAnnual = 0.225

	// sigmaVintage is that of a figure two years old, which grows with the
	// square root of the age: 1.25 × the mean error of 10.7 % of a
	// country-year value after two years. The growth is an engineering choice.
	sigmaVintage = 0.134

	// sigmaEstimated is that of a first estimate of a source: not known, taken as
	// that of a value held for an hour or two, 1.25 times a mean error of 4.4 %.
	sigmaEstimated = 1.25 * 0.044

	// hourlyMemory is the time in hours over which the errors of single hours
	// forget one another.
	hourlyMemory = 12
)

// Uncertainty returns the relative standard uncertainty of p.Value for a
// window of that length: √(Sigma² + (Hourly·f(n))²), n the window in hours,
// rounded up and at least 1. The errors of two hours that lie h apart
// correlate by exp(−h/12), so f(n) = √(n + 2·Σ_{j<n}(n−j)·exp(−j/12))/n; it is
// 1 for one hour and falls to 0 as the window grows.
func (p Point) Uncertainty(window time.Duration) float64 {
	return min(math.Hypot(p.Sigma, p.Hourly*damping(hours(window))), math.MaxFloat64)
}

// SigmaOf returns Sigma and Hourly of a point of that quality, as far as nobody
// knows better; a forecast is for a time so far ahead. What a first estimate or a
// forecast is off by stays for neighbouring hours, so it is in Sigma; only the
// mean of a year averages out.
func SigmaOf(q Quality, ahead time.Duration) (sigma, hourly float64) {
	switch q {
	case Measured:
		return SigmaLive, 0
	case Estimated, Imputed:
		return math.Hypot(SigmaLive, sigmaEstimated), 0
	case Static:
		return SigmaLive, HourlyAnnual
	}
	// How good a service is for the next hours is not known: no better than ours
	// for the first day.
	return math.Hypot(SigmaLive, ForecastSigma(max(ahead, 24*time.Hour))), 0
}

// VintageSigma returns the relative standard uncertainty of an annual figure
// that is so many years old.
func VintageSigma(years int) float64 {
	return sigmaVintage * math.Sqrt(float64(max(years, 0))/2)
}

// hours returns d in hours, rounded up and at least 1.
func hours(d time.Duration) float64 {
	n := d / time.Hour
	if d%time.Hour > 0 {
		n++
	}
	return float64(max(n, 1))
}

// damping returns the factor by which the error of one hour is smaller in the
// mean of n hours. The sum over the pairs of hours is a geometric one:
// Σ_{j<n}(n−j)·r^j = r·(n·(1−r) − (1−r^n))/(1−r)².
func damping(n float64) float64 {
	if n <= 1 {
		return 1
	}
	r := math.Exp(-1.0 / hourlyMemory)
	q := -math.Expm1(-1.0 / hourlyMemory) // 1 − r
	qn := -math.Expm1(-n / hourlyMemory)  // 1 − r^n
	return math.Sqrt(n+2*r*(n*q-qn)/(q*q)) / n
}
