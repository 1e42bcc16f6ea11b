package render

import (
	"strconv"

	"github.com/scimeter/scimeter/sci"
)

// flags sets what has to be read with the figure: how it was made, what is
// missing, and what checks said.
func (r *report) flags(verdicts []sci.Verdict, findings []sci.Finding) {
	res := r.d.Result
	if res.Nature != "" {
		r.flag(res.Nature, "")
	}
	if res.Counted != nil && res.Counted.Value >= 0 && res.Counted.Value <= 1 {
		r.flag(percent(res.Counted.Value)+" of the energy counted", "")
	}
	if res.Incomplete {
		r.flag("incomplete: a lower bound", "warn")
	}
	if res.IdleExcluded {
		r.flag("idle energy left out", "warn")
	}
	t := tally(verdicts)
	if t[sci.Fail] > 0 {
		r.flag(strconv.Itoa(t[sci.Fail])+" of "+plural(len(verdicts), "rule")+" failed", "fail")
	} else if len(verdicts) > 0 {
		r.flag("no rule failed", "pass")
	}
	if n := countFindings(findings, sci.SeverityError); n > 0 {
		r.flag(plural(n, "error")+" found", "fail")
	}
	if n := countFindings(findings, sci.SeverityWarning); n > 0 {
		r.flag(plural(n, "warning"), "warn")
	}
}

func (r *report) flag(s, class string) { r.Flags = append(r.Flags, cell{Text: s, Class: class}) }

func tally(verdicts []sci.Verdict) map[sci.Outcome]int {
	t := map[sci.Outcome]int{}
	for _, v := range verdicts {
		t[v.Outcome]++
	}
	return t
}

func countFindings(findings []sci.Finding, s sci.Severity) int {
	n := 0
	for _, f := range findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// plural returns n and the noun.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
