package intensity_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
	"github.com/stretchr/testify/require"
)

// steps is the series of the acceptance cases.
func steps(t testing.TB) *intensity.Series {
	return series(t, pt(1*h, 2*h, 30), pt(2*h, 3*h, 100), pt(3*h, 4*h, 50))
}

// integrate fails the test on an error.
func integrate(t testing.TB, g intensity.Grid, o intensity.Options, ds ...intensity.Delta) intensity.Result {
	t.Helper()
	r, err := intensity.Integrate(g, ds, o)
	require.NoError(t, err)
	return r
}

func mean(t testing.TB, r intensity.Result) float64 {
	t.Helper()
	m, ok := r.Mean()
	require.True(t, ok)
	return float64(m)
}

func TestIntegrateSteps(t *testing.T) {
	t.Run("case A2: constant power across three steps", func(t *testing.T) {
		r := integrate(t, steps(t), intensity.Options{}, kilowatt(t, 90*time.Minute, 210*time.Minute))
		require.Equal(t, 140*units.Gram, r.Carbon)
		require.Equal(t, 70.0, mean(t, r))
		require.Equal(t, 1.0, r.Coverage)
		require.Equal(t, units.FacilityEnergy(2*units.KilowattHour), r.Energy)
		require.Equal(t, r.Energy, r.Covered)
		require.Equal(t, avg, r.Signal)
		require.Empty(t, r.Gaps)
		require.Empty(t, r.Substitutions)
	})
	t.Run("case A3: a delta that straddles a step", func(t *testing.T) {
		d := intensity.Delta{From: at(2*h - 10*time.Second), To: at(2*h + 10*time.Second), Energy: 1000}
		r := integrate(t, steps(t), intensity.Options{}, d)
		require.InDelta(t, 0.0180556, float64(r.Carbon), 5e-8)
		require.InEpsilon(t, 500*130/3.6e6, float64(r.Carbon), 1e-15)
	})
	t.Run("PUE is in the energy", func(t *testing.T) {
		d, err := intensity.Steady(at(h), at(2*h), units.Kilowatt, 1.5)
		require.NoError(t, err)
		require.Equal(t, 45*units.Gram, integrate(t, steps(t), intensity.Options{}, d).Carbon)
	})
}

func TestIntegrateWindows(t *testing.T) {
	for name, d := range map[string]intensity.Delta{
		"case A4: zero length": {From: at(h), To: at(h), Energy: 1},
		"case A4: reversed":    {From: at(2 * h), To: at(h), Energy: 1},
		"empty without energy": {From: at(h), To: at(h)},
		"centuries":            {From: at(h), To: at(h).AddDate(400, 0, 0), Energy: 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := intensity.Integrate(steps(t), []intensity.Delta{d}, intensity.Options{})
			require.ErrorIs(t, err, intensity.ErrWindow)
		})
	}
	for _, e := range []float64{-1, math.NaN(), math.Inf(1)} {
		_, err := intensity.Integrate(steps(t), []intensity.Delta{{From: at(h), To: at(2 * h), Energy: units.FacilityEnergy(e)}}, intensity.Options{})
		require.ErrorIs(t, err, intensity.ErrValue)
	}
	_, err := intensity.Steady(at(h), at(h), 1, 1)
	require.ErrorIs(t, err, intensity.ErrWindow)
	_, err = intensity.Steady(at(h), at(2*h), 1, 0)
	require.ErrorIs(t, err, intensity.ErrValue, "an unknown PUE is never 1")
	_, err = intensity.Steady(at(h), at(2*h), -1, 1)
	require.ErrorIs(t, err, intensity.ErrValue)

	for name, d := range map[string][]intensity.Delta{
		"case A4: energy 0":          {{From: at(h), To: at(2 * h)}},
		"case A4: energy 0 in a gap": {{From: at(10 * h), To: at(11 * h)}},
		"nothing":                    nil,
	} {
		t.Run(name, func(t *testing.T) {
			r := integrate(t, steps(t), intensity.Options{}, d...)
			require.Zero(t, r.Carbon)
			require.Equal(t, 1.0, r.Coverage)
			_, ok := r.Mean()
			require.False(t, ok)
		})
	}
}

// holey is a day with figures for 00–02 and 23–24 only.
func holey(t testing.TB) *intensity.Series {
	return series(t, pt(0, h, 360), pt(h, 2*h, 370), pt(23*h, 24*h, 390))
}

func TestGapPolicies(t *testing.T) {
	whole := kilowatt(t, 0, 24*h)
	t.Run("case A10: Fail", func(t *testing.T) {
		_, err := intensity.Integrate(holey(t), []intensity.Delta{whole}, intensity.Options{})
		require.ErrorIs(t, err, intensity.ErrGap)
		var gap *intensity.GapError
		require.ErrorAs(t, err, &gap)
		require.Equal(t, intensity.GapError{From: at(2 * h), To: at(23 * h), Zone: "T"}, *gap)
	})
	t.Run("case A10: Hold", func(t *testing.T) {
		r := integrate(t, holey(t), intensity.Options{Gap: intensity.Hold(2 * h)}, whole)
		require.InDelta(t, 5.0/24, r.Coverage, 1e-15)
		require.InDelta(t, 360+3*370+390, float64(r.Carbon), 1e-9)
		require.Equal(t, []intensity.GapError{{From: at(4 * h), To: at(23 * h), Zone: "T"}}, r.Gaps)
		require.Len(t, r.Substitutions, 1)
		held := r.Substitutions[0]
		require.Equal(t, intensity.Held, held.Reason)
		require.Equal(t, intensity.Estimated, held.Quality)
		require.Equal(t, at(2*h), held.From)
		require.Equal(t, at(4*h), held.To)
		require.InDelta(t, 740, float64(held.Carbon), 1e-9)
	})
	t.Run("case A10: Fallback", func(t *testing.T) {
		o := intensity.Options{Gap: intensity.Fallback(intensity.Fixed{Value: 400, Signal: avg, Name: "contract"})}
		r := integrate(t, holey(t), o, whole)
		require.InDelta(t, 396.6667, mean(t, r), 5e-5)
		require.Equal(t, 1.0, r.Coverage)
		require.Len(t, r.Substitutions, 1)
		require.Equal(t, intensity.FellBack, r.Substitutions[0].Reason)
		require.Equal(t, "contract", r.Substitutions[0].Origin.Name)
		require.InDelta(t, 21*units.KilowattHour, float64(r.Substitutions[0].Energy), 1e-6)
	})
	t.Run("case A10: Skip", func(t *testing.T) {
		r := integrate(t, holey(t), intensity.Options{Gap: intensity.Skip()}, whole)
		require.InDelta(t, 373.3333, mean(t, r), 5e-5)
		require.InDelta(t, 0.125, r.Coverage, 1e-15)
		require.InDelta(t, 1120, float64(r.Carbon), 1e-9, "the skipped part is not spread")
		require.Equal(t, []intensity.GapError{{From: at(2 * h), To: at(23 * h), Zone: "T"}}, r.Gaps)
	})
	t.Run("all skipped", func(t *testing.T) {
		r := integrate(t, holey(t), intensity.Options{Gap: intensity.Skip()}, kilowatt(t, 30*h, 31*h), kilowatt(t, 31*h, 32*h))
		require.Zero(t, r.Coverage)
		require.Zero(t, r.Carbon)
		require.Len(t, r.Gaps, 1, "gaps that touch are one")
	})
	t.Run("hold counts from the start of the gap", func(t *testing.T) {
		o := intensity.Options{Gap: intensity.Hold(2 * h)}
		require.InDelta(t, 0.5, integrate(t, holey(t), o, kilowatt(t, 3*h, 5*h)).Coverage, 1e-15)
		require.Zero(t, integrate(t, holey(t), o, kilowatt(t, 5*h, 6*h)).Coverage)
		require.Zero(t, integrate(t, holey(t), o, kilowatt(t, -2*h, -h)).Coverage, "nothing comes before the first")
	})
	t.Run("a gap of the fallback", func(t *testing.T) {
		o := intensity.Options{Gap: intensity.Fallback(series(t, pt(0, 3*h, 1)))}
		_, err := intensity.Integrate(holey(t), []intensity.Delta{whole}, o)
		require.ErrorIs(t, err, intensity.ErrGap)
	})
}

func TestHeldValuesAgeWell(t *testing.T) {
	last := 0.0
	for _, d := range []time.Duration{h / 2, h, 2 * h, 3 * h, 6 * h, 12 * h} {
		o := intensity.Options{Gap: intensity.Hold(d)}
		r := integrate(t, holey(t), o, kilowatt(t, 2*h, 2*h+d))
		require.Equal(t, 1.0, r.Coverage)
		require.Greater(t, r.Sigma, last)
		last = r.Sigma
	}
	r := integrate(t, holey(t), intensity.Options{Gap: intensity.Hold(h)}, kilowatt(t, 2*h, 3*h))
	require.InDelta(t, math.Hypot(0.05, 1.25*0.025), r.Sigma, 1e-12)
}

func TestSubstitutionMustBeListed(t *testing.T) {
	marginal := intensity.Signal{Kind: intensity.ShortRunMarginal, Boundary: intensity.Direct, Accounting: intensity.Consumption}
	back := intensity.Fixed{Value: 800, Signal: marginal, Name: "marginal"}
	o := intensity.Options{Gap: intensity.Fallback(back)}
	for name, d := range map[string][]intensity.Delta{
		"gap last":  {kilowatt(t, h, 3*h)},
		"gap first": {kilowatt(t, 2*h, 3*h), kilowatt(t, h, 2*h)},
	} {
		t.Run("case A18: "+name, func(t *testing.T) {
			_, err := intensity.Integrate(holey(t), d, o)
			require.ErrorIs(t, err, intensity.ErrSignal)
			require.ErrorContains(t, err, "short-run marginal direct consumption")

			listed := o
			listed.Allow = []intensity.Signal{marginal}
			r := integrate(t, holey(t), listed, d...)
			require.Equal(t, 1170*units.Gram, r.Carbon)
			require.Equal(t, avg, r.Signal)
			require.Len(t, r.Substitutions, 1)
			require.Equal(t, marginal, r.Substitutions[0].Signal)
			require.Equal(t, avg, r.Substitutions[0].Wanted)
			require.Equal(t, "marginal", r.Substitutions[0].Origin.Name)
			part := float64(r.Substitutions[0].Carbon / r.Carbon)
			require.GreaterOrEqual(t, r.Sigma, part*intensity.SubstituteSigma(avg, marginal), "the other signal is a doubt")
		})
	}
	t.Run("the grid has another signal than wanted", func(t *testing.T) {
		want := intensity.Options{Signal: intensity.AverageLifecycle(intensity.Production)}
		_, err := intensity.Integrate(steps(t), []intensity.Delta{kilowatt(t, h, 2*h)}, want)
		require.ErrorIs(t, err, intensity.ErrSignal)
		want.Allow = []intensity.Signal{avg}
		r := integrate(t, steps(t), want, kilowatt(t, h, 2*h))
		require.Equal(t, intensity.OtherSignal, r.Substitutions[0].Reason)
		_, err = intensity.Integrate(steps(t), nil, intensity.Options{Signal: intensity.Signal{Kind: intensity.Average}})
		require.ErrorIs(t, err, intensity.ErrSignal)
	})
}

// mixed returns a gapless day of steps of 5 min and 1 h in turn.
func mixed(r *rand.Rand) []intensity.Point {
	var ps []intensity.Point
	for t := time.Duration(0); t < 24*h; {
		step := h
		if r.IntN(2) == 0 {
			step = 5 * time.Minute
		}
		ps = append(ps, pt(t, t+step, 1000*r.Float64()))
		t += step
	}
	return ps
}

func TestIntegralIsAdditive(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 27))
	for range 500 {
		ps := mixed(r)
		s := series(t, ps...)
		from := time.Duration(r.Int64N(int64(20 * h)))
		length := time.Duration(1 + r.Int64N(int64(4*h)))
		cut := time.Duration(r.Int64N(int64(length)))
		energy := units.FacilityEnergy(1e7 * r.Float64())
		part := energy * units.FacilityEnergy(float64(cut)/float64(length))
		whole := integrate(t, s, intensity.Options{}, intensity.Delta{From: at(from), To: at(from + length), Energy: energy})

		var halves units.Carbon
		if cut > 0 {
			halves += integrate(t, s, intensity.Options{}, intensity.Delta{From: at(from), To: at(from + cut), Energy: part}).Carbon
		}
		halves += integrate(t, s, intensity.Options{}, intensity.Delta{From: at(from + cut), To: at(from + length), Energy: energy - part}).Carbon
		require.InEpsilon(t, float64(whole.Carbon), float64(halves), 1e-12, "case A27: split at any instant")

		var sum float64
		for _, p := range ps {
			a, b := max(p.Start.Sub(day), from), min(p.End.Sub(day), from+length)
			if b > a {
				sum += float64(energy) / 3.6e6 * float64(b-a) / float64(length) * float64(p.Value)
			}
		}
		require.InEpsilon(t, sum, float64(whole.Carbon), 1e-12, "case A27: the sum of the pieces")
		require.Equal(t, 1.0, whole.Coverage)
	}
}

func TestPartsAddUp(t *testing.T) {
	o := intensity.Options{Gap: intensity.Hold(2 * h)}
	r := integrate(t, holey(t), o, kilowatt(t, 0, 12*h), kilowatt(t, 12*h, 24*h))
	var carbon units.Carbon
	var energy, skipped units.FacilityEnergy
	for _, p := range r.Parts {
		carbon, energy = carbon+p.Carbon, energy+p.Energy
	}
	for _, g := range r.Gaps {
		skipped += units.FacilityEnergy(g.Size().Hours() * units.KilowattHour)
	}
	require.InEpsilon(t, float64(r.Carbon), float64(carbon), 1e-12)
	require.InEpsilon(t, float64(r.Covered), float64(energy), 1e-12)
	require.InEpsilon(t, float64(r.Energy), float64(energy+skipped), 1e-12)
}

func TestSigmaOfTheIntegral(t *testing.T) {
	june := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, n := range []time.Duration{1, 2, 24, 1000} {
		d := intensity.Delta{From: june, To: june.Add(n * h), Energy: 1e6}
		p, err := intensity.Country("USA").At(june)
		require.NoError(t, err)
		r := integrate(t, intensity.Country("USA"), intensity.Options{}, d)
		require.InEpsilon(t, p.Uncertainty(n*h), r.Sigma, 1e-12)
		seconds := integrate(t, intensity.Country("USA"), intensity.Options{}, chop(d, 1000)...)
		require.InEpsilon(t, r.Sigma, seconds.Sigma, 1e-9, "does not depend on how often a counter is read")
	}
	live := integrate(t, steps(t), intensity.Options{}, kilowatt(t, h, 4*h))
	require.InDelta(t, 0.05, live.Sigma, 1e-15)
}

// chop cuts a delta into n equal ones.
func chop(d intensity.Delta, n int) []intensity.Delta {
	step := d.To.Sub(d.From) / time.Duration(n)
	var ds []intensity.Delta
	for i := range time.Duration(n) {
		ds = append(ds, intensity.Delta{From: d.From.Add(i * step), To: d.From.Add((i + 1) * step), Energy: d.Energy / units.FacilityEnergy(n)})
	}
	return ds
}

func TestYearsOfATableArePriced(t *testing.T) {
	newYear := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	d := intensity.Delta{From: newYear.Add(-h), To: newYear.Add(h), Energy: 2 * units.KilowattHour}
	r := integrate(t, intensity.Country("US"), intensity.Options{}, d)
	require.InEpsilon(t, 392.85+383.55, float64(r.Carbon), 1e-12)
	require.Len(t, r.Parts, 2)
	require.Equal(t, "ember-2023", r.Parts[0].Origin.Name)
}

// liar is a grid that answers for another time.
type liar struct {
	p   intensity.Point
	err error
}

func (l liar) At(time.Time) (intensity.Point, error) { return l.p, l.err }

func TestAGridThatLiesEnds(t *testing.T) {
	for name, g := range map[string]intensity.Grid{
		"point of another time": liar{p: pt(5*h, 6*h, 10)},
		"gap of another time":   liar{err: &intensity.GapError{From: at(-2 * h), To: at(-h)}},
		"no point at all":       liar{},
		"NaN":                   liar{p: pt(0, 10*h, math.NaN())},
		"error":                 liar{err: intensity.ErrValue},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := intensity.Integrate(g, []intensity.Delta{kilowatt(t, h, 2*h)}, intensity.Options{Gap: intensity.Skip()})
			require.Error(t, err)
		})
	}
	huge := liar{p: pt(0, 10*h, math.MaxFloat64)}
	huge.p.Origin = source.Origin{Name: "huge"}
	r := integrate(t, huge, intensity.Options{},
		intensity.Delta{From: at(h), To: at(2 * h), Energy: math.MaxFloat64}, intensity.Delta{From: at(h), To: at(2 * h), Energy: math.MaxFloat64})
	for _, f := range []float64{float64(r.Carbon), float64(r.Energy), float64(r.Covered), r.Coverage, r.Sigma} {
		require.False(t, math.IsNaN(f) || math.IsInf(f, 0))
	}
}

func BenchmarkIntegrateDay(b *testing.B) {
	s := series(b, mixed(rand.New(rand.NewPCG(3, 4)))...)
	ds := chop(kilowatt(b, 0, 24*h), 1440)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := intensity.Integrate(s, ds, intensity.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// What a later figure may change says so; an annual figure stays what it is.
func TestFixable(t *testing.T) {
	at := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	of := func(q intensity.Quality) *intensity.Series {
		return &intensity.Series{Points: []intensity.Point{{Start: at, End: at.Add(time.Hour), Value: 100, Signal: intensity.AverageLifecycle(intensity.Production), Quality: q, Sigma: 0.05, Zone: "X"}}}
	}
	for q, want := range map[intensity.Quality]bool{
		intensity.Measured: false, intensity.Static: false, intensity.Estimated: true, intensity.Modelled: true, intensity.Forecast: true,
	} {
		r, err := intensity.Integrate(of(q), []intensity.Delta{{From: at, To: at.Add(time.Hour), Energy: 3.6e6}}, intensity.Options{})
		require.NoError(t, err)
		require.Equal(t, want, r.Fixable(), "%v", q)
	}
	r, err := intensity.Integrate(of(intensity.Measured), []intensity.Delta{{From: at, To: at.Add(2 * time.Hour), Energy: 3.6e6}}, intensity.Options{Gap: intensity.Skip()})
	require.NoError(t, err)
	require.True(t, r.Fixable(), "of an hour nothing is known")
}
