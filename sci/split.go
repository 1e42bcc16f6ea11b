package sci

import (
	"errors"
	"fmt"

	"github.com/scimeter/scimeter/units"
)

// ErrIdleUnknown (idle_unknown) says that energy is not told apart into what ran
// and what flowed anyway.
var ErrIdleUnknown error = &Error{"idle_unknown", "idle energy is not known; set Idle of every component that uses energy, 0 where there is none"}

// A Flow is energy at the facility's meter, and what it emitted.
type Flow struct {
	Energy      units.FacilityEnergy
	Operational units.Carbon
}

// A Split is the energy of reserved hardware by what it was used for. All of it
// is in the score, as rule E-02 of the specification asks for; the split says how
// much of that ran something.
type Split struct {
	Active  Flow // of work
	Idle    Flow // what flows whether or not anything runs
	Unknown Flow // of components that do not tell the two apart
}

// Total returns all three.
func (s Split) Total() Flow {
	var e, o sum
	for _, f := range [...]Flow{s.Active, s.Idle, s.Unknown} {
		e.add(float64(f.Energy))
		o.add(float64(f.Operational))
	}
	return Flow{facility(e), units.Carbon(o.value())}
}

// String returns the split for people, such as "1.5 kWh active, 500 Wh idle (25
// %)", with what is not known where there is some.
func (s Split) String() string {
	part := 0.0
	if total := s.Total().Energy; total > 0 {
		part = float64(s.Idle.Energy / total)
	}
	text := fmt.Sprintf("%v active, %v idle (%.3g %%)", s.Active.Energy, s.Idle.Energy, 100*part)
	if s.Unknown != (Flow{}) {
		text += fmt.Sprintf(", %v not known which", s.Unknown.Energy)
	}
	return text
}

// Split returns the energy of c and its parts by what it was used for; see
// [System.Split].
func (c Component) Split() (Split, error) {
	var w splitWalk
	w.visit(&c, 0)
	if len(w.errs) > 0 {
		return Split{}, errors.Join(w.errs...)
	}
	return w.split(), nil
}

// Split returns the energy of all components by what it was used for, as their
// Idle says. The parts add up to the energy and O of the score. Beside what
// [Component.Terms] refuses of energies, it refuses an Idle outside 0 and 1
// ([ErrShare]).
func (s System) Split() (Split, error) { return Component{Parts: s.Components}.Split() }

// ActiveScore returns the score without idle energy, to be shown beside the
// score and never in its place: it carries the flag IdleExcluded, against E-02
// of the specification. M stays whole, since hardware is reserved idle or not. It
// has no uncertainty. Where a component that uses energy has no Idle, it is
// [ErrIdleUnknown].
func (s System) ActiveScore() (Score, error) {
	terms, err := s.Terms()
	split, errSplit := s.Split()
	if err := errors.Join(err, errSplit); err != nil {
		return Score{}, err
	}
	if split.Unknown != (Flow{}) {
		return Score{}, refuse(ErrIdleUnknown, "%v of %v", split.Unknown.Energy, split.Total().Energy)
	}
	terms.Operational, terms.IdleExcluded, terms.Uncertainty = split.Active.Operational, true, nil
	return terms.Score()
}

// A splitWalk adds up flows.
type splitWalk struct {
	active, idle, unknown struct{ energy, grams sum }
	errs                  []error
}

func (w *splitWalk) visit(c *Component, depth int) {
	if depth > maxDepth {
		w.errs = append(w.errs, refuse(ErrTooDeep, "component %q", c.ID))
		return
	}
	w.add(c)
	for i := range c.Parts {
		w.visit(&c.Parts[i], depth+1)
	}
}

func (w *splitWalk) add(c *Component) {
	o, err := c.operational()
	if err == nil && c.Idle != nil && !fraction(*c.Idle) {
		err = refuse(ErrShare, "component %q: idle %v", c.ID, *c.Idle)
	}
	if err != nil {
		w.errs = append(w.errs, err)
		return
	}
	e, _ := c.energy() // operational has refused it
	switch {
	case c.Idle == nil:
		w.unknown.energy.add(float64(e))
		w.unknown.grams.add(float64(o))
	default:
		idle := *c.Idle
		w.idle.energy.add(float64(e) * idle)
		w.idle.grams.add(float64(o) * idle)
		w.active.energy.add(float64(e) - float64(e)*idle)
		w.active.grams.add(float64(o) - float64(o)*idle)
	}
}

func (w *splitWalk) split() Split {
	return Split{
		Active:  Flow{facility(w.active.energy), units.Carbon(w.active.grams.value())},
		Idle:    Flow{facility(w.idle.energy), units.Carbon(w.idle.grams.value())},
		Unknown: Flow{facility(w.unknown.energy), units.Carbon(w.unknown.grams.value())},
	}
}
