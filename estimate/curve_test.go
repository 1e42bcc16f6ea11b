package estimate_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/estimate"
	"github.com/scimeter/scimeter/units"
)

func TestCurves(t *testing.T) {
	teads := estimate.Teads{TDP: 100}
	average := row(t, "average-aws").Model(1).Curve
	tests := []struct {
		name    string
		curve   estimate.Curve
		percent float64
		want    float64
		delta   float64 // half of the last digit of want; 0: exact
	}{
		{"case 48: Teads, TDP 100, idle", teads, 0, 12, 0},
		{"case 48: Teads, TDP 100, 10 %", teads, 10, 32, 0},
		{"case 48: Teads, TDP 100, 25 %", teads, 25, 48.125, 0},
		{"case 48: Teads, TDP 100, 50 %", teads, 50, 75, 0},
		{"case 48: Teads, TDP 100, 75 %", teads, 75, 88.5, 0},
		{"case 48: Teads, TDP 100, 100 %", teads, 100, 102, 0},
		{"case 49: average AWS, 50 %", average, 50, 2.12, 0},
		{"case 50: Boavizta Platinum, idle", estimate.XeonPlatinum, 0, 35.58, 0.005},
		{"case 50: Boavizta Platinum, 10 %", estimate.XeonPlatinum, 10, 76.63, 0.005},
		{"case 50: Boavizta Platinum, 50 %", estimate.XeonPlatinum, 50, 182.22, 0.005},
		{"case 50: Boavizta Platinum, 100 %", estimate.XeonPlatinum, 100, 260.02, 0.005},
		{"case 51: CodeCarbon cubic, TDP 100, 50 %", estimate.Cubic{TDP: 100}, 50, 21.25, 0},
		{"TDP 100, idle", estimate.TDP(100).Curve, 0, 12, 0},
		{"TDP 100, 50 %", estimate.TDP(100).Curve, 50, 41, 0},
		{"TDP 100, 100 %", estimate.TDP(100).Curve, 100, 70, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := float64(tt.curve.Power(tt.percent / 100))
			if tt.delta == 0 {
				tt.delta = 1e-12 // of float64 arithmetic
			}
			require.InDelta(t, tt.want, got, tt.delta)
		})
	}
}

func TestAverageWithPUE(t *testing.T) {
	t.Run("case 49: × 1.135", func(t *testing.T) {
		got := row(t, "average-aws").Model(1).Curve.Power(0.5)
		require.InDelta(t, 2.4062, 1.135*float64(got), 1e-12)
	})
}

func TestCurvesStayFinite(t *testing.T) {
	curves := []estimate.Curve{
		estimate.Linear{Idle: 1, Max: 2}, estimate.Teads{TDP: 100}, estimate.Cubic{TDP: 100}, estimate.XeonGold, estimate.XeonSilver,
		estimate.XeonE5, estimate.XeonE3, estimate.XeonE, estimate.Log{}, estimate.Log{A: -1, B: -1},
		estimate.Log{A: math.Inf(1), B: 1, C: 1}, estimate.Teads{TDP: units.Power(math.NaN())}, estimate.Cubic{TDP: -1},
		estimate.Linear{Idle: units.Power(math.Inf(-1)), Max: units.Power(math.Inf(1))},
	}
	for _, c := range curves {
		for _, load := range []float64{math.NaN(), math.Inf(-1), -1, 0, 0.5, 1, 2, math.Inf(1)} {
			p := float64(c.Power(load))
			require.False(t, math.IsNaN(p) || math.IsInf(p, 0) || p < 0, "%#v at %v: %v", c, load, p)
		}
		require.Equal(t, c.Power(0), c.Power(-1))
		require.Equal(t, c.Power(0), c.Power(math.NaN()))
		require.Equal(t, c.Power(1), c.Power(2))
	}
}

func TestCurvesRiseWithLoad(t *testing.T) {
	for _, c := range []estimate.Curve{
		estimate.Teads{TDP: 100}, estimate.Cubic{TDP: 100}, estimate.TDP(100).Curve, estimate.XeonPlatinum, estimate.XeonGold,
		estimate.XeonSilver, estimate.XeonE5, estimate.XeonE3, estimate.XeonE,
	} {
		for i := range 100 {
			require.Less(t, c.Power(float64(i)/100), c.Power(float64(i+1)/100), "%#v at %d %%", c, i)
		}
	}
}

func row(t testing.TB, name string) estimate.Row {
	t.Helper()
	for _, r := range estimate.Rows() {
		if r.Name == name {
			return r
		}
	}
	require.Fail(t, "no such row", name)
	return estimate.Row{}
}
