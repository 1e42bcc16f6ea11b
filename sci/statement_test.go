package sci_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

func TestSystemIsStatedAsItScores(t *testing.T) {
	signal := intensity.Signal{Kind: intensity.Average, Boundary: intensity.Lifecycle, Accounting: intensity.Production}
	e, err := sci.Footprint{Name: "host", TE: 1e6, Low: 8e5, High: 2e6, Stages: making, Source: "LCA", Year: 2024}.Embodiment()
	require.NoError(t, err)
	charged := e.Allocate(876*time.Hour, 0, 8, 32)
	charged.Basis = "vCPU"
	s := sci.System{R: new(1000.0), Unit: "request", Components: []sci.Component{{
		ID: "host", IT: 4 * units.KilowattHour, PUE: 1.25, Intensity: new(units.Intensity(200)), Signal: signal, Idle: new(0.5),
		Nature: source.NatureMeasured, Hardware: []sci.Allocation{charged},
		Parts: []sci.Component{{ID: "network", Facility: units.KilowattHour, Intensity: new(units.Intensity(200)), Signal: signal, Embodied: 7}},
	}}}
	got, err := s.Statements()
	require.NoError(t, err)
	grid := &sci.GridStatement{
		Value: sci.Exactly(200), Kind: "average", Boundary: "lifecycle", Accounting: "production", Approach: "location-based",
	}
	require.Equal(t, []sci.ComponentStatement{{
		ID: "host", Nature: "measured", IT: sci.Exactly(4), Facility: sci.Exactly(5), Idle: sci.Exactly(2),
		Site: &sci.SiteStatement{PUE: sci.Exactly(1.25)}, Grid: grid,
		Operational: sci.Exactly(1000), Embodied: sci.Exactly(6250), Carbon: sci.Exactly(7250),
		Hardware: []sci.Embodies{{
			Name: "host", TE: sci.Exactly(1e6), Low: sci.Exactly(8e5), High: sci.Exactly(2e6), Stages: making, Source: "LCA", Vintage: 2024,
			Reserved: sci.Exactly(876), Lifespan: sci.Exactly(35040), RR: sci.Exactly(8), ToR: sci.Exactly(32), Basis: "vCPU",
			M: sci.Exactly(6250), Nature: "sourced",
		}},
		Parts: []sci.ComponentStatement{{
			ID: "network", Facility: sci.Exactly(1), Grid: grid, Operational: sci.Exactly(200), Embodied: sci.Exactly(7), Carbon: sci.Exactly(207),
		}},
	}}, got)

	var c units.Carbon
	for _, part := range []sci.ComponentStatement{got[0], got[0].Parts[0]} {
		c += units.Carbon(part.Carbon.Value)
	}
	require.Equal(t, mustSystem(t, s).Total(), c)

	s.Components[0].Parts[0].Intensity = nil
	_, err = s.Statements()
	require.ErrorIs(t, err, sci.ErrIntensityGap)
}

func TestAPartOfADeviceHasNoRangeOfIt(t *testing.T) {
	e, err := sci.Footprint{Name: "host", TE: 1e6, Low: 8e5, High: 2e6, Stages: making}.Embodiment()
	require.NoError(t, err)
	a := e.Allocate(time.Hour, 0, 0, 0)
	a.TE /= 2
	got, err := sci.System{Components: []sci.Component{{Hardware: []sci.Allocation{a}}}}.Statements()
	require.NoError(t, err)
	h := got[0].Hardware[0]
	require.Equal(t, sci.Exactly(5e5), h.TE)
	require.Nil(t, h.Low)
	require.Equal(t, making, h.Stages)
	require.Nil(t, got[0].Operational, "a component without energy states no O")
}

func TestStatedSystemPassesVerify(t *testing.T) {
	bill, err := r740(true).Bill()
	require.NoError(t, err)
	charged := bill.Total().Allocate(720*time.Hour, 0, 8, 32)
	charged.Basis = "vCPU"
	s := sci.System{R: new(1000.0), Unit: "request", Components: []sci.Component{{
		ID: "host", IT: 40 * units.KilowattHour, PUE: 1.25, Intensity: new(units.Intensity(200)), Idle: new(0.5),
		Hardware: []sci.Allocation{charged},
	}}}
	components, err := s.Statements()
	require.NoError(t, err)
	score := mustSystem(t, s)
	d := &sci.Disclosure{
		Schema: sci.DisclosureSchema, Profile: sci.GSF11, Components: components,
		Period: sci.Period{Start: midnight, End: midnight.Add(720 * time.Hour)},
		Unit:   sci.FunctionalUnit{Name: "request", Total: sci.Exactly(1000)},
		Result: sci.Result{
			IT: sci.Exactly(40), Facility: sci.Exactly(50), Operational: sci.Exactly(float64(score.Operational)),
			Embodied: sci.Exactly(float64(score.Embodied)), Carbon: sci.Exactly(float64(score.Total())), Score: sci.Exactly(float64(score.Carbon())),
		},
	}
	require.Empty(t, sci.Verify(d))
	d.Components[0].Hardware[0].Stages = append(d.Components[0].Hardware[0].Stages, sci.StageUse)
	require.NotEmpty(t, sci.Verify(d))
}
