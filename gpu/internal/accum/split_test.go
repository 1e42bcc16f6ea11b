package accum_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu/internal/accum"
)

func TestSplit(t *testing.T) {
	t.Run("case A1: by weight, after the idle part", func(t *testing.T) {
		idle := accum.Idle(3000*j, 80e6, 10*s)
		require.Equal(t, uint64(800*j), idle)
		require.Equal(t, []uint64{1650 * j, 550 * j}, accum.Split(nil, 3000*j-idle, []float64{60, 20}))
	})
	t.Run("case A2: nobody gets nothing", func(t *testing.T) {
		require.Empty(t, accum.Split(nil, 2200*j, nil))
	})
	t.Run("case A3: idle is never more than there is", func(t *testing.T) {
		idle := accum.Idle(500*j, 80e6, 10*s)
		require.Equal(t, uint64(500*j), idle)
		require.Equal(t, []uint64{0}, accum.Split(nil, 500*j-idle, []float64{1}))
	})
	t.Run("case A4: slices", func(t *testing.T) {
		one, whole := accum.SliceShare(1, 1)
		three, _ := accum.SliceShare(3, 3)
		parts, rest := accum.SplitSlices(nil, 700*j, []uint64{one, three}, whole)
		require.Equal(t, []uint64{100 * j, 300 * j}, parts)
		require.Equal(t, uint64(300*j), rest)
	})
	t.Run("slices of memory may be the larger part", func(t *testing.T) {
		half, whole := accum.SliceShare(3, 4)
		parts, rest := accum.SplitSlices(nil, 700*j, []uint64{half, half}, whole)
		require.Equal(t, []uint64{350 * j, 350 * j}, parts)
		require.Zero(t, rest)
	})
	t.Run("slices that are more than a card are taken of their sum", func(t *testing.T) {
		four, whole := accum.SliceShare(4, 4)
		half, _ := accum.SliceShare(3, 4)
		parts, rest := accum.SplitSlices(nil, 600*j, []uint64{four, half}, whole)
		require.Equal(t, []uint64{320 * j, 280 * j}, parts)
		require.Zero(t, rest)
	})
	t.Run("no weight is known", func(t *testing.T) {
		require.Equal(t, []uint64{0, 0, 0}, accum.Split(nil, j, []float64{-1, math.NaN(), math.Inf(1)}))
	})
	t.Run("weights too large to be added", func(t *testing.T) {
		require.Equal(t, []uint64{5, 5}, accum.Split(nil, 10, []float64{math.MaxFloat64, math.MaxFloat64}))
	})
}

// case X1: 20,000 random splits make up the whole, to the microjoule.
func TestSplitConserves(t *testing.T) {
	rng := rand.New(rand.NewPCG(20_000, 1))
	for range 20_000 {
		uj := rng.Uint64() >> rng.IntN(64)
		weights := make([]float64, rng.IntN(12))
		known := false
		for i := range weights {
			switch rng.IntN(6) {
			case 0:
				weights[i] = []float64{0, -1, math.NaN(), math.Inf(1), math.SmallestNonzeroFloat64}[rng.IntN(5)]
			default:
				weights[i] = math.Ldexp(rng.Float64(), rng.IntN(200)-100)
			}
			known = known || weights[i] > 0 && !math.IsInf(weights[i], 0)
		}
		sum := uint64(0)
		for i, p := range accum.Split(nil, uj, weights) {
			sum += p
			if !(weights[i] > 0) {
				require.Zero(t, p)
			}
		}
		if known {
			require.Equal(t, uj, sum, "%v", weights)
		} else {
			require.Zero(t, sum)
		}
		parts := make([]uint64, rng.IntN(9))
		for i := range parts {
			parts[i], _ = accum.SliceShare(rng.IntN(9)-1, rng.IntN(10)-1)
		}
		shares, rest := accum.SplitSlices(nil, uj, parts, 56)
		for _, p := range shares {
			rest += p
		}
		require.Equal(t, uj, rest)
	}
}
