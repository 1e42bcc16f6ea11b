package intensity

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// ErrValue reports a figure that no grid can have: NaN, infinite or negative.
var ErrValue = errors.New("not a finite number of at least 0")

// ErrWindow reports an interval that is empty or ends before it starts.
var ErrWindow = errors.New("empty or reversed interval")

// A Point is the mean intensity of one zone over [Start, End). It is constant
// over that interval and says nothing beside it: points are never
// interpolated.
type Point struct {
	Start, End time.Time // half-open, UTC
	Value      units.Intensity
	Signal     Signal
	InPlaceOf  Signal // what Signal stands in for, as the user allowed; zero: nothing
	Quality    Quality

	// Sigma is the part of the relative standard uncertainty that stays
	// however long the window is. Hourly is the relative standard uncertainty
	// of the value as a stand-in for a single hour; it averages out over a
	// longer window. See Uncertainty.
	Sigma, Hourly float64

	Zone      string        // such as "FRA" or the provider's own "US-CAL-CISO"
	Origin    source.Origin // Sigma in it is the uncertainty for one hour
	UpdatedAt time.Time     // of the last revision; zero: not known
	IssuedAt  time.Time     // of a forecast; zero otherwise

	// Known is up to when there were figures where this is none but a stand-in
	// that rests on them: a figure that is held, or modelled. Its age counts from
	// then. Zero: the point is a figure of its source.
	Known time.Time
}

// Valid returns nil if p can be used: a finite value of at least 0 over an
// interval that is not empty, with a full signal, a quality and finite
// uncertainties. The error is a [*PointError] around [ErrValue], [ErrWindow]
// or [ErrSignal].
func (p Point) Valid() error {
	if err := invalid(&p); err != nil {
		return &PointError{Point: p, Err: err}
	}
	return nil
}

// invalid returns what is wrong with a point; nil: nothing.
func invalid(p *Point) error {
	switch {
	case !finite(float64(p.Value)) || !finite(p.Sigma) || !finite(p.Hourly):
		return ErrValue
	case !p.Start.Before(p.End):
		return ErrWindow
	case !p.Signal.full():
		return ErrSignal
	case !p.Quality.known():
		return ErrQuality
	}
	return nil
}

// ErrQuality reports a point that does not say how its figure came about.
var ErrQuality = errors.New("quality is not said")

// Contains reports whether t lies in the half-open interval of p.
func (p Point) Contains(t time.Time) bool {
	return !t.Before(p.Start) && t.Before(p.End)
}

// Nature returns how far a figure made with p is measured: estimated for all
// qualities but measured and forecast.
func (p Point) Nature() source.Nature {
	switch p.Quality {
	case Measured:
		return source.NatureMeasured
	case Forecast:
		return source.NatureForecast
	}
	return source.NatureEstimated
}

// A PointError is a point that is refused.
type PointError struct {
	Point Point
	Err   error // ErrValue, ErrWindow, ErrSignal, ErrQuality, ErrZone or ErrOverlap
}

// Error names the point by its zone and interval.
func (e *PointError) Error() string {
	p := e.Point
	return fmt.Sprintf("intensity: point %s of zone %q, %v gCO2e/kWh, %s: %v",
		span(p.Start, p.End), p.Zone, float64(p.Value), p.Signal, e.Err)
}

// Unwrap returns the cause.
func (e *PointError) Unwrap() error { return e.Err }

// finite reports whether f is a finite number of at least 0.
func finite(f float64) bool { return f >= 0 && f <= math.MaxFloat64 }

func span(from, to time.Time) string {
	return "[" + instant(from) + ", " + instant(to) + ")"
}

func instant(t time.Time) string {
	if t.IsZero() {
		return "…"
	}
	return t.UTC().Format(time.RFC3339Nano)
}
