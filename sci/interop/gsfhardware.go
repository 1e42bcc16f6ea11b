package interop

import (
	"regexp"
	"strings"

	"github.com/scimeter/scimeter/sci"
)

func (g *gsf) hardwareTable(t mdTable, c columns) {
	if !c.has("name") || !c.has("m") && !c.has("te") {
		return
	}
	for _, row := range t.rows {
		name := c.text(row, "name")
		m, hasM := c.quantity(g.m, row, "m", mass)
		te, hasTE := c.quantity(g.m, row, "te", mass)
		switch {
		case name == "", !hasM && !hasTE:
			continue
		case totalRow.MatchString(name):
			if hasM {
				g.better(&g.d.Result.Embodied, "/result/embodied_g", m, c.cell(row, "m").place())
			}
			if hasTE {
				g.better(&g.d.Result.TE, "/result/te_g", te, c.cell(row, "te").place())
			}
			continue
		}
		s, path := g.owner(name)
		g.at(path, c.cell(row, "name").place())
		path += "/hardware/" + digits(len(s.Hardware))
		h := sci.Embodies{Name: c.text(row, "type"), Source: c.text(row, "source")}
		g.at(path, c.cell(row, "name").place())
		if hasTE {
			g.set(&h.TE, path+"/te_g", te, false, c.cell(row, "te").place())
		}
		if hasM {
			g.set(&h.M, path+"/embodied_g", m, false, c.cell(row, "m").place())
		}
		g.hardwareTimes(&h, path, row, c)
		h.Vintage = yearIn(h.Source)
		s.Hardware = append(s.Hardware, h)
	}
}

func (g *gsf) hardwareTimes(h *sci.Embodies, path string, row []mdText, c columns) {
	if q, ok := g.lifespan(row, c, path); ok {
		g.set(&h.Lifespan, path+"/lifespan_h", q, true, c.cell(row, "lifespan").place())
	}
	if q, ok := c.quantity(g.m, row, "reserved", duration); ok {
		g.set(&h.Reserved, path+"/reserved_h", q, true, c.cell(row, "reserved").place())
	}
	cell := c.cell(row, "share")
	if of := ratioForm.FindStringSubmatchIndex(cell.text); of != nil {
		rr, total := numerals(cell.text[of[2]:of[3]], g.m), numerals(cell.text[of[4]:of[5]], g.m)
		if len(rr) == 1 && len(total) == 1 {
			g.set(&h.RR, path+"/reserved_resources", quantity{rr[0], anything}, true, cell.place())
			g.set(&h.ToR, path+"/total_resources", quantity{total[0], anything}, true, cell.place())
			h.Basis = strings.TrimSpace(cell.text[of[1]:])
			return
		}
	}
	if q, ok := c.quantity(g.m, row, "share", fraction); ok {
		g.set(&h.Share, path+"/resource_share", q, true, cell.place())
	}
}

var ratioForm = regexp.MustCompile(`^\s*(\d[\d.,]*)\s*(?:/|of|out of)\s*(\d[\d.,]*)`)

// lifespan reads "4 years (35,040 h)": hours, where they are given, are what was
// computed with.
func (g *gsf) lifespan(row []mdText, c columns, path string) (quantity, bool) {
	text := c.text(row, "lifespan")
	qs := quantities(text, g.m, c.units["lifespan"])
	var years quantity
	for _, q := range qs {
		if u, ok := unitOf(text[q.end:]); ok && u.dim == duration && u.per == 1 && u.div == 1 {
			return q, true
		}
		if q.dim == duration && years.dim == anything {
			years = q
		}
	}
	if years.dim == duration {
		return years, true
	}
	if len(qs) == 0 {
		return quantity{}, false
	}
	q := qs[0]
	if q.value < 100 {
		q = q.in(unit{duration, hoursPerYear, 1})
	}
	q.dim = duration
	g.note("unit_assumed", path+"/lifespan_h", "%q names no unit; %v h are assumed", text, q.value)
	return q, true
}

// owner returns the component whose hardware a row is of: by its name, by the
// start of it, or one of its own.
func (g *gsf) owner(name string) (*sci.ComponentStatement, string) {
	key := simpleName(name)
	if _, known := g.index[key]; known {
		return g.component(name)
	}
	match, found := g.starts[key]
	for at := range key {
		if key[at] != ' ' {
			continue
		}
		if i, ok := g.index[key[:at]]; ok {
			if found {
				match = -1
			} else {
				match, found = i, true
			}
		}
	}
	if found && match >= 0 {
		return &g.d.Components[match], "/components/" + digits(match)
	}
	return g.component(name)
}

// parameters reads a table of TE, TiR, EL and RS, which is of one device.
func (g *gsf) parameters(t mdTable, c columns) {
	if !c.has("value") {
		return
	}
	s, path := g.single()
	n := len(s.Hardware)
	path += "/hardware/" + digits(n)
	h := sci.Embodies{}
	for _, row := range t.rows {
		name := parameterRow.FindString(c.text(row, "name"))
		cell := c.cell(row, "value")
		place := cell.place()
		switch name {
		case "TE":
			if q, ok := c.quantity(g.m, row, "value", mass); ok {
				g.set(&h.TE, path+"/te_g", q, false, place)
				h.Source = c.text(row, "source")
			}
		case "M":
			if q, ok := c.quantity(g.m, row, "value", mass); ok {
				g.set(&h.M, path+"/embodied_g", q, false, place)
			}
		case "TiR":
			if q, ok := c.quantity(g.m, row, "value", duration); ok {
				g.set(&h.Reserved, path+"/reserved_h", q, true, place)
			}
		case "EL":
			if q, ok := c.quantity(g.m, row, "value", duration); ok {
				g.set(&h.Lifespan, path+"/lifespan_h", q, true, place)
			}
		case "RS":
			if ns := quantities(cell.text, g.m, unit{}); len(ns) > 0 {
				g.set(&h.Share, path+"/resource_share", ns[0], false, place)
				if h.Share.Value == 1 {
					h.Share.Within = 0
				}
			}
		}
	}
	if h.TE != nil || h.M != nil {
		g.at(path, t.place())
		s.Hardware = append(s.Hardware, h)
	}
}

// single returns the one component there is, or one for all.
func (g *gsf) single() (*sci.ComponentStatement, string) {
	if len(g.d.Components) == 1 {
		return &g.d.Components[0], "/components/0"
	}
	return g.component("hardware")
}

// noHardware keeps why nothing is embodied, for all components without hardware.
func (g *gsf) noHardware(f mdField) {
	for i := range g.d.Components {
		if len(g.d.Components[i].Hardware) == 0 {
			g.d.Components[i].NoHardware = strings.ReplaceAll(f.text, "\n", " ")
		}
	}
	g.zeroWhy = f
}

// settleEmbodied gives the reason to the components that were read after it.
func (g *gsf) settleEmbodied() {
	if g.zeroWhy.text == "" {
		return
	}
	for i := range g.d.Components {
		if s := &g.d.Components[i]; len(s.Hardware) == 0 && s.NoHardware == "" {
			s.NoHardware = strings.ReplaceAll(g.zeroWhy.text, "\n", " ")
			g.at("/components/"+digits(i)+"/no_hardware", g.zeroWhy.place())
		}
	}
}
