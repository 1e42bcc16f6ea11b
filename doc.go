// Package scimeter measures the energy a Go program uses and turns it into
// carbon and into a Software Carbon Intensity score, per unit of the work the
// program does.
//
//	m, err := meter.Start(ctx, meter.WithGrid(intensity.Country("FR")))
//	if err != nil {
//		return err // says what was tried and how to allow it
//	}
//	defer m.Stop()
//
//	run := m.Begin("finetune")
//	for _, batch := range batches {
//		run.Count("token", train(batch))
//	}
//	used, err := run.End(ctx)
//	if err != nil {
//		return err
//	}
//	score, err := used.Score("token")
//	if err != nil {
//		return err
//	}
//	fmt.Println(score.Per(1000)) // with its 95 % interval and its nature
//
// This package holds nothing but this text. The work is done in
//
//   - meter, which reads every source of energy on a tick and tells what a
//     window, a run or an account has used. Start here.
//   - sci, which makes the score: operational and embodied carbon over the
//     functional units done.
//   - exporters/otelsci, which publishes all of it as OpenTelemetry metrics.
//   - meter/metertest, a scripted machine for the tests of programs that
//     measure, and energy in Go benchmarks.
//
// and, below them, in
//
//   - rapl, which reads the energy counters of the processor and its memory.
//   - estimate, which models a machine that has no counters.
//   - intensity, which knows how much carbon a kilowatt-hour costs, where and
//     when.
//   - source, the contract that a new kind of counter fulfils.
//   - units, the quantities that all of them speak in.
//
// # What is counted and what is not
//
// Energy is counted where there is a counter, and estimated and marked
// elsewhere. On Linux, RAPL counts the processor package and, on many servers,
// the memory; reading it takes root or a capability. Most cloud machines hide
// it, and no other system has it: there the figures come from a model of the
// machine, with an uncertainty of tens of per cent that every report prints.
// Fans, disks, network cards and the loss in the power supply are always
// estimated, as a component of their own. What other machines spend on behalf
// of the program, such as network and storage services, is not in any figure.
//
// A process has no counter of its own. Its part of a machine that it shares is
// computed from processor time; nothing is lost in the division, which makes
// it consistent, not exact. The carbon of a grid is an average over a country
// and a year unless a better signal is plugged in.
//
// Each figure says how it came about (measured, calculated, estimated or
// forecast) and from which source, and a figure that is not known is absent,
// never zero.
package scimeter
