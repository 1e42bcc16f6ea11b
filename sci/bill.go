package sci

import (
	"time"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A Bill is what the parts of a machine embody, a line each. [Inventory.Bill]
// and [Hardware.Bill] make one; lines may be added, such as the footprint of a
// card that the manufacturer gave.
type Bill []Embodiment

// Total returns all lines taken together; see [Embodiment.Plus].
func (b Bill) Total() Embodiment { return b.total(func(Embodiment) bool { return true }) }

// Of returns the lines of one name taken together, such as "ram"; false: there
// are none.
func (b Bill) Of(name string) (Embodiment, bool) {
	e := b.total(func(e Embodiment) bool { return e.Name() == name })
	return e, e.has != 0
}

func (b Bill) total(of func(Embodiment) bool) Embodiment {
	var all Embodiment
	var te, low, high sum
	for _, e := range b {
		if !of(e) {
			continue
		}
		all = all.Plus(e)
		te.add(float64(e.f.TE))
		low.add(float64(e.f.Low))
		high.add(float64(e.f.High))
	}
	all.f.TE, all.f.Low, all.f.High = units.Carbon(te.value()), units.Carbon(low.value()), units.Carbon(high.value())
	return all
}

// Server returns the machine as a [Server]: memory is shared by GB, each
// accelerator by device, and all else by one basis.
func (b Bill) Server() Server {
	memory := b.total(func(e Embodiment) bool { return e.Kind() == source.Memory })
	host := b.total(func(e Embodiment) bool { return e.Kind() != source.Memory && e.Kind() != source.GPU })
	s := host.Server(memory)
	for _, e := range b {
		if e.Kind() == source.GPU {
			s.Accelerators = append(s.Accelerators, e.Part())
		}
	}
	return s
}

// Embodies returns the lines as they are stated in a [Disclosure], each with the
// same time and share charged of it.
func (b Bill) Embodies(reserved, lifespan time.Duration, rr, tor float64, basis string) ([]Embodies, error) {
	var all []Embodies
	for _, e := range b {
		a := e.Allocate(reserved, lifespan, rr, tor)
		a.Basis = basis
		s, err := a.statement()
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}
