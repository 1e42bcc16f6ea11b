package intensity

import (
	"math"
	"slices"
	"time"

	"github.com/scimeter/scimeter/units"
)

// How the errors of a model are calibrated.
const (
	calibrationDays = 30   // origins of the past, a day apart
	leadDays        = 7    // days ahead, each with errors of its own
	minOrigins      = 7    // below them the past says too little [E]
	maxLevel        = 0.99 // of a band

	// bandSlack is the part of the stated chance of a miss that is asked for.
	// Errors of one day go together, so that 30 days of them are fewer than they
	// seem: over eleven grids of 2021 asking for 90 % gave 84 to 90 %, and asking
	// for 92 % gave 90.6 % on the first day and 89.6 % on the fourth.
	bandSlack = 0.8

	// maxSigma bounds the relative uncertainty of a value near 0. [E].
	maxSigma = 10

	// yesterdayWorse is how much larger the errors of the same hour of the day
	// before are: 9.38 against 7.29 % over eleven grids of 2021.
	yesterdayWorse = 1.3
)

// modelErrors are the mean relative errors of the model by its distance from the
// last figure, on eleven grids from July to December 2021: the value for now from
// older data for the first two days; four days are the middle of the 12 to
// 16 % found for the fourth day.
var modelErrors = []struct {
	lead time.Duration
	mean float64
}{
	{0, 0.025},
	{1 * time.Hour, 0.029},
	{2 * time.Hour, 0.037},
	{6 * time.Hour, 0.059},
	{12 * time.Hour, 0.076},
	{24 * time.Hour, 0.089},
	{48 * time.Hour, 0.106},
	{96 * time.Hour, 0.140},
}

// meanError returns the mean relative error of the model that far from the last
// figure, between the points of modelErrors in proportion, and the last beyond.
func meanError(lead time.Duration) float64 {
	lead = max(lead, 0)
	for i, e := range modelErrors[1:] {
		if before := modelErrors[i]; lead <= e.lead {
			part := float64(lead-before.lead) / float64(e.lead-before.lead)
			return before.mean + part*(e.mean-before.mean)
		}
	}
	return modelErrors[len(modelErrors)-1].mean
}

// ForecastSigma returns the relative standard uncertainty of a forecast of which
// nothing is known but how far it lies from the last figure: 1.25 times the mean
// error that [EWProfile] had over eleven grids, 3.6 % for an hour, 11 % for a day
// and 18 % for four days and more.
func ForecastSigma(lead time.Duration) float64 { return 1.25 * meanError(lead) }

// growth is how much larger errors are that far from the last figure than at it.
func growth(lead time.Duration) float64 { return meanError(lead) / modelErrors[0].mean }

// An errorModel says how far a model is off: for each day ahead by what it did
// in the past, else by what it did elsewhere.
type errorModel struct {
	days      [leadDays]dayErrors
	yesterday bool // the model is the same hour of the day before
}

// dayErrors are the absolute errors of one day ahead, in gCO2e/kWh, each
// divided by the growth of its distance.
type dayErrors struct {
	sorted  []float64
	mean    float64
	origins int
}

// of returns the errors of the day that far ahead, or of the last one before it
// of which enough is known; false: of none.
func (e *errorModel) of(lead time.Duration) (*dayErrors, bool) {
	d := min(max(int(lead/profileDay), 0), leadDays-1)
	for d > 0 && e.days[d].origins < minOrigins {
		d--
	}
	return &e.days[d], e.days[d].origins >= minOrigins
}

// sigma returns the relative standard uncertainty of p.
func (e *errorModel) sigma(p Point, lead time.Duration) float64 {
	day, known := e.of(lead)
	s := 0.0
	if day.origins > 0 {
		s = relative(1.25*day.mean*growth(lead), float64(p.Value))
	}
	if known {
		return s
	}
	elsewhere := ForecastSigma(lead)
	if e.yesterday {
		elsewhere *= yesterdayWorse
	}
	return max(s, elsewhere)
}

// relative returns an error in relation to the value, at most maxSigma.
func relative(grams, value float64) float64 {
	if grams <= 0 {
		return 0
	}
	if !(grams < maxSigma*value) {
		return maxSigma
	}
	return grams / value
}

// band returns the ends of the interval of p.
func (e *errorModel) band(p Point, lead time.Duration, level float64) (low, high units.Intensity) {
	v := float64(p.Value)
	if day, known := e.of(lead); known {
		half := day.quantile(1-bandSlack*(1-level)) * growth(lead)
		return intensityOf(v - half), intensityOf(v + half)
	}
	f := math.Exp(math.Sqrt2 * math.Erfinv(level) * math.Sqrt(math.Log1p(p.Sigma*p.Sigma)))
	return intensityOf(v / f), intensityOf(v * f)
}

// quantile returns the error that a share of the errors to come does not exceed:
// the one of rank ⌈share·(n+1)⌉, or the largest.
func (d *dayErrors) quantile(share float64) float64 {
	n := len(d.sorted)
	rank := int(math.Ceil(share * float64(n+1)))
	return d.sorted[min(max(rank, 1), n)-1]
}

// calibrate forecasts from each of the last days as it could have been done
// then, and collects how far it was off in the days that are complete by now.
func (p *past) calibrate() errorModel {
	e := errorModel{yesterday: p.yesterday}
	if p.yesterday {
		return e
	}
	s, weights := p.slots, p.weights()
	profile := make([]float64, s.perDay)
	grows, fades := p.curves()
	for k := 1; k < calibrationDays+leadDays; k++ {
		end := p.end - k*s.perDay
		if end <= 0 || !p.carries(end) {
			continue
		}
		profile = s.profile(profile, end, p.model.Days, weights)
		off := s.off(profile, end, p.model.Recent)
		for d := max(0, k-calibrationDays); d < min(k, leadDays); d++ {
			e.days[d].add(s.mean[end+d*s.perDay:end+(d+1)*s.perDay], profile, off, fades[d*s.perDay:], grows[d*s.perDay:])
		}
	}
	for d := range e.days {
		slices.Sort(e.days[d].sorted)
	}
	return e
}

// curves returns how errors grow and the last difference fades, by slots ahead.
func (p *past) curves() (grows, fades []float64) {
	n := leadDays * p.slots.perDay
	grows, fades = make([]float64, n), make([]float64, n)
	for i := range n {
		ahead := time.Duration(i) * p.slots.step
		grows[i] = growth(ahead + p.slots.step/2)
		fades[i] = math.Exp(-float64(ahead) / float64(p.model.Tau))
	}
	return grows, fades
}

// add takes in what one forecast made of one day ahead. A day without any
// figure says nothing.
func (d *dayErrors) add(was, profile []float64, off float64, fades, grows []float64) {
	before := len(d.sorted)
	for i, x := range was {
		if missing(x) {
			continue
		}
		f := min(max(profile[i]+off*fades[i], 0), math.MaxFloat64)
		err := math.Abs(x-f) / grows[i]
		d.sorted = append(d.sorted, err)
		d.mean += (err - d.mean) / float64(len(d.sorted))
	}
	if len(d.sorted) > before {
		d.origins++
	}
}
