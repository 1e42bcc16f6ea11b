package main

import (
	"maps"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

// closely is how near two figures in floating point are that were computed in
// another order.
const closely = 1e-9

// settings are environments in which the figures have to add up. Most of them
// leave sources as they are on the machine that runs the test.
var settings = map[string]map[string]string{
	"as it is":         {},
	"many ticks":       {"SCIMETER_INTERVAL": "20ms"},
	"named site":       {"SCIMETER_ZONE": "IE", "SCIMETER_PUE": "1.2", "SCIMETER_WUE": "0.2", "SCIMETER_EWIF": "1.5"},
	"rest and supply":  {"SCIMETER_REST": "60 W", "SCIMETER_EFFICIENCY": "0.9"},
	"reserved CPU":     {"SCIMETER_CPUS": "0.5"},
	"the machine ours": {"SCIMETER_WHOLE_MACHINE": "true"},
	"marginal":         {"SCIMETER_POLICY": "marginal"},
	"whole machine":    {"SCIMETER_SCOPE": "machine"},
}

func TestFiguresAddUp(t *testing.T) {
	for name, env := range settings {
		t.Run(name, func(t *testing.T) {
			for key, value := range env {
				t.Setenv(key, value)
			}
			checkAll(t, ask(t))
		})
	}
}

func checkAll(t *testing.T, s stranger) {
	t.Helper()
	for _, u := range []usage{s.Usage, s.Phases[0].Usage, s.Phases[1].Usage} {
		require.Equal(t, "scimeter.usage/1", u.Schema)
		require.Positive(t, u.Machine)
		checkEnergy(t, u)
		checkCarbon(t, u, s.Grid.Intensity)
		checkDoubt(t, u)
	}
	checkScores(t, s)
	checkSamples(t, s)
	if s.Usage.Method.Policy == "proportional" {
		checkShare(t, s)
	}
}

// Parts are the whole, to the microjoule.
func checkEnergy(t *testing.T, u usage) {
	t.Helper()
	var sum energyOf
	for _, z := range u.Zones {
		if z.Beside {
			require.Zero(t, z.Total, z.ID)
			continue
		}
		require.Equal(t, z.Total, z.Charged+z.Others+z.IdleUnreserved, z.ID)
		require.LessOrEqual(t, z.Static, z.Charged, z.ID)
		sum.Total += z.Total
		sum.Charged += z.Charged
		sum.Others += z.Others
		sum.IdleUnreserved += z.IdleUnreserved
		sum.Operational += z.Operational
	}
	require.Equal(t, u.Energy, sum.Charged)
	require.Equal(t, u.Machine, sum.Total)
	require.Equal(t, u.Others, sum.Others)
	require.Equal(t, u.IdleUnreserved, sum.IdleUnreserved)
	require.Equal(t, u.Machine, u.Energy+u.Others+u.IdleUnreserved)
	require.InDelta(t, u.Operational, sum.Operational, closely*u.Operational)
	require.Equal(t, float64(u.Energy)/1e6, u.Joules)

	accounts := u.Pending
	for _, a := range u.Accounts {
		accounts += int64(a.Energy)
	}
	require.Equal(t, int64(u.Energy), accounts)
}

// Σ E_fac·I + M = C, and water goes with energy.
func checkCarbon(t *testing.T, u usage, intensity float64) {
	t.Helper()
	require.InDelta(t, u.Method.PUE*u.Joules, u.Facility, closely*u.Facility)
	var facility, operational float64
	for _, step := range u.Steps {
		require.InDelta(t, step.Facility/3.6e6*intensity, step.Operational, closely*u.Operational)
		facility += step.Facility
		operational += step.Operational
	}
	require.InDelta(t, u.Facility, facility, closely*u.Facility)
	require.InDelta(t, u.Operational, operational, closely*u.Operational)
	require.InDelta(t, u.Carbon, operational+u.Embodied, closely*u.Carbon)
	require.Positive(t, u.Operational)
	require.Positive(t, u.Embodied)
	if u.Water != nil {
		require.InDelta(t, u.Joules/3.6e6*u.Method.WUE+u.Facility/3.6e6*u.Method.EWIF, *u.Water, closely**u.Water)
	}
}

// root returns the square root of the sum of squares.
func root(doubts map[string]float64) float64 {
	sum := 0.0
	for _, id := range slices.Sorted(maps.Keys(doubts)) {
		sum += doubts[id] * doubts[id]
	}
	return math.Sqrt(sum)
}

func checkDoubt(t *testing.T, u usage) {
	t.Helper()
	require.Positive(t, root(u.CarbonDoubt))
	require.NotContains(t, u.CarbonDoubt, "")
	for _, id := range []string{"te.host", "lifespan"} {
		require.NotZero(t, u.CarbonDoubt[id], id)
	}
}

// C/R is the score, and its interval is lognormal around it.
func checkScores(t *testing.T, s stranger) {
	t.Helper()
	for _, p := range s.Phases {
		require.NotNil(t, p.Score, p.Usage.Name)
		require.Equal(t, p.Usage.Counts[p.Usage.Name], p.Score.R)
		require.Equal(t, p.Score.R, s.Usage.Counts[p.Usage.Name], "counted in one phase alone")
		require.InDelta(t, p.Usage.Carbon/p.Score.R*p.Score.Per, p.Score.SCI, closely*p.Score.SCI)
		u := root(p.Usage.CarbonDoubt) / p.Usage.Carbon
		k := math.Exp(1.96 * math.Sqrt(math.Log(1+u*u)))
		require.InDelta(t, p.Score.SCI/k, p.Score.LowG, 1e-6*p.Score.SCI)
		require.InDelta(t, p.Score.SCI*k, p.Score.HighG, 1e-6*p.Score.HighG)
		require.Less(t, p.Score.LowG, p.Score.SCI)
		require.Less(t, p.Score.SCI, p.Score.HighG)
	}
}
