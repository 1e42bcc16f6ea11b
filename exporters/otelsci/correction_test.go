package otelsci_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A revised grid says of every minute what it says now; it is fetched each
// minute. 0: it does not know.
type revised struct{ now, fetched atomic.Int64 }

func (g *revised) Refresh(context.Context) (time.Time, error) {
	g.fetched.Store(g.now.Load())
	return time.Now().Add(time.Minute), nil
}

func (g *revised) At(t time.Time) (intensity.Point, error) {
	start := t.Truncate(time.Minute)
	p := intensity.Point{
		Start: start, End: start.Add(time.Minute), Value: units.Intensity(g.fetched.Load()), Quality: intensity.Measured,
		Signal: intensity.AverageLifecycle(intensity.Production), Zone: "XX", Origin: source.Origin{Name: "script"},
	}
	if p.Value == 0 {
		return intensity.Point{}, &intensity.GapError{From: p.Start, To: p.End, Zone: "XX"}
	}
	return p, nil
}

// What was emitted stays when the grid is revised; the difference is emitted
// beside it, and both together are what is known now. It falls and rises.
func TestCorrection(t *testing.T) {
	grid := &revised{}
	grid.now.Store(360)
	bubble(t, meter.Options(full(), meter.WithGrid(grid)), func(t *testing.T, r *rig) {
		operational := func(all map[string]metricdata.Metrics) (sum float64) {
			for attrs, v := range values(all["sci.emissions"]) {
				if attrs == "sci.account=_idle,sci.component=operational" || attrs == "sci.account=_unattributed,sci.component=operational" {
					sum += v
				}
			}
			return sum
		}
		booked, corrected := 0.0, 0.0
		for i, v := range []int64{360, 180, 720} {
			grid.now.Store(v)
			r.work(600)
			all := r.collect()
			check(t, all)
			sum, ok := all["sci.emissions.correction"].Data.(metricdata.Sum[float64])
			require.True(t, ok)
			require.False(t, sum.IsMonotonic)
			require.Equal(t, metricdata.CumulativeTemporality, sum.Temporality)
			require.Len(t, sum.DataPoints, 1)
			require.Zero(t, sum.DataPoints[0].Attributes.Len())
			o, c := operational(all), sum.DataPoints[0].Value
			require.Greater(t, o, booked, "what was booked stays")
			// 31.25 W are 37.5 W at the facility: 22.5 kJ in ten minutes, of which the
			// last may be priced as before.
			now := float64(v) * 22500 * float64(i+1) / 3.6e6
			require.InDelta(t, now, o+c, 0.08*now)
			switch i {
			case 0:
				require.InDelta(t, 0, c, 1e-12) // prices of floats
			case 1:
				require.Negative(t, c)
			case 2:
				require.Greater(t, c, corrected)
				require.Positive(t, c)
			}
			booked, corrected = o, c
		}
	})
}

// What had no price when it was used gets it as a correction.
func TestCorrectionOfWhatHadNoPrice(t *testing.T) {
	grid := &revised{}
	bubble(t, meter.Options(full(), meter.WithGrid(grid)), func(t *testing.T, r *rig) {
		r.work(600)
		require.NotContains(t, r.collect(), "sci.emissions.correction")
		grid.now.Store(360)
		r.work(120)
		require.InDelta(t, 0.1e-3*37.5*600, values(r.collect()["sci.emissions.correction"])[""], 0.3)
	})
}
