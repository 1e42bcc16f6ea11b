package main

import (
	"cmp"
	"strings"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/sci"
)

func carbon(t *text, r *result) {
	u := r.usage
	t.section("carbon", "of the electricity, and of the making of the machine")
	grid(t, r)
	t.item("facility", "energy %v × PUE %v = %v (PUE: %s)", u.Energy(), u.Method.Site.PUE, u.Facility, u.Method.SiteSource)

	server := u.Method.Server
	making := server.Uncertainty(u.Embodied)
	running := u.CarbonUncertainty().Minus(making)
	c, complete := u.Carbon()
	t.item("operational", "O = facility × grid = %v, 95 %% %s", u.Operational, grams(u.Operational, running.Sigma()))
	if !complete {
		t.item("", "At least: a part of the energy has no price, see the sources")
	}
	t.item("embodied", "M = %v, 95 %% %s: this process's part of %v over %.0f h of use, for %s (%s)",
		u.Embodied, grams(u.Embodied, making.Sigma()), server.Embodied,
		cmp.Or(server.Lifespan, sci.DefaultLifespan).Hours(), short(u.Duration()), server.Source)
	t.item("together", "C = O + M = %v, 95 %% %s, %s", c, grams(c, u.CarbonUncertainty().Sigma()), u.Nature)
	water(t, r)
}

func grid(t *text, r *result) {
	p := r.end.Intensity
	if p.Valid() != nil {
		t.item("grid", "not known, see the sources")
		return
	}
	t.item("grid", "%s: %v ±%.0f %% (1σ, of a run this short), %v, from %s: %s", cmp.Or(intensity.Country(p.Zone).Name(), p.Zone),
		p.Value, 100*p.Uncertainty(r.usage.Duration()), p.Signal, p.Origin.Name, p.Origin.Detail)
	if r.anywhere() {
		low, high := intensity.WorldSpread()
		t.item("", "That is the average of the world, for want of a place. A tenth of all countries are below %v, "+
			"a tenth above %v: name yours, or a cloud region, as in -zone IE", low, high)
	}
}

func water(t *text, r *result) {
	use := r.usage.Method.Site.Water(r.usage.Energy())
	total, known := use.Total()
	if !known {
		t.item("water", "not known %s: give SCIMETER_WUE and SCIMETER_EWIF", strings.Join(use.Missing(), " and "))
		return
	}
	t.item("water", "%v consumed: %v on site, %v where the electricity was made", total, use.OnSite, use.OffSite)
}
