package otelsci_test

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/scimeter/scimeter/exporters/otelsci"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
)

// Of 1000 J, of which 200 J flow anyway, 1 s of 40 s of CPU time.
func TestMeterEnergy(t *testing.T) {
	var s script
	s.Microjoules, s.Static, s.Own = 1000e6, 200e6, 40*time.Second
	reader := s.play(t)
	require.NotContains(t, collect(t, reader), "sci.meter.energy", "no clock tells")
	s.Effort.CPU = time.Second
	require.Equal(t, map[string]float64{"": 20}, values(collect(t, reader)["sci.meter.energy"]))
	require.Equal(t, map[string]float64{"": 1}, values(collect(t, reader)["sci.meter.cpu.time"]))
	s.Own = 80 * time.Second // of work that is cheaper
	require.Equal(t, map[string]float64{"": 20}, values(collect(t, reader)["sci.meter.energy"]), "a counter never falls")
	s.Own = 20 * time.Second
	require.Equal(t, map[string]float64{"": 40}, values(collect(t, reader)["sci.meter.energy"]))
	s.Own = 0
	var fresh script
	fresh.Snapshot = s.Snapshot
	require.NotContains(t, collect(t, fresh.play(t)), "sci.meter.energy", "nothing is known of the scope")
}

// What is emitted is what the meter says of itself.
func TestMeterEnergyOfAMeter(t *testing.T) {
	bubble(t, full(), func(t *testing.T, r *rig) {
		r.run()
		var now meter.Snapshot
		r.meter.Last(&now)
		if now.Effort.CPU == 0 {
			t.Skip("no clock tells the CPU time of a thread")
		}
		got := values(r.collect()["sci.meter.energy"])[""]
		require.Equal(t, float64(now.MeterEnergy()), got)
		require.Positive(t, got)
		require.LessOrEqual(t, got, float64(now.Energy()))
	})
}

func TestErrorsByTypeAndSource(t *testing.T) {
	bubble(t, meter.Options(full(), meter.WithInterval(time.Hour)), func(t *testing.T, r *rig) {
		read := func() {
			_, err := r.meter.Read(t.Context())
			require.NoError(t, err)
		}
		series := func() map[string]float64 { return values(r.collect()["sci.meter.errors"]) }
		read()
		require.Equal(t, map[string]float64{"error.type=_OTHER,sci.source=scope": 0}, series(), "there before it is needed")
		r.machine.Fail("package-0", fmt.Errorf("read: %w", fs.ErrPermission))
		read()
		read()
		r.machine.Fail("package-0", errors.New("a fault of its own"))
		r.machine.FailScope(os.ErrDeadlineExceeded)
		read()
		want := map[string]float64{
			"error.type=permission_denied,sci.source=package-0": 2,
			"error.type=_OTHER,sci.source=package-0":            1,
			"error.type=timeout,sci.source=scope":               1,
			"error.type=_OTHER,sci.source=scope":                0,
		}
		require.Equal(t, want, series())
		r.machine.FailScope(errors.New("unheard of"))
		read()
		want["error.type=_OTHER,sci.source=scope"]++
		want["error.type=_OTHER,sci.source=package-0"]++
		require.Equal(t, want, series())
	})
}

// durations returns the points of the histogram; it has at most one.
func durations(t *testing.T, all map[string]metricdata.Metrics) metricdata.HistogramDataPoint[float64] {
	t.Helper()
	h, ok := all["sci.meter.read.duration"].Data.(metricdata.Histogram[float64])
	if !ok {
		return metricdata.HistogramDataPoint[float64]{}
	}
	require.Len(t, h.DataPoints, 1)
	require.Zero(t, h.DataPoints[0].Attributes.Len())
	return h.DataPoints[0]
}

// However many collect, a reading is recorded once, and for all.
func TestReadDuration(t *testing.T) {
	var s script
	a, b := sdk.NewManualReader(), sdk.NewManualReader()
	mp := sdk.NewMeterProvider(sdk.WithReader(a), sdk.WithReader(b))
	_, err := otelsci.RegisterScript(&s, &meter.Method{}, otelsci.WithMeterProvider(mp))
	require.NoError(t, err)
	require.Zero(t, durations(t, collect(t, a)).Count, "no reading yet")
	for i, took := range []time.Duration{20 * time.Microsecond, 2 * time.Millisecond, 20 * time.Second} {
		s.Effort.Reads += 10 // between two collections; the last is recorded
		s.Effort.Took = took
		_, _ = collect(t, a), collect(t, b)
		require.EqualValues(t, i+1, durations(t, collect(t, a)).Count)
		require.EqualValues(t, i+1, durations(t, collect(t, b)).Count)
	}
	got := durations(t, collect(t, b))
	require.Equal(t, []float64{1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10}, got.Bounds)
	require.Equal(t, []uint64{0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1}, got.BucketCounts)
	require.InEpsilon(t, 20.00202, got.Sum, 1e-12)
	check(t, collect(t, a))
}

// A meter that reads tells how long it took.
func TestReadDurationOfAMeter(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a scripted machine is read within one step of its clock")
	}
	m := measure(t, metertest.New(4, pkg()), full(), meter.WithInterval(time.Hour))
	reader := sdk.NewManualReader()
	reg := register(t, m, reader)
	for i := range 3 {
		_, err := m.Read(t.Context())
		require.NoError(t, err)
		_ = collect(t, reader)
		got := durations(t, collect(t, reader))
		require.EqualValues(t, i+1, got.Count)
	}
	got := durations(t, collect(t, reader))
	require.Positive(t, got.Sum)
	require.NoError(t, reg.Unregister())
	require.Equal(t, []string{"sci.meter.read.duration"}, names(collect(t, reader)), "SDKs keep it as it was")
	require.Equal(t, got.Count, durations(t, collect(t, reader)).Count)
}

// Of a machine that does nothing there is nothing to record twice.
func TestReadDurationWaitsForAReading(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s script
		s.Effort = meter.Effort{Reads: 3} // none of which was timed
		require.Zero(t, durations(t, collect(t, s.play(t))).Count)
	})
}
