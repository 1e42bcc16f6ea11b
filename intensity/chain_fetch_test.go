package intensity_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
)

// A provider that lies about its signal is refused.
func TestPointsOfAnotherSignalAreRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		s := newStation("liar")
		s.says = marginal
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{s, "Z"}}})
		_, err := c.Refresh(t.Context())
		require.ErrorIs(t, err, intensity.ErrSignal)
		require.ErrorContains(t, err, "liar Z")
		require.ErrorContains(t, err, "average lifecycle production")
		_, err = c.At(march.Add(-time.Hour))
		require.ErrorIs(t, err, intensity.ErrGap)
	})
}

// What is published anew in other steps holds for what it covers, and the link
// lives on.
func TestStepsChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		s := newStation("station")
		s.of = flat(100)
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{s, "Z"}}})
		refresh(t, c)
		follow(t, c, 2*time.Hour)
		s.set(func(s *station) {
			s.step = 15 * time.Minute
			s.of = func(t time.Time) float64 { return 100 + float64(t.Minute()) }
		})
		follow(t, c, 30*time.Hour)
		_, err := c.Refresh(t.Context())
		require.NoError(t, err)
		for at := march; at.Before(march.Add(31*time.Hour + 45*time.Minute)); at = at.Add(15 * time.Minute) {
			p, err := c.At(at)
			require.NoError(t, err)
			require.Equal(t, units.Intensity(100+at.Minute()), p.Value, at)
			require.Equal(t, 15*time.Minute, p.End.Sub(p.Start))
		}
		s.set(func(s *station) { s.step, s.of = time.Hour, flat(300) })
		follow(t, c, 2*time.Hour)
		p, err := c.At(march.Add(32 * time.Hour))
		require.NoError(t, err)
		require.Equal(t, units.Intensity(300), p.Value)
		require.Equal(t, time.Hour, p.End.Sub(p.Start))
	})
}

// What the second provider has of an outage of the first stays in force where
// the first never had it, and is revised as the second revises it, in an hour or
// two, until it has settled.
func TestSecondIsRevised(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		first, second := newStation("first"), newStation("second")
		first.of, second.of = flat(100), flat(300)
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{first, "Z"}, {second, "Z"}}})
		refresh(t, c)
		follow(t, c, 3*time.Hour)
		first.set(down)
		follow(t, c, 10*time.Hour)
		lost := march.Add(7 * time.Hour)
		first.set(func(s *station) {
			up(s)
			s.missing = func(start time.Time) bool { return start.Equal(lost) }
		})
		follow(t, c, 2*time.Hour)
		second.set(func(s *station) { s.of, s.calls = flat(200), 0 })
		follow(t, c, 2*time.Hour)
		p, err := c.At(lost)
		require.NoError(t, err)
		require.Equal(t, "second", p.Origin.Name)
		require.Equal(t, units.Intensity(200), p.Value, "as it is revised")
		p, err = c.At(lost.Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, "first", p.Origin.Name)
		follow(t, c, 48*time.Hour)
		require.LessOrEqual(t, second.calls, 45, "once an hour")
		second.set(func(s *station) { s.calls = 0 })
		follow(t, c, 24*time.Hour)
		require.Zero(t, second.calls, "it has settled")
	})
}

// Empty answers are asked for less and less.
func TestNoHotLoop(t *testing.T) {
	for name, spoil := range map[string]func(s *station){
		"empty": func(s *station) { s.missing = func(time.Time) bool { return true } },
		"stale": func(s *station) {
			s.missing = func(start time.Time) bool { return start.After(march.Add(-72 * time.Hour)) }
		},
		"down": down,
	} {
		synctest.Test(t, func(t *testing.T) {
			until(march)
			s := newStation("station")
			s.set(spoil)
			c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{s, "Z"}}})
			waits := follow(t, c, time.Hour)
			for _, w := range waits[min(2, len(waits)-1):] {
				require.GreaterOrEqual(t, w, time.Minute, name)
			}
			if name == "down" {
				return // it is asked once a minute, so that it is soon noticed that it is back
			}
			s.set(func(s *station) { s.calls = 0 })
			follow(t, c, 24*time.Hour)
			require.LessOrEqual(t, s.calls, 65, name)
			s.set(func(s *station) { s.missing = nil })
			follow(t, c, 31*time.Minute)
			p, err := c.At(time.Now().Add(-2 * time.Hour))
			require.NoError(t, err, name)
			require.Equal(t, "station", p.Origin.Name, name)
		})
	}
}

// A past that is refused is asked for less and less, and what is new goes on.
func TestRefusedPast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		s := newStation("station")
		s.granted = 24 * time.Hour
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{s, "Z"}}})
		failed := 0
		for time.Now().Before(march.Add(48 * time.Hour)) {
			next, err := c.Refresh(t.Context())
			if err != nil {
				require.ErrorContains(t, err, "not in your plan")
				failed++
			}
			time.Sleep(max(time.Until(next), time.Minute))
		}
		require.LessOrEqual(t, failed, 20)
		require.Greater(t, failed, 3)
		for h := -20 * time.Hour; h < 47*time.Hour; h += time.Hour {
			p, err := c.At(march.Add(h))
			require.NoError(t, err)
			require.Equal(t, "station", p.Origin.Name, h)
		}
	})
}

// A remembering provider has in an outage what it was asked for before, and
// nothing of the last days.
func TestPastIsAskedForInAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		s := newStation("station")
		s.missing = func(start time.Time) bool { return start.After(march.Add(-48 * time.Hour)) }
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{cached{s}, "Z"}}})
		_, err := c.Refresh(t.Context())
		require.ErrorContains(t, err, "no network")
		p, err := c.At(march.Add(-10 * 24 * time.Hour))
		require.NoError(t, err)
		require.Equal(t, intensity.Measured, p.Quality, "what is settled is there at once")
		p, err = c.At(march)
		require.NoError(t, err)
		require.Equal(t, "station/nowcast", p.Origin.Name, "and models what is not")
	})
}

// The next refresh is when the next figure is due.
func TestRefreshWhenDue(t *testing.T) {
	for name, tt := range map[string]struct {
		running bool
		lag     time.Duration // that it does not tell
		late    time.Duration // of the later ones at most
	}{
		"the running step":                {true, 0, time.Second},
		"a step that is over":             {false, 0, time.Second},
		"one that comes later than it is": {false, 17 * time.Minute, 2 * time.Minute},
	} {
		synctest.Test(t, func(t *testing.T) {
			until(march.Add(20 * time.Minute))
			s := newStation("station")
			s.running, s.lag = tt.running, tt.lag
			c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{undeclared{s}, "Z"}}})
			var worst time.Duration
			newest := time.Time{}
			for time.Now().Before(march.Add(24 * time.Hour)) {
				next, err := c.Refresh(t.Context())
				require.NoError(t, err)
				end := endOf(t, c)
				if end.After(newest) && time.Now().After(march.Add(6*time.Hour)) {
					due := end.Add(tt.lag)
					if tt.running {
						due = end.Add(-s.step)
					}
					worst = max(worst, time.Since(due))
				}
				newest = end
				time.Sleep(time.Until(next))
			}
			require.LessOrEqual(t, worst, tt.late, name)
			require.LessOrEqual(t, s.calls, 110, name)
		})
	}
}

// endOf returns the end of the newest figure that the station gave.
func endOf(t *testing.T, c *intensity.Chain) time.Time {
	known, err := c.Known(time.Now().Add(-5*time.Hour), time.Now().Add(5*time.Hour))
	require.NoError(t, err)
	var end time.Time
	for _, p := range known {
		if p.Origin.Name == "station" {
			end = p.End
		}
	}
	return end
}

var errNetwork = errors.New("no network")
