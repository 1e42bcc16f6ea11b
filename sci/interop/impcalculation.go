package interop

import (
	"strconv"

	"github.com/scimeter/scimeter/sci"
)

func (r impReader) calculation(n node) {
	r.score(n.at("score"))
	r.energy(n.at("energy"))
	r.intensity(n.at("carbon_intensity"))
	r.embodied(n.at("embodied_emissions"))
	r.figure(&r.d.Result.Operational, "/result/operational_g", n.at("x_operational_g"), false)
	r.figure(&r.d.Result.Carbon, "/result/carbon_g", n.at("x_carbon_g"), false)
}

func (r impReader) score(n node) {
	res := &r.d.Result
	r.figure(&res.Score, "/result/score_g", n.at("value"), false)
	r.figure(&res.Low, "/result/score_low_g", n.at("x_low"), false)
	r.figure(&res.High, "/result/score_high_g", n.at("x_high"), false)
	r.word(&r.d.Method.Formula, "/methodology/formula", n.at("formula"))
	text := n.at("unit").text()
	if text == "" {
		return
	}
	r.inUnit(res.Score, "/result/score_g", n.at("unit"), mass)
	rest := afterUnit(text)
	if at := perForm.FindStringIndex(rest); at != nil {
		scale, name := unitText(rest[at[1]:], r.m)
		if scale.value > 0 {
			r.d.Unit.Scale = scale.value
			r.at("/functional_unit/scale", n.at("unit").place())
		}
		r.text(&r.d.Unit.Name, "/functional_unit/name", name, n.at("unit").place())
	}
}

func (r impReader) energy(n node) {
	res := &r.d.Result
	r.figure(&res.Facility, "/result/facility_kwh", n.at("value"), false)
	r.inUnit(res.Facility, "/result/facility_kwh", n.at("unit"), energy)
	r.figure(&res.IT, "/result/it_kwh", n.at("x_it_kwh"), false)
	r.figure(&r.d.Site.PUE, "/site/pue", n.at("pue"), true)
	r.word(&r.d.Site.Source, "/site/pue_source", n.at("x_pue_source"))
	for _, item := range n.at("components").items() {
		c, path := r.component(item.at("name").text())
		r.at(path, item.place())
		to, key := &c.IT, "/it_kwh"
		if r.d.Site.PUE == nil {
			to, key = &c.Facility, "/facility_kwh" // nothing to be multiplied by
		}
		r.figure(to, path+key, item.at("energy_kwh"), false)
		r.figure(&c.IT, path+"/it_kwh", item.at("x_it_kwh"), false)
		r.figure(&c.Facility, path+"/facility_kwh", item.at("x_facility_kwh"), false)
		r.figure(&c.Power, path+"/power_w", item.at("x_power_w"), false)
		r.figure(&c.Hours, path+"/hours", item.at("x_hours"), true)
		r.figure(&c.Operational, path+"/operational_g", item.at("x_operational_g"), false)
		r.figure(&c.Embodied, path+"/embodied_g", item.at("x_embodied_g"), false)
		r.word(&c.Method, path+"/method", item.at("calculation"))
		r.word(&c.Source, path+"/source", item.at("data_source"))
		r.word(&c.NoHardware, path+"/no_hardware", item.at("x_no_hardware"))
	}
}

func (r impReader) intensity(n node) {
	g := &r.d.Grid
	r.figure(&g.Value, "/intensity/g_per_kwh", n.at("value"), false)
	r.inUnit(g.Value, "/intensity/g_per_kwh", n.at("unit"), intensity)
	r.word(&g.Zone, "/intensity/zone", n.at("location"))
	r.word(&g.Approach, "/intensity/approach", n.at("approach"))
	r.word(&g.Kind, "/intensity/kind", n.at("x_kind"))
	r.word(&g.Granularity, "/intensity/granularity", n.at("x_granularity"))
	r.word(&g.Boundary, "/intensity/boundary", n.at("x_boundary"))
	for i, s := range n.at("data_sources").items() {
		if i == 0 {
			r.word(&g.Source, "/intensity/source", s.at("name"))
			if year, err := strconv.Atoi(s.at("year").text()); err == nil {
				g.Vintage = year
				r.at("/intensity/vintage", s.at("year").place())
			}
		}
	}
	said := describe(n, "methodology") + " " + describe(n, "data_sources")
	if marketWords.MatchString(said) {
		r.text(&g.Remark, "/intensity/remark", short(said), n.at("methodology").place())
	}
	r.word(&g.Remark, "/intensity/remark", n.at("x_remark"))
	for i, item := range n.at("regional_breakdown").items() {
		var percent, value *sci.Figure
		path := "/intensity/regions/" + digits(i)
		r.figure(&percent, path+"/share", item.at("percentage"), true)
		r.figure(&value, path+"/g_per_kwh", item.at("carbon_intensity"), false)
		g.Regions = append(g.Regions, sci.RegionShare{Zone: item.at("region").text(), Share: percent.Or(0) / 100, Value: value})
	}
}

// describe is the text of a value and of all below.
func describe(n node, key string) string {
	out := ""
	var walk func(node)
	walk = func(n node) {
		out += " " + n.text()
		for _, item := range n.items() {
			walk(item)
		}
		for _, p := range n.pairs() {
			walk(p.value)
		}
	}
	walk(n.at(key))
	return out
}
