package intensity_test

import (
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
)

// everySecond yields a joule for each second of a year.
func everySecond(start time.Time) iter.Seq[intensity.Delta] {
	return func(yield func(intensity.Delta) bool) {
		for i := range 365 * 24 * 3600 {
			from := start.Add(time.Duration(i) * time.Second)
			if !yield(intensity.Delta{From: from, To: from.Add(time.Second), Energy: 1}) {
				return
			}
		}
	}
}

// hoursOfYear returns an hourly series of a year, and its mean.
func hoursOfYear(start time.Time) (*intensity.Series, float64) {
	s, sum := &intensity.Series{}, 0.0
	for h := range 365 * 24 {
		v := float64(100 + h%24)
		sum += v
		s.Points = append(s.Points, intensity.Point{
			Start: start.Add(time.Duration(h) * time.Hour), End: start.Add(time.Duration(h+1) * time.Hour), Value: units.Intensity(v),
			Signal: intensity.AverageLifecycle(intensity.Production), Quality: intensity.Measured, Zone: "X",
		})
	}
	return s, sum / (365 * 24)
}

func TestIntegrateAYearOfSeconds(t *testing.T) {
	if testing.Short() {
		t.Skip("31.5 million deltas")
	}
	start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	series, mean := hoursOfYear(start)
	r, err := intensity.IntegrateSeq(series, everySecond(start), intensity.Options{})
	require.NoError(t, err)
	require.InEpsilon(t, mean*365*24*3600/3.6e6, float64(r.Carbon), 1e-12)
	require.Len(t, r.Parts, 1)
}

// BenchmarkIntegrateYear is a year of hourly figures against energy of every
// second.
func BenchmarkIntegrateYear(b *testing.B) {
	start := time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)
	series, _ := hoursOfYear(start)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := intensity.IntegrateSeq(series, everySecond(start), intensity.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}
