package intensity_test

import (
	"math"
	"testing"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/stretchr/testify/require"
)

// plainDamping is the sum of the rule, term by term.
func plainDamping(n int) float64 {
	sum := float64(n)
	for j := 1; j < n; j++ {
		sum += 2 * float64(n-j) * math.Exp(-float64(j)/12)
	}
	return math.Sqrt(sum) / float64(n)
}

func TestHourlyPartShrinksWithTheWindow(t *testing.T) {
	p := intensity.Point{Hourly: 1}
	for _, n := range []int{1, 2, 3, 4, 12, 24, 100, 168, 1000, 8760} {
		require.InEpsilon(t, plainDamping(n), p.Uncertainty(time.Duration(n)*time.Hour), 1e-12, "%d hours", n)
	}
	require.Equal(t, 1.0, p.Uncertainty(time.Hour))
	require.Equal(t, 1.0, p.Uncertainty(time.Second), "hours are rounded up")
	require.Equal(t, 1.0, p.Uncertainty(0))
	require.Equal(t, 1.0, p.Uncertainty(-time.Hour))
	require.Equal(t, p.Uncertainty(2*time.Hour), p.Uncertainty(time.Hour+1))
	last := 1.0
	for d := 2 * time.Hour; d > 0 && d < math.MaxInt64/2; d *= 2 {
		u := p.Uncertainty(d)
		require.Less(t, u, last)
		require.Positive(t, u)
		last = u
	}
}

func TestSigmaStays(t *testing.T) {
	live := pt(0, time.Hour, 100)
	require.Equal(t, 0.05, live.Uncertainty(time.Hour))
	require.Equal(t, 0.05, live.Uncertainty(1000*time.Hour))
	require.Equal(t, 0.5, intensity.Point{Sigma: 0.3, Hourly: 0.4}.Uncertainty(time.Hour))
}

func TestUncertaintyOfAnnualValues(t *testing.T) {
	usa := func(year int) intensity.Point {
		p, err := intensity.Country("USA").At(time.Date(year, 6, 1, 0, 0, 0, 0, time.UTC))
		require.NoError(t, err)
		return p
	}
	require.InDelta(t, 0.257986674, usa(2026).Uncertainty(2*time.Hour), 1e-9, "worked example (c)")
	require.InDelta(t, 0.261879743, usa(2026).Uncertainty(time.Hour), 1e-9)
	require.Equal(t, 0.225, usa(2024).Uncertainty(time.Hour), "of its own year there is no vintage term")
	require.Equal(t, 0.225, usa(2017).Uncertainty(time.Hour))
	require.InDelta(t, 0.134, usa(2026).Sigma, 1e-15)
	require.InDelta(t, 0.134*math.Sqrt(1.5), usa(2027).Sigma, 1e-15)
}

func BenchmarkUncertainty(b *testing.B) {
	b.ReportAllocs()
	p := intensity.Point{Sigma: 0.1, Hourly: 0.2}
	for b.Loop() {
		p.Uncertainty(1000 * time.Hour)
	}
}

func TestSigmaOfGrowsWithDoubt(t *testing.T) {
	last := 0.0
	for _, c := range []struct {
		quality intensity.Quality
		ahead   time.Duration
	}{
		{intensity.Measured, 0}, {intensity.Estimated, 0}, {intensity.Forecast, time.Hour},
		{intensity.Forecast, 48 * time.Hour}, {intensity.Static, 0},
	} {
		sigma, hourly := intensity.SigmaOf(c.quality, c.ahead)
		p := intensity.Point{Sigma: sigma, Hourly: hourly}
		require.Greater(t, p.Uncertainty(time.Hour), last, c.quality)
		last = p.Uncertainty(time.Hour)
		if c.quality != intensity.Static {
			require.Equal(t, last, p.Uncertainty(30*24*time.Hour), "%v: only the mean of a year averages out", c.quality)
		}
	}
}
