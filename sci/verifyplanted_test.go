package sci_test

import (
	"math"
	"time"

	"github.com/scimeter/scimeter/sci"
)

// A planted error is a small edit of the correct certificate, and where Verify
// has to find it.
type planted struct {
	code, path string
	edit       func(d *sci.Disclosure)
}

// scale multiplies a figure.
func scaled(f *sci.Figure, k float64) *sci.Figure { return sci.Exactly(f.Value * k) }

// Components of the correct certificate.
const (
	app = iota
	database
	ranking
	network
	edge
	observability
	mail
)

// plantedErrors has every code once; more of a kind are in morePlanted.
var plantedErrors = []planted{
	{"negative_figure", "/components/3/it_kwh", func(d *sci.Disclosure) {
		d.Components[network].IT = scaled(d.Components[network].IT, -1)
	}},
	{"not_finite", "/components/0/carbon_g", func(d *sci.Disclosure) { d.Components[app].Carbon = sci.Exactly(math.NaN()) }},
	{"units_not_positive", "/functional_unit/total", func(d *sci.Disclosure) { d.Unit.Total = sci.Exactly(0) }},
	{"units_mismatch", "/functional_unit/total", func(d *sci.Disclosure) { d.Unit.Total = sci.Exactly(31_000_000) }},
	{"conversion_invalid", "/functional_unit/conversions/0", func(d *sci.Disclosure) {
		d.Unit.Conversions = []sci.Conversion{{From: "event", To: "request"}}
	}},
	{"dates_out_of_order", "/period/end", func(d *sci.Disclosure) {
		d.Period.Start, d.Period.End = d.Period.End, d.Period.Start
	}},
	{"fraction_out_of_range", "/result/counted_fraction", func(d *sci.Disclosure) { d.Result.Counted = sci.Exactly(80) }},
	{"pue_out_of_range", "/site/pue", func(d *sci.Disclosure) { d.Site.PUE = sci.Exactly(0.8) }},
	{"pue_mismatch", "/site/pue", func(d *sci.Disclosure) { d.Site.PUE = sci.Exactly(1.4) }},
	{"pue_twice", "/components/0/facility_kwh", func(d *sci.Disclosure) {
		d.Components[app].Facility = scaled(d.Components[app].Facility, 1.25)
	}},
	{"pue_not_applied", "/components/2/operational_g", func(d *sci.Disclosure) {
		d.Components[ranking].Operational = scaled(d.Components[ranking].Operational, 1/1.25)
	}},
	{"energy_mismatch", "/components/0/it_kwh", func(d *sci.Disclosure) { d.Components[app].IT = sci.Exactly(1200) }},
	{"facility_mismatch", "/components/0/facility_kwh", func(d *sci.Disclosure) { d.Components[app].Facility = sci.Exactly(1500) }},
	{"facility_below_it", "/components/6/facility_kwh", func(d *sci.Disclosure) {
		d.Site.PUE = nil // no longer stated
		c := &d.Components[mail]
		c.IT, c.Facility = c.Facility, c.IT
		d.Result.IT = sci.Exactly(d.Result.IT.Value + c.IT.Value - c.Facility.Value)
		d.Result.Facility = sci.Exactly(d.Result.Facility.Value + c.Facility.Value - c.IT.Value)
		d.Memo.OnSite, d.Memo.OffSite, c.Operational, c.Carbon, c.Score = nil, nil, nil, nil, nil
		d.Result.Operational, d.Result.Carbon, d.Result.Score, d.Result.Low, d.Result.High = nil, nil, nil, nil, nil
	}},
	{"energy_unit", "/components/0/it_kwh", func(d *sci.Disclosure) { d.Components[app].IT = scaled(d.Components[app].IT, 3.6e6) }},
	{"scale_error", "/components/2/it_kwh", func(d *sci.Disclosure) { d.Components[ranking].IT = scaled(d.Components[ranking].IT, 1000) }},
	{"idle_exceeds_energy", "/components/0/idle_kwh", func(d *sci.Disclosure) { d.Components[app].Idle = sci.Exactly(1500) }},
	{"energy_zero", "/components/1/parts/1/parts/0/it_kwh", func(d *sci.Disclosure) {
		c := &d.Components[database].Parts[1].Parts[0]
		retotal(d, c, 0)
	}},
	{"power_implausible", "/components/2/power_w", func(d *sci.Disclosure) {
		c := &d.Components[ranking]
		c.Power, c.Hours = sci.Exactly(8000), sci.Exactly(1040*744/8000.0)
	}},
	{"hours_exceed_period", "/components/4/hours", func(d *sci.Disclosure) {
		c := &d.Components[edge]
		c.Hours, c.Power = sci.Exactly(3200), sci.Exactly(240*744/3200.0)
	}},
	{"idle_excluded", "/components/0/idle_excluded", func(d *sci.Disclosure) { d.Components[app].IdleTaken = true }},
	{"operational_mismatch", "/components/0/operational_g", func(d *sci.Disclosure) {
		d.Components[app].Operational = scaled(d.Components[app].Operational, 1.1)
	}},
	{"intensity_mismatch", "/intensity/g_per_kwh", func(d *sci.Disclosure) { d.Grid.Value = sci.Exactly(310) }},
	{"intensity_zero", "/intensity/g_per_kwh", func(d *sci.Disclosure) { d.Grid.Value = sci.Exactly(0) }},
	{"intensity_implausible", "/intensity/g_per_kwh", func(d *sci.Disclosure) { priceAll(d, 2500) }},
	{"intensity_low", "/intensity/g_per_kwh", func(d *sci.Disclosure) { priceAll(d, 2.6) }},
	{"intensity_mixed", "/components/4/intensity", func(d *sci.Disclosure) { d.Components[edge].Grid.Kind = "short-run marginal" }},
	{"market_based", "/intensity/remark", func(d *sci.Disclosure) { d.Grid.Remark = "adjusted by a PPA of a wind park" }},
	{"memo_instruments", "/memo/instruments", func(d *sci.Disclosure) { d.Memo.MarketBased = nil }},
	{"region_weights", "/components/4/intensity/regions", func(d *sci.Disclosure) { d.Components[edge].Grid.Regions[1].Share = 0.3 }},
	{"region_mean_mismatch", "/components/4/intensity/g_per_kwh", func(d *sci.Disclosure) {
		d.Components[edge].Grid.Regions[0].Value = sci.Exactly(190)
	}},
	{"vintage_old", "/intensity/vintage", func(d *sci.Disclosure) {
		d.Grid.Vintage = 2021
		d.Components[edge].Grid.Vintage = 0
		d.Components[edge].Grid.Source, d.Components[edge].Grid.Granularity = "national statistics", "monthly"
	}},
	{"vintage_future", "/intensity/vintage", func(d *sci.Disclosure) {
		d.Grid.Vintage = 2027
		d.Components[edge].Grid.Vintage = 0
		d.Components[edge].Grid.Source, d.Components[edge].Grid.Granularity = "national statistics", "monthly"
	}},
	{"vintage_mixed", "/components/4/intensity/vintage", func(d *sci.Disclosure) { d.Components[edge].Grid.Vintage = 2023 }},
	{"vintage_missing", "/components/4/intensity/vintage", func(d *sci.Disclosure) {
		d.Components[edge].Grid.Vintage, d.Components[edge].Grid.Source = 0, "national statistics"
	}},
	{"embodied_row_mismatch", "/components/0/hardware/0/embodied_g", func(d *sci.Disclosure) {
		d.Components[app].Hardware[0].M = scaled(d.Components[app].Hardware[0].M, 1.3)
	}},
	{"te_not_time_shared", "/components/2/hardware/0/embodied_g", func(d *sci.Disclosure) {
		d.Components[ranking].Hardware[0].M = d.Components[ranking].Hardware[0].TE
	}},
	{"resource_share_not_applied", "/components/0/hardware/0/embodied_g", func(d *sci.Disclosure) {
		d.Components[app].Hardware[0].M = scaled(d.Components[app].Hardware[0].M, 2)
	}},
	{"resource_share_mismatch", "/components/0/hardware/0/resource_share", func(d *sci.Disclosure) {
		d.Components[app].Hardware[0].Share = sci.Exactly(0.4)
	}},
	{"resource_share_above_one", "/components/4/hardware/0/resource_share", func(d *sci.Disclosure) {
		d.Components[edge].Hardware[0].Share = sci.Exactly(25)
	}},
	{"reserved_exceeds_lifespan", "/components/2/hardware/0/reserved_h", func(d *sci.Disclosure) {
		e := &d.Components[ranking].Hardware[0]
		e.Reserved, e.Lifespan = e.Lifespan, e.Reserved
	}},
	{"reserved_exceeds_period", "/components/2/hardware/0/reserved_h", func(d *sci.Disclosure) {
		h := &d.Components[ranking].Hardware[0]
		h.Reserved, h.TE = sci.Exactly(2976), scaled(h.TE, 0.25)
		h.Low, h.High = nil, nil
		d.Result.TE = sci.Exactly(d.Result.TE.Value - 3*h.TE.Value)
	}},
	{"lifespan_implausible", "/components/2/hardware/0/lifespan_h", func(d *sci.Disclosure) {
		d.Components[ranking].Hardware[0].Lifespan = sci.Exactly(4)
		d.Components[ranking].Hardware[0].Reserved = sci.Exactly(4 * 744 / 35040.0)
	}},
	{"te_range", "/components/2/hardware/0/te_low_g", func(d *sci.Disclosure) {
		e := &d.Components[ranking].Hardware[0]
		e.Low, e.High = e.High, e.Low
	}},
	{"te_allocated_twice", "/components/1/parts/1/hardware/1", func(d *sci.Disclosure) {
		c := &d.Components[database].Parts[1]
		e := c.Hardware[0]
		e.Basis, e.RR, e.ToR, e.M = "GB", sci.Exactly(0), sci.Exactly(384), sci.Exactly(0)
		e.Share = sci.Exactly(0)
		c.Hardware = append(c.Hardware, e)
		d.Result.TE = sci.Exactly(d.Result.TE.Value + e.TE.Value)
	}},
	{"te_includes_use", "/components/2/hardware/0/stages", func(d *sci.Disclosure) {
		d.Components[ranking].Hardware[0].Stages = append(d.Components[ranking].Hardware[0].Stages, sci.StageUse)
	}},
	{"te_stages_unclear", "/components/4/hardware/0/source", func(d *sci.Disclosure) {
		e := &d.Components[edge].Hardware[0]
		e.Stages, e.Source = nil, "product carbon footprint of the vendor"
	}},
	{"embodied_mismatch", "/components/0/embodied_g", func(d *sci.Disclosure) {
		d.Components[app].Embodied = scaled(d.Components[app].Embodied, 0.7)
	}},
	{"embodied_zero", "/components/6/embodied_g", func(d *sci.Disclosure) { d.Components[mail].NoHardware = "" }},
	{"embodied_missing", "/components/6/embodied_g", func(d *sci.Disclosure) {
		d.Components[mail].NoHardware, d.Components[mail].Embodied, d.Components[mail].Kind = "", nil, "server"
	}},
	{"embodied_as_energy", "/components/6", func(d *sci.Disclosure) { d.Components[mail].ID = "embodied carbon" }},
	{"carbon_mismatch", "/components/0/carbon_g", func(d *sci.Disclosure) { d.Components[app].Carbon = scaled(d.Components[app].Carbon, 1.07) }},
	{"component_score_mismatch", "/components/0/score_g", func(d *sci.Disclosure) { d.Components[app].Score = scaled(d.Components[app].Score, 0.93) }},
	{"component_duplicate", "/components/4/id", func(d *sci.Disclosure) { d.Components[edge].ID = d.Components[app].ID }},
	{"component_left_out", "/components/0", func(d *sci.Disclosure) { without(d, app, 1) }},
	{"component_counted_twice", "/components/2", func(d *sci.Disclosure) { without(d, ranking, -1) }},
	{"total_mismatch", "/result/operational_g", func(d *sci.Disclosure) { d.Result.Operational = scaled(d.Result.Operational, 1.2) }},
	{"term_left_out", "/result/carbon_g", func(d *sci.Disclosure) {
		d.Result.Carbon = d.Result.Operational
	}},
	{"scores_do_not_sum", "/result/score_g", func(d *sci.Disclosure) {
		d.Result.Operational, d.Result.Embodied, d.Result.Carbon, d.Result.Low, d.Result.High = nil, nil, nil, nil, nil
		for i := range d.Components {
			d.Components[i].Operational, d.Components[i].Embodied, d.Components[i].Carbon = nil, nil, nil
		}
		c := &d.Components[network] // of which only the score is stated
		c.IT, c.Facility = nil, nil
		d.Result.IT, d.Result.Facility, d.Memo.OnSite, d.Memo.OffSite = nil, nil, nil, nil
		c.Score = scaled(c.Score, 31)
	}},
	{"score_mismatch", "/result/score_g", func(d *sci.Disclosure) { d.Result.Score = scaled(d.Result.Score, 140) }},
	{"r_not_applied", "/result/score_g", func(d *sci.Disclosure) { d.Result.Score = d.Result.Carbon }},
	{"scale_not_applied", "/result/score_g", func(d *sci.Disclosure) { d.Result.Score = scaled(d.Result.Score, 1e-3) }},
	{"rounded_terms", "/result/operational_g", func(d *sci.Disclosure) { roundTerms(d) }},
	{"last_digit", "/components/2/hardware/0/embodied_g", func(d *sci.Disclosure) {
		e := &d.Components[ranking].Hardware[0] // 12739.726: cut off, not rounded
		e.M = &sci.Figure{Value: math.Floor(e.M.Value), Within: 0.5}
	}},
	{"interval_misplaced", "/result/score_low_g", func(d *sci.Disclosure) { d.Result.Low = scaled(d.Result.Score, 1.01) }},
	{"interval_mismatch", "/uncertainty", func(d *sci.Disclosure) {
		d.Result.Low, d.Result.High = scaled(d.Result.Score, 0.98), scaled(d.Result.Score, 1.02)
	}},
	{"incomplete_not_said", "/gaps/0", func(d *sci.Disclosure) {
		d.Gaps = []sci.GapStatement{{Policy: "excluded", Share: 0.02, What: "12 hours"}}
	}},
	{"nature_overstated", "/result/nature", func(d *sci.Disclosure) { d.Result.Nature = "measured" }},
	{"consumer_training", "/ai/training", func(d *sci.Disclosure) { d.AI.Training = []string{"training"} }},
	{"water_mismatch", "/memo/water_on_site_l", func(d *sci.Disclosure) { d.Memo.OnSite = scaled(d.Memo.OnSite, 1.5) }},
	{"water_pue_twice", "/memo/water_off_site_l", func(d *sci.Disclosure) { d.Memo.OffSite = scaled(d.Memo.OffSite, 1.25) }},
}

// retotal gives a component other IT energy, and computes all from it anew.
func retotal(d *sci.Disclosure, c *sci.ComponentStatement, kwh float64) {
	more := kwh - c.IT.Value
	r := &d.Result
	for f, by := range map[**sci.Figure]float64{
		&c.IT: more, &r.IT: more,
		&c.Facility: more * 1.25, &r.Facility: more * 1.25,
		&c.Operational: more * 1.25 * 370, &r.Operational: more * 1.25 * 370,
		&c.Carbon: more * 1.25 * 370, &r.Carbon: more * 1.25 * 370,
		&c.Score: more * 1.25 * 370 / 48000, &r.Score: more * 1.25 * 370 / 48000,
		&r.Low: more * 1.25 * 370 / 48000, &r.High: more * 1.25 * 370 / 48000,
		&d.Memo.OnSite: more * 0.19, &d.Memo.OffSite: more * 1.25 * 1.8,
	} {
		*f = sci.Exactly((*f).Value + by)
	}
	if kwh == 0 {
		c.IT, c.Facility, c.Operational = sci.Exactly(0), sci.Exactly(0), sci.Exactly(0)
	}
}

// without takes a component out of all totals, or with -1 adds it again.
func without(d *sci.Disclosure, i int, times float64) {
	c, r := d.Components[i], &d.Result
	for f, part := range map[**sci.Figure]*sci.Figure{
		&r.IT: c.IT, &r.Facility: c.Facility, &r.Operational: c.Operational, &r.Embodied: c.Embodied,
		&r.TE: c.Hardware[0].TE, &r.Carbon: c.Carbon, &r.Score: c.Score,
	} {
		*f = sci.Exactly((*f).Value - times*part.Value)
	}
	r.Low, r.High = nil, nil
	d.Memo.OnSite, d.Memo.OffSite = nil, nil
}

// roundTerms prints O of all components to 10 kg, and adds that up.
func roundTerms(d *sci.Disclosure) {
	sum := 0.0
	var visit func(c *sci.ComponentStatement)
	visit = func(c *sci.ComponentStatement) {
		for i := range c.Parts {
			visit(&c.Parts[i])
		}
		if c.Operational == nil || c.Sums {
			return
		}
		v := 10 * math.Round(c.Operational.Value/10)
		c.Operational = &sci.Figure{Value: v, Within: 5}
		sum += v
	}
	for i := range d.Components {
		visit(&d.Components[i])
	}
	d.Components[observability].Operational = nil
	r := &d.Result
	r.Operational = sci.Exactly(sum)
	r.Carbon, r.Score, r.Low, r.High = nil, nil, nil, nil
}

// morePlanted are more of a kind.
var morePlanted = map[string]planted{
	"all components without the PUE": {"pue_not_applied", "/site/pue", func(d *sci.Disclosure) {
		all(d, func(c *sci.ComponentStatement) {
			if c.Site == nil && c.Operational != nil && !c.Sums {
				c.Operational = scaled(c.Operational, 1/1.25)
			}
		})
		reprice(d)
	}},
	"all components with the PUE twice": {"pue_twice", "/site/pue", func(d *sci.Disclosure) {
		all(d, func(c *sci.ComponentStatement) {
			if c.Site == nil && c.Operational != nil && !c.Sums {
				c.Operational = scaled(c.Operational, 1.25)
			}
		})
		reprice(d)
	}},
	"intensity in kg":         {"scale_error", "/intensity/g_per_kwh", func(d *sci.Disclosure) { d.Grid.Value = scaled(d.Grid.Value, 1e-3) }},
	"intensity in mg":         {"scale_error", "/intensity/g_per_kwh", func(d *sci.Disclosure) { d.Grid.Value = scaled(d.Grid.Value, 1e3) }},
	"intensity as of a tenth": {"scale_error", "/intensity/g_per_kwh", func(d *sci.Disclosure) { d.Grid.Value = scaled(d.Grid.Value, 1e-1) }},
	"O of a component in kg": {"scale_error", "/components/0/operational_g", func(d *sci.Disclosure) {
		d.Components[app].Operational = scaled(d.Components[app].Operational, 1e-3)
	}},
	"total O in kg": {"scale_error", "/result/operational_g", func(d *sci.Disclosure) { d.Result.Operational = scaled(d.Result.Operational, 1e-3) }},
	"total M in t":  {"scale_error", "/result/embodied_g", func(d *sci.Disclosure) { d.Result.Embodied = scaled(d.Result.Embodied, 1e-6) }},
	"R of a tenth":  {"scale_error", "/functional_unit/total", func(d *sci.Disclosure) { d.Unit.Total = sci.Exactly(4_800_000) }},
	"scale forgotten everywhere": {"scale_not_applied", "/result/score_g", func(d *sci.Disclosure) {
		all(d, func(c *sci.ComponentStatement) {
			if c.Score != nil {
				c.Score = scaled(c.Score, 1e-3)
			}
		})
		d.Result.Score, d.Result.Low, d.Result.High = scaled(d.Result.Score, 1e-3), nil, nil
	}},
	"energy in Wh":     {"scale_error", "/result/facility_kwh", func(d *sci.Disclosure) { d.Result.Facility = scaled(d.Result.Facility, 1e3) }},
	"energy in MJ":     {"energy_unit", "/result/it_kwh", func(d *sci.Disclosure) { d.Result.IT = scaled(d.Result.IT, 3.6) }},
	"W in place of kW": {"scale_error", "/components/0/it_kwh", func(d *sci.Disclosure) { d.Components[app].IT = scaled(d.Components[app].IT, 1000) }},
	"M of a row in kg": {"scale_error", "/components/4/hardware/0/embodied_g", func(d *sci.Disclosure) {
		d.Components[edge].Hardware[0].M = scaled(d.Components[edge].Hardware[0].M, 1e-3)
	}},
	"TE by share alone": {"te_not_time_shared", "/components/0/hardware/0/embodied_g", func(d *sci.Disclosure) {
		d.Components[app].Hardware[0].M = scaled(d.Components[app].Hardware[0].TE, 0.5)
	}},
	"M is the sum of TE": {"te_not_time_shared", "/result/embodied_g", func(d *sci.Disclosure) { d.Result.Embodied = d.Result.TE }},
	"RR above ToR": {"resource_share_above_one", "/components/0/hardware/0/reserved_resources", func(d *sci.Disclosure) {
		e := &d.Components[app].Hardware[0]
		e.RR, e.ToR, e.Share = e.ToR, e.RR, nil
	}},
	"score of a component never divided": {"r_not_applied", "/components/0/score_g", func(d *sci.Disclosure) {
		d.Components[app].Score = d.Components[app].Carbon
	}},
	"score of O alone": {"term_left_out", "/result/score_g", func(d *sci.Disclosure) {
		d.Result.Score = sci.Exactly(d.Result.Operational.Value / 48000)
		d.Result.Low, d.Result.High = nil, nil
	}},
	"a group that is not its sum": {"total_mismatch", "/components/5/embodied_g", func(d *sci.Disclosure) {
		d.Components[observability].Embodied = scaled(d.Components[observability].Embodied, 1.5)
	}},
	"market-based total": {"market_based", "/result/operational_g", func(d *sci.Disclosure) { d.Result.Operational = d.Memo.MarketBased }},
	"market-based approach": {"market_based", "/components/4/intensity/approach", func(d *sci.Disclosure) {
		d.Components[edge].Grid.Approach = "market-based"
	}},
	"market in a source": {"market_based", "/sources/0/what", func(d *sci.Disclosure) { d.Sources[0].What = "residual mix" }},
	"offsets in M": {"market_based", "/components/0/hardware/0/source", func(d *sci.Disclosure) {
		d.Components[app].Hardware[0].Source = "manufacturer, net of carbon offsets"
	}},
	"training component": {"consumer_training", "/components/6/id", func(d *sci.Disclosure) { d.Components[mail].ID = "training cluster" }},
	"memo training in carbon": {"consumer_training", "/result/carbon_g", func(d *sci.Disclosure) {
		d.Result.Carbon = sci.Exactly(d.Result.Carbon.Value + d.Memo.Training.Value)
	}},
	"idle in words": {"idle_excluded", "/methodology/assumptions/0", func(d *sci.Disclosure) {
		d.Method.Assumptions[0] = "The idle baseline of 60 W was subtracted."
	}},
	"servers without data": {"embodied_missing", "/methodology/limitations/0", func(d *sci.Disclosure) {
		d.Method.Limitations[0] = "Servers without embodied data were removed from the sum."
	}},
	"on-site water of facility energy": {"water_pue_twice", "/memo/water_on_site_l", func(d *sci.Disclosure) {
		d.Memo.OnSite = sci.Exactly(d.Result.Facility.Value * 0.19)
		d.Memo.OffSite = scaled(d.Memo.OffSite, 1.25)
	}},
	"calculated before the end": {"dates_out_of_order", "/period/calculated", func(d *sci.Disclosure) {
		d.Period.Calculated = d.Period.End.Add(-time.Hour)
		d.Sources[0].Retrieved = d.Period.Start
	}},
	"implied intensity": {"intensity_low", "/components/3/operational_g", func(d *sci.Disclosure) {
		d.Grid.Value = nil
		c := &d.Components[network]
		c.Operational = sci.Exactly(c.Facility.Value * 2.6)
		c.Carbon = c.Operational
		c.Score = sci.Exactly(c.Carbon.Value / 48000)
		reprice(d)
	}},
	"zone in words":        {"region_weights", "/intensity/zone", func(d *sci.Disclosure) { d.Grid.Zone = "us-east-1 (60 %), eu-west-1 (30 %)" }},
	"high below the score": {"interval_misplaced", "/result/score_high_g", func(d *sci.Disclosure) { d.Result.High = scaled(d.Result.Score, 0.99) }},
	"sigma of half": {"interval_mismatch", "/uncertainty", func(d *sci.Disclosure) {
		for i := range d.Uncertainty {
			d.Uncertainty[i].Sigma /= 2
		}
	}},
	"embodied PCF by amount": {"te_includes_use", "/components/4/hardware/0/source", func(d *sci.Disclosure) {
		e := &d.Components[edge].Hardware[0]
		e.Stages, e.Source = nil, "Dell PCF"
	}},
	"whole life in words": {"te_includes_use", "/components/4/hardware/0/source", func(d *sci.Disclosure) {
		d.Components[edge].Hardware[0].Source = "supplier, cradle-to-grave"
	}},
}

// all visits all components.
func all(d *sci.Disclosure, f func(c *sci.ComponentStatement)) {
	var visit func(c *sci.ComponentStatement)
	visit = func(c *sci.ComponentStatement) {
		f(c)
		for i := range c.Parts {
			visit(&c.Parts[i])
		}
	}
	for i := range d.Components {
		visit(&d.Components[i])
	}
}

// priceAll prices everything at another intensity.
func priceAll(d *sci.Disclosure, i float64) {
	d.Grid.Value = sci.Exactly(i)
	all(d, func(c *sci.ComponentStatement) {
		if c.Grid == nil && c.Facility != nil {
			c.Operational = sci.Exactly(c.Facility.Value * i)
		}
	})
	reprice(d)
}

// reprice computes carbon and scores from O and M of the components anew.
func reprice(d *sci.Disclosure) {
	var o, m float64
	all(d, func(c *sci.ComponentStatement) {
		if c.Operational == nil || c.Sums {
			c.Operational, c.Carbon, c.Score = nil, nil, nil
			return
		}
		o += c.Operational.Value
		m += c.Embodied.Or(0)
		c.Carbon = sci.Exactly(c.Operational.Value + c.Embodied.Or(0))
		c.Score = sci.Exactly(c.Carbon.Value / 48000)
	})
	r := &d.Result
	r.Operational, r.Carbon, r.Score = sci.Exactly(o), sci.Exactly(o+m), sci.Exactly((o+m)/48000)
	r.Low, r.High = nil, nil
}
