package accum_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu/internal/accum"
	"github.com/scimeter/scimeter/source"
)

const (
	ms = time.Millisecond
	s  = time.Second
	j  = 1_000_000 // µJ
)

// milli is the unit of NVML: a millijoule.
var milli = accum.Unit{PJ: 1_000_000_000}

// watts is a power that was read.
func watts(w uint64) accum.Power { return accum.Power{UW: w * 1_000_000, OK: true} }

// card is a counter of NVML, of a card of 700 W.
func card() *accum.Counter { return &accum.Counter{Unit: milli, Width: 64, MaxUW: 700e6} }

// A tick is one value of a counter, and what it is to make of it.
type tick struct {
	at    time.Duration
	raw   uint64
	power accum.Power
	uj    uint64 // booked by this one
	q     source.Quality
	lost  time.Duration // missing of this one
}

func play(t *testing.T, c *accum.Counter, ticks []tick) accum.Tally {
	t.Helper()
	var sum accum.Tally
	for i, x := range ticks {
		before := sum
		q := c.Step(&sum, x.raw, x.at, x.power)
		require.Equal(t, x.uj, sum.UJ-before.UJ, "µJ of value %d", i)
		require.Equal(t, x.q, q, "quality of value %d: %v", i, q)
		require.Equal(t, x.lost, sum.Missing-before.Missing, "missing of value %d", i)
	}
	return sum
}

func TestCounter(t *testing.T) {
	var none accum.Power
	start := []tick{
		{0, 1_000_000, none, 0, 0, 0},
		{1 * s, 1_350_000, none, 350 * j, 0, 0},
		{1*s + 50*ms, 1_350_000, none, 0, 0, 0},
		{2*s + 50*ms, 40_000, watts(300), 300 * j, source.Reset | source.Bridged, 0},
		{3*s + 50*ms, 390_000, none, 350 * j, 0, 0},
	}
	t.Run("case C1: the first value books nothing", func(t *testing.T) { play(t, card(), start[:1]) })
	t.Run("case C2: an increase is measured", func(t *testing.T) { play(t, card(), start[:2]) })
	t.Run("case C3: the same value again is no error", func(t *testing.T) { play(t, card(), start[:3]) })
	t.Run("case C4: a reset with power books power times time", func(t *testing.T) { play(t, card(), start[:4]) })
	t.Run("case C5: and counts on from there", func(t *testing.T) { play(t, card(), start) })
	reset := []tick{
		{0, 9_000_000_000, none, 0, 0, 0},
		{s, 12_000, none, 12 * j, source.Reset | source.Gap, s},
		{2 * s, 9_000_000_000, watts(250), 250 * j, source.Implausible | source.Bridged, 0},
	}
	t.Run("case C6: a reset without power books what was counted since", func(t *testing.T) { play(t, card(), reset[:2]) })
	t.Run("case C7: a jump back is refused", func(t *testing.T) {
		require.Equal(t, uint64(262*j), play(t, card(), reset).UJ)
	})
	t.Run("case C8: a narrow counter wraps", func(t *testing.T) {
		c := &accum.Counter{Unit: accum.Unit{PJ: 1e12, Shift: 14}, Width: 32, MaxUW: 700e6}
		play(t, c, []tick{
			{0, 1<<32 - 638_400, none, 0, 0, 0},
			{s, 1_000_000, none, 100 * j, source.Wrapped, 0},
		})
	})
	t.Run("case C9: a frozen counter may catch up", func(t *testing.T) {
		c, ticks := card(), []tick{{0, 1_000_000, none, 0, 0, 0}}
		for i := range 49 {
			ticks = append(ticks, tick{time.Duration(i+1) * 10 * ms, 1_000_000, none, 0, 0, 0})
		}
		play(t, c, append(ticks, tick{500 * ms, 1_350_000, none, 350 * j, 0, 0}))
	})
	t.Run("case C10: all ones are no value", func(t *testing.T) {
		play(t, card(), []tick{
			{0, 1_000_000, none, 0, 0, 0},
			{s, math.MaxUint64, none, 0, 0, 0},
			{2 * s, 1_500_000, none, 0, source.Gap, 2 * s},
			{3 * s, 1_600_000, none, 100 * j, 0, 0},
		})
	})
	t.Run("case S3: turns of a hidden register may be missing", func(t *testing.T) {
		c := &accum.Counter{Unit: accum.Unit{PJ: 1e6}, Width: 64, MaxUW: 1000e6, Hidden: 209 * s}
		play(t, c, []tick{
			{0, 0, none, 0, 0, 0},
			{600 * s, 75_712 * j, none, 75_712 * j, source.Ambiguous, 0},
		})
		require.Equal(t, 209*s, c.MaxInterval())
	})
}

func TestCounterResetAfterALongGap(t *testing.T) {
	play(t, card(), []tick{
		{0, 1_000_000, accum.Power{}, 0, 0, 0},
		{60 * s, 40_000, watts(100), 500 * j, source.Reset | source.Bridged | source.Gap, 55 * s}, // one sample holds for 5 s
	})
}

// One move of the counter may be due right after it was first read.
func TestCounterFirstMove(t *testing.T) {
	c := card()
	c.Period = 100 * ms
	play(t, c, []tick{
		{0, 1_000_000, accum.Power{}, 0, 0, 0},
		{5 * ms, 1_070_000, accum.Power{}, 70 * j, 0, 0},
	})
	play(t, card(), []tick{ // which nobody expects of one that moves at once
		{0, 1_000_000, accum.Power{}, 0, 0, 0},
		{5 * ms, 1_070_000, watts(700), 3_500_000, source.Implausible | source.Bridged, 0},
	})
}

// What was not drawn cannot be drawn later, and what was counted is spent.
func TestCounterCredit(t *testing.T) {
	t.Run("a quiet hour allows no jump", func(t *testing.T) {
		c, ticks := card(), []tick{{0, 0, accum.Power{}, 0, 0, 0}}
		for i := range uint64(3600) {
			ticks = append(ticks, tick{time.Duration(i+1) * s, (i + 1) * 10_000, accum.Power{}, 10 * j, 0, 0})
		}
		play(t, c, append(ticks, tick{3601 * s, 36_000_000 + 900_000, accum.Power{}, 0, source.Implausible | source.Gap, s}))
	})
	t.Run("a move that was due is due once", func(t *testing.T) {
		c := card()
		c.Period = 100 * ms
		play(t, c, []tick{
			{0, 0, accum.Power{}, 0, 0, 0},
			{s, 940_000, accum.Power{}, 940 * j, 0, 0},
			{2 * s, 1_880_000, accum.Power{}, 0, source.Implausible | source.Gap, s},
		})
	})
}

func TestCounterIsExact(t *testing.T) {
	for _, u := range []accum.Unit{{1e12, 16}, {1e12, 14}, {15_300_000, 0}, {1, 0}} {
		c := &accum.Counter{Unit: u, Width: 64, MaxUW: 5000e6}
		var sum accum.Tally
		raw := uint64(0)
		for i := range 10_000 {
			c.Step(&sum, raw, time.Duration(i)*s, accum.Power{})
			raw += 7
		}
		want, _ := u.Microjoules(7*9999, 0)
		require.Equal(t, want, sum.UJ, "%+v: fractions add up", u)
	}
}

func TestCounterNeverGoesBack(t *testing.T) {
	c := card()
	play(t, c, []tick{
		{s, 1_000_000, accum.Power{}, 0, 0, 0},
		{2 * s, 1_100_000, accum.Power{}, 100 * j, 0, 0},
		{s, 1_050_000, accum.Power{}, 0, source.Late, 0},
		{3 * s, 1_200_000, accum.Power{}, 100 * j, 0, 0},
	})
}

func TestCounterSaturates(t *testing.T) {
	c := &accum.Counter{Unit: accum.Unit{PJ: math.MaxUint64}, Width: 64, MaxUW: math.MaxUint64}
	sum := accum.Tally{UJ: math.MaxUint64 - 5}
	c.Step(&sum, 0, 0, accum.Power{})
	c.Step(&sum, math.MaxUint64-1, 1<<62, accum.Power{})
	require.Equal(t, uint64(math.MaxUint64), sum.UJ)
}

// case C11: 2,000 random histories with resets, glitches and freezes.
func TestCounterStaysWithinWhatACardDraws(t *testing.T) {
	t.Run("case C11, X2: 2,000 random histories", counterStaysWithinWhatACardDraws)
}

func counterStaysWithinWhatACardDraws(t *testing.T) {
	for seed := range uint64(2000) {
		rng := rand.New(rand.NewPCG(seed, 11))
		period := time.Duration(rng.IntN(2)) * 100 * ms
		c := card()
		c.Period = period
		if rng.IntN(4) == 0 {
			c.Width = 32
		}
		var sum accum.Tally
		at, raw := time.Duration(0), rng.Uint64N(1<<31)
		steps := 0
		for range 100 {
			dt := time.Duration(rng.Int64N(int64(3 * s)))
			at += dt
			steps++
			switch rng.IntN(8) {
			case 0:
				raw = rng.Uint64N(1000)
			case 1:
				raw = rng.Uint64()
			case 2: // frozen
			default:
				raw += uint64(dt.Seconds() * 1000 * rng.Float64() * 700)
			}
			if c.Width == 32 {
				raw &= 1<<32 - 1
			}
			p := accum.Power{UW: rng.Uint64N(700e6), OK: rng.IntN(2) == 0}
			before := sum
			c.Step(&sum, raw, at, p)
			require.GreaterOrEqual(t, sum.UJ, before.UJ)
			require.GreaterOrEqual(t, sum.Missing, before.Missing)
			require.LessOrEqual(t, sum.Missing, at)
			limit := 1.25*700e6*at.Seconds() + 700e6*period.Seconds() + float64(steps)*j
			require.LessOrEqual(t, float64(sum.UJ), limit, "seed %d", seed)
		}
	}
}

func FuzzCounter(f *testing.F) {
	f.Add(uint64(1000), uint64(1350), uint64(40), int64(1e9), uint64(300e6), 64)
	f.Fuzz(func(t *testing.T, a, b, d uint64, dt int64, uw uint64, width int) {
		c := &accum.Counter{Unit: milli, Width: width, MaxUW: 700e6, Period: 100 * ms}
		var sum accum.Tally
		at := time.Duration(0)
		for i, raw := range []uint64{a, b, d, a} {
			before := sum
			c.Step(&sum, raw, at, accum.Power{UW: uw, OK: i%2 == 0})
			require.GreaterOrEqual(t, sum.UJ, before.UJ)
			require.GreaterOrEqual(t, sum.Missing, before.Missing)
			at += max(0, time.Duration(dt)/8)
		}
		require.LessOrEqual(t, float64(sum.UJ), 1.25*700e6*at.Seconds()+70*j+4*j)
	})
}
