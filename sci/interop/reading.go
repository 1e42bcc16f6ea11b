package interop

import (
	"fmt"

	"github.com/scimeter/scimeter/sci"
)

// A reading is a document in the making.
type reading struct {
	d   *sci.Disclosure
	doc *Document
	m   marks

	index  map[string]int // of the components, by simplified name
	starts map[string]int // by the first words of it; -1 of several
}

func newReading(format string) *reading {
	d := &sci.Disclosure{Schema: sci.DisclosureSchema, Profile: sci.GSF11}
	return &reading{d: d, doc: &Document{Disclosure: d, Format: format, Places: map[string]Place{}}, index: map[string]int{}, starts: map[string]int{}}
}

// at notes where a path stands, unless it is known.
func (r *reading) at(path string, p Place) {
	if _, known := r.doc.Places[path]; !known {
		r.doc.Places[path] = p
	}
}

func (r *reading) note(code, path, format string, args ...any) {
	r.doc.Notes = append(r.doc.Notes, sci.Finding{Code: code, Severity: sci.SeverityNote, Path: path, Message: fmt.Sprintf(format, args...)})
}

// text sets a text that is not stated yet.
func (r *reading) text(to *string, path, value string, p Place) {
	if *to == "" && value != "" {
		*to = value
		r.at(path, p)
	}
}

// set sets a figure that is not stated yet, and says what else it may be.
func (r *reading) set(to **sci.Figure, path string, q quantity, exact bool, p Place) {
	if *to != nil {
		return
	}
	*to = q.figure()
	if exact {
		*to = q.exact()
	}
	p.Text = short(q.text)
	r.at(path, p)
	if q.ambiguous {
		r.note("number_ambiguous", path, "%q may be %v or %v; it is read as %v, as nothing else in the document shows which mark stands before decimals", q.text, q.value, q.other, q.value)
	}
}

// component returns the component of an id, a new one if there is none, and its
// path.
func (r *reading) component(id string) (*sci.ComponentStatement, string) {
	key := simpleName(id)
	i, known := r.index[key]
	if !known {
		i = len(r.d.Components)
		r.index[key] = i
		for at := range key {
			if key[at] == ' ' {
				r.start(key[:at], i)
			}
		}
		r.d.Components = append(r.d.Components, sci.ComponentStatement{ID: id})
	}
	return &r.d.Components[i], "/components/" + digits(i)
}

func (r *reading) start(words string, i int) {
	if _, taken := r.starts[words]; taken {
		i = -1
	}
	r.starts[words] = i
}
