package sci_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

func TestVerifyReadsInstrumentsOfAMarket(t *testing.T) {
	for words, found := range map[string]bool{
		"market-based":                                          true,
		"Market based (supplier mix)":                           true,
		"covered by PPAs":                                       true,
		"PPA-adjusted factor":                                   true,
		"renewable-adjusted regional mix":                       true,
		"net of RECs":                                           true,
		"I-REC certificates were bought":                        true,
		"GO from Norway":                                        true,
		"Guarantees of Origin":                                  true,
		"emissions are offset":                                  true,
		"carbon offsets of the supplier":                        true,
		"100 % renewable":                                       true,
		"100% renewable energy":                                 true,
		"100-percent renewable":                                 true,
		"hosting is carbon-neutral":                             true,
		"EACs retired for the year":                             true,
		"residual mix of the country":                           true,
		"no idle energy was left out. PPAs were applied.":       true,
		"not marginal but market-based":                         true,
		"no offsets, PPAs were used for the region":             true,
		"location-based; covered by a power purchase agreement": true,

		"annual average, less wind bought from Ballywater under a ten-year contract": true,
		"Herkunftsnachweise angerechnet":                                             true,
		"contrat d’achat d’électricité (CAE) déduit":                                 true,
		"garanties d'origine":                                                        true,
		"garantías de origen":                                                        true,
		"24/7 carbon-free energy matching":                                           true,
		"24/7 CFE":                                                                   true,
		"an electricity purchase agreement was entered into, under which it is bought": true,
		"our PPAs are not left out":                                  true,
		"a PPA is held; this is not ignored":                         true,
		"PPAs are applied. Idle energy is excluded.":                 true,
		"our guarantees of origin are left out":                      false,
		"RECs were bought, but are not counted":                      false,
		"the supplier holds a PPA; this is ignored here":             false,
		"a PPA is disregarded":                                       false,
		"Herkunftsnachweise werden nicht angerechnet":                false,
		"sans garanties d'origine":                                   false,
		"sin garantías de origen":                                    false,
		"electricity is bought under a plain contract":               false,
		"wind farms feed a part of that grid":                        false,
		"market-based figure (12 g/kWh) is a memo and not used here": false,

		"location-based, no PPAs are used":                        false,
		"location-based (no PPAs, RECs or GOs)":                   false,
		"location-based, excluding market-based instruments":      false,
		"PPAs, RECs and offsets are not considered":               false,
		"Renewable energy certificates were excluded.":            false,
		"without offsets":                                         false,
		"not market-based":                                        false,
		"location-based rather than market-based":                 false,
		"Neither PPAs nor RECs":                                   false,
		"recommended recorder, app, GO 1.26, Go service, go live": false,
		"the PUE is 1.2, a record of the operator":                false,
		"hours at an offset of 2 to UTC time":                     false,
		"cargo, ergo, ppaper":                                     false,
		"CERN, certain, concert":                                  false,
		"Ember 2024, https://example.org/recs/PPA":                false,
		"60 % renewable energy on that grid":                      false,
		"1100 % renewable":                                        false,
	} {
		d := certificate(t, "correct")
		d.Grid.Remark = words
		got := sci.Verify(d)
		if found {
			require.Len(t, got, 1, words)
			require.Equal(t, "market_based", got[0].Code, words)
			require.Equal(t, "/intensity/remark", got[0].Path)
			continue
		}
		require.Empty(t, got, words)
	}
}

func TestVerifyReadsIdleEnergy(t *testing.T) {
	for words, found := range map[string]bool{
		"The idle baseline was subtracted.":           true,
		"Energy above idle, as measured":              true,
		"excluding idle power":                        true,
		"Net of idle":                                 true,
		"Idle energy is not subtracted.":              false,
		"Idle energy is included.":                    false,
		"Idle time of people is in no figure at all.": false,
		"Build machines are excluded.":                false,
	} {
		d := certificate(t, "correct")
		d.Method.Assumptions = []string{words}
		got := sci.Verify(d)
		if found {
			require.Len(t, got, 1, words)
			require.Equal(t, "idle_excluded", got[0].Code, words)
			continue
		}
		require.Empty(t, got, words)
	}
}

func TestVerifyReadsStagesOfFootprints(t *testing.T) {
	for source, code := range map[string]string{
		"Dell PowerEdge R740 product carbon footprint, 8640 kg": "te_includes_use",
		"HPE PCF":                       "te_includes_use",
		"cradle-to-grave footprint":     "te_includes_use",
		"LCA of the vendor, whole life": "te_includes_use",
		"manufacturing and use phase of the vendor's sheet":               "te_includes_use",
		"HPE PCF: manufacturing, transport, use and end of life":          "te_includes_use",
		"carbon footprint over the complete life cycle":                   "te_includes_use",
		"lebenszyklusweit, inkl. Nutzung":                                 "te_includes_use",
		"Fußabdruck, inkl. Nutzung":                                       "te_includes_use",
		"empreinte totale, phase d’utilisation comprise":                  "te_includes_use",
		"manufacturing 78 % of a PCF whose use phase (22 %) was left out": "",
		"LCA, Nutzungsphase ausgenommen":                                  "",
		"PCF: manufacturing and end of life, without use":                 "",
		"PCF of the vendor":                                               "te_stages_unclear",
		"Dell PowerEdge R740 PCF, manufacturing part of 15.2 %":           "",
		"HPE PCF without use phase":                                       "",
		"cradle-to-gate, use phase excluded":                              "",
		"not cradle-to-grave":                                             "",
		"Cloud Carbon Footprint coefficients":                             "",
		"life cycle assessment of the board: materials, manufacturing":    "",
	} {
		d := certificate(t, "correct")
		e := &d.Components[edge].Hardware[0]
		e.Stages, e.Source = nil, source
		got := sci.Verify(d)
		if code == "" {
			require.Empty(t, got, source)
			continue
		}
		require.Len(t, got, 1, source)
		require.Equal(t, code, got[0].Code, source)
	}
}
