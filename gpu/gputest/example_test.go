package gputest_test

import (
	"fmt"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
)

// A card whose work takes no time, and that is lost then.
func Example() {
	machine := gputest.New(gputest.Spec{ID: "GPU-1", Model: "NVIDIA H200"})
	r, err := gpu.Open(machine.Option())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	card := machine.Card("GPU-1")
	card.Use(60e6) // µJ
	readings, err := r.Read(nil)
	fmt.Println(readings[0].Zone, readings[0].Total, err)
	card.Lose()
	_, err = r.Read(nil)
	fmt.Println(r.Device("GPU-1").Status().State, err)
	// Output:
	// gpu/GPU-1 60 J <nil>
	// lost gpu: read GPU-1: the card has fallen off the bus
}
