package sci

import "strconv"

// The quantities that components have and that add up to those of the result.
const (
	qIT = iota
	qFacility
	qOperational
	qEmbodied
	qTE
	qCarbon
	qScore
	quantities
)

// quantityNames are the keys of the JSON.
var quantityNames = [quantities]string{
	"it_kwh", "facility_kwh", "operational_g", "embodied_g", "te_g", "carbon_g", "score_g",
}

// A node is a component in the light of its inputs.
type node struct {
	path  string
	c     *ComponentStatement
	own   [quantities]quantity
	sums  [quantities]tally // over it and its parts
	te    tally             // of its own hardware
	empty bool              // it has nothing of its own
	parts []int             // indices
}

func (v *verifier) compute() {
	v.scale, v.r = v.units()
	v.pue = v.input("/site/pue", v.d.Site.PUE)
	v.grid = v.input("/intensity/g_per_kwh", v.d.Grid.Value)
	v.grid.doubt = v.doubted
	v.done = sharedInput{path: "/functional_unit/total", figure: v.d.Unit.Total, value: v.r}
	var all [quantities]tally
	var top []int
	for i := range v.d.Components {
		n := v.visit(&v.d.Components[i], "/components/"+strconv.Itoa(i))
		for q := range all {
			all[q].join(v.nodes[n].sums[q])
		}
		top = append(top, n)
	}
	v.resolve(&v.pue)
	v.resolve(&v.grid)
	v.duplicates()
	v.totals(all, top)
}

// visit returns the index of the node of c, whose parts were visited.
func (v *verifier) visit(c *ComponentStatement, path string) int {
	at := len(v.nodes)
	v.nodes = append(v.nodes, node{})
	n := node{path: path, c: c}
	var parts [quantities]tally
	for i := range c.Parts {
		p := v.visit(&c.Parts[i], path+"/parts/"+strconv.Itoa(i))
		n.parts = append(n.parts, p)
		for q := range parts {
			parts[q].join(v.nodes[p].sums[q])
		}
	}
	switch {
	case c.Sums:
		v.group(&n, parts)
	default:
		v.component(&n)
		n.sums = parts
		n.empty = len(c.Parts) > 0 && c.bare()
	}
	for q := range n.sums {
		switch {
		case n.empty:
		case c.Sums && !n.own[q].stated.known:
			n.sums[q] = parts[q]
		case q == qTE:
			n.sums[q].join(n.te)
		default:
			n.sums[q].add(n.own[q])
		}
	}
	v.nodes[at] = n
	return at
}

// bare reports whether c has no figures of its own.
func (c *ComponentStatement) bare() bool {
	for _, f := range []*Figure{c.Power, c.Hours, c.IT, c.Facility, c.Operational, c.Embodied, c.Carbon, c.Score} {
		if f != nil {
			return false
		}
	}
	return len(c.Hardware) == 0
}

// energyInParts reports whether c leaves all of its energy to its parts.
func (c *ComponentStatement) energyInParts() bool {
	for _, f := range []*Figure{c.Power, c.Hours, c.IT, c.Facility, c.Idle, c.Operational, c.Carbon, c.Score} {
		if f != nil {
			return false
		}
	}
	return len(c.Parts) > 0
}

// component computes what c has of its own.
func (v *verifier) component(n *node) {
	v.energy(n)
	v.operational(n)
	if n.c.energyInParts() {
		nothing := quantity{stated: workedOut(0, 0)}
		n.own[qIT], n.own[qFacility], n.own[qOperational] = nothing, nothing, nothing
	}
	v.embodied(n)
	n.own[qCarbon] = v.componentCarbon(n)
	q, f := v.settle(relation{
		path:    n.path + "/score_g",
		figure:  n.c.Score,
		want:    v.scores(n.own[qCarbon]),
		code:    "component_score_mismatch",
		from:    "O + M per R",
		guesses: func() []guess { return v.scoreGuesses(n.own) },
	})
	n.own[qScore] = q
	v.done.keep(q, f, n.own[qCarbon].best().scale(v.scale).over(q.stated))
	v.implausible(n)
}

func (v *verifier) componentCarbon(n *node) quantity {
	o, m := n.own[qOperational], n.own[qEmbodied]
	return v.check(relation{
		path:    n.path + "/carbon_g",
		figure:  n.c.Carbon,
		want:    v.carbons(o, m),
		code:    "carbon_mismatch",
		from:    "O + M",
		open:    o.best().known != m.best().known,
		guesses: func() []guess { return carbonGuesses(o, m) },
	})
}

// carbons returns O + M; where one of them is not known, the other.
func (v *verifier) carbons(o, m quantity) []reckoning {
	switch {
	case !m.best().known:
		return combine(o, quantity{stated: workedOut(0, 0)}, added)
	case !o.best().known:
		return combine(m, quantity{stated: workedOut(0, 0)}, added)
	}
	return combine(o, m, added)
}

func carbonGuesses(o, m quantity) []guess {
	return []guess{
		{"term_left_out", o.best(), "it is O alone"},
		{"term_left_out", m.best(), "it is M alone"},
	}
}

// scores returns what carbon is per Scale units.
func (v *verifier) scores(carbon quantity) []reckoning {
	per := func(c, r reckoning) reckoning { return c.over(r).scale(v.scale) }
	return combine(carbon, quantity{stated: v.r}, per)
}

// scoreGuesses are the known ways to miss a score.
func (v *verifier) scoreGuesses(own [quantities]quantity) []guess {
	carbon := own[qCarbon].best()
	per := carbon.over(v.r)
	guesses := []guess{{"r_not_applied", carbon, "it is the total, which was never divided by R"}}
	if v.scale != 1 {
		guesses = append(guesses,
			guess{"scale_not_applied", per, "it is per one unit, not per as many as it says"},
			guess{"scale_not_applied", per.scale(v.scale * v.scale), "the scale of the unit was applied twice"})
	}
	for _, term := range []struct {
		q   int
		why string
	}{{qOperational, "it is of O alone"}, {qEmbodied, "it is of M alone"}} {
		guesses = append(guesses, guess{"term_left_out", own[term.q].best().over(v.r).scale(v.scale), term.why})
	}
	return guesses
}

// group computes a node whose figures are sums over its parts.
func (v *verifier) group(n *node, parts [quantities]tally) {
	figures := componentFigures(n.c)
	for q := range n.own {
		n.own[q] = v.total(totalOf{
			path:    n.path + "/" + quantityNames[q],
			figure:  figures[q],
			tally:   parts[q],
			q:       q,
			members: n.parts,
		})
	}
}

func componentFigures(c *ComponentStatement) [quantities]*Figure {
	return [quantities]*Figure{
		qIT:          c.IT,
		qFacility:    c.Facility,
		qOperational: c.Operational,
		qEmbodied:    c.Embodied,
		qCarbon:      c.Carbon,
		qScore:       c.Score,
	}
}

func resultFigures(r *Result) [quantities]*Figure {
	return [quantities]*Figure{
		qIT:          r.IT,
		qFacility:    r.Facility,
		qOperational: r.Operational,
		qEmbodied:    r.Embodied,
		qTE:          r.TE,
		qCarbon:      r.Carbon,
		qScore:       r.Score,
	}
}
