package meterai_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/meterai"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

func TestKPIFigures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pkg := metertest.Package(0)
		pkg.Idle = 1e-9
		machine := metertest.New(1, pkg)
		wue, ewif := units.WUE(2), units.EWIF(1)
		m := metertest.Start(t, machine, meter.WithAttribution(meter.Weights), meter.WithoutRest(), meter.WithReservation(meter.WholeMachine()),
			meter.WithSite(sci.Site{PUE: 1.25, WUE: &wue, EWIF: &ewif}), meter.WithHardware(sci.Server{Embodied: 35_040_000}),
			meter.WithGrid(intensity.Fixed{Value: 3600, Signal: intensity.AverageLifecycle(intensity.Production)}))
		a, b := m.Ledger().Account("A"), m.Ledger().Account("B")
		task := m.Begin("serve")
		machine.Run(36*time.Second, metertest.Phase{Own: 36 * time.Second, Busy: 36 * time.Second, Energy: map[string]units.Microjoules{"package-0": 36_000e6}})
		meterai.Tokens{Input: 30_000, Cached: 10_000, Output: 15_000, Reasoning: 5_000}.Count(a)
		b.Count(meterai.Train, 100_000)
		b.Charge(10_000)
		both := m.Ledger().Account("both")
		both.Count(meterai.Train, 1)
		both.Count(meterai.Output, 1)
		m.Ledger().Account("none")
		u, err := task.End(t.Context())
		require.NoError(t, err)
		// 10 Wh at 1.25: 12.5 Wh, 45 g; 10 g of hardware; 20 + 12.5 mL of water.
		quality := 0.9
		kpis := meterai.KPIs(u, func(a *meter.Account) meterai.Service {
			if a.Name() == "B" {
				return meterai.Service{}
			}
			return meterai.Service{P95: time.Second, Quality: &quality}
		})
		require.Len(t, kpis, 2)
		s, o, tr := kpis[0].Serve, kpis[0].Output, kpis[1].Train
		require.InEpsilon(t, 0.0125*2/3/60, s.KWh, 1e-9)
		require.InEpsilon(t, 55.0*2/3/60, float64(s.Carbon), 1e-9)
		require.InEpsilon(t, 10.0*2/3/60, float64(s.Embodied), 1e-9)
		require.InEpsilon(t, 45.0*2/3/60, float64(s.Direct), 1e-9)
		require.InEpsilon(t, 55.0*2/3/20, float64(o.Carbon), 1e-9)
		require.InEpsilon(t, 0.0325*2/3/60, float64(*s.Water), 1e-9)
		require.InEpsilon(t, 60_000/24_000.0, s.TokensPerJoule, 1e-9)
		require.InEpsilon(t, 55.0/3/100, float64(tr.Carbon), 1e-9)
		require.True(t, s.Priced)
		require.Equal(t, time.Second, kpis[0].Service.P95)
		text, err := json.Marshal(kpis[1])
		require.NoError(t, err)
		require.NotContains(t, string(text), "serve")
		require.NotContains(t, string(text), "latency", "what is not known is absent")
	})
}
