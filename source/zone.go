package source

import (
	"fmt"
	"time"

	"github.com/scimeter/scimeter/units"
)

// A Kind says what sort of thing a zone is, and with it which share of the
// machine applies to it.
type Kind uint8

// The kinds.
const (
	CPU      Kind = iota + 1 // a processor package
	Memory                   // memory modules
	GPU                      // a graphics card or accelerator
	Platform                 // a whole machine, such as psys or a power supply
	Module                   // a package that holds CPU, memory and GPU
	Rest                     // fans, network, disks, board: what no counter sees
	Loss                     // the loss of the power supply
)

// String returns the name of k, such as "cpu".
func (k Kind) String() string {
	switch k {
	case CPU:
		return "cpu"
	case Memory:
		return "memory"
	case GPU:
		return "gpu"
	case Platform:
		return "platform"
	case Module:
		return "module"
	case Rest:
		return "rest"
	case Loss:
		return "psu_loss"
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// A Level says where in the path of the current a zone is measured. What is
// lost or used between there and the wall is added by the meter, once.
type Level uint8

// The levels, from the chip to the wall.
const (
	AtChip   Level = iota + 1 // behind the voltage regulators of a chip
	AtBoard                   // at the connector of a card
	AtModule                  // at a module that holds several chips
	AtNodeDC                  // behind the power supply of the machine: rest is in
	AtNodeAC                  // before it, at the wall: rest and supply loss are in
)

// String returns the name of l, such as "chip".
func (l Level) String() string {
	switch l {
	case AtChip:
		return "chip"
	case AtBoard:
		return "board"
	case AtModule:
		return "module"
	case AtNodeDC:
		return "node-dc"
	case AtNodeAC:
		return "node-ac"
	}
	return fmt.Sprintf("Level(%d)", uint8(l))
}

// A Zone describes one thing with one counter. It is described once and never
// changes. What comes back after a hot-plug in the same place is the same zone,
// whose total goes on from where it was; what is new has a new ID.
type Zone struct {
	ID     string // unique within the machine and stable between runs, such as "rapl/package-0"
	Name   string // as the hardware calls it, such as "package-0"
	Parent string // ID of the zone that holds this one; "": none
	Model  string // such as "NVIDIA H100 80GB HBM3"; "": not known
	Kind   Kind
	Level  Level
	Socket int // -1: of no one socket
	Die    int // -1: of no one die

	// Beside says that the zone overlaps others: it is shown, never summed.
	Beside bool

	// Idle is the power the zone draws when nothing runs, where it is known by
	// calibration or from its model; 0 leaves the meter to find it.
	// IdleSigma is its relative standard uncertainty; 0 says that it is part of
	// Origin.Sigma.
	Idle      units.Power
	IdleSigma float64

	// Period is how often the counter is brought up to date, and Unit the step
	// in which it counts: what a window loses or gains at its edges. 0 of both
	// says that there is no such error.
	Period time.Duration
	Unit   units.Microjoules

	Origin Origin
}
