package interop

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/scimeter/scimeter/sci"
)

// A manifestReader makes a disclosure of a manifest of the Impact Framework, or
// of its output. A manifest states a computation: what it has no outputs of is
// run by the rules of Strict.
type manifestReader struct {
	*reading
	root   node
	flow   flow
	unit   string
	stated bool // has outputs
	leaves []*leaf
	total  *leaf // the node that repeats the sums, as there is no other way to a ratio of them
}

// A leaf is a node of inputs.
type leaf struct {
	name     string
	path     string // into the Disclosure, "" of the total
	inputs   node
	outputs  node
	defaults node
	samples  []Sample
	figures  *sci.ComponentStatement
}

// A flow says which parameters of a manifest are which energy and carbon, by what
// its plugins make of them.
type flow struct{ it, facility, operational, embodied []string }

func readManifest(_ []byte, root node) (*Document, error) {
	r := &manifestReader{reading: newReading(FormatImpactFramework), root: root}
	r.m = marksPoint
	d := r.d
	r.text(&d.Software.Name, "/software/name", root.at("name").text(), root.at("name").place())
	r.text(&d.Software.Description, "/software/description", root.at("description").text(), root.at("description").place())
	r.text(&d.Grid.Zone, "/intensity/zone", root.at("tags", "region").text(), root.at("tags", "region").place())
	r.plugins()
	r.stated = hasOutputs(root.at("tree"))
	computed, err := run(root, Strict, budget{samples: 200_000, steps: 2_000_000})
	switch {
	case err == nil && !r.stated:
		r.doc.Notes = append(r.doc.Notes, computed.Notes...)
		r.note("if_computed", "", "the manifest has no outputs; it was run, and what it comes to is taken for what it states")
	case err != nil && !r.stated:
		r.note("if_not_run", "", "%v; only its inputs are read", strings.TrimPrefix(err.Error(), "interop: run: "))
	}
	var tree *Node
	if err == nil {
		tree = computed.Root
	}
	d.Components = r.components(root.at("tree"), tree, "", "/components", node{})
	r.findTotal()
	for _, l := range r.leaves {
		r.figures(l)
	}
	r.period()
	r.results()
	return r.doc, nil
}

func hasOutputs(n node) bool {
	if n.at("outputs").list() {
		return true
	}
	for _, c := range n.at("children").pairs() {
		if hasOutputs(c.value) {
			return true
		}
	}
	return false
}

// plugins finds the flow of energy and carbon.
func (r *manifestReader) plugins() {
	for _, p := range r.root.at("initialize", "plugins").pairs() {
		config := p.value.at("config")
		if config.null() {
			config = p.value.at("global-config")
		}
		output := config.at("output-parameter").text()
		switch p.value.at("method").text() {
		case "Sci":
			r.unit = config.at("functional-unit").text()
		case "SciEmbodied":
			if output == "" {
				output = "embodied-carbon"
			}
			r.flow.embodied = append(r.flow.embodied, output)
		case "Multiply":
			r.flow.multiply(config, output)
		}
	}
	r.flow.it = append(r.flow.it, "energy-kwh")
	r.flow.facility = append(r.flow.facility, "energy")
	r.flow.operational = append(r.flow.operational, "carbon-operational", "operational-carbon")
	r.flow.embodied = append(r.flow.embodied, "carbon-embodied", "embodied-carbon")
}

func (f *flow) multiply(config node, output string) {
	inputs := config.at("input-parameters").items()
	for i, item := range inputs {
		if len(inputs) != 2 {
			return
		}
		other := inputs[1-i].text()
		switch {
		case item.text() == "pue":
			f.it = append(f.it, other)
			f.facility = append(f.facility, output)
		case strings.HasSuffix(item.text(), "carbon-intensity"):
			f.facility = append(f.facility, other)
			f.operational = append(f.operational, output)
		}
	}
}

// components makes the statements of the children of a node, and of theirs.
func (r *manifestReader) components(n node, ran *Node, path, pointer string, defaults node) []sci.ComponentStatement {
	if d := n.at("defaults"); !d.null() {
		defaults = d
	}
	children := n.at("children").pairs()
	if len(children) == 0 && path == "" {
		children = []pair{{key: "all", line: n.Line, value: n}}
	}
	out := make([]sci.ComponentStatement, len(children))
	for i, c := range children {
		at := fmt.Sprintf("%s/%d", pointer, i)
		r.at(at, Place{Line: c.line, Column: 1, Text: c.key})
		out[i].ID = c.key
		var node *Node
		if node = ran.Child(c.key); path == "" && node == nil && len(n.at("children").pairs()) == 0 {
			node = ran
		}
		if c.value.at("children").mapping() {
			out[i].Parts = r.components(c.value, node, path+"/"+c.key, at+"/parts", defaults)
			continue
		}
		l := &leaf{name: c.key, path: at, inputs: c.value.at("inputs"), outputs: c.value.at("outputs"), defaults: defaults, figures: &out[i]}
		if d := c.value.at("defaults"); !d.null() {
			l.defaults = d
		}
		l.samples = r.samplesOf(c.value, l, node)
		r.leaves = append(r.leaves, l)
	}
	return out
}

// samplesOf returns the outputs of a leaf: the stated ones, else those that it
// was run to, else its inputs.
func (r *manifestReader) samplesOf(n node, l *leaf, ran *Node) []Sample {
	var none runner
	if r.stated {
		if s, err := none.samplesOf(n.at("outputs")); err == nil && s != nil {
			return s
		}
	}
	if ran != nil && ran.Outputs != nil && !r.stated {
		return ran.Outputs
	}
	inputs, err := none.samplesOf(l.inputs)
	if err != nil {
		r.note("if_inputs", l.path, "%v", err)
	}
	defaults, _ := none.sampleOf(l.defaults)
	return merged(inputs, defaults)
}

// systemTotal is what the node of the totals is called in the manifests of the
// Green Software Foundation, and in ours.
const systemTotal = "system-total"

var totalName = regexp.MustCompile(`(?i)total|aggregate|overall|\bsum\b`)

// findTotal finds the node that repeats the sums: one that counts units, which no
// other does, has no power of its own, and is called so.
func (r *manifestReader) findTotal() {
	if r.unit == "" || len(r.leaves) == 1 && r.leaves[0].name != systemTotal {
		return
	}
	var counting []*leaf
	for _, l := range r.leaves {
		if _, ok := l.sum([]string{r.unit}); ok {
			counting = append(counting, l)
		}
	}
	if len(counting) != 1 || !totalName.MatchString(counting[0].name) || strings.Count(counting[0].path, "/") != 2 {
		return
	}
	r.total = counting[0]
	r.leaves = slices.DeleteFunc(r.leaves, func(l *leaf) bool { return l == r.total })
	i := slices.IndexFunc(r.d.Components, func(c sci.ComponentStatement) bool { return c.ID == r.total.name })
	if i != len(r.d.Components)-1 { // what follows moves up
		r.total.figures = nil
	}
	r.d.Components = slices.Delete(r.d.Components, i, i+1)
	r.relocate()
}

// relocate gives leaves the paths that their components have now.
func (r *manifestReader) relocate() {
	places := map[string]Place{}
	for path, p := range r.doc.Places {
		if !strings.HasPrefix(path, "/components") {
			places[path] = p
		}
	}
	old := r.doc.Places
	next := 0
	var walk func(cs []sci.ComponentStatement, pointer string)
	walk = func(cs []sci.ComponentStatement, pointer string) {
		for i := range cs {
			path := fmt.Sprintf("%s/%d", pointer, i)
			if cs[i].Parts != nil {
				walk(cs[i].Parts, path+"/parts")
				continue
			}
			l := r.leaves[next]
			next++
			places[path] = old[l.path]
			l.path, l.figures = path, &cs[i]
		}
	}
	walk(r.d.Components, "/components")
	r.doc.Places = places
}

// sum adds a parameter up over the samples, the first of some that is there.
func (l *leaf) sum(names []string) (float64, bool) {
	for _, name := range names {
		total, found := 0.0, len(l.samples) > 0
		for _, s := range l.samples {
			v, ok := s[name].(float64)
			found = found && ok
			total += v
		}
		if found {
			return total, true
		}
	}
	return 0, false
}

func (r *manifestReader) period() {
	p := &r.d.Period
	all := r.leaves
	if r.total != nil {
		all = append(slices.Clone(all), r.total)
	}
	for _, l := range all {
		for _, s := range l.samples {
			text, _ := s["timestamp"].(string)
			at, ok := instant(text)
			d, also := s["duration"].(float64)
			if !ok || !also || !(d >= 0) || d > 1e12 {
				continue
			}
			start := time.UnixMilli(int64(at)).UTC()
			if p.Start.IsZero() || start.Before(p.Start) {
				p.Start = start
			}
			if end := time.UnixMilli(int64(at + d*1000)).UTC(); end.After(p.End) {
				p.End = end
			}
		}
	}
}
