package intensity_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
	"github.com/stretchr/testify/require"
)

const h = time.Hour

// updated returns p as revised at so many hours.
func updated(p intensity.Point, hours time.Duration, q intensity.Quality) intensity.Point {
	p.UpdatedAt, p.Quality = at(hours*h), q
	return p
}

func values(s *intensity.Series) []float64 {
	var vs []float64
	for _, p := range s.Points {
		vs = append(vs, float64(p.Value))
	}
	return vs
}

func TestSameIntervalTwice(t *testing.T) {
	fc := func(issued time.Duration, v float64) intensity.Point {
		p := updated(pt(0, h, v), 1, intensity.Forecast)
		p.IssuedAt = at(issued)
		return p
	}
	for _, c := range []struct {
		name string
		a, b intensity.Point
		want float64
	}{
		{"case A26: the later update wins", updated(pt(0, h, 10), 1, intensity.Measured), updated(pt(0, h, 20), 2, intensity.Estimated), 20},
		{"case A26: at the same time measured wins", updated(pt(0, h, 30), 1, intensity.Estimated), updated(pt(0, h, 10), 1, intensity.Measured), 10},
		{"the forecast issued last wins", fc(-2*h, 10), fc(-h, 20), 20},
		{"measured wins over a forecast", fc(-h, 10), updated(pt(0, h, 20), 1, intensity.Measured), 20},
		{"the very same", pt(0, h, 10), pt(0, h, 10), 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, []float64{c.want}, values(series(t, c.a, c.b)))
			require.Equal(t, []float64{c.want}, values(series(t, c.b, c.a)))
		})
	}
}

func TestOverlaps(t *testing.T) {
	old := updated(pt(0, 10*h, 100), 1, intensity.Measured)
	for _, c := range []struct {
		name string
		ps   []intensity.Point
		want []intensity.Point
	}{
		{"newer at the end", []intensity.Point{old, updated(pt(8*h, 12*h, 50), 2, intensity.Measured)},
			[]intensity.Point{updated(pt(0, 8*h, 100), 1, intensity.Measured), updated(pt(8*h, 12*h, 50), 2, intensity.Measured)}},
		{"newer inside", []intensity.Point{old, updated(pt(3*h, 5*h, 50), 2, intensity.Measured)},
			[]intensity.Point{updated(pt(0, 3*h, 100), 1, intensity.Measured), updated(pt(3*h, 5*h, 50), 2, intensity.Measured), updated(pt(5*h, 10*h, 100), 1, intensity.Measured)}},
		{"older inside is gone", []intensity.Point{old, updated(pt(3*h, 5*h, 50), 0, intensity.Measured)}, []intensity.Point{old}},
		{"equal values do not contradict", []intensity.Point{old, updated(pt(9*h, 12*h, 100), 1, intensity.Measured)},
			[]intensity.Point{old, updated(pt(10*h, 12*h, 100), 1, intensity.Measured)}},
		{"a third settles what two dispute", []intensity.Point{old, updated(pt(9*h, 12*h, 70), 1, intensity.Measured), updated(pt(9*h, 10*h, 50), 2, intensity.Measured)},
			[]intensity.Point{updated(pt(0, 9*h, 100), 1, intensity.Measured), updated(pt(9*h, 10*h, 50), 2, intensity.Measured), updated(pt(10*h, 12*h, 70), 1, intensity.Measured)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.want, series(t, c.ps...).Points)
			slices.Reverse(c.ps)
			require.Equal(t, c.want, series(t, c.ps...).Points)
		})
	}
}

func TestRefusedSeries(t *testing.T) {
	marginal := pt(h, 2*h, 10)
	marginal.Signal.Kind = intensity.ShortRunMarginal
	other := pt(h, 2*h, 10)
	other.Zone = "U"
	for _, c := range []struct {
		name string
		p    intensity.Point
		want error
	}{
		{"another signal", marginal, intensity.ErrSignal},
		{"another zone", other, intensity.ErrZone},
		{"partial overlap", pt(30*time.Minute, 2*h, 99), intensity.ErrOverlap},
		{"partial overlap of another quality", updated(pt(30*time.Minute, 2*h, 99), 0, intensity.Estimated), intensity.ErrOverlap},
		{"same interval and rank", pt(0, h, 99), intensity.ErrOverlap},
	} {
		t.Run(c.name, func(t *testing.T) {
			first := pt(0, h, 10)
			if !c.p.UpdatedAt.IsZero() {
				first.UpdatedAt = c.p.UpdatedAt
			}
			s := &intensity.Series{Points: []intensity.Point{c.p, first}}
			require.ErrorIs(t, s.Normalise(), c.want)
			require.Equal(t, []intensity.Point{c.p, first}, s.Points, "a refused series is as it was")
		})
	}
}

// randomPoints returns points of distinct vintages that overlap at will.
func randomPoints(r *rand.Rand) []intensity.Point {
	ps := make([]intensity.Point, r.IntN(14))
	for i := range ps {
		from := time.Duration(r.IntN(20)) * h / 2
		ps[i] = pt(from, from+time.Duration(1+r.IntN(8))*h/2, float64(r.IntN(500)))
		ps[i].UpdatedAt = at(time.Duration(i) * time.Minute)
		ps[i].Quality = intensity.Quality(1 + r.IntN(6))
		if i > 0 && r.IntN(3) == 0 {
			ps[i] = ps[i-1]
			ps[i].Sigma = 0.01 * float64(r.IntN(5))
		}
	}
	return ps
}

func TestAnyOrderGivesTheSameSeries(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 26))
	for range 2000 {
		ps := randomPoints(r)
		want := series(t, ps...)
		for i := 1; i < len(want.Points); i++ {
			require.False(t, want.Points[i].Start.Before(want.Points[i-1].End))
		}
		for range 3 {
			r.Shuffle(len(ps), func(i, j int) { ps[i], ps[j] = ps[j], ps[i] })
			require.Equal(t, want, series(t, ps...), "case A26: any permutation")
		}
		require.Equal(t, want, series(t, want.Points...), "normalising twice changes nothing")
		for _, p := range want.Points {
			newest := 0
			for i, q := range ps {
				if q.Contains(p.Start) && (!ps[newest].Contains(p.Start) || q.UpdatedAt.After(ps[newest].UpdatedAt)) {
					newest = i
				}
			}
			require.Equal(t, ps[newest].Value, p.Value, "the newest that contains an instant holds there")
		}
	}
}

func TestSeriesAt(t *testing.T) {
	s := series(t, pt(h, 2*h, 30), pt(2*h, 3*h, 100), pt(5*h, 6*h, 50))
	for _, c := range []struct {
		at   time.Duration
		want float64
	}{{h, 30}, {2*h - 1, 30}, {2 * h, 100}, {3*h - 1, 100}, {5 * h, 50}} {
		p, err := s.At(at(c.at))
		require.NoError(t, err)
		require.Equal(t, units.Intensity(c.want), p.Value)
	}
	for _, c := range []struct {
		at   time.Duration
		want intensity.GapError
		size time.Duration
	}{
		{0, intensity.GapError{To: at(h), Zone: "T"}, math.MaxInt64},
		{3 * h, intensity.GapError{From: at(3 * h), To: at(5 * h), Zone: "T"}, 2 * h},
		{5*h - 1, intensity.GapError{From: at(3 * h), To: at(5 * h), Zone: "T"}, 2 * h},
		{6 * h, intensity.GapError{From: at(6 * h), Zone: "T"}, math.MaxInt64},
	} {
		_, err := s.At(at(c.at))
		require.ErrorIs(t, err, intensity.ErrGap)
		var gap *intensity.GapError
		require.ErrorAs(t, err, &gap)
		require.Equal(t, c.want, *gap)
		require.Equal(t, c.size, gap.Size())
	}
	_, err := s.At(at(4 * h))
	require.EqualError(t, err, `intensity: zone "T": no figure in [2026-03-02T03:00:00Z, 2026-03-02T05:00:00Z) (2h0m0s)`)
	for _, none := range []*intensity.Series{nil, {}} {
		_, err := none.At(day)
		require.ErrorIs(t, err, intensity.ErrGap)
	}
	_, err = (&intensity.Series{Points: []intensity.Point{pt(0, h, math.NaN())}}).At(day)
	require.ErrorIs(t, err, intensity.ErrValue, "a series that was not normalised")
}

func TestSeriesJSON(t *testing.T) {
	want := series(t, pt(0, h, 1), pt(h, 2*h, 2), pt(3*h, 4*h, 0))
	b, err := json.Marshal(want)
	require.NoError(t, err)
	var got intensity.Series
	require.NoError(t, json.Unmarshal(b, &got))
	require.Equal(t, *want, got)
	bad := intensity.Series{Points: []intensity.Point{pt(0, 2*h, 1), pt(h, 3*h, 2)}}
	b, err = json.Marshal(bad)
	require.NoError(t, err)
	require.ErrorIs(t, json.Unmarshal(b, &got), intensity.ErrOverlap)
	require.Equal(t, *want, got)
}

func FuzzSeriesJSON(f *testing.F) {
	b, err := json.Marshal(intensity.Series{Points: []intensity.Point{pt(0, h, 1), pt(h, 2*h, 2)}})
	require.NoError(f, err)
	f.Add(b)
	f.Add([]byte(`{"points":[{"intensity_gco2e_per_kwh":1e400}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		var s intensity.Series
		if json.Unmarshal(b, &s) != nil {
			return
		}
		for _, p := range s.Points {
			require.NoError(t, p.Valid())
			got, err := s.At(p.Start)
			require.NoError(t, err)
			require.Equal(t, p, got)
		}
	})
}

func BenchmarkSeriesAt(b *testing.B) {
	ps := make([]intensity.Point, 8760)
	for i := range ps {
		ps[i] = pt(time.Duration(i)*h, time.Duration(i+1)*h, float64(i))
	}
	s := series(b, ps...)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.At(at(5000 * h)); err != nil {
			b.Fatal(err)
		}
	}
}
