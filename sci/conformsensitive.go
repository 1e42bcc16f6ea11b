package sci

import (
	"fmt"
	"strings"
)

// Actions that rule K-01 is about, by what they make smaller; of EL, larger.
const (
	actE = iota
	actI
	actTE
	actTiR
	actRR
	actEL
	actions
)

var actionNames = [actions]string{"E", "I", "TE", "TiR", "RR", "EL"}

// step is by how much inputs are changed: a tenth.
const step = 0.1

// A sensitivity is what the score does when inputs change.
type sensitivity struct {
	base    sum          // grams, as recomputed
	changed [actions]sum // grams, after each action
	terms   [actions]int // that have the input
	wrong   *judgement   // the first term that moves the wrong way
	zero    *judgement   // the first term that is 0, whatever its inputs
}

// constant adds carbon of which no input is stated.
func (s *sensitivity) constant(grams float64) {
	s.base.add(grams)
	for a := range s.changed {
		s.changed[a].add(grams)
	}
}

// term adds a product of inputs: what it is, and what it is after each of the
// actions that it has. ref is what the document states, or what was recomputed
// where that is the same.
func (s *sensitivity) term(path, what string, grams, ref float64, acts ...int) {
	s.base.add(grams)
	for a := range s.changed {
		s.changed[a].add(grams)
	}
	if ref == 0 {
		if s.zero == nil {
			s.zero = new(unknown(path, "%s is 0 g, which no change of its inputs makes less", what))
		}
		return
	}
	for _, a := range acts {
		after := grams * (1 - step)
		if a == actEL {
			after = grams / (1 + step)
		}
		s.terms[a]++
		s.changed[a].add(after - grams)
		if !(after < ref) && s.wrong == nil {
			j := fails("insensitive", path, "%s is stated as %s g, and its inputs make %s g: with %s %s they make %s g, which is no less than stated",
				what, shown(ref), shown(grams), actionNames[a], direction(a), shown(after))
			s.wrong = &j
		}
	}
}

func direction(action int) string {
	if action == actEL {
		return "10 % higher"
	}
	return "10 % lower"
}

// reference returns what is stated, or what was recomputed if that is the same
// but for rounding.
func reference(stated *Figure, recomputed, within float64) float64 {
	if stated.Agrees(recomputed, within) {
		return recomputed
	}
	return stated.Value
}

// sensitive changes E, I, TE, TiR, RR and EL in the figures of the document, and
// looks at what becomes of each term and of the score.
func (c *conformer) sensitive() judgement {
	var s sensitivity
	for i := range c.v.nodes {
		if n := &c.v.nodes[i]; !n.c.Sums || len(n.parts) == 0 {
			c.moveOperational(&s, n)
			c.moveEmbodied(&s, n)
		}
	}
	if len(c.v.nodes) == 0 {
		c.moveResult(&s)
	}
	switch {
	case s.wrong != nil:
		return *s.wrong
	case s.zero != nil:
		return *s.zero
	case s.terms == [actions]int{}:
		return unknown("/components", "of no term all inputs are stated, so that none can be changed")
	case !c.v.r.known:
		return unknown("/functional_unit/total", "R is not stated, so that there is no score to recompute")
	}
	return c.movedScore(&s)
}

// gridValueOf returns the intensity in effect at a component, and whether it is
// of a grid.
func (c *conformer) gridValueOf(path string) (value *Figure, grid bool) {
	i, ok := c.used[path]
	if !ok {
		return nil, false
	}
	u := &c.uses[i]
	return u.value(), kindOf(u.grid.Kind) != kindOffGrid
}

func (c *conformer) moveOperational(s *sensitivity, n *node) {
	e := n.own[qFacility].best()
	if raw := n.c.Facility; raw != nil && isFinite(raw.Value) {
		e = workedOut(raw.Value, 0)
	}
	i, grid := c.gridValueOf(n.path)
	o := n.own[qOperational].best()
	if !e.known || i == nil || !isFinite(i.Value) || e.value == 0 || i.Value == 0 && !grid {
		s.constant(o.value)
		return
	}
	grams := e.value * i.Value
	within := e.within*i.Value + e.value*i.Within
	s.term(n.path+"/operational_g", "O", grams, reference(n.c.Operational, grams, within), actE, actI)
}

func (c *conformer) moveEmbodied(s *sensitivity, n *node) {
	if len(n.c.Hardware) == 0 {
		s.constant(n.own[qEmbodied].best().value)
		return
	}
	for j := range n.c.Hardware {
		e := &n.c.Hardware[j]
		path := n.path + "/hardware/" + digitsOf(j) + "/embodied_g"
		m := c.charged(e)
		if !m.known || m.value == 0 {
			s.constant(e.M.Or(0))
			continue
		}
		acts := []int{actTE, actTiR, actEL}
		if e.Share != nil || e.RR != nil {
			acts = append(acts, actRR)
		}
		s.term(path, "M", m.value, reference(e.M, m.value, m.within), acts...)
	}
}

// charged returns TE x TiR/EL x RR/ToR of a device, as far as it is stated.
func (c *conformer) charged(e *Embodies) reckoning {
	of := func(f *Figure) reckoning {
		if f == nil {
			return reckoning{}
		}
		return workedOut(f.Value, f.Within)
	}
	rs := of(e.RR).over(of(e.ToR))
	switch {
	case e.Share != nil:
		rs = of(e.Share)
	case e.RR == nil && e.ToR == nil:
		rs = workedOut(1, 0)
	}
	return of(e.TE).times(of(e.Reserved)).over(of(e.Lifespan)).times(rs)
}

// moveResult does the same for a document of totals.
func (c *conformer) moveResult(s *sensitivity) {
	s.constant(c.v.result[qEmbodied].best().value)
	e, i, o := c.v.result[qFacility].best(), c.d.Grid.Value, c.v.result[qOperational].best()
	if !e.known || i == nil || !isFinite(i.Value) || e.value == 0 {
		s.constant(o.value)
		return
	}
	grams := e.value * i.Value
	s.term("/result/operational_g", "O", grams, reference(c.d.Result.Operational, grams, e.within*i.Value+e.value*i.Within), actE, actI)
}

// movedScore looks at the score as a whole.
func (c *conformer) movedScore(s *sensitivity) judgement {
	per := func(grams float64) float64 { return finite(grams / c.v.r.value * c.v.scale) }
	base := per(s.base.value())
	ref := base
	if q := c.v.result[qScore]; q.suspect && q.stated.known {
		ref = q.stated.value
	}
	var moved []string
	for a := range actions {
		if s.terms[a] == 0 {
			continue
		}
		after := per(s.changed[a].value())
		if !(after < ref) {
			return fails("insensitive", "/result/score_g", "the score is stated as %s g, and its inputs make %s g: with %s %s they make %s g, which is no less than stated",
				shown(ref), shown(base), actionNames[a], direction(a), shown(after))
		}
		moved = append(moved, fmt.Sprintf("%s %s: %s g", actionNames[a], direction(a), shown(after)))
	}
	return passes("/result/score_g", "recomputed, the score of %s g falls with each: %s", shown(base), strings.Join(moved, "; "))
}
