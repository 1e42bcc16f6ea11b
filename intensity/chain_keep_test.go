package intensity_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
)

// The past that could not be had in an outage is asked for when that is over.
func TestPastAfterAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		s := newStation("station")
		s.set(down)
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{s, "Z"}}})
		follow(t, c, 30*time.Hour)
		s.set(up)
		follow(t, c, 3*time.Minute)
		p, err := c.At(march.Add(-20 * 24 * time.Hour))
		require.NoError(t, err)
		require.Equal(t, "station", p.Origin.Name)
	})
}

// What an annual figure says is looked at again with every refresh.
func TestAnnualFigureIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		s := newStation("station")
		annual := &intensity.Fixed{Value: 400, Signal: s.signal}
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{s, "Z"}}, Static: []intensity.Grid{annual}, Hold: -1, Nowcast: -1})
		refresh(t, c)
		for _, v := range []units.Intensity{400, 500} {
			annual.Value = v
			refresh(t, c)
			p, err := c.At(march.Add(time.Hour))
			require.NoError(t, err)
			require.Equal(t, v, p.Value)
		}
	})
}

// An answer that says that it is of an earlier revision than what there is does
// not take its place.
func TestEarlierRevision(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march)
		d := &dated{station: newStation("station"), at: march}
		d.of = flat(100)
		c := chain(t, intensity.ChainConfig{Live: []intensity.Live{{d, "Z"}}})
		refresh(t, c)
		for _, step := range []struct {
			at   time.Time
			says float64
			want units.Intensity
		}{{march.Add(-time.Hour), 200, 100}, {march.Add(time.Hour), 300, 300}, {time.Time{}, 400, 400}} {
			d.at, d.of = step.at, flat(step.says)
			time.Sleep(time.Minute)
			_, err := c.Refresh(t.Context())
			require.NoError(t, err)
			p, err := c.At(march.Add(-time.Minute))
			require.NoError(t, err)
			require.Equal(t, step.want, p.Value)
		}
	})
}

// What was forecast of a gap stays in force there when a new forecast comes.
func TestForecastOfAGapStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		until(march.Add(time.Minute))
		s := newStation("station")
		s.missing = func(start time.Time) bool { return start.Equal(march) }
		c := chain(t, intensity.ChainConfig{
			Live: []intensity.Live{{seer{s}, "Z"}}, Hold: -1, Nowcast: -1,
			Static: []intensity.Grid{intensity.Fixed{Value: 400, Signal: s.signal}},
		})
		refresh(t, c)
		follow(t, c, 30*time.Hour)
		p, err := c.At(march.Add(time.Minute))
		require.NoError(t, err)
		require.Equal(t, units.Intensity(777), p.Value)
		require.Equal(t, intensity.Forecast, p.Quality)
		p, err = c.At(march.Add(time.Hour))
		require.NoError(t, err)
		require.Equal(t, intensity.Measured, p.Quality)
	})
}
