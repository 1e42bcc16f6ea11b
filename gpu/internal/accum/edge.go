package accum

import (
	"math"
	"time"
)

// A Level is a value of a counter that moves in steps, and what is known of the
// instant at which it took that value: after Lo, and not after Hi.
type Level struct {
	UJ     uint64
	Lo, Hi time.Duration
	Seen   time.Duration // when it last was read
}

// An Edge is what is known at an instant of a window.
type Edge struct {
	At     time.Duration
	Level  Level         // the value then
	Next   Level         // the value after it, if Stepped
	Power  Power         // drawn then
	Period time.Duration // between two steps

	Stepped bool

	// NextPower is drawn at the next value, where values are those of power that
	// is integrated: it rises or falls evenly from one to the other.
	NextPower Power
}

// guessed is the relative standard uncertainty of a power that stands for the
// time since the last step. [E]
const guessed = 0.1

// UJ returns the energy up to the edge, between the steps of the counter, and
// its standard uncertainty, both in µJ: by interpolation where the next step is
// known, else by the power since the last one, and never for more than one
// period.
func (e Edge) UJ() (uj, sigma float64) {
	lo, hi := e.Level.came(e.Period)
	if e.Stepped {
		nextLo, nextHi := e.Next.came(e.Period)
		if wide := nextHi - nextLo; wide <= e.Period/2 {
			next := nextLo + wide/2
			return e.between(min(max(next-e.Period, lo), hi), next, wide)
		}
	}
	width := hi - lo
	since := min(max(e.At-lo-width/2, 0), e.Period)
	if !e.Power.OK {
		return float64(e.Level.UJ), 0
	}
	watts := float64(e.Power.UW)
	blur := watts * width.Seconds() / math.Sqrt(12)
	return float64(e.Level.UJ) + watts*since.Seconds(), math.Hypot(blur, guessed*watts*since.Seconds())
}

// between interpolates between a step and the next, known within wide.
func (e Edge) between(tick, next, wide time.Duration) (uj, sigma float64) {
	if next <= tick {
		tick = next - e.Period
	}
	part := min(1, max(0, float64(e.At-tick)/float64(next-tick)))
	step := float64(e.Next.UJ) - float64(e.Level.UJ)
	if e.NextPower.OK && e.Power.OK {
		first, last := float64(e.Power.UW), float64(e.NextPower.UW)
		since := part * (next - tick).Seconds()
		return float64(e.Level.UJ) + since*(first+(last-first)*part/2), 0
	}
	return float64(e.Level.UJ) + step*part, step / float64(next-tick) * float64(wide) / math.Sqrt(12)
}

// came returns when l came, not before lo and not after hi: it is not older than
// a period when it was last read, unless a step is late.
func (l Level) came(period time.Duration) (lo, hi time.Duration) {
	return min(max(l.Lo, l.Seen-period), l.Hi), l.Hi
}

// Window returns the energy between two edges and its standard uncertainty, in
// µJ. It is estimated if no step lies between them: then it is power times
// time, of at most one period.
func Window(from, to Edge) (uj, sigma float64, estimated bool) {
	if from.Level.UJ == to.Level.UJ && !from.Stepped && from.Power.OK {
		watts := float64(from.Power.UW)
		if to.Power.OK {
			watts = (watts + float64(to.Power.UW)) / 2
		}
		uj = watts * min(max(to.At-from.At, 0), from.Period).Seconds()
		return uj, guessed * uj, true
	}
	a, sa := from.UJ()
	b, sb := to.UJ()
	return max(0, b-a), math.Hypot(sa, sb), from.Level.UJ == to.Level.UJ
}
