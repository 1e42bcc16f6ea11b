package accum_test

import (
	"math"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu/internal/accum"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// samples integrates what watts says every step, from the start up to the end.
func samples(step, end time.Duration, watts func(time.Duration) units.Power) (accum.Tally, *accum.Integral) {
	var sum accum.Tally
	i := &accum.Integral{}
	for at := time.Duration(0); at <= end; at += step {
		if uw, ok := accum.Microwatts(watts(at)); ok {
			i.Step(&sum, uw, at)
		}
	}
	return sum, i
}

func TestIntegral(t *testing.T) {
	rise := func(at time.Duration) units.Power {
		if at >= 5*s {
			return 700
		}
		return 100
	}
	t.Run("case P1: constant power", func(t *testing.T) {
		sum, _ := samples(100*ms, 10*s, func(time.Duration) units.Power { return 300 })
		require.Equal(t, accum.Tally{UJ: 3000 * j}, sum)
	})
	t.Run("case P1b: one sample holds for half a gap", func(t *testing.T) {
		var sum accum.Tally
		i := accum.Integral{MaxGap: s}
		i.Step(&sum, 300e6, 0)
		i.Lose(&sum, 10*s)
		require.Equal(t, accum.Tally{UJ: 150 * j, Missing: 9500 * ms}, sum)
	})
	t.Run("case P2: a step is off by half a sample", func(t *testing.T) {
		sum, _ := samples(100*ms, 10*s, rise)
		require.Equal(t, accum.Tally{UJ: 4030 * j}, sum)
	})
	t.Run("case P3: a mean over a second is moved back by half of it", func(t *testing.T) {
		mean := func(at time.Duration) units.Power { // over the second before
			part := min(1, max(0, (at-5*s).Seconds()))
			return units.Power(100 + 600*part)
		}
		sum, _ := samples(100*ms, 10*s, mean)
		require.Equal(t, accum.Tally{UJ: 3700 * j}, sum, "as if it were of now")
		sum, i := samples(100*ms, 10*s, func(at time.Duration) units.Power { return mean(at + 500*ms) })
		require.Equal(t, accum.Tally{UJ: 4000 * j}, sum)
		require.Equal(t, 10*s, i.At())
	})
	t.Run("case P4: a hole is missing, but for half a gap on either side", func(t *testing.T) {
		var sum accum.Tally
		i := accum.Integral{MaxGap: 5 * s}
		var q source.Quality
		for _, at := range []time.Duration{0, s, 2 * s, 62 * s, 63 * s} {
			q |= i.Step(&sum, 200e6, at)
		}
		require.Equal(t, accum.Tally{UJ: 1600 * j, Missing: 55 * s}, sum)
		require.Equal(t, source.Gap, q)
	})
	t.Run("case P5: a window between two samples", func(t *testing.T) {
		edge := func(at time.Duration) accum.Edge {
			return accum.Edge{
				At: at, Period: 5 * s, Power: watts(100), NextPower: watts(300), Stepped: true,
				Next: accum.Level{UJ: 200 * j, Lo: s, Hi: s, Seen: s},
			}
		}
		uj, sigma, _ := accum.Window(edge(250*ms), edge(750*ms))
		require.Equal(t, 100e6, uj)
		require.Zero(t, sigma)
	})
	t.Run("case P6: what is no power is left out", func(t *testing.T) {
		var sum accum.Tally
		i := accum.Integral{}
		for _, x := range []struct {
			at time.Duration
			p  units.Power
		}{
			{0, 100}, {400 * ms, 100}, {200 * ms, 100}, {500 * ms, units.Power(math.NaN())}, {600 * ms, -5},
			{700 * ms, units.Power(math.Inf(1))}, {s, 100},
		} {
			if uw, ok := accum.Microwatts(x.p); ok {
				i.Step(&sum, uw, x.at)
			}
		}
		require.Equal(t, accum.Tally{UJ: 100 * j}, sum)
	})
	t.Run("case P7: without a sample all is missing", func(t *testing.T) {
		var sum accum.Tally
		(&accum.Integral{}).Lose(&sum, 10*s)
		require.Equal(t, accum.Tally{Missing: 10 * s}, sum)
	})
	t.Run("case P8: a system clock that is set back changes nothing", func(t *testing.T) {
		start := time.Now()
		var sum accum.Tally
		i := accum.Integral{}
		for n := range 11 {
			at := start.Add(time.Duration(n) * 100 * ms)
			if n > 5 {
				at = setBack(at, time.Hour)
				require.Less(t, at.Round(0).Sub(start.Round(0)), -59*time.Minute, "by the wall")
			}
			i.Step(&sum, 300e6, at.Sub(start))
		}
		require.Equal(t, accum.Tally{UJ: 300 * j}, sum)
	})
}

// setBack returns t as time.Now returns it after the clock on the wall was set
// back by whole seconds: package time keeps them in bits 30 to 62 of its first
// word, beside the monotonic clock in its second.
func setBack(t time.Time, by time.Duration) time.Time {
	*(*uint64)(unsafe.Pointer(&t)) -= uint64(by/time.Second) << 30
	return t
}

// A capacity that no number holds is full, and never wraps.
func TestIntegralSaturates(t *testing.T) {
	sum := accum.Tally{UJ: math.MaxUint64 - 1}
	i := accum.Integral{MaxGap: 1 << 62}
	i.Step(&sum, 1e12, 0)
	i.Step(&sum, 1e12, 1<<61)
	require.Equal(t, uint64(math.MaxUint64), sum.UJ)
}

// Power that changes all the time adds up without a rounding of its own.
func TestIntegralIsExact(t *testing.T) {
	var sum accum.Tally
	i := accum.Integral{}
	for n := range 1_000_001 {
		i.Step(&sum, 1+uint64(n%2), time.Duration(n)*ms) // 1.5 µW on average
	}
	require.Equal(t, accum.Tally{UJ: 1500}, sum)
}

func TestIntegralLoses(t *testing.T) {
	var sum accum.Tally
	i := accum.Integral{MaxGap: 2 * s}
	i.Step(&sum, 100e6, 0)
	i.Lose(&sum, 10*s)
	require.Equal(t, accum.Tally{UJ: 100 * j, Missing: 9 * s}, sum)
	i.Lose(&sum, 20*s)
	i.Step(&sum, 100e6, 30*s)
	require.Equal(t, accum.Tally{UJ: 200 * j, Missing: 28 * s}, sum)
}
