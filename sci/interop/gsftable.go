package interop

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/sci"
)

// A columns says which column of a table is what.
type columns struct {
	index map[string]int
	units map[string]unit
}

type columnForm struct {
	key  string
	form *regexp.Regexp
}

func col(key, form string) columnForm { return columnForm{key, regexp.MustCompile(form)} }

var energyColumns = []columnForm{
	col("facility", `energy.*(after|incl|with pue|facility)|(after|facility).*(energy|kwh)`),
	col("it", `energy.*(before|excl|without)|\bit energy|(before).*(energy|kwh)`),
	col("carbon", `operational|gco2|kgco2|emissions`),
	col("energy", `energy|\bk?m?wh\b`),
	col("power", `power|watt|\(k?w\)`),
	col("hours", `hours|duration|\btime\b`),
	col("units", `^(count|quantity|units|instances|number)`),
	col("source", `\bsource`),
	col("method", `how|method|calculat`),
	col("name", `component|service|resource|system|item|name|phase`),
}

var regionColumns = []columnForm{
	col("carbon", `operational`),
	col("intensity", `co2.*/ ?k?m?wh|intensity|factor`),
	col("share", `share|weight|%|percent`),
	col("energy", `energy|kwh`),
	col("name", `region|location|zone|site|country`),
}

var hardwareColumns = []columnForm{
	col("source", `\bsource`),
	col("m", `allocated|\bm\b|share of te`),
	col("share", `resource share|\brs\b|\brr\b|share|allocation`),
	col("lifespan", `lifespan|lifetime|service life|\bel\b`),
	col("reserved", `reserved|\btir\b|duration|\btime\b|hours`),
	col("te", `\bte\b|embodied|lifecycle|life-cycle|\blca\b|footprint`),
	col("units", `^(count|quantity|units|number)`),
	col("type", `type|model|specification`),
	col("name", `hardware|component|device|item|name`),
}

var boundaryColumns = []columnForm{
	col("why", `why|reason|rationale|justification|divided`),
	col("description", `description|what`),
	col("name", `component|item|system|name`),
}

var parameterColumns = []columnForm{
	col("value", `value|allocated|amount`),
	col("source", `\bsource|rationale`),
	col("name", `parameter|component|name`),
}

// columnsOf finds the columns of a header. A column is one thing, a thing one
// column.
func columnsOf(header []string, forms []columnForm) columns {
	c := columns{map[string]int{}, map[string]unit{}}
	taken := map[int]bool{}
	for _, f := range forms {
		for i, h := range header {
			if !taken[i] && f.form.MatchString(h) {
				taken[i] = true
				c.index[f.key] = i
				c.units[f.key] = unitInHeader(h)
				break
			}
		}
	}
	return c
}

func (c columns) has(key string) bool { _, ok := c.index[key]; return ok }

func (c columns) cell(row []mdText, key string) mdText {
	i, ok := c.index[key]
	if !ok || i >= len(row) {
		return mdText{}
	}
	return row[i]
}

func (c columns) text(row []mdText, key string) string { return c.cell(row, key).text }

// quantity reads the first number of a cell that is of a dimension, or could be:
// of what neither the cell nor the header gives a unit.
func (c columns) quantity(m marks, row []mdText, key string, dim dimension) (quantity, bool) {
	qs := quantities(c.text(row, key), m, c.units[key])
	if q, ok := first(qs, dim); ok {
		return q, true
	}
	if len(qs) > 0 && qs[0].dim == anything {
		qs[0].dim = dim
		return qs[0], true
	}
	return quantity{}, false
}

var (
	totalRow     = regexp.MustCompile(`(?i)^\W*(total|sum|overall|gesamt|summe)\b`)
	parameterRow = regexp.MustCompile(`^(TE|TiR|EL|TS|RS|RR|ToR|M)\b`)
)

func (g *gsf) table(t mdTable) {
	head := strings.Join(t.header, "|")
	switch t.section {
	case 3:
		g.boundary(t, head)
	case 5:
		regions := columnsOf(t.header, regionColumns)
		energies := columnsOf(t.header, energyColumns)
		switch {
		case regions.has("intensity") && regions.has("name"):
			g.regions(t, regions)
		case energies.has("name") && (energies.has("energy") || energies.has("it") || energies.has("facility")):
			g.energyTable(t, energies)
		}
	case 6:
		if len(t.rows) > 0 && len(t.rows[0]) > 1 && parameterRow.MatchString(t.rows[0][0].text) {
			g.parameters(t, columnsOf(t.header, parameterColumns))
			return
		}
		g.hardwareTable(t, columnsOf(t.header, hardwareColumns))
	case 7:
		if strings.Contains(head, "assumption") || strings.Contains(head, "limitation") {
			g.assumptions(t)
		}
	}
}

func (g *gsf) boundary(t mdTable, head string) {
	c := columnsOf(t.header, boundaryColumns)
	if !c.has("name") {
		return
	}
	to, path := &g.d.Boundary.Included, "/boundary/included"
	switch about := t.sub + " " + head; {
	case strings.Contains(about, "exclu"):
		to, path = &g.d.Boundary.Excluded, "/boundary/excluded"
	case strings.Contains(about, "shared"):
		to, path = &g.d.Boundary.Shared, "/boundary/shared"
	}
	for _, row := range t.rows {
		name := c.text(row, "name")
		if name == "" {
			continue
		}
		*to = append(*to, sci.BoundaryItem{Name: name, Description: c.text(row, "description"), Why: c.text(row, "why")})
		g.at(path+"/"+strconv.Itoa(len(*to)-1), c.cell(row, "name").place())
	}
}

func (g *gsf) energyTable(t mdTable, c columns) {
	for _, row := range t.rows {
		name := c.text(row, "name")
		it, hasIT := c.quantity(g.m, row, "it", energy)
		facility, hasFacility := c.quantity(g.m, row, "facility", energy)
		plain, hasPlain := c.quantity(g.m, row, "energy", energy)
		switch {
		case !hasIT && !hasFacility && !hasPlain, name == "":
			continue
		case totalRow.MatchString(name):
			if hasIT {
				g.better(&g.d.Result.IT, "/result/it_kwh", it, c.cell(row, "it").place())
			}
			if hasFacility {
				g.better(&g.d.Result.Facility, "/result/facility_kwh", facility, c.cell(row, "facility").place())
			}
			continue
		}
		s, path := g.component(name)
		g.at(path, c.cell(row, "name").place())
		if hasIT {
			g.set(&s.IT, path+"/it_kwh", it, false, c.cell(row, "it").place())
		}
		if hasFacility {
			g.set(&s.Facility, path+"/facility_kwh", facility, false, c.cell(row, "facility").place())
		}
		if hasPlain && !hasIT && !hasFacility {
			i, _ := strconv.Atoi(path[len("/components/"):])
			g.plain = append(g.plain, energyRow{i, plain, c.cell(row, "energy").place()})
		}
		g.energyDetails(s, path, row, c)
	}
}

func (g *gsf) energyDetails(s *sci.ComponentStatement, path string, row []mdText, c columns) {
	if q, ok := c.quantity(g.m, row, "power", power); ok {
		g.set(&s.Power, path+"/power_w", q, false, c.cell(row, "power").place())
	}
	if q, ok := c.quantity(g.m, row, "hours", duration); ok {
		g.set(&s.Hours, path+"/hours", q, true, c.cell(row, "hours").place())
	}
	if q, ok := c.quantity(g.m, row, "carbon", mass); ok {
		g.set(&s.Operational, path+"/operational_g", q, false, c.cell(row, "carbon").place())
	}
	g.text(&s.Method, path+"/method", c.text(row, "method"), c.cell(row, "method").place())
	g.text(&s.Source, path+"/source", c.text(row, "source"), c.cell(row, "source").place())
}

// better takes a total of a table in place of one that is the same, but was
// rounded more. Totals that contradict each other are the document's: the first
// stays, and the other is a note.
func (g *gsf) better(to **sci.Figure, path string, q quantity, p Place) {
	if *to == nil {
		g.set(to, path, q, false, p)
		return
	}
	if !(*to).Agrees(q.value, q.within) {
		g.note("total_stated_twice", path, "the total is stated as %v and, in line %d, as %v", (*to).Value, p.Line, q.value)
		return
	}
	if q.within < (*to).Within && !q.ambiguous {
		*to = q.figure()
		p.Text = short(q.text)
		g.doc.Places[path] = p
	}
}

func (g *gsf) assumptions(t mdTable) {
	for _, row := range t.rows {
		if len(row) == 0 || row[0].text == "" {
			continue
		}
		text := row[0].text
		if len(row) > 1 && row[1].text != "" {
			text += " — " + row[1].text
		}
		g.d.Method.Assumptions = append(g.d.Method.Assumptions, text)
		g.at("/methodology/assumptions", row[0].place())
	}
}

var bracketForm = regexp.MustCompile(`\([^)]*\)|\[[^\]]*\]`)

// simpleName is a name without what documents write in one way here and in
// another there.
func simpleName(s string) string {
	bare := strings.TrimSpace(bracketForm.ReplaceAllString(s, ""))
	words := strings.FieldsFunc(strings.ToLower(cmp.Or(bare, s)), func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r > 127 && r != '—' && r != '–' && r != '×')
	})
	for i, w := range words {
		if w == "application" || w == "applications" {
			words[i] = "app"
		}
	}
	return strings.Join(words, " ")
}
