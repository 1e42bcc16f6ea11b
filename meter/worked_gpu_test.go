package meter_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// eight returns a node with eight H100, of which the program has the first, and
// what is known of the node.
func eight(t *testing.T, machine *metertest.Machine, site sci.Site, opts ...gpu.Option) (*gputest.Machine, meter.Option) {
	t.Helper()
	cards := gputest.New()
	for range 8 {
		cards.Plug(gputest.Spec{Model: "NVIDIA H100 80GB HBM3", Power: 100, Tick: -1})
	}
	r, err := gpu.Open(append([]gpu.Option{cards.Option(), gpu.Select("0")}, opts...)...)
	require.NoError(t, err)
	return cards, meter.Options(
		meter.WithSource(r), machine.Options(),
		meter.WithSite(site), meter.WithRest(1200, 1.0/3), meter.WithEfficiency(0.94, 0.02),
		meter.WithHardware(sci.Server{Embodied: 5700 * units.Kilogram}),
	)
}

func zonesOf(u meter.Usage) map[string]meter.ZoneTotal {
	zones := map[string]meter.ZoneTotal{}
	for _, z := range u.Zones {
		zones[z.Zone.ID] = z
	}
	return zones
}

// TestWorkedFineTuning is two hours of training on one card of eight.
func TestWorkedFineTuning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wait(time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC))
		pkg, dram := metertest.Package(0), metertest.DRAM(0)
		pkg.Idle, dram.Idle = 200, 80
		machine := metertest.New(128, pkg, dram)
		wue, ewif := units.WUE(0.55), units.EWIF(3.142)
		cards, opts := eight(t, machine, sci.Site{PUE: 1.10, PUESigma: 0.02, WUE: &wue, EWIF: &ewif})
		m, err := meter.Start(t.Context(), opts, meter.WithGrid(intensity.Country("US")))
		require.NoError(t, err)
		defer m.Stop()
		require.Equal(t, meter.Reserved, m.Method().Policy)
		require.Equal(t, 0.125, m.Method().Reserved[source.GPU])
		cards.Cards()[0].Draw(600)
		task := m.Begin("finetune")
		machine.Run(2*time.Hour, metertest.Phase{Own: 14_400 * time.Second, Busy: 115_200 * time.Second,
			Energy: map[string]units.Microjoules{"package-0": joules(400 * 7200), "dram-0": joules(100 * 7200)}})
		task.Count("token.train", 40e6)
		u, err := task.End(t.Context())
		require.NoError(t, err)

		zones := zonesOf(u)
		require.Equal(t, joules(4_320_000), zones["gpu/GPU-0"].Charged)
		require.Equal(t, joules(360_000), zones["package-0"].Charged)
		require.Equal(t, joules(180_000), zones["package-0"].Static)
		require.Equal(t, joules(90_000), zones["dram-0"].Charged)
		require.Equal(t, joules(72_000), zones["dram-0"].Static)
		require.Equal(t, joules(1_080_000), zones["rest"].Charged)
		printed(t, "loss", 373_404.255, 5e-4, zones["psu_loss"].Charged.Joules())
		printed(t, "E_IT", 6_223_404.26, 5e-3, float64(u.Energy()))
		printed(t, "E_fac", 1.90159574, 5e-9, u.Facility.KWh())
		printed(t, "O", 729.357048, 5e-7, float64(u.Operational))
		printed(t, "M", 50.0285388, 5e-8, float64(u.Embodied))
		printed(t, "M of the GPU", 9.36073059, 5e-9, float64(zones["gpu/GPU-0"].Embodied))
		printed(t, "water", 6.92561170, 5e-9, float64(u.Water))
		printed(t, "part of the GPU", 0.694153846, 5e-10, zones["gpu/GPU-0"].Charged.Joules()/float64(u.Energy()))
		score, err := u.Score("token.train")
		require.NoError(t, err)
		require.False(t, score.Incomplete)
		printed(t, "SCI", 0.0194846397, 5e-11, float64(score.Per(1000).Carbon()))

		// The edges of the window, of a counter that moves every 100 ms, are not
		// in the example; they are 24 J of 6 MJ.
		uE := u.EnergyUncertainty().Sigma() / float64(u.Energy())
		printed(t, "u_E", 0.0754168477, 5e-10, uE)
		c, priced := u.Carbon()
		require.True(t, priced)
		printed(t, "C", 779.385587, 5e-7, float64(c))
		uC, _ := u.CarbonUncertainty().Relative(c)
		printed(t, "u_C", 0.253434613, 5e-10, uC)
		low, high, ok := score.Per(1000).Interval()
		require.True(t, ok)
		printed(t, "low", 0.0119484877, 5e-11, float64(low))
		printed(t, "high", 0.0317739946, 5e-11, float64(high))
		require.Equal(t, u.Machine, u.Microjoules+u.Others+u.IdleUnreserved)
	})
}

// TestWorkedServing is a day of serving on one card of eight, whose accounts are
// split by tokens.
func TestWorkedServing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		// Of the host, what flows anyway is known to 5 %, and the work exactly.
		work, idle := metertest.Package(0), metertest.Package(1)
		work.Idle, work.Origin.Sigma = 1e-9, 0
		idle.Idle, idle.Origin.Sigma = 280, 0.05
		machine := metertest.New(128, work, idle)
		wue, ewif := units.WUE(0.18), units.EWIF(1.476)
		cards, opts := eight(t, machine, sci.Site{PUE: 1.15, PUESigma: 0.03, WUE: &wue, EWIF: &ewif}, gpu.WithIdlePower("GPU-0", 110))
		start := time.Now()
		signal := intensity.AverageLifecycle(intensity.Production)
		point := func(from, to time.Duration, v units.Intensity) intensity.Point {
			return intensity.Point{Start: start.Add(from), End: start.Add(to), Value: v, Signal: signal,
				Quality: intensity.Measured, Sigma: 0.05, Zone: "script"}
		}
		m, err := meter.Start(t.Context(), opts, meter.WithAttribution(meter.Weights), meter.WithGrid(&intensity.Series{Points: []intensity.Point{
			point(-time.Hour, 16*time.Hour, 300), point(16*time.Hour, 48*time.Hour, 360)}}))
		require.NoError(t, err)
		defer m.Stop()
		cards.Cards()[0].Draw(420)
		task := m.Begin("serve")
		day := func(d time.Duration) {
			machine.Run(d, metertest.Phase{Own: d / 2, Busy: 8 * d,
				Energy: map[string]units.Microjoules{"package-0": joules(144 * d.Seconds()), "package-1": joules(280 * d.Seconds())}})
		}
		for range 16 * 120 { // the same in each half minute, and between two readings
			day(14500 * time.Millisecond)
			m.Ledger().Account("A").Charge(20)
			m.Ledger().Account("B").Charge(9)
			m.Ledger().Account("").Charge(1)
			day(15500 * time.Millisecond)
		}
		cards.Cards()[0].Draw(110)
		machine.Run(8*time.Hour, metertest.Phase{
			Energy: map[string]units.Microjoules{"package-1": joules(280 * 8 * 3600)}})
		task.Count("token.output", 30e6)
		task.Count("token.input", 90e6)
		task.Count("request", 60_000)
		u, err := task.End(t.Context())
		require.NoError(t, err)

		zones := zonesOf(u)
		printed(t, "GPU", 27_360_000, 0.05, zones["gpu/GPU-0"].Charged.Joules())
		printed(t, "GPU idle", 110*86_400, 0.05, zones["gpu/GPU-0"].Static.Joules())
		printed(t, "host static", 3_024_000, 0.05, zones["package-1"].Charged.Joules())
		printed(t, "host dynamic", 518_400, 0.05, zones["package-0"].Charged.Joules())
		printed(t, "rest", 12_960_000, 0.05, zones["rest"].Charged.Joules())
		printed(t, "E_IT", 12.9617021, 5e-8, u.Energy().KWh())
		printed(t, "E_fac", 14.9059574, 5e-8, u.Facility.KWh())
		printed(t, "O", 4645.02128, 5e-6, float64(u.Operational))
		printed(t, "M", 600.342466, 5e-7, float64(u.Embodied))
		printed(t, "water", 24.3342996, 5e-8, float64(u.Water))
		c, _ := u.Carbon()
		printed(t, "C", 5245.36374, 5e-6, float64(c))
		score, err := u.Score("token.output")
		require.NoError(t, err)
		printed(t, "per 1k output tokens", 0.174845458, 5e-10, float64(score.Per(1000).Carbon()))
		perRequest, err := u.Score("request")
		require.NoError(t, err)
		printed(t, "per request", 0.087422729, 5e-10, float64(perRequest.Carbon()))
		printed(t, "u_E", 0.105586882, 5e-10, u.EnergyUncertainty().Sigma()/float64(u.Energy()))
		uC, _ := u.CarbonUncertainty().Relative(c)
		printed(t, "u_C", 0.117322081, 5e-10, uC)
		low, high, ok := score.Per(1000).Interval()
		require.True(t, ok)
		printed(t, "low", 0.139036523, 5e-10, float64(low))
		printed(t, "high", 0.219877005, 5e-10, float64(high))
		for _, a := range u.Accounts {
			switch a.Account.Name() {
			case meter.IdleAccount:
				printed(t, "_idle", 3372.08715, 5e-6, float64(a.Operational+a.Embodied))
			case "A":
				printed(t, "A", 1248.85106, 5e-6, float64(a.Operational+a.Embodied))
			case "B":
				printed(t, "B", 561.982979, 5e-7, float64(a.Operational+a.Embodied))
			case meter.UnattributedAccount:
				printed(t, "_unattributed", 62.4425532, 5e-8, float64(a.Operational+a.Embodied))
			}
		}
		for _, a := range u.Full() {
			want := map[string]float64{"A": 3496.90916, "B": 1573.60912, meter.UnattributedAccount: 174.845458}
			printed(t, a.Account.Name()+", full", want[a.Account.Name()], 5e-6, float64(a.Operational+a.Embodied))
		}
	})
}
