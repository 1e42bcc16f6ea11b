// Package gputest is a machine with graphics cards for tests: of package gpu,
// and of programs that are built on it. It needs no card, no driver and no cgo.
//
//	machine := gputest.New(gputest.Spec{ID: "GPU-1", Power: 300})
//	r, err := gpu.Open(machine.Option())
//
// A [Card] draws the power that a test says, and its counter moves as one of
// NVML does, in steps. Time is that of package time: within a bubble of
// testing/synctest figures are exact and hours pass at once. Without a bubble
// [Card.Use] moves the counter at once; what is more than 1.25 times MaxPower of
// the time since the counter last moved, and 70 J, is refused as implausible.
//
//	synctest.Test(t, func(t *testing.T) {
//		machine := gputest.New(gputest.Spec{ID: "GPU-1", Power: 300})
//		m, _ := meter.Start(t.Context(), meter.WithSource(gpu.Auto(machine.Option())))
//		task := m.Begin("job")
//		time.Sleep(time.Hour)
//		usage, _ := task.End(t.Context()) // 1.08 MJ
//	})
//
// A card can also fail, vanish, block in its driver, start its counter anew,
// and be shared by processes and partitions.
package gputest
