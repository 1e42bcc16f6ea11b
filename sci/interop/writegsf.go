package interop

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/sci"
)

// WriteGSFForm writes d as the submission form of the self-certification of the
// Green Software Foundation: Markdown of seven sections. Parts are listed as
// components; uncertainty, gaps, memo and water have no place in it. A figure that
// is not finite is an [*Error]. Texts are of one line each.
func WriteGSFForm(w io.Writer, d *sci.Disclosure) error {
	if err := writable(d); err != nil {
		return err
	}
	f := &form{w: bufio.NewWriter(w)}
	f.line("# SCI Self-Certification — Disclosure")
	f.table([]string{"Field", "Value"}, [][]string{{"Number format", "1,234.5"}, {"Specification", string(d.Profile)}})
	f.software(d)
	f.score(d)
	f.boundary(d.Boundary)
	f.unit(d.Unit)
	f.energy(d)
	f.embodied(d)
	f.method(d)
	return f.w.Flush()
}

// A form writes Markdown. Errors stay in the writer until Flush.
type form struct{ w *bufio.Writer }

func (f *form) line(format string, args ...any) {
	fmt.Fprintf(f.w, format+"\n", args...)
}

var oneLine = strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ", "**", "", "__", "", "`", "'")

func tidy(s string) string { return strings.Join(strings.Fields(oneLine.Replace(s)), " ") }

func (f *form) field(label, text string) {
	if text = tidy(text); text != "" {
		f.line("**%s:** %s\n", label, text)
	}
}

func (f *form) figure(label string, v *sci.Figure, after string) {
	if v != nil {
		f.field(label, grouping(digitsOf(v))+after)
	}
}

func (f *form) table(header []string, rows [][]string) {
	if len(rows) == 0 {
		return
	}
	f.line("\n| %s |\n|%s", strings.Join(header, " | "), strings.Repeat("---|", len(header)))
	for _, row := range rows {
		for i := range row {
			row[i] = strings.ReplaceAll(tidy(row[i]), "|", `\|`)
		}
		f.line("| %s |", strings.Join(row, " | "))
	}
	f.line("")
}

// grouping sets commas between thousands.
func grouping(s string) string {
	whole, decimals, has := strings.Cut(s, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if has {
		whole += "." + decimals
	}
	return sign + whole
}

func cell(v *sci.Figure) string {
	if v == nil {
		return ""
	}
	return grouping(digitsOf(v))
}

func (f *form) software(d *sci.Disclosure) {
	s := d.Software
	f.line("\n## Section 1 — About You and Your Software\n")
	f.field("Organization name", s.Organization)
	f.field("Contact name", s.Contact)
	f.field("Contact email", s.Email)
	f.field("Software name", s.Name)
	f.field("Software version", s.Version)
	f.field("Software URL", s.URL)
	f.field("Identifier", s.ID)
	f.field("Software description", s.Description)
}

func (f *form) score(d *sci.Disclosure) {
	f.line("## Section 2 — Your SCI Score\n")
	if p := d.Period; !p.Start.IsZero() {
		f.field("Measurement start date", printStart(p.Start))
	}
	if p := d.Period; !p.End.IsZero() {
		f.field("Measurement end date", printEnd(p.End))
	}
	if on := d.Period.Calculated; !on.IsZero() {
		f.field("Date of calculation", printStart(on))
	}
	f.figure("Your SCI score", d.Result.Score, " gCO2eq per "+groupedUnits(d.Unit))
	if d.Result.Low != nil && d.Result.High != nil {
		f.field("95 % interval", fmt.Sprintf("%s g to %s g", cell(d.Result.Low), cell(d.Result.High)))
	}
}

func groupedUnits(u sci.FunctionalUnit) string {
	text := perUnits(u)
	if scaleOf(u) == 1 {
		return text
	}
	number, name, _ := strings.Cut(text, " ")
	return grouping(number) + " " + name
}

func (f *form) boundary(b sci.BoundaryStatement) {
	f.line("## Section 3 — Software Boundary\n")
	for _, side := range []struct {
		title, why string
		items      []sci.BoundaryItem
	}{
		{"Included components", "Why included", b.Included},
		{"Excluded components", "Reason for exclusion", b.Excluded},
		{"Shared infrastructure", "How it is divided", b.Shared},
	} {
		var rows [][]string
		for _, i := range side.items {
			rows = append(rows, []string{i.Name, i.Description, i.Why})
		}
		if len(rows) > 0 {
			f.line("### %s", side.title)
		}
		f.table([]string{"Component", "Description", side.why}, rows)
	}
}

func (f *form) unit(u sci.FunctionalUnit) {
	f.line("## Section 4 — Functional Unit (R)\n")
	if u.Name != "" || u.Scale != 0 {
		f.field("What is your functional unit?", groupedUnits(u))
	}
	f.field("Unit name", u.Name)
	f.field("Symbol", u.Symbol)
	f.field("Why did you choose this unit?", u.Rationale)
	f.field("How did you count or measure the total units?", u.Counting)
	f.field("Source", u.Source)
	f.figure("Total units in measurement period", u.Total, "")
}

func (f *form) energy(d *sci.Disclosure) {
	f.line("## Section 5 — Energy (E) and Carbon Intensity (I)\n")
	f.figure("Total energy consumed", d.Result.Facility, " kWh")
	f.figure("Energy before PUE", d.Result.IT, " kWh")
	f.figure("PUE applied", d.Site.PUE, "")
	f.field("PUE source", d.Site.Source)
	var rows [][]string
	for _, c := range flatten(d.Components, "") {
		if c.IT == nil && c.Facility == nil {
			continue
		}
		rows = append(rows, []string{c.id, cell(c.Power), cell(c.Hours), cell(c.IT), cell(c.Facility), cell(c.Operational), c.Method, c.Source})
	}
	f.table([]string{"Component", "Avg Power (W)", "Hours", "Energy before PUE (kWh)", "Energy after PUE (kWh)", "Operational (gCO2eq)", "How calculated", "Data source"}, rows)
	g := d.Grid
	f.figure("Carbon intensity value", g.Value, " gCO2eq/kWh")
	f.field("Location(s)", g.Zone)
	f.field("Approach", g.Approach)
	f.field("Kind of intensity", g.Kind)
	f.field("Granularity", g.Granularity)
	f.field("Emission boundary", g.Boundary)
	source := g.Source
	if g.Vintage != 0 && yearIn(source) != g.Vintage {
		source = strings.TrimSpace(strconv.Itoa(g.Vintage) + " " + source)
	}
	f.field("Data source + year", source)
	rows = nil
	for _, r := range g.Regions {
		rows = append(rows, []string{r.Zone, grouping(strconv.FormatFloat(r.Share*100, 'f', -1, 64)) + " %", cell(r.Value)})
	}
	f.table([]string{"Region", "Share", "gCO2eq/kWh"}, rows)
}

func (f *form) embodied(d *sci.Disclosure) {
	f.line("## Section 6 — Embodied Emissions (M)\n")
	f.figure("Total embodied emissions allocated to this measurement", d.Result.Embodied, " gCO2eq")
	f.figure("Total TE of all hardware", d.Result.TE, " gCO2eq")
	var rows [][]string
	why := ""
	for _, c := range flatten(d.Components, "") {
		why = c.NoHardware
		for _, h := range c.Hardware {
			rows = append(rows, []string{c.id, h.Name, cell(h.TE), hours(h.Lifespan), hours(h.Reserved), share(h), cell(h.M), h.Source})
		}
	}
	if len(rows) == 0 {
		f.field("Justification for M = 0", why)
	}
	f.table([]string{"Hardware component", "Type", "Total embodied TE (gCO2eq)", "Expected lifespan", "Time reserved", "Resource share", "Allocated M (gCO2eq)", "Data source"}, rows)
}

func hours(v *sci.Figure) string {
	if v == nil {
		return ""
	}
	return cell(v) + " h"
}

// share prints two counts where there are, else percent.
func share(h sci.Embodies) string {
	switch {
	case h.RR != nil && h.ToR != nil:
		return strings.TrimSpace(fmt.Sprintf("%s of %s %s", digitsOf(h.RR), digitsOf(h.ToR), h.Basis))
	case h.Share == nil:
		return ""
	}
	percent := h.Share.Value * 100
	if percent/100 != h.Share.Value || percent != math.Trunc(percent) {
		return digitsOf(h.Share)
	}
	return strconv.FormatFloat(percent, 'f', -1, 64) + "%"
}

func (f *form) method(d *sci.Disclosure) {
	f.line("## Section 7 — Methodology and Calculation\n")
	f.field("Overall approach", d.Method.Approach)
	f.field("Formula", d.Method.Formula)
	f.field("Sharing policy", d.Method.Policy)
	for _, side := range []struct {
		title string
		items []string
	}{{"Assumptions", d.Method.Assumptions}, {"Limitations", d.Method.Limitations}} {
		if len(side.items) == 0 {
			continue
		}
		f.line("**%s:**", side.title)
		for _, item := range side.items {
			f.line("- %s", tidy(item))
		}
		f.line("")
	}
	res := d.Result
	if res.Operational == nil && res.Carbon == nil {
		return
	}
	f.line("### Show your calculation\n\n```")
	if res.Operational != nil {
		f.line("Operational emissions (O) = %s gCO2eq", cell(res.Operational))
	}
	if res.Embodied != nil {
		f.line("Embodied emissions (M)    = %s gCO2eq", cell(res.Embodied))
	}
	if res.Carbon != nil {
		f.line("Total carbon (O + M)      = %s gCO2eq", cell(res.Carbon))
	}
	f.line("```")
}
