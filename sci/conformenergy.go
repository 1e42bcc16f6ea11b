package sci

import "strconv"

func digitsOf(i int) string { return strconv.Itoa(i) }

// energyAt returns a figure of energy of the document, and where it is.
func (c *conformer) energyAt() (*Figure, string) {
	for _, u := range c.uses {
		switch {
		case u.c == nil:
		case u.c.Facility != nil:
			return u.c.Facility, u.path + "/facility_kwh"
		case u.c.IT != nil:
			return u.c.IT, u.path + "/it_kwh"
		}
	}
	if r := &c.d.Result; r.Facility != nil {
		return r.Facility, "/result/facility_kwh"
	}
	return c.d.Result.IT, "/result/it_kwh"
}

func (c *conformer) energyUnit() judgement {
	if f := c.brokenWhere(ofEnergy, codeEnergyUnit, codeScaleError); f != nil {
		return failsBy(f)
	}
	f, path := c.energyAt()
	if f == nil {
		return unknown("/result/facility_kwh", "no energy is stated")
	}
	return passes(path, "%s kWh, and no figure of energy is off as another unit would be", shown(f.Value))
}

func (c *conformer) reservedEnergy() judgement {
	if f := c.broken("idle_excluded", "energy_zero"); f != nil {
		return failsBy(f)
	}
	for _, u := range c.uses {
		if u.c != nil && positiveFigure(u.c.Idle) && !u.c.IdleTaken {
			return passes(u.path+"/idle_kwh", "%s kWh that flow anyway are in the energy of %s", shown(u.c.Idle.Value), u.name())
		}
	}
	all := func(s clause) bool {
		if s.has("subtract", "deduct", "exclud") {
			return s.has("idle") && s.not
		}
		return s.has("reserved", "provisioned") && !s.negated || s.has("idle") && s.has("includ", "count") && !s.negated
	}
	if w, ok := c.says(all); ok {
		return passes(w.path, "%q", w.words)
	}
	return unknown("/methodology/policy", "it is not said whether energy of what is reserved and idle is in the figures")
}

func (c *conformer) efficiencyOfSite() judgement {
	if f := c.broken("pue_out_of_range", "pue_mismatch", "pue_twice", "pue_not_applied", "facility_mismatch", "facility_below_it"); f != nil {
		return failsBy(f)
	}
	recomputed, path := 0, ""
	for i := range c.v.nodes {
		if q := c.v.nodes[i].own[qFacility]; q.stated.known && q.derived.known && !c.v.nodes[i].c.Sums {
			if recomputed == 0 {
				path = c.v.nodes[i].path + "/facility_kwh"
			}
			recomputed++
		}
	}
	switch q := c.v.result[qFacility]; {
	case recomputed > 0:
		return passes(path, "facility energy is IT energy times the PUE, once, in %d components", recomputed)
	case c.d.Site.PUE != nil && q.derived.known:
		return passes("/site/pue", "a PUE of %s is stated, and applied once", shown(c.d.Site.PUE.Value))
	case c.d.Site.PUE != nil:
		return unknown("/site/pue", "a PUE is stated, and the energies that it would be applied to are not")
	}
	return unknown("/site/pue", "no PUE is stated, and IT and facility energy not both")
}

func (c *conformer) energyTaxonomy() judgement {
	for _, u := range c.uses {
		switch {
		case u.c == nil:
		case u.c.Kind != "":
			return passes(u.path+"/kind", "energy is stated per component; the first is a %s", u.c.Kind)
		case len(u.c.Coverage) > 0:
			return passes(u.path+"/coverage", "energy is stated with what it covers")
		}
	}
	if c.d.Result.Facility != nil {
		return passes("/result/facility_kwh", "energy is that of the facility")
	}
	return permission("/components", "the document does not say what its energy is of")
}
