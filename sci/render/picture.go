package render

import (
	"cmp"
	"math"
	"slices"

	"github.com/scimeter/scimeter/sci"
)

// A picture is bars with their words: whoever sees no picture reads the same.
type picture struct {
	Title, Desc string
	Key         bool // says which part of a bar is which term
	Bars        []bar
	More        string // what is not shown
}

// A bar is two lengths of a row, in % of its width.
type bar struct {
	Name, Value string
	Exact       string
	O, M        float64
	At          float64 // where M begins
	Plain       bool    // of one colour: not of O and M
}

// mostBars is how many components a picture shows.
const mostBars = 12

// termsOf returns O and M of the document, from its totals or else its parts.
func (r *report) termsOf() (o, m *sci.Figure) {
	o, m = r.d.Result.Operational, r.d.Result.Embodied
	for _, p := range r.own() {
		if r.d.Result.Operational == nil && p.o != nil {
			o = plus(o, p.o)
		}
		if r.d.Result.Embodied == nil && p.m != nil {
			m = plus(m, p.m)
		}
	}
	return o, m
}

// own are the parts with figures of their own, not sums of their parts.
func (r *report) own() []part {
	var own []part
	for _, p := range r.parts {
		if !p.Sums {
			own = append(own, p)
		}
	}
	return own
}

// termPicture shows the shares of O and M; nil where there is nothing to show.
func (r *report) termPicture(o, m *sci.Figure) *picture {
	total := o.Or(0) + m.Or(0)
	if o == nil || m == nil || o.Value < 0 || m.Value < 0 || !(total > 0) || total-total != 0 {
		return nil
	}
	u := fit(carbonUnits, o, m)
	line := func(f *sci.Figure) string {
		return quantity(f, u, r.rel, true).Text + " · " + percent(f.Value/total)
	}
	share := place(o.Value / total)
	return &picture{
		Title: "Shares of energy and of hardware",
		Desc: "Operational carbon, energy times intensity, is " + line(o) + "; embodied carbon, of making and disposing of hardware, is " +
			line(m) + ".",
		Bars: []bar{
			{Name: "Operational: E · I", Value: line(o), Exact: exact(o) + " gCO2e", O: share},
			{Name: "Embodied: M", Value: line(m), Exact: exact(m) + " gCO2e", At: share, M: round1(100 - share)},
		},
	}
}

// componentPicture shows what the largest components emitted.
func (r *report) componentPicture() *picture {
	rows := slices.DeleteFunc(r.own(), func(p part) bool { return p.c == nil })
	var total float64
	for _, p := range rows {
		if !(p.c.Value >= 0) || p.o.Or(0) < 0 || p.m.Or(0) < 0 {
			return nil // nothing that lengths could show
		}
		total += p.c.Value
	}
	if !(total > 0) || total-total != 0 || len(rows) < 2 {
		return nil
	}
	slices.SortStableFunc(rows, func(a, b part) int { return -cmp.Compare(a.c.Value, b.c.Value) })
	pic := &picture{Title: "Carbon by component", Key: true}
	u, most := fit(carbonUnits, rows[0].c), rows[0].c.Value
	var rest float64
	for i, p := range rows {
		if i >= mostBars {
			rest += p.c.Value
			continue
		}
		b := bar{
			Name:  p.under + orElse(p.ID, "component"),
			Value: quantity(p.c, u, r.rel, true).Text + " · " + percent(p.c.Value/total),
			Exact: exact(p.c) + " gCO2e",
			O:     place(p.o.Or(0) / most),
		}
		b.At, b.M = b.O, round1(min(100-b.O, place(p.m.Or(0)/most)))
		if p.o == nil && p.m == nil {
			b.O, b.Plain = place(p.c.Value/most), true
		}
		pic.Bars = append(pic.Bars, b)
		pic.Desc += b.Name + ": " + b.Value + ". "
	}
	if n := len(rows) - mostBars; n > 0 {
		pic.More = "and " + plural(n, "component") + " more, " + percent(rest/total) + " together"
	}
	return pic
}

// place returns a share of 1 in % of a width, with one digit behind the point.
func place(share float64) float64 { return round1(min(max(share, 0), 1) * 100) }

func round1(v float64) float64 { return math.Round(v*10) / 10 }
