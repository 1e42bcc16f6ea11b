package sci_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

var making = []string{sci.StageMaterials, sci.StageManufacturing}

func TestFootprintRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		f    sci.Footprint
		want error
	}{
		"the use phase":       {sci.Footprint{TE: 1, Stages: []string{sci.StageManufacturing, sci.StageUse}}, sci.ErrUseStage},
		"use and an unknown":  {sci.Footprint{TE: 1, Stages: []string{sci.StageUse, "mining"}}, sci.ErrUseStage},
		"no stage":            {sci.Footprint{TE: 1}, sci.ErrStage},
		"an unknown stage":    {sci.Footprint{TE: 1, Stages: []string{"Manufacturing"}}, sci.ErrStage},
		"less than nothing":   {sci.Footprint{TE: -1, Stages: making}, sci.ErrNegativeCarbon},
		"nothing":             {sci.Footprint{Stages: making}, sci.ErrFootprint},
		"not a number":        {sci.Footprint{TE: units.Carbon(math.NaN()), Stages: making}, sci.ErrNotFinite},
		"endless":             {sci.Footprint{TE: 1, High: units.Carbon(math.Inf(1)), Stages: making}, sci.ErrNotFinite},
		"a TE below its low":  {sci.Footprint{TE: 1, Low: 2, High: 3, Stages: making}, sci.ErrFootprint},
		"a TE above its high": {sci.Footprint{TE: 4, Low: 2, High: 3, Stages: making}, sci.ErrFootprint},
	} {
		t.Run(name, func(t *testing.T) {
			e, err := c.f.Embodiment()
			require.ErrorIs(t, err, c.want)
			require.Zero(t, e)
		})
	}
}

func TestEmbodimentSaysWhatItLacks(t *testing.T) {
	host, err := sci.Footprint{Name: "host", TE: 1e6, Low: 8e5, High: 2e6, Stages: making, Method: "LCA", Source: "A", Year: 2019}.Embodiment()
	require.NoError(t, err)
	card, err := sci.Footprint{
		Name: "card", Kind: source.GPU, TE: 3e5, Stages: append([]string{sci.StageEndOfLife}, making...), Method: "LCA", Source: "B", Year: 2025,
	}.Embodiment()
	require.NoError(t, err)
	require.Equal(t, []string{sci.StageTransport, sci.StageEndOfLife}, host.Lacks())
	require.Equal(t, []string{sci.StageTransport}, card.Lacks())

	both := host.Plus(card.Times(2))
	low, high := both.Range()
	require.Equal(t, []units.Carbon{1.6e6, 1.4e6, 2.6e6}, []units.Carbon{both.TE(), low, high})
	require.Equal(t, []string{sci.StageMaterials, sci.StageManufacturing, sci.StageEndOfLife}, both.Stages())
	require.Equal(t, []string{sci.StageTransport, sci.StageEndOfLife}, both.Lacks(), "of the host end of life is missing still")
	require.Equal(t, []any{"host; card", "LCA", "A; B", 2019}, []any{both.Name(), both.Method(), both.Source(), both.Year()})
	require.Equal(t, host, host.Plus(sci.Embodiment{}))
	require.Equal(t, host, sci.Embodiment{}.Plus(host))
}

func TestEmbodimentIsChargedAndStated(t *testing.T) {
	e, err := sci.Footprint{Name: "card", Kind: source.GPU, TE: 3.504e5, Low: 164e3, High: 575e3, Stages: making, Source: "S", Year: 2025}.Embodiment()
	require.NoError(t, err)
	m, err := e.Allocate(time.Hour, 0, 1, 8).Carbon()
	require.NoError(t, err)
	require.InEpsilon(t, 1.25, float64(m), 1e-12)

	require.InDelta(t, sci.GPUSigma, e.Part().Sigma, 1e-12, "ln(575/164)/2 is 0.627, and accelerators are less known")
	require.InDelta(t, math.Log(575.0/164)/2, e.Sigma(0), 1e-12)

	stated := e.Embodies()
	require.Equal(t, sci.Embodies{
		Name: "card", TE: sci.Exactly(3.504e5), Low: sci.Exactly(164e3), High: sci.Exactly(575e3),
		Stages: making, Source: "S", Vintage: 2025, Nature: "sourced",
	}, stated)
	back, err := stated.Embodiment()
	require.NoError(t, err)
	require.Equal(t, stated, back.Embodies())

	_, err = sci.Embodies{Name: "x", Stages: making}.Embodiment()
	require.ErrorIs(t, err, sci.ErrNotMeasured, "a TE that is not stated is not 0")
	stated.Stages = append(stated.Stages, sci.StageUse)
	_, err = stated.Embodiment()
	require.ErrorIs(t, err, sci.ErrUseStage)
}

func TestEveryAcceleratorHasStages(t *testing.T) {
	for _, a := range sci.Accelerators() {
		e, err := a.Embodiment()
		require.NoError(t, err, a.Model)
		low, high := e.Range()
		require.Equal(t, []any{a.TE, a.Low, a.High, source.GPU, a.Source}, []any{e.TE(), low, high, e.Kind(), e.Source()})
		require.Equal(t, making, e.Stages())
	}
	for boundary, want := range map[string]error{
		"": sci.ErrStage, "cradle to somewhere": sci.ErrStage, "Cradle-to-grave": sci.ErrUseStage,
		"cradle-to-grave without use": nil, "cradle-to-gate and  transport": nil,
	} {
		_, err := sci.Accelerator{Model: "x", TE: 1, Low: 1, High: 1, Boundary: boundary}.Embodiment()
		require.ErrorIs(t, err, want, boundary)
	}
}

// The split of the footprint of the Dell R740: 8640 kg, of it use 84.3 % and
// manufacturing 15.2 %, with an error of 0.98.
func TestOEMLeavesTheUsePhaseOut(t *testing.T) {
	r740 := sci.OEM{
		Name: "PowerEdge R740", Total: 8640 * units.Kilogram, Error: 0.98, Source: "Dell PCF", Year: 2018,
		Stages: map[string]float64{sci.StageUse: 0.843, sci.StageManufacturing: 0.152, sci.StageTransport: 0.003, sci.StageEndOfLife: 0.002},
	}
	e, err := r740.Embodiment()
	require.NoError(t, err)
	require.InEpsilon(t, 8640*0.157, float64(e.TE()/units.Kilogram), 1e-12)
	low, high := e.Range()
	require.InEpsilon(t, float64(e.TE())/1.98, float64(low), 1e-12)
	require.InEpsilon(t, float64(e.TE())*1.98, float64(high), 1e-12)
	require.Equal(t, []string{sci.StageManufacturing, sci.StageTransport, sci.StageEndOfLife}, e.Stages())
	require.Equal(t, "manufacturer PCF", e.Method())
	te, err := r740.TE()
	require.NoError(t, err)
	require.Equal(t, e.TE(), te)
	require.InDelta(t, math.Log(1.98), e.Server(sci.Embodiment{}).Sigma, 1e-12)
}

func TestOEMRefuses(t *testing.T) {
	split := func(use, manufacturing float64) map[string]float64 {
		return map[string]float64{sci.StageUse: use, sci.StageManufacturing: manufacturing}
	}
	for name, c := range map[string]struct {
		o    sci.OEM
		want error
	}{
		"a total without a split":         {sci.OEM{Total: 6270e3}, sci.ErrStageSplit},
		"a split that may leave use out":  {sci.OEM{Total: 1, Stages: map[string]float64{sci.StageManufacturing: 0.16}}, sci.ErrStageSplit},
		"a split that leaves a part open": {sci.OEM{Total: 1, Stages: split(0.5, 0.3)}, sci.ErrFootprint},
		"more than all":                   {sci.OEM{Total: 1, Stages: split(0.9, 0.3)}, sci.ErrFootprint},
		"shares in percent":               {sci.OEM{Total: 1, Stages: split(84.3, 15.7)}, sci.ErrFootprint},
		"use alone":                       {sci.OEM{Total: 1, Stages: split(1, 0)}, sci.ErrFootprint},
		"a credit":                        {sci.OEM{Total: 1, Stages: split(1.01, -0.01)}, sci.ErrFootprint},
		"a stage unknown":                 {sci.OEM{Total: 1, Stages: map[string]float64{"making": 1}}, sci.ErrStage},
		"no total":                        {sci.OEM{Stages: split(0.8, 0.2)}, sci.ErrFootprint},
		"a total of NaN":                  {sci.OEM{Total: units.Carbon(math.NaN()), Stages: split(0.8, 0.2)}, sci.ErrNotFinite},
		"an error below 0":                {sci.OEM{Total: 1, Error: -1, Stages: split(0.8, 0.2)}, sci.ErrUncertainty},
	} {
		t.Run(name, func(t *testing.T) {
			te, err := c.o.TE()
			require.ErrorIs(t, err, c.want)
			require.Zero(t, te)
		})
	}
	embodied, err := sci.OEM{Total: 100, Stages: map[string]float64{sci.StageManufacturing: 0.99, sci.StageTransport: 0.01}}.TE()
	require.NoError(t, err, "a sheet that leaves use out by itself")
	require.Equal(t, 100*units.Gram, embodied)
}
