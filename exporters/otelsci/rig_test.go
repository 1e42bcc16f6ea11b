package otelsci_test

import (
	"maps"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/scimeter/scimeter/exporters/otelsci"
	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A rig is half of a machine with 4 CPUs, whose figures can be worked out by
// heart: idle 10 W, rest 20 W, a supply of 0.8, PUE 1.2, 360 g/kWh, which is
// 0.1 mg/J, and 0.01 g of hardware a second.
type rig struct {
	t       *testing.T
	machine *metertest.Machine
	meter   *meter.Meter
	reader  *sdk.ManualReader
	reg     *otelsci.Registration
}

// life is the default life of a server, in seconds.
const life = 35040 * 3600

func pkg() source.Zone {
	z := metertest.Package(0)
	z.Idle, z.IdleSigma = 10, 0.1
	return z
}

// steady is a grid of one figure, measured half a minute before the bubble of
// testing/synctest begins.
func steady(value units.Intensity) *intensity.Series {
	now := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	return &intensity.Series{Points: []intensity.Point{{
		Start: now.Add(-time.Hour), End: now.Add(time.Hour), Value: value,
		Signal: intensity.AverageLifecycle(intensity.Production), Quality: intensity.Measured, Sigma: 0.05,
		Zone: "XX", Origin: source.Origin{Name: "script"}, UpdatedAt: now.Add(-30 * time.Second),
	}}}
}

// sparse is what a rig has if nothing else is said: no grid and no water.
func sparse() meter.Option {
	return meter.Options(
		meter.WithSite(sci.Site{PUE: 1.2}), meter.WithRest(20, 0.5), meter.WithEfficiency(0.8, 0),
		meter.WithHardware(sci.Server{Embodied: life * units.Gram / 100, Source: "by heart"}),
	)
}

// full is what a rig has that knows all.
func full() meter.Option {
	wue, ewif := units.WUE(0.36), units.EWIF(3.6)
	return meter.Options(sparse(), meter.WithGrid(steady(360)),
		meter.WithSite(sci.Site{PUE: 1.2, WUE: &wue, EWIF: &ewif}))
}

// measure starts a meter on a scripted machine.
func measure(t *testing.T, machine *metertest.Machine, opts ...meter.Option) *meter.Meter {
	t.Helper()
	machine.Reserve(map[source.Kind]float64{source.CPU: 0.5})
	m, err := meter.Start(t.Context(), append([]meter.Option{machine.Options()}, opts...)...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Stop()) })
	return m
}

// bubble runs f with a rig, in a bubble of testing/synctest.
func bubble(t *testing.T, mopts meter.Option, f func(*testing.T, *rig), opts ...otelsci.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, machine: metertest.New(4, pkg()), reader: sdk.NewManualReader()}
		r.meter = measure(t, r.machine, mopts)
		r.reg = register(t, r.meter, r.reader, opts...)
		f(t, r)
	})
}

// register registers m with an SDK that has the reader.
func register(t *testing.T, m *meter.Meter, reader sdk.Reader, opts ...otelsci.Option) *otelsci.Registration {
	t.Helper()
	mp := sdk.NewMeterProvider(sdk.WithReader(reader))
	reg, err := otelsci.Register(m, append([]otelsci.Option{otelsci.WithMeterProvider(mp)}, opts...)...)
	require.NoError(t, err)
	return reg
}

// run lets the machine work for 100 s: half of its work is ours.
func (r *rig) run() { r.work(100) }

func (r *rig) work(seconds time.Duration) {
	r.machine.Run(seconds*time.Second, metertest.Phase{
		Own: seconds * time.Second / 2, Busy: seconds * time.Second,
		Energy: map[string]units.Microjoules{"package-0": units.Microjoules(seconds) * 30e6},
	})
	synctest.Wait() // for the tick of this instant
	_, err := r.meter.Read(r.t.Context())
	require.NoError(r.t, err)
}

// collect returns what a reader gets, by name.
func collect(t *testing.T, reader *sdk.ManualReader) map[string]metricdata.Metrics {
	t.Helper()
	var rm metricdata.ResourceMetrics
	require.NoError(t, reader.Collect(t.Context(), &rm))
	all := map[string]metricdata.Metrics{}
	for _, scope := range rm.ScopeMetrics {
		require.Equal(t, otelsci.ScopeName, scope.Scope.Name)
		require.Equal(t, otelsci.Version, scope.Scope.Version)
		for _, m := range scope.Metrics {
			require.NotContains(t, all, m.Name)
			all[m.Name] = m
		}
	}
	return all
}

func (r *rig) collect() map[string]metricdata.Metrics { return collect(r.t, r.reader) }

// names returns the sorted names of what was collected.
func names(all map[string]metricdata.Metrics) []string {
	return slices.Sorted(maps.Keys(all))
}

// data returns the points of a metric.
func data(m metricdata.Metrics) []metricdata.DataPoint[float64] {
	switch d := m.Data.(type) {
	case metricdata.Sum[float64]:
		return d.DataPoints
	case metricdata.Gauge[float64]:
		return d.DataPoints
	}
	return nil
}

// values returns the points of a metric by their attributes, such as
// "sci.account=_idle,sci.component=embodied".
func values(m metricdata.Metrics) map[string]float64 {
	all := map[string]float64{}
	for _, p := range data(m) {
		all[p.Attributes.Encoded(attribute.DefaultEncoder())] = p.Value
	}
	return all
}

// microjoules returns the sum of a metric of joules.
func microjoules(m metricdata.Metrics) units.Microjoules {
	var sum units.Microjoules
	for _, p := range data(m) {
		sum += units.Microjoules(p.Value*1e6 + 0.5)
	}
	return sum
}

// near checks figures that floats round, by their attributes.
func near(t *testing.T, want, got map[string]float64) {
	t.Helper()
	require.Equal(t, slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(got)))
	for k, v := range want {
		require.InEpsilon(t, v, got[k], 1e-12, k) // some tens of additions of floats
	}
}
