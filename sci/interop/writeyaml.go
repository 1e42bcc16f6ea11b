package interop

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/scimeter/scimeter/sci"
)

// A yamlMap is a mapping in the making; what is not stated is left out.
type yamlMap struct{ n *yaml.Node }

func newMap() yamlMap { return yamlMap{&yaml.Node{Kind: yaml.MappingNode}} }

func (m yamlMap) put(key string, v *yaml.Node) {
	m.n.Content = append(m.n.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: key}, v)
}

func (m yamlMap) text(key, v string) {
	if v != "" {
		m.put(key, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: v})
	}
}

func (m yamlMap) figure(key string, f *sci.Figure) {
	if f != nil {
		m.put(key, &yaml.Node{Kind: yaml.ScalarNode, Value: digitsOf(f)})
	}
}

func (m yamlMap) number(key string, v float64) { m.figure(key, sci.Exactly(v)) }

// under adds a mapping that has something in it.
func (m yamlMap) under(key string, v yamlMap) {
	if len(v.n.Content) > 0 {
		m.put(key, v.n)
	}
}

func (m yamlMap) list(key string, items []yamlMap) {
	if len(items) == 0 {
		return
	}
	l := &yaml.Node{Kind: yaml.SequenceNode}
	for _, item := range items {
		l.Content = append(l.Content, item.n)
	}
	m.put(key, l)
}

func (m yamlMap) words(key string, items ...string) {
	l := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
	for _, item := range items {
		l.Content = append(l.Content, &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: item})
	}
	m.put(key, l)
}

func (m yamlMap) write(w io.Writer, head string) error {
	e := yaml.NewEncoder(w)
	e.SetIndent(2)
	m.n.HeadComment = head
	if err := e.Encode(m.n); err != nil {
		return &Error{Op: "write", Detail: err.Error(), Err: ErrCannotCarry}
	}
	return e.Close()
}

// writable refuses a disclosure with a figure that no form has digits for.
func writable(d *sci.Disclosure) error {
	if d == nil {
		return &Error{Op: "write", Detail: "there is no disclosure", Err: ErrCannotCarry}
	}
	if _, err := d.Canonical(); err != nil {
		return &Error{Op: "write", Err: err}
	}
	if u := d.Unit; u.Scale < 0 || math.IsNaN(u.Scale) || math.IsInf(u.Scale, 0) {
		return &Error{Op: "write", Detail: fmt.Sprintf("a scale of %v", u.Scale), Err: ErrCannotCarry}
	}
	return nil
}

// scaleOf is how many units a score is per.
func scaleOf(u sci.FunctionalUnit) float64 {
	if u.Scale == 0 {
		return 1
	}
	return u.Scale
}

// perUnits is a scale and a name: "1000 requests", "request".
func perUnits(u sci.FunctionalUnit) string {
	name := u.Name
	if name == "" {
		name = "unit"
	}
	if scaleOf(u) == 1 {
		return name
	}
	return strconv.FormatFloat(u.Scale, 'f', -1, 64) + " " + plural(name)
}

// A flat is a component without parts, as forms have them that know no tree.
type flat struct {
	id string
	*sci.ComponentStatement
}

// flatten lists the components of a tree. What a group states of its parts is left
// to them; what it has beside them is a component.
func flatten(cs []sci.ComponentStatement, above string) []flat {
	var out []flat
	for i := range cs {
		c := &cs[i]
		id := above + c.ID
		if len(c.Parts) == 0 || !c.Sums && (c.IT != nil || c.Facility != nil || c.Operational != nil || len(c.Hardware) > 0) {
			out = append(out, flat{id, c})
		}
		out = append(out, flatten(c.Parts, id+" / ")...)
	}
	return out
}
