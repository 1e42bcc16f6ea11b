package sci

import (
	"fmt"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A Range is a figure that is not known exactly: the least, the likely and the
// most it may be. The zero Range is not known at all; where Low and High are
// both 0 it is Mode exactly.
type Range struct{ Low, Mode, High float64 }

// known returns r with both ends, or otherwise where r says nothing.
func (r Range) known(otherwise Range) Range {
	switch {
	case r == Range{}:
		return otherwise
	case r.Low == 0 && r.High == 0:
		return Range{r.Mode, r.Mode, r.Mode}
	}
	return r
}

func (r Range) check(what string) error {
	if !(r.Low > 0) || !(r.Low <= r.Mode) || !(r.Mode <= r.High) || !isFinite(r.High) {
		return refuse(ErrInventory, "%s of %v, %v to %v", what, r.Mode, r.Low, r.High)
	}
	return nil
}

func (r Range) times(k float64) Range { return Range{r.Low * k, r.Mode * k, r.High * k} }

// of returns k over r: the most of it where r is least.
func (r Range) of(k float64) Range { return Range{k / r.High, k / r.Mode, k / r.Low} }

func (r Range) plus(k float64) Range { return Range{r.Low + k, r.Mode + k, r.High + k} }

// The bottom-up model of a server: what a square millimetre of a die, a square
// centimetre of memory, a board and a case embody, in kgCO2e. Its figures are
// those of "Green Cloud Computing" of the Umweltbundesamt (TEXTE 94/2021) and of
// the life cycle assessment of the Dell R740 (thinkstep, 2019). The documents
// themselves were not read: the figures were checked against the published
// results of a program that has them, 967.9 kg for an R740. All are of making,
// from materials to the gate; the end of life is in none of them.
const (
	cpuPerMM2  = 0.0197 // of die
	cpuBase    = 9.14   // package, per processor
	diePerCM2  = 2.20   // of die, memory and flash alike
	ramBase    = 5.22   // board, per module
	ssdBase    = 6.34   // board and case, per drive
	hddBase    = 31.11  // per drive
	boardBase  = 66.10  // per motherboard
	psuPerKg   = 24.30  // of power supply
	rackCase   = 150.0  // a server of its own in a rack
	bladeCase  = 30.9   // one blade
	enclosure  = 880.0  // of blades
	bladeSlots = 16.0   // in an enclosure
	assembling = 6.68   // per server

	bottomUpSource = "UBA TEXTE 94/2021; Dell R740 LCA 2019"
	bottomUpYear   = 2019 // of the older of the two
)

// DefaultDensity returns that of memory, in GB per square centimetre of die:
// 0.625 of Samsung at 30 nm to 2.375 at 18 nm, and 1.79 of the R740's modules.
func DefaultDensity() Range { return Range{0.625, 1.79, 2.375} }

// DefaultFlashDensity returns that of solid state drives, in GB per square
// centimetre of die: 16.4 to 128 in print, and 50.6.
func DefaultFlashDensity() Range { return Range{16.4, 50.6, 128} }

// DefaultCoreArea returns the die of a processor per core in square millimetres,
// caches and controllers in: 15.75 of an EPYC 7742 (1008 mm2 of dies and 64
// cores), 24.5 and 32.5 of large and small Skylake-SP (694 mm2 and 28 cores, 325
// mm2 and 10 cores; areas measured by reviewers). One of chiplets with few cores
// is above it: give its DieMM2.
func DefaultCoreArea() Range { return Range{15.75, 24.5, 32.5} }

// DefaultPSUMass returns that of one power supply in kilograms.
func DefaultPSUMass() Range { return Range{1, 2.99, 5} }

// A Case is what a server is built into.
type Case uint8

// The cases. The zero Case is not known, and counts as none.
const (
	RackCase  Case = iota + 1 // 150 kgCO2e
	BladeCase                 // 85.9 kgCO2e: a blade and a sixteenth of its enclosure
)

// An Inventory is what a server is made of. What is not in it is not counted: a
// Bill of an empty one is refused.
type Inventory struct {
	CPUs []CPUs
	RAM  []Modules
	SSDs []Drives
	HDDs int
	PSUs []PSUs

	Case        Case
	Motherboard bool
	Assembly    bool // putting it together

	Accelerators []Accelerator // as of [AcceleratorTable.Find], each one device
}

// CPUs are alike processors. Either the area of their dies or the number of
// their cores has to be known.
type CPUs struct {
	Units  int   // 0: one
	DieMM2 Range // of one, all its dies; zero: from Cores
	Cores  int

	MM2PerCore Range // zero: DefaultCoreArea
}

// Modules are alike modules of memory.
type Modules struct {
	Units   int     // 0: one
	GB      float64 // of one
	Density Range   // GB per square centimetre of die; zero: DefaultDensity
}

// Drives are alike solid state drives.
type Drives struct {
	Units   int     // 0: one
	GB      float64 // of one
	Density Range   // GB per square centimetre of die; zero: DefaultFlashDensity
}

// PSUs are alike power supplies.
type PSUs struct {
	Units int   // 0: one
	Kg    Range // of one; zero: DefaultPSUMass
}

// ErrInventory (inventory_invalid) says that an inventory is empty or has parts
// that no server has.
var ErrInventory error = &Error{"inventory_invalid", "inventory has no such part; give counts and sizes above 0, and cores or die of each processor"}

// mostUnits bounds counts, so that a misread file is refused and not summed.
const mostUnits = 1 << 20

// Bill returns what each part of the inventory embodies: one line for CPU, RAM,
// SSD, HDD, motherboard, PSU, case and assembly, and for each accelerator, as
// far as there are any. Low and High are of what the inventory leaves open; the
// factors themselves are off by about [ServerSigma]. The error is
// [ErrInventory], or that of [Accelerator.Embodiment].
func (inv Inventory) Bill() (Bill, error) {
	b := new(billing)
	for _, c := range inv.CPUs {
		b.cpus(c)
	}
	for _, m := range inv.RAM {
		b.dies("ram", source.Memory, m.Units, m.GB, m.Density.known(DefaultDensity()), ramBase)
	}
	for _, d := range inv.SSDs {
		b.dies("ssd", source.CPU, d.Units, d.GB, d.Density.known(DefaultFlashDensity()), ssdBase)
	}
	b.some("hdd", inv.HDDs, hddBase)
	b.some("motherboard", count01(inv.Motherboard), boardBase)
	for _, p := range inv.PSUs {
		b.each("psu", source.CPU, p.Units, p.Kg.known(DefaultPSUMass()), func(r Range) Range { return r.times(psuPerKg) })
	}
	switch inv.Case {
	case 0:
	case RackCase:
		b.some("case", 1, rackCase)
	case BladeCase:
		b.some("case", 1, bladeCase+enclosure/bladeSlots)
	default:
		b.fail(refuse(ErrInventory, "case %d", inv.Case))
	}
	b.some("assembly", count01(inv.Assembly), assembling)
	for _, a := range inv.Accelerators {
		e, err := a.Embodiment()
		b.fail(err)
		b.bill = append(b.bill, e)
	}
	if b.err == nil && len(b.bill) == 0 {
		b.fail(refuse(ErrInventory, "empty inventory"))
	}
	if b.err != nil {
		return nil, b.err
	}
	return b.bill, nil
}

func count01(b bool) int {
	if b {
		return 1
	}
	return 0
}

// A billing writes a bill, until the first error.
type billing struct {
	bill Bill
	err  error
}

func (b *billing) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *billing) cpus(c CPUs) {
	area := c.DieMM2
	if area == (Range{}) {
		if c.Cores <= 0 || c.Cores > mostUnits {
			b.fail(refuse(ErrInventory, "cpu with %d cores and no die", c.Cores))
			return
		}
		area = c.MM2PerCore.known(DefaultCoreArea())
		b.fail(area.check("mm2 per core"))
		area = area.times(float64(c.Cores))
	}
	b.each("cpu", source.CPU, c.Units, area.known(area), func(mm2 Range) Range { return mm2.times(cpuPerMM2).plus(cpuBase) })
}

// dies adds parts that are GB on dies of a density, and a base.
func (b *billing) dies(name string, kind source.Kind, n int, gb float64, density Range, base float64) {
	if !(gb > 0) || !isFinite(gb) {
		b.fail(refuse(ErrInventory, "%s of %v GB", name, gb))
		return
	}
	b.each(name, kind, n, density, func(d Range) Range { return d.of(gb).times(diePerCM2).plus(base) })
}

// some adds n parts of kg each; 0 are none.
func (b *billing) some(name string, n int, kg float64) {
	if n == 0 {
		return
	}
	b.each(name, source.CPU, n, Range{kg, kg, kg}, func(r Range) Range { return r })
}

// each adds n alike parts, 0 standing for one, to the line of that name. What
// kg returns is of one of them.
func (b *billing) each(name string, kind source.Kind, n int, size Range, kg func(Range) Range) {
	if n == 0 {
		n = 1
	}
	if n < 0 || n > mostUnits {
		b.fail(refuse(ErrInventory, "%d of %s", n, name))
		return
	}
	if err := size.check(fmt.Sprintf("%s with a size", name)); err != nil {
		b.fail(err)
		return
	}
	b.line(name, kind, kg(size).times(float64(n)), methodBottomUp, bottomUpSource, bottomUpYear)
}

// line adds kg to the line of that name.
func (b *billing) line(name string, kind source.Kind, kg Range, method, citation string, year int) {
	f := Footprint{
		Name: name, Kind: kind, Stages: []string{StageMaterials, StageManufacturing},
		TE: grams(kg.Mode), Low: grams(kg.Low), High: grams(kg.High),
		Method: method, Source: citation, Year: year,
	}
	e, err := f.Embodiment()
	b.fail(err)
	for i, other := range b.bill {
		if other.Name() == name {
			b.bill[i] = other.Plus(e)
			return
		}
	}
	b.bill = append(b.bill, e)
}

func grams(kg float64) units.Carbon { return units.Carbon(kg) * units.Kilogram }
