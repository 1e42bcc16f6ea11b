package fetch

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Case A41: setting the clock makes nothing last longer. Wall clock readings
// without a monotonic part stand in for one that was set.
func TestMemoryFresh(t *testing.T) {
	since := time.Now()
	wall := since.Round(0)
	m := func(at time.Time) memory { return memory{since: at, ttl: time.Hour} }
	for _, c := range []struct {
		name  string
		m     memory
		now   time.Time
		fresh bool
	}{
		{"at once", m(since), since, true},
		{"within its time", m(since), since.Add(59 * time.Minute), true},
		{"after its time", m(since), since.Add(time.Hour), false},
		{"case A41: the wall clock an hour back", m(wall), wall.Add(-time.Hour), false},
		{"case A41: the wall clock a second back", m(wall), wall.Add(-time.Second), false},
		{"asleep for a day, with a monotonic clock that stood", m(since), wall.Add(24 * time.Hour), false},
		{"never stored", memory{}, since, false},
	} {
		require.Equal(t, c.fresh, c.m.fresh(c.now), c.name)
	}
}

// Machines that all start at the full hour ask spread over the time allowed.
func TestSpread(t *testing.T) {
	const hosts, slots = 6000, 60
	var n [slots]int
	for i := range hosts {
		host := fmt.Sprintf("node-%d", i)
		d := spread(host, "station", time.Minute)
		require.Equal(t, d, spread(host, "station", time.Minute))
		n[d/time.Second]++
	}
	for s, got := range n {
		require.InDelta(t, hosts/slots, got, 50, "second %d", s) // five standard deviations
	}
	require.Zero(t, spread("node", "station", 0))
	require.NotEqual(t, spread("node", "a", time.Hour), spread("node", "b", time.Hour))
	require.Less(t, Spread("station", time.Minute), time.Minute)
}
