package sci

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// A wording is what a document says in words, and where.
type wording struct{ path, words string }

// texts looks for what only words say.
func (v *verifier) texts() {
	d := v.d
	v.gridTexts("/intensity", &d.Grid)
	for i := range d.Components {
		v.componentTexts(&d.Components[i], "/components/"+strconv.Itoa(i))
	}
	for i, s := range d.Sources {
		path := "/sources/" + strconv.Itoa(i)
		v.market(wording{path + "/what", s.What})
		v.market(wording{path + "/name", s.Name})
	}
	if d.Result.IdleExcluded {
		v.idleOut("/result/idle_excluded", "idle energy is left out of the result")
	}
	v.methodTexts(&d.Method)
	v.instruments()
	v.training()
}

func (v *verifier) methodTexts(m *MethodStatement) {
	all := []wording{{"/methodology/approach", m.Approach}, {"/methodology/formula", m.Formula}, {"/methodology/policy", m.Policy}}
	for i, s := range m.Assumptions {
		all = append(all, wording{"/methodology/assumptions/" + strconv.Itoa(i), s})
	}
	for i, s := range m.Limitations {
		all = append(all, wording{"/methodology/limitations/" + strconv.Itoa(i), s})
	}
	for _, t := range all {
		v.market(t)
		v.idleWords(t)
		v.embodiedWords(t)
	}
}

func (v *verifier) gridTexts(path string, g *GridStatement) {
	for _, t := range []wording{{"/approach", g.Approach}, {"/kind", g.Kind}, {"/zone", g.Zone}, {"/source", g.Source}, {"/remark", g.Remark}} {
		if offGrid(g) && strings.Contains(t.words, "100") {
			continue // its own panels may well be all that feeds it
		}
		v.market(wording{path + t.path, t.words})
	}
}

func (v *verifier) componentTexts(c *ComponentStatement, path string) {
	if c.Grid != nil {
		v.gridTexts(path+"/intensity", c.Grid)
	}
	v.market(wording{path + "/source", c.Source})
	v.idleWords(wording{path + "/source", c.Source})
	if c.IdleTaken {
		v.idleOut(path+"/idle_excluded", "idle energy is left out of the component")
	}
	if (hasWord(c.ID, "embodied") || hasWord(c.Kind, "embodied")) && (v.positive(c.IT).known || v.positive(c.Facility).known) {
		v.find("embodied_as_energy", path, "what hardware embodies is stated as energy", nil, reckoning{})
	}
	for i := range c.Hardware {
		v.market(wording{path + "/hardware/" + strconv.Itoa(i) + "/source", c.Hardware[i].Source})
	}
	for i := range c.Parts {
		v.componentTexts(&c.Parts[i], path+"/parts/"+strconv.Itoa(i))
	}
}

// Instruments of a market (SCI specification 1.1, "Exclusions"; GHG Protocol,
// Scope 2 Guidance, chapter 6), and words for what they are used for.
var (
	instruments = phrases(
		"power purchase agreement", "ppa", "vppa", "renewable energy certificate", "renewable energy credit", "recs", "eacs",
		"energy attribute certificate", "guarantee of origin", "guarantees of origin", "carbon credit", "carbon offset",
		"emission reduction unit", "certified emission reduction", "removal unit", "market based", "renewable adjusted",
		"renewables adjusted", "residual mix", "contractual instrument", "supplier specific", "green tariff",
		"100 % renewable", "100 % green", "100 % clean", "100 percent renewable", "matched with renewable", "matched by renewable",
		"matched with 100 % renewable", "carbon neutral", "climate neutral",
		"24 7 cfe", "24 7 carbon free", "24 7 matching", "cfe matching", "carbon free energy matching", "hourly matching",
		"green energy tariff", "green electricity tariff", "renewable tariff", "renewable energy tariff",
		"garantie d origine", "garanties d origine", "contrat d achat d électricité", "contrats d achat d électricité",
		"contrat d achat d electricite", "certificat vert", "certificats verts", "électricité verte", "fondé sur le marché", "basé sur le marché",
		"garantía de origen", "garantías de origen", "garantia de origen", "garantias de origen", "acuerdo de compra de energía",
		"acuerdos de compra de energía", "contrato de compra de energía", "contrato de compraventa de energía", "tarifa verde", "basado en el mercado",
	)
	// acronyms are words otherwise, or parts of names, where they are not capitals.
	acronyms = wordSet("REC RECs GO GOs GoO GoOs EAC EACs RMU RMUs ERU ERUs CER CERs")
	// clocks have offsets as well.
	clocks = []string{"utc", "time", "clock", "byte", "address", "zone", "sensor", "calibration"}
)

// market looks for instruments of a market that a text does not deny.
func (v *verifier) market(t wording) {
	if t.words == "" || !v.once("market_based", t.words) {
		return
	}
	for _, c := range clauses(t.words) {
		if what := c.instrument(); what != "" {
			v.find("market_based", t.path, fmt.Sprintf("%q is of a market, and not of the grid", what), nil, reckoning{})
			return
		}
	}
}

// instrument returns the instrument that c says is used; "" if it says none.
func (c clause) instrument() string {
	if what := c.says(instruments); what != "" {
		return what
	}
	if what := cmp.Or(c.stem(marketStems), c.contract()); what != "" {
		return what
	}
	for i, w := range c.words {
		if acronyms[w] && !c.denies(i) && !(i+1 < len(c.words) && yearOrVersion(c.words[i+1])) {
			return w
		}
	}
	if at := c.find("offset"); at >= 0 && !c.denies(at) && !c.has(clocks...) {
		return c.words[at]
	}
	return ""
}

// yearOrVersion reports whether a word is a number, as after the name of a
// programming language.
func yearOrVersion(w string) bool { return w[0] >= '0' && w[0] <= '9' }

// instruments wants those of the memo to have a figure there: else they are
// somewhere else.
func (v *verifier) instruments() {
	if m := v.d.Memo; len(m.Instruments) > 0 && m.MarketBased == nil {
		v.find("memo_instruments", "/memo/instruments", "instruments of a market are named without the market-based figure that they belong to", nil, reckoning{})
	}
}

// idleWords looks for idle energy that was taken out.
func (v *verifier) idleWords(t wording) {
	if !strings.Contains(strings.ToLower(t.words), "idle") {
		return
	}
	for _, c := range clauses(t.words) {
		out := c.has("subtract", "deduct", "exclud", "remov", "omitted", "minus", "ignored") || c.find("net", "of", "idle") >= 0 ||
			c.find("without", "idle") >= 0 || c.find("above", "idle") >= 0
		if c.has("idle") && out && !c.not {
			v.idleOut(t.path, "idle energy is left out")
			return
		}
	}
}

func (v *verifier) idleOut(path, message string) {
	if v.once("idle_excluded", "") {
		v.find("idle_excluded", path, message, nil, reckoning{})
	}
}

// withoutData are words for hardware that was left out because nobody knew what
// it embodies.
var withoutData = phrases("without embodied", "no embodied data", "missing embodied", "lack embodied", "lacks embodied", "lacking embodied")

func (v *verifier) embodiedWords(t wording) {
	for _, c := range clauses(t.words) {
		for _, p := range withoutData {
			if c.find(p...) >= 0 && c.has("remov", "exclud", "left", "omit", "drop", "skip", "zero", "ignor", "filter") {
				v.find("embodied_missing", t.path, "hardware is left out because what it embodies is not known", nil, reckoning{})
				return
			}
		}
	}
}

// trainingWords are what makes a model, and not what runs it.
var trainingWords = phrases("training", "pretraining", "pre training", "fine tuning", "finetuning", "fine tune", "finetune", "post training", "rlhf")

// training looks for the making of a model in the score of one who uses it.
func (v *verifier) training() {
	if !v.consumer() {
		return
	}
	if ai := v.d.AI; ai != nil && len(ai.Training) > 0 {
		v.find("consumer_training", "/ai/training", fmt.Sprintf("%s is in the score of a consumer", strings.Join(ai.Training, ", ")), nil, reckoning{})
		return
	}
	for i := range v.d.Components {
		v.trainingIn(&v.d.Components[i], "/components/"+strconv.Itoa(i))
	}
	for i, item := range v.d.Boundary.Included {
		if readClause(item.Name).says(trainingWords) != "" && v.once("consumer_training", strings.ToLower(item.Name)) {
			v.find("consumer_training", "/boundary/included/"+strconv.Itoa(i), fmt.Sprintf("%q is in the boundary of a consumer", item.Name), nil, reckoning{})
		}
	}
}

func (v *verifier) trainingIn(c *ComponentStatement, path string) {
	for _, t := range []wording{{"/id", c.ID}, {"/kind", c.Kind}} {
		if readClause(t.words).says(trainingWords) != "" {
			v.once("consumer_training", strings.ToLower(c.ID))
			v.find("consumer_training", path+t.path, fmt.Sprintf("%q is in the score of a consumer", c.ID), nil, reckoning{})
			return
		}
	}
	for i := range c.Parts {
		v.trainingIn(&c.Parts[i], path+"/parts/"+strconv.Itoa(i))
	}
}
