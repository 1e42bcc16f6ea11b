package interop

import "github.com/scimeter/scimeter/sci"

func (r impReader) embodied(n node) {
	r.figure(&r.d.Result.Embodied, "/result/embodied_g", n.at("value"), false)
	r.inUnit(r.d.Result.Embodied, "/result/embodied_g", n.at("unit"), mass)
	r.figure(&r.d.Result.TE, "/result/te_g", n.at("x_total_g"), false)
	var bare []*sci.Figure // of rows without a unit
	var sum, within float64
	for _, item := range n.at("hardware_components").items() {
		c, path := r.component(item.at("name").text())
		path += "/hardware/" + digits(len(c.Hardware))
		h := sci.Embodies{Name: item.at("type").text(), Source: item.at("data_source").text()}
		r.at(path, item.place())
		r.figure(&h.TE, path+"/te_g", item.at("embodied_total"), false)
		r.figure(&h.Lifespan, path+"/lifespan_h", item.at("expected_lifespan_hours"), true)
		r.figure(&h.Reserved, path+"/reserved_h", item.at("time_reserved_hours"), true)
		r.figure(&h.Share, path+"/resource_share", item.at("resource_share"), true)
		r.figure(&h.M, path+"/embodied_g", item.at("allocated_emissions"), false)
		h.Vintage = yearIn(h.Source)
		switch {
		case item.has("unit"):
			r.inUnit(h.TE, path+"/te_g", item.at("unit"), mass)
			r.inUnit(h.M, path+"/embodied_g", item.at("unit"), mass)
		default:
			bare = append(bare, h.TE, h.M)
			if h.M != nil {
				sum, within = sum+h.M.Value, within+h.M.Within
			}
		}
		c.Hardware = append(c.Hardware, h)
	}
	r.bareRows(n, bare, sum, within)
}

// massUnits are those that rows may be in, g first.
var massUnits = []struct {
	name string
	g    float64
}{{"g", 1}, {"kg", 1e3}, {"t", 1e6}}

// bareRows decides what rows without a unit are in, where the section is in
// another than the g of the form: in that of the section if their sum is its
// total then, in g or else what makes it so.
func (r impReader) bareRows(n node, bare []*sci.Figure, sum, within float64) {
	total := r.d.Result.Embodied
	section, ok := unitOf(n.at("unit").text())
	if !ok || section.dim != mass || section.per <= 1 || total == nil || sum == 0 {
		return
	}
	name, g := n.at("unit").text(), section.per/section.div
	if !total.Agrees(sum*g, within*g) {
		name, g = "g", 1
		for _, u := range massUnits {
			if total.Agrees(sum*u.g, within*u.g) {
				name, g = u.name, u.g
				break
			}
		}
	}
	for _, f := range bare {
		if f != nil {
			f.Value, f.Within = f.Value*g, f.Within*g
		}
	}
	if g != 1 {
		r.note("unit_assumed", "/result/embodied_g", "the hardware names no unit; it is read in %s, in which it adds up to the total", short(name))
	}
}
