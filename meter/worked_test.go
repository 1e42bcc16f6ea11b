package meter_test

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/estimate"
	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// printed checks a figure to half a unit of the last digit of want as written.
func printed(t *testing.T, what string, want, half, got float64) {
	t.Helper()
	require.InDelta(t, want, got, half, what)
}

func joules(j float64) units.Microjoules { return units.Microjoules(math.Round(j * 1e6)) }

// steps is a grid of two half windows.
func halves(start time.Time, first, second units.Intensity) *intensity.Series {
	signal := intensity.AverageLifecycle(intensity.Production)
	point := func(from, to time.Duration, v units.Intensity) intensity.Point {
		return intensity.Point{
			Start: start.Add(from), End: start.Add(to), Value: v, Signal: signal,
			Quality: intensity.Measured, Sigma: 0.05, Zone: "script",
		}
	}
	return &intensity.Series{Points: []intensity.Point{
		point(-time.Hour, 300*time.Second, first), point(300*time.Second, 48*time.Hour, second),
	}}
}

// TestWorkedShared is a service on a shared node with RAPL, ten minutes, with
// the intensity changing halfway.
func TestWorkedShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pkg, dram := metertest.Package(0), metertest.DRAM(0)
		pkg.Idle, pkg.IdleSigma, dram.Idle, dram.IdleSigma = 80, 0.1, 20, 0.1
		machine := metertest.New(64, pkg, dram)
		machine.Reserve(map[source.Kind]float64{source.CPU: 2.0 / 64, source.Memory: 16.0 / 256})
		wue, ewif := units.WUE(0.5), units.EWIF(2)
		// 8 × 32 GB, and 2 × 24 cores, 400 GB SSD, 2 × 2.99 kg PSU, case, board
		// and assembly, by the bottom-up model of Boavizta: 356.396872 and
		// 433.272504 kg.
		const ram = 8 * (32/1.79*2.20 + 5.22)
		const rest = 2*(24*24.5*0.0197+9.14) + (400/50.6*2.20 + 6.34) + 2*2.99*24.30 + 150 + 66.10 + 6.68
		m, err := meter.Start(t.Context(), machine.Options(),
			meter.WithGrid(halves(time.Now(), 320, 380)),
			meter.WithSite(sci.Site{PUE: 1.4, PUESigma: 0.05, WUE: &wue, EWIF: &ewif}),
			meter.WithRest(60, 0.5), meter.WithEfficiency(0.92, 0.02),
			meter.WithHardware(sci.Server{Embodied: (ram + rest) * units.Kilogram, Memory: ram * units.Kilogram}))
		require.NoError(t, err)
		defer m.Stop()
		task := m.Begin("service")
		machine.Run(300*time.Second, metertest.Phase{Own: 96 * time.Second, Busy: 4800 * time.Second,
			Energy: map[string]units.Microjoules{"package-0": joules(48000), "dram-0": joules(8400)}})
		machine.Run(300*time.Second, metertest.Phase{Own: 144 * time.Second, Busy: 7200 * time.Second,
			Energy: map[string]units.Microjoules{"package-0": joules(60000), "dram-0": joules(9600)}})
		task.Count("request", 12000)
		u, err := task.End(t.Context())
		require.NoError(t, err)

		zones := map[string]meter.ZoneTotal{}
		for _, z := range u.Zones {
			zones[z.Zone.ID] = z
		}
		conserved := func(id string, charged, others, idle, total float64) {
			z := zones[id]
			require.Equal(t, joules(charged), z.Charged, id)
			require.Equal(t, joules(others), z.Others, id)
			require.Equal(t, joules(idle), z.IdleUnreserved, id)
			require.Equal(t, joules(total), z.Total, id)
		}
		conserved("package-0", 2700, 58800, 46500, 108000)
		conserved("dram-0", 870, 5880, 11250, 18000)
		conserved("rest", 1125, 0, 34875, 36000)
		printed(t, "loss", 408.26087, 5e-6, zones["psu_loss"].Charged.Joules())
		printed(t, "E_IT", 5103.26087, 5e-6, float64(u.Energy()))
		printed(t, "E_fac", 0.00198460145, 5e-12, u.Facility.KWh())
		printed(t, "O", 0.697958333, 5e-10, float64(u.Operational))
		printed(t, "counted fraction", 0.699552716, 5e-10, u.CountedFraction())
		printed(t, "M", 0.170350886, 5e-10, float64(u.Embodied))
		printed(t, "water", 0.00467798913, 5e-12, float64(u.Water))
		printed(t, "effective I", 351.686901, 5e-7, float64(u.Operational)/u.Facility.KWh())

		score, err := u.Score("request")
		require.NoError(t, err)
		printed(t, "SCI", 0.0723591016, 5e-11, float64(score.Per(1000).Carbon()))
		uC, _ := u.CarbonUncertainty().Relative(score.Terms.Total())
		printed(t, "u_C", 0.157782840, 5e-10, uC)
		uE := u.EnergyUncertainty().Sigma() / float64(u.Energy())
		printed(t, "u_E", 0.150167546, 5e-10, uE)
		low, high, ok := score.Per(1000).Interval()
		require.True(t, ok)
		printed(t, "low", 0.0532121154, 5e-11, float64(low))
		printed(t, "high", 0.0983956293, 5e-11, float64(high))
		require.Equal(t, u.Machine, u.Microjoules+u.Others+u.IdleUnreserved)
	})
}

// wait lets the clock of a bubble, which starts in 2000, go on to t.
func wait(t time.Time) { time.Sleep(time.Until(t)) }

// ireland is a service on a virtual machine without counters, alone on it, for
// an hour; the grid and the policy are what the cases change.
func ireland(t *testing.T, opts ...meter.Option) meter.Usage {
	t.Helper()
	wait(time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC))
	machine := metertest.New(4)
	row := estimate.Row{Name: "cascade-lake", Idle: 0.64, Max: 3.97, Source: "ccf 2021"}
	model, err := estimate.Open(estimate.Config{Model: row.Model(4), Busy: machine.Busy, CPUs: 4})
	require.NoError(t, err)
	wue, ewif := units.WUE(0.03), units.EWIF(1.476)
	m, err := meter.Start(t.Context(), meter.Options(append([]meter.Option{
		meter.WithSource(model), meter.WithScope(machine.Scope()), meter.WithReservation(meter.WholeMachine()),
		meter.WithGrid(intensity.Country("IE")),
		meter.WithSite(sci.Site{PUE: 1.11, PUESigma: 0.03, WUE: &wue, EWIF: &ewif}),
		meter.WithHardware(sci.Server{
			Embodied: (1000 + 100 + 533.0/384*(384-16)) * units.Kilogram, Memory: 533 * units.Kilogram,
			Share: 4.0 / 96, MemoryShare: 16.0 / 384,
		}),
	}, opts...)...))
	require.NoError(t, err)
	defer m.Stop()
	task := m.Begin("service")
	machine.Run(time.Hour, metertest.Phase{Own: 720 * time.Second, Busy: 900 * time.Second})
	task.Count("request", 180_000)
	u, err := task.End(t.Context())
	require.NoError(t, err)
	require.Equal(t, u.Machine, u.Microjoules+u.Others+u.IdleUnreserved)
	return u
}

// TestWorkedCloud is a service on a machine without counters.
func TestWorkedCloud(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		u := ireland(t)
		require.Equal(t, joules(11613.6), u.Microjoules)
		require.Equal(t, joules(599.4), u.Others)
		require.Equal(t, joules(12213), u.Machine)
		require.Equal(t, joules(9216), u.Static)
		require.Len(t, u.Zones, 1, "rest is in the row; memory and supply loss are not added")
		printed(t, "E_IT", 0.003226, 5e-7, u.Energy().KWh())
		printed(t, "E_fac", 0.00358086, 5e-9, u.Facility.KWh())
		printed(t, "O", 1.001566542, 5e-10, float64(u.Operational))
		printed(t, "M", 1.915420075, 5e-10, float64(u.Embodied))
		printed(t, "water", 0.00538212936, 5e-12, float64(u.Water))
		c, priced := u.Carbon()
		require.True(t, priced)
		printed(t, "C", 2.916986617, 5e-10, float64(c))
		score, err := u.Score("request")
		require.NoError(t, err)
		printed(t, "SCI", 0.0162054812, 5e-11, float64(score.Per(1000).Carbon()))
		uC, _ := u.CarbonUncertainty().Relative(c)
		printed(t, "u_C", 0.339391556, 5e-10, uC)
		printed(t, "u_I", 0.261879743, 5e-10, u.CarbonUncertainty()["intensity:IRL "+u.Signal.String()]/float64(u.Operational))
		printed(t, "u_attr", 0.0123868568, 5e-11, u.EnergyUncertainty()["attribution"]/float64(u.Energy()))
		low, high, ok := score.Per(1000).Interval()
		require.True(t, ok)
		printed(t, "low", 0.00848405, 5e-9, float64(low))
		printed(t, "high", 0.0309542730, 5e-11, float64(high))
		require.Equal(t, source.NatureEstimated, u.Nature)
		require.Zero(t, u.CountedFraction())
	})
}

// TestWorkedCloudChoices are the other figures that other choices give.
func TestWorkedCloudChoices(t *testing.T) {
	for name, tt := range map[string]struct {
		policy meter.Policy
		want   float64
	}{"proportional": {meter.Proportional, 9770.4}, "marginal": {meter.Marginal, 2397.6}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				u := ireland(t, meter.WithPolicy(tt.policy))
				require.Equal(t, joules(tt.want), u.Microjoules)
			})
		})
	}
	t.Run("world mean", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			u := ireland(t, meter.WithGrid(intensity.World()))
			printed(t, "O", 1.69378259, 5e-9, float64(u.Operational))
		})
	})
}
