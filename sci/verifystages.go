package sci

import (
	"fmt"
	"slices"
	"strings"
)

// Words of footprints that have the use of the hardware in them.
var (
	wholeLife = phrases(
		"use phase", "usage phase", "use stage", "in use emission", "whole life", "whole of life", "full life cycle", "full lifecycle",
		"entire life", "entire life cycle", "cradle to grave", "total lifecycle", "total life cycle", "lifetime footprint",
		"complete life cycle", "complete lifecycle", "entire lifecycle", "all life cycle stage", "including use", "incl use",
		"inkl nutzung", "inklusive nutzung", "einschließlich nutzung", "nutzungsphase", "lebenszyklusweit", "gesamter lebenszyklus",
		"gesamten lebenszyklus", "ganzen lebenszyklus", "vollständiger lebenszyklus", "phase d utilisation", "cycle de vie complet",
		"ensemble du cycle de vie", "fase de uso", "ciclo de vida completo", "todo el ciclo de vida",
	)
	// pcfMakers publish the footprints of their products as one total, use included:
	// 83 to 88 % of the totals of Dell and HPE servers (their product carbon
	// footprint sheets).
	pcfMakers = phrases("dell", "hpe", "hp", "lenovo", "fujitsu", "cisco", "apple", "acer", "asus", "microsoft", "supermicro", "huawei")
	footprint = phrases("pcf", "product carbon footprint", "carbon footprint report", "product environmental report")
	// makings are words of a footprint that was split by stage.
	makings = []string{"manufactur", "embodied", "production", "upstream", "gate", "split", "stage", "share", "part"}
)

// serverTotal is between what is embodied in a server, 1000 to 2200 kg with 384
// to 768 GB (Cloud Carbon Footprint), and the totals of product carbon footprints,
// 4780 to 8640 kg (HPE DL380 Gen10, Dell R640 and R740).
const serverTotal = 4.5e6 // g

// useStage wants a TE without the use of the hardware, which is O.
func (v *verifier) useStage(e *Embodies, path string) {
	if slices.ContainsFunc(e.Stages, func(s string) bool { return strings.EqualFold(strings.TrimSpace(s), StageUse) }) {
		v.find("te_includes_use", path+"/stages", "the use of the hardware is in TE", e.TE, reckoning{})
		return
	}
	code, why := v.useWords(e)
	if code != "" && v.once(code, e.Source+e.Name) {
		v.find(code, path+"/source", why, e.TE, reckoning{})
	}
}

func (v *verifier) useWords(e *Embodies) (code, why string) {
	all := clauses(e.Source)
	pcf, maker, making, using := "", "", false, false
	for _, c := range all {
		if what := c.says(wholeLife); what != "" {
			return "te_includes_use", fmt.Sprintf("the source says %q: the use of the hardware is in TE", what)
		}
		if what := c.says(footprint); what != "" {
			pcf = what
		}
		if what := c.says(pcfMakers); what != "" {
			maker = what
		}
		using = using || c.listsUse()
		making = making || c.has(makings...) || c.find("use") >= 0 && c.forward < len(c.words) || c.find("use") >= 0 && c.negated
	}
	for _, m := range pcfMakers {
		if maker == "" && hasWord(e.Name, m[0]) {
			maker = m[0]
		}
	}
	switch te := v.known(e.TE); {
	case using && making:
		return "te_includes_use", "the source lists use among the stages: the use of the hardware is in TE"
	case pcf == "" || making || len(e.Stages) > 0:
		return "", ""
	case maker != "" || te.value >= serverTotal:
		return "te_includes_use", fmt.Sprintf("%.6g kg of a %s is what makers state of the whole life, use included", te.value/1000, pcf)
	}
	return "te_stages_unclear", fmt.Sprintf("a %s may have the use of the hardware in it, and no stages are stated", pcf)
}

// listsUse reports whether use is an item of a list of stages, as in
// "manufacturing, use and end of life".
func (c clause) listsUse() bool {
	for i, w := range c.lower {
		first := i == 0 || c.lower[i-1] == "and" || c.lower[i-1] == "plus"
		last := i == len(c.lower)-1 || c.lower[i+1] == "and" || c.lower[i+1] == "phase"
		if (w == "use" || w == "usage") && first && last && !c.denies(i) {
			return true
		}
	}
	return false
}
