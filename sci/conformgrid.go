package sci

import (
	"slices"
	"strings"
)

func (c *conformer) intensityUnit() judgement {
	if f := c.brokenWhere(ofIntensity, codeScaleError); f != nil {
		return failsBy(f)
	}
	if f := c.broken("intensity_implausible"); f != nil {
		return failsBy(f)
	}
	for _, u := range c.uses {
		if f := u.value(); f != nil {
			return passes(u.valueAt(), "%s g/kWh, and no intensity is off as another unit would be", shown(f.Value))
		}
	}
	return unknown("/intensity/g_per_kwh", "no intensity is stated")
}

func (c *conformer) intensityOfGrid() judgement {
	if f := c.broken("intensity_zero", "region_weights", "region_mean_mismatch"); f != nil {
		return failsBy(f)
	}
	on, _ := c.grids()
	if len(on) == 0 {
		return unknown("/intensity/kind", "no energy is from a grid")
	}
	for _, u := range on {
		if what := instrumentIn(u.grid.Kind); what != "" {
			return fails("intensity_not_of_grid", u.kindAt(), "the intensity of %s is of a market: %q", u.name(), u.grid.Kind)
		}
	}
	for _, u := range on {
		if k := kindOf(u.grid.Kind); k != kindAverage && k != kindMarginal {
			return unknown(u.kindAt(), "the kind of the intensity of %s is %s", u.name(), orNot(u.grid.Kind))
		}
	}
	return passes(on[0].kindAt(), "%s, for all energy from a grid", on[0].grid.Kind)
}

// orNot quotes a text, or says that there is none.
func orNot(text string) string {
	if text == "" {
		return "not stated"
	}
	return "\"" + text + "\", none that the rule names"
}

// instrumentIn returns the instrument of a market that a text names and does not
// deny; "" if it names none.
func instrumentIn(text string) string {
	for _, c := range clauses(text) {
		if what := c.instrument(); what != "" {
			return what
		}
	}
	return ""
}

func (c *conformer) noMarketInIntensity() judgement {
	outside := func(path string) bool { return !inHardware(path) }
	if f := c.brokenWhere(outside, "market_based", "memo_instruments", "intensity_zero"); f != nil {
		return failsBy(f)
	}
	for _, u := range c.uses {
		located := strings.Contains(strings.ToLower(u.grid.Approach), "location")
		if k := kindOf(u.grid.Kind); !located && k != kindAverage && k != kindMarginal && k != kindOffGrid {
			return unknown(u.at("approach", func(g *GridStatement) bool { return g.Approach != "" }),
				"neither kind nor approach of the intensity of %s says that it is of the grid", u.name())
		}
	}
	u := c.uses[0]
	return passes(u.chain[0].path, "%s, and no instrument of a market is named in the figures", strings.TrimSpace(u.grid.Kind+" "+u.grid.Approach))
}

func (c *conformer) offGridFactor() judgement {
	_, off := c.grids()
	if len(off) == 0 {
		return unknown("/intensity/kind", "no energy is said to be from outside a grid")
	}
	for _, u := range off {
		f, path := u.value(), u.valueAt()
		if bad := c.brokenWhere(func(p string) bool { return p == path }, "intensity_implausible", "negative_figure", "not_finite"); bad != nil {
			return failsBy(bad)
		}
		switch {
		case f != nil && f.Value == 0 && f.Within == 0 && !strings.EqualFold(u.grid.Boundary, "direct"):
			return fails("off_grid_zero", path, "the factor of %s is 0, which no system has over its life", u.name())
		case f == nil:
			return unknown(path, "the factor of %s is not stated", u.name())
		case u.grid.Source == "":
			return unknown(path, "where the factor of %s is from is not stated", u.name())
		}
	}
	return passes(off[0].valueAt(), "%s g/kWh, from %s", shown(off[0].value().Value), off[0].grid.Source)
}

// fineWords are words of intensities of a year or less, coarseWords of more.
var (
	fineWords   = []string{"hour", "minut", "second", "dai", "day", "week", "month", "quarter", "season", "annual", "year", "real", "live", "step"}
	coarseWords = phrases("decade", "decadal", "multi year", "multiyear", "biennial", "triennial", "years", "2 year", "3 year", "5 year", "10 year", "two year",
		"three year", "five year", "ten year")
	finerWords = []string{"annual", "yearly", "month", "week", "dai", "hour", "minut"}
)

// coarse reports whether a granularity is of more than a year.
func coarse(text string) bool {
	all := clauses(text)
	finer := slices.ContainsFunc(all, func(s clause) bool { return s.has(finerWords...) })
	return !finer && slices.ContainsFunc(all, func(s clause) bool { return s.says(coarseWords) != "" })
}

func (c *conformer) granularity() judgement {
	for _, u := range c.uses {
		if coarse(u.grid.Granularity) {
			return fails("coarser_than_annual", u.at("granularity", func(g *GridStatement) bool { return g.Granularity != "" }),
				"the intensity of %s is %q, and a year is the coarsest that will do", u.name(), u.grid.Granularity)
		}
	}
	for _, u := range c.uses {
		fine := slices.ContainsFunc(clauses(u.grid.Granularity), func(s clause) bool { return s.has(fineWords...) })
		if year, _ := vintageOf(u.grid); !fine && year == 0 {
			return unknown(u.at("granularity", func(g *GridStatement) bool { return g.Granularity != "" }),
				"neither granularity nor year of the intensity of %s is stated", u.name())
		}
	}
	u := c.uses[0]
	if u.grid.Granularity == "" {
		year, at := vintageOf(u.grid)
		return passes(u.chain[0].path+at, "of the year %d", year)
	}
	return passes(u.at("granularity", func(g *GridStatement) bool { return g.Granularity != "" }), "%s; whether there was finer data the document does not show", u.grid.Granularity)
}

func (c *conformer) marginalOnly() judgement {
	on, _ := c.grids()
	for _, u := range on {
		if kindOf(u.grid.Kind) == kindAverage {
			return fails("marginal_required", u.kindAt(), "the intensity of %s is %q, and ISO/IEC 21031:2024 takes none but marginal ones", u.name(), u.grid.Kind)
		}
	}
	for _, u := range on {
		if kindOf(u.grid.Kind) != kindMarginal {
			return unknown(u.kindAt(), "the kind of the intensity of %s is %s", u.name(), orNot(u.grid.Kind))
		}
	}
	if len(on) == 0 {
		return unknown("/intensity/kind", "no energy is from a grid")
	}
	return passes(on[0].kindAt(), "%s, for all energy from a grid", on[0].grid.Kind)
}
