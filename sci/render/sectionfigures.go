package render

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/sci"
)

// worked marks a figure that the document leaves to be worked out.
func worked(c cell, is bool) cell {
	if is && c.Class != "none" {
		c.Text += "*"
		c.Exact += ", worked out from other figures"
	}
	return c
}

const workedNote = "* worked out from other figures of the document, which does not state it."

// components is a table of what used energy and has hardware.
func (r *report) components() section {
	s := section{ID: "components", Title: "Components", Empty: "The document lists no component.", Break: true}
	if len(r.parts) == 0 {
		return s
	}
	s.Picture = r.componentPicture()
	var o, m, c, e []*sci.Figure
	for _, p := range r.parts {
		o, m, c, e = append(o, p.o), append(m, p.m), append(c, p.c), append(e, p.energy())
	}
	g, kwh := fit(carbonUnits, append(append(o, m...), c...)...), fit(energyUnits, e...)
	t := table{Columns: []column{
		{Name: "Component"}, {Name: "Kind"}, {Name: "How known"}, {"IT, " + kwh.name, true}, {"PUE", true}, {"E, " + kwh.name, true},
		{"I, gCO2e/kWh", true}, {"O, " + g.name, true}, {"M, " + g.name, true}, {"O + M, " + g.name, true}, {Name: "Source"},
	}}
	marked := false
	for _, p := range r.parts {
		marked = marked || p.oWorked || p.mWorked
		t.Rows = append(t.Rows, r.componentRow(p, kwh, g))
	}
	s.tabulate(t)
	if marked {
		s.Lead = workedNote
	}
	return s
}

func (r *report) componentRow(p part, kwh, g unit) []cell {
	name := text(p.ID)
	name.Depth = p.depth
	kind := text(p.Kind)
	if p.Units != nil && p.Units.Value != 1 {
		kind.Text, kind.Class = count(p.Units.Value)+" × "+orElse(p.Kind, "alike"), ""
	}
	how := text(strings.TrimPrefix(p.Nature+", "+p.Method, ", "))
	how.Text = strings.TrimSuffix(how.Text, ", ")
	if p.Sums {
		how = cell{Text: "sum of its parts"}
	}
	pue, grid := p.site.PUE, p.grid.Value
	if p.IT == nil && p.Facility == nil { // nothing to which they were applied
		pue, grid = nil, nil
	}
	return []cell{
		name, kind, how,
		quantity(p.IT, kwh, 0, false),
		quantity(pue, ratioUnits[0], 0, false),
		worked(quantity(p.energy(), kwh, 0, false), p.Facility == nil),
		quantity(grid, intensityUnits[0], 0, false),
		worked(quantity(p.o, g, r.rel, false), p.oWorked),
		worked(quantity(p.m, g, r.rel, false), p.mWorked),
		worked(quantity(p.c, g, r.rel, false), p.Carbon == nil),
		text(p.Source),
	}
}

// hardware is a table of devices and the part of each that is charged.
func (r *report) hardware() section {
	s := section{ID: "hardware", Title: "Hardware"}
	var te, m []*sci.Figure
	for _, p := range r.parts {
		for _, h := range p.hardware {
			te, m = append(te, h.TE), append(m, h.m)
		}
	}
	tu, mu := fit(carbonUnits, te...), fit(carbonUnits, m...)
	t := table{Columns: []column{
		{Name: "Device"}, {Name: "Of"}, {"TE, " + tu.name, true}, {"TE from – to, " + tu.name, true}, {Name: "Stages"}, {"Reserved, h", true},
		{"Lifespan, h", true}, {"Share", true}, {Name: "Share counts"}, {"M, " + mu.name, true}, {Name: "Source"},
	}}
	marked := false
	var none []string
	for _, p := range r.parts {
		if p.NoHardware != "" {
			none = append(none, orElse(p.ID, "component")+": "+p.NoHardware)
		}
		for _, h := range p.hardware {
			marked = marked || h.worked
			t.Rows = append(t.Rows, r.deviceRow(p, h, tu, mu))
		}
	}
	s.tabulate(t)
	s.enlist("Without embodied carbon", none)
	if !s.bare() {
		s.Lead = "TE is the carbon of making and disposing of a device, M the part of it that is charged here."
	}
	if marked {
		s.Lead += " " + workedNote
	}
	return s
}

func (r *report) deviceRow(p part, h device, tu, mu unit) []cell {
	spread := absent()
	if h.Low != nil && h.High != nil {
		spread = cell{
			Text:  digits(h.Low, tu, 0) + " – " + digits(h.High, tu, 0),
			Exact: exact(h.Low) + " – " + exact(h.High),
		}
	}
	source := text(h.Source)
	if h.Vintage != 0 {
		source = cell{Text: strings.TrimSpace(h.Source + " (" + strconv.Itoa(h.Vintage) + ")")}
	}
	return []cell{
		text(h.Name), text(p.under + p.ID), quantity(h.TE, tu, 0, false), spread, text(strings.Join(h.Stages, ", ")),
		quantity(h.Reserved, hourUnits[0], 0, false), quantity(h.Lifespan, hourUnits[0], 0, false),
		worked(quantity(h.share(), ratioUnits[0], 0, false), h.Share == nil), text(h.Basis),
		worked(quantity(h.m, mu, r.rel, false), h.worked), source,
	}
}

// intensity is what a kWh emitted, and what the site adds.
func (r *report) intensity() section {
	s := section{ID: "intensity", Title: "Intensity and site"}
	gridFacts(&s, r.d.Grid)
	siteFacts(&s, r.d.Site)
	t := table{Title: "Components with a grid of their own", Columns: []column{
		{Name: "Component"}, {"I, gCO2e/kWh", true}, {Name: "Signal"}, {Name: "Zone"}, {Name: "Source"}, {"Year", true}, {Name: "Granularity"},
	}}
	for _, p := range r.parts {
		if g := p.Grid; g != nil {
			t.Rows = append(t.Rows, []cell{
				text(p.under + p.ID), quantity(g.Value, intensityUnits[0], 0, false), text(signal(*g)), text(g.Zone), text(g.Source),
				year(g.Vintage), text(g.Granularity),
			})
		}
	}
	s.tabulate(t)
	regions := table{Title: "Regions", Columns: []column{{Name: "Zone"}, {"Share of the energy", true}, {"I, gCO2e/kWh", true}}}
	for _, g := range r.d.Grid.Regions {
		regions.Rows = append(regions.Rows, []cell{text(g.Zone), {Text: percent(g.Share)}, quantity(g.Value, intensityUnits[0], 0, false)})
	}
	s.tabulate(regions)
	return s
}

func gridFacts(s *section, g sci.GridStatement) {
	s.add("Intensity", quantity(g.Value, intensityUnits[0], 0, true))
	s.add("Signal", text(signal(g)))
	s.add("Zone", text(g.Zone))
	s.add("Source", text(g.Source))
	s.add("Year of the figure", year(g.Vintage))
	s.add("Granularity", text(g.Granularity))
	if g.Losses != nil {
		s.add("Losses of the grid", cell{Text: map[bool]string{true: "in", false: "not in"}[*g.Losses]})
	}
	s.add("Remark", text(g.Remark))
}

func siteFacts(s *section, site sci.SiteStatement) {
	s.add("PUE", quantity(site.PUE, ratioUnits[0], 0, true))
	s.add("Source of the PUE", text(site.Source))
	s.add("WUE", quantity(site.WUE, perKWhUnits[0], 0, true))
	s.add("EWIF", quantity(site.EWIF, perKWhUnits[0], 0, true))
}

// signal returns what kind of intensity it is, in words.
func signal(g sci.GridStatement) string {
	var words []string
	for _, w := range []string{g.Kind, g.Boundary, g.Accounting, g.Approach} {
		if w != "" {
			words = append(words, w)
		}
	}
	return strings.Join(words, ", ")
}

func year(y int) cell {
	if y == 0 {
		return absent()
	}
	return cell{Text: strconv.Itoa(y)}
}

// link returns an address that a browser may follow; the text alone of any that
// is not of the web.
func link(address string) cell {
	c := text(address)
	u, err := url.Parse(address)
	if err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != "" && !strings.ContainsAny(address, " <>\"'`\t\n\r") {
		c.URL = u.String()
	}
	return c
}
