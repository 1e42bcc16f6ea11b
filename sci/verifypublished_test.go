package sci_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

// about is a figure as it is printed, half a last digit off at most.
func about(v, within float64) *sci.Figure { return &sci.Figure{Value: v, Within: within} }

// hardwareOf is a row of hardware of four years that is all reserved.
func hardwareOf(te, hours, m float64, source string) []sci.Embodies {
	return []sci.Embodies{{
		TE: sci.Exactly(te), Reserved: sci.Exactly(hours), Lifespan: sci.Exactly(35040), M: sci.Exactly(m), Source: source,
	}}
}

// The errors that were found in published documents, each in a small document of
// our own with its figures. The places of the originals are named.
var published = []struct {
	name  string
	d     sci.Disclosure
	found map[string]string // path by code
}{
	{
		// Certificates GSF-SCI-2026-00001 and 2: 4.58 is the sum of rounded terms, 4.5876 that of the terms; idle is out.
		name: "sum of rounded terms, without idle energy",
		d: sci.Disclosure{
			Unit: sci.FunctionalUnit{Name: "session", Total: sci.Exactly(1000)},
			Components: []sci.ComponentStatement{
				{ID: "a", Carbon: sci.Exactly(1323.8), Score: about(1.32, 0.005)},
				{ID: "b", Carbon: sci.Exactly(3263.8), Score: about(3.26, 0.005)},
			},
			Result: sci.Result{Carbon: sci.Exactly(4587.6), Score: about(4.58, 0.0005)},
			Method: sci.MethodStatement{Assumptions: []string{"The idle baseline of the server is subtracted."}},
		},
		found: map[string]string{"rounded_terms": "/result/score_g", "idle_excluded": "/methodology/assumptions/0"},
	},
	{
		// sci-ai, gsf_website_template_example.md:3-9: the total is 0.129, the components are 3.985.
		name: "components that do not sum to the score",
		d: sci.Disclosure{
			Components: []sci.ComponentStatement{
				{ID: "device", Score: about(2.1, 0.0005)}, {ID: "network", Score: about(1.4, 0.0005)}, {ID: "server", Score: about(0.485, 0.0005)},
			},
			Result: sci.Result{Score: about(0.129, 0.0005)},
		},
		found: map[string]string{"scores_do_not_sum": "/result/score_g"},
	},
	{
		// sci/case-studies/eshoppen.md:174-202: M is 4.3005, E is 0.0236.
		name: "M misprinted, E cut off",
		d: sci.Disclosure{
			Components: []sci.ComponentStatement{{
				ID: "app", IT: sci.Exactly(0.0236), NoHardware: "",
				Hardware: []sci.Embodies{{
					TE: sci.Exactly(1205520), Reserved: sci.Exactly(1), Lifespan: sci.Exactly(35040), RR: sci.Exactly(2), ToR: sci.Exactly(16), M: about(4.305, 0.0005),
				}},
			}},
			Result: sci.Result{IT: about(0.023, 0.0005)},
		},
		found: map[string]string{"embodied_row_mismatch": "/components/0/hardware/0/embodied_g", "last_digit": "/result/it_kwh"},
	},
	{
		// sci-guide, msft-eShoppen.md:295-369: per 500 users, and never divided by them.
		name: "R never applied",
		d: sci.Disclosure{
			Unit:   sci.FunctionalUnit{Name: "user", Total: sci.Exactly(500)},
			Result: sci.Result{Operational: sci.Exactly(108.03), Embodied: sci.Exactly(9.41), Carbon: sci.Exactly(117.44), Score: sci.Exactly(117.44)},
		},
		found: map[string]string{"r_not_applied": "/result/score_g"},
	},
	{
		// sci-guide, nttdata-On-Premise-Web-system.md:180: the whole life of the server is TE, and a switch without traffic takes nothing.
		name: "whole life as TE, idle switch without energy",
		d: sci.Disclosure{
			Components: []sci.ComponentStatement{
				{ID: "ap1", Facility: sci.Exactly(0.149), Hardware: hardwareOf(6270000, 1, 178.9383562, "HPE product carbon footprint")},
				{ID: "l2-2", Kind: "switch", Facility: sci.Exactly(0), Hardware: hardwareOf(251000, 1, 7.163242009, "estimate of the maker")},
			},
		},
		found: map[string]string{"te_includes_use": "/components/0/hardware/0/source", "energy_zero": "/components/1/facility_kwh"},
	},
	{
		// sci-guide, AVEVA_case_study.md:121.
		name: "footprint of a PC as TE, without idle energy",
		d: sci.Disclosure{
			Components: []sci.ComponentStatement{{
				ID: "pc", IT: sci.Exactly(38.897028), IdleTaken: true,
				Hardware: []sci.Embodies{{TE: sci.Exactly(350000), Reserved: sci.Exactly(8760), Lifespan: sci.Exactly(43800), M: sci.Exactly(70000), Source: "Dell PCF"}},
			}},
		},
		found: map[string]string{"te_includes_use": "/components/0/hardware/0/source", "idle_excluded": "/components/0/idle_excluded"},
	},
	{
		// UBS: servers without embodied data were removed from the sum.
		name: "servers left out of M",
		d: sci.Disclosure{
			Components: []sci.ComponentStatement{
				{ID: "s1", IT: sci.Exactly(10), Hardware: hardwareOf(1e6, 744, 1e6*744/35040, "vendor, manufacturing")},
				{ID: "s2", IT: sci.Exactly(12)},
			},
			Result: sci.Result{Embodied: sci.Exactly(1e6 * 744 / 35040.0)},
		},
		found: map[string]string{"embodied_missing": "/components/1/embodied_g"},
	},
	{
		// EcoLogits, llm.py:176 and 251: the energy has the PUE in it, and is multiplied by it again.
		name: "PUE twice in water",
		d: sci.Disclosure{
			Site:   sci.SiteStatement{PUE: sci.Exactly(1.2), WUE: sci.Exactly(0.569), EWIF: sci.Exactly(3.132)},
			Result: sci.Result{IT: sci.Exactly(1.5), Facility: sci.Exactly(1.8)},
			Memo:   sci.Memo{OnSite: sci.Exactly(1.8 * 0.569), OffSite: sci.Exactly(1.8 * 1.2 * 3.132)},
		},
		found: map[string]string{"water_pue_twice": "/memo/water_on_site_l"},
	},
	{
		// Cloud Carbon Footprint, EmbodiedEmissionsEstimator: carbon becomes kilowatt-hours.
		name:  "embodied carbon as energy",
		d:     sci.Disclosure{Components: []sci.ComponentStatement{{ID: "embodied emissions", Facility: sci.Exactly(34.6), NoHardware: "see energy"}}},
		found: map[string]string{"embodied_as_energy": "/components/0"},
	},
	{
		// sci-ai/SPEC.md:270-302: 130 g per million tokens, printed as 0.13.
		name: "a thousandth of the score",
		d: sci.Disclosure{
			Unit:   sci.FunctionalUnit{Name: "token", Scale: 1e6, Total: sci.Exactly(50e9)},
			Result: sci.Result{Operational: sci.Exactly(5e6), Embodied: sci.Exactly(1.5e6), Score: about(0.13, 0.005)},
		},
		found: map[string]string{"scale_error": "/result/score_g"},
	},
	{
		// sci-ai/SPEC.md:326-329: 75,000 kg over 2.5 billion parameters are 30,000 kg, printed as 3,000.
		name: "a tenth of the score",
		d: sci.Disclosure{
			Unit:   sci.FunctionalUnit{Name: "billion parameters", Total: sci.Exactly(2.5)},
			Result: sci.Result{Operational: sci.Exactly(75e6), Embodied: sci.Exactly(0), Score: sci.Exactly(3e6)},
		},
		found: map[string]string{"scale_error": "/result/score_g", "embodied_zero": "/result/embodied_g"},
	},
	{
		// The example of the schema of the certificates: 140 times too large.
		name: "a score of 140 times",
		d: sci.Disclosure{
			Unit:   sci.FunctionalUnit{Name: "request", Total: sci.Exactly(1e6)},
			Result: sci.Result{Operational: sci.Exactly(900), Embodied: sci.Exactly(100), Score: sci.Exactly(0.14)},
		},
		found: map[string]string{"score_mismatch": "/result/score_g"},
	},
	{
		// 7 million hours of GPUs at 2.6 g/kWh.
		name: "intensity of contracts",
		d: sci.Disclosure{
			Components: []sci.ComponentStatement{{
				ID: "gpus", Kind: "gpu", Power: sci.Exactly(700), Hours: sci.Exactly(7e6), Facility: sci.Exactly(4.9e6), Operational: sci.Exactly(4.9e6 * 2.6),
				NoHardware: "rented",
			}},
		},
		found: map[string]string{"intensity_low": "/components/0/operational_g"},
	},
}

func TestVerifyFindsPublishedErrors(t *testing.T) {
	for _, p := range published {
		t.Run(p.name, func(t *testing.T) {
			got := map[string]string{}
			for _, f := range sci.Verify(&p.d) {
				got[f.Code] = f.Path
			}
			require.Equal(t, p.found, got)
		})
	}
}

// What is right in documents of that kind is let pass, printed as they print it:
// the form of the certification programme with two servers, 744 h.
func TestVerifyLetsAPrintedFormPass(t *testing.T) {
	server := func(id string) sci.ComponentStatement {
		return sci.ComponentStatement{
			ID: id, Power: about(15, 0.5), Hours: about(744, 0.5), IT: about(11.16, 0.0005), Facility: about(13.392, 0.0005),
			Hardware: []sci.Embodies{{
				Name: "m5.large", TE: about(1.1e6, 0.5), Lifespan: about(35040, 0.5), Reserved: about(744, 0.5), Share: sci.Exactly(1), M: about(23356.16, 0.005),
				Source: "Cloud Carbon Footprint",
			}},
		}
	}
	d := sci.Disclosure{
		Unit: sci.FunctionalUnit{Name: "API request", Scale: 1000, Total: about(25e6, 0.5)},
		Site: sci.SiteStatement{PUE: about(1.2, 0.05)},
		Grid: sci.GridStatement{Value: about(370, 0.5), Approach: "Location-based", Source: "EPA eGRID 2023, SRVC subregion"},
		Components: []sci.ComponentStatement{
			server("App Server 1"), server("App Server 2"),
			{ID: "Network Transfer", IT: about(1.5, 0.0005), Facility: about(1.8, 0.0005)},
		},
		Result: sci.Result{
			IT: about(23.82, 0.005), Facility: about(28.58, 0.005), Operational: about(10576.08, 0.005), Embodied: about(46712.33, 0.005),
			TE: about(2.2e6, 0.5), Score: about(2.29, 0.005),
		},
	}
	require.Empty(t, sci.Verify(&d))
}
