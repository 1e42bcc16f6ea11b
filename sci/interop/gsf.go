package interop

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/scimeter/scimeter/sci"
)

// A gsf reads a disclosure of the Green Software Foundation: Markdown of seven
// sections, in whatever order, words and units.
type gsf struct {
	*reading
	md        *mdDocument
	plain     []energyRow // component energy of which it is not said whether the PUE is in it
	unitScale float64
	zeroWhy   mdField
	order     dayOrder // of dates with slashes
}

// maxLine is how long a line of Markdown may be, in bytes.
const maxLine = 16 << 10

func readGSF(b []byte) (*Document, error) {
	text := string(b)
	line := 0
	for l := range strings.Lines(text) {
		if line++; len(l) > maxLine {
			return nil, &Error{Op: "read", Line: line, Detail: fmt.Sprintf("a line of %d bytes, at most %d are read", len(l), maxLine), Err: ErrTooLarge}
		}
	}
	g := &gsf{reading: newReading(FormatGSF), md: parseMarkdown(text)}
	g.m = marksOf(text)
	g.order = g.dayOrder()
	g.fields()
	g.profileOfHeadings()
	for _, t := range g.md.tables {
		g.table(t)
	}
	g.code()
	g.settleEnergy()
	g.settleUnit()
	g.settleGrid()
	g.settleEmbodied()
	if g.nothing() {
		return nil, noScore()
	}
	if g.d.Components == nil {
		g.d.Components = []sci.ComponentStatement{}
	}
	return g.doc, nil
}

// nothing reports whether the document has no section of a disclosure that
// counts, and no figure.
func (g *gsf) nothing() bool {
	for _, h := range g.md.headings {
		if n := sectionOf(strings.ToLower(h.text)); n == 2 || n >= 4 && n <= 6 {
			return false
		}
	}
	r := &g.d.Result
	return len(g.d.Components) == 0 && g.d.Grid.Value == nil && g.d.Unit.Name == "" &&
		r.Score == nil && r.Carbon == nil && r.Facility == nil && r.IT == nil && r.Embodied == nil && r.Operational == nil
}

// A gsfField is what a label says, in which section (0 any), and what to do.
type gsfField struct {
	section int
	form    *regexp.Regexp
	read    func(*gsf, mdField)
}

// textField reads a text as it is.
func textField(section int, form, path string, to func(*sci.Disclosure) *string) gsfField {
	return gsfField{section, regexp.MustCompile(form), func(g *gsf, f mdField) {
		g.text(to(g.d), path, strings.ReplaceAll(f.text, "\n", " "), f.place())
	}}
}

// gsfFields are the labels; the first that fits is taken.
var gsfFields = []gsfField{
	{0, regexp.MustCompile(`^number format$`), func(*gsf, mdField) {}},
	textField(1, `^organi[sz]ation|^company|^applicant`, "/software/organization", func(d *sci.Disclosure) *string { return &d.Software.Organization }),
	textField(1, `^contact name|^contact$|^contact person`, "/software/contact", func(d *sci.Disclosure) *string { return &d.Software.Contact }),
	textField(1, `e-?mail`, "/software/email", func(d *sci.Disclosure) *string { return &d.Software.Email }),
	textField(1, `version`, "/software/version", func(d *sci.Disclosure) *string { return &d.Software.Version }),
	textField(1, `url|website|link|repository`, "/software/url", func(d *sci.Disclosure) *string { return &d.Software.URL }),
	textField(1, `description|what does it do`, "/software/description", func(d *sci.Disclosure) *string { return &d.Software.Description }),
	textField(1, `identifier|^id$|guid|uuid`, "/software/id", func(d *sci.Disclosure) *string { return &d.Software.ID }),
	textField(1, `software|product|application|^name`, "/software/name", func(d *sci.Disclosure) *string { return &d.Software.Name }),
	{2, regexp.MustCompile(`start|^from`), func(g *gsf, f mdField) { g.period(f, true, false) }},
	{2, regexp.MustCompile(`\bend\b|^to$|^until`), func(g *gsf, f mdField) { g.period(f, false, true) }},
	{2, regexp.MustCompile(`period`), func(g *gsf, f mdField) { g.period(f, true, true) }},
	{2, regexp.MustCompile(`calculat\w+ (on|date)|date of calculation`), (*gsf).calculated},
	{2, regexp.MustCompile(`interval|uncertainty|range`), (*gsf).interval},
	{2, regexp.MustCompile(`score|\bsci\b|result`), (*gsf).score},
	{4, regexp.MustCompile(`^unit name`), func(g *gsf, f mdField) { // the name itself, not one that was made singular
		g.d.Unit.Name = f.text
		g.doc.Places["/functional_unit/name"] = f.place()
	}},
	textField(4, `symbol`, "/functional_unit/symbol", func(d *sci.Disclosure) *string { return &d.Unit.Symbol }),
	textField(4, `\bwhy\b|rationale|justification`, "/functional_unit/rationale", func(d *sci.Disclosure) *string { return &d.Unit.Rationale }),
	textField(4, `how .*(count|measure)|counting|measurement method`, "/functional_unit/counting", func(d *sci.Disclosure) *string { return &d.Unit.Counting }),
	textField(4, `source`, "/functional_unit/source", func(d *sci.Disclosure) *string { return &d.Unit.Source }),
	{4, regexp.MustCompile(`total|number of|\br\b`), (*gsf).total},
	{4, regexp.MustCompile(`unit`), (*gsf).unit},
	{5, regexp.MustCompile(`energy.*(by|per) (component|service)|breakdown|measured or estimated|^method`), func(*gsf, mdField) {}},
	{5, regexp.MustCompile(`energy`), (*gsf).totalEnergy},
	textField(5, `pue source`, "/site/pue_source", func(d *sci.Disclosure) *string { return &d.Site.Source }),
	{5, regexp.MustCompile(`\bpue\b`), (*gsf).pue},
	textField(5, `kind of|marginal or average`, "/intensity/kind", func(d *sci.Disclosure) *string { return &d.Grid.Kind }),
	textField(5, `granularity`, "/intensity/granularity", func(d *sci.Disclosure) *string { return &d.Grid.Granularity }),
	textField(5, `emission boundary`, "/intensity/boundary", func(d *sci.Disclosure) *string { return &d.Grid.Boundary }),
	{5, regexp.MustCompile(`intensity|emission factor|grid factor`), (*gsf).intensity},
	textField(5, `location|region|zone`, "/intensity/zone", func(d *sci.Disclosure) *string { return &d.Grid.Zone }),
	{5, regexp.MustCompile(`approach|market|accounting`), (*gsf).approach},
	{5, regexp.MustCompile(`source`), (*gsf).gridSource},
	{5, regexp.MustCompile(`operational`), (*gsf).operational},
	{6, regexp.MustCompile(`m ?= ?0|zero|justification`), (*gsf).noHardware},
	{6, regexp.MustCompile(`^total.*(\bte\b|before)|total embodied carbon of`), (*gsf).totalTE},
	{6, regexp.MustCompile(`^(total )?embodied|^total|allocated|\(m\)`), (*gsf).totalEmbodied},
	{7, regexp.MustCompile(`operational`), (*gsf).operational},
	{7, regexp.MustCompile(`total carbon|o ?\+ ?m`), (*gsf).carbon},
	textField(7, `formula`, "/methodology/formula", func(d *sci.Disclosure) *string { return &d.Method.Formula }),
	textField(7, `policy|sharing`, "/methodology/policy", func(d *sci.Disclosure) *string { return &d.Method.Policy }),
	{7, regexp.MustCompile(`approach`), (*gsf).method},
	{7, regexp.MustCompile(`limitation`), func(g *gsf, f mdField) {
		g.list(&g.d.Method.Limitations, "/methodology/limitations", f)
	}},
	{7, regexp.MustCompile(`assumption`), func(g *gsf, f mdField) {
		g.list(&g.d.Method.Assumptions, "/methodology/assumptions", f)
	}},
}

func (g *gsf) fields() {
	for _, f := range g.md.fields {
		if f.section == 8 || f.text == "" {
			continue
		}
		if g.profile(f) {
			continue
		}
		for _, known := range gsfFields {
			if (known.section == 0 || known.section == f.section) && known.form.MatchString(f.label) {
				known.read(g, f)
				break
			}
		}
	}
}

func (g *gsf) list(to *[]string, path string, f mdField) {
	if len(*to) > 0 {
		return
	}
	for _, line := range strings.Split(f.text, "\n") {
		if line = strings.TrimSpace(strings.TrimLeft(line, "-*+ ")); line != "" {
			*to = append(*to, line)
		}
	}
	g.at(path, f.place())
}

// score reads "2.29 gCO2eq per 1,000 API requests".
func (g *gsf) score(f mdField) {
	q, ok := first(quantities(f.text, g.m, unit{}), mass)
	if !ok {
		return
	}
	g.set(&g.d.Result.Score, "/result/score_g", q, false, f.place())
	rest := f.text[q.end:]
	if at := perForm.FindStringIndex(afterUnit(rest)); at != nil {
		scale, name := unitText(afterUnit(rest)[at[1]:], g.m)
		g.scale(scale, name, f)
	}
}

var massWord = regexp.MustCompile(`(?i)^[\s-]?(?:kg|mg|g|grams?|kilograms?|t|tonnes?|tons?)` + co2)

// afterUnit is what stands after the unit of a mass.
func afterUnit(s string) string {
	if at := massWord.FindStringIndex(s); at != nil {
		return s[at[1]:]
	}
	return s
}

func (g *gsf) scale(scale numeral, name string, f mdField) {
	u := &g.d.Unit
	if u.Scale == 0 && scale.value > 0 {
		u.Scale = scale.value
		p := f.place()
		p.Text = short(f.text)
		g.at("/functional_unit/scale", p)
		if scale.ambiguous {
			g.note("number_ambiguous", "/functional_unit/scale", "%q may be %v or %v; it is read as %v", scale.text, scale.value, scale.other, scale.value)
		}
	}
	g.text(&u.Name, "/functional_unit/name", name, f.place())
}

func (g *gsf) interval(f mdField) {
	qs := quantities(f.text, g.m, unit{mass, 1, 1})
	if len(qs) < 2 || qs[0].dim != mass && qs[1].dim != mass || strings.Contains(f.text, "±") {
		return
	}
	for i := range qs[:2] {
		if qs[i].dim == anything {
			qs[i].dim = mass
		}
	}
	g.set(&g.d.Result.Low, "/result/score_low_g", qs[0], false, f.place())
	g.set(&g.d.Result.High, "/result/score_high_g", qs[1], false, f.place())
}

// unit reads what the functional unit is said to be. The score comes first: it is
// what it is per that counts.
func (g *gsf) unit(f mdField) {
	scale, name := unitText(strings.ReplaceAll(f.text, "\n", " "), g.m)
	if name == "" {
		return
	}
	g.unitScale = scale.value
	g.scale(scale, name, f)
}

func (g *gsf) total(f mdField) {
	ns := numerals(f.text, g.m)
	if len(ns) == 0 {
		return
	}
	g.set(&g.d.Unit.Total, "/functional_unit/total", quantity{ns[0], anything}, true, f.place())
}

// settleUnit sees to it that the two statements of the scale are one.
func (g *gsf) settleUnit() {
	u := &g.d.Unit
	if u.Scale != 0 && g.unitScale != 0 && g.unitScale != u.Scale {
		g.note("unit_scale_differs", "/functional_unit/scale", "the score is per %v, the functional unit is stated as %v; the score is taken at its word", u.Scale, g.unitScale)
	}
}

func (g *gsf) method(f mdField) {
	lower := strings.ToLower(f.text)
	words := []string{"hybrid", "measurement", "calculation"}
	for _, w := range words {
		if strings.HasPrefix(lower, w) {
			g.text(&g.d.Method.Approach, "/methodology/approach", w, f.place())
			return
		}
	}
	g.text(&g.d.Method.Approach, "/methodology/approach", f.text, f.place())
}

// massField reads a mass that a label announces.
func (g *gsf) massField(to **sci.Figure, path string, f mdField) {
	if q, ok := first(quantities(f.text, g.m, unit{}), mass); ok {
		g.set(to, path, q, false, f.place())
	}
}

func (g *gsf) operational(f mdField) {
	g.massField(&g.d.Result.Operational, "/result/operational_g", f)
}

func (g *gsf) carbon(f mdField) { g.massField(&g.d.Result.Carbon, "/result/carbon_g", f) }

func (g *gsf) totalTE(f mdField) { g.massField(&g.d.Result.TE, "/result/te_g", f) }

func (g *gsf) totalEmbodied(f mdField) { g.massField(&g.d.Result.Embodied, "/result/embodied_g", f) }
