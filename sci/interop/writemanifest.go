package interop

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/scimeter/scimeter/sci"
)

// WriteImpactFramework writes d as a manifest of the Impact Framework: a node for
// each component, with the energy and carbon that it states, and a node
// system-total with the totals, since the Impact Framework has no way to a sum
// over a sum. Running it gives the stated score again. A document without a
// period, a number of units or totals of O and M is an [*Error]: such a manifest
// could not be run.
func WriteImpactFramework(w io.Writer, d *sci.Disclosure) error {
	if err := writable(d); err != nil {
		return err
	}
	var missing []string
	if d.Period.Start.IsZero() || !d.Period.End.After(d.Period.Start) {
		missing = append(missing, "a period")
	}
	if d.Unit.Total == nil || d.Unit.Total.Value <= 0 {
		missing = append(missing, "how many units were done")
	}
	if d.Result.Operational == nil {
		missing = append(missing, "the operational carbon")
	}
	if d.Result.Embodied == nil {
		missing = append(missing, "the embodied carbon")
	}
	if len(missing) > 0 {
		return &Error{Op: "write", Detail: "a manifest requires " + strings.Join(missing, ", "), Err: ErrCannotCarry}
	}
	m := newMap()
	m.text("name", d.Software.Name)
	m.text("description", d.Software.Description)
	tags := newMap()
	tags.text("kind", "sci")
	tags.text("region", d.Grid.Zone)
	tags.text("functional-unit", d.Unit.Name)
	m.under("tags", tags)
	initialize := newMap()
	initialize.under("plugins", manifestPlugins())
	m.under("initialize", initialize)
	tree := newMap()
	tree.under("children", manifestNodes(d))
	m.under("tree", tree)
	return m.write(w, "")
}

// unitsParameter is what the exported manifest counts units by.
const unitsParameter = "functional-unit-count"

func manifestPlugins() yamlMap {
	m := newMap()
	add := func(name, method string, config yamlMap) {
		p := newMap()
		p.text("method", method)
		p.text("path", "builtin")
		p.under("config", config)
		p.n.Style = yaml.FlowStyle
		m.under(name, p)
	}
	product := func(output string, inputs ...string) yamlMap {
		c := newMap()
		c.words("input-parameters", inputs...)
		c.text("output-parameter", output)
		return c
	}
	add("apply-pue", "Multiply", product("energy", "energy-kwh", "pue"))
	add("operational-carbon", "Multiply", product("carbon-operational", "energy", "grid/carbon-intensity"))
	add("sum-carbon", "Sum", product("carbon", "carbon-operational", "carbon-embodied"))
	unit := newMap()
	unit.text("functional-unit", unitsParameter)
	add("sci", "Sci", unit)
	return m
}

func manifestNodes(d *sci.Disclosure) yamlMap {
	children := newMap()
	seen := map[string]bool{systemTotal: true}
	for _, c := range flatten(d.Components, "") {
		id := c.id
		for n := 2; seen[id]; n++ {
			id = fmt.Sprintf("%s (%d)", c.id, n)
		}
		seen[id] = true
		children.under(id, manifestComponent(d, c))
	}
	in := manifestInput(d)
	in.figure("energy", d.Result.Facility)
	in.figure("grid/carbon-intensity", d.Grid.Value)
	in.figure("carbon-operational", d.Result.Operational)
	in.figure("carbon-embodied", d.Result.Embodied)
	scale := scaleOf(d.Unit)
	count := d.Unit.Total.Value / scale
	in.number(unitsParameter, count)
	if scale != 1 {
		in.n.Content[len(in.n.Content)-1].LineComment = fmt.Sprintf("%s / %s", digitsOf(d.Unit.Total), strconv.FormatFloat(scale, 'f', -1, 64))
	}
	children.under(systemTotal, manifestNode(in, "sum-carbon", "sci"))
	return children
}

func manifestInput(d *sci.Disclosure) yamlMap {
	in := newMap()
	in.text("timestamp", d.Period.Start.UTC().Format(isoMilli))
	in.number("duration", d.Period.End.Sub(d.Period.Start).Seconds())
	return in
}

func manifestNode(in yamlMap, steps ...string) yamlMap {
	node, pipeline := newMap(), newMap()
	if len(steps) > 0 {
		pipeline.words("compute", steps...)
		node.under("pipeline", pipeline)
	}
	node.list("inputs", []yamlMap{in})
	return node
}

// manifestComponent writes what a component states, and has the rest computed.
func manifestComponent(d *sci.Disclosure, c flat) yamlMap {
	in := manifestInput(d)
	if c.Power != nil {
		in.figure("power-w", c.Power)
	}
	in.figure("hours", c.Hours)
	in.figure("energy-kwh", c.IT)
	pue, grid := d.Site.PUE, d.Grid.Value
	if c.Site != nil && c.Site.PUE != nil {
		pue = c.Site.PUE
	}
	if c.Grid != nil && c.Grid.Value != nil {
		grid = c.Grid.Value
	}
	in.figure("pue", pue)
	in.figure("grid/carbon-intensity", grid)
	in.figure("energy", c.Facility)
	in.figure("carbon-operational", c.Operational)
	m := c.Embodied
	if m == nil {
		m = allocated(c.Hardware)
	}
	in.figure("carbon-embodied", m)
	if len(c.Hardware) == 1 {
		h := c.Hardware[0]
		in.figure("emissions-embodied-total", h.TE)
		in.figure("time-reserved-hours", h.Reserved)
		in.figure("expected-lifespan-hours", h.Lifespan)
		in.figure("resources-reserved", h.RR)
		in.figure("resources-total", h.ToR)
		in.figure("resource-share", h.Share)
	}
	var steps []string
	hasE, hasO := c.Facility != nil, c.Operational != nil
	if !hasE && c.IT != nil && pue != nil {
		steps, hasE = append(steps, "apply-pue"), true
	}
	if !hasO && hasE && grid != nil {
		steps, hasO = append(steps, "operational-carbon"), true
	}
	if hasO && m != nil {
		steps = append(steps, "sum-carbon")
	}
	return manifestNode(in, steps...)
}

// allocated is the sum of M of hardware that states it.
func allocated(hs []sci.Embodies) *sci.Figure {
	var sum sci.Figure
	for _, h := range hs {
		if h.M == nil {
			return nil
		}
		sum.Value += h.M.Value
		sum.Within += h.M.Within
	}
	if len(hs) == 0 {
		return nil
	}
	return &sum
}
