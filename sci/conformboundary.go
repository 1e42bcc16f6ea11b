package sci

import (
	"slices"
	"strings"
)

// significant reports whether a text says of something that it weighs much.
func significant(text string) bool {
	return slices.ContainsFunc(clauses(text), func(s clause) bool {
		return s.says(phrases("significant", "significantly", "substantial", "substantially", "considerable")) != "" && !s.has(smallWords...)
	})
}

// smallWords turn a clause around: "too small to be significant".
var smallWords = []string{"too", "below", "under", "unlikely", "hardly", "little", "less", "small", "minor", "negligible", "if", "whether"}

// material reports whether a text says of something that it is material.
func material(text string) bool {
	return significant(text) || slices.ContainsFunc(clauses(text), func(s clause) bool {
		at := s.find("material")
		is := at == 0 || at > 0 && (s.lower[at-1] == "is" || s.lower[at-1] == "are")
		return is && s.lower[at] == "material" && !s.denies(at) && !s.has(smallWords...)
	})
}

func (c *conformer) significantInfrastructure() judgement {
	if f := c.broken("component_left_out"); f != nil {
		return failsBy(f)
	}
	b := &c.d.Boundary
	unexplained := ""
	for i, item := range b.Excluded {
		path := "/boundary/excluded/" + digitsOf(i)
		if significant(item.Why) || significant(item.Description) {
			return fails("significant_excluded", path, "%q is left out, and said to be significant", item.Name)
		}
		if item.Why == "" && unexplained == "" {
			unexplained = path
		}
	}
	switch {
	case len(b.Included) == 0:
		return unknown("/boundary/included", "the boundary is not stated")
	case unexplained != "":
		return unknown(unexplained+"/why", "why it is left out is not stated")
	}
	return passes("/boundary", "%d items are in it, and of each of the %d left out it is said why", len(b.Included), len(b.Excluded))
}

func (c *conformer) kindsOfInfrastructure() judgement {
	if b := &c.d.Boundary; len(b.Included) > 0 {
		return passes("/boundary/included", "%s", names(b.Included))
	}
	return permission("/boundary/included", "the boundary is not stated")
}

// names lists the names of items, of many the first.
func names(items []BoundaryItem) string {
	const most = 5
	var all []string
	for _, item := range items[:min(most, len(items))] {
		all = append(all, item.Name)
	}
	if len(items) > most {
		all = append(all, "…")
	}
	return strings.Join(all, ", ")
}

func (c *conformer) oneUnit() judgement {
	if f := c.broken("units_not_positive", "units_mismatch", "component_score_mismatch"); f != nil {
		return failsBy(f)
	}
	switch {
	case c.d.Unit.Name == "":
		return unknown("/functional_unit/name", "the functional unit is not stated")
	case !c.v.r.known:
		return unknown("/functional_unit/total", "R is not stated")
	}
	return passes("/functional_unit", "%s per %s, for all components", shown(c.v.r.value), c.d.Unit.Name)
}

func (c *conformer) conversionsDisclosed() judgement {
	if f := c.broken("conversion_invalid"); f != nil {
		return failsBy(f)
	}
	for i, v := range c.d.Unit.Conversions {
		path := "/functional_unit/conversions/" + digitsOf(i)
		switch {
		case v.From == "" || v.To == "":
			return fails("not_disclosed", path, "a conversion names not both of its units")
		case v.Why == "":
			return fails("not_disclosed", path+"/why", "where the factor from %s to %s is from is not disclosed", v.From, v.To)
		}
	}
	if n := len(c.d.Unit.Conversions); n > 0 {
		return passes("/functional_unit/conversions", "%d conversions are stated with factor and reason", n)
	}
	return unknown("/functional_unit/conversions", "no conversion is stated; that none was used the document cannot show")
}

var suggestedUnits = wordSet("call request benchmark user machine minute hour second day week month year device site gb tb mb byte gigabyte terabyte job batch transaction read write query")

func (c *conformer) suggestedUnit() judgement {
	for _, w := range wordsOf(strings.ReplaceAll(c.d.Unit.Name, ".", " ")) {
		if w = strings.ToLower(w); suggestedUnits[w] || suggestedUnits[strings.TrimSuffix(w, "s")] {
			return passes("/functional_unit/name", "%q is on the list", c.d.Unit.Name)
		}
	}
	return unknown("/functional_unit/name", "%q is not on the list, which is one of suggestions: nothing can be against it", c.d.Unit.Name)
}

func (c *conformer) measuredOrCalculated() judgement {
	for _, u := range c.uses {
		if u.c != nil && (u.c.Nature != "" || u.c.Method != "") {
			return passes(u.path, "%s: %s", u.name(), strings.TrimSpace(u.c.Nature+" "+u.c.Method))
		}
	}
	if a := c.d.Method.Approach; a != "" {
		return passes("/methodology/approach", "%s", a)
	}
	return permission("/methodology/approach", "it is not said whether components were measured or calculated")
}

// approach reports whether the document says that it goes by an approach, alone
// or with others.
func (c *conformer) approach(words ...string) bool {
	return slices.ContainsFunc(clauses(c.d.Method.Approach), func(s clause) bool { return s.has(words...) })
}

// naturesOf counts components by nature, those that state one.
func (c *conformer) naturesOf() (all map[string]int, n int) {
	all = map[string]int{}
	for _, u := range c.uses {
		if u.c != nil && u.c.Nature != "" {
			all[strings.ToLower(u.c.Nature)]++
			n++
		}
	}
	return all, n
}

func (c *conformer) measurement() judgement {
	if !c.approach("measur", "hybrid") {
		return unknown("/methodology/approach", "the approach is not said to be measurement")
	}
	if f := c.broken("dates_out_of_order", "r_not_applied", "score_mismatch"); f != nil {
		return failsBy(f)
	}
	all, n := c.naturesOf()
	if modelled := all["modelled"] + all["modeled"] + all["estimated"] + all["forecast"]; n > 0 && modelled == n && !c.approach("hybrid") {
		return fails("approach_mislabelled", "/methodology/approach", "the approach is said to be measurement, and none of the %d components was measured", n)
	}
	p := c.d.Period
	switch {
	case p.Start.IsZero() || p.End.IsZero():
		return unknown("/period", "the period is not stated")
	case !c.v.result[qScore].derived.known || c.d.Result.Score == nil:
		return unknown("/result/score_g", "carbon and R of the period are not both stated")
	}
	return passes("/period", "carbon of %s h over %s units of the same time", shown(p.End.Sub(p.Start).Hours()), shown(c.v.r.value))
}

func (c *conformer) calculation() judgement {
	if !c.approach("calculat", "model", "lab") || c.approach("hybrid", "measur") {
		return unknown("/methodology/approach", "the approach is not said to be calculation")
	}
	all, n := c.naturesOf()
	if n > 0 && all["measured"] == n {
		return fails("approach_mislabelled", "/methodology/approach", "the approach is said to be calculation, and all %d components were measured", n)
	}
	lab := func(s clause) bool {
		return s.has("lab", "benchmark", "controlled", "simulat", "test", "model") && !s.negated
	}
	if w, ok := c.says(func(s clause) bool { return lab(s) && !s.has("calculat") }); ok {
		return passes(w.path, "%q", w.words)
	}
	if c.v.r.value == 1 {
		return passes("/functional_unit/total", "one %s is modelled", c.d.Unit.Name)
	}
	return unknown("/methodology", "how one unit was modelled is not stated")
}

func (c *conformer) baseline() judgement {
	return unknown("", "a disclosure is of one state of the software; whether an action was compared with a baseline takes the one of before (see Compare)")
}

func (c *conformer) sameMethod() judgement {
	return unknown("", "it takes two disclosures to tell whether their methods are the same: Compare names each field that differs")
}

func (c *conformer) systemsView() judgement {
	b := &c.d.Boundary
	for i, out := range b.Excluded {
		same := func(in BoundaryItem) bool { return in.Name != "" && strings.EqualFold(in.Name, out.Name) }
		if slices.ContainsFunc(b.Included, same) {
			return fails("boundary_contradicts", "/boundary/excluded/"+digitsOf(i), "%q is in the boundary and outside it", out.Name)
		}
		for _, u := range c.uses {
			if u.c != nil && out.Name != "" && strings.EqualFold(u.c.ID, out.Name) {
				return fails("boundary_contradicts", u.path, "%q is outside the boundary, and in the figures", out.Name)
			}
		}
	}
	switch {
	case len(b.Included) == 0:
		return unknown("/boundary/included", "what is in the boundary is not stated")
	case len(b.Excluded) == 0:
		return unknown("/boundary/excluded", "what is left out is not stated, nor that nothing is")
	}
	return passes("/boundary", "%d items are in the boundary, %d are said to be outside it, and none is both", len(b.Included), len(b.Excluded))
}

func (c *conformer) easy() judgement {
	return unknown("", "what it takes to follow the specification is not a property of a document, which shows neither training nor cost")
}

func (c *conformer) invested() judgement {
	return unknown("", "a document shows how accurate it is, and not what more could have been invested in that")
}

// offsetWords name what neutralises rather than avoids.
var offsetWords = []string{"offset", "credit", "neutral", "rmu", "eru", "cer", "removal", "reduction unit"}

func isOffset(f *Finding) bool {
	return slices.ContainsFunc(offsetWords, func(w string) bool { return strings.Contains(strings.ToLower(f.Message), w) })
}

func (c *conformer) noOffsets() judgement {
	for i := range c.v.findings {
		if f := &c.v.findings[i]; f.Code == "negative_figure" || f.Code == "market_based" && isOffset(f) {
			return failsBy(f)
		}
	}
	if f := c.broken("score_mismatch", "total_mismatch"); f != nil {
		return unknown(f.Path, "the score is not what its terms make, so that something may have been taken off it")
	}
	if q := c.v.result[qScore]; q.stated.known && q.derived.known {
		return passes("/result/score_g", "the score is all of O + M over R: nothing was taken off it")
	}
	return unknown("/result/score_g", "the score cannot be recomputed, so that something may have been taken off it")
}

func (c *conformer) noInstruments() judgement {
	if f := c.broken("market_based", "memo_instruments"); f != nil {
		return failsBy(f)
	}
	if n := len(c.d.Memo.Instruments); n > 0 {
		return passes("/memo/instruments", "%d are named in the memo, beside the score, and none elsewhere", n)
	}
	on, off := c.grids()
	for _, u := range append(on, off...) {
		if g := u.grid; g.Kind != "" || g.Approach != "" || g.Source != "" {
			return passes(u.chain[0].path, "none is named")
		}
	}
	return unknown("/intensity", "nothing is said of the intensity")
}
