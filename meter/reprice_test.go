package meter_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

func reprice(t *testing.T, u meter.Usage, g meter.Grid) meter.Usage {
	t.Helper()
	again, err := u.Reprice(g)
	require.NoError(t, err)
	require.Equal(t, u.Microjoules, again.Microjoules)
	require.Equal(t, u.Facility, again.Facility)
	require.Equal(t, u.Embodied, again.Embodied)
	require.Equal(t, u.EnergyUncertainty(), again.EnergyUncertainty())
	conserved(t, again)
	return again
}

// TestRepriceWithTheSameGrid holds for steps of any length, that of the meter's
// own bins or not, for laps, and for a price of a price.
func TestRepriceWithTheSameGrid(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			grid := gridOf(37*time.Second, 100, 700, 20, 450, 3, 900, 33, 250, 60, 500, 77, 10, 99, 800, 5, 600, 40, 300, 222, 1, 640, 15, 380)
			laps, whole := script(t, seed, meter.WithGrid(grid))
			for _, u := range append(laps, whole, sum(t, laps...)) {
				again := reprice(t, u, grid)
				near(t, float64(u.Operational), float64(again.Operational))
				require.Equal(t, u.Unpriced, again.Unpriced)
				require.Equal(t, u.Signal, again.Signal)
				require.Equal(t, u.Nature, again.Nature)
				require.InEpsilon(t, u.CarbonUncertainty().Sigma(), again.CarbonUncertainty().Sigma(), 0.05, "of the energy at the mean price")
				twice := reprice(t, again, grid)
				near(t, float64(u.Operational), float64(twice.Operational))
			}
		})
	}
}

// outage is a grid that knows nothing for a while.
type outage struct {
	grid     meter.Grid
	from, to time.Time
}

var errOutage = errors.New("provider does not answer")

func (o outage) At(t time.Time) (intensity.Point, error) {
	if !t.Before(o.from) && t.Before(o.to) {
		return intensity.Point{}, errOutage
	}
	return o.grid.At(t)
}

func TestRepriceAfterAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(3), metertest.DRAM(0))
		grid := gridOf(5*time.Minute, 100, 700, 300, 50, 800, 40, 90)
		down := outage{grid, time.Now().Add(5 * time.Minute), time.Now().Add(15 * time.Minute)}
		lucky, unlucky := begin(t, machine.Options(), meter.WithGrid(grid)), begin(t, machine.Options(), meter.WithGrid(down))
		want, task := lucky.Begin(""), unlucky.Begin("")
		for i := range 20 {
			machine.Run(time.Minute, metertest.Phase{Own: 20 * time.Second, Busy: 40 * time.Second, Energy: map[string]units.Microjoules{
				"package-0": joules(float64(100 * (1 + i%3))), "dram-0": joules(50),
			}})
		}
		w, err := want.End(t.Context())
		require.NoError(t, err)
		u, err := task.End(t.Context())
		require.NoError(t, err)
		require.Positive(t, u.Unpriced)
		_, complete := u.Carbon()
		require.False(t, complete)
		require.Less(t, u.Operational, w.Operational)
		_, err = u.Score("request")
		require.Error(t, err)

		again := reprice(t, u, grid)
		near(t, float64(w.Operational), float64(again.Operational))
		require.Zero(t, again.Unpriced)
		_, complete = again.Carbon()
		require.True(t, complete)

		// The other way: what was priced and is not known now has no price.
		blind := reprice(t, w, down)
		near(t, float64(u.Operational), float64(blind.Operational))
		require.InDelta(t, float64(u.Unpriced), float64(blind.Unpriced), 10)
	})
}

func TestRepriceWithFinerFigures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, measured())
		machine.Whole()
		start := time.Now()
		m := begin(t, bare(machine, meter.WithGrid(intensity.Fixed{Value: 300, Signal: intensity.AverageLifecycle(intensity.Production)})))
		u := window(t, m, func() {
			for i := range 6 {
				machine.Run(5*time.Minute, metertest.Phase{Energy: used("package-0", float64(1000*(1+i)))})
			}
		})
		near(t, 300*21000/3.6e6, float64(u.Operational))
		require.Len(t, u.Steps, 6)
		require.Equal(t, start.Add(5*time.Minute).UTC(), u.Steps[1].Start)
		live := gridOf(5 * time.Minute)
		for i, v := range []units.Intensity{100, 200, 300, 400, 500, 600} {
			live.Points = append(live.Points, intensity.Point{
				Start: start.UTC().Add(time.Duration(i) * 5 * time.Minute), End: start.UTC().Add(time.Duration(i+1) * 5 * time.Minute),
				Value: v, Signal: intensity.AverageLifecycle(intensity.Consumption), Quality: intensity.Measured, Zone: "live",
			})
		}
		again := reprice(t, u, live)
		want := 0.0
		for i := range 6 {
			want += float64(1000*(1+i)) * float64(100*(1+i)) / 3.6e6
		}
		near(t, want, float64(again.Operational))
		require.Equal(t, intensity.AverageLifecycle(intensity.Consumption), again.Signal)
		require.NotContains(t, again.CarbonUncertainty(), "intensity:user "+u.Signal.String())
		require.Equal(t, source.NatureEstimated, again.Nature, "M is estimated")
		back := reprice(t, again, intensity.Fixed{Value: 300, Signal: u.Signal})
		near(t, float64(u.Operational), float64(back.Operational))
	})
}

func TestRepriceOfUnknownTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(3))
		grid := gridOf(5*time.Minute, 100, 700)
		m := begin(t, machine.Options(), meter.WithGrid(gridOf(time.Hour, 200)))
		u := window(t, m, func() {
			machine.Run(8*time.Minute, work("package-0", 777))
			machine.Run(8*time.Minute, work("package-0", 333))
		})
		again := reprice(t, u, grid) // 10 of 16 minutes
		require.Positive(t, again.Unpriced)
		require.Less(t, again.Unpriced, again.Microjoules)
		_, complete := again.Carbon()
		require.False(t, complete)

		_, err := u.Reprice(gridOf(time.Second))
		require.ErrorIs(t, err, intensity.ErrGap)
		_, err = u.Reprice(nil)
		require.ErrorIs(t, err, meter.ErrNoIntensity)
		_, err = meter.Usage{}.Reprice(grid)
		require.ErrorIs(t, err, sci.ErrNotMeasured)
	})
}

// TestRepriceWithoutGrid: energy that was counted without any grid.
func TestRepriceWithoutGrid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(3))
		grid := gridOf(time.Hour, 200)
		m := begin(t, machine.Options())
		u := window(t, m, func() {
			m.Count("request", 5)
			machine.Run(time.Minute, work("package-0", 777))
		})
		require.Equal(t, u.Microjoules, u.Unpriced)
		require.Zero(t, u.Signal)
		again := reprice(t, u, grid)
		near(t, 200*u.Facility.KWh(), float64(again.Operational))
		_, err := again.Score("request")
		require.NoError(t, err)
		require.Zero(t, u.Operational, "u is as it was")
		require.Zero(t, u.Steps[0].Booked)
	})
}
