package intensity_test

import (
	"math"
	"testing"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
	"github.com/stretchr/testify/require"
)

func TestFixed(t *testing.T) {
	p, err := intensity.Fixed{Value: 120, Signal: avg, Name: "contract 2026", Sigma: 0.1}.At(year(1990))
	require.NoError(t, err)
	require.Equal(t, units.Intensity(120), p.Value)
	require.Equal(t, intensity.Static, p.Quality)
	require.Equal(t, "contract 2026", p.Origin.Name)
	require.Equal(t, "given by the user", p.Origin.Detail)
	require.Equal(t, 0.1, p.Uncertainty(1000*time.Hour))
	require.True(t, p.Contains(year(1990)))

	p, err = intensity.Fixed{Signal: avg}.At(year(2026))
	require.NoError(t, err)
	require.Equal(t, "user", p.Origin.Name)

	for name, f := range map[string]intensity.Fixed{
		"NaN":       {Value: units.Intensity(math.NaN()), Signal: avg},
		"negative":  {Value: -1, Signal: avg},
		"no signal": {Value: 1},
		"sigma":     {Value: 1, Signal: avg, Sigma: -1},
	} {
		_, err := f.At(year(2026))
		var refused *intensity.PointError
		require.ErrorAs(t, err, &refused, name)
	}
}

func TestWithLosses(t *testing.T) {
	g := intensity.WithLosses(intensity.Country("FR"), 0.08)
	p, err := g.At(year(2024))
	require.NoError(t, err)
	require.InEpsilon(t, 44.18/0.92, float64(p.Value), 1e-15)
	require.Contains(t, p.Origin.Detail, "vintage 2024")
	require.Contains(t, p.Origin.Detail, "divided by 1−0.08 for grid losses")
	older, err := g.At(year(2020))
	require.NoError(t, err)
	require.Contains(t, older.Origin.Detail, "vintage 2020")

	now := year(2026)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if _, err := g.At(now); err != nil {
			t.Fatal(err)
		}
	}))
	for _, bad := range []float64{-0.1, 1, 2, math.NaN(), math.Inf(-1)} {
		_, err := intensity.WithLosses(intensity.Country("FR"), bad).At(now)
		require.ErrorIs(t, err, intensity.ErrValue)
	}
	_, err = intensity.WithLosses(intensity.Country("ZZ"), 0.08).At(now)
	require.ErrorIs(t, err, intensity.ErrUnknown)
	huge := intensity.Fixed{Value: math.MaxFloat64, Signal: avg}
	_, err = intensity.WithLosses(huge, 0.5).At(now)
	require.ErrorIs(t, err, intensity.ErrValue)
}
