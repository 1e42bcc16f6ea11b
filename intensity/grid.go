package intensity

import (
	"errors"
	"math"
	"time"

	"github.com/scimeter/scimeter/units"
)

// A Grid answers for an instant, from memory: [Country], [Fixed], [*Lossy],
// [*Series] and live grids. Its points tile time: the point of t contains t,
// and up to its end every instant has the same. Where there is none the error
// is a [*GapError].
type Grid interface {
	At(t time.Time) (Point, error)
}

// Units in which others publish intensities; 1000*PoundPerMWh is 453.59237
// gCO2e/kWh.
const (
	PoundPerMWh    units.Intensity = 0.45359237 // the international pound, exactly
	KilogramPerMWh units.Intensity = 1
	TonnePerGWh    units.Intensity = 1
)

// ErrGap reports that there is no figure for an instant.
var ErrGap = errors.New("no figure")

// A GapError is a time without figures. It is [ErrGap].
type GapError struct {
	From, To time.Time // half-open; zero: without a start, or without an end
	Zone     string

	remedy string // what helps; ""
}

// Error names the zone and the time without figures, and what helps.
func (e *GapError) Error() string {
	s := "intensity: zone " + quoted(e.Zone) + ": no figure"
	switch {
	case e.From.IsZero() && e.To.IsZero():
		s += " at all"
	case e.From.IsZero():
		s += " before " + instant(e.To)
	case e.To.IsZero():
		s += " from " + instant(e.From) + " on"
	default:
		s += " in " + span(e.From, e.To) + " (" + e.Size().String() + ")"
	}
	if e.remedy != "" {
		s += "; " + e.remedy
	}
	return s
}

// narrow cuts the gap to the part of it that lies in the other one.
func (e *GapError) narrow(by *GapError) {
	if !by.From.IsZero() {
		e.From = later(e.From, by.From)
	}
	if !by.To.IsZero() && (e.To.IsZero() || by.To.Before(e.To)) {
		e.To = by.To
	}
}

// Is reports whether target is ErrGap.
func (e *GapError) Is(target error) bool { return target == ErrGap }

// Size returns how long the gap is; the longest duration where it has no start
// or no end.
func (e *GapError) Size() time.Duration {
	if e.From.IsZero() || e.To.IsZero() {
		return math.MaxInt64
	}
	return e.To.Sub(e.From)
}
