package rapl

import (
	"math"
	"math/bits"
	"time"

	"github.com/scimeter/scimeter/source"
)

const (
	// update is how often the hardware brings a counter up to date, about
	// (Intel SDM vol. 3B, 15.10.3; AMD documents the same).
	update = time.Millisecond

	// lag is how far a counter may be behind: it is updated about every
	// millisecond (Intel SDM vol. 3B, 15.10.3), not at once in all its parts
	// and not on time (Hähnel et al., RAPL in Action, 2012). [E]
	lag = 5 * time.Millisecond

	// states is how many values the hardware counter has: it is 32 bits wide.
	states = 1 << 32

	noiseUnits  = 64      // a step back by so many units is noise [E]
	coarseUnits = 100     // fewer units than this are no power: 1 % [E]
	coarsePower = 100_000 // µW that one unit may be worth in an interval [E]
)

// A counter makes of raw values that wrap a total that never falls. It is the
// one owner of that state, and it is pure: time comes from outside.
type counter struct {
	top   uint64 // largest raw value, µJ; 0: not known, so no wrap is repaired
	unit  uint64 // of one state, µJ
	power uint64 // what the zone never exceeds, µW
	noise uint64 // largest step back that is none, µJ

	primed  bool      // last and at are set
	last    uint64    // highest raw value counted, µJ
	at      time.Time // of last
	total   uint64    // µJ
	missing time.Duration
}

// newCounter returns a counter whose raw values end at top and that no more
// than power µW go through.
func newCounter(top, power uint64) counter {
	if top < energy(power, 4*minInterval) {
		top = 0 // no such counter could be read in time: it is no range
	}
	c := counter{top: top, power: power, unit: 1}
	if top > 0 {
		c.unit = max(1, top/states+(top%states)/(states/2))
	}
	c.noise = max(noiseUnits*c.unit, energy(power, lag))
	if top > 0 {
		c.noise = min(c.noise, top/1000)
	}
	return c
}

// step counts up to raw, read at the time at. It returns what is to be said of
// the interval, and ErrSaturated when the total is full.
func (c *counter) step(raw uint64, at time.Time) (source.Quality, error) {
	if c.top > 0 && raw > c.top {
		return source.Implausible, nil // a corrupt value; the next one spans the gap
	}
	if !c.primed {
		c.rebase(raw, at)
		return 0, nil
	}
	dt := max(0, at.Sub(c.at))
	q := c.remark(dt)
	limit := c.limit(dt)
	if raw >= c.last {
		d := raw - c.last
		if d > limit {
			c.rebase(raw, at)
			return q | source.Implausible, nil
		}
		return c.count(d, raw, at, q)
	}
	if c.last-raw <= c.noise {
		c.at = at // last stays: what is counted again must not count twice
		return q | source.Jitter, nil
	}
	w, ok := c.wrap(raw)
	if !ok || w > limit {
		c.rebase(raw, at)
		return q | source.Reset, nil
	}
	return c.count(w, raw, at, q|source.Wrapped)
}

// count adds d and takes raw for the new baseline.
func (c *counter) count(d, raw uint64, at time.Time, q source.Quality) (source.Quality, error) {
	if d < coarseUnits*c.unit && c.unit > energy(coarsePower, max(0, at.Sub(c.at))) {
		q |= source.Coarse
	}
	c.last, c.at = raw, at
	sum, carry := bits.Add64(c.total, d, 0)
	if carry != 0 {
		c.total = math.MaxUint64
		return q, ErrSaturated
	}
	c.total = sum
	return q, nil
}

// rebase starts anew at raw; the time since the last value is missing.
func (c *counter) rebase(raw uint64, at time.Time) {
	if !c.at.IsZero() {
		c.missing += max(0, at.Sub(c.at))
	}
	c.primed, c.last, c.at = true, raw, at
}

// wrap returns what was counted if the counter went through its top once. The
// range is the last state, so one more unit leads to zero.
func (c *counter) wrap(raw uint64) (uint64, bool) {
	if c.top == 0 {
		return 0, false
	}
	w, carry := bits.Add64(c.top-c.last+raw, c.unit, 0)
	return w, carry == 0
}

// limit returns what the zone can have counted in dt: what it can draw, and
// what a late update or one unit brings from before.
func (c *counter) limit(dt time.Duration) uint64 {
	return satAdd(energy(c.power, dt), max(c.noise, c.unit))
}

func (c *counter) remark(dt time.Duration) source.Quality {
	if c.top > 0 && energy(c.power, dt) > c.top {
		return source.Ambiguous
	}
	return 0
}

// interval returns how often the counter has to be read, so that no wrap is
// lost even at its limit; 0 where its range is not known.
func (c *counter) interval() time.Duration {
	if c.top == 0 {
		return 0
	}
	hi, lo := bits.Mul64(c.top, uint64(time.Second))
	if hi >= 4*c.power {
		return math.MaxInt64
	}
	ns, _ := bits.Div64(hi, lo, 4*c.power)
	return max(minInterval, time.Duration(min(ns, math.MaxInt64)))
}

// energy returns what power µW are in d, in µJ, or the largest number.
func energy(power uint64, d time.Duration) uint64 {
	if d <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(power, uint64(d))
	if hi >= uint64(time.Second) {
		return math.MaxUint64
	}
	uj, _ := bits.Div64(hi, lo, uint64(time.Second))
	return uj
}

func satAdd(a, b uint64) uint64 {
	sum, carry := bits.Add64(a, b, 0)
	if carry != 0 {
		return math.MaxUint64
	}
	return sum
}
