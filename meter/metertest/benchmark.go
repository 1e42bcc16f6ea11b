package metertest

import (
	"context"
	"testing"
	"time"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/source"
)

// Benchmark measures what a benchmark uses, from the call on until the function
// that it returns is called, and adds it to the figures of b:
//
//	defer metertest.Benchmark(b)()
//	for b.Loop() {
//
// J/op is what hardware counted; where nothing counts, est-J/op is what is
// estimated. They are never mixed: beside a counter nothing estimated is added.
// Where a grid is named, by SCIMETER_ZONE or by an option, there is mgCO2e/op
// or est-mgCO2e/op as well: that energy at the facility's meter times the
// intensity, and what the hardware embodies for the CPU time that was used.
//
// What is charged is what the work causes: the dynamic energy of the CPU time
// of the process ([meter.Marginal]), at the level of the counters. Idle power,
// fans and the loss of the power supply are left out, so that figures do not
// depend on how large the machine is or what else it does, and sleep costs
// nothing. Goroutines that the benchmark left running, and the garbage
// collector, are in. An option of opts replaces that: with
// [meter.Proportional] idle power comes in. The other variables of
// [meter.FromEnv] hold too, but for the policy and the rest.
//
// It resets the timer of b, so that times and energies are of the same window:
// call it after the set-up, right before the loop, b.Loop or one over b.N. Each
// sub-benchmark calls it by its own b. A window that is shorter than a tick of
// the kernel's clock, 10 ms, or in which nothing was charged, has no figure.
//
// It never fails b: where there is nothing to measure with, the log of b says
// why.
func Benchmark(b *testing.B, opts ...meter.Option) func() {
	b.Helper()
	b.StopTimer()
	m, err := meter.Start(context.Background(), append([]meter.Option{
		meter.FromEnv(), meter.WithPolicy(meter.Marginal), meter.WithoutRest(),
	}, opts...)...)
	if err != nil && b.N <= 1 { // once, not for each b.N that is tried
		b.Log("energy is not measured:", err)
	}
	task := m.Begin(b.Name())
	b.ResetTimer()
	b.StartTimer()
	return func() {
		b.StopTimer()
		usage, err := task.End(context.Background())
		if err == nil {
			report(b, usage)
		}
		if err := m.Stop(); err != nil {
			b.Log(err)
		}
	}
}

// report adds what was used to the figures of b.
func report(b *testing.B, u meter.Usage) {
	used, prefix := counted(u), ""
	if used.joules == 0 {
		used, prefix = all(u), "est-"
	}
	if used.joules == 0 {
		if u.Duration() >= 100*time.Millisecond {
			b.Log("energy is not measured: nothing was charged:", u.Missing)
		}
		return
	}
	n := float64(max(b.N, 1))
	b.ReportMetric(used.joules/n, prefix+"J/op")
	if c, ok := u.Carbon(); ok && c > 0 {
		b.ReportMetric((used.grams+float64(u.Embodied))*1000/n, prefix+"mgCO2e/op")
	}
}

// used is energy, and the operational carbon of it.
type used struct{ joules, grams float64 }

// counted is what hardware counted of u.
func counted(u meter.Usage) used {
	var sum used
	for _, z := range u.Zones {
		if m := z.Zone.Origin.Method; m == source.Counted || m == source.Sampled {
			sum.joules += z.Charged.Joules()
			sum.grams += float64(z.Operational)
		}
	}
	return sum
}

func all(u meter.Usage) used { return used{float64(u.Energy()), float64(u.Operational)} }
