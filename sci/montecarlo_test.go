package sci_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

// doubts are uncertain inputs of [shop] of every shape.
func doubts() []sci.UncertainInput {
	return []sci.UncertainInput{
		{ID: "intensity", Of: sci.FactorIntensity, Dist: sci.LognormalAbout(1, 0.05)},
		{ID: "meter", Of: sci.FactorEnergy, Dist: sci.Normal(1, 0.02), Components: []string{"web"}},
		{ID: "pue", Of: sci.FactorPUE, Dist: sci.Triangular(1.2, 1.25, 1.3).Over(1.25)},
		{ID: "te.host", Of: sci.FactorEmbodied, Dist: sci.LognormalAbout(1, 0.08)},
		{ID: "lifespan", Of: sci.FactorLifespan, Dist: sci.Triangular(33000, 35040, 37080).Over(35040)},
		{ID: "attribution", Of: sci.FactorOperational, Dist: sci.Uniform(0.97, 1.03), Components: []string{"db"}},
	}
}

func TestSimulateAgreesWithFirstOrder(t *testing.T) {
	d := shop()
	u, err := sci.FirstOrder(d, doubts()...)
	require.NoError(t, err)
	s, err := sci.Simulate(d, sci.MonteCarlo{Draws: 100_000, Seed: 7}, doubts()...)
	require.NoError(t, err)
	o, m := 164*1.25*400.0, 2*1e6*744/35040.0/4
	// Analytic, in grams: what each input multiplies, times its sigma.
	mean := math.Exp(0.05 * 0.05 / 2)
	require.InEpsilon(t, o*mean*math.Sqrt(math.Expm1(0.0025)), u["intensity"], 1e-6)
	require.InEpsilon(t, 100*1.25*400*0.02*mean, u["meter"], 1e-6)
	require.InEpsilon(t, 60*1.25*400*0.06/math.Sqrt(12)*mean, u["attribution"], 1e-6)
	require.InEpsilon(t, m*0.08, u["te.host"], 0.01)
	require.InEpsilon(t, -m*2040/35040/math.Sqrt(6), u["lifespan"], 0.01)
	require.InEpsilon(t, u.Sigma()/1000, s.Sigma, 0.01, "1 % of sigma: 100,000 draws give 0.22 % at 1σ")
	require.InEpsilon(t, (o*mean+m)/1000, s.Mean, 0.002)
	low, high := s.Quantile(0.025), s.Quantile(0.975)
	require.InEpsilon(t, 2*1.96*u.Sigma()/1000, high-low, 0.02)
	require.InDelta(t, 0.975, s.Above(low), 1e-4)
}

func TestSimulateIsItsSeed(t *testing.T) {
	run := func(seed uint64) *sci.Simulation {
		s, err := sci.Simulate(shop(), sci.MonteCarlo{Seed: seed}, doubts()...)
		require.NoError(t, err)
		return s
	}
	a, b := run(42), run(42)
	require.Equal(t, a, b)
	require.Equal(t, sci.DefaultDraws, a.Draws)
	require.Equal(t, uint64(42), a.Seed)
	require.NotEqual(t, a.Mean, run(43).Mean)
	require.Contains(t, a.String(), "95 %) g, 10000 draws of seed 42")
	require.LessOrEqual(t, a.Low, a.Median)
	require.Equal(t, a.Quantile(0), a.Quantile(-1))
	require.Equal(t, a.Quantile(1), a.Quantile(2))
	require.Equal(t, 1.0, a.Above(0))
	require.Zero(t, a.Above(a.Quantile(1)))
	var none *sci.Simulation
	require.Equal(t, "not simulated", none.String())
	require.Zero(t, none.Quantile(0.5))
	require.Zero(t, none.Above(0))
}

// One input of two factors is drawn once.
func TestSimulateSharesInputs(t *testing.T) {
	d := doubted(0)
	d.Components = []sci.ComponentStatement{
		{ID: "a", Operational: sci.Exactly(50), Embodied: sci.Exactly(0)},
		{ID: "b", Operational: sci.Exactly(50), Embodied: sci.Exactly(0)},
	}
	input := func(a, b string) []sci.UncertainInput {
		return []sci.UncertainInput{
			{ID: a, Of: sci.FactorOperational, Dist: sci.Normal(1, 0.1), Components: []string{"a"}},
			{ID: b, Of: sci.FactorOperational, Dist: sci.Normal(1, 0.1), Components: []string{"b"}},
		}
	}
	shared, err := sci.Simulate(d, sci.MonteCarlo{Draws: 50_000}, input("x", "x")...)
	require.NoError(t, err)
	require.InEpsilon(t, 10, shared.Sigma, 0.02)
	apart, err := sci.Simulate(d, sci.MonteCarlo{Draws: 50_000}, input("x", "y")...)
	require.NoError(t, err)
	require.InEpsilon(t, 10/math.Sqrt2, apart.Sigma, 0.02)

	two := input("x", "x")
	two[1].Dist = sci.Normal(1, 0.2)
	_, err = sci.Simulate(d, sci.MonteCarlo{}, two...)
	require.ErrorIs(t, err, sci.ErrDistribution)
}

func TestCompareSimulated(t *testing.T) {
	after := shop()
	after.Components[0].IT = sci.Exactly(95)
	mc := sci.MonteCarlo{Draws: 20_000, Seed: 1}
	grid := sci.UncertainInput{ID: "intensity", Of: sci.FactorIntensity, Dist: sci.LognormalAbout(1, 0.2)}
	c := compare(t, shop(), after, sci.Simulated(mc, grid))
	require.Equal(t, uint64(1), c.Simulation.Seed)
	require.Zero(t, c.Simulation.Above(0), "less energy on one grid is less, whatever the grid")
	require.InEpsilon(t, -2.5*math.Exp(0.02), c.Simulation.Mean, 0.01)
	c = compare(t, shop(), after, sci.Simulated(mc, grid), sci.Independent("intensity"))
	require.Greater(t, c.Simulation.Above(0), 0.4, "two grids that nobody knows")

	_, err := sci.Compare(shop(), after, sci.Simulated(sci.MonteCarlo{Draws: 1}, grid))
	require.ErrorIs(t, err, sci.ErrDistribution)
	grid.Components = []string{"nobody"}
	_, err = sci.Compare(shop(), after, sci.Simulated(mc, grid))
	require.ErrorIs(t, err, sci.ErrInput)
}

func TestExtremesOfWhatIsMissing(t *testing.T) {
	d := shop()
	d.Site.PUE = nil
	pue := sci.UncertainInput{ID: "pue", Of: sci.FactorPUE, Dist: sci.Triangular(1.1, 1.54, 2), Absolute: true}
	lifespan := sci.UncertainInput{ID: "lifespan", Of: sci.FactorLifespan, Dist: sci.Uniform(26280, 52560).Over(35040)}
	low, high, err := sci.Extremes(d, pue, lifespan)
	require.NoError(t, err)
	m := 2 * 1e6 * 744 / 35040.0 / 4
	require.InEpsilon(t, (164*1.1*400+m/1.5)/1000, float64(low), 1e-12)
	require.InEpsilon(t, (164*2*400+m/0.75)/1000, float64(high), 1e-12)

	_, _, err = sci.Extremes(d, lifespan)
	require.ErrorIs(t, err, sci.ErrInput, "no PUE, stated or as an input")
}

func TestInputsThatMoveNothing(t *testing.T) {
	total := doubted(0)
	total.Components = []sci.ComponentStatement{{ID: "all", Carbon: sci.Exactly(5)}}
	one := sci.Normal(1, 0.1)
	for name, x := range map[string]struct {
		d  *sci.Disclosure
		in sci.UncertainInput
	}{
		"no such factor":       {shop(), sci.UncertainInput{Of: "Q", Dist: one}},
		"no such component":    {shop(), sci.UncertainInput{Of: sci.FactorEnergy, Dist: one, Components: []string{"disk"}}},
		"carbon is not split":  {total, sci.UncertainInput{Of: sci.FactorOperational, Dist: one}},
		"energy is not stated": {doubted(5), sci.UncertainInput{Of: sci.FactorEnergy, Dist: one}},
		"an absolute R":        {shop(), sci.UncertainInput{Of: sci.FactorUnits, Dist: one, Absolute: true}},
		"an absolute lifespan": {shop(), sci.UncertainInput{Of: sci.FactorLifespan, Dist: one, Absolute: true}},
	} {
		_, err := sci.Simulate(x.d, sci.MonteCarlo{}, x.in)
		require.ErrorIs(t, err, sci.ErrInput, name)
	}
}

func TestUncertainUnits(t *testing.T) {
	u, err := sci.FirstOrder(doubted(100), sci.UncertainInput{ID: "r", Of: sci.FactorUnits, Dist: sci.Normal(1, 0.01)})
	require.NoError(t, err)
	require.InEpsilon(t, -1, u["r"], 1e-6)
	s, err := sci.Simulate(doubted(100), sci.MonteCarlo{}, sci.UncertainInput{Of: sci.FactorCarbon, Dist: sci.Normal(1, 0)})
	require.ErrorIs(t, err, sci.ErrInput)
	require.Nil(t, s)
}

func TestDist(t *testing.T) {
	for name, x := range map[string]struct {
		d                      sci.Dist
		mean, sigma, low, high float64
	}{
		"normal":            {sci.Normal(10, 2), 10, 2, 10 - 3.92, 10 + 3.92},
		"normal, cut":       {sci.Normal(1, 2), 1, 2, 0, 4.92},
		"lognormal":         {sci.LognormalAbout(2, 0.5), 2 * math.Exp(0.125), 2 * math.Exp(0.125) * math.Sqrt(math.Expm1(0.25)), 2 * math.Exp(-0.98), 2 * math.Exp(0.98)},
		"triangular":        {sci.Triangular(3, 4, 6), 13.0 / 3, math.Sqrt(7.0 / 18), 3, 6},
		"uniform":           {sci.Uniform(3, 6), 4.5, 3 / math.Sqrt(12), 3, 6},
		"a point":           {sci.Triangular(3, 3, 3), 3, 0, 3, 3},
		"over what is said": {sci.Triangular(3, 4, 6).Over(2), 13.0 / 6, math.Sqrt(7.0/18) / 2, 1.5, 3},
		"lognormal, over":   {sci.LognormalAbout(2, 0.5).Over(2), math.Exp(0.125), math.Exp(0.125) * math.Sqrt(math.Expm1(0.25)), math.Exp(-0.98), math.Exp(0.98)},
	} {
		low, high := x.d.Range()
		require.InDelta(t, x.mean, x.d.Mean(), 1e-12, name)
		require.InDelta(t, x.sigma, x.d.Sigma(), 1e-12, name)
		require.InDelta(t, x.low, low, 1e-12, name)
		require.InDelta(t, x.high, high, 1e-12, name)

		s, err := sci.Simulate(doubted(1), sci.MonteCarlo{Draws: 40_000}, sci.UncertainInput{ID: "x", Of: sci.FactorOperational, Dist: x.d})
		require.NoError(t, err, name)
		if name != "normal, cut" {
			require.InDelta(t, x.mean, s.Mean, 4*x.sigma/200+1e-12, name)
			require.InDelta(t, x.sigma, s.Sigma, 0.03*x.sigma+1e-12, name)
		}
		require.GreaterOrEqual(t, s.Quantile(0), 0.0, name)
	}
}

func TestDistRefused(t *testing.T) {
	for name, d := range map[string]sci.Dist{
		"zero":          {},
		"negative":      sci.Normal(1, -1),
		"NaN":           sci.Normal(math.NaN(), 1),
		"infinite":      sci.LognormalAbout(1, math.Inf(1)),
		"median of 0":   sci.LognormalAbout(0, 1),
		"out of order":  sci.Triangular(2, 1, 3),
		"above the end": sci.Triangular(1, 4, 3),
		"reversed":      sci.Uniform(2, 1),
		"over nothing":  sci.Uniform(1, 2).Over(0),
	} {
		_, err := sci.Simulate(doubted(1), sci.MonteCarlo{}, sci.UncertainInput{ID: "x", Of: sci.FactorOperational, Dist: d})
		require.ErrorIs(t, err, sci.ErrDistribution, name)
	}
}

func BenchmarkSimulate(b *testing.B) {
	d := benchmarked(1000)
	inputs := doubts()
	inputs = append(inputs[:1], inputs[2:5]...)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := sci.Simulate(d, sci.MonteCarlo{}, inputs...); err != nil {
			b.Fatal(err)
		}
	}
}
