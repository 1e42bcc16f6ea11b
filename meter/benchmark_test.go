package meter_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/internal/powercaptest"
	"github.com/scimeter/scimeter/meter"
)

// benchCounter is a file of sysfs that the kernel fills anew at each read, and
// that every Linux machine has: what energy_uj costs, less the register.
const benchCounter = "/sys/class/net/lo/statistics/rx_bytes"

// benchTree is a machine with two packages and two memories. With links their
// counters are links to benchCounter, else files where tb has its own.
func benchTree(tb testing.TB, links bool) *powercaptest.Tree {
	tb.Helper()
	tree := powercaptest.New(tb)
	for _, dir := range []string{"intel-rapl:0", "intel-rapl:0:0", "intel-rapl:1", "intel-rapl:1:0"} {
		name, top := "dram", uint64(powercaptest.DRAMRange)
		if len(dir) == len("intel-rapl:0") {
			name, top = "package-"+dir[len(dir)-1:], powercaptest.IntelRange
		}
		tree.Zone(dir, name, 1000, top)
		if !links {
			continue
		}
		tree.Remove(dir, "energy_uj")
		require.NoError(tb, os.Symlink(benchCounter, tree.Path(dir, "energy_uj")))
	}
	return tree
}

// benchOptions measure this process by the CPU times of this machine and the
// counters of tree. The meter reads when it is asked to, and hardly else.
func benchOptions(tree *powercaptest.Tree) []meter.Option {
	return []meter.Option{
		meter.WithRoots("", tree.Root), meter.WithInterval(time.Hour), meter.WithGrid(intensity.Country("FR")),
		meter.WithRest(meter.RestPower, meter.RestSigma), meter.WithEfficiency(meter.Efficiency, meter.EfficiencySigma),
	}
}

func benchMeter(tb testing.TB, links bool) *meter.Meter {
	tb.Helper()
	for _, file := range []string{benchCounter, "/proc/stat"} {
		if _, err := os.Stat(file); err != nil {
			tb.Skip("needs Linux: ", err)
		}
	}
	m, err := meter.Start(tb.Context(), benchOptions(benchTree(tb, links))...)
	require.NoError(tb, err)
	tb.Cleanup(func() { require.NoError(tb, m.Stop()) })
	return m
}

// BenchmarkRead is a full tick with its result: CPU times of process and
// machine, four counters, rest and supply loss, shares, prices and all sums.
func BenchmarkRead(b *testing.B) {
	for _, kind := range []string{"sysfs", "file"} {
		b.Run("counters="+kind, func(b *testing.B) {
			m := benchMeter(b, kind == "sysfs")
			var s meter.Snapshot
			b.ReportAllocs()
			for b.Loop() {
				if err := m.ReadInto(b.Context(), &s); err != nil {
					b.Fatal(err)
				}
			}
			require.NoError(b, s.Missing)
		})
	}
}

// BenchmarkLast is what an exporter pays that asks once more.
func BenchmarkLast(b *testing.B) {
	m := benchMeter(b, true)
	var s meter.Snapshot
	b.ReportAllocs()
	for b.Loop() {
		m.Last(&s)
	}
	require.Len(b, s.Zones, 6)
}

// BenchmarkTask is a window around nothing: two readings and their difference.
func BenchmarkTask(b *testing.B) {
	m := benchMeter(b, true)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Begin("nothing").End(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCount(b *testing.B) {
	m := benchMeter(b, true)
	b.ReportAllocs()
	for b.Loop() {
		m.Count("request", 1)
	}
}

// BenchmarkStart starts and stops a meter, each of which opens all anew. Its
// time is that of both; start-ns/op and stop-ns/op are of each.
func BenchmarkStart(b *testing.B) {
	for _, machine := range []string{"this", "counters"} {
		b.Run("machine="+machine, func(b *testing.B) {
			var given []meter.Option
			if machine == "counters" {
				given = benchOptions(benchTree(b, true))
			}
			var start, stop time.Duration
			b.ReportAllocs()
			for b.Loop() {
				at := time.Now()
				m, err := meter.Start(b.Context(), given...)
				start += time.Since(at)
				if err != nil {
					b.Skip(err)
				}
				at = time.Now()
				if err := m.Stop(); err != nil {
					b.Fatal(err)
				}
				stop += time.Since(at)
			}
			b.ReportMetric(float64(start.Nanoseconds())/float64(b.N), "start-ns/op")
			b.ReportMetric(float64(stop.Nanoseconds())/float64(b.N), "stop-ns/op")
		})
	}
}

func TestReadingAllocatesNothing(t *testing.T) {
	m := benchMeter(t, true)
	var s meter.Snapshot
	require.NoError(t, m.ReadInto(t.Context(), &s))
	require.Len(t, s.Zones, 6)
	require.Zero(t, testing.AllocsPerRun(200, func() { _ = m.ReadInto(t.Context(), &s) }), "ReadInto")
	require.Zero(t, testing.AllocsPerRun(200, func() { m.Last(&s) }), "Last")
	require.Zero(t, testing.AllocsPerRun(200, func() { m.Count("request", 1) }), "Count")
	require.NoError(t, s.Missing)
}
