package intensity_test

import (
	"math"
	"testing"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
	"github.com/stretchr/testify/require"
)

// told is a point of the forecast of a provider.
func told(from, to time.Duration, value float64) intensity.Point {
	p := pt(from, to, value)
	p.Quality, p.IssuedAt = intensity.Forecast, day
	return p
}

func TestSplice(t *testing.T) {
	const h = time.Hour
	for name, c := range map[string]struct{ measured, theirs, ours, want []intensity.Point }{
		"nothing":                {nil, nil, nil, nil},
		"no forecast":            {[]intensity.Point{pt(0, h, 1)}, nil, nil, []intensity.Point{pt(0, h, 1)}},
		"nothing but a forecast": {nil, nil, []intensity.Point{told(0, h, 1)}, []intensity.Point{told(0, h, 1)}},
		"the running step is cut where the measured ends": {
			[]intensity.Point{pt(0, h, 1), pt(h, 3*h/2, 2)}, []intensity.Point{told(0, h, 7), told(h, 2*h, 8), told(2*h, 3*h, 9)}, nil,
			[]intensity.Point{pt(0, h, 1), pt(h, 3*h/2, 2), told(3*h/2, 2*h, 8), told(2*h, 3*h, 9)},
		},
		"a gap is filled, by the better one": {
			[]intensity.Point{pt(0, h, 1), pt(3*h, 4*h, 2)}, []intensity.Point{told(0, 2*h, 7)}, []intensity.Point{told(h/2, 6*h, 9)},
			[]intensity.Point{pt(0, h, 1), told(h, 2*h, 7), told(2*h, 3*h, 9), pt(3*h, 4*h, 2), told(4*h, 6*h, 9)},
		},
		"ours goes on where theirs ends": {
			[]intensity.Point{pt(0, h, 1)}, []intensity.Point{told(h, 2*h, 2)}, []intensity.Point{told(h, 2*h, 5), told(2*h, 3*h, 6)},
			[]intensity.Point{pt(0, h, 1), told(h, 2*h, 2), told(2*h, 3*h, 6)},
		},
		"before all measured": {
			[]intensity.Point{pt(2*h, 3*h, 1)}, []intensity.Point{told(0, h, 2)}, []intensity.Point{told(0, 4*h, 5)},
			[]intensity.Point{told(0, h, 2), told(h, 2*h, 5), pt(2*h, 3*h, 1), told(3*h, 4*h, 5)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := intensity.Splice(series(t, c.measured...), series(t, c.theirs...), series(t, c.ours...))
			require.NoError(t, err)
			require.Equal(t, series(t, c.want...).Points, series(t, got.Points...).Points)
			again, err := intensity.Splice(got, nil, got)
			require.NoError(t, err)
			require.Equal(t, got, again)
		})
	}
}

func TestSpliceRefuses(t *testing.T) {
	s := series(t, pt(0, time.Hour, 1))
	for name, c := range map[string]struct {
		change func(*intensity.Point)
		want   error
	}{
		"signal": {func(p *intensity.Point) { p.Signal = intensity.AverageLifecycle(intensity.Production) }, intensity.ErrSignal},
		"zone":   {func(p *intensity.Point) { p.Zone = "U" }, intensity.ErrZone},
		"value":  {func(p *intensity.Point) { p.Value = units.Intensity(math.Inf(1)) }, intensity.ErrValue},
		"window": {func(p *intensity.Point) { p.End = p.Start }, intensity.ErrWindow},
	} {
		p := told(0, time.Hour, 1) // wholly behind the measured one, and looked at
		c.change(&p)
		_, err := intensity.Splice(s, &intensity.Series{Points: []intensity.Point{p}})
		require.ErrorIs(t, err, c.want, name)
	}
	contrary := &intensity.Series{Points: []intensity.Point{pt(0, time.Hour, 1), pt(0, time.Hour, 2)}}
	_, err := intensity.Splice(contrary)
	require.ErrorIs(t, err, intensity.ErrOverlap)
}

// Ours begins where the measured figures end, so that the three have no gap.
func TestSpliceOfAllThree(t *testing.T) {
	measured := history(20, time.Hour, cycle(time.Hour))
	ours := forecast(t, measured, at(2*time.Hour), 96*time.Hour)
	got, err := intensity.Splice(series(t, measured...), series(t, told(0, 24*time.Hour, 111)), ours.Series)
	require.NoError(t, err)
	for i := 1; i < len(got.Points); i++ {
		require.Equal(t, got.Points[i-1].End, got.Points[i].Start)
	}
	p, err := got.At(at(5 * time.Hour))
	require.NoError(t, err)
	require.Equal(t, units.Intensity(111), p.Value)
	require.Equal(t, at(98*time.Hour), got.Points[len(got.Points)-1].End)
}
