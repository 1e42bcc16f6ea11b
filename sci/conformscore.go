package sci

import "strings"

// brokenFormula are findings of figures that are not what their terms make.
var brokenFormula = []string{
	"operational_mismatch", "intensity_mismatch", "embodied_row_mismatch", "embodied_mismatch", "te_not_time_shared",
	"resource_share_not_applied", "carbon_mismatch", "component_score_mismatch", "total_mismatch", "term_left_out",
	"score_mismatch", "r_not_applied", "scale_not_applied", "units_mismatch", codeScaleError, codeEnergyUnit,
}

func (c *conformer) isRate() judgement {
	if f := c.broken("r_not_applied", "units_not_positive", "not_finite"); f != nil {
		return failsBy(f)
	}
	score := c.d.Result.Score
	switch {
	case score == nil:
		return unknown("/result/score_g", "no score is stated")
	case score.Value == 0 && score.Within == 0:
		return fails("score_zero", "/result/score_g", "the score is 0, which no software reaches")
	case !c.v.r.known:
		return unknown("/functional_unit/total", "R is not stated, so that the score may be a total")
	}
	return passes("/result/score_g", "%s g per %s, of %s", shown(score.Value), c.per(), shown(c.v.r.value))
}

// per is what the score is per, for people.
func (c *conformer) per() string {
	unit := c.d.Unit.Name
	if unit == "" {
		unit = "unit"
	}
	if c.v.scale != 1 {
		return count(c.v.scale) + " " + unit
	}
	return unit
}

func (c *conformer) followsFormula() judgement {
	if f := c.broken(brokenFormula...); f != nil {
		return failsBy(f)
	}
	q := c.v.result[qScore]
	switch {
	case !q.stated.known:
		return unknown("/result/score_g", "no score is stated")
	case !q.derived.known:
		return unknown("/result/score_g", "the terms or R are not all stated, so that the score cannot be recomputed")
	case !c.v.result[qOperational].best().known || !c.v.result[qEmbodied].best().known:
		return unknown("/result", "O and M are not stated apart, so that the carbon cannot be held against O + M")
	}
	o, m := c.v.result[qOperational].best(), c.v.result[qEmbodied].best()
	return passes("/result/score_g", "(%s g + %s g) / %s is %s g per %s, as stated",
		shown(o.value), shown(m.value), shown(c.v.r.value), shown(q.derived.value), c.per())
}

func (c *conformer) sameUnit() judgement {
	if f := c.broken("units_mismatch", "component_score_mismatch", "scores_do_not_sum", "scale_not_applied"); f != nil {
		return failsBy(f)
	}
	if !c.v.r.known || c.d.Result.Score == nil {
		return unknown("/functional_unit/total", "a score and R are not both stated")
	}
	if n := c.componentScores(); n > 0 {
		return passes("/functional_unit", "the scores of %d components are their carbon over the same R", n)
	}
	return passes("/functional_unit", "components state carbon, which is divided by one R as a whole")
}

// componentScores counts the scores of components that were recomputed.
func (c *conformer) componentScores() int {
	n := 0
	for i := range c.v.nodes {
		if q := c.v.nodes[i].own[qScore]; q.stated.known && q.derived.known && !q.suspect {
			n++
		}
	}
	return n
}

func (c *conformer) fiveSteps() judgement {
	if f := c.broken("total_mismatch", "component_left_out", "component_counted_twice", "scores_do_not_sum", "component_duplicate"); f != nil {
		return failsBy(f)
	}
	var missing []string
	for _, step := range []struct {
		shown bool
		name  string
	}{
		{len(c.d.Boundary.Included) > 0, "the boundary"},
		{c.d.Unit.Name != "", "the unit"},
		{c.methodsStated(), "the method of each component"},
		{c.v.result[qScore].derived.known, "the sum of the components"},
		{c.d.Result.Score != nil, "the score"},
	} {
		if !step.shown {
			missing = append(missing, step.name)
		}
	}
	if len(missing) > 0 {
		return unknown("", "the document does not show %s", strings.Join(missing, ", "))
	}
	return passes("/components", "boundary, unit, methods and score are stated, and %d components add up to it", len(c.d.Components))
}

// methodsStated reports whether it is said how each component was quantified.
func (c *conformer) methodsStated() bool {
	if c.d.Method.Approach != "" {
		return true
	}
	for _, u := range c.uses {
		if u.c == nil || u.c.Method == "" && u.c.Nature == "" {
			return false
		}
	}
	return true
}

func (c *conformer) reported() judgement {
	switch m := &c.d.Method; {
	case c.d.Result.Score == nil:
		return fails("not_disclosed", "/result/score_g", "the score is not disclosed")
	case len(c.d.Boundary.Included) == 0:
		return fails("not_disclosed", "/boundary/included", "the boundary is not disclosed")
	case m.Approach == "" && m.Formula == "" && !c.methodsStated():
		return fails("not_disclosed", "/methodology", "the method of calculation is not disclosed")
	}
	return passes("/result/score_g", "score, boundary (%d items) and method are disclosed", len(c.d.Boundary.Included))
}

func (c *conformer) missingData() judgement {
	if f := c.brokenWhere(inMethod, "embodied_missing"); f != nil {
		return failsBy(f)
	}
	if f := c.broken("incomplete_not_said"); f != nil {
		return failsBy(f)
	}
	for i, g := range c.d.Gaps {
		if !leavesOut(g.Policy + " " + g.What) {
			return passes("/gaps/"+digitsOf(i), "what was missing is filled in: %s", g.Policy)
		}
	}
	asked := func(s clause) bool {
		return s.has("supplier", "provider", "vendor", "manufacturer") && s.has("ask", "request", "contact")
	}
	if w, ok := c.says(asked); ok {
		return passes(w.path, "suppliers were asked: %q", w.words)
	}
	for _, u := range c.uses {
		if u.c != nil && ranks[u.c.Nature] >= ranks["estimated"] {
			return passes(u.path+"/nature", "%s is %s: an estimate stands for what was not measured", u.name(), u.c.Nature)
		}
	}
	return unknown("", "the document does not say that data were missing, nor whether suppliers were asked")
}

func inMethod(path string) bool { return strings.HasPrefix(path, "/methodology") }
