// Package estimate says what a machine without counters probably uses, and how
// far that may be off.
//
// It models the whole machine, from the busy time of all of its CPUs: whose
// energy that is, is shared out once, by package meter. The best of these
// models is taken, and named in the origin of the zone:
//
//	model                                level        1σ
//	calibrated: idle and full load       as measured  0.35 at the wall, 0.45 at the chip
//	row of the architecture, per CPU     node-ac      0.40 or 0.60, by row
//	TDP·(0.12 + 0.58·load)               chip         0.60
//	row of an average server, per CPU    node-ac      0.85
//
// A calibration is [Calibrated] in [Config]; the others need nothing. Where not
// even CPU time can be read, [Open] returns a [*LoadError].
//
// # What a figure contains
//
// A row is power at the wall: processors, memory, fans, disks and the loss of
// the power supply are in it, so that nothing is added to it but memory beyond
// [RowMemoryGB] for each CPU. A row is for each hardware thread, which is what
// a CPU of a virtual machine is; those of the neighbours are not in it. TDP is
// about the packages alone, and memory is a zone of its own beside it. Each
// zone has its [source.Level], by which the meter knows what is missing.
//
// # How good it is
//
// Not very. The intervals are lognormal: 1σ of 0.40 is a 95 % interval from
// 1/2.1 to 2.1 times the figure, 0.85 from 1/4.2 to 4.2 times. docs/accuracy.md
// holds the models against measured points. No figure of this package has an
// uncertainty of 0, and none passes for a measurement.
//
// # Energy
//
// Power of a straight line turns into energy by cumulative time and cumulative
// CPU time, rounded once: the total does not depend on when it was read, and a
// read that failed loses nothing. The other curves ([Teads], [Log], [Cubic])
// are evaluated on the mean load between two reads.
package estimate
