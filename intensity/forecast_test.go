package intensity_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
	"github.com/stretchr/testify/require"
)

const aDay = 24 * time.Hour

// history returns measured points of one length that end at the start of the
// day of the tests; f has the number of the step, counted from the first.
func history(days int, step time.Duration, f func(i int) float64) []intensity.Point {
	n := int(time.Duration(days) * aDay / step)
	ps := make([]intensity.Point, n)
	for i := range ps {
		from := time.Duration(i-n) * step
		ps[i] = pt(from, from+step, f(i))
	}
	return ps
}

// cycle is a day that repeats, by its step.
func cycle(step time.Duration) func(i int) float64 {
	return func(i int) float64 {
		hour := float64(i%int(aDay/step)) * step.Hours()
		return 250 + 90*math.Sin(hour/24*2*math.Pi) + 7*math.Mod(hour*hour, 3)
	}
}

// forecast is the outlook of the default model.
func forecast(t testing.TB, ps []intensity.Point, at time.Time, horizon time.Duration) *intensity.Outlook {
	t.Helper()
	o, err := intensity.EWProfile{}.Forecast(series(t, ps...), at, horizon)
	require.NoError(t, err)
	sound(t, o, at.Add(horizon))
	return o
}

// sound checks what holds of every outlook: valid points that tile the time up
// to its end, and bands around them.
func sound(t testing.TB, o *intensity.Outlook, end time.Time) {
	t.Helper()
	next := o.Known
	for _, p := range o.Series.Points {
		require.NoError(t, p.Valid())
		require.True(t, p.Start.Equal(next), "%v after %v", p.Start, next)
		require.Zero(t, p.Hourly)
		require.Equal(t, p.Sigma, p.Origin.Sigma)
		require.True(t, p.IssuedAt.Equal(o.Issued))
		require.True(t, p.UpdatedAt.IsZero(), "a forecast revises nothing")
		want := intensity.Forecast
		if p.Start.Before(o.Issued) {
			want = intensity.Modelled
		}
		require.Equal(t, want, p.Quality)
		require.Equal(t, p.Nature(), p.Origin.Weight())
		within(t, o, p)
		next = p.End
	}
	require.True(t, next.Equal(end), "%v, want %v", next, end)
}

// within checks that bands hold the point and one another.
func within(t testing.TB, o *intensity.Outlook, p intensity.Point) {
	t.Helper()
	inner, err := o.Band(p.Start, 0.9)
	require.NoError(t, err)
	outer, err := o.Band(p.Start, 0.95)
	require.NoError(t, err)
	require.True(t, inner.Contains(p.Value))
	require.True(t, 0 <= outer.Low && outer.Low <= inner.Low && inner.High <= outer.High)
	require.False(t, math.IsInf(float64(outer.High), 0))
}

func TestForecastOfAConstant(t *testing.T) {
	o := forecast(t, history(66, time.Hour, func(int) float64 { return 233.7 }), day, 96*time.Hour)
	t.Run("case A37: a constant stays", func(t *testing.T) {
		require.Len(t, o.Series.Points, 96)
		require.Equal(t, 30, o.Origins)
		for _, p := range o.Series.Points {
			require.Equal(t, units.Intensity(233.7), p.Value)
			require.Zero(t, p.Sigma)
			b, err := o.Band(p.Start, 0.99)
			require.NoError(t, err)
			require.Equal(t, intensity.Band{Start: p.Start, End: p.End, Low: p.Value, High: p.Value, Level: 0.99}, b)
		}
	})
}

func TestForecastOfACycle(t *testing.T) {
	for _, step := range []time.Duration{5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour} {
		t.Run("case A37: a day that repeats, "+step.String(), func(t *testing.T) {
			f := cycle(step)
			o := forecast(t, history(40, step, f), day, 96*time.Hour)
			require.Len(t, o.Series.Points, int(96*time.Hour/step))
			for i, p := range o.Series.Points {
				require.Equal(t, units.Intensity(f(i)), p.Value, "%d", i)
				require.Zero(t, p.Sigma)
			}
		})
	}
}

// The last three hours are 30 above a constant: by hand, the profile of these
// hours rises by 30·0.9/Σ0.9^d, d from 1 to 28, and what is left of the 30 fades.
func TestForecastByHand(t *testing.T) {
	const level = 200.0
	o := forecast(t, history(66, time.Hour, func(i int) float64 {
		if i >= 66*24-3 {
			return level + 30
		}
		return level
	}), day, 96*time.Hour)
	total := 0.9 * (1 - math.Pow(0.9, 28)) / (1 - 0.9)
	rise := 30 * 0.9 / total
	for h, p := range o.Series.Points {
		want := level + (30-rise)*math.Exp(-float64(h)/36)
		if h%24 >= 21 {
			want += rise
		}
		require.InEpsilon(t, want, float64(p.Value), 1e-13, "hour %d", h)
	}
}

// A day each of 100, 200 and 300 and a model of three days that halve.
func TestForecastWeights(t *testing.T) {
	ps := history(3, time.Hour, func(i int) float64 { return float64(100 * (1 + i/24)) })
	m := intensity.EWProfile{Lambda: 0.5, Days: 3, Tau: time.Nanosecond, Recent: time.Hour}
	o, err := m.Forecast(series(t, ps...), day, 2*time.Hour)
	require.NoError(t, err)
	require.InEpsilon(t, (4*300+2*200+100)/7.0, float64(o.Series.Points[1].Value), 1e-13)
	require.Equal(t, units.Intensity(300), o.Series.Points[0].Value, "the whole difference at the join")
}

func TestForecastIsNeverNegative(t *testing.T) {
	o := forecast(t, history(66, time.Hour, func(i int) float64 {
		if i >= 66*24-3 {
			return 0
		}
		return 100 + 90*math.Cos(float64(i)/24*2*math.Pi)
	}), day, 96*time.Hour)
	require.Zero(t, slices.MinFunc(o.Series.Points, func(a, b intensity.Point) int {
		return int(float64(a.Value) - float64(b.Value))
	}).Value)
}

// noisy is a cycle with independent noise, uniform from −40 to 40.
func noisy(days int) []intensity.Point {
	r := rand.New(rand.NewPCG(39, 1))
	f := cycle(time.Hour)
	return history(days, time.Hour, func(i int) float64 { return f(i) + 80*r.Float64() - 40 })
}

// Of independent noise nothing can be forecast but its size: the mean of 28
// days is off by 40/2 and a little, and a band holds what it says and, as the
// errors are independent, a little more.
func TestBandsOfKnownNoise(t *testing.T) {
	s := series(t, noisy(66+120)...)
	held, n, mean, sigma := map[float64]int{}, 0, 0.0, 0.0
	for origin := range 116 {
		at := day.Add(time.Duration(origin-120) * aDay)
		o, err := intensity.EWProfile{}.Forecast(s, at, aDay)
		require.NoError(t, err)
		require.Equal(t, 30, o.Origins)
		for _, p := range o.Series.Points {
			was, err := s.At(p.Start)
			require.NoError(t, err)
			n++
			mean += math.Abs(float64(was.Value - p.Value))
			sigma += p.Sigma * float64(p.Value)
			for _, level := range []float64{0.5, 0.9, 0.95} {
				if b, err := o.Band(p.Start, level); err == nil && b.Contains(was.Value) {
					held[level]++
				}
			}
		}
	}
	require.InDelta(t, 21.5, mean/float64(n), 1.5)
	require.InEpsilon(t, 1.25*mean, sigma, 0.15, "1.25 times the mean error")
	for level, k := range held {
		got := float64(k) / float64(n)
		asked := 1 - 0.8*(1-level)
		require.InDelta(t, asked, got, 0.03, "level %v", level)
	}
	t.Run("case A39: the 90 % band holds 86 to 93 %", func(t *testing.T) {
		got := float64(held[0.9]) / float64(n)
		require.True(t, 0.86 <= got && got <= 0.93, "%v", got)
	})
}

// Without noise the model knows nothing better than the day before; with it a
// mean of days is much better.
func TestForecastBeatsYesterday(t *testing.T) {
	s := series(t, noisy(100)...)
	model, yesterday := 0.0, 0.0
	for origin := range 60 {
		at := day.Add(time.Duration(origin-61) * aDay)
		o, err := intensity.EWProfile{}.Forecast(s, at, aDay)
		require.NoError(t, err)
		for _, p := range o.Series.Points {
			was, err := s.At(p.Start)
			require.NoError(t, err)
			before, err := s.At(p.Start.Add(-aDay))
			require.NoError(t, err)
			model += math.Abs(float64((p.Value - was.Value) / was.Value))
			yesterday += math.Abs(float64((before.Value - was.Value) / was.Value))
		}
	}
	t.Run("case A38: at least 5 % better than the same hour yesterday", func(t *testing.T) {
		require.Less(t, model, 0.95*yesterday)
		require.InDelta(t, 0.79, model/yesterday, 0.05, "20 and a little of 80/3")
	})
}

func TestForecastDoesNotLookAhead(t *testing.T) {
	ps := noisy(80)
	at := day.Add(-7*aDay + 40*time.Minute)
	want := forecast(t, ps, at, 96*time.Hour)
	r := rand.New(rand.NewPCG(7, 7))
	changed := slices.Clone(ps)
	for i := range changed {
		if changed[i].End.After(at) {
			changed[i].Value = units.Intensity(5000 * r.Float64())
		}
	}
	require.Equal(t, want, forecast(t, changed, at, 96*time.Hour))
	cut := slices.DeleteFunc(changed, func(p intensity.Point) bool { return p.End.After(at) })
	require.Equal(t, want, forecast(t, cut, at, 96*time.Hour))

	cut[len(cut)-1].Value++
	require.NotEqual(t, want, forecast(t, cut, at, 96*time.Hour), "what is known counts")
}

func TestForecastOfAnyOrder(t *testing.T) {
	ps := noisy(50)
	want := forecast(t, ps, day, 48*time.Hour)
	shuffled := slices.Clone(ps)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	raw := &intensity.Series{Points: slices.Clone(shuffled)}
	got, err := intensity.EWProfile{}.Forecast(raw, day, 48*time.Hour)
	require.NoError(t, err)
	require.Equal(t, want, got)
	require.Equal(t, shuffled, raw.Points, "the history is not touched")
}

func TestForecastAcrossGaps(t *testing.T) {
	f := cycle(time.Hour)
	ps := history(50, time.Hour, f)
	r := rand.New(rand.NewPCG(3, 3))
	ps = slices.DeleteFunc(ps[:len(ps)-1], func(intensity.Point) bool { return r.Float64() < 0.4 })
	ps = append(ps, pt(-time.Hour, 0, f(50*24-1)))
	o := forecast(t, ps, day, 96*time.Hour)
	require.GreaterOrEqual(t, o.Origins, 20)
	for i, p := range o.Series.Points {
		require.Equal(t, units.Intensity(f(i)), p.Value, "gaps are left out, not filled")
	}
}

// An hour of the day that never has a figure lies on the line between its
// neighbours, round midnight too.
func TestForecastBridgesHours(t *testing.T) {
	ps := slices.DeleteFunc(history(10, time.Hour, func(i int) float64 { return float64(100 + i%24) }), func(p intensity.Point) bool {
		return p.Start.Hour() == 0 || p.Start.Hour() == 1 || p.Start.Hour() == 12
	})
	o := forecast(t, ps, day, aDay)
	require.InDelta(t, 112, float64(o.Series.Points[12].Value), 1e-9)
	require.InDelta(t, 123-7, float64(o.Series.Points[0].Value), 1e-9)
	require.InDelta(t, 123-14, float64(o.Series.Points[1].Value), 1e-9)
}

func TestForecastOfMixedSteps(t *testing.T) {
	fine := history(5, 5*time.Minute, func(int) float64 { return 80 })
	for _, p := range history(20, time.Hour, func(int) float64 { return 80 }) {
		if p.End.After(fine[0].Start) {
			break
		}
		fine = append(fine, p)
	}
	o := forecast(t, fine, day, 2*time.Hour)
	require.Len(t, o.Series.Points, 24, "most of the points are 5 minutes long")

	hourly, err := intensity.EWProfile{Step: time.Hour}.Forecast(series(t, fine...), day, 2*time.Hour)
	require.NoError(t, err)
	require.Len(t, hourly.Series.Points, 2)

	daily := history(40, aDay, func(i int) float64 { return 80 })
	require.Len(t, forecast(t, daily, day, 2*time.Hour).Series.Points, 2)
	minutes := history(4, time.Minute, func(i int) float64 { return 80 })
	require.Len(t, forecast(t, minutes, day, time.Hour).Series.Points, 12)
}

// The first point begins where the last figure ends, within a step too.
func TestForecastJoins(t *testing.T) {
	ps := append(history(20, time.Hour, cycle(time.Hour)), pt(0, 20*time.Minute, 300))
	o := forecast(t, ps, at(3*time.Hour+10*time.Minute), 90*time.Minute)
	require.Equal(t, at(20*time.Minute), o.Known)
	var spans []string
	for _, p := range o.Series.Points {
		spans = append(spans, p.Start.Format("15:04")+"-"+p.End.Format("15:04"))
	}
	require.Equal(t, []string{"00:20-01:00", "01:00-02:00", "02:00-03:00", "03:00-04:00", "04:00-04:40"}, spans)
}

func TestNowcastOfAGap(t *testing.T) {
	f := cycle(time.Hour)
	ps := append(history(20, time.Hour, f), pt(10*time.Hour, 11*time.Hour, 900))
	o := forecast(t, ps, at(10*time.Hour), 0)
	require.Len(t, o.Series.Points, 10)
	for i, p := range o.Series.Points {
		require.Equal(t, intensity.Modelled, p.Quality)
		require.Equal(t, source.NatureEstimated, p.Nature())
		require.Equal(t, units.Intensity(f(i)), p.Value, "what came after the gap is not looked at")
	}
	require.Empty(t, forecast(t, ps, at(11*time.Hour), 0).Series.Points, "nothing is missing")
}

func TestForecastPassesOver(t *testing.T) {
	ps := history(20, time.Hour, func(int) float64 { return 100 })
	for _, q := range []intensity.Quality{intensity.Modelled, intensity.Forecast, intensity.Static} {
		p := pt(-0, time.Hour, 900)
		p.Quality = q
		o := forecast(t, append(slices.Clone(ps), p), at(time.Hour), time.Hour)
		require.Equal(t, day, o.Known)
		require.Equal(t, units.Intensity(100), o.Series.Points[0].Value)
	}
	for _, q := range []intensity.Quality{intensity.Estimated, intensity.Imputed} {
		p := pt(-0, time.Hour, 900)
		p.Quality = q
		o := forecast(t, append(slices.Clone(ps), p), at(time.Hour), time.Hour)
		require.Equal(t, at(time.Hour), o.Known)
	}
}

func TestForecastOfTwoDaysIsYesterday(t *testing.T) {
	ps := history(2, time.Hour, func(i int) float64 { return float64(i) })
	o := forecast(t, ps, day, 48*time.Hour)
	for h, p := range o.Series.Points {
		require.Equal(t, units.Intensity(24+h%24), p.Value)
		require.Equal(t, "same hour yesterday", p.Origin.Name)
		require.InDelta(t, 1.3*intensity.ForecastSigma(time.Duration(h)*time.Hour+30*time.Minute), p.Sigma, 1e-12)
	}
	require.Zero(t, o.Origins)

	o = forecast(t, history(3, time.Hour, func(i int) float64 { return float64(i) }), day, time.Hour)
	require.Equal(t, "ew-profile", o.Series.Points[0].Origin.Name)
}

func TestForecastSigma(t *testing.T) {
	require.InDelta(t, 1.25*0.029, intensity.ForecastSigma(time.Hour), 1e-15)
	require.InDelta(t, 1.25*0.0825, intensity.ForecastSigma(18*time.Hour), 1e-15)
	require.InDelta(t, 1.25*0.14, intensity.ForecastSigma(1000*time.Hour), 1e-15)
	require.Equal(t, intensity.ForecastSigma(0), intensity.ForecastSigma(-time.Hour))
	for h := range 96 {
		require.Less(t, intensity.ForecastSigma(time.Duration(h)*time.Hour), intensity.ForecastSigma(time.Duration(h+1)*time.Hour))
	}
}

// A few days of errors may only widen what is known from elsewhere.
func TestForecastOfAShortHistory(t *testing.T) {
	calm := forecast(t, history(5, time.Hour, func(int) float64 { return 100 }), day, time.Hour)
	require.True(t, 0 < calm.Origins && calm.Origins < 7, "%d", calm.Origins)
	require.InDelta(t, intensity.ForecastSigma(30*time.Minute), calm.Series.Points[0].Sigma, 1e-12)
	wild := forecast(t, history(5, time.Hour, func(i int) float64 { return float64(20 + i*i*7919%200) }), day, time.Hour)
	require.Greater(t, wild.Series.Points[0].Sigma, 2*intensity.ForecastSigma(30*time.Minute))
}
