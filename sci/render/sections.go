package render

import (
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/sci"
)

// shares is how the score is made: the terms, and their sum with its numbers.
func (r *report) shares() section {
	s := section{ID: "score", Title: "How the score is made"}
	o, m := r.termsOf()
	res := r.d.Result
	s.Picture = r.termPicture(o, m)
	s.add("IT energy", r.energy(res.IT))
	s.add("Facility energy, E", r.energy(res.Facility))
	s.add("Intensity, I", quantity(r.d.Grid.Value, intensityUnits[0], 0, true))
	s.add("Operational carbon, O", r.carbon(o))
	s.add("Embodied carbon, M", r.carbon(m))
	s.add("Carbon, O + M", r.carbon(res.Carbon))
	if n := r.d.Unit.Total; n != nil {
		s.add("Functional units, R", cell{Text: count(n.Value), Exact: exact(n)})
	}
	s.add("Score, (O + M) / R", r.Score)
	if f := r.formula(o, m); f != "" {
		s.Lead = f
	}
	return s
}

// formula returns the sum in numbers; "" where one is not stated.
func (r *report) formula(o, m *sci.Figure) string {
	n := r.d.Unit.Total
	if o == nil || m == nil || n == nil || r.d.Result.Score == nil {
		return ""
	}
	u := fit(carbonUnits, o, m)
	f := "(" + quantity(o, u, r.rel, false).Text + " + " + quantity(m, u, r.rel, true).Text + ") / " + count(n.Value)
	if s := r.d.Unit.Scale; s != 0 && s != 1 {
		f += " × " + count(s)
	}
	return f + " = " + r.Score.Text + " " + r.Per
}

// carbon returns a figure of the score, no finer than the score.
func (r *report) carbon(f *sci.Figure) cell { return carbon(f, r.rel) }

// carbon returns a figure of carbon in the unit that fits it.
func carbon(f *sci.Figure, rel float64) cell {
	c := quantity(f, fit(carbonUnits, f), rel, true)
	if f != nil {
		c.Exact += " gCO2e"
	}
	return c
}

func (r *report) energy(f *sci.Figure) cell {
	c := quantity(f, fit(energyUnits, f), 0, true)
	if f != nil {
		c.Exact += " kWh"
	}
	return c
}

func water(f *sci.Figure) cell {
	c := quantity(f, fit(waterUnits, f), 0, true)
	if f != nil {
		c.Exact += " L"
	}
	return c
}

// boundary is what is in the score and what is not.
func (r *report) boundary() section {
	b := r.d.Boundary
	s := section{
		ID: "boundary", Title: "Boundary", Empty: "The document does not say what is in the score and what is not.",
	}
	for _, list := range []struct {
		title string
		items []sci.BoundaryItem
	}{{"In the score", b.Included}, {"Left out", b.Excluded}, {"Shared with others", b.Shared}} {
		t := table{Title: list.title, Columns: []column{{Name: "Part"}, {Name: "What it is"}, {Name: "Why"}}}
		for _, i := range list.items {
			t.Rows = append(t.Rows, []cell{text(i.Name), text(i.Description), text(i.Why)})
		}
		s.tabulate(t)
	}
	return s
}

// unit is R: what the score is per.
func (r *report) unit() section {
	u := r.d.Unit
	s := section{ID: "unit", Title: "Functional unit"}
	s.add("Unit", text(u.Name))
	s.add("Symbol", text(u.Symbol))
	if u.Scale != 0 {
		s.add("Score is per", cell{Text: count(u.Scale)})
	}
	if u.Total != nil {
		s.add("Done in the period", cell{Text: count(u.Total.Value), Exact: exact(u.Total)})
	}
	s.add("Why this unit", text(u.Rationale))
	s.add("How it was counted", text(u.Counting))
	s.add("Source", text(u.Source))
	t := table{Title: "Conversions", Columns: []column{{Name: "From"}, {Name: "To"}, {"From per to", true}, {Name: "Why"}}}
	for _, c := range u.Conversions {
		t.Rows = append(t.Rows, []cell{text(c.From), text(c.To), {Text: count(c.Factor)}, text(c.Why)})
	}
	s.tabulate(t)
	return s
}

// ai is what the specification for AI wants to know.
func (r *report) ai() section {
	a := r.d.AI
	s := section{ID: "ai", Title: "Model"}
	if a == nil {
		return s
	}
	s.add("Persona", text(a.Persona))
	s.add("Model", text(a.Model))
	s.add("Version", text(a.Version))
	if a.Effective != nil {
		s.add("Units", cell{Text: map[bool]string{true: "effective", false: "gross"}[*a.Effective]})
	}
	s.add("Details", text(a.Details))
	s.add("Strategy", text(a.Strategy))
	if len(a.Training) > 0 {
		s.add("Making of the model in the score", cell{Text: strings.Join(a.Training, ", ")})
	}
	return s
}

// method is how the figures were made.
func (r *report) method() section {
	m := r.d.Method
	s := section{ID: "method", Title: "Methodology", Empty: "The document does not say how the figures were made."}
	s.add("Approach", text(m.Approach))
	s.add("Formula", text(m.Formula))
	s.add("Idle and shared energy", text(m.Policy))
	s.enlist("Assumptions", m.Assumptions)
	s.enlist("Limitations", m.Limitations)
	return s
}

// gaps is energy that had no intensity of its own.
func (r *report) gaps() section {
	s := section{ID: "gaps", Title: "Gaps"}
	t := table{Columns: []column{{Name: "Policy"}, {"Share of the energy", true}, {Name: "What"}}}
	for _, g := range r.d.Gaps {
		share := cell{Text: percent(g.Share), Exact: strconv.FormatFloat(g.Share, 'g', -1, 64)}
		t.Rows = append(t.Rows, []cell{text(g.Policy), share, text(g.What)})
	}
	s.tabulate(t)
	if len(s.Tables) > 0 {
		s.Lead = "Energy without an intensity of its own, and what was done about it."
	}
	return s
}

// memo is what is in no score.
func (r *report) memo() section {
	m := r.d.Memo
	s := section{ID: "memo", Title: "Memo: not in the score", Outside: true}
	s.add("Operational carbon, market-based", carbon(m.MarketBased, 0))
	s.enlist("Instruments behind the market-based figure", m.Instruments)
	s.add("Training of the model", carbon(m.Training, 0))
	s.add("Water on site", water(m.OnSite))
	s.add("Water of the electricity", water(m.OffSite))
	s.add("Water withdrawn", water(m.Withdrawal))
	if !s.bare() {
		s.Lead = "These figures stand beside the score and change nothing in it. Contracts and certificates do not lower a score, and " +
			"consumption and withdrawal of water do not add up."
	}
	return s
}

// identity is who answers for the figures, and what made them.
func (r *report) identity() section {
	w := r.d.Software
	s := section{ID: "identity", Title: "This document"}
	s.add("Software", text(w.Name))
	s.add("Version", text(w.Version))
	s.add("Description", text(w.Description))
	s.add("Identifier", text(w.ID))
	s.add("Organization", text(w.Organization))
	s.add("Contact", text(w.Contact))
	s.add("E-mail", text(w.Email))
	s.add("Report", link(w.URL))
	s.add("Profile", text(string(r.d.Profile)))
	s.add("Period", text(span(r.d.Period)))
	if c := r.d.Period.Calculated; !c.IsZero() {
		s.add("Calculated", cell{Text: c.UTC().Format(minute) + " UTC"})
	}
	s.add("Made by", text(r.Made))
	s.add("Schema", text(r.d.Schema))
	s.add("SHA-256 of the inputs", text(r.d.InputsDigest))
	s.add("SHA-256 of this document", text(r.Digest))
	return s
}
