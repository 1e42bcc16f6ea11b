package gpu_test

import (
	"fmt"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
)

// A machine without a card says what was tried. For the example it has a driver
// that finds none.
func ExampleOpen() {
	_, err := gpu.Open(gputest.New().Option())
	fmt.Println(err)
	// Output: gpu: open: no card can be read: gpu/fake: open: no such card (nothing, unless this machine has one: in a container, name the sysfs of the machine in HOST_SYS)
}

// Auto is a source for meter.WithSource wherever a program runs; its report
// says what was found and what was not.
func ExampleAuto() {
	machine := gputest.New(gputest.Spec{ID: "GPU-1", Model: "NVIDIA H200"}, gputest.Spec{ID: "GPU-2"})
	cards := gpu.Auto(machine.Option(), gpu.Select("GPU-1"))
	defer cards.Close()
	rep := cards.Report()
	fmt.Println(rep.Found[0].ID, rep.Found[0].Model, rep.Found[0].Origin.Name)
	fmt.Println(rep.Skipped[0].What, "-", rep.Skipped[0].Err)
	// Output:
	// gpu/GPU-1 NVIDIA H200 fake/counter
	// gpu/GPU-2 - gpu: open GPU-2: not selected by gpu.Select
}

// A window holds what all cards used between two instants.
func ExampleReader_Begin() {
	machine := gputest.New(gputest.Spec{ID: "GPU-1"})
	r, err := gpu.Open(machine.Option())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	w := r.Begin()
	// The work, and a wait until the card has done it.
	used, err := w.End()
	for _, d := range used.Devices {
		fmt.Println(d.Zone.ID, "used", d.Energy, err)
	}
	// Output: gpu/GPU-1 used 0 µJ <nil>
}
