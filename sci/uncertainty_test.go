package sci_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

func TestUncertaintyOfSumsAndDifferences(t *testing.T) {
	before := sci.Uncertainty{"gain": 5, "edge.before": 3}
	after := sci.Uncertainty{"gain": 4, "edge.after": -4}
	require.Equal(t, sci.Uncertainty{"gain": 9, "edge.before": 3, "edge.after": -4}, before.Plus(after))
	change := before.Minus(after)
	require.Equal(t, sci.Uncertainty{"gain": 1, "edge.before": 3, "edge.after": 4}, change)
	require.InEpsilon(t, math.Sqrt(1+9+16), change.Sigma(), 1e-15)
	require.Equal(t, sci.Uncertainty{"gain": 5, "edge.before": 3}, before, "operands stay as they were")
	require.Zero(t, before.Minus(before).Sigma())
	require.Equal(t, sci.Uncertainty{"gain": -10, "edge.before": -6}, before.Scale(-2))
}

func TestUncertaintyThatIsNotKnown(t *testing.T) {
	known := sci.Uncertainty{"a": 1}
	require.Nil(t, known.Plus(nil))
	require.Nil(t, sci.Uncertainty(nil).Plus(known))
	require.Nil(t, known.Minus(nil))
	require.Nil(t, sci.Uncertainty(nil).Scale(3))
	require.Zero(t, sci.Uncertainty(nil).Sigma())
	require.Equal(t, known, sci.Uncertainty{}.Plus(known), "an empty one is the start of a sum")
	for _, u := range []sci.Uncertainty{nil, {}} {
		_, ok := u.Relative(10)
		require.False(t, ok)
	}
	_, ok := known.Relative(0)
	require.False(t, ok)
	r, ok := known.Relative(-4)
	require.True(t, ok)
	require.Equal(t, 0.25, r)
}

func TestUncertaintyIsTheSameBitsEveryTime(t *testing.T) {
	u := sci.Uncertainty{"a": 0.1, "b": 0.2, "c": 0.3, "d": 1e-9, "e": 1e9, "f": 0.7}
	want := u.Sigma()
	for range 100 {
		require.Equal(t, want, u.Sigma())
	}
}

func TestVariances(t *testing.T) {
	require.Equal(t, map[string]float64{"a": 0.5, "b": 0.5}, roundAll(sci.Uncertainty{"a": 0.75, "b": -0.75}.Variances()))
	require.Equal(t, map[string]float64{"a": 0.36, "b": 0.64}, roundAll(sci.Uncertainty{"a": 0.75, "b": -1}.Variances()))
	require.Nil(t, sci.Uncertainty{"a": 0}.Variances())
	require.Nil(t, sci.Uncertainty(nil).Variances())
}

func roundAll(m map[string]float64) map[string]float64 {
	for k, v := range m {
		m[k] = math.Round(v*1e12) / 1e12
	}
	return m
}

func TestLognormal(t *testing.T) {
	low, high := sci.Lognormal(2.916986617, 0.339391556)
	printed(t, "1.52713", low)
	require.InEpsilon(t, 2.916986617*2.916986617, float64(low*high), 1e-12, "the figure is the median")

	for _, u := range []float64{0, -1, math.NaN()} {
		low, high = sci.Lognormal(3, u)
		require.Equal(t, [2]units.Carbon{3, 3}, [2]units.Carbon{low, high})
	}
	low, high = sci.Lognormal(3, math.Inf(1))
	require.False(t, math.IsNaN(float64(low)) || math.IsInf(float64(high), 0))
}

func TestCombine(t *testing.T) {
	require.Equal(t, 0.25, sci.Combine(3, 0.25, 1, 0.6614378277661477), "3·0.25 and 0.66 of 4")
	require.Zero(t, sci.Combine(0, 1, 0, 1))
	require.InEpsilon(t, 0.5, sci.Combine(10, 0.5, 0, 3), 1e-15)
}
