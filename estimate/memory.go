package estimate

import (
	"fmt"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// Memory that nothing measures draws the same at any load, as far as anybody
// can tell from its size.
const (
	// MemoryPerGB is the power of a GB of memory. Source: Boavizta API 2.4.1,
	// 0.284 W/GB; Cloud Carbon Footprint says 0.392 (kWh per thousand GB·h,
	// the mean of two makers' figures, Apache-2.0).
	MemoryPerGB units.Power = 0.284

	// MemorySigma covers both of these, and modules of 32 GB at 5 W each [E].
	MemorySigma = 0.50

	// RowMemoryGB is how much memory for each CPU the power of a wall-power row
	// has in it [E]: 4 GB, the shape of a general-purpose virtual machine.
	RowMemoryGB = 4.0
)

// gigabyte is 2^30 bytes, as memory is sold.
const gigabyte = 1 << 30

// memoryZone describes gb of memory. Beyond a wall-power row it is at the wall
// as well, since rest and supply loss are in the row.
func memoryZone(gb float64, level source.Level, why string) source.Zone {
	return source.Zone{
		ID: "estimate/memory", Name: "memory", Kind: source.Memory, Level: level, Socket: -1, Die: -1,
		Idle: units.Power(gb) * MemoryPerGB,
		Origin: source.Origin{
			Method: source.Estimated, Name: "estimate/boavizta-dram", Sigma: MemorySigma,
			Detail: fmt.Sprintf("%.4g GB%s at 0.284 W/GB, Boavizta API 2.4.1", gb, why),
		},
	}
}
