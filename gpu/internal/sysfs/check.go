package sysfs

import "time"

// How a counter of gpu_metrics is tried: over an interval, energy over time has
// to lie within half and twice the power reported at its ends. The counters of
// some cards stand still or count in other units. [E]
const (
	shortestCheck = 100 * time.Millisecond
	leastRatio    = 0.5
	mostRatio     = 2
	maxStrikes    = 3 // intervals of which each refuses the counter
)

// energyUnit is that of gpu_metrics in joules, 2^-16.
const energyUnit = 1.0 / (1 << 16)

// A trial decides whether to trust the counter of one card. It is over when an
// interval confirms the counter, or when maxStrikes in a row refuse it; a step
// in the load may refuse one.
type trial struct {
	over, trusted bool
	strikes       int
	started       bool
	base          point
}

// A point is what a trial compares: a counter, and power, at a time of any
// clock.
type point struct {
	energy uint64
	watts  float64
	at     time.Duration
}

// admit reports whether the counter of p may be used.
func (t *trial) admit(p point, unsure bool) bool {
	if t.over {
		return t.trusted
	}
	if !t.started || p.at < t.base.at || p.energy < t.base.energy {
		t.started, t.base = true, p
		return t.benefit(unsure)
	}
	span := p.at - t.base.at
	most := max(p.watts, t.base.watts)
	if span < shortestCheck || most <= 0 {
		return t.benefit(unsure)
	}
	drawn := float64(p.energy-t.base.energy) * energyUnit / span.Seconds()
	least := min(p.watts, t.base.watts)
	t.base = p
	if drawn >= leastRatio*least && drawn > 0 && drawn <= mostRatio*most {
		t.over, t.trusted = true, true
		return true
	}
	t.strikes++
	t.over = t.strikes >= maxStrikes
	return false
}

// benefit is the answer while nothing was decided.
func (t *trial) benefit(unsure bool) bool { return !unsure && t.strikes == 0 }
