package intensity_test

import (
	"testing"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
	"github.com/stretchr/testify/require"
)

// day is the day on which series of the tests lie.
var day = time.Date(2026, time.March, 2, 0, 0, 0, 0, time.UTC)

// at returns the instant of the day so far after midnight.
func at(d time.Duration) time.Time { return day.Add(d) }

// avg is the signal of the points of the tests.
var avg = intensity.AverageLifecycle(intensity.Consumption)

// pt returns a measured point of the day.
func pt(from, to time.Duration, value float64) intensity.Point {
	return intensity.Point{
		Start: at(from), End: at(to), Value: units.Intensity(value),
		Signal: avg, Quality: intensity.Measured, Sigma: intensity.SigmaLive, Zone: "T",
	}
}

// series normalises the points.
func series(t testing.TB, ps ...intensity.Point) *intensity.Series {
	t.Helper()
	s, err := intensity.NewSeries(ps...)
	require.NoError(t, err)
	return s
}

// kilowatt is 1 kW in a facility without overhead.
func kilowatt(t testing.TB, from, to time.Duration) intensity.Delta {
	t.Helper()
	d, err := intensity.Steady(at(from), at(to), units.Kilowatt, 1)
	require.NoError(t, err)
	return d
}
