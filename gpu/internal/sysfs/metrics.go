package sysfs

import (
	"encoding/binary"
	"errors"
)

// A layout says where the fields of one gpu_metrics table are. Revisions do
// not only append: each has its own, and 1.6 has had two.
//
// Offsets and sizes are those of struct gpu_metrics_v1_x in the kernel's
// drivers/gpu/drm/amd/include/kgd_pp_interface.h. 1.0 is not aligned, 1.9 is a
// list of attributes, 2.x and 3.x are of processors with graphics: none of them
// is here.
type layout struct {
	format, content uint8
	size            uint16
	power           int // u16 in W
	energy          int // u64 in 2^-16 J, 15.259 µJ
	clock           int // u64 in ns

	instant bool // power is of now, not a mean
	narrow  bool // before Instinct MI200 energy is a u32 of the firmware
	unsure  bool // seen in the kernel's source only: nothing counts before a self-check
}

var layouts = [...]layout{
	{format: 1, content: 1, size: 96, power: 22, energy: 24, clock: 32, narrow: true},
	{format: 1, content: 2, size: 104, power: 22, energy: 24, clock: 32, narrow: true},
	{format: 1, content: 3, size: 120, power: 22, energy: 24, clock: 32, narrow: true},
	{format: 1, content: 4, size: 288, power: 10, energy: 24, clock: 32, instant: true},
	{format: 1, content: 5, size: 360, power: 10, energy: 88, clock: 96, instant: true, unsure: true},
	{format: 1, content: 6, size: 384, power: 10, energy: 88, clock: 96, instant: true, unsure: true},
	{format: 1, content: 6, size: 1664, power: 10, energy: 16, clock: 24, instant: true, unsure: true},
	{format: 1, content: 7, size: 2208, power: 10, energy: 24, clock: 32, instant: true},
	{format: 1, content: 8, size: 3360, power: 10, energy: 24, clock: 32, instant: true},
}

// headerSize is that of struct metrics_table_header: u16 size, u8 format, u8
// content.
const headerSize = 4

// metricsSize is enough of a table for the fields of every layout.
const metricsSize = 128

// metrics is what is read of a gpu_metrics table. What is all ones is absent.
type metrics struct {
	layout   *layout
	watts    uint16
	energy   uint64 // in units of 2^-16 J
	clock    uint64 // ns
	wattsOK  bool
	energyOK bool
	clockOK  bool
}

var (
	errShortMetrics = errors.New("gpu_metrics is cut short")
	errLayout       = errors.New("gpu_metrics of a revision not known")
)

// revision returns the revision in the header of a table; false: there is
// none.
func revision(b []byte) (format, content uint8, size uint16, ok bool) {
	if len(b) < headerSize {
		return 0, 0, 0, false
	}
	return b[2], b[3], binary.LittleEndian.Uint16(b), true
}

// decode reads a table, of which b is the start. It allocates nothing.
func decode(b []byte) (metrics, error) {
	format, content, size, ok := revision(b)
	if !ok {
		return metrics{}, errShortMetrics
	}
	l := layoutOf(format, content, size)
	if l == nil {
		return metrics{}, errLayout
	}
	if len(b) < min(int(size), metricsSize) {
		return metrics{}, errShortMetrics
	}
	m := metrics{layout: l}
	m.watts = binary.LittleEndian.Uint16(b[l.power:])
	m.energy = binary.LittleEndian.Uint64(b[l.energy:])
	m.clock = binary.LittleEndian.Uint64(b[l.clock:])
	m.wattsOK = m.watts != 1<<16-1
	m.energyOK = m.energy < absurdEnergy && !(l.narrow && m.energy == noEnergy)
	m.clockOK = m.clock != 1<<64-1
	return m, nil
}

// absurdEnergy is more than a card of a kilowatt uses in 500 years. It has all
// ones above it.
const absurdEnergy = 1 << 60

// noEnergy is the UINT_MAX that smu_v13_0_7_ppt.c and smu_v14_0_2_ppt.c put into
// the 64 bits of energy where the firmware does not count.
const noEnergy = 1<<32 - 1

func layoutOf(format, content uint8, size uint16) *layout {
	for i := range layouts {
		if l := &layouts[i]; l.format == format && l.content == content && l.size == size {
			return l
		}
	}
	return nil
}
