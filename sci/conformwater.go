package sci

// A waterBill is the water of a document by basis, in litres.
type waterBill struct {
	w                     WaterStatement
	onSite, offSite       reckoning
	consumed, withdrawn   reckoning // the sums of their terms; not known if one is not
	embodiedC, embodiedW  reckoning
	operationalWithdrawal reckoning
}

func (c *conformer) waterBill() waterBill {
	var b waterBill
	if c.d.Water != nil {
		b.w = *c.d.Water
	}
	known := func(f *Figure) reckoning {
		if f == nil {
			return reckoning{}
		}
		return workedOut(f.Value, f.Within)
	}
	m := &c.d.Memo
	b.onSite, b.offSite = known(m.OnSite), known(m.OffSite)
	if !b.onSite.known {
		b.onSite = c.v.result[qIT].best().times(known(c.d.Site.WUE))
	}
	if !b.offSite.known {
		b.offSite = c.v.result[qFacility].best().times(known(c.d.Site.EWIF))
	}
	b.embodiedC, b.embodiedW, b.operationalWithdrawal = known(b.w.EmbodiedConsumption), known(b.w.EmbodiedWithdrawal), known(m.Withdrawal)
	b.consumed = b.onSite.plus(b.offSite).plus(orNothing(b.embodiedC))
	b.withdrawn = orOther(known(b.w.Withdrawal), b.operationalWithdrawal.plus(orNothing(b.embodiedW)))
	return b
}

func orNothing(r reckoning) reckoning { return orOther(r, workedOut(0, 0)) }

func orOther(r, o reckoning) reckoning {
	if r.known {
		return r
	}
	return o
}

// perUnits returns litres per as many units as scores are per.
func (c *conformer) perUnits(litres reckoning) reckoning { return litres.over(c.v.r).scale(c.v.scale) }

// totals are those that a document states, which both bases may be added up in.
func (b waterBill) totals() []namedFigure {
	return []namedFigure{
		{"/water/consumption_l", b.w.Consumption}, {"/water/swi_consumption_l", b.w.Score},
		{"/water/withdrawal_l", b.w.Withdrawal}, {"/water/swi_withdrawal_l", b.w.ScoreWithdrawal},
	}
}

// disagrees reports whether a stated figure is not what was worked out.
func disagrees(f *Figure, want reckoning) bool {
	return f != nil && want.known && !f.Agrees(want.value, want.within)
}

func (c *conformer) waterRate() judgement {
	b := c.waterBill()
	if disagrees(b.w.Consumption, b.consumed) {
		return fails("water_mismatch", "/water/consumption_l", "%s L, where its terms add up to %s L", shown(b.w.Consumption.Value), shown(b.consumed.value))
	}
	all := b.consumed
	if b.w.Consumption != nil {
		all = workedOut(b.w.Consumption.Value, b.w.Consumption.Within)
	}
	per := c.perUnits(all)
	switch {
	case b.w.Score == nil:
		return unknown("/water/swi_consumption_l", "no water intensity is stated")
	case !per.known:
		return unknown("/functional_unit/total", "water or R is not stated, so that the intensity cannot be recomputed")
	case disagrees(b.w.Score, per):
		return fails("water_mismatch", "/water/swi_consumption_l", "%s L per %s, where water over R is %s L", shown(b.w.Score.Value), c.per(), shown(per.value))
	}
	return passes("/water/swi_consumption_l", "%s L / %s is %s L per %s, as stated", shown(all.value), shown(c.v.r.value), shown(per.value), c.per())
}

func (c *conformer) waterReported() judgement {
	for _, want := range []struct {
		stated     bool
		path, what string
	}{
		{len(c.d.Boundary.Included) > 0, "/boundary/included", "the boundary"},
		{c.d.Unit.Name != "", "/functional_unit/name", "the unit"},
		{len(c.d.Sources) > 0 || c.d.Site.Source != "", "/sources", "sources of the data"},
		{len(c.d.Method.Limitations) > 0, "/methodology/limitations", "limitations"},
	} {
		if !want.stated {
			return fails("not_disclosed", want.path, "it has to be disclosed, and is not: %s", want.what)
		}
	}
	return passes("/boundary", "boundary, unit, sources and limitations are disclosed")
}

func (c *conformer) directWater() judgement {
	const path = "/memo/water_on_site_l"
	if f := c.brokenWhere(func(p string) bool { return p == path }, "water_mismatch", "water_pue_twice", "negative_figure"); f != nil {
		return failsBy(f)
	}
	b := c.waterBill()
	switch wue := c.d.Site.WUE; {
	case !b.onSite.known:
		return fails("not_disclosed", path, "neither water of the site nor the WUE and the IT energy are disclosed")
	case wue == nil && b.w.Direct == "":
		return fails("not_disclosed", "/site/wue_l_per_kwh", "neither a WUE nor another way to allot water of the site is disclosed")
	case wue == nil:
		return passes("/water/direct_method", "%s L: %s", shown(b.onSite.value), b.w.Direct)
	default:
		return passes("/site/wue_l_per_kwh", "%s L, by a WUE of %s L per kWh of IT energy", shown(b.onSite.value), shown(wue.Value))
	}
}

func (c *conformer) indirectWater() judgement {
	const path = "/memo/water_off_site_l"
	if f := c.brokenWhere(func(p string) bool { return p == path }, "water_mismatch", "water_pue_twice", "pue_not_applied", "negative_figure"); f != nil {
		return failsBy(f)
	}
	b := c.waterBill()
	switch ewif := c.d.Site.EWIF; {
	case ewif == nil:
		return fails("not_disclosed", "/site/ewif_l_per_kwh", "the EWIF is not disclosed")
	case !b.offSite.known:
		return unknown(path, "neither water of the electricity nor its energy is stated")
	default:
		return passes("/site/ewif_l_per_kwh", "%s L, by an EWIF of %s L per kWh at the meter", shown(b.offSite.value), shown(ewif.Value))
	}
}

func (c *conformer) embodiedWater() judgement {
	const path = "/water/embodied_consumption_l"
	switch b := c.waterBill(); {
	case b.embodiedC.value > 0:
		return passes(path, "%s L", shown(b.embodiedC.value))
	case b.w.NoEmbodied != "":
		return unknown("/water/no_embodied", "there is none, and whether the reason for that holds takes a person")
	}
	return fails("embodied_water_missing", path, "no water of making the hardware is in it: it is operational water")
}

func (c *conformer) basesApart() judgement {
	b := c.waterBill()
	sum := b.consumed.plus(b.withdrawn)
	stated := false
	for _, f := range b.totals() {
		stated = stated || f.figure != nil
		for _, both := range []reckoning{sum, c.perUnits(sum)} {
			mixed := f.figure != nil && both.known && f.figure.Agrees(both.value, both.within) && b.consumed.value > 0 && b.withdrawn.value > 0
			if mixed {
				return fails("water_bases_added", f.name, "%s is consumption and withdrawal added up", shown(f.figure.Value))
			}
		}
	}
	switch {
	case !stated:
		return unknown("/water", "no total of water is stated")
	case !sum.known:
		return passes("/water", "one basis is stated, and no total of both")
	}
	return passes("/water", "consumption, %s L, and withdrawal, %s L, are stated apart", shown(b.consumed.value), shown(b.withdrawn.value))
}

func (c *conformer) waterScore() judgement {
	if s := c.waterBill().w.Score; s != nil {
		return passes("/water/swi_consumption_l", "%s L per %s", shown(s.Value), c.per())
	}
	return fails("not_disclosed", "/water/swi_consumption_l", "the water intensity of consumption is not disclosed")
}

func (c *conformer) stressAdjusted() judgement {
	const path = "/water/swi_consumption_adjusted_l"
	w := c.waterBill().w
	switch {
	case w.Adjusted == nil:
		return fails("not_disclosed", path, "the intensity adjusted for water stress is not disclosed")
	case w.Characterization == "":
		return fails("not_disclosed", "/water/characterization", "by which method it was adjusted is not disclosed")
	case w.Factor != nil && w.Score != nil:
		want := workedOut(w.Score.Value, w.Score.Within).times(workedOut(w.Factor.Value, w.Factor.Within))
		if disagrees(w.Adjusted, want) {
			return fails("water_mismatch", path, "%s L, where the intensity times the factor is %s L", shown(w.Adjusted.Value), shown(want.value))
		}
	}
	return passes(path, "%s L per %s, by %s", shown(w.Adjusted.Value), c.per(), w.Characterization)
}

func (c *conformer) withdrawalScore() judgement {
	const path = "/water/swi_withdrawal_l"
	b := c.waterBill()
	switch per := c.perUnits(b.withdrawn); {
	case b.w.ScoreWithdrawal == nil:
		return unknown(path, "it is recommended, and not stated")
	case disagrees(b.w.ScoreWithdrawal, per):
		return fails("water_mismatch", path, "%s L per %s, where withdrawal over R is %s L", shown(b.w.ScoreWithdrawal.Value), c.per(), shown(per.value))
	}
	return passes(path, "%s L per %s", shown(b.w.ScoreWithdrawal.Value), c.per())
}

func (c *conformer) adjustedBeside() judgement {
	w := c.waterBill().w
	switch {
	case w.Adjusted != nil && w.Score == nil:
		return fails("adjusted_alone", "/water/swi_consumption_adjusted_l", "it stands in place of the physical figure")
	case w.AdjustedWithdrawal != nil && w.ScoreWithdrawal == nil:
		return fails("adjusted_alone", "/water/swi_withdrawal_adjusted_l", "it stands in place of the physical figure")
	case w.Adjusted == nil && w.AdjustedWithdrawal == nil:
		return unknown("/water", "nothing adjusted is stated")
	}
	return passes("/water/swi_consumption_l", "what is adjusted stands beside the physical figure")
}
