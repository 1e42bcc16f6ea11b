package sci

import (
	"slices"
	"strings"
)

// A lifePart is a part of what is done with a model, and the words that items of
// a boundary name it by: stems of words.
type lifePart struct {
	name  string
	stems []string
}

func partsOf(lines ...string) []lifePart {
	all := make([]lifePart, len(lines))
	for i, line := range lines {
		name, stems, _ := strings.Cut(line, ": ")
		all[i] = lifePart{name, strings.Fields(stems)}
	}
	return all
}

// Parts of operation and monitoring (SCI for AI, l. 116-125), and of what is
// before and after it (l. 130-178).
var (
	operationParts = partsOf(
		"API and inference: api inference serving endpoint",
		"orchestration: orchestr agent workflow",
		"scaling: scaling autoscal balanc",
		"observability: observab monitor logging telemetry metrics",
		"data and feature management: dataset feature retriev vector corpus",
		"storage and artifacts: storage artifact artefact registry disk",
		"UX and client: client ux frontend interface browser",
		"model tool and service connectors: tool connector plugin",
	)
	inceptionPart    = lifePart{"inception", []string{"incept", "scoping", "requirement"}}
	developmentParts = partsOf(
		"data collection: collect",
		"synthetic data: synthet",
		"training: train pretrain",
		"storage for training: storage",
		"network for training: network interconnect",
		"model selection: select",
		"evaluation: evaluat validat",
	)
	deploymentPart = lifePart{"deployment", []string{"deploy", "integrat", "release"}}
	retirementPart = lifePart{"retirement", []string{"retire", "decommission", "archiv"}}
	triggeredPart  = lifePart{"operations that are triggered", []string{"tool", "retriev", "downstream", "submodel", "plugin", "connector"}}
)

// names reports whether a text names p.
func (p lifePart) names(text string) bool {
	return slices.ContainsFunc(clauses(text), func(c clause) bool { return c.has(p.stems...) })
}

// A placing is where the boundary has a part.
type placing struct {
	in, out bool
	path    string
	item    BoundaryItem
}

func (c *conformer) placed(p lifePart) placing {
	for i, item := range c.d.Boundary.Included {
		if p.names(item.Name) || p.names(item.Description) {
			return placing{in: true, path: "/boundary/included/" + digitsOf(i), item: item}
		}
	}
	for i, item := range c.d.Boundary.Excluded {
		if p.names(item.Name) {
			return placing{out: true, path: "/boundary/excluded/" + digitsOf(i), item: item}
		}
	}
	return placing{path: "/boundary/included"}
}

// none reports whether an item is left out because there is no such thing.
func (p placing) none() bool {
	why := strings.ToLower(p.item.Why)
	return slices.ContainsFunc([]string{"none", "no such", "not used", "there is no", "there are no", "has no", "have no", "uses no", "does not use", "does not exist"},
		func(s string) bool { return strings.Contains(why, s) })
}

// allPlaced judges parts that all have to be in the boundary.
func (c *conformer) allPlaced(parts []lifePart) judgement {
	var silent []string
	for _, p := range parts {
		at := c.placed(p)
		switch {
		case at.out && !at.none():
			return fails("stage_excluded", at.path, "%s is left out, and has to be in the score", p.name)
		case !at.in && !at.out:
			silent = append(silent, p.name)
		}
	}
	if len(silent) > 0 {
		return unknown("/boundary/included", "the boundary does not name %s", strings.Join(silent, ", "))
	}
	return passes("/boundary", "the boundary names all %d parts", len(parts))
}

// whereMaterial judges a part that has to be in the boundary where it is material.
func (c *conformer) whereMaterial(p lifePart) judgement {
	switch at := c.placed(p); {
	case at.in:
		return passes(at.path, "%s is in the boundary", p.name)
	case at.out && material(at.item.Why):
		return fails("stage_excluded", at.path, "%s is left out, and said to be material", p.name)
	case at.out && at.item.Why != "":
		return passes(at.path, "%s is left out: %s", p.name, at.item.Why)
	case at.out:
		return unknown(at.path, "%s is left out, and whether it is material is not stated", p.name)
	}
	return unknown("/boundary", "%s is not named in the boundary", p.name)
}

func (c *conformer) persona() judgement {
	if f := c.broken("consumer_training"); f != nil && c.p == SCIAIConsumer {
		return failsBy(f)
	}
	want := "consumer"
	if c.p == SCIAIProvider {
		want = "provider"
	}
	if c.d.AI == nil || strings.TrimSpace(c.d.AI.Persona) == "" {
		return unknown("/ai/persona", "it is not stated whose score it is")
	}
	if !strings.EqualFold(strings.TrimSpace(c.d.AI.Persona), want) {
		return fails("persona_mismatch", "/ai/persona", "the score is of %q, and the profile is for a %s", c.d.AI.Persona, want)
	}
	return passes("/ai/persona", "the score is of a %s alone", want)
}

func (c *conformer) consumerBoundary() judgement {
	if f := c.broken("consumer_training"); f != nil {
		return failsBy(f)
	}
	if ai := c.d.AI; ai != nil && len(ai.Training) > 0 {
		return fails("consumer_training", "/ai/training", "%s is in the score", strings.Join(ai.Training, ", "))
	}
	for i, item := range c.d.Boundary.Included {
		if what := readClause(item.Name).says(trainingWords); what != "" {
			return fails("consumer_training", "/boundary/included/"+digitsOf(i), "%q is in the boundary of a consumer", item.Name)
		}
	}
	for _, u := range c.uses {
		if u.c == nil {
			continue
		}
		if readClause(u.c.ID).says(trainingWords) != "" || readClause(u.c.Kind).says(trainingWords) != "" {
			return fails("consumer_training", u.path, "%s is in the score", u.name())
		}
	}
	return c.allPlaced(operationParts)
}

func (c *conformer) providerBoundary() judgement {
	for i, item := range c.d.Boundary.Included {
		s := readClause(item.Name)
		if s.has("inference", "serving", "production traffic") && !s.has("evaluat", "test") {
			return fails("operation_included", "/boundary/included/"+digitsOf(i), "%q is operation, which is in the score of those who use the model", item.Name)
		}
	}
	return c.allPlaced([]lifePart{inceptionPart, developmentParts[0], developmentParts[2], developmentParts[6], deploymentPart, retirementPart})
}

func (c *conformer) inception() judgement   { return c.whereMaterial(inceptionPart) }
func (c *conformer) retirement() judgement  { return c.whereMaterial(retirementPart) }
func (c *conformer) development() judgement { return c.allPlaced(developmentParts) }
func (c *conformer) deployment() judgement  { return c.allPlaced([]lifePart{deploymentPart}) }

func (c *conformer) wholeTraining() judgement {
	texts := slices.Clone(c.texts)
	for i, item := range c.d.Boundary.Included {
		texts = append(texts, wording{"/boundary/included/" + digitsOf(i), item.Name + ", " + item.Description})
	}
	for i, item := range c.d.Boundary.Excluded {
		if readClause(item.Name).has(lostRuns...) {
			return fails("training_in_part", "/boundary/excluded/"+digitsOf(i), "%q is left out, and is part of training", item.Name)
		}
	}
	for _, w := range texts {
		if slices.ContainsFunc(clauses(w.words), trainedInPart) {
			return fails("training_in_part", w.path, "%q", w.words)
		}
	}
	for _, w := range texts {
		if slices.ContainsFunc(clauses(w.words), trainedWholly) {
			return passes(w.path, "%q", w.words)
		}
	}
	return unknown("/ai/strategy", "it is not stated whether all runs of the training are in it")
}

// lostRuns are words for runs of a training that the model does not come from.
var lostRuns = []string{"early", "abort", "failed", "intermediate", "discarded", "restart", "stopped"}

func trainedInPart(s clause) bool {
	final := s.says(phrases("only the final", "final run only", "last run only", "only the last", "final run alone")) != ""
	return final || s.has(lostRuns...) && s.has("run", "training", "epoch", "checkpoint") && (s.not || s.has("exclud", "omit", "left", "ignor", "without"))
}

func trainedWholly(s clause) bool {
	lost := s.has(lostRuns...) && s.has("includ", "count", "all")
	whole := s.has("all", "every", "whole", "entire") && s.has("epoch", "run", "training")
	return (lost || whole) && !s.negated && !s.has("exclud", "omit", "ignor")
}

func (c *conformer) operation() judgement {
	if c.d.Result.Incomplete {
		return fails("incomplete", "/result/incomplete", "the document says itself that carbon is missing")
	}
	if f := c.broken("component_left_out", "incomplete_not_said"); f != nil {
		return failsBy(f)
	}
	return c.allPlaced(operationParts)
}

func (c *conformer) deliveryUnit() judgement {
	name := readClause(strings.ReplaceAll(c.d.Unit.Name, ".", " "))
	switch {
	case len(name.words) == 0:
		return unknown("/functional_unit/name", "the functional unit is not stated")
	case name.has("flop", "parameter", "train", "epoch") || strings.Contains(strings.ToLower(c.d.Unit.Name), "flop"):
		return fails("unit_of_provider", "/functional_unit/name", "%q is what a model is made of, not what is delivered or billed", c.d.Unit.Name)
	case name.has("token", "second", "image", "workflow", "page", "inference", "character"):
		return passes("/functional_unit/name", "%q is what is delivered", c.d.Unit.Name)
	case readClause(c.d.Unit.Rationale).has("bill", "charge", "invoice", "deliver", "price", "sold", "pay"):
		return passes("/functional_unit/rationale", "%q", c.d.Unit.Rationale)
	}
	return unknown("/functional_unit/rationale", "it is not stated whether %q is what is delivered or billed", c.d.Unit.Name)
}

func (c *conformer) triggered() judgement {
	switch at := c.placed(triggeredPart); {
	case at.in:
		return passes(at.path, "%q is in the boundary", at.item.Name)
	case at.out && at.none():
		return passes(at.path, "%q: %s", at.item.Name, at.item.Why)
	case at.out:
		return fails("triggered_excluded", at.path, "%q is triggered by the service, and left out", at.item.Name)
	}
	return unknown("/boundary", "it is not stated whether the service triggers others, such as tools, retrieval or further models")
}

func (c *conformer) providerUnit() judgement {
	text := strings.ToLower(c.d.Unit.Name)
	about := strings.ToLower(c.d.Unit.Name + " " + c.d.Unit.Rationale + " " + c.d.Unit.Counting)
	if c.d.AI != nil {
		about += " " + strings.ToLower(c.d.AI.Details)
	}
	switch {
	case strings.TrimSpace(text) == "":
		return unknown("/functional_unit/name", "the functional unit is not stated")
	case strings.Contains(text, "flop") || strings.Contains(text, "parameter"):
		return passes("/functional_unit/name", "%q", c.d.Unit.Name)
	case strings.Contains(text, "token") && strings.Contains(about, "train"):
		return passes("/functional_unit/name", "%q, of training", c.d.Unit.Name)
	case strings.Contains(text, "token"):
		return unknown("/functional_unit/name", "whether %q is a token of training is not stated", c.d.Unit.Name)
	}
	return fails("unit_not_of_provider", "/functional_unit/name", "%q is no FLOP, training token or parameter", c.d.Unit.Name)
}

func (c *conformer) providerStates() judgement {
	ai := c.d.AI
	for _, want := range []struct {
		stated     bool
		path, what string
	}{
		{c.d.Unit.Name != "", "/functional_unit/name", "the unit"},
		{c.d.Unit.Rationale != "", "/functional_unit/rationale", "why the unit is that"},
		{ai != nil && ai.Effective != nil, "/ai/effective", "whether the units are gross or effective"},
		{ai != nil && ai.Strategy != "" || len(c.d.Method.Assumptions) > 0, "/ai/strategy", "strategies or assumptions"},
	} {
		if !want.stated {
			return fails("not_disclosed", want.path, "it has to be stated, and is not: %s", want.what)
		}
	}
	kind := "gross"
	if *ai.Effective {
		kind = "effective"
	}
	return passes("/ai", "unit and rationale, %s values, strategies or assumptions are stated", kind)
}

func (c *conformer) severalUnits() judgement {
	if n := len(c.d.Unit.Conversions); n > 0 {
		return passes("/functional_unit/conversions", "%d conversions lead to further units", n)
	}
	return permission("/functional_unit", "the score is per one unit")
}
