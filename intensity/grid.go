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
}

// Error names the zone and the time without figures.
func (e *GapError) Error() string {
	s := "intensity: zone " + quoted(e.Zone) + ": no figure in " + span(e.From, e.To)
	if d := e.Size(); d < math.MaxInt64 {
		s += " (" + d.String() + ")"
	}
	return s
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
