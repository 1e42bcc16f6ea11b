package interop

import (
	"fmt"
	"slices"
	"strings"
)

// An aggregator brings the outputs of a tree together, bottom up.
type aggregator struct {
	*runner
	metrics         []string
	time, component bool
	line            int
}

func (r *runner) aggregate(n node, tree *Node) error {
	kind := n.at("type").text()
	if kind == "" {
		return nil
	}
	a := &aggregator{runner: r, line: n.Line}
	switch kind {
	case "horizontal", "time":
		a.time = true
	case "vertical", "component":
		a.component = true
	case "both":
		a.time, a.component = true, true
	default:
		return &Error{Op: "run", Line: n.Line, Detail: fmt.Sprintf("aggregation type %q is none", kind), Err: ErrParameter}
	}
	if err := a.read(n.at("metrics")); err != nil {
		return err
	}
	return a.node(tree, nil)
}

// read takes in the metrics: names, or, before 1.0, names with their method.
func (a *aggregator) read(n node) error {
	for _, item := range n.items() {
		a.metrics = append(a.metrics, item.text())
	}
	for _, p := range n.pairs() {
		a.metrics = append(a.metrics, p.key)
		if m := p.value.at("method").text(); m != "" {
			a.methods[p.key] = aggregation{m, m}
		}
	}
	if len(a.metrics) == 0 {
		return &Error{Op: "run", Line: a.line, Detail: "aggregation has no metrics", Err: ErrParameter}
	}
	for _, m := range a.metrics {
		for _, method := range []string{a.methodOf(m).time, a.methodOf(m).component} {
			if !slices.Contains([]string{"sum", "avg", "copy", "none"}, method) {
				return &Error{Op: "run", Line: a.line, Detail: fmt.Sprintf("aggregation method %q of %s is none", method, m), Err: ErrParameter}
			}
		}
		if _, known := a.methods[m]; !known {
			a.deviate("if_copy_unknown", "", "no plugin says how %s is aggregated: the Impact Framework takes the last value, and so is done here", m)
		}
	}
	return nil
}

func (a *aggregator) node(n *Node, path []string) (err error) {
	for _, c := range n.Children {
		if err := a.node(c, append(slices.Clone(path), c.Name)); err != nil {
			return err
		}
	}
	where := strings.Join(path, "/")
	if n.Children == nil {
		if a.time {
			n.Aggregated, err = a.into(n.Outputs, false, where)
		}
		return err
	}
	if !a.component {
		return nil
	}
	if n.Outputs, err = a.across(n, where); err != nil {
		return err
	}
	n.Aggregated, err = a.into(n.Outputs, false, where)
	return err
}

// across brings the outputs of the children together, time by time: the original
// by their positions in the lists, here by what they say of the time.
func (a *aggregator) across(n *Node, where string) ([]Sample, error) {
	if a.mode == Strict {
		return a.acrossTime(n, where)
	}
	var out []Sample
	for i := range n.Children[0].Outputs {
		var column []Sample
		for _, c := range n.Children {
			if i >= len(c.Outputs) {
				return nil, a.refuse("%s: %s has %d outputs, %s more", where, c.Name, len(c.Outputs), n.Children[0].Name)
			}
			column = append(column, c.Outputs[i])
		}
		s, err := a.into(column, true, where)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func (a *aggregator) acrossTime(n *Node, where string) ([]Sample, error) {
	var order []string
	columns := map[string][]Sample{}
	aligned := true
	for _, c := range n.Children {
		for i, s := range c.Outputs {
			at := fmt.Sprint(s["timestamp"])
			if columns[at] == nil {
				order = append(order, at)
			}
			aligned = aligned && len(c.Outputs) == len(n.Children[0].Outputs) && fmt.Sprint(n.Children[0].Outputs[i]["timestamp"]) == at
			columns[at] = append(columns[at], s)
		}
	}
	if !aligned {
		a.deviate("if_position", where, "children have outputs of different times; the Impact Framework adds them up by their position")
	}
	var out []Sample
	for _, at := range order {
		s, err := a.into(columns[at], true, where)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func (a *aggregator) refuse(format string, args ...any) error {
	return &Error{Op: "run", Line: a.line, Detail: "aggregation: " + fmt.Sprintf(format, args...), Err: ErrParameter}
}

// into makes one sample of many: of the components of a time, or of the times of
// a component.
func (a *aggregator) into(samples []Sample, components bool, where string) (Sample, error) {
	acc := Sample{}
	for _, metric := range a.metrics {
		method := a.methodOf(metric).time
		if components {
			method = a.methodOf(metric).component
		}
		if a.mode == Strict && metric == "sci" && (method == "avg" || method == "sum") {
			a.ratio(acc, samples, components, where)
			continue
		}
		if err := a.metric(acc, samples, metric, method, where); err != nil {
			return nil, err
		}
		if a.mode == Strict && method == "avg" && !components {
			a.weigh(acc, samples, metric, where)
		}
	}
	for _, s := range samples {
		for _, key := range []string{"timestamp", "duration"} {
			if _, ok := s[key]; !ok {
				return nil, a.refuse("%s: an output has no %s", where, key)
			}
			if components {
				acc[key] = s[key]
			}
		}
	}
	a.carry(acc, samples, components)
	return acc, nil
}

func (a *aggregator) metric(acc Sample, samples []Sample, metric, method, where string) error {
	sum := 0.0
	for i, s := range samples {
		v, ok := s[metric]
		if !ok {
			return a.refuse("%s: output %d has no %s", where, i, metric)
		}
		if method == "none" {
			continue
		}
		if method == "copy" {
			acc[metric] = v
			continue
		}
		f, ok := v.(float64)
		if !ok {
			return a.refuse("%s: %s is %v, not a number", where, metric, v)
		}
		sum += f
		acc[metric] = sum
	}
	if method == "avg" && len(samples) > 0 {
		acc[metric] = sum / float64(len(samples))
	}
	return nil
}

// weigh makes an average over time one of time, not of samples.
func (a *aggregator) weigh(acc Sample, samples []Sample, metric, where string) {
	var sum, time float64
	same := true
	for _, s := range samples {
		d, ok := s["duration"].(float64)
		if !ok || d <= 0 {
			return
		}
		same = same && d == samples[0]["duration"]
		sum += float64(s[metric].(float64) * d)
		time += d
	}
	if same || time == 0 {
		return
	}
	acc[metric] = sum / time
	a.deviate("if_mean_unweighted", where, "the Impact Framework averages %s over samples of unlike durations without weights", metric)
}

// ratio makes a score as what it is: carbon over units, each summed. Components
// that count the same units count them once.
func (a *aggregator) ratio(acc Sample, samples []Sample, components bool, where string) {
	var carbon, units float64
	same := true
	for _, s := range samples {
		c, ok := s["carbon"].(float64)
		u, also := s[a.unit].(float64)
		if !ok || !also {
			return // no carbon or no unit: no score
		}
		same = same && u == samples[0][a.unit]
		carbon += c
		units += u
	}
	if components && same && len(samples) > 0 {
		units = samples[0][a.unit].(float64)
	}
	if units > 0 {
		acc["sci"] = carbon / units
		a.deviate("if_mean_of_rates", where, "the Impact Framework averages scores over time and adds them up over components; here the score is the sum of carbon over the sum of %s", a.unit)
	}
}

// carry takes carbon and units along, so that the level above has what a score
// is made of.
func (a *aggregator) carry(acc Sample, samples []Sample, components bool) {
	if a.mode != Strict || !slices.Contains(a.metrics, "sci") {
		return
	}
	for _, key := range []string{"carbon", a.unit} {
		if _, has := acc[key]; has {
			continue
		}
		sum, same := 0.0, true
		for _, s := range samples {
			v, ok := s[key].(float64)
			if !ok {
				return
			}
			sum += v
			same = same && v == samples[0][key]
		}
		if key == a.unit && components && same && len(samples) > 0 {
			sum = samples[0][key].(float64)
		}
		acc[key] = sum
	}
}
