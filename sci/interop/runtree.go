package interop

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// An inherited is what a node has from above where it has none of its own.
type inherited struct {
	pipeline node
	regroup  bool // regrouped already
	defaults node
	groups   []string
}

// compute runs the pipelines of a node and of all below.
func (r *runner) compute(n node, name string, path []string, from inherited) (*Node, error) {
	out := &Node{Name: name}
	if n.Node != nil {
		out.Line = n.Line
	}
	if p := n.at("pipeline"); !p.null() {
		from.pipeline, from.regroup, from.groups = p, false, nil
	}
	if d := n.at("defaults"); !d.null() {
		from.defaults = d
	}
	if children := n.at("children"); children.mapping() {
		for _, c := range children.pairs() {
			below := from
			below.groups = append(slices.Clone(from.groups), c.key)
			child, err := r.compute(c.value, c.key, append(slices.Clone(path), c.key), below)
			if err != nil {
				return nil, err
			}
			out.Children = append(out.Children, child)
		}
		return out, nil
	}
	inputs, err := r.samplesOf(n.at("inputs"))
	if err != nil {
		return nil, err
	}
	return out, r.leaf(out, inputs, path, from)
}

// leaf runs the pipeline of a node of inputs: observe, regroup, compute.
func (r *runner) leaf(out *Node, inputs []Sample, path []string, from inherited) error {
	where := strings.Join(path, "/")
	defaults, err := r.sampleOf(from.defaults)
	if err != nil {
		return err
	}
	steps := phasesOf(from.pipeline)
	if !from.regroup { // what was observed is what was grouped
		if inputs, err = r.phase(steps.observe, inputs, where); err != nil {
			return err
		}
	}
	inputs = merged(inputs, defaults)
	out.Inputs = inputs
	if len(steps.regroup) > 0 && !from.regroup && !inGroups(inputs, steps.regroup, from.groups) {
		return r.regroup(out, inputs, steps.regroup, path, from)
	}
	outputs := inputs
	for _, name := range steps.compute {
		before := len(outputs)
		if outputs, err = r.phase([]string{name}, outputs, where); err != nil {
			return err
		}
		if before == 0 {
			outputs = merged(outputs, defaults)
		}
		out.Outputs = outputs
	}
	return nil
}

type phases struct{ observe, regroup, compute []string }

// phasesOf reads a pipeline; a list is one of before the phases, all compute.
func phasesOf(n node) phases {
	names := func(n node) (out []string) {
		for _, item := range n.items() {
			out = append(out, item.text())
		}
		return out
	}
	if n.list() {
		return phases{compute: names(n)}
	}
	return phases{names(n.at("observe")), names(n.at("regroup")), names(n.at("compute"))}
}

func (r *runner) phase(names []string, samples []Sample, where string) ([]Sample, error) {
	for _, name := range names {
		p := r.plugins[name]
		if p == nil {
			return nil, &Error{Op: "run", Detail: fmt.Sprintf("%s: pipeline names %s, which initialize does not", where, name), Err: ErrPlugin}
		}
		out, err := r.execute(p, samples, where)
		if err != nil {
			return nil, err
		}
		if r.samples += len(out); r.samples > r.budget.samples {
			return nil, &Error{Op: "run", Line: p.line, Detail: fmt.Sprintf("more than %d samples", r.budget.samples), Err: ErrTooLarge}
		}
		samples = out
	}
	return samples, nil
}

// merged gives samples what they have not.
func merged(samples []Sample, defaults Sample) []Sample {
	if defaults == nil {
		return samples
	}
	out := make([]Sample, len(samples))
	for i, s := range samples {
		out[i] = maps.Clone(s)
		for k, v := range defaults {
			if out[i][k] == nil {
				out[i][k] = v
			}
		}
	}
	return out
}

// inGroups reports whether samples are in nodes of their groups already.
func inGroups(samples []Sample, keys, names []string) bool {
	if len(names) < len(keys) {
		return false
	}
	names = names[len(names)-len(keys):]
	for _, s := range samples {
		for i, k := range keys {
			if s[k] != names[i] {
				return false
			}
		}
	}
	return true
}

// regroup makes a tree of nodes of the samples, by the values of some keys.
func (r *runner) regroup(out *Node, samples []Sample, keys, path []string, from inherited) error {
	out.Inputs = nil
	from.regroup = true
	return r.group(out, samples, keys, path, from)
}

func (r *runner) group(out *Node, samples []Sample, keys, path []string, from inherited) error {
	if len(keys) == 0 {
		return r.leaf(out, samples, path, from)
	}
	var order []string
	groups := map[string][]Sample{}
	for _, s := range samples {
		name, ok := s[keys[0]].(string)
		if !ok || name == "" {
			return &Error{Op: "run", Detail: fmt.Sprintf("%s: no %s to group by", strings.Join(path, "/"), keys[0]), Err: ErrParameter}
		}
		if groups[name] == nil {
			order = append(order, name)
		}
		groups[name] = append(groups[name], s)
	}
	for _, name := range order {
		child := &Node{Name: name, Line: out.Line}
		out.Children = append(out.Children, child)
		below := from
		below.groups = append(slices.Clone(from.groups), name)
		if err := r.group(child, groups[name], keys[1:], append(slices.Clone(path), name), below); err != nil {
			return err
		}
	}
	return nil
}

func (r *runner) samplesOf(n node) ([]Sample, error) {
	var out []Sample
	for _, item := range n.items() {
		s, err := r.sampleOf(item)
		if err != nil {
			return nil, err
		}
		if s == nil {
			return nil, &Error{Op: "run", Line: item.Line, Detail: "an input is not a mapping", Err: ErrParameter}
		}
		out = append(out, s)
	}
	return out, nil
}

func (r *runner) sampleOf(n node) (Sample, error) {
	if !n.mapping() {
		return nil, nil
	}
	s := Sample{}
	for _, p := range n.pairs() {
		v, err := scalar(p.value)
		if err != nil {
			return nil, err
		}
		s[p.key] = v
	}
	return s, nil
}

// scalar returns what a value is to the plugins. Text that is a number is one, as
// it is to the original.
func scalar(n node) (any, error) {
	if n.null() {
		return nil, nil
	}
	if n.Kind != yaml.ScalarNode {
		return nil, &Error{Op: "run", Line: n.Line, Detail: "a parameter is a list or a mapping", Err: ErrParameter}
	}
	if strings.HasPrefix(n.Value, "=") {
		return nil, &Error{Op: "run", Line: n.Line, Detail: fmt.Sprintf("arithmetic expressions, such as %.40q, are not evaluated", n.Value), Err: ErrParameter}
	}
	switch n.Tag {
	case "!!int", "!!float":
		return number(n)
	case "!!bool":
		v, err := strconv.ParseBool(n.Value)
		if err != nil {
			return n.Value, nil
		}
		return v, nil
	}
	if v, err := strconv.ParseFloat(n.Value, 64); err == nil && n.Value[0] >= '0' && n.Value[0] <= '9' && !strings.ContainsAny(n.Value, "xXeE_pP") {
		return v, nil
	}
	return n.Value, nil
}

// number reads a number of YAML, which knows more forms than Go.
func number(n node) (float64, error) {
	var v float64
	if n.null() || n.Kind != yaml.ScalarNode {
		return 0, &Error{Op: "run", Detail: "no number", Err: ErrParameter}
	}
	if err := n.Decode(&v); err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return 0, &Error{Op: "run", Line: n.Line, Detail: fmt.Sprintf("%.40q is no finite number", n.Value), Err: ErrParameter}
	}
	return v, nil
}

// finite refuses results that are none.
func finite(n *Node) error {
	check := func(s Sample) error {
		for k, v := range s {
			if f, ok := v.(float64); ok && (math.IsNaN(f) || math.IsInf(f, 0)) {
				return &Error{Op: "run", Line: n.Line, Detail: fmt.Sprintf("%s of %q comes to %v", k, n.Name, f), Err: ErrParameter}
			}
		}
		return nil
	}
	for _, s := range append(slices.Clone(n.Outputs), n.Aggregated) {
		if err := check(s); err != nil {
			return err
		}
	}
	for _, c := range n.Children {
		if err := finite(c); err != nil {
			return err
		}
	}
	return nil
}
