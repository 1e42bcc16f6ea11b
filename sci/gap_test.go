package sci_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

var midnight = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func at(h float64) time.Time { return midnight.Add(time.Duration(h * float64(time.Hour))) }

// hourly are steps of one kWh an hour; a negative intensity stands for none.
func hourly(intensities ...float64) []sci.Step {
	steps := make([]sci.Step, len(intensities))
	for i, g := range intensities {
		steps[i] = sci.Step{Energy: units.KilowattHour, Start: at(float64(i)), End: at(float64(i + 1))}
		if g >= 0 {
			steps[i].Intensity = new(units.Intensity(g))
		}
	}
	return steps
}

func TestGapPolicies(t *testing.T) {
	gap := hourly(100, -1, -1, -1, 300)
	annual := sci.AnnualFallback(50, "table 2024")
	for name, c := range map[string]struct {
		p      sci.GapPolicy
		steps  []sci.Step
		grams  float64
		filled map[string]float64 // shares
		open   bool
	}{
		"fails by default":             {sci.GapPolicy{}, gap, 400, nil, true},
		"fails":                        {sci.FailAtGaps(), gap, 400, nil, true},
		"holds all of it":              {sci.Hold(3 * time.Hour), gap, 700, map[string]float64{"hold": 0.6}, false},
		"holds as long as it may":      {sci.Hold(90 * time.Minute), gap, 550, map[string]float64{"hold": 0.3}, true},
		"falls back":                   {annual, gap, 550, map[string]float64{"annual-fallback": 0.6}, false},
		"holds, then falls back":       {sci.Hold(90 * time.Minute).Else(annual), gap, 625, map[string]float64{"hold": 0.3, "annual-fallback": 0.3}, false},
		"falls back, nothing to hold":  {annual.Else(sci.Hold(time.Hour)), gap, 550, map[string]float64{"annual-fallback": 0.6}, false},
		"a second hold goes on":        {sci.Hold(time.Hour).Else(sci.Hold(3 * time.Hour)), gap, 700, map[string]float64{"hold": 0.6}, false},
		"nothing before to hold":       {sci.Hold(3 * time.Hour), hourly(-1, 100), 100, nil, true},
		"a later one is held anew":     {sci.Hold(time.Hour), hourly(100, -1, 200, -1), 600, map[string]float64{"hold": 0.5}, false},
		"no gap":                       {sci.Hold(time.Hour).Else(annual), hourly(100, 200), 300, nil, false},
		"an intensity of 0 is no gap":  {annual, hourly(0, 0), 0, nil, false},
		"holds for ever":               {sci.Hold(math.MaxInt64), gap, 700, map[string]float64{"hold": 0.6}, false},
		"holds for no time":            {sci.Hold(0), gap, 400, nil, true},
		"no energy needs no intensity": {sci.FailAtGaps(), []sci.Step{{}}, 0, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			j, err := c.p.Join(c.steps...)
			if c.open {
				require.ErrorIs(t, err, sci.ErrIntensityGap)
			} else {
				require.NoError(t, err)
			}
			require.InDelta(t, c.grams, float64(j.Operational), 1e-9)
			shares := map[string]float64{}
			for _, g := range j.Gaps() {
				shares[g.Policy] += g.Share
			}
			require.InDeltaMapValues(t, orEmpty(c.filled), shares, 1e-12)
			require.Len(t, shares, len(c.filled))
		})
	}
}

func orEmpty(m map[string]float64) map[string]float64 {
	if m == nil {
		return map[string]float64{}
	}
	return m
}

func TestFilledGapsAreToldApart(t *testing.T) {
	p := sci.Hold(90 * time.Minute).Else(sci.AnnualFallback(50, "table 2024"))
	require.Equal(t, "hold for up to 1h30m0s, else annual-fallback of 50 g/kWh (table 2024)", p.String())
	require.Equal(t, "fail", sci.FailAtGaps().String())
	j, err := p.Join(hourly(100, -1, -1, -1, 300)...)
	require.NoError(t, err)
	require.Equal(t, sci.Joined{
		Energy: 5 * units.KilowattHour, Covered: 2 * units.KilowattHour, Operational: 625,
		Filled: []sci.Fill{
			{sci.GapHold, "hold for up to 1h30m0s", 1.5 * units.KilowattHour, 150},
			{sci.GapAnnual, "annual-fallback of 50 g/kWh (table 2024)", 1.5 * units.KilowattHour, 75},
		},
	}, j)
	require.Equal(t, 0.4, j.Coverage(), "what was filled is not covered")
	i, ok := j.Intensity()
	require.True(t, ok)
	require.Equal(t, units.Intensity(125), i)

	score, err := sci.System{Components: []sci.Component{j.Component("host")}, R: new(5.0)}.Score()
	require.NoError(t, err)
	require.Equal(t, 125*units.Gram, score.Carbon())
}

func TestGapPolicyRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		p     sci.GapPolicy
		steps []sci.Step
		want  error
	}{
		"a negative annual intensity": {sci.AnnualFallback(-1, ""), nil, sci.ErrNegativeCarbon},
		"an endless one":              {sci.AnnualFallback(units.Intensity(math.Inf(1)), ""), nil, sci.ErrNotFinite},
		"a negative age":              {sci.Hold(-1), nil, sci.ErrPeriod},
		"steps without times":         {sci.Hold(time.Hour), []sci.Step{{Energy: 1}}, sci.ErrPeriod},
		"steps out of order":          {sci.Hold(time.Hour), []sci.Step{hourly(1, 1)[1], hourly(1)[0]}, sci.ErrPeriod},
		"a step that ends too early":  {sci.FailAtGaps(), []sci.Step{{Start: at(1), End: at(0)}}, sci.ErrPeriod},
		"negative energy":             {sci.AnnualFallback(1, ""), []sci.Step{{Energy: -1}}, sci.ErrNegativeEnergy},
	} {
		t.Run(name, func(t *testing.T) {
			j, err := c.p.Join(c.steps...)
			require.ErrorIs(t, err, c.want)
			require.Zero(t, j)
		})
	}
}

func TestJoinedOfAnIntegration(t *testing.T) {
	signal := intensity.Signal{Kind: intensity.Average, Boundary: intensity.Lifecycle, Accounting: intensity.Production}
	series := &intensity.Series{Points: []intensity.Point{
		{Start: at(0), End: at(1), Value: 100, Signal: signal, Quality: intensity.Measured, Zone: "FR", Origin: source.Origin{Name: "live"}},
		{Start: at(2), End: at(3), Value: 300, Signal: signal, Quality: intensity.Measured, Zone: "FR", Origin: source.Origin{Name: "live"}},
	}}
	day := intensity.Delta{From: at(0), To: at(3), Energy: 3 * units.KilowattHour}
	r, err := intensity.Integrate(series, []intensity.Delta{day}, intensity.Options{Gap: intensity.Hold(2 * time.Hour)})
	require.NoError(t, err)
	j := sci.JoinedOf(r)
	require.InEpsilon(t, 500, float64(j.Operational), 1e-12)
	require.InEpsilon(t, 2.0/3, j.Coverage(), 1e-12)
	require.Len(t, j.Gaps(), 1)
	require.Equal(t, sci.GapHold, j.Gaps()[0].Policy)
	require.InEpsilon(t, 1.0/3, j.Gaps()[0].Share, 1e-12)
}
