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

func TestPUEIsAppliedOnce(t *testing.T) {
	grid := new(units.Intensity(400))
	it := sci.Component{IT: 2 * units.KilowattHour, PUE: 1.25, Intensity: grid}
	facility := sci.Component{Facility: 2.5 * units.KilowattHour, PUE: 1.25, Intensity: grid}
	for _, c := range []sci.Component{it, facility} {
		energy, err := c.Energy()
		require.NoError(t, err)
		require.Equal(t, 2.5, energy.KWh())
		terms, err := c.Terms()
		require.NoError(t, err)
		require.Equal(t, 1000*units.Gram, terms.Operational)
	}
}

func TestComponentRefuses(t *testing.T) {
	grid := new(units.Intensity(400))
	for name, c := range map[string]struct {
		component sci.Component
		want      error
	}{
		"negative IT energy":       {sci.Component{IT: -1, PUE: 1, Intensity: grid}, sci.ErrNegativeEnergy},
		"negative facility energy": {sci.Component{Facility: -1, Intensity: grid}, sci.ErrNegativeEnergy},
		"energy is NaN":            {sci.Component{IT: units.Energy(math.NaN()), PUE: 1}, sci.ErrNotFinite},
		"IT energy without PUE":    {sci.Component{IT: 1, Intensity: grid}, sci.ErrPUE},
		"PUE below 1":              {sci.Component{IT: 1, PUE: 0.9, Intensity: grid}, sci.ErrPUE},
		"energy in both scopes":    {sci.Component{IT: 1, PUE: 1, Facility: 1, Intensity: grid}, sci.ErrEnergyTwice},
		"no intensity":             {sci.Component{IT: 1, PUE: 1}, sci.ErrIntensityGap},
		"market-based":             {sci.Component{IT: 1, PUE: 1, Intensity: grid, MarketBased: true}, sci.ErrMarketBased},
		"market-based carbon":      {sci.Component{Operational: new(units.Carbon(3)), MarketBased: true}, sci.ErrMarketBased},
		"negative intensity":       {sci.Component{IT: 1, PUE: 1, Intensity: new(units.Intensity(-1))}, sci.ErrNegativeCarbon},
		"intensity is NaN":         {sci.Component{Intensity: new(units.Intensity(math.NaN()))}, sci.ErrNotFinite},
		"negative carbon":          {sci.Component{Operational: new(units.Carbon(-1))}, sci.ErrNegativeCarbon},
		"negative embodied":        {sci.Component{Embodied: -1}, sci.ErrNegativeCarbon},
		"embodied is infinite":     {sci.Component{Embodied: units.Carbon(math.Inf(1))}, sci.ErrNotFinite},
		"share above 1":            {sci.Component{Hardware: []sci.Allocation{{TE: 1, RR: 3, ToR: 2}}}, sci.ErrShare},
		"a part of it": {sci.Component{Parts: []sci.Component{{Embodied: 1}, {Parts: []sci.Component{{IT: -1}}}}},
			sci.ErrNegativeEnergy},
		"unlike signals": {sci.Component{Parts: []sci.Component{
			{Operational: new(units.Carbon(1)), Signal: average}, {Operational: new(units.Carbon(1)), Signal: marginal},
		}}, sci.ErrSignalMismatch},
	} {
		t.Run(name, func(t *testing.T) {
			terms, err := c.component.Terms()
			require.ErrorIs(t, err, c.want)
			require.Zero(t, terms)
			_, err = sci.System{Components: []sci.Component{c.component}, R: new(1.0)}.Score()
			require.ErrorIs(t, err, c.want)
		})
	}
}

func TestComponentErrorNamesTheHardware(t *testing.T) {
	_, err := sci.Component{ID: "db", Hardware: []sci.Allocation{{TE: 1}, {TE: -1}}}.Terms()
	require.EqualError(t, err, `sci: component "db": hardware 1: allocate TE of -1 g: carbon is negative; leave out offsets and credits`)
}

func TestSystemTellsAllThatIsWrong(t *testing.T) {
	system := sci.System{Components: []sci.Component{
		{ID: "a", IT: -1, PUE: 1}, {ID: "b", Intensity: new(units.Intensity(5)), MarketBased: true},
	}}
	_, err := system.Score()
	for _, want := range []error{sci.ErrUnitsMissing, sci.ErrNegativeEnergy, sci.ErrMarketBased} {
		require.ErrorIs(t, err, want)
	}
	_, err = system.Energy()
	require.ErrorIs(t, err, sci.ErrNegativeEnergy)
	system = sci.System{R: new(math.NaN())}
	_, err = system.Score()
	require.ErrorIs(t, err, sci.ErrUnitsNotPositive)
}

func TestTreeAddsUp(t *testing.T) {
	grid := new(units.Intensity(350))
	leaf := func(kwh float64, m units.Carbon) sci.Component {
		return sci.Component{
			Facility: units.PUE(1).Of(units.Energy(kwh * units.KilowattHour)), Intensity: grid, Signal: average,
			Embodied: m, Nature: source.NatureMeasured, Uncertainty: sci.Uncertainty{"i": kwh * 35},
		}
	}
	root := leaf(1000, 25000)
	root.Parts = []sci.Component{leaf(750, 15000), leaf(10, 0)}
	root.Parts[1].Parts = []sci.Component{leaf(40, 500)}
	root.Parts[1].Nature = source.NatureEstimated
	system := sci.System{Components: []sci.Component{root}, R: new(10000.0), Unit: "request"}
	energy, err := system.Energy()
	require.NoError(t, err)
	require.Equal(t, 1800.0, energy.KWh())
	terms, err := system.Terms()
	require.NoError(t, err)
	require.Equal(t, sci.Terms{
		Operational: 630000, Embodied: 40500, R: 10000, Unit: "request", Signal: average,
		Nature: source.NatureEstimated, Uncertainty: sci.Uncertainty{"i": 63000},
	}, terms)
}

func TestGivenCarbonStandsForEnergyTimesIntensity(t *testing.T) {
	c := sci.Component{IT: units.KilowattHour, PUE: 1, Intensity: new(units.Intensity(400)), Operational: new(units.Carbon(7))}
	terms, err := c.Terms()
	require.NoError(t, err)
	require.Equal(t, 7*units.Gram, terms.Operational)
}

func TestJoinPricesEachStepByItsOwn(t *testing.T) {
	steps := []sci.Step{
		{Energy: units.KilowattHour, Intensity: new(units.Intensity(100))},
		{Energy: 2 * units.KilowattHour},
		{Energy: 0},
		{Energy: 3 * units.KilowattHour, Intensity: new(units.Intensity(200))},
	}
	joined, err := sci.Join(steps...)
	require.ErrorIs(t, err, sci.ErrIntensityGap)
	require.Equal(t, sci.Joined{Energy: 6 * units.KilowattHour, Covered: 4 * units.KilowattHour, Operational: 700}, joined)
	i, ok := joined.Intensity()
	require.True(t, ok)
	require.Equal(t, units.Intensity(175), i)

	steps[1].Intensity = new(units.Intensity(400))
	joined, err = sci.Join(steps...)
	require.NoError(t, err, "a step without energy needs no price")
	require.Equal(t, 1500*units.Gram, joined.Operational)
	require.Equal(t, 1.0, joined.Coverage())
}

func TestJoinSeesASmallGap(t *testing.T) {
	joined, err := sci.Join(sci.Step{Energy: 1e16, Intensity: new(units.Intensity(1))}, sci.Step{Energy: 0.1})
	require.ErrorIs(t, err, sci.ErrIntensityGap)
	require.Equal(t, 1.0, joined.Coverage(), "smaller than a float64 tells apart")
}

func TestJoinOfNothing(t *testing.T) {
	joined, err := sci.Join()
	require.NoError(t, err)
	require.Zero(t, joined)
	require.Equal(t, 1.0, joined.Coverage())
	_, ok := joined.Intensity()
	require.False(t, ok)
}

func TestJoinRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		step sci.Step
		want error
	}{
		"negative energy":    {sci.Step{Energy: -1}, sci.ErrNegativeEnergy},
		"infinite energy":    {sci.Step{Energy: 2 * units.PUE(1).Of(math.MaxFloat64)}, sci.ErrNotFinite},
		"negative intensity": {sci.Step{Energy: 1, Intensity: new(units.Intensity(-1))}, sci.ErrNegativeCarbon},
		"infinite intensity": {sci.Step{Energy: 1, Intensity: new(units.Intensity(math.Inf(1)))}, sci.ErrNotFinite},
	} {
		t.Run(name, func(t *testing.T) {
			joined, err := sci.Join(sci.Step{Energy: 1, Intensity: new(units.Intensity(1))}, c.step)
			require.ErrorIs(t, err, c.want)
			require.Zero(t, joined)
		})
	}
}

func TestAllocation(t *testing.T) {
	for name, c := range map[string]struct {
		allocation sci.Allocation
		want       units.Carbon
		err        error
	}{
		"an hour of a server":    {sci.Allocation{TE: 35040, Reserved: time.Hour}, 1, nil},
		"two of sixteen":         {sci.Allocation{TE: 35040, Reserved: 8 * time.Hour, RR: 2, ToR: 16}, 1, nil},
		"none of sixteen":        {sci.Allocation{TE: 35040, Reserved: 8 * time.Hour, ToR: 16}, 0, nil},
		"a lifespan of its own":  {sci.Allocation{TE: 350000, Reserved: time.Hour, Lifespan: 5 * time.Hour}, 70000, nil},
		"all of it":              {sci.Allocation{TE: 9, Reserved: time.Hour, Lifespan: time.Hour}, 9, nil},
		"no carbon":              {sci.Allocation{Reserved: time.Hour}, 0, nil},
		"beyond its life":        {sci.Allocation{TE: 9, Reserved: 2 * time.Hour, Lifespan: time.Hour}, 0, sci.ErrLifespan},
		"beyond, as it says":     {sci.Allocation{TE: 9, Reserved: 2 * time.Hour, Lifespan: time.Hour, Beyond: true}, 18, nil},
		"negative time":          {sci.Allocation{TE: 9, Reserved: -1}, 0, sci.ErrLifespan},
		"negative lifespan":      {sci.Allocation{TE: 9, Lifespan: -1, Beyond: true}, 0, sci.ErrLifespan},
		"negative carbon":        {sci.Allocation{TE: -1}, 0, sci.ErrNegativeCarbon},
		"carbon is infinite":     {sci.Allocation{TE: units.Carbon(math.Inf(1))}, 0, sci.ErrNotFinite},
		"more than all":          {sci.Allocation{TE: 1, RR: 2, ToR: 1}, 0, sci.ErrShare},
		"resources without all":  {sci.Allocation{TE: 1, RR: 2}, 0, sci.ErrShare},
		"negative resources":     {sci.Allocation{TE: 1, RR: -2, ToR: 4}, 0, sci.ErrShare},
		"all resources infinite": {sci.Allocation{TE: 1, RR: 1, ToR: math.Inf(1)}, 0, sci.ErrShare},
		"resources are NaN":      {sci.Allocation{TE: 1, RR: math.NaN(), ToR: 4}, 0, sci.ErrShare},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.allocation.Carbon()
			require.ErrorIs(t, err, c.err)
			require.InDelta(t, float64(c.want), float64(got), 1e-12*float64(c.want))
		})
	}
}

func TestAmortizeStaysWithinTheWhole(t *testing.T) {
	require.Equal(t, 2*units.Gram, sci.Amortize(8, time.Hour, 2*time.Hour, 0.5))
	require.Equal(t, 8*units.Gram, sci.Amortize(8, 3*time.Hour, 2*time.Hour, 7))
	require.InEpsilon(t, 1000000.0/35040, float64(sci.Amortize(units.Tonne, time.Hour, 0, 1)), 1e-15)
	for _, zero := range []units.Carbon{
		sci.Amortize(-1, time.Hour, 0, 1), sci.Amortize(units.Carbon(math.NaN()), time.Hour, 0, 1),
		sci.Amortize(1, -time.Hour, 0, 1), sci.Amortize(1, time.Hour, -1, 1),
		sci.Amortize(1, time.Hour, 0, -1), sci.Amortize(1, time.Hour, 0, math.NaN()),
	} {
		require.Zero(t, zero)
	}
	require.Equal(t, units.Carbon(math.MaxFloat64), sci.Amortize(units.Carbon(math.Inf(1)), 1, 1, 1))
}

func TestSignalOfPartsWithoutCarbonIsNotAsked(t *testing.T) {
	terms, err := sci.Component{Parts: []sci.Component{
		{Embodied: 3}, {Operational: new(units.Carbon(1)), Signal: intensity.Signal{Kind: intensity.OffGrid}},
	}}.Terms()
	require.NoError(t, err)
	require.Equal(t, intensity.OffGrid, terms.Signal.Kind)
}
