package sci_test

import (
	"testing"

	"github.com/scimeter/scimeter/sci"
)

// An edit changes a document.
type edit func(*sci.Disclosure)

// A ruleCase is a document in which a rule passes, and one in which it fails.
// Both start from one that keeps all rules of the profile that a document can
// show it keeps; nil leaves it as it is.
type ruleCase struct {
	profile sci.Profile // "" is sci.GSF11
	pass    edit
	fail    edit
	code    string // of the fail
	path    string // of the fail

	// A rule that cannot fail says why in the evidence of a document, after
	// silent, that does not show it; one that is never assessable says it of all.
	silent edit
	why    string
	never  bool
}

// complete returns a document that keeps the rules of a profile.
func complete(t testing.TB, p sci.Profile) *sci.Disclosure {
	t.Helper()
	d := certificate(t, "correct")
	d.Profile = p
	d.Components[3].NoHardware = "the carrier states what its network takes and embodies as one figure of energy"
	included := []string{}
	switch p {
	case sci.ISO21031:
		d.Grid.Kind, d.Components[4].Grid.Kind = "short-run marginal", "long-run marginal"
	case sci.SCIAIConsumer:
		included = []string{
			"inference API", "orchestration of agents", "autoscaling", "monitoring", "feature store", "artifact storage", "client devices",
			"tool calls", "retirement of machines",
		}
	case sci.SCIAIProvider:
		d.AI.Persona, d.AI.Strategy = "provider", "all runs of the training are counted, those that were stopped early as well"
		d.Unit.Name = "training token"
		included = []string{
			"inception", "data collection", "synthetic data", "training compute", "storage of training data", "interconnect network",
			"model selection", "evaluation", "deployment", "retirement",
		}
	case sci.SWI01:
		stateWater(d)
	}
	for _, name := range included {
		d.Boundary.Included = append(d.Boundary.Included, sci.BoundaryItem{Name: name})
	}
	return d
}

// stateWater states all that the profile of water wants. On site and off site are of
// the certificate, 542.2296 and 6372.9288 L.
func stateWater(d *sci.Disclosure) {
	const consumed, withdrawn = 542.2296 + 6372.9288 + 85, 14000 + 190
	perThousand := 1000 / d.Unit.Total.Value
	d.Memo.Withdrawal = sci.Exactly(14000)
	d.Water = &sci.WaterStatement{
		EmbodiedConsumption: sci.Exactly(85), EmbodiedWithdrawal: sci.Exactly(190), Consumption: sci.Exactly(consumed), Withdrawal: sci.Exactly(withdrawn),
		Score: sci.Exactly(consumed * perThousand), ScoreWithdrawal: sci.Exactly(withdrawn * perThousand),
		Factor: sci.Exactly(1.7), Adjusted: sci.Exactly(1.7 * consumed * perThousand), Characterization: "AWARE 2.0, annual, by watershed of the site",
	}
}

// hardware returns the first device.
func hardware(d *sci.Disclosure) *sci.Embodies { return &d.Components[0].Hardware[0] }

// plant makes an error of the certificates.
func plant(code string) edit {
	for _, p := range plantedErrors {
		if p.code == code {
			return p.edit
		}
	}
	panic("no planted error of code " + code)
}

func exclude(name, why string) edit {
	return func(d *sci.Disclosure) {
		for i, item := range d.Boundary.Included {
			if item.Name == name {
				d.Boundary.Included = append(d.Boundary.Included[:i:i], d.Boundary.Included[i+1:]...)
				break
			}
		}
		d.Boundary.Excluded = append(d.Boundary.Excluded, sci.BoundaryItem{Name: name, Why: why})
	}
}

// offGrid takes the first component off the grid.
func offGrid(d *sci.Disclosure) {
	d.Components[0].Grid = &sci.GridStatement{Kind: "off-grid", Value: d.Grid.Value, Boundary: "lifecycle", Source: "logbook of the generator"}
}

// example is the one of the specification, charged m grams.
func example(m float64) edit {
	return func(d *sci.Disclosure) {
		d.Components = append(d.Components, sci.ComponentStatement{ID: "device", Hardware: []sci.Embodies{{
			TE: sci.Exactly(1e6), Reserved: sci.Exactly(1), Lifespan: sci.Exactly(35040), M: &sci.Figure{Value: m, Within: 0.5},
		}}})
	}
}

func natures(of string) edit {
	return func(d *sci.Disclosure) {
		for i := range d.Components {
			c := &d.Components[i]
			c.Nature = of
			for j := range c.Parts {
				c.Parts[j].Nature = of
				for k := range c.Parts[j].Parts {
					c.Parts[j].Parts[k].Nature = of
				}
			}
		}
	}
}

func then(edits ...edit) edit {
	return func(d *sci.Disclosure) {
		for _, e := range edits {
			e(d)
		}
	}
}

// nothing leaves of a document what says which it is.
func nothing(d *sci.Disclosure) { *d = sci.Disclosure{Profile: d.Profile} }

const permitted = "which nothing can be against"

var ruleCases = map[string]ruleCase{
	"S-01": {fail: plant("r_not_applied"), code: "r_not_applied", path: "/result/score_g"},
	"S-02": {fail: plant("operational_mismatch"), code: "operational_mismatch"},
	"S-03": {fail: plant("component_score_mismatch"), code: "component_score_mismatch"},
	"S-04": {fail: plant("component_left_out"), code: "component_left_out"},
	"S-05": {fail: func(d *sci.Disclosure) { d.Boundary.Included = nil }, code: "not_disclosed", path: "/boundary/included"},
	"S-06": {
		fail: func(d *sci.Disclosure) {
			d.Method.Limitations = []string{"Servers without embodied data were removed from the sum."}
		},
		code: "embodied_missing", path: "/methodology/limitations/0",
	},
	"E-01": {fail: plant("energy_unit"), code: "energy_unit"},
	"E-02": {fail: func(d *sci.Disclosure) { d.Components[0].IdleTaken = true }, code: "idle_excluded", path: "/components/0/idle_excluded"},
	"E-03": {fail: plant("pue_twice"), code: "pue_twice"},
	"E-04": {silent: nothing, why: permitted},
	"I-01": {fail: plant("intensity_implausible"), code: "intensity_implausible"},
	"I-02": {fail: func(d *sci.Disclosure) { d.Grid.Kind = "residual mix" }, code: "intensity_not_of_grid", path: "/intensity/kind"},
	"I-03": {fail: func(d *sci.Disclosure) { d.Grid.Approach = "market-based" }, code: "market_based", path: "/intensity/approach"},
	"I-04": {
		pass: offGrid,
		fail: then(offGrid, func(d *sci.Disclosure) { d.Components[0].Grid.Value = sci.Exactly(0) }),
		code: "off_grid_zero", path: "/components/0/intensity/g_per_kwh",
	},
	"I-05":  {fail: func(d *sci.Disclosure) { d.Grid.Granularity = "mean of five years" }, code: "coarser_than_annual", path: "/intensity/granularity"},
	"I-ISO": {profile: sci.ISO21031, fail: func(d *sci.Disclosure) { d.Grid.Kind = "average" }, code: "marginal_required", path: "/intensity/kind"},
	"M-01":  {fail: plant("te_includes_use"), code: "te_includes_use"},
	"M-02":  {fail: plant("embodied_zero"), code: "embodied_zero"},
	"M-03":  {silent: nothing, why: "the document does not show"},
	"M-04": {
		fail: func(d *sci.Disclosure) { hardware(d).Source = "data sheet, net of carbon credits" },
		code: "market_based", path: "/components/0/hardware/0/source",
	},
	"M-05": {fail: plant("embodied_as_energy"), code: "embodied_as_energy"},
	"M-06": {fail: plant("te_not_time_shared"), code: "te_not_time_shared"},
	"M-07": {pass: example(28), fail: example(31), code: "example_mismatch", path: "/components/7/hardware/0/embodied_g"},
	"M-08": {silent: nothing, why: permitted},
	"B-01": {fail: exclude("app", "its share is significant, and hard to measure"), code: "significant_excluded", path: "/boundary/excluded/1"},
	"B-02": {silent: nothing, why: permitted},
	"R-01": {fail: plant("units_not_positive"), code: "units_not_positive"},
	"R-02": {
		pass: func(d *sci.Disclosure) {
			d.Unit.Conversions = []sci.Conversion{{From: "transaction", To: "request", Factor: 1.8, Why: "logs of January"}}
		},
		fail: func(d *sci.Disclosure) {
			d.Unit.Conversions = []sci.Conversion{{From: "transaction", To: "request", Factor: 1.8}}
		},
		code: "not_disclosed", path: "/functional_unit/conversions/0/why",
	},
	"R-03": {silent: func(d *sci.Disclosure) { d.Unit.Name = "song" }, why: "nothing can be against it"},
	"Q-01": {silent: nothing, why: permitted},
	"Q-02": {fail: natures("estimated"), code: "approach_mislabelled", path: "/methodology/approach"},
	"Q-03": {
		pass: func(d *sci.Disclosure) {
			d.Method.Approach = "calculation"
			d.Method.Assumptions = []string{"One request is run as a benchmark on a machine of our lab."}
		},
		fail: then(natures("measured"), func(d *sci.Disclosure) { d.Method.Approach = "calculation" }),
		code: "approach_mislabelled", path: "/methodology/approach",
	},
	"C-01": {never: true, why: "takes the one of before"},
	"C-02": {never: true, why: "it takes two disclosures"},
	"K-01": {
		fail: func(d *sci.Disclosure) { d.Components[0].Operational = sci.Exactly(300_000) },
		code: "insensitive", path: "/components/0/operational_g",
	},
	"K-02": {
		fail: func(d *sci.Disclosure) {
			d.Boundary.Excluded = append(d.Boundary.Excluded, sci.BoundaryItem{Name: "Database", Why: "small"})
		},
		code: "boundary_contradicts", path: "/boundary/excluded/1",
	},
	"K-03": {never: true, why: "shows neither training nor cost"},
	"K-04": {never: true, why: "not what more could have been invested"},
	"X-01": {fail: func(d *sci.Disclosure) { d.Grid.Remark = "after carbon offsets" }, code: "market_based", path: "/intensity/remark"},
	"X-02": {fail: func(d *sci.Disclosure) { d.Grid.Source = "supplier, by its PPA" }, code: "market_based", path: "/intensity/source"},

	"A-01": {profile: sci.SCIAIConsumer, fail: func(d *sci.Disclosure) { d.AI.Persona = "provider" }, code: "persona_mismatch", path: "/ai/persona"},
	"A-02": {profile: sci.SCIAIConsumer, fail: func(d *sci.Disclosure) { d.AI.Training = []string{"training"} }, code: "consumer_training", path: "/ai/training"},
	"A-03": {profile: sci.SCIAIProvider, fail: exclude("deployment", "small"), code: "stage_excluded", path: "/boundary/excluded/1"},
	"A-04": {profile: sci.SCIAIProvider, fail: exclude("inception", "material, and not measured yet"), code: "stage_excluded", path: "/boundary/excluded/1"},
	"A-05": {profile: sci.SCIAIProvider, fail: exclude("synthetic data", "made elsewhere"), code: "stage_excluded", path: "/boundary/excluded/1"},
	"A-06": {
		profile: sci.SCIAIProvider, fail: func(d *sci.Disclosure) { d.AI.Strategy = "the final run; failed and aborted runs are excluded" },
		code: "training_in_part", path: "/ai/strategy",
	},
	"A-07": {profile: sci.SCIAIProvider, fail: exclude("deployment", "small"), code: "stage_excluded", path: "/boundary/excluded/1"},
	"A-08": {profile: sci.SCIAIConsumer, fail: func(d *sci.Disclosure) { d.Result.Incomplete = true }, code: "incomplete", path: "/result/incomplete"},
	"A-09": {
		profile: sci.SCIAIConsumer, fail: exclude("retirement of machines", "material, and not known"),
		code: "stage_excluded", path: "/boundary/excluded/1",
	},
	"A-10": {profile: sci.SCIAIConsumer, fail: func(d *sci.Disclosure) { d.Unit.Name = "TFLOP" }, code: "unit_of_provider", path: "/functional_unit/name"},
	"A-11": {profile: sci.SCIAIConsumer, fail: exclude("tool calls", "run by others"), code: "triggered_excluded", path: "/boundary/excluded/1"},
	"A-12": {profile: sci.SCIAIProvider, fail: func(d *sci.Disclosure) { d.Unit.Name = "request" }, code: "unit_not_of_provider", path: "/functional_unit/name"},
	"A-13": {profile: sci.SCIAIProvider, fail: func(d *sci.Disclosure) { d.AI.Effective = nil }, code: "not_disclosed", path: "/ai/effective"},
	"A-14": {
		profile: sci.SCIAIProvider,
		pass: func(d *sci.Disclosure) {
			d.Unit.Conversions = []sci.Conversion{{From: "FLOP", To: "training token", Factor: 6e9, Why: "six per parameter"}}
		},
		silent: nothing, why: permitted,
	},

	"W-01": {profile: sci.SWI01, fail: func(d *sci.Disclosure) { d.Water.Score.Value *= 2 }, code: "water_mismatch", path: "/water/swi_consumption_l"},
	"W-02": {profile: sci.SWI01, fail: func(d *sci.Disclosure) { d.Method.Limitations = nil }, code: "not_disclosed", path: "/methodology/limitations"},
	"W-03": {profile: sci.SWI01, fail: func(d *sci.Disclosure) { d.Site.WUE = nil }, code: "not_disclosed", path: "/site/wue_l_per_kwh"},
	"W-04": {profile: sci.SWI01, fail: plant("water_pue_twice"), code: "water_pue_twice"},
	"W-05": {
		profile: sci.SWI01, fail: func(d *sci.Disclosure) { d.Water.EmbodiedConsumption = nil },
		code: "embodied_water_missing", path: "/water/embodied_consumption_l",
	},
	"W-06": {
		profile: sci.SWI01,
		fail:    func(d *sci.Disclosure) { d.Water.Consumption.Value += d.Water.Withdrawal.Value },
		code:    "water_bases_added", path: "/water/consumption_l",
	},
	"W-07": {profile: sci.SWI01, fail: func(d *sci.Disclosure) { d.Water.Score = nil }, code: "not_disclosed", path: "/water/swi_consumption_l"},
	"W-08": {profile: sci.SWI01, fail: func(d *sci.Disclosure) { d.Water.Characterization = "" }, code: "not_disclosed", path: "/water/characterization"},
	"W-09": {profile: sci.SWI01, fail: func(d *sci.Disclosure) { d.Water.ScoreWithdrawal.Value /= 2 }, code: "water_mismatch", path: "/water/swi_withdrawal_l"},
	"W-10": {profile: sci.SWI01, fail: func(d *sci.Disclosure) { d.Water.Score = nil }, code: "adjusted_alone", path: "/water/swi_consumption_adjusted_l"},
}
