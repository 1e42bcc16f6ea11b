package interop

import (
	"math"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/scimeter/scimeter/sci"
)

// An impReader reads an IMP document, the YAML or JSON that a submission to the
// Green Software Foundation may be made in.
type impReader struct{ *reading }

func readIMP(root node) (*Document, error) {
	r := impReader{newReading(FormatIMP)}
	r.m = marksPoint
	r.d.Components = []sci.ComponentStatement{}
	r.submission(root)
	r.boundary(root.at("boundary"))
	r.calculation(root.at("calculation"))
	r.unit(root.at("functional_unit"))
	r.method(root.at("methodology"))
	return r.doc, nil
}

// word sets a text of a node.
func (r impReader) word(to *string, path string, n node) {
	r.text(to, path, n.text(), n.place())
}

// figure sets a figure of a node: a number, or a text that starts with one. What
// is neither is a note.
func (r *reading) figure(to **sci.Figure, path string, n node, exact bool) {
	if n.null() {
		return
	}
	text := n.text()
	if v, err := number(n); err == nil && n.Kind == yaml.ScalarNode {
		r.set(to, path, quantity{numeral{value: v, within: halfDigit(text), integer: !strings.Contains(text, "."), text: text}, anything}, exact, n.place())
		if v == 0 && *to != nil {
			(*to).Within = 0
		}
		return
	}
	qs := quantities(text, r.m, unit{})
	if len(qs) == 0 || strings.Trim(text[:qs[0].start], "~≈ ") != "" {
		r.note("number_unreadable", path, "line %d: %q is no number", n.Line, short(text))
		return
	}
	r.set(to, path, qs[0], exact, n.place())
}

// inUnit converts a figure by the unit that a document states beside it.
func (r *reading) inUnit(f *sci.Figure, path string, n node, dim dimension) {
	if f == nil || n.text() == "" {
		return
	}
	u, ok := unitOf(n.text())
	if !ok || u.dim != dim {
		r.note("unit_unknown", path, "line %d: %q is no unit of it; that of the form is assumed", n.Line, short(n.text()))
		return
	}
	f.Value, f.Within = f.Value*u.per/u.div, f.Within*u.per/u.div
}

func (r impReader) submission(root node) {
	s, n := &r.d.Software, root.at("submission")
	r.word(&s.Name, "/software/name", n.at("software", "name"))
	r.word(&s.Name, "/software/name", root.at("name"))
	r.word(&s.Version, "/software/version", n.at("software", "version"))
	r.word(&s.Description, "/software/description", n.at("software", "description"))
	if !n.has("software") {
		r.word(&s.Description, "/software/description", root.at("description"))
	}
	r.word(&s.ID, "/software/id", n.at("software", "x_guid"))
	for _, key := range []string{"documentation", "repository"} {
		r.word(&s.URL, "/software/url", n.at("software", key))
	}
	r.word(&s.URL, "/software/url", n.at("applicant", "website"))
	r.word(&s.Organization, "/software/organization", n.at("applicant", "organization"))
	r.word(&s.Contact, "/software/contact", n.at("applicant", "contact_name"))
	r.word(&s.Email, "/software/email", n.at("applicant", "contact_email"))
	r.period(n.at("measurement_period"))
}

// period reads two dates, the second of which is the last day or the one after,
// as the hours between them tell.
func (r impReader) period(n node) {
	p := &r.d.Period
	start, end := dates(n.at("start_date").text()), dates(n.at("end_date").text())
	if len(start) > 0 {
		p.Start = start[0].Time
		r.at("/period/start", n.at("start_date").place())
	}
	if len(end) > 0 {
		p.End = end[0].endOf()
		r.at("/period/end", n.at("end_date").place())
		hours, err := number(n.at("duration_hours"))
		if err == nil && len(start) > 0 && end[0].Sub(start[0].Time).Hours() == hours {
			p.End = end[0].Time
		}
		if err == nil && !n.at("duration_hours").null() && len(start) > 0 {
			r.duration(n.at("duration_hours"), hours)
		}
	}
	if on := dates(n.at("submission_date").text()); len(on) > 0 {
		p.Calculated = on[0].Time
		r.at("/period/calculated", n.at("submission_date").place())
	}
	r.unreadable(n.at("start_date"), "/period/start")
	r.unreadable(n.at("end_date"), "/period/end")
	r.unreadable(n.at("submission_date"), "/period/calculated")
}

// unreadable says so where a text is no date.
func (r impReader) unreadable(n node, path string) {
	if text := n.text(); text != "" && len(dates(text)) == 0 {
		r.at(path, n.place())
		r.note("date_unreadable", path, "%q is no date that is read", short(text))
	}
}

// duration warns of a length that the dates do not make; an hour is that of the
// change to summer time.
func (r impReader) duration(n node, hours float64) {
	p := r.d.Period
	made := p.End.Sub(p.Start).Hours()
	if made <= 0 || math.Abs(made-hours) <= 1 { // dates the wrong way round are wrong by themselves
		return
	}
	r.at("/period", n.place())
	r.note("duration_differs", "/period", "%s hours are stated, and the dates are %v hours apart", short(n.text()), made)
	r.doc.Notes[len(r.doc.Notes)-1].Severity = sci.SeverityWarning
}

func (r impReader) boundary(n node) {
	for _, side := range []struct {
		key, why string
		to       *[]sci.BoundaryItem
	}{
		{"included", "justification", &r.d.Boundary.Included},
		{"excluded", "rationale", &r.d.Boundary.Excluded},
		{"shared_infrastructure", "allocation_method", &r.d.Boundary.Shared},
	} {
		path := "/boundary/" + strings.TrimSuffix(side.key, "_infrastructure")
		for _, item := range n.at(side.key).items() {
			b := sci.BoundaryItem{Name: item.at("component").text(), Description: item.at("description").text(), Why: item.at(side.why).text()}
			if item.mapping() && b.Name == "" && b.Description == "" {
				continue
			}
			if item.text() != "" {
				b.Name = item.text()
			}
			r.at(path+"/"+digits(len(*side.to)), item.place())
			*side.to = append(*side.to, b)
		}
	}
}

func (r impReader) unit(n node) {
	u := &r.d.Unit
	if text := n.at("unit").text(); text != "" {
		scale, name := unitText(text, r.m)
		if u.Scale == 0 && scale.value > 0 {
			u.Scale = scale.value
			r.at("/functional_unit/scale", n.at("unit").place())
		} else if u.Scale != scale.value {
			r.note("unit_scale_differs", "/functional_unit/scale", "the score is per %v, the functional unit is stated as %v; the score is taken at its word", u.Scale, scale.value)
		}
		r.text(&u.Name, "/functional_unit/name", name, n.at("unit").place())
	}
	r.word(&u.Symbol, "/functional_unit/symbol", n.at("unit_symbol"))
	r.word(&u.Rationale, "/functional_unit/rationale", n.at("rationale"))
	r.word(&u.Counting, "/functional_unit/counting", n.at("measurement_method"))
	r.figure(&u.Total, "/functional_unit/total", n.at("total_units"), true)
	for i, item := range n.at("conversion_factors").items() {
		factor, err := number(item.at("factor"))
		if err != nil || factor == 0 {
			continue
		}
		u.Conversions = append(u.Conversions, sci.Conversion{From: item.at("from").text(), To: item.at("to").text(), Factor: 1 / factor, Why: item.at("justification").text()})
		r.at("/functional_unit/conversions/"+digits(i), item.place())
	}
}

func (r impReader) method(n node) {
	m := &r.d.Method
	r.word(&m.Approach, "/methodology/approach", n.at("approach"))
	for _, side := range []struct {
		key, item, why string
		to             *[]string
	}{
		{"assumptions", "assumption", "justification", &m.Assumptions},
		{"limitations", "limitation", "mitigation", &m.Limitations},
	} {
		for i, item := range n.at(side.key).items() {
			text := item.at(side.item).text()
			if text == "" {
				text = item.text()
			}
			if why := item.at(side.why).text(); why != "" {
				text += " — " + why
			}
			*side.to = append(*side.to, text)
			r.at("/methodology/"+side.key+"/"+digits(i), item.place())
		}
	}
	for i, item := range n.at("data_sources").items() {
		r.d.Sources = append(r.d.Sources, sci.SourceStatement{ID: "source-" + digits(i+1), Name: item.at("name").text(), What: item.at("description").text(), URL: item.at("url").text()})
	}
}
