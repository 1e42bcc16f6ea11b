package render

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/sci"
)

// doubts is what may be off, by input.
func (r *report) doubts() section {
	s := section{
		ID: "uncertainty", Title: "Uncertainty",
		Empty: "The document does not say how far the figure may be off.",
	}
	inputs := slices.Clone(r.d.Uncertainty)
	var variance float64
	for _, i := range inputs {
		variance += i.Sigma * i.Sigma
	}
	if len(inputs) == 0 || !(variance > 0) || variance-variance != 0 {
		return s
	}
	slices.SortStableFunc(inputs, func(a, b sci.InputDoubt) int { return -cmp.Compare(math.Abs(a.Sigma), math.Abs(b.Sigma)) })
	u := fit(carbonUnits, sci.Exactly(math.Sqrt(variance)))
	s.Lead = "Standard uncertainty of O + M by input, and its part of the variance: where better knowledge would help most."
	s.Picture = &picture{Title: "Parts of the variance by input"}
	t := table{Columns: []column{{Name: "Input"}, {"Moves O + M by, " + u.name, true}, {"Part of the variance", true}}}
	for _, i := range inputs {
		part, sigma := i.Sigma*i.Sigma/variance, sci.Exactly(i.Sigma)
		row := []cell{text(i.Input), quantity(sigma, u, 0.1, false), {Text: percent(part)}}
		t.Rows = append(t.Rows, row)
		if len(s.Picture.Bars) < mostBars {
			b := bar{Name: row[0].Text, Value: row[2].Text, Exact: row[1].Exact + " gCO2e", O: place(part), Plain: true}
			s.Picture.Bars = append(s.Picture.Bars, b)
			s.Picture.Desc += b.Name + ": " + b.Value + ". "
		}
	}
	s.tabulate(t)
	return s
}

// outcomes in the order in which they are read: what failed first.
var outcomes = []sci.Outcome{sci.Fail, sci.NotAssessable, sci.Pass}

var outcomeCells = map[sci.Outcome]cell{
	sci.Fail:          {Text: "✕ fail", Class: "fail"},
	sci.NotAssessable: {Text: "? not assessable", Class: "warn"},
	sci.Pass:          {Text: "✓ pass", Class: "pass"},
}

// conformance is what was found about each rule; what the document says of
// itself where nobody looked anew.
func (r *report) conformance(verdicts []sci.Verdict) section {
	s := section{ID: "conformance", Title: "Conformance", Empty: "Nobody held the document against the rules of a profile.", Break: true}
	said := ""
	if len(verdicts) == 0 && len(r.d.Conformance) > 0 {
		verdicts, said = r.d.Conformance, " This is what the document says of itself."
	}
	if len(verdicts) == 0 {
		return s
	}
	n := tally(verdicts)
	var counts []string
	t := table{Columns: []column{{Name: "Rule"}, {Name: "Outcome"}, {Name: "Level"}, {Name: "Evidence"}, {Name: "Place"}, {Name: "Reference"}}}
	for _, o := range outcomes {
		counts = append(counts, count(float64(n[o]))+" "+string(o))
	}
	for _, v := range inOrder(verdicts, outcomes, func(v sci.Verdict) sci.Outcome { return v.Outcome }) {
		t.Rows = append(t.Rows, []cell{
			text(v.Rule), known(outcomeCells, v.Outcome), text(v.Level), text(v.Evidence), text(v.Path), text(v.Ref),
		})
	}
	s.Lead = plural(len(verdicts), "rule") + ": " + strings.Join(counts, ", ") + "." + said
	s.tabulate(t)
	return s
}

var severities = []sci.Severity{sci.SeverityError, sci.SeverityWarning, sci.SeverityNote}

var severityCells = map[sci.Severity]cell{
	sci.SeverityError:   {Text: "✕ error", Class: "fail"},
	sci.SeverityWarning: {Text: "! warning", Class: "warn"},
	sci.SeverityNote:    {Text: "· note"},
}

// findings is what recomputing the document found.
func (r *report) findings(findings []sci.Finding) section {
	s := section{ID: "findings", Title: "Findings", Empty: "No finding."}
	t := table{Columns: []column{
		{Name: "Code"}, {Name: "Severity"}, {Name: "What is wrong"}, {"Stated", true}, {"From the rest", true}, {Name: "Place"}, {Name: "Remedy"},
		{Name: "Rules"},
	}}
	for _, f := range inOrder(findings, severities, func(f sci.Finding) sci.Severity { return f.Severity }) {
		t.Rows = append(t.Rows, []cell{
			text(f.Code), known(severityCells, f.Severity), text(f.Message), inFull(f.Stated), inFull(f.Derived), text(f.Path),
			text(f.Remedy), text(strings.Join(f.Rules, ", ")),
		})
	}
	if s.tabulate(t); len(s.Tables) > 0 {
		s.Lead = "What does not fit together when the figures are worked out from one another, or is not plausible."
	}
	return s
}

// inOrder returns items in the order of what each is; the unknown comes last.
func inOrder[T any, K comparable](items []T, order []K, of func(T) K) []T {
	rank := func(i T) int {
		if r := slices.Index(order, of(i)); r >= 0 {
			return r
		}
		return len(order)
	}
	items = slices.Clone(items)
	slices.SortStableFunc(items, func(a, b T) int { return cmp.Compare(rank(a), rank(b)) })
	return items
}

// known returns the cell of a word, and the word itself where it has none.
func known[K ~string](cells map[K]cell, word K) cell {
	if c, ok := cells[word]; ok {
		return c
	}
	return text(string(word))
}

// inFull returns a figure with the digits by which two may differ.
func inFull(f *sci.Figure) cell {
	if f == nil {
		return absent()
	}
	return cell{Text: group(strconv.FormatFloat(f.Value, 'g', 10, 64)), Exact: exact(f)}
}

// sources is where the inputs come from, those first that others are made of.
func (r *report) sources() section {
	s := section{ID: "sources", Title: "Sources", Empty: "The document names no source of its own."}
	ordered, err := sci.SourceOrder(r.d.Sources)
	if err != nil {
		ordered = r.d.Sources
		s.Lead = "These do not trace: " + strings.ReplaceAll(strings.ReplaceAll(err.Error(), "sci: ", ""), "\n", "; ") + "."
	}
	t := table{Columns: []column{
		{Name: "Source"}, {Name: "What"}, {Name: "Name"}, {Name: "Version"}, {Name: "Year"}, {Name: "Retrieved"}, {Name: "Licence"},
		{Name: "Made of"}, {Name: "Address"}, {Name: "SHA-256"},
	}}
	for _, o := range ordered {
		retrieved := ""
		if !o.Retrieved.IsZero() {
			retrieved = o.Retrieved.UTC().Format(minute) + " UTC"
		}
		t.Rows = append(t.Rows, []cell{
			text(o.ID), text(o.What), text(o.Name), text(o.Version), year(o.Vintage), text(retrieved), text(o.Licence),
			text(strings.Join(o.Parents, ", ")), link(o.URL), hash(o.SHA256),
		})
	}
	s.tabulate(t)
	return s
}

// hash shows the beginning of a hash.
func hash(h string) cell {
	if len(h) <= 16 {
		return text(h)
	}
	return cell{Text: strings.ToValidUTF8(h[:12], "") + "…", Exact: h}
}
