// Package accum is the arithmetic of package gpu: what is booked of a counter
// that jumps, of power that is sampled now and then, at the edges of a window,
// and how a sum is split. It is pure: time comes from outside, as a duration
// since some fixed instant of a monotonic clock, and what is counted is kept in
// integers, so that nothing drifts and parts make up the whole.
package accum

import (
	"math"
	"math/bits"
	"time"

	"github.com/scimeter/scimeter/units"
)

// A Tally is what a card has used: it never falls, and saturates.
type Tally struct {
	UJ      uint64        // microjoules
	Missing time.Duration // in which nothing was counted
}

func (t *Tally) add(uj uint64) { t.UJ = satAdd(t.UJ, uj) }

func (t *Tally) lose(d time.Duration) {
	if d > 0 {
		t.Missing += min(d, math.MaxInt64-t.Missing)
	}
}

// A Unit is what one count of a counter is worth: PJ picojoules for 2^Shift
// counts.
type Unit struct {
	PJ    uint64
	Shift uint
}

const pjPerUJ = 1_000_000

// maxShift keeps 10^6·2^Shift below 2^64.
const maxShift = 43

// valid reports whether u can be computed with.
func (u Unit) valid() bool { return u.PJ > 0 && u.Shift <= maxShift }

// Microjoules returns what n counts are, and what is left over, in units of
// u divided by 10^6: to be handed in with the counts that follow, so that no
// fraction is ever lost.
func (u Unit) Microjoules(n, left uint64) (uj, rest uint64) {
	if !u.valid() {
		return 0, 0
	}
	hi, lo := bits.Mul64(n, u.PJ)
	lo, carry := bits.Add64(lo, left, 0)
	hi += carry
	one := uint64(pjPerUJ) << u.Shift
	if hi >= one {
		return math.MaxUint64, 0
	}
	return bits.Div64(hi, lo, one)
}

// MaxPower is what nothing draws that has one counter: a module of a GB300 has
// a limit of 2.9 kW (k8s-test-infra #676). [E]
const MaxPower units.Power = 5000

// Microwatts returns p in µW, the integer that is computed with. It is false
// for what is no power: below 0, not a number, or more than a megawatt.
func Microwatts(p units.Power) (uw uint64, ok bool) {
	if p >= 0 && p <= units.Megawatt {
		return uint64(math.Round(float64(p) * 1e6)), true
	}
	return 0, false
}

// energy returns what uw µW are in d, in µJ, rounded down.
func energy(uw uint64, d time.Duration) uint64 {
	if d <= 0 {
		return 0
	}
	return mulDiv(uw, uint64(d), uint64(time.Second))
}

// mulDiv returns a·b/c, rounded down, or the largest number.
func mulDiv(a, b, c uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	if hi >= c {
		return math.MaxUint64
	}
	q, _ := bits.Div64(hi, lo, c)
	return q
}

func satAdd(a, b uint64) uint64 {
	sum, carry := bits.Add64(a, b, 0)
	if carry != 0 {
		return math.MaxUint64
	}
	return sum
}
