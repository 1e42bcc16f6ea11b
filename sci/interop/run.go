package interop

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/scimeter/scimeter/sci"
)

// A Mode says whose rules a manifest of the Impact Framework is run by.
type Mode uint8

// The modes. There is no default: they give different figures.
const (
	// Strict computes what the manifest means: a score is the sum of carbon
	// over the sum of units, a window is half-open, an average is of all its
	// samples, what is missing is not 0, and hardware embodies what its source
	// says. Where the original comes to something else is in Computed.Notes.
	Strict Mode = iota + 1

	// Compat computes what version 1.1.0 of the Impact Framework does, to the
	// last bit, its errors included; for those who move from it. Of Exponent the
	// last bit may differ, unless the exponent is -1, 0.5, 1 or 2.
	Compat
)

// A Sample is one observation, or what was computed of it, by parameter. Values
// are float64, string, bool or nil.
type Sample map[string]any

// A Node is a part of the tree of a manifest, with what was computed for it.
type Node struct {
	Name       string // "" of the root
	Line       int    // of the manifest
	Inputs     []Sample
	Outputs    []Sample
	Aggregated Sample // nil where nothing was to be aggregated
	Children   []*Node
}

// Child returns the node of a path of names; nil if there is none.
func (n *Node) Child(names ...string) *Node {
	for _, name := range names {
		if n == nil {
			return nil
		}
		i := slices.IndexFunc(n.Children, func(c *Node) bool { return c.Name == name })
		if i < 0 {
			return nil
		}
		n = n.Children[i]
	}
	return n
}

// A Computed is a manifest that was run.
type Computed struct {
	Mode  Mode
	Root  *Node
	Notes []sci.Finding // in Strict, where the Impact Framework comes to other figures
}

// Run runs a manifest of the Impact Framework, with the plugins that compute:
// Coefficient, Copy, Divide, Exponent, Interpolation, MockObservations,
// Multiply, Sci, SciEmbodied, Subtract, Sum, TimeConverter and TimeSync. A plugin
// that reads files, runs a shell, uses the network or draws random numbers, and
// one from elsewhere, is refused by its name ([ErrPlugin]), as are arithmetic
// expressions in parameters. Nothing that is not finite is returned: where the
// original prints NaN or Infinity, Run refuses ([ErrParameter]).
func Run(manifest []byte, mode Mode) (*Computed, error) {
	if len(manifest) > MaxDocument {
		return nil, &Error{Op: "run", Detail: fmt.Sprintf("%d bytes, at most %d are read", len(manifest), MaxDocument), Err: ErrTooLarge}
	}
	root, err := parseYAML(bytes.TrimPrefix(manifest, []byte("\ufeff")))
	if err != nil {
		return nil, err
	}
	if !root.has("tree") {
		return nil, &Error{Op: "run", Line: root.Line, Detail: "no tree", Err: ErrFormat}
	}
	return run(root, mode, budget{samples: 2_000_000, steps: 5_000_000})
}

// A budget is how many samples, and steps of time within them, a run may make.
type budget struct{ samples, steps int }

func run(root node, mode Mode, b budget) (*Computed, error) {
	if mode != Strict && mode != Compat {
		return nil, &Error{Op: "run", Detail: "mode is neither Strict nor Compat", Err: ErrParameter}
	}
	r := &runner{mode: mode, budget: b, methods: map[string]aggregation{}, plugins: map[string]*plugin{}, said: map[string]bool{}}
	if err := r.initialize(root.at("initialize", "plugins")); err != nil {
		return nil, err
	}
	tree, err := r.compute(root.at("tree"), "", nil, inherited{})
	if err != nil {
		return nil, err
	}
	if err := r.aggregate(root.at("aggregation"), tree); err != nil {
		return nil, err
	}
	if err := finite(tree); err != nil {
		return nil, err
	}
	return &Computed{Mode: mode, Root: tree, Notes: r.notes}, nil
}

// A runner holds what is common to the nodes of a run.
type runner struct {
	mode    Mode
	plugins map[string]*plugin
	methods map[string]aggregation // by parameter
	unit    string                 // parameter that Sci divides by
	notes   []sci.Finding
	said    map[string]bool
	budget  budget
	samples int // made so far, of the most that are made
}

// An aggregation is how a parameter is brought together over time and over
// components: "sum", "avg", "copy" or "none".
type aggregation struct{ time, component string }

// A plugin is an entry of initialize.plugins.
type plugin struct {
	name, method string
	line         int
	config       node
	mapping      map[string]string
	order        []string // of mapping
}

// deviate notes where the original comes to something else, once for a code and
// a place.
func (r *runner) deviate(code, where, format string, args ...any) {
	if r.mode != Strict || r.said[code+" "+where] {
		return
	}
	r.said[code+" "+where] = true
	message := fmt.Sprintf(format, args...)
	if where != "" {
		message = where + ": " + message
	}
	r.notes = append(r.notes, sci.Finding{Code: code, Severity: sci.SeverityNote, Message: message})
}

// initialize looks at all plugins, as the original does, also at those that no
// pipeline uses.
func (r *runner) initialize(plugins node) error {
	for _, p := range plugins.pairs() {
		if p.value.null() {
			continue
		}
		entry := &plugin{name: p.key, method: p.value.at("method").text(), line: p.line, config: p.value.at("config"), mapping: map[string]string{}}
		if entry.config.Node == nil {
			entry.config = p.value.at("global-config")
		}
		for _, m := range p.value.at("mapping").pairs() {
			entry.mapping[m.key] = m.value.text()
			entry.order = append(entry.order, m.key)
		}
		if err := entry.known(p.value.at("path").text()); err != nil {
			return err
		}
		r.learn(entry.method, p.value.at("parameter-metadata"))
		if entry.method == "Sci" {
			r.unit = entry.config.at("functional-unit").text()
		}
		r.plugins[p.key] = entry
	}
	return nil
}

// outside are the plugins of the original that need more than a processor.
var outside = map[string]string{
	"Shell":     "it runs a shell",
	"CSVImport": "it reads files or the network",
	"CSVLookup": "it reads files or the network",
	"Regex":     "it is not built in here",
}

func (p *plugin) known(path string) error {
	refuse := func(why string) error {
		return &Error{Op: "run", Line: p.line, Detail: fmt.Sprintf("plugin %s (%s): %s", p.name, p.method, why), Err: ErrPlugin}
	}
	switch {
	case path != "builtin":
		return refuse(fmt.Sprintf("it is code from %.60q", path))
	case outside[p.method] != "":
		return refuse(outside[p.method])
	case executors[p.method] == nil:
		return refuse("it is not built in")
	}
	return nil
}

// builtinMethods are the aggregation methods that plugins of the original state
// of their own parameters (Impact Framework 1.1.0, metadata of sci, sci-embodied
// and time-sync).
var builtinMethods = map[string]map[string]aggregation{
	"Sci": {"carbon": {"sum", "sum"}, "functional-unit": {"sum", "sum"}, "sci": {"avg", "sum"}},
	"SciEmbodied": {
		"vCPUs": {"copy", "copy"}, "memory": {"copy", "copy"}, "ssd": {"copy", "copy"}, "hdd": {"copy", "copy"}, "gpu": {"copy", "copy"},
		"usage-ratio": {"copy", "copy"}, "time": {"copy", "copy"}, "embodied-carbon": {"sum", "sum"},
	},
	"TimeSync": {"timestamp": {"none", "none"}, "duration": {"sum", "none"}},
}

// learn takes in the aggregation methods of the parameters of a plugin; stated
// outputs take the place of all that the plugin has.
func (r *runner) learn(method string, metadata node) {
	outputs := metadata.at("outputs")
	for name, a := range builtinMethods[method] {
		if ofOutput := name == "sci" || name == "embodied-carbon"; ofOutput && !outputs.null() {
			continue
		}
		r.methods[name] = a
	}
	for _, side := range []node{metadata.at("inputs"), outputs} {
		for _, p := range side.pairs() {
			m := p.value.at("aggregation-method")
			switch {
			case m.mapping():
				r.methods[p.key] = aggregation{m.at("time").text(), m.at("component").text()}
			case m.text() != "":
				r.methods[p.key] = aggregation{m.text(), m.text()}
			}
		}
	}
}

// methodOf returns how a parameter is aggregated; one that nothing is known of is
// copied.
func (r *runner) methodOf(parameter string) aggregation {
	if a, ok := r.methods[parameter]; ok {
		return a
	}
	return aggregation{"copy", "copy"}
}
