package accum

import (
	"math"
	"time"

	"github.com/scimeter/scimeter/source"
)

// The rules of a counter.
const (
	// DefaultPeriod is how often the counter of NVML moves where nobody has
	// measured it (ML.ENERGY, "Measuring GPU energy": about 100 ms).
	DefaultPeriod = 100 * time.Millisecond

	// MaxGap is how far apart two samples of power may be: half of it each
	// holds for, the rest is missing. [E]
	MaxGap = 5 * time.Second

	slackUJ = 1_000_000 // 1 J may always be counted
)

// A Counter makes of raw values that reset, freeze and jump a total that never
// falls and never holds what no card draws. The zero Counter with its settings
// is ready to Step.
//
// What may be counted is credit: it grows by 1.25 times MaxUW with time, is
// never more than since the counter last moved, and is spent by what is
// counted. So no history, however it jumps, counts more than 1.25 times MaxUW
// of the time it took, one period and 1 J a step.
type Counter struct {
	Unit   Unit
	Width  int           // bits; 64 never wraps, so that a fall is a reset
	Hidden time.Duration // a narrow register behind it wraps unseen in so long; 0: none
	MaxUW  uint64        // power that is never exceeded, µW
	Period time.Duration // between two moves of the counter: one may be due at any time

	begun   bool // at is set
	primed  bool // raw is set, and what follows counts from it
	raw     uint64
	at      time.Duration // of the last value
	changed time.Duration // when it was first seen
	credit  uint64        // µJ
	left    uint64        // what Unit.Microjoules left over
}

// A Power is the power that was read beside a counter. With OK false there is
// none.
type Power struct {
	UW uint64
	OK bool
}

// Primed reports whether there is a value from which on energy is counted.
func (c *Counter) Primed() bool { return c.primed }

// At returns when the last value was read, and Changed when it was first seen.
func (c *Counter) At() time.Duration { return c.at }

// Changed returns when the last value was first seen.
func (c *Counter) Changed() time.Duration { return c.changed }

// Absent reports whether raw is the value that stands for none: all ones.
func (c *Counter) Absent(raw uint64) bool { return c.Width >= 64 && raw == math.MaxUint64 }

// MaxInterval returns in what time a narrow counter, or a narrow register
// behind it, wraps unseen at a quarter more than MaxUW; 0: never.
func (c *Counter) MaxInterval() time.Duration {
	var d time.Duration
	if c.Width > 0 && c.Width < 64 && c.MaxUW > 0 {
		top, _ := c.Unit.Microjoules(1<<c.Width-1, 0)
		ns := mulDiv(top, uint64(time.Second), c.quarterMore())
		d = time.Duration(min(ns, math.MaxInt64))
	}
	if c.Hidden > 0 && (d == 0 || c.Hidden < d) {
		d = c.Hidden
	}
	return d
}

// Step books to t what the counter says at a time that is not before the last,
// and returns what is to be said of the interval.
func (c *Counter) Step(t *Tally, raw uint64, at time.Duration, p Power) source.Quality {
	switch {
	case c.Absent(raw):
		return c.skip()
	case !c.primed:
		return c.prime(t, raw, at)
	case at < c.at:
		return source.Late // of an earlier time than what is counted already
	}
	c.earn(at)
	q := c.ambiguous(at)
	dt := at - c.at
	c.at = at
	switch {
	case raw == c.raw:
		return q
	case raw > c.raw:
		return q | c.up(t, raw-c.raw, raw, p, dt)
	}
	if w, ok := c.wrapped(raw); ok {
		c.count(t, w, raw)
		return q | source.Wrapped
	}
	return q | c.reset(t, raw, p, dt)
}

// Sleep notes that the card used nothing up to at.
func (c *Counter) Sleep(at time.Duration) {
	if c.primed && at > c.at {
		c.earn(at)
		c.at, c.changed = at, at
	}
}

// Lose ends what is counted: the time up to at is missing, and the next value
// is the first of a new count.
func (c *Counter) Lose(t *Tally, at time.Duration) {
	if c.begun && at > c.at {
		t.lose(at - c.at)
	}
	c.begun, c.primed, c.at = true, false, max(at, c.at)
}

// skip leaves out a value that is none. The next one is the first again.
func (c *Counter) skip() source.Quality {
	c.primed = false
	return 0
}

// prime takes the first value. What was between it and the last one before, if
// there was one, is missing.
func (c *Counter) prime(t *Tally, raw uint64, at time.Duration) source.Quality {
	var q source.Quality
	if c.begun && at > c.at {
		t.lose(at - c.at)
		q = source.Gap
	}
	c.credit = c.due()
	c.rebase(raw, at)
	c.begun, c.primed, c.at = true, true, max(at, c.at)
	return q
}

// rebase starts anew at raw, with no more credit than one move.
func (c *Counter) rebase(raw uint64, at time.Duration) {
	c.raw, c.changed, c.credit = raw, at, min(c.credit, c.due())
}

// due is the energy of one move of the counter.
func (c *Counter) due() uint64 { return energy(c.MaxUW, c.Period) }

// earn adds the credit of the time since the last value.
func (c *Counter) earn(at time.Duration) {
	c.credit = satAdd(c.credit, energy(c.quarterMore(), at-c.at))
	c.credit = min(c.credit, satAdd(energy(c.quarterMore(), at-c.changed), c.due()))
}

func (c *Counter) quarterMore() uint64 { return satAdd(c.MaxUW, c.MaxUW/4) }

// allowed reports whether so many µJ may be counted now.
func (c *Counter) allowed(uj uint64) bool { return uj <= satAdd(c.credit, slackUJ) }

func (c *Counter) spend(uj uint64) { c.credit -= min(c.credit, uj) }

func (c *Counter) ambiguous(at time.Duration) source.Quality {
	if c.Hidden > 0 && at-c.at > c.Hidden {
		return source.Ambiguous
	}
	return 0
}

// up books an increase by n counts, if a card can have drawn that.
func (c *Counter) up(t *Tally, n, raw uint64, p Power, dt time.Duration) source.Quality {
	if uj, _ := c.Unit.Microjoules(n, c.left); c.allowed(uj) {
		c.count(t, n, raw)
		return 0
	}
	q := source.Implausible | c.bridge(t, p, dt)
	c.rebase(raw, c.at)
	return q
}

// count books n counts.
func (c *Counter) count(t *Tally, n, raw uint64) {
	var uj uint64
	uj, c.left = c.Unit.Microjoules(n, c.left)
	t.add(uj)
	c.spend(uj)
	c.raw, c.changed = raw, c.at
}

// wrapped returns what a narrow counter has counted if it went through its top
// once, and whether a card can have drawn that.
func (c *Counter) wrapped(raw uint64) (n uint64, ok bool) {
	if c.Width <= 0 || c.Width >= 64 || c.raw>>c.Width != 0 {
		return 0, false
	}
	n = 1<<c.Width - c.raw + raw
	uj, _ := c.Unit.Microjoules(n, c.left)
	return n, c.allowed(uj)
}

// reset books what can be known of an interval in which the counter started
// anew: what it counted since, or power times time if that is more.
func (c *Counter) reset(t *Tally, raw uint64, p Power, dt time.Duration) source.Quality {
	since, left := c.Unit.Microjoules(raw, 0)
	if !c.allowed(since) {
		since, left = 0, 0
	}
	q := source.Reset
	if guess := c.guess(p, dt); guess > since || (p.OK && guess == since) {
		q |= c.bridge(t, p, dt)
	} else {
		t.add(since)
		c.spend(since)
		c.left = left
		t.lose(dt)
		q |= source.Gap
	}
	c.rebase(raw, c.at)
	return q
}

// guess is the energy of a power over a time, as far as one sample tells.
func (c *Counter) guess(p Power, dt time.Duration) uint64 {
	if !p.OK {
		return 0
	}
	return min(energy(p.UW, min(dt, MaxGap)), satAdd(c.credit, slackUJ))
}

// bridge books power times time. What one sample does not tell of is missing.
func (c *Counter) bridge(t *Tally, p Power, dt time.Duration) source.Quality {
	if !p.OK {
		t.lose(dt)
		return source.Gap
	}
	uj := c.guess(p, dt)
	t.add(uj)
	c.spend(uj)
	if dt > MaxGap {
		t.lose(dt - MaxGap)
		return source.Bridged | source.Gap
	}
	return source.Bridged
}
