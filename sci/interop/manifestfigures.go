package interop

import (
	"regexp"
	"strings"

	"github.com/scimeter/scimeter/sci"
)

// statement returns what is printed for a parameter of a leaf: in its first
// input, or in the defaults.
func (l *leaf) statement(name string) node {
	if items := l.inputs.items(); len(items) > 0 {
		if n := items[0].at(name); !n.null() {
			return n
		}
	}
	return l.defaults.at(name)
}

// sumFigure sets the sum of a parameter over the samples. What was printed is known
// to its last digit, what was computed fully.
func (r *manifestReader) sumFigure(l *leaf, to **sci.Figure, path string, names []string) {
	for _, name := range names {
		v, ok := l.sum([]string{name})
		if !ok || *to != nil {
			continue
		}
		*to = &sci.Figure{Value: v}
		if n := l.statement(name); !n.null() && !r.stated && v != 0 {
			(*to).Within = halfDigit(n.text()) * float64(len(l.samples))
			r.at(path, n.place())
		}
	}
}

// parameter returns a parameter that is the same in all samples, with its place.
func (r *manifestReader) parameter(l *leaf, names ...string) (float64, Place, bool) {
	for _, name := range names {
		if len(l.samples) == 0 {
			break
		}
		v, ok := l.samples[0][name].(float64)
		for _, s := range l.samples {
			ok = ok && s[name] == v
		}
		if ok {
			return v, l.statement(name).place(), true
		}
	}
	return 0, Place{}, false
}

func (r *manifestReader) constant(l *leaf, to **sci.Figure, path string, factor float64, names ...string) {
	if v, p, ok := r.parameter(l, names...); ok && *to == nil {
		*to = sci.Exactly(v * factor)
		r.at(path, p)
	}
}

// figures fills in the statement of a leaf.
func (r *manifestReader) figures(l *leaf) {
	c, path := l.figures, l.path
	r.constant(l, &c.Power, path+"/power_w", 1000, "power-kw")
	r.constant(l, &c.Power, path+"/power_w", 1, "power-w", "power-watts")
	r.constant(l, &c.Hours, path+"/hours", 1, "hours")
	r.sumFigure(l, &c.Facility, path+"/facility_kwh", r.flow.facility)
	r.sumFigure(l, &c.IT, path+"/it_kwh", r.flow.it)
	r.sumFigure(l, &c.Operational, path+"/operational_g", r.flow.operational)
	r.sumFigure(l, &c.Embodied, path+"/embodied_g", r.flow.embodied)
	r.sumFigure(l, &c.Carbon, path+"/carbon_g", []string{"carbon"})
	if v, p, ok := r.parameter(l, "pue"); ok {
		c.Site = &sci.SiteStatement{PUE: sci.Exactly(v)}
		r.at(path+"/site/pue", p)
	}
	r.grid(l)
	r.hardware(l)
}

// intensityNames are the parameters of intensity.
var intensityNames = []string{"grid/carbon-intensity", "grid-carbon-intensity", "carbon-intensity"}

func (r *manifestReader) grid(l *leaf) {
	c, path := l.figures, l.path+"/intensity"
	v, p, ok := r.parameter(l, intensityNames...)
	if !ok {
		o, e := c.Operational, c.Facility
		if _, has := l.sum(intensityNames); !has || o == nil || e == nil || e.Value <= 0 {
			return
		}
		v = o.Value / e.Value
		r.note("if_intensity_varies", path+"/g_per_kwh", "the intensity differs from sample to sample; %v g/kWh is the mean, weighted by energy", v)
	}
	c.Grid = &sci.GridStatement{Value: sci.Exactly(v)}
	r.at(path+"/g_per_kwh", p)
	for _, name := range intensityNames {
		if n := l.statement(name); !n.null() {
			describeGrid(c.Grid, n.LineComment)
		}
	}
}

// describeGrid takes what a comment says of an intensity.
func describeGrid(g *sci.GridStatement, comment string) {
	comment = strings.TrimSpace(strings.TrimPrefix(comment, "#"))
	lower := strings.ToLower(comment)
	pick := func(words ...string) string {
		for _, w := range words {
			if strings.Contains(lower, w) {
				return w
			}
		}
		return ""
	}
	g.Approach = pick("location-based", "market-based")
	g.Kind = pick("short-run marginal", "long-run marginal", "off-grid", "marginal", "average")
	g.Granularity = pick("annual", "monthly", "hourly")
	g.Vintage = yearIn(comment)
	if marketWords.MatchString(comment) {
		g.Remark = comment
	}
}

func (r *manifestReader) hardware(l *leaf) {
	h, path := sci.Embodies{}, l.path+"/hardware/0"
	r.constant(l, &h.TE, path+"/te_g", 1, "emissions-embodied-total", "device/emissions-embodied", "total-embodied-emissions")
	if h.TE == nil {
		return
	}
	r.constant(l, &h.Reserved, path+"/reserved_h", 1, "time-reserved-hours")
	r.constant(l, &h.Lifespan, path+"/lifespan_h", 1, "expected-lifespan-hours")
	r.constant(l, &h.Lifespan, path+"/lifespan_h", 1.0/3600, "device/expected-lifespan")
	if h.Reserved == nil {
		if s, ok := l.sum([]string{"time-reserved"}); ok {
			h.Reserved = sci.Exactly(s / 3600)
		} else if s, ok := l.sum([]string{"duration"}); ok {
			h.Reserved = sci.Exactly(s / 3600)
		}
	}
	r.constant(l, &h.RR, path+"/reserved_resources", 1, "resources-reserved", "vcpus-allocated")
	r.constant(l, &h.ToR, path+"/total_resources", 1, "resources-total", "vcpus-total")
	if h.RR != nil && h.ToR != nil {
		if _, _, vcpu := r.parameter(l, "vcpus-allocated"); vcpu {
			h.Basis = "vCPU"
		}
	}
	r.constant(l, &h.Share, path+"/resource_share", 1, "resource-share", "usage-ratio")
	r.at(path, l.statement("emissions-embodied-total").place())
	l.figures.Hardware = []sci.Embodies{h}
}

// results fills in the totals: those of the node that repeats them, else the sums.
func (r *manifestReader) results() {
	res := &r.d.Result
	if l := r.total; l != nil {
		r.sumFigure(l, &res.Facility, "/result/facility_kwh", r.flow.facility)
		r.sumFigure(l, &res.Operational, "/result/operational_g", r.flow.operational)
		r.sumFigure(l, &res.Embodied, "/result/embodied_g", r.flow.embodied)
		r.sumFigure(l, &res.Carbon, "/result/carbon_g", []string{"carbon"})
		if v, p, ok := r.parameter(l, intensityNames...); ok {
			r.d.Grid.Value = sci.Exactly(v)
			r.at("/intensity/g_per_kwh", p)
			r.commonGrid()
		}
		if v, _, ok := r.parameter(l, "sci"); ok {
			res.Score = sci.Exactly(v)
		}
		r.units(l)
		r.wholeScore(l.outputs)
		return
	}
	r.sums()
	r.wholeScore(r.root.at("tree", "outputs"))
	r.leafScores()
}

// commonGrid says of the intensity of the totals what is said of that of the
// first component of the same value.
func (r *manifestReader) commonGrid() {
	g := &r.d.Grid
	for _, l := range r.leaves {
		if c := l.figures.Grid; c != nil && c.Kind+c.Approach != "" && c.Value.Value == g.Value.Value {
			g.Kind, g.Approach, g.Granularity, g.Vintage, g.Remark = c.Kind, c.Approach, c.Granularity, c.Vintage, c.Remark
			return
		}
	}
}

// sums adds the leaves up, where the manifest does not.
func (r *manifestReader) sums() {
	res := &r.d.Result
	if stated := r.root.at("tree", "aggregated"); stated.mapping() {
		for name, to := range map[string]struct {
			f    **sci.Figure
			path string
		}{"carbon": {&res.Carbon, "/result/carbon_g"}, "sci": {&res.Score, "/result/score_g"}} {
			if v, err := number(stated.at(name)); err == nil && !stated.at(name).null() {
				*to.f = sci.Exactly(v)
				r.at(to.path, stated.at(name).place())
			}
		}
	}
	var counting *leaf
	var carbon, units float64
	complete, same := true, true
	for _, l := range r.leaves {
		c, ok := l.sum([]string{"carbon"})
		carbon += c
		complete = complete && ok
		if u, has := l.sum([]string{r.unit}); has {
			if counting != nil {
				first, _ := counting.sum([]string{r.unit})
				same = same && u == first
			} else {
				counting = l
			}
			units += u
		}
	}
	if counting == nil || !complete {
		return
	}
	if same {
		units, _ = counting.sum([]string{r.unit})
	} else {
		r.note("if_units_differ", "/functional_unit/total", "components count unlike numbers of %s; their sum is taken", r.unit)
	}
	r.units(counting)
	if !r.stated && units > 0 {
		if res.Carbon == nil {
			res.Carbon = sci.Exactly(carbon)
		}
		res.Score = sci.Exactly(carbon / units)
	}
	if same && len(counting.samples) > 0 {
		return
	}
	r.d.Unit.Total = sci.Exactly(units)
}

var (
	dividedBy   = regexp.MustCompile(`(\d[\d.,]*\d|\d)\s*(?:[\p{L}-]+\s*)?/\s*(\d[\d.,]*\d|\d)`)
	countedName = `\s+([\p{L}][\p{L} _-]*?)s?(?:[.,;)\n]|\s+(?:in|per|on|over|from)\b|$)`
)

// units reads the functional unit: how many there are, and, from the comment
// beside it, per how many the score is.
func (r *manifestReader) units(l *leaf) {
	count, ok := l.sum([]string{r.unit})
	if !ok {
		return
	}
	n := l.statement(r.unit)
	u := &r.d.Unit
	u.Name, u.Total = r.unit, sci.Exactly(count)
	named := r.root.at("tags", "functional-unit").text()
	if named != "" {
		u.Name = named
	}
	r.at("/functional_unit/total", n.place())
	if n.null() {
		return
	}
	m := dividedBy.FindStringSubmatch(n.LineComment)
	if m == nil {
		return
	}
	total, by := numerals(m[1], marksPoint), numerals(m[2], marksPoint)
	if len(total) != 1 || len(by) != 1 || by[0].value <= 0 || total[0].value/by[0].value != count {
		return
	}
	u.Total, u.Scale = sci.Exactly(total[0].value), by[0].value
	if found := regexp.MustCompile(regexp.QuoteMeta(m[1]) + countedName).FindStringSubmatch(r.d.Software.Description); found != nil && named == "" {
		u.Name = singular(strings.TrimSpace(found[1]))
	}
	r.note("if_unit_from_comment", "/functional_unit", "%s is %v; its comment says that this is %v divided by %v", r.unit, count, total[0].value, by[0].value)
}
