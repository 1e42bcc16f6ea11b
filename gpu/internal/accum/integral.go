package accum

import (
	"math/bits"
	"time"

	"github.com/scimeter/scimeter/source"
)

// An Integral makes energy of samples of power: the trapezoid between two that
// are close, and half of MaxGap around each of two that are not. Equal samples
// count as any other. The zero Integral starts at the instant 0.
type Integral struct {
	MaxGap time.Duration // 0: that of the package

	some bool
	at   time.Duration // up to here all is booked, or missing
	uw   uint64        // at that instant
	left uint64        // half femtojoules, below one µJ
}

// Start sets the instant from which on energy is asked for.
func (i *Integral) Start(at time.Duration) { i.at, i.some = at, false }

// Resume continues at an instant up to which another has counted, with the
// power that was drawn then.
func (i *Integral) Resume(at time.Duration, p Power) { i.at, i.some, i.uw = at, p.OK, p.UW }

// At returns the instant up to which energy is booked.
func (i *Integral) At() time.Duration { return i.at }

func (i *Integral) reach() time.Duration {
	if i.MaxGap > 0 {
		return i.MaxGap / 2
	}
	return MaxGap / 2
}

// Step books to t the energy between the sample before and this one of uw µW,
// and returns what is to be said of the interval. A sample that is not later
// than the one before is left out.
func (i *Integral) Step(t *Tally, uw uint64, at time.Duration) source.Quality {
	if at <= i.at && (i.some || at < i.at) {
		return 0
	}
	dt := at - i.at
	var q source.Quality
	switch hold := i.reach(); {
	case !i.some:
		q = i.lone(t, uw, dt, hold)
	case dt > 2*hold:
		i.book(t, i.uw, hold)
		i.book(t, uw, hold)
		t.lose(dt - 2*hold)
		q = source.Gap
	default:
		i.trapezoid(t, i.uw, uw, dt)
	}
	i.some, i.at, i.uw = true, at, uw
	return q
}

// lone books what the first sample tells of the time before it.
func (i *Integral) lone(t *Tally, uw uint64, dt, hold time.Duration) source.Quality {
	i.book(t, uw, min(dt, hold))
	if dt <= hold {
		return 0
	}
	t.lose(dt - hold)
	return source.Gap
}

// Lose ends what is integrated: the time up to at is missing, but for what the
// last sample still holds for.
func (i *Integral) Lose(t *Tally, at time.Duration) {
	if at <= i.at {
		return
	}
	dt := at - i.at
	if i.some {
		held := min(dt, i.reach())
		i.book(t, i.uw, held)
		dt -= held
	}
	t.lose(dt)
	i.at, i.some = at, false
}

// halfFJ is how many half femtojoules are a microjoule. A trapezoid of µW and
// ns is a whole number of them.
const halfFJ = 2_000_000_000

func (i *Integral) book(t *Tally, uw uint64, dt time.Duration) { i.trapezoid(t, uw, uw, dt) }

func (i *Integral) trapezoid(t *Tally, a, b uint64, dt time.Duration) {
	if dt <= 0 {
		return
	}
	hi, lo := bits.Mul64(satAdd(a, b), uint64(dt))
	lo, carry := bits.Add64(lo, i.left, 0)
	hi += carry
	if hi >= halfFJ {
		t.add(1<<64 - 1)
		return
	}
	uj, left := bits.Div64(hi, lo, halfFJ)
	i.left = left
	t.add(uj)
}
