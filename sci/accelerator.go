package sci

import (
	"fmt"
	"math"
	"strings"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// An Accelerator is what making one accelerator embodies, and who says so.
type Accelerator struct {
	Model    string   // as its driver calls it, such as "NVIDIA H100 80GB HBM3"
	Names    []string // what else it is called, or the UUID or PCI address of a single card
	Form     string   // "SXM", "OAM", "PCIe", or "module" with a processor in it; "": not known
	MemoryGB float64  // as its maker counts it; 0: not known, fits any

	TE        units.Carbon // of one
	Low, High units.Carbon // what else is published or plausible

	Boundary string // such as "cradle-to-gate"
	Method   string // "manufacturer PCF", "LCA" or "model"; "user" where a user gave it
	Year     int    // of the source; 0: not known
	Source   string // citation
	Inputs   string // of the model, such as "700 W; 141 GB HBM3e; 814 mm2; 4 nm"
}

// Part returns a as a part of a server, with [GPUSigma] as its uncertainty and
// [GPUID] as the input that belongs to: what all accelerators are unsure by is
// largely the same.
func (a Accelerator) Part() Part {
	return Part{Name: a.Model, Kind: source.GPU, TE: a.TE, Sigma: GPUSigma, ID: GPUID}
}

// OnBaseboard reports whether a sits with others on a board that has fans,
// switches and power stages of its own, as SXM and OAM modules do.
func (a Accelerator) OnBaseboard() bool { return a.Form == "SXM" || a.Form == "OAM" }

// String returns the figure with its provenance, such as "NVIDIA H200: 205
// kgCO2e, model, 2025".
func (a Accelerator) String() string {
	s := fmt.Sprintf("%s: %v, %s", a.Model, a.TE, a.Method)
	if a.Year != 0 {
		s += fmt.Sprintf(", %d", a.Year)
	}
	return s
}

// check refuses rows that say nothing or the impossible.
func (a Accelerator) check() error {
	switch {
	case nameKey(a.Model) == "":
		return refuse(ErrAccelerator, "accelerator without a model")
	case !isFinite(float64(a.TE)) || !isFinite(float64(a.Low)) || !isFinite(float64(a.High)):
		return refuse(ErrNotFinite, "accelerator %q with TE of %v g", a.Model, float64(a.TE))
	case a.TE <= 0:
		return refuse(ErrAccelerator, "accelerator %q with TE of %v g", a.Model, float64(a.TE))
	case a.Low > a.TE || a.TE > a.High || a.Low < 0:
		return refuse(ErrAccelerator, "accelerator %q with TE of %v within %v and %v", a.Model, a.TE, a.Low, a.High)
	case !(a.MemoryGB >= 0) || math.IsInf(a.MemoryGB, 0):
		return refuse(ErrAccelerator, "accelerator %q with memory of %v GB", a.Model, a.MemoryGB)
	}
	return nil
}

// memoryTolerance is how far the memory that a driver tells may lie from that
// of a row: drivers tell binary gigabytes, makers either kind, and error
// correction takes a sixteenth of the memory of some cards. [E]
const memoryTolerance = 0.05

// fits reports whether memory in bytes may be that of a; 0 may be any.
func (a Accelerator) fits(memory uint64) bool {
	if memory == 0 || a.MemoryGB == 0 {
		return true
	}
	for _, unit := range [...]float64{1e9, 1 << 30} {
		if math.Abs(float64(memory)/unit-a.MemoryGB) <= memoryTolerance*a.MemoryGB {
			return true
		}
	}
	return false
}

// named reports whether a is called by a normalised name.
func (a Accelerator) named(key string) bool {
	if key == nameKey(a.Model) {
		return true
	}
	for _, n := range a.Names {
		if key == nameKey(n) {
			return true
		}
	}
	return false
}

// makers are words that drivers put before the name of a card, or do not.
var makers = map[string]bool{
	"nvidia": true, "tesla": true, "amd": true, "instinct": true, "intel": true,
	"corporation": true, "r": true, "tm": true,
}

// nameKey returns a name in the form in which names are compared: its words in
// small letters, without makers, and sizes in one word. Names are compared
// whole, since one may start another: A10 and A100, H20 and H200, L4 and L40S.
func nameKey(name string) string {
	var words []string
	for _, w := range strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !('a' <= r && r <= 'z' || '0' <= r && r <= '9' || r > 127)
	}) {
		switch last := len(words) - 1; {
		case makers[w]:
		case (w == "gb" || w == "gib") && last >= 0 && strings.Trim(words[last], "0123456789") == "":
			words[last] += "gb"
		default:
			words = append(words, w)
		}
	}
	return strings.Join(words, " ")
}
