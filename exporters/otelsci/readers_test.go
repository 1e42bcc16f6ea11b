package otelsci_test

import (
	"maps"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/scimeter/scimeter/exporters/otelsci"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/units"
)

// Whatever the machine does, the series of energy add up to what was charged,
// by account and by zone, and no counter falls.
func TestConservation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(4, metertest.Package(0), metertest.Package(1), metertest.DRAM(0))
		m := measure(t, machine, meter.WithGrid(steady(317)), meter.WithRest(33.3, 0.5), meter.WithEfficiency(0.91, 0.02))
		reader := sdk.NewManualReader()
		register(t, m, reader, otelsci.WithHardwareMetrics())
		chance := rand.New(rand.NewPCG(7, 11))
		last := map[string]float64{}
		for range 200 {
			busy := 1 + chance.Int64N(int64(8*time.Second))
			machine.Run(2*time.Second, metertest.Phase{
				Own: time.Duration(chance.Int64N(busy)), Busy: time.Duration(busy),
				Energy: map[string]units.Microjoules{
					"package-0": units.Microjoules(chance.Uint64N(4e8)), "package-1": units.Microjoules(chance.Uint64N(4e8)),
					"dram-0": units.Microjoules(chance.Uint64N(4e7)),
				},
			})
			m.Count("request", chance.Float64())
			synctest.Wait() // for the tick of this instant
			var now meter.Snapshot
			m.Last(&now)
			all := collect(t, reader)
			require.Equal(t, now.Microjoules, microjoules(all["sci.energy"]))
			require.Equal(t, now.Microjoules, microjoules(all["sci.zone.energy"]))
			carbon := float64(now.Operational + now.Embodied)
			require.InDelta(t, carbon, sum(all["sci.emissions"]), 1e-9*carbon)
			rises(t, all, last)
		}
		require.Greater(t, last["sci.energy sci.account=_unattributed,sci.nature=estimated"], 1e3)
		require.Greater(t, last["hw.energy hw.id=dram-0,hw.name=dram-0,hw.type=memory,sci.nature=measured"], 1e3)
	})
}

// flat returns all points by name and attributes.
func flat(all map[string]metricdata.Metrics) map[string]float64 {
	points := map[string]float64{}
	for name, m := range all {
		for attrs, v := range values(m) {
			points[name+" "+attrs] = v
		}
	}
	return points
}

func sum(m metricdata.Metrics) float64 {
	total := 0.0
	for _, p := range data(m) {
		total += p.Value
	}
	return total
}

// rises checks the counters against those of the collection before.
func rises(t *testing.T, all map[string]metricdata.Metrics, last map[string]float64) {
	t.Helper()
	for key, v := range flat(counters(all)) {
		require.GreaterOrEqual(t, v, last[key], key)
		last[key] = v
	}
}

// counters returns those of all that are counters.
func counters(all map[string]metricdata.Metrics) map[string]metricdata.Metrics {
	return maps.Collect(func(yield func(string, metricdata.Metrics) bool) {
		for name, m := range all {
			if _, ok := m.Data.(metricdata.Sum[float64]); ok && !yield(name, m) {
				return
			}
		}
	})
}

func deltas(sdk.InstrumentKind) metricdata.Temporality { return metricdata.DeltaTemporality }

// Two readers of one SDK, one of them for deltas, take nothing from each other.
func TestTwoReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, machine: metertest.New(4, pkg())}
		r.meter = measure(t, r.machine, full())
		cumulative, delta := sdk.NewManualReader(), sdk.NewManualReader(sdk.WithTemporalitySelector(deltas))
		mp := sdk.NewMeterProvider(sdk.WithReader(cumulative), sdk.WithReader(delta))
		_, err := otelsci.Register(r.meter, otelsci.WithMeterProvider(mp))
		require.NoError(t, err)
		added := map[string]float64{}
		for i := range 6 {
			r.meter.Count("request", 10)
			r.run()
			want := collect(t, cumulative)
			require.Equal(t, flat(want), flat(collect(t, cumulative)), "collecting changes nothing")
			if i%2 == 0 {
				continue // readers have intervals of their own
			}
			got := collect(t, delta)
			require.Equal(t, metricdata.DeltaTemporality, got["sci.energy"].Data.(metricdata.Sum[float64]).Temporality)
			for attrs, v := range values(got["sci.energy"]) {
				added[attrs] += v
			}
			require.Equal(t, values(want["sci.energy"]), added)
			require.Equal(t, values(want["sci.score"]), values(got["sci.score"]), "all see the same window")
			require.Equal(t, map[string]float64{"sci.functional_unit=request": 20}, values(got["sci.functional_units"]))
		}
		require.Equal(t, 6*1875.0, added["sci.account=_idle,sci.nature=estimated"])
	})
}

// Readers that collect all at once, while the meter counts and one registration
// comes and goes.
func TestReadersAtOnce(t *testing.T) {
	machine := metertest.New(4, pkg())
	m := measure(t, machine, full(), meter.WithInterval(meter.MinInterval))
	var readers []*sdk.ManualReader
	var opts []sdk.Option
	for range 4 {
		readers = append(readers, sdk.NewManualReader())
		opts = append(opts, sdk.WithReader(readers[len(readers)-1]))
	}
	mp := sdk.NewMeterProvider(opts...)
	reg, err := otelsci.Register(m, otelsci.WithMeterProvider(mp), otelsci.WithHardwareMetrics())
	require.NoError(t, err)
	var all sync.WaitGroup
	for _, reader := range readers {
		all.Go(func() {
			last := map[string]float64{}
			for range 50 {
				var rm metricdata.ResourceMetrics
				if err := reader.Collect(t.Context(), &rm); err != nil {
					t.Error(err)
				}
				m.Count("request", 1)
				fell(t, rm, last)
			}
			if len(last) == 0 {
				t.Error("nothing was collected")
			}
		})
	}
	machine.Run(30*time.Millisecond, metertest.Phase{Busy: time.Second, Own: time.Second,
		Energy: map[string]units.Microjoules{"package-0": 3e6}})
	all.Wait()
	all.Go(func() { _ = reg.Unregister() })
	require.NoError(t, reg.Unregister())
	all.Wait()
	require.Subset(t, []string{"sci.meter.read.duration"}, names(collect(t, readers[0])), "which SDKs keep")
}

// fell reports the counters that are less than before.
func fell(t *testing.T, rm metricdata.ResourceMetrics, last map[string]float64) {
	for _, scope := range rm.ScopeMetrics {
		for _, m := range scope.Metrics {
			if _, ok := m.Data.(metricdata.Sum[float64]); !ok {
				continue
			}
			for _, p := range data(m) {
				key := m.Name + " " + p.Attributes.Encoded(attribute.DefaultEncoder())
				if p.Value < last[key] {
					t.Errorf("%s fell from %v to %v", key, last[key], p.Value)
				}
				last[key] = p.Value
			}
		}
	}
}
