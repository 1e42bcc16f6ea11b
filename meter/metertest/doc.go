// Package metertest helps to test what is built on package meter.
//
// [Benchmark] adds energy to Go benchmarks, so that benchstat shows a change
// that uses more:
//
//	func BenchmarkSort(b *testing.B) {
//		data := prepare()
//		defer metertest.Benchmark(b)()
//		for b.Loop() {
//			slices.Sort(slices.Clone(data))
//		}
//	}
//
// A [Machine] uses the energy and the time that a test says. With [Start] and
// within a bubble of testing/synctest, figures are exact and hours pass at once:
//
//	func TestReport(t *testing.T) {
//		synctest.Test(t, func(t *testing.T) {
//			machine := metertest.New(4, metertest.Package(0))
//			m := metertest.Start(t, machine)
//			task := m.Begin("job")
//			machine.Run(time.Hour, metertest.Phase{
//				Own: time.Hour, Busy: 2 * time.Hour,
//				Energy: map[string]units.Microjoules{"package-0": 72_000e6},
//			})
//			usage, err := task.End(t.Context())
//			// usage.Energy() is 36 kJ: half of the work was ours.
//		})
//	}
//
// [TestSource] checks that a source of your own keeps the contract of
// [meter.Source]:
//
//	func TestMySource(t *testing.T) {
//		metertest.TestSource(t, func() (meter.Source, error) { return mysource.Open() })
//	}
package metertest
