package sci

import (
	"slices"
	"strings"
)

// A rowPlace is a device of a document.
type rowPlace struct {
	path string
	row  *Embodies
}

// rows returns all hardware.
func (c *conformer) rows() []rowPlace {
	var all []rowPlace
	for i := range c.v.nodes {
		n := &c.v.nodes[i]
		for j := range n.c.Hardware {
			all = append(all, rowPlace{n.path + "/hardware/" + digitsOf(j), &n.c.Hardware[j]})
		}
	}
	return all
}

func (c *conformer) embodiedStages() judgement {
	if f := c.broken("te_includes_use"); f != nil {
		return failsBy(f)
	}
	rows := c.rows()
	for _, p := range rows {
		switch {
		case len(p.row.Stages) == 0:
			return unknown(p.path+"/stages", "the stages of the life cycle in TE are not stated")
		case !slices.Contains(p.row.Stages, StageEndOfLife):
			return unknown(p.path+"/stages", "TE has %s; what disposal adds is not stated", strings.Join(p.row.Stages, ", "))
		case !slices.Contains(p.row.Stages, StageManufacturing):
			return unknown(p.path+"/stages", "TE has %s; what manufacturing adds is not stated", strings.Join(p.row.Stages, ", "))
		}
	}
	if len(rows) == 0 {
		return unknown("/components", "no hardware is stated")
	}
	return passes(rows[0].path+"/stages", "TE of %d devices has making and disposal, and not use", len(rows))
}

// hasEmbodied reports whether n states an M above 0, or hardware that makes one.
func hasEmbodied(n *node) bool {
	return n.own[qEmbodied].best().value > 0 || slices.ContainsFunc(n.c.Hardware, func(e Embodies) bool { return positiveFigure(e.TE) })
}

// withoutEmbodied returns the path of the first component that uses energy, has
// no M, no reason for that, and is part of nothing that has one; and how many
// there are.
func (c *conformer) withoutEmbodied() (first string, all int) {
	above := map[string]bool{} // paths of components that have an M for their parts as well
	for i := range c.v.nodes {
		n := &c.v.nodes[i]
		parent := strings.LastIndex(n.path, "/parts/")
		has := hasEmbodied(n) && !n.c.Sums || parent > 0 && above[n.path[:parent]]
		if has {
			above[n.path] = true
			continue
		}
		if !usesEnergy(n.c) || n.c.Sums || n.c.NoHardware != "" {
			continue
		}
		if all == 0 {
			first = n.path
		}
		all++
	}
	return first, all
}

func (c *conformer) allHardware() judgement {
	if f := c.broken("embodied_zero", "embodied_missing"); f != nil {
		return failsBy(f)
	}
	if f := c.brokenWhere(ofEmbodied, "component_left_out"); f != nil {
		return failsBy(f)
	}
	m := c.v.result[qEmbodied].best()
	if path, alone := c.operationalAlone(); alone && !(m.value > 0) {
		return fails("embodied_missing", path, "it is O alone: no M is in it, nor is it said why")
	}
	first, missing := c.withoutEmbodied()
	some := slices.ContainsFunc(c.v.nodes, func(n node) bool { return hasEmbodied(&n) })
	switch {
	case missing > 0:
		return unknown(first+"/embodied_g", "of %d components neither M nor why there is none is stated", missing)
	case some || len(c.v.nodes) == 0 && m.value > 0:
		return passes("/result/embodied_g", "each component that uses energy has an M, or the reason why not")
	case !m.known:
		return unknown("/result/embodied_g", "no M is stated")
	}
	return unknown("/result/embodied_g", "M is 0, and whether the reasons for that hold takes a person")
}

// operationalAlone returns the figure of the result that is made of O, where no
// component says why there is no M.
func (c *conformer) operationalAlone() (path string, alone bool) {
	o, r := c.v.result[qOperational].best(), &c.d.Result
	if slices.ContainsFunc(c.v.nodes, func(n node) bool { return n.c.NoHardware != "" }) || !(o.value > 0) {
		return "", false
	}
	switch per := o.over(c.v.r).scale(c.v.scale); {
	case r.Score != nil && per.known && r.Score.Agrees(per.value, per.within):
		return "/result/score_g", true
	case r.Carbon != nil && r.Carbon.Agrees(o.value, o.within):
		return "/result/carbon_g", true
	}
	return "", false
}

func (c *conformer) finestEmbodied() judgement {
	for _, p := range c.rows() {
		for _, s := range clauses(p.row.Source) {
			if what := s.says(phrases("life cycle assessment", "lifecycle assessment", "lca", "pcf", "product carbon footprint", "epd")); what != "" {
				return passes(p.path+"/source", "a %s of the device: %q", what, p.row.Source)
			}
		}
	}
	return unknown("/components", "no source is said to be a life cycle assessment; simple models are allowed, and whether there was better data the document does not show")
}

func (c *conformer) noMarketInEmbodied() judgement {
	aboutHardware := func(path string) bool {
		return inHardware(path) || inMethod(path) && mentionsHardware(c.textAt(path))
	}
	if f := c.brokenWhere(aboutHardware, "market_based"); f != nil {
		return failsBy(f)
	}
	if f := c.brokenWhere(ofEmbodied, "negative_figure"); f != nil {
		return failsBy(f)
	}
	rows := c.rows()
	for _, p := range rows {
		if p.row.Source == "" {
			return unknown(p.path+"/source", "where TE is from is not stated")
		}
	}
	if len(rows) == 0 {
		return unknown("/components", "no hardware is stated, nor where M is from")
	}
	return passes(rows[0].path+"/source", "no instrument of a market is named in the sources of %d devices", len(rows))
}

func (c *conformer) textAt(path string) string {
	for _, w := range c.texts {
		if w.path == path {
			return w.words
		}
	}
	return ""
}

func mentionsHardware(text string) bool {
	return slices.ContainsFunc(clauses(text), func(s clause) bool {
		return s.has("embodied", "hardware", "manufactur", "device", "server")
	})
}

func (c *conformer) embodiedUnit() judgement {
	if f := c.broken("embodied_as_energy"); f != nil {
		return failsBy(f)
	}
	if f := c.brokenWhere(ofEmbodied, codeScaleError); f != nil {
		return failsBy(f)
	}
	if m := c.d.Result.Embodied; m != nil {
		return passes("/result/embodied_g", "%s g, and no figure of M or TE is off as another unit would be", shown(m.Value))
	}
	for i := range c.v.nodes {
		if n := &c.v.nodes[i]; n.c.Embodied != nil {
			return passes(n.path+"/embodied_g", "%s g, and no figure of M or TE is off as another unit would be", shown(n.c.Embodied.Value))
		}
	}
	return unknown("/result/embodied_g", "no M is stated")
}

func (c *conformer) embodiedFormula() judgement {
	f := c.broken("embodied_row_mismatch", "te_not_time_shared", "resource_share_not_applied", "resource_share_mismatch",
		"resource_share_above_one", "reserved_exceeds_lifespan", "reserved_exceeds_period", "te_range", "te_allocated_twice", "embodied_mismatch")
	if f != nil {
		return failsBy(f)
	}
	whole, path := 0, ""
	for _, p := range c.rows() {
		if r := p.row; r.TE != nil && r.Reserved != nil && positiveFigure(r.Lifespan) && r.M != nil {
			if whole == 0 {
				path = p.path
			}
			whole++
		}
	}
	if whole == 0 {
		return unknown("/components", "of no device TE, TiR, EL and M are all stated")
	}
	return passes(path+"/embodied_g", "M of %d devices is TE x TiR/EL x RR/ToR, as stated", whole)
}

// The worked example of the specification (SCI 1.1, l. 138): 1000 kg, 1 h of
// four years of 365 days.
const (
	exampleTE   = 1e6 // g
	exampleLife = 4 * 365 * 24
)

func (c *conformer) embodiedExample() judgement {
	for _, p := range c.rows() {
		r := p.row
		if r.TE.Or(0) != exampleTE || r.Reserved.Or(0) != 1 || r.Lifespan.Or(0) != exampleLife || r.M == nil {
			continue
		}
		if share := c.v.shareOf(r); share != 1 {
			continue
		}
		const want = exampleTE / float64(exampleLife)
		if r.M.Agrees(want, 0.6) { // the specification prints 28
			return passes(p.path+"/embodied_g", "%s g; exactly %s g", shown(r.M.Value), shown(want))
		}
		return fails("example_mismatch", p.path+"/embodied_g", "%s g, where the specification has about 28 g", shown(r.M.Value))
	}
	return unknown("/components", "no device of 1000 kg and four years is charged for one hour: the example is not in the document")
}

func (c *conformer) shareOfVCPU() judgement {
	for _, p := range c.rows() {
		if hasWord(p.row.Basis, "vcpu") {
			return passes(p.path+"/basis", "RR and ToR count vCPUs")
		}
	}
	return unknown("/components", "no resource share counts vCPUs; the rule is an example of a good choice, which nothing can be against")
}
