package main

import (
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// The interval of a component is that of its own figure, and not of what the
// power supply makes of it.
func TestDoubtOfAComponent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(4, metertest.Package(0))
		m, err := meter.Start(t.Context(), machine.Options(), meter.WithReservation(meter.WholeMachine()),
			meter.WithRest(100, 0.5), meter.WithEfficiency(0.8, 0.02))
		require.NoError(t, err)
		defer m.Stop()
		task := m.Begin("work")
		machine.Run(10*time.Second, metertest.Phase{
			Own: 10 * time.Second, Busy: 10 * time.Second, Energy: map[string]units.Microjoules{"package-0": 500e6},
		})
		u, err := task.End(t.Context())
		require.NoError(t, err)

		sigma := map[source.Kind]float64{}
		for _, z := range u.Zones {
			sigma[z.Zone.Kind] = doubt(u, z)
		}
		// 500 J ± 3 % and 1000 J ± 50 %, of which 1/0.8 is drawn: η ± 0.02 makes
		// 1500·0.02/0.8² of it.
		require.InEpsilon(t, 0.03*500, sigma[source.CPU], 1e-6)
		require.InEpsilon(t, 0.5*1000, sigma[source.Rest], 1e-6)
		want := math.Hypot(1500*0.02/0.64, 0.25*math.Hypot(15, 500))
		require.InEpsilon(t, want, sigma[source.Loss], 1e-6)
	})
}
