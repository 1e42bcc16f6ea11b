package meter_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/units"
)

// TestStepsOfWeeks: what is too old to be kept is one step without a
// resolution, and the sums stay right. A week is kept whatever the zones.
func TestStepsOfWeeks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(3), metertest.Package(1), metertest.DRAM(0), metertest.DRAM(1))
		grid := gridOf(5 * time.Minute)
		for i := range 24 * 12 * 22 {
			p := gridOf(5*time.Minute, units.Intensity(100+i%500)).Points[0]
			p.Start, p.End = p.Start.Add(time.Duration(i)*5*time.Minute), p.End.Add(time.Duration(i)*5*time.Minute)
			grid.Points = append(grid.Points, p)
		}
		// 77 s: ticks are not on the edges of steps, so that zones straddle them.
		m := begin(t, machine.Options(), meter.WithGrid(grid), meter.WithInterval(77*time.Second))
		day := func() {
			machine.Run(24*time.Hour, metertest.Phase{Own: time.Hour, Busy: 5 * time.Hour, Energy: map[string]units.Microjoules{
				"package-0": joules(5e6), "package-1": joules(4e6), "dram-0": joules(1e6), "dram-1": joules(9e5),
			}})
		}
		whole := m.Begin("whole")
		var late meter.Usage
		for i := range 21 {
			u := window(t, m, day)
			conserved(t, u)
			require.InDelta(t, 288, len(u.Steps), 1, "one for each five minutes")
			if i > 13 {
				late = sum(t, late, u)
			}
		}
		u, err := whole.End(t.Context())
		require.NoError(t, err)
		conserved(t, u)
		kept := u.Steps[1:] // but for the first, which has no resolution
		require.Greater(t, u.To.Sub(kept[0].Start), 7*24*time.Hour)
		require.Less(t, len(kept), 5000)
		require.Equal(t, u.From.UTC(), u.Steps[0].Start.UTC())
		near(t, float64(late.Operational), float64(reprice(t, late, grid).Operational))
		again := reprice(t, u, grid)
		require.InEpsilon(t, float64(u.Operational), float64(again.Operational), 0.01, "the oldest part is even in time")
	})
}
