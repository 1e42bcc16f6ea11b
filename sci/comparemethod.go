package sci

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// A Difference is a field of the method that two disclosures state unlike. A
// value is empty where it is not stated.
type Difference struct {
	// Path is a JSON pointer into the first disclosure, such as
	// "/intensity/kind"; into the second where the first has no such place.
	Path string `json:"path"`

	// AfterPath is that into the second one, where it is another.
	AfterPath string `json:"after_path,omitempty"`
	Before    string `json:"before"`
	After     string `json:"after"`
}

// String returns the place with both values.
func (d Difference) String() string {
	return d.Path + ": " + statedText(d.Before) + " and " + statedText(d.After)
}

func statedText(v string) string {
	if v == "" {
		return "not stated"
	}
	return strconv.Quote(v)
}

// A MethodError is the refusal to compare scores of unlike methods. It is
// [ErrNotComparable].
type MethodError struct {
	Fields []Difference // all that differ, in the order of the document
}

// shownFields is how many fields the text of a MethodError has.
const shownFields = 5

// Error names the fields, the first few with their values.
func (e *MethodError) Error() string {
	shown := make([]string, 0, shownFields+1)
	for i, f := range e.Fields {
		if i == shownFields {
			shown = append(shown, fmt.Sprintf("and %d more", len(e.Fields)-i))
			break
		}
		shown = append(shown, f.String())
	}
	return refuse(ErrNotComparable, "compare: methods differ: %s", strings.Join(shown, "; ")).Error()
}

// Unwrap returns [ErrNotComparable].
func (e *MethodError) Unwrap() error { return ErrNotComparable }

// A methodCheck holds the methods of two sides against each other.
type methodCheck struct {
	a, b     *side
	fields   []Difference
	unstated []string // what neither states
	cautions []string // what differs and may be part of the action
}

func checkMethod(a, b *side) *methodCheck {
	m := &methodCheck{a: a, b: b}
	m.document()
	m.ai()
	m.documentGrid(&a.d.Grid, &b.d.Grid)
	m.same("/site/pue_source", "/site/pue_source", a.d.Site.Source, b.d.Site.Source)
	for _, l := range b.lines {
		if before := a.byID[l.id]; before != nil {
			m.line(before, l)
			continue
		}
		m.hardwareOf(nil, l)
	}
	return m
}

func (m *methodCheck) same(path, afterPath, before, after string) {
	switch {
	case before != after:
		d := Difference{Path: path, Before: before, After: after}
		if afterPath != path {
			d.AfterPath = afterPath
		}
		m.fields = append(m.fields, d)
	case before == "":
		m.unstated = append(m.unstated, path)
	}
}

// both compares what is fine not to be stated.
func (m *methodCheck) both(path, afterPath, before, after string) {
	if before != after {
		m.same(path, afterPath, before, after)
	}
}

// document compares what is said once.
func (m *methodCheck) document() {
	a, b := m.a.d, m.b.d
	m.same("/profile", "/profile", string(a.Profile), string(b.Profile))
	for _, at := range []struct {
		path string
		of   func(*BoundaryStatement) []BoundaryItem
	}{
		{"/boundary/included", func(s *BoundaryStatement) []BoundaryItem { return s.Included }},
		{"/boundary/excluded", func(s *BoundaryStatement) []BoundaryItem { return s.Excluded }},
		{"/boundary/shared", func(s *BoundaryStatement) []BoundaryItem { return s.Shared }},
	} {
		m.both(at.path, at.path, itemNames(at.of(&a.Boundary)), itemNames(at.of(&b.Boundary)))
	}
	if len(a.Boundary.Included)+len(b.Boundary.Included) == 0 {
		m.unstated = append(m.unstated, "/boundary/included")
	}
	m.same("/functional_unit/name", "/functional_unit/name", a.Unit.Name, b.Unit.Name)
	m.both("/functional_unit/scale", "/functional_unit/scale", number(m.a.scale), number(m.b.scale))
	m.both("/functional_unit/conversions", "/functional_unit/conversions", conversionsText(a.Unit.Conversions), conversionsText(b.Unit.Conversions))
	m.both("/methodology/approach", "/methodology/approach", a.Method.Approach, b.Method.Approach)
	m.same("/methodology/policy", "/methodology/policy", a.Method.Policy, b.Method.Policy)
	m.both("/result/idle_excluded", "/result/idle_excluded", yes(a.Result.IdleExcluded), yes(b.Result.IdleExcluded))
	m.documentCautions()
}

func (m *methodCheck) documentCautions() {
	a, b := m.a.d, m.b.d
	if a.Grid.Vintage != b.Grid.Vintage {
		m.caution("/intensity/vintage", strconv.Itoa(a.Grid.Vintage), strconv.Itoa(b.Grid.Vintage))
	}
	if a.Result.Incomplete || b.Result.Incomplete {
		m.cautions = append(m.cautions, "/result/incomplete: a score is a lower bound")
	}
	if !slices.Equal(a.Method.Assumptions, b.Method.Assumptions) {
		m.cautions = append(m.cautions, "/methodology/assumptions: they differ; read both")
	}
}

func (m *methodCheck) caution(path, before, after string) {
	m.cautions = append(m.cautions, Difference{Path: path, Before: before, After: after}.String())
}

// ai compares what is stated of models.
func (m *methodCheck) ai() {
	if m.a.d.AI == nil && m.b.d.AI == nil {
		return
	}
	a, b := orZero(m.a.d.AI), orZero(m.b.d.AI)
	m.same("/ai/persona", "/ai/persona", a.Persona, b.Persona)
	m.both("/ai/effective", "/ai/effective", yesOrNo(a.Effective), yesOrNo(b.Effective))
	m.both("/ai/training", "/ai/training", sortedText(a.Training), sortedText(b.Training))
}

// documentGrid compares what kind of figure an intensity is, not what it is:
// that may be what was changed.
func (m *methodCheck) documentGrid(a, b *GridStatement) {
	for _, w := range gridWords {
		at := "/intensity" + w.path
		m.both(at, at, w.of(a), w.of(b))
		if w.expected && w.of(a)+w.of(b) == "" {
			m.unstated = append(m.unstated, at)
		}
	}
}

// line compares the methods of one component.
func (m *methodCheck) line(a, b *sideLine) {
	at := func(field, before, after string) { m.both(a.path+field, b.path+field, before, after) }
	at("/method", a.c.Method, b.c.Method)
	at("/nature", a.c.Nature, b.c.Nature)
	at("/coverage", sortedText(a.c.Coverage), sortedText(b.c.Coverage))
	at("/idle_excluded", yes(a.c.IdleTaken), yes(b.c.IdleTaken))
	m.terms(a, b)
	for _, w := range gridWords {
		if w.of(orNew(a.c.Grid))+w.of(orNew(b.c.Grid)) != "" { // else as what it is part of, compared there
			at("/intensity"+w.path, w.of(a.grid), w.of(b.grid))
		}
	}
	if orNew(a.c.Site).Source+orNew(b.c.Site).Source != "" {
		at("/site/pue_source", a.site.Source, b.site.Source)
	}
	if a.c.Source != b.c.Source {
		m.caution(a.path+"/source", a.c.Source, b.c.Source)
	}
	m.hardwareOf(a, b)
}

// terms refuses a term that one side has and the other has not. One that is in
// a sum is there.
func (m *methodCheck) terms(a, b *sideLine) {
	at := func(field string, before, after *reckoned) {
		m.both(a.path+field, b.path+field, presence(before), presence(after))
	}
	at("/carbon_g", a.carbon, b.carbon)
	if a.carbon == nil || b.carbon == nil || a.opaque() || b.opaque() {
		return
	}
	at("/operational_g", a.o, b.o)
	at("/embodied_g", a.m, b.m)
}

func presence(term *reckoned) string {
	if term == nil {
		return ""
	}
	return "stated"
}

func itemNames(items []BoundaryItem) string {
	names := make([]string, len(items))
	for i, item := range items {
		names[i] = item.Name
	}
	return sortedText(names)
}

func sortedText(words []string) string {
	return strings.Join(slices.Compact(slices.Sorted(slices.Values(words))), ", ")
}

func conversionsText(all []Conversion) string {
	words := make([]string, len(all))
	for i, c := range all {
		words[i] = fmt.Sprintf("%s %s per %s", number(c.Factor), c.From, c.To)
	}
	return sortedText(words)
}

func number(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

func yes(b bool) string {
	if b {
		return "true"
	}
	return ""
}

func yesOrNo(b *bool) string {
	if b == nil {
		return ""
	}
	return strconv.FormatBool(*b)
}

// orNew returns p, or a new T.
func orNew[T any](p *T) *T {
	if p == nil {
		return new(T)
	}
	return p
}

func orZero[T any](p *T) T {
	if p == nil {
		return *new(T)
	}
	return *p
}
