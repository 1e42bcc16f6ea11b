package sci_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

func codesOf(d *sci.Disclosure) map[string]string {
	all := map[string]string{}
	for _, f := range sci.Verify(d) {
		all[f.Code] = f.Path
	}
	return all
}

// service is a document of one component that uses energy, and of an M of 0.
func service(why string) *sci.Disclosure {
	return &sci.Disclosure{
		Components: []sci.ComponentStatement{{ID: "app", Facility: sci.Exactly(10), NoHardware: why}},
		Result:     sci.Result{Embodied: sci.Exactly(0)},
	}
}

func TestVerifyWantsACauseOfZeroEmbodied(t *testing.T) {
	for why, found := range map[string]bool{
		"":                                   true,
		"Not applicable: runs in the cloud.": true,
		"runs in the cloud":                  true,
		"not applicable":                     true,
		"n/a":                                true,
		"unknown":                            true,
		"negligible":                         true,
		"no data of the provider":            true,
		"the figure of energy has it as carbon of operation": false,
		"charged to the phone, whose own certificate has it": false,
	} {
		got := sci.Verify(service(why))
		if !found {
			require.Empty(t, got, why)
			continue
		}
		require.Len(t, got, 1, why)
		require.Equal(t, "embodied_zero", got[0].Code)
		require.Equal(t, "/result/embodied_g", got[0].Path)
		require.Equal(t, sci.SeverityError, got[0].Severity)
	}
}

func TestVerifyWantsACauseOfRowsOfZero(t *testing.T) {
	d := service("")
	d.Result.Embodied = nil
	d.Components[0].Hardware = []sci.Embodies{{Name: "host", M: sci.Exactly(0)}}
	require.Equal(t, map[string]string{"embodied_zero": "/components/0/hardware/0/embodied_g"}, codesOf(d))
	d.Components[0].Hardware = append(d.Components[0].Hardware, sci.Embodies{Name: "disk", M: sci.Exactly(3)})
	require.Empty(t, codesOf(d))
}

func TestVerifyFindsTrainingOfConsumers(t *testing.T) {
	for _, name := range []string{"Pre-training", "Fine-tuning run, share", "Model training (amortised)", "training run"} {
		for what, edit := range map[string]edit{
			"profile": func(d *sci.Disclosure) { d.Profile = sci.SCIAIConsumer },
			"persona": func(d *sci.Disclosure) { d.AI = &sci.AIStatement{Persona: "consumer"} },
		} {
			d := &sci.Disclosure{Components: []sci.ComponentStatement{{ID: name, Carbon: sci.Exactly(1)}}}
			d.Boundary.Included = []sci.BoundaryItem{{Name: name}}
			require.Empty(t, codesOf(d))
			edit(d)
			require.Equal(t, map[string]string{"consumer_training": "/components/0/id"}, codesOf(d), what)
			d.Components[0].ID = "inference"
			require.Equal(t, map[string]string{"consumer_training": "/boundary/included/0"}, codesOf(d), what)
		}
	}
}

// Hardware may be stated apart from the components that use energy.
func TestVerifyTakesHardwareOfItsOwn(t *testing.T) {
	d := &sci.Disclosure{Components: []sci.ComponentStatement{
		{ID: "recogniser", Facility: sci.Exactly(1)},
		{ID: "hardware", Embodied: sci.Exactly(4)},
	}}
	require.Empty(t, codesOf(d))
	d.Components[1].Facility = sci.Exactly(1)
	require.Equal(t, map[string]string{"embodied_missing": "/components/0/embodied_g"}, codesOf(d))
}

// A score of the right M is right, where the total of M is what is wrong.
func TestVerifyFindsAWrongTotalOnce(t *testing.T) {
	row := func(m float64) []sci.Embodies { return []sci.Embodies{{M: sci.Exactly(m)}} }
	d := &sci.Disclosure{
		Unit: sci.FunctionalUnit{Name: "booking", Total: sci.Exactly(10)},
		Components: []sci.ComponentStatement{
			{ID: "web", Operational: sci.Exactly(700), Hardware: row(300)},
			{ID: "db", Operational: sci.Exactly(500), Hardware: row(217)},
		},
		Result: sci.Result{Embodied: sci.Exactly(281), Score: sci.Exactly(171.7)},
	}
	require.Equal(t, map[string]string{"total_mismatch": "/result/embodied_g"}, codesOf(d))
	d.Result.Score = sci.Exactly(100)
	require.Contains(t, codesOf(d), "score_mismatch")
}

func TestVerifyHoldsReservedTimeAgainstThePeriod(t *testing.T) {
	d := &sci.Disclosure{Components: []sci.ComponentStatement{{
		ID: "disk", Facility: sci.Exactly(1), Hardware: []sci.Embodies{{TE: sci.Exactly(9e5), Reserved: sci.Exactly(8760), Lifespan: sci.Exactly(43_800)}},
	}}}
	require.Empty(t, codesOf(d))
	d.Period.Start = time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)
	d.Period.End = d.Period.Start.Add(720 * time.Hour)
	got := sci.Verify(d)
	require.Len(t, got, 1)
	require.Equal(t, "reserved_exceeds_period", got[0].Code)
	require.Equal(t, sci.SeverityError, got[0].Severity)
}
