package sci

import (
	"math"

	"github.com/scimeter/scimeter/units"
)

// A Factor is what a score is made of: (E·PUE·I + M)/R.
type Factor string

// The factors. Where a component does not state what its carbon is made of,
// that part of the change is under FactorOperational or FactorCarbon.
const (
	FactorEnergy      Factor = "E"     // at the IT equipment; at the facility where the PUE is not stated
	FactorPUE         Factor = "PUE"   // facility over IT energy
	FactorIntensity   Factor = "I"     // in effect: O over the energy
	FactorOperational Factor = "O"     // of which energy and intensity are not stated
	FactorEmbodied    Factor = "M"     //
	FactorCarbon      Factor = "O + M" // of which the parts are not stated
	FactorUnits       Factor = "R"     // with the scale
)

// factors are all of them, in the order in which they are shown.
var factors = [...]Factor{
	FactorEnergy, FactorPUE, FactorIntensity, FactorOperational, FactorEmbodied, FactorCarbon, FactorUnits,
}

const (
	inEnergy = iota
	inPUE
	inIntensity
	inOperational
	inEmbodied
	inCarbon
	inUnits
)

// A FactorChange is the part of a change that one factor made.
type FactorChange struct {
	Factor Factor       `json:"factor"`
	Change units.Carbon `json:"change_g"`
}

// A ComponentChange is the part of a change that one component made.
type ComponentChange struct {
	ID      string         `json:"id"`               // with those of what it is part of before it
	Status  string         `json:"status,omitempty"` // "added" or "removed"; "": on both sides
	Before  units.Carbon   `json:"before_g"`         // of the score
	After   units.Carbon   `json:"after_g"`
	Change  units.Carbon   `json:"change_g"`
	Factors []FactorChange `json:"factors,omitempty"` // those that made a part of it
}

// changes are the parts of a change by factor.
type changes [len(factors)]float64

// An attribution is a change in parts.
type attribution struct {
	rows          []changes // by component
	before, after []float64 // of the score, by component
}

// attribute splits the difference of two scores among the factors of each
// component: by the Shapley value, the mean over all orders in which the
// factors could have changed one after the other. That of a sum is the sum of
// those of its terms, so the work is linear in the components.
func attribute(a, b *side, ids []string) attribution {
	at := attribution{make([]changes, len(ids)), make([]float64, len(ids)), make([]float64, len(ids))}
	perA, perB := a.rate(1), b.rate(1)
	for i, id := range ids {
		before, after := a.byID[id], b.byID[id]
		for _, term := range termsOf(before, after) {
			term = append(term, move{inUnits, perA, perB})
			term.split(&at.rows[i])
			at.before[i] += term.product(0)
			at.after[i] += term.product(1<<len(term) - 1)
		}
	}
	return at
}

// A move is a factor of a term, before and after.
type move struct {
	factor        int
	before, after float64
}

// A product is a term of the score, in its factors.
type product []move

// product returns the term with those factors moved whose bit is set.
func (p product) product(moved int) float64 {
	v := 1.0
	for i, f := range p {
		if moved>>i&1 == 1 {
			v *= f.after
			continue
		}
		v *= f.before
	}
	return v
}

// split adds to each factor its Shapley value.
func (p product) split(to *changes) {
	for k, f := range p {
		if f.before == f.after {
			continue
		}
		var v sum
		for others := range 1 << len(p) {
			if others>>k&1 == 0 {
				v.add(shapleyWeight(others, len(p)) * p.without(k, others))
			}
		}
		to[f.factor] += (f.after - f.before) * v.value()
	}
}

// without returns the product of all factors but the k-th.
func (p product) without(k, moved int) float64 {
	v := 1.0
	for i, f := range p {
		switch {
		case i == k:
		case moved>>i&1 == 1:
			v *= f.after
		default:
			v *= f.before
		}
	}
	return v
}

// shapleyWeight returns |S|!·(n−|S|−1)!/n!: how often, of all orders of n
// players, exactly those of S come before a given one.
func shapleyWeight(set, n int) float64 {
	size := 0
	for ; set > 0; set &= set - 1 {
		size++
	}
	w := 1 / float64(n)
	for i := range size { // 1/(n·C(n−1, size))
		w *= float64(size-i) / float64(n-1-i)
	}
	return w
}

// termsOf returns the terms of a component, in the finest factors that both
// sides state. A side that has no such component has no energy and no hardware;
// its intensity and PUE are those of the other side, since nothing changed them.
func termsOf(before, after *sideLine) []product {
	a, b := orZero(before), orZero(after)
	if before == nil {
		a = nothingOf(b)
	}
	if after == nil {
		b = nothingOf(a)
	}
	if a.opaque() || b.opaque() {
		return []product{{{inCarbon, a.carbon.value(), b.carbon.value()}}}
	}
	return []product{operationalTerm(&a, &b), {{inEmbodied, a.m.value(), b.m.value()}}}
}

func nothingOf(l sideLine) sideLine {
	none := func(f *reckoned) *reckoned {
		if f == nil {
			return nil
		}
		return &reckoned{}
	}
	return sideLine{
		it: none(l.it), energy: none(l.energy), pue: l.pue, intensity: l.intensity,
		o: none(l.o), m: none(l.m), carbon: none(l.carbon),
	}
}

func operationalTerm(a, b *sideLine) product {
	ia, ib, okI := factorsFor(a.o, b.o, a.energy, b.energy)
	if !okI {
		return product{{inOperational, a.o.value(), b.o.value()}}
	}
	pa, pb, okP := factorsFor(a.energy, b.energy, a.it, b.it)
	if !okP {
		return product{{inEnergy, a.energy.v, b.energy.v}, {inIntensity, ia, ib}}
	}
	return product{{inEnergy, a.it.v, b.it.v}, {inPUE, pa, pb}, {inIntensity, ia, ib}}
}

// factorsFor returns what the parts times equal the wholes. A part of 0 says
// nothing of it, so the other side's is taken.
func factorsFor(wholeA, wholeB, partA, partB *reckoned) (a, b float64, ok bool) {
	if wholeA == nil || wholeB == nil || partA == nil || partB == nil {
		return 0, 0, false
	}
	qa, qb := wholeA.over(partA), wholeB.over(partB)
	if qa == nil && wholeA.v != 0 || qb == nil && wholeB.v != 0 {
		return 0, 0, false // much from nothing
	}
	qa, qb = qa.or(qb), qb.or(qa)
	return qa.value(), qb.value(), true
}

// A grid holds figures that are multiples of one quantum, so few of them that
// sums and differences of them are exact in float64, in every order.
type exactGrid struct{ quantum float64 }

// gridBits leave headroom below the 53 bits of a float64: sums of figures whose
// sizes add up to the largest stay exact.
const gridBits = 51

// gridFor returns a grid for figures whose sizes add up to most.
func gridFor(most float64) exactGrid {
	_, exp := math.Frexp(most)
	return exactGrid{math.Ldexp(1, max(exp-gridBits, -1074))}
}

func (g exactGrid) round(v float64) float64 { return math.RoundToEven(v/g.quantum) * g.quantum }

// settle puts the parts on a grid on which they sum to the change exactly: each
// is the difference of running totals, rounded, and what the arithmetic lost is
// in the largest part. Parts that overflow are refused.
func (at *attribution) settle(before, after float64) (exactGrid, float64, error) {
	most := before + after
	var largest *float64
	for i := range at.rows {
		for k := range at.rows[i] {
			part := &at.rows[i][k]
			most += math.Abs(*part)
			if largest == nil || math.Abs(*part) > math.Abs(*largest) {
				largest = part
			}
		}
	}
	if !isFinite(most) {
		return exactGrid{}, 0, refuse(ErrNotFinite, "compare: parts of the change are too large")
	}
	g := gridFor(most)
	change := g.round(after) - g.round(before)
	var running sum
	var settled float64
	for i := range at.rows {
		for k := range at.rows[i] {
			running.add(at.rows[i][k])
			next := g.round(running.value())
			at.rows[i][k], settled = next-settled, next
		}
	}
	if largest != nil {
		*largest += change - settled
	}
	return g, change, nil
}

// byFactor returns the parts of all components together.
func (at *attribution) byFactor() changes {
	var all changes
	for _, row := range at.rows {
		for k, v := range row {
			all[k] += v
		}
	}
	return all
}

// list returns the factors that made a part.
func (c changes) list() []FactorChange {
	var list []FactorChange
	for k, v := range c {
		if v != 0 {
			list = append(list, FactorChange{factors[k], units.Carbon(v)})
		}
	}
	return list
}

// total returns the sum of the parts, which lie on one grid.
func (c changes) total() float64 {
	var all float64
	for _, v := range c {
		all += v
	}
	return all
}
