package intensity_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
)

// stages are a chain of two providers and an annual figure, the first of which
// is stale, and an instant of each of its stages.
func stages(t testing.TB) (*intensity.Chain, map[string]time.Time) {
	now := time.Now()
	old, new := newStation("old"), newStation("new").other(marginal)
	old.step, new.step = 5*time.Minute, 5*time.Minute
	old.missing = func(start time.Time) bool { return start.After(now.Add(-80 * time.Hour)) }
	c, err := intensity.NewChain(intensity.ChainConfig{
		Live:   []intensity.Live{{old, "FR"}, {new, "FR"}},
		Static: []intensity.Grid{intensity.Country("FR")}, Allow: []intensity.Signal{marginal},
	})
	require.NoError(t, err)
	refresh(t, c)
	return c, map[string]time.Time{
		"old": now.Add(-100 * time.Hour), "old/hold": now.Add(-79*time.Hour - 30*time.Minute), "old/nowcast": now.Add(-50 * time.Hour),
		"new": now.Add(-time.Hour), "new/hold": now.Add(20 * time.Minute), "new/nowcast": now.Add(10 * time.Hour),
		"ember-2024": now.Add(200 * 24 * time.Hour),
	}
}

func TestLookupsDoNotAllocate(t *testing.T) {
	c, instants := stages(t)
	for want, at := range instants {
		p, err := c.At(at)
		require.NoError(t, err)
		require.Equal(t, want, p.Origin.Name)
		require.Zero(t, testing.AllocsPerRun(100, func() { _, _ = c.At(at) }), want)
	}
	require.Zero(t, testing.AllocsPerRun(100, func() {
		for _, at := range instants {
			_, _ = c.At(at)
		}
	}), "from stage to stage")
	start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	s, _ := hoursOfYear(start)
	h := 0
	require.Zero(t, testing.AllocsPerRun(100, func() {
		_, _ = s.At(start.Add(time.Duration(h%8760) * time.Hour))
		h += 1009
	}))
}

func BenchmarkChainStages(b *testing.B) {
	c, instants := stages(b)
	for name, at := range instants {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = c.At(at)
			}
		})
	}
}

// BenchmarkChainRefresh is one of a chain in which one of two links has a new
// figure.
func BenchmarkChainRefresh(b *testing.B) {
	c, _ := stages(b)
	for name, news := range map[string]bool{"nothing new": false, "a revision": true} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			live := newStation("live")
			live.step = 5 * time.Minute
			quiet := newStation("quiet")
			quiet.step = 5 * time.Minute
			now := time.Now()
			live.missing = func(start time.Time) bool { return start.After(now.Add(-2 * time.Hour)) }
			var err error
			c, err = intensity.NewChain(intensity.ChainConfig{Live: []intensity.Live{{live, "FR"}, {quiet, "FR"}}})
			require.NoError(b, err)
			refresh(b, c)
			n := 0.0
			for b.Loop() {
				if news {
					n++
					live.set(func(s *station) { s.of = flat(n) })
				}
				_, _ = c.Refresh(b.Context())
			}
		})
	}
}
