package intensity_test

import (
	"context"
	"errors"
	"math"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A station is a provider whose figures are made of the clock: what it says is
// about the march and the hour, so that it is known what is true.
type station struct {
	name   string
	signal intensity.Signal
	step   time.Duration
	lag    time.Duration

	mu      sync.Mutex
	down    error
	missing func(start time.Time) bool // steps that it does not have yet
	of      func(start time.Time) float64
	says    intensity.Signal // of its points, if another one than it declares
	running bool             // it estimates the running step too
	granted time.Duration    // how old the past may be that it gives; 0: any
	first   float64          // factor of what it says of the last six hours
	calls   int
}

func newStation(name string) *station {
	life := intensity.AverageLifecycle(intensity.Production)
	return &station{name: name, signal: life, says: life, step: time.Hour, first: 1, of: truth}
}

// truth is what was really emitted in the step that starts at t.
func truth(t time.Time) float64 {
	h := float64(t.Unix()) / 3600
	return 300 + 100*math.Sin(2*math.Pi*h/24) + 20*math.Sin(2*math.Pi*h/9.3)
}

func (s *station) set(f func(s *station)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f(s)
}

func (s *station) Name() string { return s.name }

func (s *station) Capabilities(string) (intensity.Capabilities, error) {
	return intensity.Capabilities{Signal: s.signal, Range: true, Step: s.step, Lag: s.lag, Settle: 48 * time.Hour}, nil
}

func (s *station) Range(_ context.Context, zone string, from, to time.Time) (*intensity.Series, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	if s.down != nil {
		return nil, s.down
	}
	now := time.Now()
	series := &intensity.Series{}
	var err error
	if s.granted > 0 && now.Sub(from) > s.granted {
		from, err = now.Add(-s.granted), errors.New("not in your plan")
	}
	for t := from.Truncate(s.step); t.Before(to); t = t.Add(s.step) {
		end := t.Add(s.step)
		if end.Add(s.lag).After(now) && !(s.running && !t.After(now)) || s.missing != nil && s.missing(t) {
			continue
		}
		p := intensity.Point{
			Start: t, End: end, Value: units.Intensity(s.of(t)), Signal: s.says, Quality: intensity.Measured,
			Sigma: intensity.SigmaLive, Zone: zone, Origin: source.Origin{Method: source.Counted, Name: s.name},
		}
		if now.Sub(end) < 6*time.Hour {
			p.Value *= units.Intensity(s.first)
			p.Quality = intensity.Estimated
		}
		series.Points = append(series.Points, p)
	}
	return series, err
}

// other returns s with another signal.
func (s *station) other(signal intensity.Signal) *station {
	s.signal, s.says = signal, signal
	return s
}

// march is when most of these tests take place.
var march = time.Date(2026, 3, 10, 0, 0, 0, 0, time.UTC)

func until(t time.Time) { time.Sleep(time.Until(t)) }

func chain(t *testing.T, cfg intensity.ChainConfig) *intensity.Chain {
	t.Helper()
	c, err := intensity.NewChain(cfg)
	require.NoError(t, err)
	return c
}

// refresh fetches the last day, and the rest of the past.
func refresh(t testing.TB, c *intensity.Chain) {
	t.Helper()
	for range 2 {
		next, err := c.Refresh(t.Context())
		require.NoError(t, err)
		require.True(t, next.After(time.Now()), "the next one is later")
	}
}

// follow refreshes when the chain says that there is more, for so long, and
// returns how long each wait was. After an error it waits for a minute, as a
// meter does.
func follow(t *testing.T, c *intensity.Chain, d time.Duration) []time.Duration {
	t.Helper()
	var waits []time.Duration
	for end := time.Now().Add(d); ; {
		next, err := c.Refresh(t.Context())
		wait := time.Until(next)
		require.Positive(t, wait)
		waits = append(waits, wait)
		if err != nil {
			wait = max(wait, time.Minute)
		}
		if left := time.Until(end); wait >= left {
			time.Sleep(left)
			return waits
		}
		time.Sleep(wait)
	}
}

// marginal is a signal that differs in kind and boundary from that of a station.
var marginal = intensity.Signal{Kind: intensity.ShortRunMarginal, Boundary: intensity.Direct, Accounting: intensity.Production}

func TestChainStages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		s := newStation("station")
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{s, "FR"}}, Static: []intensity.Grid{intensity.Country("FR")}})
		p, err := c.At(march)
		require.NoError(t, err)
		require.Equal(t, intensity.Static, p.Quality, "before anything was fetched")
		refresh(t, c)
		s.set(func(s *station) { s.down = errors.New("down") })

		last := march.Add(-time.Hour)
		p, err = c.At(last)
		require.NoError(t, err)
		require.Equal(t, intensity.Estimated, p.Quality)
		require.Equal(t, units.Intensity(truth(last)), p.Value)
		sigma := p.Uncertainty(time.Hour)
		for _, tt := range []struct {
			name    string
			age     time.Duration
			quality intensity.Quality
			origin  string
		}{
			{"case A28: 30 minutes old, held", 30 * time.Minute, intensity.Estimated, "station/hold"},
			{"case A28: 3 hours old, modelled", 3 * time.Hour, intensity.Modelled, "nowcast"},
			{"case A28: 4 days old, an annual figure", 4 * 24 * time.Hour, intensity.Static, "ember-2024"},
		} {
			p, err := c.At(march.Add(tt.age))
			require.NoError(t, err, tt.name)
			require.Equal(t, tt.quality, p.Quality, tt.name)
			require.Contains(t, p.Origin.Name, tt.origin, tt.name)
			require.Greater(t, p.Uncertainty(time.Hour), sigma, tt.name)
			sigma = p.Uncertainty(time.Hour)
		}
		known, err := c.Known(march.Add(-6*time.Hour), march.Add(100*time.Hour))
		require.NoError(t, err)
		next := march.Add(-6 * time.Hour)
		for _, p := range known {
			require.Equal(t, next, p.Start, "the stages neither overlap nor leave gaps")
			next = p.End
		}
		require.Equal(t, march.Add(100*time.Hour), next)
	})
}

func TestChainWithoutAnAnnualFigureHasGaps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		s := newStation("station")
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{s, "FR"}}, Hold: -1, Nowcast: -1})
		refresh(t, c)
		_, err := c.At(march.Add(time.Minute))
		var gap *intensity.GapError
		require.ErrorAs(t, err, &gap)
		require.Equal(t, march, gap.From)
		require.True(t, gap.To.IsZero())
		_, err = c.Known(march, march)
		require.ErrorIs(t, err, intensity.ErrWindow)
	})
}

func TestChainRefusesOtherSignals(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		marginal := newStation("marginal").other(marginal)
		consumed := newStation("consumed").other(intensity.AverageLifecycle(intensity.Consumption))
		fr := []intensity.Grid{intensity.Country("FR")}

		_, err := intensity.NewChain(intensity.ChainConfig{Live: []intensity.Live{{newStation("a"), "FR"}, {marginal, "FR"}}})
		require.ErrorIs(t, err, intensity.ErrSignal, "case A18: an average series with a marginal fallback")
		_, err = intensity.NewChain(intensity.ChainConfig{Live: []intensity.Live{{consumed, "FR"}}, Static: fr})
		require.ErrorIs(t, err, intensity.ErrSignal, "what is consumed with what the country generates")
		require.ErrorContains(t, err, "Allow")

		production := intensity.AverageLifecycle(intensity.Production)
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{consumed, "FR"}}, Static: fr, Allow: []intensity.Signal{production}})
		refresh(t, c)
		p, err := c.At(march.Add(-time.Hour))
		require.NoError(t, err)
		require.Zero(t, p.InPlaceOf)
		p, err = c.At(march.Add(100 * time.Hour))
		require.NoError(t, err)
		require.Equal(t, production, p.Signal, "case A18: listed, it stands in")
		require.Equal(t, consumed.signal, p.InPlaceOf, "case A18: and is named in the result")
		require.Equal(t, consumed.signal, c.Signal())
	})
}

func TestChainRefuses(t *testing.T) {
	for name, cfg := range map[string]intensity.ChainConfig{
		"no provider":      {},
		"a nil provider":   {Live: []intensity.Live{{nil, "FR"}}},
		"an unknown place": {Live: []intensity.Live{{newStation("a"), "FR"}}, Static: []intensity.Grid{intensity.Country("XX")}},
	} {
		_, err := intensity.NewChain(cfg)
		require.Error(t, err, name)
	}
}

// A second provider fills what the first one does not have.
func TestChainFillsFromTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		first, second := newStation("first"), newStation("second")
		first.missing = func(start time.Time) bool { return start.After(march.Add(-5 * time.Hour)) }
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{first, "FR"}, {second, "FRA"}}})
		refresh(t, c)
		for age, want := range map[time.Duration]string{time.Hour: "second", 4 * time.Hour: "second", 6 * time.Hour: "first"} {
			p, err := c.At(march.Add(-age))
			require.NoError(t, err)
			require.Equal(t, want, p.Origin.Name)
		}
		first.set(func(s *station) { s.missing = nil })
		second.set(func(s *station) { s.calls = 0 })
		until(march.Add(time.Hour))
		refresh(t, c)
		require.Zero(t, second.calls, "it is not asked for what the first has")
	})
}

// TestChainReconciles is case A29: a provider is down for six hours, answers
// with first estimates, and revises them.
func TestChainReconciles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		s := newStation("station")
		s.first = 1.1
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{s, "FR"}}, Static: []intensity.Grid{intensity.Country("FR")}})
		run := func(hours int) {
			for range hours {
				time.Sleep(time.Hour)
				_, _ = c.Refresh(t.Context())
			}
		}
		refresh(t, c)
		run(3)
		s.set(func(s *station) { s.down = errors.New("down") })
		run(6)
		s.set(func(s *station) { s.down = nil })
		run(12)

		exact := 0.0
		var deltas []intensity.Delta
		for h := range 12 {
			from := march.Add(time.Duration(h) * time.Hour)
			deltas = append(deltas, intensity.Delta{From: from, To: from.Add(time.Hour), Energy: 3_600_000})
			exact += truth(from)
		}
		r, err := intensity.Integrate(c, deltas, intensity.Options{})
		require.NoError(t, err)
		require.InEpsilon(t, exact, float64(r.Carbon), 1e-12, "case A29: as if it had never been down")
		for _, part := range r.Parts {
			require.Equal(t, intensity.Measured, part.Quality)
		}
	})
}

func TestChainIsAskedLittle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		s := newStation("station")
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{s, "FR"}}})
		for time.Now().Before(march.Add(24 * time.Hour)) {
			next, err := c.Refresh(t.Context())
			require.NoError(t, err)
			require.False(t, next.IsZero())
			time.Sleep(time.Until(next))
		}
		require.LessOrEqual(t, s.calls, 60, "about once a step")
		require.GreaterOrEqual(t, s.calls, 24)
	})
}

func TestChainIsSafeForConcurrentUse(t *testing.T) {
	s := newStation("station")
	c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{s, "FR"}}, Static: []intensity.Grid{intensity.Country("FR")}})
	now := time.Now()
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 200 {
				if i == 0 && j%20 == 0 {
					_, _ = c.Refresh(t.Context())
				}
				_, err := c.At(now.Add(time.Duration(j-150) * time.Hour))
				if err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

func BenchmarkChainAt(b *testing.B) {
	s := newStation("station")
	s.step = 5 * time.Minute
	c, err := intensity.NewChain(intensity.ChainConfig{Live: []intensity.Live{{s, "FR"}}})
	require.NoError(b, err)
	for range 2 {
		_, err = c.Refresh(b.Context())
		require.NoError(b, err)
	}
	now := time.Now().Add(-time.Hour)
	b.Run("the same step", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _ = c.At(now)
		}
	})
	b.Run("any step", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			i = (i + 7919) % 2_000_000
			_, _ = c.At(now.Add(-time.Duration(i) * time.Second))
		}
	})
}

// A region is a provider that leaves forecasts standing for what is over.
type region struct{ *station }

func (r region) Range(ctx context.Context, zone string, from, to time.Time) (*intensity.Series, error) {
	s, err := r.station.Range(ctx, zone, from, to)
	if err != nil {
		return s, err
	}
	running := time.Now().Truncate(time.Hour)
	if n := len(s.Points); n > 0 {
		p := s.Points[n-1]
		p.Start, p.End, p.Value = running, running.Add(time.Hour), 123
		s.Points = append(s.Points, p)
	}
	for i := range s.Points {
		s.Points[i].Quality = intensity.Forecast
	}
	return s, nil
}

func TestChainOfForecastsThatStand(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{region{newStation("region")}, "13"}}, Hold: -1})
		refresh(t, c)
		p, err := c.At(march.Add(-3 * time.Hour))
		require.NoError(t, err)
		require.Equal(t, units.Intensity(truth(p.Start)), p.Value)
		p, err = c.At(march.Add(time.Minute))
		require.NoError(t, err)
		require.Equal(t, units.Intensity(123), p.Value, "the running hour too")
	})
}
