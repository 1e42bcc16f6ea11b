package intensity_test

import (
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
)

func flat(v float64) func(time.Time) float64 { return func(time.Time) float64 { return v } }

// regular is a grid whose days are alike, of which a model knows all.
func regular(t time.Time) float64 {
	return 400 + 30*math.Sin(2*math.Pi*float64(t.Unix())/86400)
}

func down(s *station) { s.down = errors.New("down") }
func up(s *station)   { s.down = nil }

// However regular a grid is, a figure is the less sure the older it is, and what
// stands in never surer than what was measured or held.
func TestSigmaGrowsInAnOutage(t *testing.T) {
	for name, of := range map[string]func(time.Time) float64{"noisy": truth, "regular": regular, "constant": flat(100)} {
		for days, length := range map[string]time.Duration{"a day": 0, "three days": 72 * time.Hour} {
			t.Run("case A28: "+name+" for "+days, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					until(march)
					s := newStation("station")
					s.of = of
					c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{s, "FR"}}, Static: []intensity.Grid{intensity.Country("FR")}})
					refresh(t, c)
					follow(t, c, length)
					_, err := c.Refresh(t.Context())
					require.NoError(t, err)
					last := time.Now().Truncate(time.Hour)
					s.set(down)
					sigma := 0.0
					for age := -7 * time.Hour; age < 4*24*time.Hour; age += 7 * time.Hour / 4 {
						p, err := c.At(last.Add(age))
						require.NoError(t, err)
						u := p.Uncertainty(time.Hour)
						require.GreaterOrEqual(t, u, sigma, "%v: %s", age, p.Origin.Name)
						if age > 0 && age < 72*time.Hour || p.Quality == intensity.Static && sigma < 0.2 {
							require.Greater(t, u, sigma, "%v: %s", age, p.Origin.Name)
						}
						if age < 0 {
							require.GreaterOrEqual(t, u, intensity.SigmaLive)
						}
						sigma = u
					}
				})
			})
		}
	}
}

// What is modelled is no surer than what is held for as long.
func TestNowcastIsNoSurerThanHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		holding, modelling := newStation("s"), newStation("s")
		holding.of, modelling.of = flat(100), flat(100)
		long := chain(t, intensity.ChainConfig{Live: []intensity.Live{{holding, "Z"}}, Hold: 72 * time.Hour})
		short := chain(t, intensity.ChainConfig{Live: []intensity.Live{{modelling, "Z"}}, Hold: -1})
		refresh(t, long)
		refresh(t, short)
		for age := time.Minute; age < 71*time.Hour; age += 37 * time.Minute {
			held, err := long.At(march.Add(age))
			require.NoError(t, err)
			require.Equal(t, "s/hold", held.Origin.Name)
			p, err := short.At(march.Add(age))
			require.NoError(t, err)
			require.Equal(t, "s/nowcast", p.Origin.Name, "it names the provider")
			require.Contains(t, p.Origin.Detail, "ew-profile")
			require.GreaterOrEqual(t, p.Sigma, held.Sigma, age)
			require.InDelta(t, p.Uncertainty(time.Hour), p.Origin.Sigma, 1e-15)
			require.Equal(t, march, held.Known)
			require.Equal(t, march, p.Known)
		}
		p, err := short.At(march.Add(-time.Minute))
		require.NoError(t, err)
		require.Zero(t, p.Known, "a figure rests on itself")
	})
}

// All stages of the signal that is wanted come before any of another one, and
// that adds to sigma in each of its stages.
func TestTheSignalThatIsWantedComesFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		first, second := newStation("first"), newStation("second").other(marginal)
		first.of, second.of = flat(100), flat(500)
		c := chain(t, intensity.ChainConfig{
			Live:   []intensity.Live{{second, "Z"}, {first, "Z"}},
			Static: []intensity.Grid{intensity.Fixed{Value: 300, Signal: marginal, Sigma: 0.1}},
			Signal: first.signal, Allow: []intensity.Signal{marginal},
		})
		refresh(t, c)
		first.set(down)
		follow(t, c, 80*time.Hour)
		_, err := c.Refresh(t.Context())
		require.Error(t, err)
		add := intensity.SubstituteSigma(first.signal, marginal)
		for _, tt := range []struct {
			age   time.Duration
			name  string
			value units.Intensity
			sigma float64 // of a figure of another signal, without what that adds
		}{
			{-2 * time.Hour, "first", 100, 0},
			{30 * time.Minute, "first/hold", 100, 0},
			{3 * time.Hour, "first/nowcast", 100, 0},
			{71 * time.Hour, "first/nowcast", 100, 0},
			{73 * time.Hour, "second", 500, math.Hypot(intensity.SigmaLive, 1.25*0.044)},
			{80*time.Hour + 15*time.Minute, "second/hold", 500, -1},
			{85 * time.Hour, "second/nowcast", 500, -1},
			{200 * time.Hour, "user", 300, 0.1},
		} {
			p, err := c.At(march.Add(tt.age))
			require.NoError(t, err, tt.name)
			require.Equal(t, tt.name, p.Origin.Name)
			require.Equal(t, tt.value, p.Value, tt.name)
			if tt.sigma == 0 {
				require.Zero(t, p.InPlaceOf)
				require.Less(t, p.Sigma, 0.2)
				continue
			}
			require.Equal(t, first.signal, p.InPlaceOf, tt.name)
			require.Greater(t, p.Sigma, add)
			if tt.name == "user" {
				require.InDelta(t, math.Hypot(tt.sigma, add), p.Sigma, 1e-12)
			}
		}
	})
}

func TestSubstituteSigma(t *testing.T) {
	life := intensity.AverageLifecycle(intensity.Production)
	for want, got := range map[float64]intensity.Signal{
		0:                         life,
		intensity.SigmaAccounting: intensity.AverageLifecycle(intensity.Consumption),
		intensity.SigmaBoundary:   {Kind: intensity.Average, Boundary: intensity.Direct, Accounting: intensity.Production},
		intensity.SigmaKind:       {Kind: intensity.ShortRunMarginal, Boundary: intensity.Lifecycle, Accounting: intensity.Production},
		math.Hypot(intensity.SigmaKind, intensity.SigmaBoundary): marginal,
	} {
		require.InDelta(t, want, intensity.SubstituteSigma(life, got), 1e-15, got.String())
		require.InDelta(t, want, intensity.SubstituteSigma(got, life), 1e-15, got.String())
	}
	synctest.Test(t, func(t *testing.T) {
		until(march)
		s := newStation("s").other(marginal)
		c := chain(t, intensity.ChainConfig{
			Live: []intensity.Live{{s, "Z"}}, Signal: life, Allow: []intensity.Signal{marginal},
			SubstituteSigma: func(wanted, got intensity.Signal) float64 {
				require.Equal(t, life, wanted)
				require.Equal(t, marginal, got)
				return 0.12
			},
		})
		refresh(t, c)
		p, err := c.At(march.Add(-10 * time.Hour))
		require.NoError(t, err)
		require.InDelta(t, 0.13, p.Sigma, 1e-12, "0.05 and 0.12")
	})
}

// A second live provider of another signal is named in the result.
func TestSecondSignalIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		first, second := newStation("first"), newStation("second").other(marginal)
		first.set(down)
		second.of = flat(500)
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{first, "Z"}, {second, "Z"}}, Allow: []intensity.Signal{marginal}})
		_, err := c.Refresh(t.Context())
		require.ErrorContains(t, err, "first Z: down")
		r, err := intensity.Integrate(c, []intensity.Delta{{From: march.Add(-10 * time.Hour), To: march.Add(-9 * time.Hour), Energy: 3.6e6}}, intensity.Options{})
		require.NoError(t, err)
		require.InDelta(t, 500, float64(r.Carbon), 1e-9)
		require.Equal(t, first.signal, r.Signal)
		require.Len(t, r.Substitutions, 1, "case A18: it is named in the result")
		require.Equal(t, intensity.OtherSignal, r.Substitutions[0].Reason)
		require.Equal(t, "second", r.Substitutions[0].Origin.Name)
		require.Equal(t, marginal, r.Substitutions[0].Signal)
		require.Equal(t, first.signal, r.Substitutions[0].Wanted)
		require.Greater(t, r.Sigma, intensity.SigmaKind)
	})
}

// A gap of the past keeps the figure that stood in for it, though what that
// rests on is revised away or forgotten.
func TestGapKeepsWhatStoodIn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		s := newStation("station")
		var gaps []time.Time
		for d := range 12 {
			gaps = append(gaps, march.Add(time.Duration(6+20*d)*time.Hour))
		}
		s.missing = func(start time.Time) bool {
			for _, g := range gaps {
				if !start.Before(g) && start.Before(g.Add(5*time.Hour)) {
					return true
				}
			}
			return false
		}
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{s, "FR"}}, Static: []intensity.Grid{intensity.Country("FR")}, History: 11 * 24 * time.Hour})
		refresh(t, c)
		stood := map[time.Time]units.Intensity{}
		for end := march.Add(11 * 24 * time.Hour); time.Now().Before(end); {
			follow(t, c, time.Hour)
			for _, g := range gaps {
				at := g.Add(3 * time.Hour)
				if time.Since(g) < 8*time.Hour {
					continue
				}
				p, err := c.At(at)
				require.NoError(t, err, at)
				require.Equal(t, "station/nowcast", p.Origin.Name, at)
				if before, ok := stood[at]; ok {
					require.Equal(t, before, p.Value, at)
				}
				stood[at] = p.Value
			}
		}
		require.Len(t, stood, len(gaps))
	})
}

// A calibration on the first day is not kept when the weeks before it come.
func TestCalibratesAgainOnMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		s := newStation("station")
		s.of = func(at time.Time) float64 { // which no profile of the day knows
			return 300 + 200*math.Sin(2*math.Pi*float64(at.Unix())/3600/55)
		}
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{s, "FR"}}})
		_, err := c.Refresh(t.Context())
		require.NoError(t, err)
		p, err := c.At(march.Add(10 * time.Hour))
		require.NoError(t, err)
		require.Contains(t, p.Origin.Detail, "same hour yesterday")
		_, err = c.Refresh(t.Context())
		require.NoError(t, err)
		var all []intensity.Point
		for h := march.Add(-28 * 24 * time.Hour); h.Before(march); h = h.Add(time.Hour) {
			q, err := c.At(h)
			require.NoError(t, err)
			all = append(all, q)
		}
		history := series(t, all...)
		o, err := intensity.EWProfile{}.Forecast(history, march, 72*time.Hour)
		require.NoError(t, err)
		own := 0
		for h := 2 * time.Hour; h < 70*time.Hour; h += time.Hour {
			want, err := o.At(march.Add(h))
			require.NoError(t, err)
			p, err := c.At(march.Add(h))
			require.NoError(t, err)
			require.Equal(t, want.Value, p.Value)
			require.Contains(t, p.Origin.Detail, "ew-profile, λ")
			if want.Sigma > 0.2 { // more than what is held is off by
				require.InDelta(t, math.Hypot(intensity.SigmaLive, want.Sigma), p.Sigma, 1e-12)
				own++
			}
		}
		require.Greater(t, own, 30, "it knows how far it is off here")
	})
}
