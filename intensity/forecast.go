package intensity

import (
	"fmt"
	"math"
	"time"

	"github.com/scimeter/scimeter/units"
)

// Limits of a forecast.
const (
	// MaxAge is the age of the last figure of a history beyond which nothing is
	// computed from it. A two days old history is still nearer than an annual
	// mean: mean errors of 10.6 % and about 16 % over eleven grids of 2021.
	MaxAge = 72 * time.Hour

	// MaxHorizon is how far ahead of the time of issue a forecast may reach.
	MaxHorizon = 7 * 24 * time.Hour
)

// A Forecaster continues the history of a zone. [EWProfile] and [*Calibrated]
// are two.
type Forecaster interface {
	// Forecast uses the figures that end by the time at and answers from the end
	// of the last of them to at+horizon. It knows no clock.
	Forecast(history *Series, at time.Time, horizon time.Duration) (*Outlook, error)
}

// An Outlook is what is expected of a zone: points that tile the time from the
// end of the last known figure to the end of the horizon. It is a [Grid], and
// safe for concurrent use if no one changes it.
type Outlook struct {
	// Series has no gap. Points that begin before Issued are [Modelled], a
	// nowcast; the others are [Forecast]. Sigma of a point is for itself and for
	// every window of such points: errors of neighbouring hours go together, so
	// that Hourly, the part that averages out, is 0.
	Series *Series

	Issued time.Time // the time of issue
	Known  time.Time // end of the last figure that the outlook rests on

	// Origins is how many days of the history the bands of the first day are
	// calibrated on; below 7 they, and Sigma, rest on other grids.
	Origins int

	errors errorModel
}

// At returns the point that contains t, else a [*GapError].
func (o *Outlook) At(t time.Time) (Point, error) {
	if o == nil {
		return Point{}, &GapError{}
	}
	return o.Series.At(t)
}

// Band returns the interval that holds the mean intensity of the point at t
// with the probability level, above 0 and at most 0.99. The error is a
// [*GapError], or [ErrValue] for another level.
//
// The width is that of past errors of the same model on the same zone (split
// conformal prediction over the last 30 days, for each day ahead on its own),
// so it holds whatever the distribution of the errors is, as long as the coming
// days are like the past ones. Without such a past it is the lognormal interval
// of [Point.Sigma].
func (o *Outlook) Band(t time.Time, level float64) (Band, error) {
	if !(level > 0 && level <= maxLevel) {
		return Band{}, fmt.Errorf("intensity: band of level %v: want above 0 and at most %v: %w", level, maxLevel, ErrValue)
	}
	p, err := o.At(t)
	if err != nil {
		return Band{}, err
	}
	b := Band{Start: p.Start, End: p.End, Level: level}
	b.Low, b.High = o.errors.band(p, o.lead(p), level)
	return b, nil
}

// lead returns how far the middle of p lies ahead of the last figure.
func (o *Outlook) lead(p Point) time.Duration { return middle(p).Sub(o.Known) }

func middle(p Point) time.Time { return p.Start.Add(p.End.Sub(p.Start) / 2) }

// A Band is an interval for the mean intensity of [Start, End). It need not
// have the forecast in its middle: an intensity is never below 0.
type Band struct {
	Start, End time.Time
	Low, High  units.Intensity
	Level      float64 // the probability that the interval is made for
}

// Contains reports whether v lies in the band.
func (b Band) Contains(v units.Intensity) bool { return b.Low <= v && v <= b.High }

// intensityOf returns v as an intensity that a point can have.
func intensityOf(v float64) units.Intensity {
	return units.Intensity(min(max(v, 0), math.MaxFloat64))
}
