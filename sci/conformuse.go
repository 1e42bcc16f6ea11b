package sci

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// An energyUse is a component that uses energy of its own, and the intensity that
// is in effect there.
type energyUse struct {
	path  string
	c     *ComponentStatement // nil: the document as a whole
	grid  *GridStatement
	chain []gridPlace // statements that grid is made of, nearest first
}

// energyUses returns those of a document; the document as a whole where no
// component states energy or O.
func energyUses(d *Disclosure) []energyUse {
	root := energyUse{grid: &d.Grid, chain: []gridPlace{{"/intensity", &d.Grid}}}
	var all []energyUse
	for i := range d.Components {
		all = root.collect(all, &d.Components[i], "/components/"+strconv.Itoa(i))
	}
	if len(all) == 0 {
		return []energyUse{root}
	}
	return all
}

func (u energyUse) collect(all []energyUse, c *ComponentStatement, path string) []energyUse {
	u.path, u.c = path, c
	if c.Grid != nil {
		u.grid = c.Grid.under(u.grid)
		u.chain = append([]gridPlace{{path + "/intensity", c.Grid}}, u.chain...)
	}
	if !(c.Sums && len(c.Parts) > 0) && usesEnergy(c) {
		all = append(all, u)
	}
	for i := range c.Parts {
		all = u.collect(all, &c.Parts[i], path+"/parts/"+strconv.Itoa(i))
	}
	return all
}

func usesEnergy(c *ComponentStatement) bool {
	for _, f := range []*Figure{c.Power, c.IT, c.Facility, c.Operational} {
		if f != nil && f.Value != 0 {
			return true
		}
	}
	return false
}

// at returns where a field of the intensity is stated: the nearest statement
// that has it, else the nearest of all.
func (u energyUse) at(name string, has func(*GridStatement) bool) string {
	for _, p := range u.chain {
		if has(p.grid) {
			return p.path + "/" + name
		}
	}
	return u.chain[0].path + "/" + name
}

func (u energyUse) kindAt() string {
	return u.at("kind", func(g *GridStatement) bool { return g.Kind != "" })
}

func (u energyUse) valueAt() string {
	return u.at("g_per_kwh", func(g *GridStatement) bool { return g.Value != nil })
}

// value is the intensity in effect; nil if none is stated.
func (u energyUse) value() *Figure {
	for _, p := range u.chain {
		if p.grid.Value != nil {
			return p.grid.Value
		}
	}
	return nil
}

// name names the component for people.
func (u energyUse) name() string {
	if u.c == nil {
		return "the document"
	}
	return strconv.Quote(cmp.Or(u.c.ID, u.path))
}

// Kinds of intensity, by the words of a document.
type gridKind int

const (
	kindUnstated gridKind = iota
	kindOther             // of words that say none of these
	kindMarginal
	kindAverage
	kindOffGrid
)

var (
	marginalWords = phrases("marginal", "moer", "mber")
	averageWords  = phrases("average", "mean", "attributional")
	offGridWords  = phrases("off grid", "offgrid", "island", "not connected")
)

// kindOf reads the kind of an intensity. An average of marginal rates is a
// marginal rate.
func kindOf(text string) gridKind {
	if strings.TrimSpace(text) == "" {
		return kindUnstated
	}
	for _, c := range clauses(text) {
		switch {
		case c.says(offGridWords) != "":
			return kindOffGrid
		case c.says(marginalWords) != "":
			return kindMarginal
		case c.says(averageWords) != "":
			return kindAverage
		}
	}
	return kindOther
}

// grids returns the uses of energy from a grid, and those from none.
func (c *conformer) grids() (on, off []energyUse) {
	for _, u := range c.uses {
		if kindOf(u.grid.Kind) == kindOffGrid {
			off = append(off, u)
		} else {
			on = append(on, u)
		}
	}
	return on, off
}

// methodWordings are what a document says of its methods, in words.
func methodWordings(d *Disclosure) []wording {
	m := &d.Method
	all := []wording{{"/methodology/approach", m.Approach}, {"/methodology/formula", m.Formula}, {"/methodology/policy", m.Policy}}
	for i, s := range m.Assumptions {
		all = append(all, wording{"/methodology/assumptions/" + strconv.Itoa(i), s})
	}
	for i, s := range m.Limitations {
		all = append(all, wording{"/methodology/limitations/" + strconv.Itoa(i), s})
	}
	if d.AI != nil {
		all = append(all, wording{"/ai/details", d.AI.Details}, wording{"/ai/strategy", d.AI.Strategy})
	}
	return slices.DeleteFunc(all, func(w wording) bool { return w.words == "" })
}

// says returns the first of the methods' wordings with a clause that fits.
func (c *conformer) says(fits func(clause) bool) (wording, bool) {
	for _, w := range c.texts {
		if slices.ContainsFunc(clauses(w.words), fits) {
			return w, true
		}
	}
	return wording{}, false
}

// positiveFigure reports whether f is stated and above 0.
func positiveFigure(f *Figure) bool { return f != nil && isFinite(f.Value) && f.Value > 0 }

// shown prints a figure for people.
func shown(f float64) string { return strconv.FormatFloat(f, 'g', 6, 64) }
