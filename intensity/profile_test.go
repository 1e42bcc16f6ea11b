package intensity_test

import (
	"testing"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/stretchr/testify/require"
)

var (
	_ intensity.Forecaster = intensity.EWProfile{}
	_ intensity.Forecaster = (*intensity.Calibrated)(nil)
	_ intensity.Grid       = (*intensity.Outlook)(nil)
)

// A calibration of the same history makes the same outlook.
func TestCalibrate(t *testing.T) {
	s := series(t, noisy(80)...)
	c, err := intensity.EWProfile{}.Calibrate(s, day)
	require.NoError(t, err)
	require.Equal(t, 30, c.Origins())
	got, err := c.Forecast(s, day, 96*time.Hour)
	require.NoError(t, err)
	want, err := intensity.EWProfile{}.Forecast(s, day, 96*time.Hour)
	require.NoError(t, err)
	require.Equal(t, want, got)

	short := series(t, noisy(80)[52*24:]...) // the 28 days that the profile needs
	got, err = c.Forecast(short, day, 96*time.Hour)
	require.NoError(t, err)
	require.Equal(t, want, got)
}

func TestCalibratedIsOfOneGrid(t *testing.T) {
	ps := noisy(40)
	c, err := intensity.EWProfile{}.Calibrate(series(t, ps...), day)
	require.NoError(t, err)
	for i := range ps {
		ps[i].Zone = "U"
	}
	_, err = c.Forecast(series(t, ps...), day, time.Hour)
	require.ErrorIs(t, err, intensity.ErrZone)
	for i := range ps {
		ps[i].Zone, ps[i].Signal = "T", intensity.AverageLifecycle(intensity.Production)
	}
	_, err = c.Forecast(series(t, ps...), day, time.Hour)
	require.ErrorIs(t, err, intensity.ErrSignal)
}

// After an outage of days a calibrated model has a day of history and repeats
// it, with the uncertainty of that.
func TestCalibratedOfAShortHistory(t *testing.T) {
	ps := noisy(40)
	c, err := intensity.EWProfile{}.Calibrate(series(t, ps...), day)
	require.NoError(t, err)
	o, err := c.Forecast(series(t, ps[39*24:]...), day, time.Hour)
	require.NoError(t, err)
	require.Zero(t, o.Origins)
	require.InDelta(t, 1.3*intensity.ForecastSigma(30*time.Minute), o.Series.Points[0].Sigma, 1e-12)
}

func BenchmarkForecast(b *testing.B) {
	for _, step := range []time.Duration{time.Hour, 5 * time.Minute} {
		all := series(b, history(66, step, cycle(step))...)
		month := &intensity.Series{Points: all.Points[len(all.Points)-int(28*aDay/step):]}
		c, err := intensity.EWProfile{}.Calibrate(all, day)
		require.NoError(b, err)
		b.Run("calibrated, 28 days, "+step.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := c.Forecast(month, day, 96*time.Hour); err != nil {
					b.Fatal(err)
				}
			}
		})
		b.Run("calibration, 66 days, "+step.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := (intensity.EWProfile{}).Calibrate(all, day); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
