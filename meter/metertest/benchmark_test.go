package metertest_test

import (
	"math"
	"os"
	"os/exec"
	"strings"
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

// bench runs f as go test does, on the clock of a bubble.
func bench(t *testing.T, f func(b *testing.B)) testing.BenchmarkResult {
	t.Helper()
	var r testing.BenchmarkResult
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))) // a bubble starts in 2000
		r = testing.Benchmark(f)
	})
	return r
}

// script is a machine at 10 W of idle power and 20 W of work, of which half is
// of this process: 1 J of 100 ms is what one operation causes.
func script() (*metertest.Machine, meter.Option, func()) {
	pkg := metertest.Package(0)
	pkg.Idle = 10
	m := metertest.New(2, pkg)
	return m, meter.Options(m.Options(), meter.WithSite(sci.Site{PUE: 1.5})), func() {
		m.Run(100*time.Millisecond, metertest.Phase{
			Own: 50 * time.Millisecond, Busy: 100 * time.Millisecond,
			Energy: map[string]units.Microjoules{"package-0": 3e6},
		})
	}
}

func TestBenchmark(t *testing.T) {
	for name, loop := range map[string]func(b *testing.B, op func()){
		"b.Loop": func(b *testing.B, op func()) {
			for b.Loop() {
				op()
			}
		},
		"b.N": func(b *testing.B, op func()) {
			for range b.N {
				op()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := bench(t, func(b *testing.B) {
				_, opts, op := script()
				op() // set-up
				defer metertest.Benchmark(b, opts)()
				loop(b, op)
			})
			require.Equal(t, 100*time.Millisecond, r.T/time.Duration(r.N))
			require.Equal(t, map[string]float64{"J/op": 1}, r.Extra)
		})
	}
}

func TestBenchmarkCarbon(t *testing.T) {
	grid := &intensity.Series{Points: []intensity.Point{{
		Start: time.Unix(0, 0), End: time.Unix(1<<40, 0), Value: 360, Signal: intensity.AverageLifecycle(intensity.Production),
		Quality: intensity.Measured, Zone: "script",
	}}}
	r := bench(t, func(b *testing.B) {
		_, opts, op := script()
		hour := units.Carbon(sci.DefaultLifespan.Hours()) // 1 g an hour
		defer metertest.Benchmark(b, opts, meter.WithGrid(grid), meter.WithHardware(sci.Server{Embodied: hour}))()
		for b.Loop() {
			op()
		}
	})
	require.Equal(t, 1.0, r.Extra["J/op"])
	// 1 J · 1.5 · 360 g/kWh, and 50 ms of 2 CPUs of 1 g/h.
	require.InDelta(t, 0.15+1000*0.025/3600, r.Extra["mgCO2e/op"], 1e-9)
}

func TestBenchmarkEnvironment(t *testing.T) {
	t.Setenv("SCIMETER_ZONE", "FR")
	t.Setenv("SCIMETER_POLICY", "proportional") // of the service, not of its benchmarks
	r := bench(t, func(b *testing.B) {
		_, opts, op := script()
		defer metertest.Benchmark(b, opts)()
		for b.Loop() {
			op()
		}
	})
	require.Equal(t, 1.0, r.Extra["J/op"])
	require.Positive(t, r.Extra["mgCO2e/op"])
}

// A policy that is asked for replaces ours: half of the idle power comes in.
func TestBenchmarkPolicy(t *testing.T) {
	r := bench(t, func(b *testing.B) {
		_, opts, op := script()
		defer metertest.Benchmark(b, opts, meter.WithPolicy(meter.Proportional))()
		for b.Loop() {
			op()
		}
	})
	require.Equal(t, map[string]float64{"J/op": 1.5}, r.Extra)
}

func TestBenchmarkEstimates(t *testing.T) {
	guess := metertest.Package(0)
	guess.Idle, guess.Origin.Method = 10, source.Estimated
	memory := metertest.DRAM(0)
	memory.Idle = 10
	work := metertest.Phase{
		Own: 100 * time.Millisecond, Busy: 100 * time.Millisecond,
		Energy: map[string]units.Microjoules{"package-0": 3e6, "dram-0": 2e6},
	}
	run := func(m *metertest.Machine, p metertest.Phase) testing.BenchmarkResult {
		return bench(t, func(b *testing.B) {
			defer metertest.Benchmark(b, m.Options(), meter.WithGrid(intensity.Country("FR")))()
			for b.Loop() {
				m.Run(100*time.Millisecond, p)
			}
		})
	}
	t.Run("alone", func(t *testing.T) {
		p := work
		p.Energy = map[string]units.Microjoules{"package-0": 3e6}
		r := run(metertest.New(2, guess), p)
		require.Equal(t, 2.0, r.Extra["est-J/op"])
		require.Positive(t, r.Extra["est-mgCO2e/op"])
		require.Len(t, r.Extra, 2)
	})
	t.Run("beside a counter they are left out", func(t *testing.T) {
		r := run(metertest.New(2, guess, memory), work)
		require.Equal(t, 1.0, r.Extra["J/op"])
		require.Positive(t, r.Extra["mgCO2e/op"])
		require.Len(t, r.Extra, 2)
	})
}

// BenchmarkScript is what TestBenchmarkOutput runs. Its machine has no idle
// power to speak of, so that figures do not depend on how long sleeps take.
func BenchmarkScript(b *testing.B) {
	pkg := metertest.Package(0)
	pkg.Idle = 1e-9
	m := metertest.New(2, pkg)
	op := func(joules units.Microjoules) {
		m.Run(time.Millisecond, metertest.Phase{
			Own: 15 * time.Millisecond, Busy: 20 * time.Millisecond, // more than is slept: enough to be told
			Energy: map[string]units.Microjoules{"package-0": joules * 1e6},
		})
	}
	b.Run("loop", func(b *testing.B) {
		op(1000)
		defer metertest.Benchmark(b, m.Options())()
		for b.Loop() {
			op(4)
		}
	})
	b.Run("n", func(b *testing.B) {
		op(1000)
		defer metertest.Benchmark(b, m.Options())()
		for range b.N {
			op(8)
		}
	})
}

// TestBenchmarkOutput reads what a person reads: sub-benchmarks, and why there
// is no figure.
func TestBenchmarkOutput(t *testing.T) {
	run := func(env string) string {
		exe, err := os.Executable()
		require.NoError(t, err)
		cmd := exec.CommandContext(t.Context(), exe, "-test.run=^$", "-test.bench=^BenchmarkScript$", "-test.benchtime=20x")
		cmd.Env = append(os.Environ(), env)
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		return string(out)
	}
	out := run("SCIMETER_ZONE=FR")
	require.Regexp(t, `BenchmarkScript/loop\S*\s+20\s+\d+ ns/op\s+3\.000 J/op\s+[\d.]+ mgCO2e/op`, out)
	require.Regexp(t, `BenchmarkScript/n\S*\s+20\s+\d+ ns/op\s+6\.000 J/op\s+[\d.]+ mgCO2e/op`, out)
	out = run("SCIMETER_PUE=0.5")
	require.Regexp(t, `BenchmarkScript/n\S*\s+20\s+\d+ ns/op\n`, out)
	require.Equal(t, 2, strings.Count(out, "energy is not measured: meter: SCIMETER_PUE: want at least 1"), "once for each:\n%s", out)
}

// A benchmark goes on where energy cannot be measured.
func TestBenchmarkWithoutSource(t *testing.T) {
	ran := 0
	r := bench(t, func(b *testing.B) {
		defer metertest.Benchmark(b, meter.WithPolicy(99))()
		for b.Loop() {
			time.Sleep(time.Millisecond)
			ran++
		}
	})
	require.Positive(t, ran)
	require.Equal(t, ran, r.N)
	require.Empty(t, r.Extra)
}

// This machine as it is: whatever it has, the benchmark has a time, and if it
// has a figure it is one.
func TestBenchmarkHere(t *testing.T) {
	r := testing.Benchmark(func(b *testing.B) {
		defer metertest.Benchmark(b)()
		x := 0.0
		for b.Loop() {
			x += math.Sqrt(float64(b.N))
		}
		_ = x
	})
	require.Positive(t, r.N)
	for unit, v := range r.Extra {
		require.Contains(t, []string{"J/op", "est-J/op"}, unit)
		require.Positive(t, v)
		require.Less(t, v*float64(r.N)/r.T.Seconds(), 1e4, "W")
	}
}
