package intensity_test

import (
	"math"
	"testing"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
	"github.com/stretchr/testify/require"
)

func TestForecastRefusesAHistory(t *testing.T) {
	flat := func(int) float64 { return 100 }
	old := history(30, time.Hour, flat)
	for name, c := range map[string]struct {
		history *intensity.Series
		at      time.Time
		want    intensity.HistoryError
		text    string
	}{
		"none": {
			nil, day, intensity.HistoryError{Want: 22 * time.Hour, MaxAge: intensity.MaxAge},
			`intensity: forecast zone "": 0s of figures, want 22h0m0s spread over the day: use a forecast of the provider or an annual average`,
		},
		"too short": {
			series(t, history(1, time.Hour, flat)[10:]...), day,
			intensity.HistoryError{Zone: "T", Have: 14 * time.Hour, Want: 22 * time.Hour, MaxAge: intensity.MaxAge},
			`intensity: forecast zone "T": 14h0m0s of figures, want 22h0m0s spread over the day: use a forecast of the provider or an annual average`,
		},
		"too old": {
			series(t, old...), at(73 * time.Hour),
			intensity.HistoryError{Zone: "T", Want: 22 * time.Hour, Age: 73 * time.Hour, MaxAge: intensity.MaxAge},
			`intensity: forecast zone "T": the last figure is 73h0m0s old, more than 72h0m0s: use a forecast of the provider or an annual average`,
		},
		"far too old": {
			series(t, old...), at(3000 * time.Hour),
			intensity.HistoryError{Zone: "T", Want: 22 * time.Hour, Age: 3000 * time.Hour, MaxAge: intensity.MaxAge}, "",
		},
		"all of it later": {
			series(t, old...), day.Add(-31 * aDay), intensity.HistoryError{Want: 22 * time.Hour, MaxAge: intensity.MaxAge}, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := intensity.EWProfile{}.Forecast(c.history, c.at, time.Hour)
			require.ErrorIs(t, err, intensity.ErrHistory)
			var short *intensity.HistoryError
			require.ErrorAs(t, err, &short)
			require.Equal(t, c.want, *short)
			if c.text != "" {
				require.EqualError(t, err, c.text)
			}
			_, err = intensity.EWProfile{}.Calibrate(c.history, c.at)
			require.ErrorIs(t, err, intensity.ErrHistory)
		})
	}
	_, err := intensity.EWProfile{}.Forecast(series(t, old...), at(72*time.Hour), time.Hour)
	require.NoError(t, err)
}

// A grid that is seen by day alone says nothing of its nights.
func TestForecastWantsTheWholeDay(t *testing.T) {
	var ps []intensity.Point
	for _, p := range history(28, time.Hour, func(int) float64 { return 100 }) {
		if p.Start.Hour() >= 14 {
			ps = append(ps, p)
		}
	}
	_, err := intensity.EWProfile{}.Forecast(series(t, ps...), day, time.Hour)
	require.ErrorIs(t, err, intensity.ErrHistory)
}

func TestForecastRefuses(t *testing.T) {
	s := series(t, history(10, time.Hour, func(int) float64 { return 100 })...)
	for name, m := range map[string]intensity.EWProfile{
		"Lambda": {Lambda: 1.01}, "Lambda NaN": {Lambda: math.NaN()}, "Days": {Days: -1}, "Tau": {Tau: -1},
		"Recent": {Recent: 25 * time.Hour}, "Step": {Step: 7 * time.Minute}, "Step of a minute": {Step: time.Minute},
	} {
		_, err := m.Forecast(s, day, time.Hour)
		require.ErrorIs(t, err, intensity.ErrValue, name)
	}
	for _, horizon := range []time.Duration{-1, intensity.MaxHorizon + 1} {
		_, err := intensity.EWProfile{}.Forecast(s, day, horizon)
		require.ErrorIs(t, err, intensity.ErrWindow)
	}
	bad := &intensity.Series{Points: append([]intensity.Point(nil), s.Points...)}
	bad.Points[200].Value = units.Intensity(math.NaN())
	_, err := intensity.EWProfile{}.Forecast(bad, day, time.Hour)
	require.ErrorIs(t, err, intensity.ErrValue)
	bad.Points[200] = s.Points[200]
	bad.Points[200].Zone = "U"
	_, err = intensity.EWProfile{}.Forecast(bad, day, time.Hour)
	require.ErrorIs(t, err, intensity.ErrZone)
}

func TestBandRefuses(t *testing.T) {
	o := forecast(t, history(10, time.Hour, func(int) float64 { return 100 }), day, time.Hour)
	for _, level := range []float64{0, -1, 0.995, 1, math.NaN()} {
		_, err := o.Band(day, level)
		require.ErrorIs(t, err, intensity.ErrValue, "%v", level)
	}
	_, err := o.Band(at(time.Hour), 0.9)
	require.ErrorIs(t, err, intensity.ErrGap)
	var none *intensity.Outlook
	_, err = none.At(day)
	require.ErrorIs(t, err, intensity.ErrGap)
}
