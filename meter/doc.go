// Package meter tells what a program uses: energy, carbon and water, of a
// window, a task or all the time.
//
//	m, err := meter.Start(ctx, meter.WithGrid(intensity.Country("FR")))
//	if err != nil {
//		return err // says what was tried, and how to allow it
//	}
//	defer m.Stop()
//	run := m.Begin("finetune")
//	run.Count("token.train", float64(train()))
//	usage, err := run.End(ctx)
//
// [Start] finds the energy counters of the machine; where there are none it
// estimates, and every figure says so. [Meter.Sources] has what was found, what
// was not and how to allow it, and all that was assumed.
//
// # Figures
//
// A [Snapshot] is what was counted since the start. A [Usage] is the difference
// of two, and everything else follows from it: [Usage.Score] is the Software
// Carbon Intensity per unit of work, [Usage.Reprice] the same window at the
// intensities known now. Energy is booked with the intensity of its own time;
// what the scope is charged, what others caused and what idles for nobody add
// up to the machine, zone by zone, to the microjoule.
//
// A figure has an uncertainty by input and a nature, the weakest of all that
// it is made of. Conserved does not mean accurate.
//
// # Whose energy
//
// A [Scope] is who is charged: this process unless said otherwise. Energy that
// work caused is shared by CPU time. Energy that flows anyway is shared by a
// [Policy]: what is set aside for the scope ([Reserved]), its part of the work
// ([Proportional]) or nothing ([Marginal]). [Auto] takes the first that it can
// tell, and the report says which.
//
// # Who within it
//
// An [Account] owns a part of what work has caused: that of a route, a model, a
// tenant.
//
//	search := m.Ledger().Account("search")
//	...
//	defer search.Begin().End()
//
// By what it is split says [WithAttribution]: by the time regions are open, by
// samples of the CPU, which are right where work waits, or by what the program
// charges. What belongs to nobody is shown as [UnattributedAccount], and what
// flows anyway as [IdleAccount]; [Usage.Full] spreads the latter.
//
// # What is added
//
// No counter sees fans, disks, the network or the loss of the power supply.
// They are components of their own, estimated and on by default. The PUE of
// the site takes energy at the IT equipment to the meter of the facility, once.
// What the hardware embodies accrues with time, by the static share.
//
// # Accuracy of short windows
//
// The kernel counts busy time in steps of 10 ms. Energy is shared out when the
// machine has worked for half a CPU-second, or after a minute; [Meter.Begin],
// [Task.Lap], [Task.End] and [Meter.Read] share it out at once, which makes
// windows well below a second coarse. Measure many repetitions, not one.
//
// # Writing a source
//
// A [Source] has three methods and speaks only of package source; see there,
// and meter/metertest for a check.
package meter
