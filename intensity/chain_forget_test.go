package intensity_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
)

// What a chain has dropped it says it has: the annual figure in its place would
// pass for a revision.
func TestChainForgets(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		s := newStation("station")
		c := chain(t, intensity.ChainConfig{
			Live:   []intensity.Live{{s, "Z"}},
			Static: []intensity.Grid{intensity.Fixed{Value: 500, Signal: s.signal}}, History: 24 * time.Hour,
		})
		before, err := c.At(march.Add(-100 * time.Hour))
		require.NoError(t, err, "nothing was ever known of that time")
		require.Equal(t, intensity.Static, before.Quality)
		refresh(t, c)
		follow(t, c, 72*time.Hour)
		_, err = c.Refresh(t.Context())
		require.NoError(t, err)
		now := time.Now()

		p, err := c.At(now.Add(-23 * time.Hour))
		require.NoError(t, err)
		require.Equal(t, "station", p.Origin.Name)
		for _, at := range []time.Time{march.Add(time.Hour), march.Add(-time.Hour), now.Add(-26 * time.Hour)} {
			p, err = c.At(at)
			require.Zero(t, p)
			require.ErrorIs(t, err, intensity.ErrForgotten)
			require.ErrorIs(t, err, intensity.ErrGap)
			require.ErrorContains(t, err, "ChainConfig.History")
			var forgotten *intensity.ForgottenError
			require.ErrorAs(t, err, &forgotten)
			require.Equal(t, "Z", forgotten.Zone)
			require.Equal(t, now.UTC().Add(-24*time.Hour), forgotten.Until)
		}
		known, err := c.Known(march, now)
		require.NoError(t, err)
		require.True(t, known[0].Start.Equal(now.Add(-24*time.Hour)))
		for _, p := range known {
			require.NotEqual(t, intensity.Static, p.Quality)
		}
		_, err = intensity.Integrate(c, []intensity.Delta{{From: march, To: march.Add(time.Hour), Energy: 3.6e6}}, intensity.Options{})
		require.ErrorIs(t, err, intensity.ErrGap)
	})
}

// In an outage nothing is forgotten: nothing comes for which there would have to
// be room, and the model rests on it.
func TestNothingIsForgottenInAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		s := newStation("station")
		other := newStation("other").other(marginal)
		c := chain(t, intensity.ChainConfig{
			Live:  []intensity.Live{{s, "Z"}, {other, "Z"}},
			Allow: []intensity.Signal{marginal}, History: 30 * time.Hour,
		})
		refresh(t, c)
		follow(t, c, 10*time.Hour)
		s.set(down)
		follow(t, c, 60*time.Hour)
		for h := -20 * time.Hour; h < 60*time.Hour; h += time.Hour {
			p, err := c.At(march.Add(h))
			require.NoError(t, err)
			require.Contains(t, p.Origin.Name, "station", "the other signal is for when the model ends")
		}
		s.set(up)
		follow(t, c, 3*time.Hour)
		_, err := c.At(march)
		require.ErrorIs(t, err, intensity.ErrForgotten, "not the other one, which still has it")
	})
}

// What the first provider had is forgotten, even if another one that was asked in
// an outage still has figures of that time.
func TestForgottenOfTheFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		first, second := newStation("first"), newStation("second")
		first.set(down)
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{first, "Z"}, {second, "Z"}}, History: 24 * time.Hour})
		follow(t, c, time.Hour)
		p, err := c.At(march.Add(-10 * time.Hour))
		require.NoError(t, err)
		require.Equal(t, "second", p.Origin.Name)
		first.set(up)
		follow(t, c, 40*time.Hour)
		_, err = c.At(march.Add(-10 * time.Hour))
		require.ErrorIs(t, err, intensity.ErrForgotten)
		p, err = c.At(march.Add(30 * time.Hour))
		require.NoError(t, err)
		require.Equal(t, "first", p.Origin.Name)
	})
}

// An annual figure that begins within a gap, or ends there, is cut to its own
// time, and what comes before it in the list goes before it.
func TestStaticThatBeginsInAGap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(day)
		s := newStation("station")
		s.set(down)
		hour := func(h int, v float64) intensity.Point {
			p := pt(time.Duration(h)*time.Hour, time.Duration(h+1)*time.Hour, v)
			p.Signal = s.signal
			return p
		}
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{s, "Z"}}, Static: []intensity.Grid{
			series(t, hour(2, 200), hour(3, 200)), series(t, hour(1, 700), hour(2, 700), hour(6, 700)),
		}})
		points, err := c.Known(at(0), at(8*time.Hour))
		require.NoError(t, err)
		var starts []time.Duration
		for _, p := range points {
			starts = append(starts, p.Start.Sub(day))
			for _, t0 := range []time.Time{p.Start, p.End.Add(-1)} {
				q, err := c.At(t0)
				require.NoError(t, err)
				require.Equal(t, p, q)
			}
		}
		require.Equal(t, []time.Duration{1 * time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour}, starts)
		r, err := intensity.Integrate(c, []intensity.Delta{{From: at(0), To: at(8 * time.Hour), Energy: 8 * 3.6e6}}, intensity.Options{Gap: intensity.Skip()})
		require.NoError(t, err)
		require.InDelta(t, 2*200+2*700, float64(r.Carbon), 1e-9)
		require.InDelta(t, 0.5, r.Coverage, 1e-12)
	})
}

func TestGapErrorSaysWhatIsKnown(t *testing.T) {
	for want, gap := range map[string]intensity.GapError{
		`intensity: zone "T": no figure at all`:                                                   {},
		`intensity: zone "T": no figure from 2026-03-02T00:00:00Z on`:                             {From: at(0)},
		`intensity: zone "T": no figure before 2026-03-02T00:00:00Z`:                              {To: at(0)},
		`intensity: zone "T": no figure in [2026-03-02T00:00:00Z, 2026-03-02T01:00:00Z) (1h0m0s)`: {From: at(0), To: at(time.Hour)},
	} {
		gap.Zone = "T"
		require.EqualError(t, &gap, want)
	}
	s := newStation("s")
	c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{s, "T"}}})
	_, err := c.At(at(0))
	require.EqualError(t, err, `intensity: zone "T": no figure at all; list an annual figure in ChainConfig.Static, such as intensity.Country`)
}
