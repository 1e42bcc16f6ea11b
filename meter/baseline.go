package meter

import (
	"slices"
	"time"

	"github.com/scimeter/scimeter/units"
)

// How the idle power of a zone is found where nobody gave it. All are choices
// of ours, to be replaced by a calibration.
const (
	quietLoad     = 0.05 // below it a machine counts as idle
	quietSamples  = 10   // as many quiet seconds are needed
	quietQuantile = 0.1  // of their powers is the baseline
	quietSigma    = 0.1  // relative, of such a baseline

	idleOfHighest      = 0.2 // of the highest sustained power, before that
	idleOfHighestSigma = 0.5 // relative: ± 0.1 of the highest

	sustained = 10 * time.Second // what highest is a mean over
)

// A baseline is the power that a zone draws when nothing runs. A better one
// acts forward only: what is settled stays.
type baseline struct {
	given      units.Power
	givenSigma float64
	by         Idler // who knows better than what is seen here; nil: nobody

	quiet []float64 // powers of quiet seconds, sorted; bounded

	highest float64 // W, mean over sustained
	joules  float64 // of the window that is not full yet
	during  time.Duration
}

// quietRoom bounds how many quiet powers are kept; when they are twice as
// many, every other one goes.
const quietRoom = 128

// power returns the idle power in force of the zone id and its relative standard
// uncertainty.
func (b *baseline) power(id string) (watts, sigma float64) {
	told, toldSigma, ok := b.told(id)
	switch {
	case b.given > 0:
		return float64(b.given), b.givenSigma
	case ok:
		return float64(told), toldSigma
	case len(b.quiet) >= quietSamples:
		return b.quiet[int(quietQuantile*float64(len(b.quiet)))], quietSigma
	}
	return idleOfHighest * b.top(), idleOfHighestSigma
}

// top is the highest sustained power, or the mean so far when the first window
// is not full.
func (b *baseline) top() float64 {
	if b.highest == 0 && b.during > 0 {
		return b.joules / b.during.Seconds()
	}
	return b.highest
}

// told returns what the source of the zone knows.
func (b *baseline) told(id string) (p units.Power, sigma float64, ok bool) {
	if b.by == nil {
		return 0, 0, false
	}
	p, sigma, ok = b.by.Idle(id)
	return p, sigma, ok && p >= 0 && sigma >= 0 && float64(p)+sigma < 1e9
}

// assumed reports whether the power in force of the zone id is neither given
// nor observed.
func (b *baseline) assumed(id string) bool {
	_, _, ok := b.told(id)
	return b.given <= 0 && !ok && len(b.quiet) < quietSamples
}

// see learns from an interval of a zone under that load (0 to 1).
func (b *baseline) see(joules float64, dt time.Duration, load float64) {
	if b.given > 0 || dt <= 0 {
		return
	}
	b.joules += joules
	b.during += dt
	if b.during >= sustained {
		b.highest = max(b.highest, b.joules/b.during.Seconds())
		b.joules, b.during = 0, 0
	}
	if load >= quietLoad || joules <= 0 {
		return
	}
	seconds := dt.Round(time.Second) / time.Second // a tick may come a little early
	for range min(seconds, quietSamples) {
		b.addQuiet(joules / dt.Seconds())
	}
}

func (b *baseline) addQuiet(watts float64) {
	i, _ := slices.BinarySearch(b.quiet, watts)
	b.quiet = slices.Insert(b.quiet, i, watts)
	if len(b.quiet) < 2*quietRoom {
		return
	}
	for j := range quietRoom {
		b.quiet[j] = b.quiet[2*j]
	}
	b.quiet = b.quiet[:quietRoom]
}
