package sci

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A Footprint is what somebody states that a piece of hardware embodies. It is
// checked by [Footprint.Embodiment].
type Footprint struct {
	Name string
	Kind source.Kind // what the hardware is shared by; 0: source.CPU, as all of a host

	TE        units.Carbon // in grams
	Low, High units.Carbon // what else it may be; both 0: not stated

	Stages []string // of the life cycle that TE has in it; never StageUse
	Method string   // such as "manufacturer PCF", "LCA", "bottom-up"
	Source string   // citation
	Year   int      // of the source; 0: not known
}

// An Embodiment is TE, the carbon of making and disposing of hardware, with what
// it has in it and what it may be instead. It never has the use phase in it:
// there is no way to make one that has. [Footprint.Embodiment],
// [OEM.Embodiment], [Accelerator.Embodiment], [Bill.Total] and
// [Embodies.Embodiment] make one; the zero Embodiment is of nothing, and 0 g.
type Embodiment struct {
	f    Footprint
	has  stageSet // what some of it has
	all  stageSet // what all of it has
	kept bool     // the range is that of TE alone
}

// Embodiment returns f, checked. It refuses the use phase ([ErrUseStage]), a
// footprint without stages or with unknown ones ([ErrStage]), a TE that is
// negative ([ErrNegativeCarbon]) or not finite, and one that is 0 or outside Low
// and High ([ErrFootprint]).
func (f Footprint) Embodiment() (Embodiment, error) {
	what := fmt.Sprintf("footprint of %q", f.Name)
	set, err := stagesOf(what, f.Stages)
	if err != nil {
		return Embodiment{}, err
	}
	for _, g := range [...]units.Carbon{f.TE, f.Low, f.High} {
		switch {
		case !isFinite(float64(g)):
			return Embodiment{}, refuse(ErrNotFinite, "%s: %v g", what, float64(g))
		case g < 0:
			return Embodiment{}, refuse(ErrNegativeCarbon, "%s: %v g", what, float64(g))
		}
	}
	if f.TE == 0 {
		return Embodiment{}, refuse(ErrFootprint, "%s: 0 g", what)
	}
	kept := f.Low == 0 && f.High == 0
	if kept {
		f.Low, f.High = f.TE, f.TE
	}
	if f.Low > f.TE || f.TE > f.High {
		return Embodiment{}, refuse(ErrFootprint, "%s: %v outside %v and %v", what, f.TE, f.Low, f.High)
	}
	if f.Kind == 0 {
		f.Kind = source.CPU
	}
	f.Stages = nil
	return Embodiment{f: f, has: set, all: set, kept: kept}, nil
}

// ErrFootprint (footprint_invalid) says that a footprint contradicts itself.
var ErrFootprint error = &Error{"footprint_invalid", "footprint contradicts itself; give low, TE and high in this order and shares of stages that make 1"}

// TE returns the carbon in grams.
func (e Embodiment) TE() units.Carbon { return e.f.TE }

// Range returns what TE may be instead, both TE where nothing is stated.
func (e Embodiment) Range() (low, high units.Carbon) { return e.f.Low, e.f.High }

// Name returns what the hardware is called.
func (e Embodiment) Name() string { return e.f.Name }

// Kind returns what the hardware is shared by.
func (e Embodiment) Kind() source.Kind { return e.f.Kind }

// Method returns how TE was found, such as "bottom-up".
func (e Embodiment) Method() string { return e.f.Method }

// Source returns the citation.
func (e Embodiment) Source() string { return e.f.Source }

// Year returns the year of the source; 0: not known.
func (e Embodiment) Year() int { return e.f.Year }

// Stages returns the stages of the life cycle that TE has in it, in their
// order. Use is never one of them.
func (e Embodiment) Stages() []string { return e.has.names() }

// Lacks returns the stages that TE should have in it and has not, or has of a
// part of the hardware only: what rule M-01 of the specification asks for beyond
// it.
func (e Embodiment) Lacks() []string { return (notUse &^ e.all).names() }

// Sigma returns the standard uncertainty of TE, the logarithm of a geometric
// standard deviation: half the logarithm of high over low, since what is
// published of one class of hardware spreads about so, and no less than least,
// such as [ServerSigma] or [GPUSigma].
func (e Embodiment) Sigma(least float64) float64 {
	if !(e.f.Low > 0) {
		return least
	}
	return max(least, finite(math.Log(float64(e.f.High)/float64(e.f.Low))/2))
}

// Plus returns e and o taken together, such as a host and its cards: TE, low and
// high add up, stages too, and what one of them lacks the sum lacks. The names
// and sources are both.
func (e Embodiment) Plus(o Embodiment) Embodiment {
	switch {
	case e.has == 0:
		return o
	case o.has == 0:
		return e
	}
	s := e
	s.has, s.all, s.kept = e.has|o.has, e.all&o.all, e.kept && o.kept
	s.f.TE = units.Carbon(finite(float64(e.f.TE) + float64(o.f.TE)))
	s.f.Low = units.Carbon(finite(float64(e.f.Low) + float64(o.f.Low)))
	s.f.High = units.Carbon(finite(float64(e.f.High) + float64(o.f.High)))
	s.f.Name, s.f.Source = both(e.f.Name, o.f.Name), both(e.f.Source, o.f.Source)
	s.f.Method = both(e.f.Method, o.f.Method)
	s.f.Year = min(e.f.Year, o.f.Year)
	if e.f.Kind != o.f.Kind {
		s.f.Kind = source.CPU
	}
	return s
}

// both returns two texts, each once.
func both(a, b string) string {
	if a == b || b == "" || strings.Contains("; "+a+"; ", "; "+b+"; ") {
		return a
	}
	if a == "" {
		return b
	}
	return a + "; " + b
}

// Times returns n pieces of e.
func (e Embodiment) Times(n int) Embodiment {
	k := units.Carbon(max(n, 0))
	e.f.TE = units.Carbon(finite(float64(e.f.TE * k)))
	e.f.Low, e.f.High = units.Carbon(finite(float64(e.f.Low*k))), units.Carbon(finite(float64(e.f.High*k)))
	return e
}

// Allocate returns the part of e that falls to rr of its tor resources reserved
// for a time out of a lifespan; see [Allocation].
func (e Embodiment) Allocate(reserved, lifespan time.Duration, rr, tor float64) Allocation {
	return Allocation{TE: e.f.TE, Reserved: reserved, Lifespan: lifespan, RR: rr, ToR: tor, Device: &e}
}

// Server returns a server of which e is all but the memory and the accelerators,
// and memory the memory; the zero Embodiment leaves the memory unknown.
func (e Embodiment) Server(memory Embodiment) Server {
	host := e.Plus(memory)
	return Server{Embodied: host.TE(), Memory: memory.TE(), Sigma: host.Sigma(ServerSigma), Source: host.Source()}
}

// Part returns e as a part of a server, with no less uncertainty than hardware
// of its kind has.
func (e Embodiment) Part() Part {
	least := ServerSigma
	if e.f.Kind == source.GPU {
		least = GPUSigma
	}
	return Part{Name: e.f.Name, Kind: e.f.Kind, TE: e.f.TE, Sigma: e.Sigma(least)}
}

// Methods of an [Embodiment] that are models.
const (
	methodBottomUp  = "bottom-up"
	methodPerSocket = "per-socket"
	methodModel     = "model" // of the table of accelerators
)

var models = []string{methodBottomUp, methodPerSocket, methodModel}

// Embodies returns e as it is stated in a [Disclosure]; what is charged of it is
// left to set.
func (e Embodiment) Embodies() Embodies {
	s := Embodies{
		Name: e.f.Name, TE: Exactly(float64(e.f.TE)), Stages: e.Stages(), Source: e.f.Source, Vintage: e.f.Year,
		Nature: "sourced",
	}
	if slices.Contains(models, e.f.Method) {
		s.Nature = "modelled"
	}
	if !e.kept {
		s.Low, s.High = Exactly(float64(e.f.Low)), Exactly(float64(e.f.High))
	}
	return s
}

// Embodiment returns the device of a document as a checked one. Beside what
// [Footprint.Embodiment] refuses, a TE that is not stated is [ErrNotMeasured].
func (e Embodies) Embodiment() (Embodiment, error) {
	if e.TE == nil {
		return Embodiment{}, refuse(ErrNotMeasured, "footprint of %q without TE", e.Name)
	}
	low, high := e.Low.Or(e.TE.Value), e.High.Or(e.TE.Value)
	return Footprint{
		Name: e.Name, TE: units.Carbon(e.TE.Value), Low: units.Carbon(low), High: units.Carbon(high),
		Stages: e.Stages, Method: "document", Source: e.Source, Year: e.Vintage,
	}.Embodiment()
}

// Embodiment returns what a embodies. Its Boundary says which stages that has:
// "cradle-to-gate", "cradle-to-gate and transport" or "cradle-to-grave without
// use". Any other is [ErrStage], "cradle-to-grave" [ErrUseStage].
func (a Accelerator) Embodiment() (Embodiment, error) {
	return Footprint{
		Name: a.Model, Kind: source.GPU, TE: a.TE, Low: a.Low, High: a.High,
		Stages: stagesOfBoundary(a.Boundary), Method: a.Method, Source: a.Source, Year: a.Year,
	}.Embodiment()
}
