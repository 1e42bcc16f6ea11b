package interop

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/sci"
)

var (
	codeLabel  = regexp.MustCompile(`^\s*([A-Za-z][^=:]*?)\s*(?:[=:]|$)`)
	operationL = regexp.MustCompile(`(?i)operational|^O\b|^E\s*[×x*·]\s*I\b`)
	embodiedL  = regexp.MustCompile(`(?i)embodied|^M\b`)
	sumL       = regexp.MustCompile(`(?i)total carbon|^C\b|\(?O\s*\+\s*M\)?$`)
	scoreL     = regexp.MustCompile(`(?i)^sci\b|score`)
	unitsL     = regexp.MustCompile(`(?i)functional unit|^R\b`)
)

// code reads the calculation: what a line comes to stands after its last sign of
// equality, or that of the lines that go on from it.
func (g *gsf) code() {
	type target struct {
		to   **sci.Figure
		path string
	}
	results := map[string]target{
		"o": {&g.d.Result.Operational, "/result/operational_g"},
		"m": {&g.d.Result.Embodied, "/result/embodied_g"},
		"c": {&g.d.Result.Carbon, "/result/carbon_g"},
	}
	found := map[string]quantity{}
	place := map[string]Place{}
	about := ""
	for _, line := range g.md.code {
		if line.section == 8 {
			continue
		}
		if m := codeLabel.FindStringSubmatch(line.text); m != nil && !strings.HasPrefix(strings.TrimSpace(line.text), "=") {
			about = g.codeAbout(m[1], line.text, about)
		}
		for _, q := range quantities(afterLastEqual(line.text), g.m, unit{}) {
			if q.dim == mass && about != "" {
				found[about], place[about] = q, line.place()
			}
		}
	}
	for key, q := range found {
		if t := results[key]; *t.to == nil {
			g.set(t.to, t.path, q, false, place[key])
		}
	}
}

// codeAbout says what a line is about. A part of a list, further in than its
// head, is about the head's parts and not about the whole, until the total.
func (g *gsf) codeAbout(label, line, before string) string {
	indented := strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")
	switch {
	case scoreL.MatchString(label), unitsL.MatchString(label):
		return ""
	case sumL.MatchString(label):
		return "c"
	case operationL.MatchString(label) && !strings.Contains(strings.ToLower(label), "per-"):
		return "o"
	case embodiedL.MatchString(label):
		return "m"
	case indented:
		return before
	}
	return ""
}

func afterLastEqual(s string) string {
	for _, sign := range []string{"=", "≈", ":"} {
		if i := strings.LastIndex(s, sign); i >= 0 {
			return s[i+len(sign):]
		}
	}
	return s
}

func digits(i int) string { return strconv.Itoa(i) }

func yearIn(s string) int {
	y, _ := strconv.Atoi(yearForm.FindString(s))
	return y
}
