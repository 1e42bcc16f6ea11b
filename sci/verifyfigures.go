package sci

import (
	"fmt"
	"strconv"
	"time"
)

// figures looks for figures that no quantity of this kind can have, and takes
// them out of what follows.
func (v *verifier) figures() {
	d := v.d
	v.amounts("/site", d.Site.figures())
	v.amounts("/intensity", d.Grid.figures())
	for i := range d.Grid.Regions {
		v.amounts("/intensity/regions/"+strconv.Itoa(i), []namedFigure{{"g_per_kwh", d.Grid.Regions[i].Value}})
	}
	v.functionalUnit()
	for i := range d.Components {
		v.componentAmounts(&d.Components[i], "/components/"+strconv.Itoa(i))
	}
	r := &d.Result
	v.amounts("/result", []namedFigure{
		{"it_kwh", r.IT}, {"facility_kwh", r.Facility}, {"operational_g", r.Operational}, {"embodied_g", r.Embodied},
		{"te_g", r.TE}, {"carbon_g", r.Carbon}, {"score_g", r.Score}, {"score_low_g", r.Low}, {"score_high_g", r.High},
		{"counted_fraction", r.Counted},
	})
	m := &d.Memo
	v.amounts("/memo", []namedFigure{
		{"market_based_operational_g", m.MarketBased}, {"training_g", m.Training},
		{"water_on_site_l", m.OnSite}, {"water_off_site_l", m.OffSite}, {"water_withdrawal_l", m.Withdrawal},
	})
	for i, u := range d.Uncertainty {
		v.number("/uncertainty/"+strconv.Itoa(i)+"/sigma_g", u.Sigma)
	}
}

type namedFigure struct {
	name   string
	figure *Figure
}

func (s *SiteStatement) figures() []namedFigure {
	return []namedFigure{{"pue", s.PUE}, {"wue_l_per_kwh", s.WUE}, {"ewif_l_per_kwh", s.EWIF}}
}

func (g *GridStatement) figures() []namedFigure {
	return []namedFigure{{"g_per_kwh", g.Value}}
}

func (v *verifier) componentAmounts(c *ComponentStatement, path string) {
	v.amounts(path, []namedFigure{
		{"units", c.Units}, {"power_w", c.Power}, {"hours", c.Hours}, {"it_kwh", c.IT}, {"facility_kwh", c.Facility},
		{"idle_kwh", c.Idle}, {"operational_g", c.Operational}, {"embodied_g", c.Embodied}, {"carbon_g", c.Carbon}, {"score_g", c.Score},
	})
	if c.Site != nil {
		v.amounts(path+"/site", c.Site.figures())
	}
	if c.Grid != nil {
		v.amounts(path+"/intensity", c.Grid.figures())
	}
	for i := range c.Hardware {
		e := &c.Hardware[i]
		v.amounts(path+"/hardware/"+strconv.Itoa(i), []namedFigure{
			{"te_g", e.TE}, {"te_low_g", e.Low}, {"te_high_g", e.High}, {"reserved_h", e.Reserved}, {"lifespan_h", e.Lifespan},
			{"reserved_resources", e.RR}, {"total_resources", e.ToR}, {"resource_share", e.Share}, {"embodied_g", e.M},
		})
	}
	for i := range c.Parts {
		v.componentAmounts(&c.Parts[i], path+"/parts/"+strconv.Itoa(i))
	}
}

// amounts wants figures that are finite and not below 0.
func (v *verifier) amounts(path string, figures []namedFigure) {
	for _, f := range figures {
		switch {
		case f.figure == nil || v.bad[f.figure]:
		case !isFinite(f.figure.Value) || !amount(f.figure.Within):
			v.spoil(f.figure)
			v.find("not_finite", path+"/"+f.name, "the figure is not a finite number", nil, reckoning{})
		case f.figure.Value < 0:
			v.spoil(f.figure)
			v.find("negative_figure", path+"/"+f.name, fmt.Sprintf("states %.6g, and nothing of this kind is below 0", f.figure.Value), f.figure, reckoning{})
		}
	}
}

// number wants a number that is finite.
func (v *verifier) number(path string, f float64) {
	if !isFinite(f) {
		v.find("not_finite", path, "the figure is not a finite number", nil, reckoning{})
	}
}

func (v *verifier) functionalUnit() {
	u := &v.d.Unit
	v.number("/functional_unit/scale", u.Scale)
	if f := u.Total; f != nil {
		v.number("/functional_unit/total", f.Value)
		if isFinite(f.Value) && f.Value <= 0 {
			v.find("units_not_positive", "/functional_unit/total", fmt.Sprintf("R is %.6g: carbon without work is a total, and never a score", f.Value), f, reckoning{})
		}
	}
	if u.Scale < 0 && isFinite(u.Scale) {
		v.find("units_not_positive", "/functional_unit/scale", fmt.Sprintf("the score is per %.6g units", u.Scale), nil, reckoning{})
	}
	for i, c := range u.Conversions {
		if !(c.Factor > 0) || !isFinite(c.Factor) {
			v.find("conversion_invalid", "/functional_unit/conversions/"+strconv.Itoa(i), fmt.Sprintf("%.6g %s are no %s", finite(c.Factor), c.From, c.To), nil, reckoning{})
		}
	}
}

// units returns the scale of the functional unit and R; R is not known where
// either is of no use.
func (v *verifier) units() (scale float64, r reckoning) {
	scale = v.d.Unit.Scale
	if scale == 0 {
		scale = 1
	}
	if !(scale > 0) || !isFinite(scale) {
		return 1, reckoning{}
	}
	return scale, v.positive(v.d.Unit.Total)
}

// dates looks at the order of things.
func (v *verifier) dates() {
	p := v.d.Period
	switch {
	case p.Start.IsZero() || p.End.IsZero():
	case !p.End.After(p.Start):
		v.find("dates_out_of_order", "/period/end", "the period ends before it starts, or is empty", nil, reckoning{})
	case !p.Calculated.IsZero() && p.Calculated.Before(p.Start):
		v.find("dates_out_of_order", "/period/calculated", "the figures were made before the period started", nil, reckoning{})
	case !p.Calculated.IsZero() && p.Calculated.Before(p.End):
		v.find("dates_out_of_order", "/period/calculated", "the figures were made before the period ended", nil, reckoning{})
	}
	for i, s := range v.d.Sources {
		if !p.Calculated.IsZero() && s.Retrieved.After(p.Calculated.Add(day)) {
			v.find("dates_out_of_order", "/sources/"+strconv.Itoa(i)+"/retrieved", "it was retrieved after the figures were made", nil, reckoning{})
		}
	}
}

const day = 24 * time.Hour

// fractions looks at what is stated as a part of a whole.
func (v *verifier) fractions() {
	f := v.d.Result.Counted
	if r := v.known(f); r.known && r.value-r.within > 1+precise {
		v.find("fraction_out_of_range", "/result/counted_fraction", "more than all energy was counted", f, reckoning{})
	}
	all := 0.0
	for i, g := range v.d.Gaps {
		path := "/gaps/" + strconv.Itoa(i) + "/energy_share"
		switch {
		case !isFinite(g.Share):
			v.number(path, g.Share)
		case g.Share < 0 || g.Share > 1+precise:
			v.find("fraction_out_of_range", path, fmt.Sprintf("the share is %.6g of the energy", g.Share), nil, reckoning{})
		default:
			all += g.Share
			if all > 1+precise && all-g.Share <= 1+precise {
				v.find("fraction_out_of_range", path, fmt.Sprintf("the shares up to here are %.6g of the energy", all), nil, reckoning{})
			}
		}
	}
}
