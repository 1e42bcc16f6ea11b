package accum_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu/internal/accum"
)

// at returns what is known at an instant of a card of 700 W whose counter moves
// every 100 ms from 0 on, if the time of its moves is known within width.
func at(t, width time.Duration) accum.Edge {
	const period = 100 * ms
	tick := t / period * period
	l := accum.Level{UJ: uint64(tick.Seconds() * 700 * j), Lo: tick - width/2, Hi: tick + width/2, Seen: t}
	if width == period { // all that is known is when it was read
		l.Lo, l.Hi = t-period, t
	}
	return accum.Edge{At: t, Level: l, Power: watts(700), Period: period}
}

// stepped adds what follows.
func stepped(e accum.Edge) accum.Edge {
	tick := e.At/e.Period*e.Period + e.Period
	e.Next = accum.Level{UJ: uint64(tick.Seconds() * 700 * j), Lo: tick, Hi: tick, Seen: tick}
	e.Stepped = true
	return e
}

func TestWindow(t *testing.T) {
	t.Run("case E1: edges are extrapolated", func(t *testing.T) {
		from, to := at(37*ms, 0), at(263*ms, 0)
		require.Equal(t, uint64(140*j), to.Level.UJ-from.Level.UJ, "raw")
		uj, _, guess := accum.Window(from, to)
		require.InDelta(t, 158.2e6, uj, 1)
		require.False(t, guess)
	})
	t.Run("case E1: edges are interpolated once the next move is known", func(t *testing.T) {
		from, to := stepped(at(37*ms, 100*ms)), stepped(at(263*ms, 100*ms))
		from.Power, to.Power = accum.Power{}, accum.Power{}
		uj, sigma, _ := accum.Window(from, to)
		require.InDelta(t, 158.2e6, uj, 1)
		require.Zero(t, sigma)
	})
	t.Run("case E2: without a move it is power times time", func(t *testing.T) {
		uj, sigma, guess := accum.Window(at(10*ms, 0), at(60*ms, 0))
		require.InDelta(t, 35e6, uj, 1)
		require.InDelta(t, 3.5e6, sigma, 1)
		require.True(t, guess)
	})
	t.Run("case E4: a late move is extrapolated by one period", func(t *testing.T) {
		late := at(50*ms, 0)
		late.At, late.Level.Seen = 350*ms, 350*ms
		uj, _ := late.UJ()
		require.InDelta(t, 70e6, uj, 1)
		uj, _, guess := accum.Window(at(10*ms, 0), late)
		require.InDelta(t, 70e6, uj, 1)
		require.True(t, guess)
	})
	t.Run("without power the counter stands alone", func(t *testing.T) {
		from, to := at(37*ms, 0), at(263*ms, 0)
		from.Power, to.Power = accum.Power{}, accum.Power{}
		uj, _, _ := accum.Window(from, to)
		require.InDelta(t, 140e6, uj, 1)
	})
}

// case E3: raw edges of random phase are off by 28.6 J, and that is what is
// said of them.
func TestWindowRawEdges(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	sum, said := 0.0, 0.0
	const n = 20_000
	for range n {
		from := time.Duration(rng.Int64N(int64(100 * ms)))
		to := from + s + time.Duration(rng.Int64N(int64(100*ms)))
		uj, sigma, _ := accum.Window(at(from, 100*ms), at(to, 100*ms))
		raw := float64(at(to, 0).Level.UJ - at(from, 0).Level.UJ)
		require.InDelta(t, raw, uj, 1, "what is not known of one edge is not known of the other")
		sum += math.Pow((to-from).Seconds()*700e6-uj, 2)
		said = sigma
	}
	require.InDelta(t, 28.6e6, math.Sqrt(sum/n), 0.4e6)
	blur := 700e6 * 0.1 / math.Sqrt(6)
	require.InDelta(t, 28.577e6, blur, 1e3)
	require.InDelta(t, math.Hypot(blur, 0.1*700e6*0.05*math.Sqrt2), said, 1, "and a tenth of what the power stands for")
}
