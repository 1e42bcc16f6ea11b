package meter

import (
	"fmt"

	"github.com/scimeter/scimeter/source"
)

// A Policy says who is charged for the energy that a machine uses whether or
// not it works.
type Policy uint8

// The policies.
const (
	// Auto is Reserved where something is reserved, by declaration or by a
	// limit on the control group, and Proportional otherwise.
	Auto Policy = iota

	// Reserved charges the share of the machine that is set aside for the
	// scope.
	Reserved

	// Proportional charges the share of the work. The figure then depends on
	// what the neighbours do.
	Proportional

	// Marginal charges nothing of it: what is charged is what the work added.
	Marginal
)

// String returns the name of p, such as "reserved".
func (p Policy) String() string {
	switch p {
	case Auto:
		return "auto"
	case Reserved:
		return "reserved"
	case Proportional:
		return "proportional"
	case Marginal:
		return "marginal"
	}
	return fmt.Sprintf("Policy(%d)", uint8(p))
}

// Set sets p from its name. It makes *Policy a flag.Value.
func (p *Policy) Set(name string) error {
	for q := Auto; q <= Marginal; q++ {
		if q.String() == name {
			*p = q
			return nil
		}
	}
	return fmt.Errorf("meter: policy %q: not one of auto, reserved, proportional, marginal", name)
}

// A share is what of an interval of a zone is charged to the scope: dynamic of
// what work caused, static of what flows anyway.
type share struct{ dynamic, static float64 }

// sharing holds what decides a share beside the use of the CPUs.
type sharing struct {
	policy   Policy // resolved: not Auto
	reserved map[source.Kind]float64
	gpus     bool    // the machine has GPUs, or modules with one, that are metered
	card     float64 // share of a card of which its source does not tell
}

// of returns the share of a zone of that kind for which the scope's part of
// the work is d. GPU energy is never split by CPU time: a GPU is held or not.
func (s sharing) of(kind source.Kind, d float64, whole bool) share {
	switch {
	case whole:
		return s.with(1, 1)
	case kind == source.GPU || kind == source.Module:
		return s.with(s.card, s.card)
	case kind == source.Memory:
		if r, ok := s.reserved[source.Memory]; ok && s.basis() != source.GPU {
			return s.with(d, r)
		}
	}
	return s.with(d, s.reserved[s.basis()])
}

// basis is the resource by which the static part of all but memory and GPUs is
// shared: GPUs held on a GPU server, CPUs elsewhere.
func (s sharing) basis() source.Kind {
	if _, held := s.reserved[source.GPU]; held && s.gpus {
		return source.GPU
	}
	return source.CPU
}

func (s sharing) with(d, reserved float64) share {
	switch s.policy {
	case Proportional:
		return share{d, d}
	case Marginal:
		return share{d, 0}
	}
	return share{d, reserved}
}
