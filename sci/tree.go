package sci

import (
	"errors"

	"github.com/scimeter/scimeter/units"
)

// ErrNoComponent (component_unknown) says that a system has no component of a
// name.
var ErrNoComponent error = &Error{"component_unknown", "system has no such component; name one by the ids that lead to it"}

// At returns the system that is the component to which ids lead, from the top;
// no id is s itself. Components of one name beside each other are taken together.
// Its R is that of the last component on the way that has one of its own and is
// alone of its name, else that of s. A name that is not there is
// [ErrNoComponent].
func (s System) At(ids ...string) (System, error) {
	at, _, err := s.at(ids)
	return at, err
}

// at also says whether R is one of a component.
func (s System) at(ids []string) (at System, own bool, err error) {
	at = s
	for i, id := range ids {
		within := at.Components
		if i > 0 {
			within = nil
			for j := range at.Components {
				within = append(within, at.Components[j].Parts...)
			}
		}
		var found []Component
		for j := range within {
			if within[j].ID == id {
				found = append(found, within[j])
			}
		}
		if len(found) == 0 {
			return System{}, false, refuse(ErrNoComponent, "component %.40q of the path %.40q", id, ids)
		}
		at.Components = found
		if c := &found[0]; len(found) == 1 && c.R != nil {
			at.R, at.Unit, own = c.R, c.Unit, true
		}
	}
	return at, own, nil
}

// A Node is a component with the sums over it and all its parts.
type Node struct {
	ID     string
	Terms  Terms                // O, M and R
	IT     units.Energy         // of what was given at the input of the IT equipment
	Energy units.FacilityEnergy // of all, at the facility's meter
	Parts  []Node

	counted bool // somebody counted R
}

// Score returns the score of the node: what it and its parts emitted per
// functional unit, of its own where the component has an R, else of the nearest
// that it is part of. The scores of parts per one unit add up, with what the node
// has on top of them, to that of the node. The error is that of [System.Score].
func (n Node) Score() (Score, error) {
	r := &n.Terms.R
	if !n.counted {
		r = nil
	}
	if err := (System{R: r, Unit: n.Terms.Unit}).checkR(); err != nil {
		return Score{}, err
	}
	return n.Terms.Score()
}

// Tree returns the system with the sums at each of its components, in time that
// is proportional to their number. An R is not needed for it. It refuses what
// [Component.Terms] does.
func (s System) Tree() (Node, error) {
	w := treeWalk{}
	var n Node
	w.visit(&n, &Component{Parts: s.Components, R: s.R, Unit: s.Unit}, nil, "", 0)
	if len(w.errs) > 0 {
		return Node{}, errors.Join(w.errs...)
	}
	return n, nil
}

type treeWalk struct{ errs []error }

// visit fills in the node of c, of which the nearest R is given.
func (w *treeWalk) visit(n *Node, c *Component, r *float64, unit string, depth int) {
	n.ID = c.ID
	if depth > maxDepth {
		w.fail(refuse(ErrTooDeep, "component %q", c.ID))
		return
	}
	if c.R != nil || depth == 0 {
		r, unit = c.R, c.Unit
	}
	if r != nil {
		n.counted = true
	}
	w.fail(c.terms(&n.Terms))
	n.IT = c.IT
	n.Energy, _ = c.energy() // terms has refused it
	if len(c.Parts) > 0 {
		w.parts(n, c, r, unit, depth)
	}
	n.Terms.Unit = unit
	if r != nil {
		n.Terms.R = *r
	}
}

// parts fills in those of n, and adds them to what n has of its own.
func (w *treeWalk) parts(n *Node, c *Component, r *float64, unit string, depth int) {
	var all termsSum
	w.fail(all.add(&n.Terms))
	it, energy := sum{total: float64(n.IT)}, sum{total: float64(n.Energy)}
	n.Parts = make([]Node, len(c.Parts))
	for i := range c.Parts {
		part := &n.Parts[i]
		w.visit(part, &c.Parts[i], r, unit, depth+1)
		own := part.Terms
		own.R, own.Unit = 0, "" // what parts are counted by does not matter above them
		w.fail(all.add(&own))
		it.add(float64(part.IT))
		energy.add(float64(part.Energy))
	}
	n.Terms, n.IT, n.Energy = all.terms(), units.Energy(it.value()), facility(energy)
}

func (w *treeWalk) fail(err error) {
	if err != nil {
		w.errs = append(w.errs, err)
	}
}
