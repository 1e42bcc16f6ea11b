package sci

import (
	"strconv"
	"strings"
)

// zeroReason is what is said of an M of 0 that nobody explains.
const zeroReason = "M is 0, and the reason is not stated"

// zeroEmbodied looks for an M of 0 of which nobody says why. Traffic in networks
// of others is let pass: few publish its hardware.
func (v *verifier) zeroEmbodied(n *node) {
	c := n.c
	zero := c.Embodied != nil && c.Embodied.Value == 0 && c.Embodied.Within == 0
	if zero && c.unlisted() && !specific(c.NoHardware) {
		v.zeroFound = true
		v.find("embodied_zero", n.path+"/embodied_g", zeroReason, c.Embodied, reckoning{})
	}
}

// zeroTotal looks for a total of 0, or for rows that are all 0, without a cause
// for each component that has none.
func (v *verifier) zeroTotal(t totalOf, q quantity) {
	path, figure := t.path, t.figure
	if figure == nil {
		path, figure = v.zeroRows()
	} else if !q.stated.known || figure.Value != 0 {
		return
	}
	if figure == nil || v.zeroFound || t.tally.total().value > 0 || v.causes() {
		return
	}
	v.find("embodied_zero", path, zeroReason, figure, reckoning{})
}

// zeroRows returns the M of the first row where all rows state one of 0, and none
// a TE to make one of.
func (v *verifier) zeroRows() (path string, first *Figure) {
	for i := range v.nodes {
		n := &v.nodes[i]
		for j := range n.c.Hardware {
			e := &n.c.Hardware[j]
			switch {
			case e.M == nil || e.M.Value != 0 || positiveFigure(e.TE):
				return "", nil
			case first == nil:
				path, first = n.path+"/hardware/"+strconv.Itoa(j)+"/embodied_g", e.M
			}
		}
	}
	return path, first
}

// causes reports whether each component that uses energy says why it has no M,
// or is of a network, or part of one that does.
func (v *verifier) causes() bool {
	caused, some := map[string]bool{}, false
	for i := range v.nodes {
		n := &v.nodes[i]
		if specific(n.c.NoHardware) || isNetwork(n.c) || caused[above(n.path)] {
			caused[n.path], some = true, true
		}
	}
	for i := range v.nodes {
		n := &v.nodes[i]
		if usesEnergy(n.c) && len(n.c.Parts) == 0 && !caused[n.path] {
			return false
		}
	}
	return some
}

// unembodied reports whether c may have hardware that it does not state.
func (c *ComponentStatement) unembodied() bool { return c.NoHardware == "" && c.unlisted() }

// unlisted reports whether c states no hardware where it might have some.
func (c *ComponentStatement) unlisted() bool {
	byTotal := c.Carbon != nil && c.Operational == nil
	return len(c.Hardware) == 0 && len(c.Parts) == 0 && !byTotal && !isNetwork(c)
}

// missingEmbodied looks for components that use energy and have no M where others
// of their kind have one. That of the parts of a machine may be with the machine,
// and that of all of them with a component that uses no energy.
func (v *verifier) missingEmbodied() {
	embodied := map[string]bool{}
	for i := range v.nodes {
		if n := &v.nodes[i]; n.own[qEmbodied].best().value > 0 && n.uses() {
			embodied[strings.ToLower(n.c.Kind)] = true
		}
	}
	for i := range v.nodes {
		n := &v.nodes[i]
		if n.uses() && n.c.Embodied == nil && n.c.unembodied() && !n.c.Sums && embodied[strings.ToLower(n.c.Kind)] {
			v.find("embodied_missing", n.path+"/embodied_g", "it uses energy, but its hardware is in no M, as that of others of its kind is", nil, reckoning{})
		}
	}
}

// uses reports whether n uses energy.
func (n *node) uses() bool { return n.own[qIT].best().value > 0 || n.own[qFacility].best().value > 0 }
