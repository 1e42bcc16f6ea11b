package entsoe_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/entsoe"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
	"github.com/scimeter/scimeter/units"
)

const token = "0000-made-up+token"

func key(context.Context) (string, error) { return token, nil }

// in runs f at an instant with a provider that asks the service.
func in(t *testing.T, now time.Time, s *fetchtest.Service, own map[string]units.Intensity, f func(*testing.T, *entsoe.Provider)) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(now))
		f(t, entsoe.New(entsoe.Config{Key: key, Factors: own, Fetch: fetch.Options{Transport: s}}))
	})
}

// later is when the tests ask.
var later = noon.Add(4 * time.Hour)

func ok(body string) *fetchtest.Service { return fetchtest.Answers(fetchtest.Answer{Body: body}) }

// of returns the points of the two hours, or the error.
func of(t *testing.T, body string, own map[string]units.Intensity) (points []intensity.Point, err error) {
	in(t, later, ok(body), own, func(t *testing.T, p *entsoe.Provider) {
		var s *intensity.Series
		if s, err = p.Range(t.Context(), finland, noon, noon.Add(2*time.Hour)); s != nil {
			points = s.Points
		}
	})
	return points, err
}

func values(points []intensity.Point) []float64 {
	var v []float64
	for _, p := range points {
		v = append(v, float64(p.Value))
	}
	return v
}

func TestMix(t *testing.T) {
	stored := map[string]units.Intensity{"B10": 362.9}
	for _, c := range []struct {
		name string
		own  map[string]units.Intensity
		want []float64
	}{
		{"case A20: 8 steps, pumping is not generation", nil,
			[]float64{41.5625, 41.372671, 67.27907, 66.953757, 66.632184, 26.59375, 26.496894, 26.401235}},
		{"case A20: what a store gives back, with a factor", stored,
			[]float64{47.476687, 47.254268, 72.346857, 71.998295, 66.632184, 26.59375, 26.496894, 26.401235}},
	} {
		t.Run(c.name, func(t *testing.T) {
			points, err := of(t, two, c.own)
			require.NoError(t, err)
			require.InDeltaSlice(t, c.want, values(points), 5e-7, "given to six places")
			for i, p := range points {
				require.Equal(t, noon.Add(time.Duration(i)*15*time.Minute), p.Start)
				require.Equal(t, p.Start.Add(15*time.Minute), p.End)
				require.Equal(t, intensity.AverageLifecycle(intensity.Production), p.Signal)
				require.Equal(t, intensity.Measured, p.Quality)
				require.Equal(t, finland, p.Zone)
				require.Equal(t, "2024-05-06T15:30:00Z", p.UpdatedAt.Format(time.RFC3339))
			}
		})
	}
}

func TestCurves(t *testing.T) {
	wind := func(s series) string { s.code = "B19"; return document(s) }
	both := func(a, b series) string { a.code, b.code = "B04", "B14"; return document(a, b) }
	for _, c := range []struct {
		name, body string
		step       time.Duration
		starts     []int // minutes after noon
		values     []float64
	}{
		{"A01 leaves out what is missing", wind(series{curve: "A01", points: "1=5 3=5"}), 15 * time.Minute, []int{0, 30}, []float64{11, 11}},
		{"A03 begins with its first position", wind(series{points: "7=5"}), 15 * time.Minute, []int{90, 105}, []float64{11, 11}},
		{"no curve is A01", strings.Replace(wind(series{points: "2=5"}), "<curveType>A03</curveType>", "", 1), 15 * time.Minute, []int{15}, []float64{11}},
		{"half hours", wind(series{points: "1=5", resolution: "PT30M", length: time.Hour}), 30 * time.Minute, []int{0, 30}, []float64{11, 11}},
		{"hours", wind(series{points: "1=5", resolution: "PT60M"}), time.Hour, []int{0, 60}, []float64{11, 11}},
		{"hours by another name", wind(series{points: "1=5", resolution: "PT1H"}), time.Hour, []int{0, 60}, []float64{11, 11}},
		{"hours beside half hours", both(series{points: "1=10 2=30", resolution: "PT60M"}, series{points: "1=10 2=30 3=10 4=30", resolution: "PT30M"}),
			30 * time.Minute, []int{0, 30, 60, 90}, []float64{251, 131.5, 370.5, 251}},
		{"below zero is zero", both(series{points: "1=-5"}, series{points: "1=10"}), 15 * time.Minute,
			[]int{0, 15, 30, 45, 60, 75, 90, 105}, []float64{12, 12, 12, 12, 12, 12, 12, 12}},
		{"one type ends early", both(series{points: "1=10", length: 30 * time.Minute}, series{points: "1=10"}), 15 * time.Minute, []int{0, 15}, []float64{251, 251}},
		{"a small one does not matter", both(series{points: "1=0.1", length: 15 * time.Minute}, series{points: "1=99.9", length: 30 * time.Minute}), 15 * time.Minute,
			[]int{0, 15}, []float64{(0.1*490 + 99.9*12) / 100, 12}},
		{"nothing runs", document(series{code: "B19", points: "1=0 2=5 3=0"}), 15 * time.Minute, []int{15}, []float64{11}},
	} {
		t.Run(c.name, func(t *testing.T) {
			points, err := of(t, c.body, nil)
			require.NoError(t, err)
			require.InDeltaSlice(t, c.values, values(points), 1e-9)
			for i, p := range points {
				require.Equal(t, noon.Add(time.Duration(c.starts[i])*time.Minute), p.Start)
				require.Equal(t, c.step, p.End.Sub(p.Start))
			}
		})
	}
}

func TestFactors(t *testing.T) {
	for code, want := range entsoe.Factors() {
		points, err := of(t, document(series{code: code, points: "1=7"}), nil)
		require.NoError(t, err)
		require.InEpsilon(t, float64(want), float64(points[0].Value), 1e-12, code)
		estimated := code == "B15" || code == "B20"
		require.Equal(t, estimated, points[0].Quality == intensity.Estimated, "%s: what is not named is estimated", code)
	}
	entsoe.Factors()["B04"] = 0
	require.Equal(t, units.Intensity(490), entsoe.Factors()["B04"], "a copy")

	points, err := of(t, document(series{code: "B99", points: "1=7"}), nil)
	require.NoError(t, err)
	require.Equal(t, units.Intensity(700), points[0].Value, "a type that is not known yet")
	points, err = of(t, document(series{code: "B14", points: "1=9"}, series{code: "B25", points: "1=9", length: time.Hour}), map[string]units.Intensity{"B25": 100})
	require.NoError(t, err)
	require.Equal(t, []float64{56, 56, 56, 56, 12, 12, 12, 12}, values(points), "a store may be silent while it is filled")
	_, err = of(t, document(series{code: "B25", points: "1=7"}), nil)
	require.ErrorIs(t, err, fetch.ErrNoData, "a store is no source")
	points, err = of(t, document(series{code: "B05", points: "1=7"}), map[string]units.Intensity{"B05": 1100})
	require.NoError(t, err)
	require.Equal(t, units.Intensity(1100), points[0].Value)

	s := ok(two)
	in(t, later, s, map[string]units.Intensity{"B05": -1}, func(t *testing.T, p *entsoe.Provider) {
		_, err := p.Current(t.Context(), finland)
		require.ErrorIs(t, err, intensity.ErrValue)
		_, err = p.Capabilities(finland)
		require.ErrorContains(t, err, `-1 gCO2e/kWh of type "B05"`)
		require.Zero(t, s.Count())
	})
}

// Figures made with other factors are not taken from a shared cache.
func TestFactorsAndCache(t *testing.T) {
	s := ok(two)
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(noon.AddDate(0, 1, 0)))
		o := fetch.Options{Transport: s, Cache: &fetch.Cache{}}
		ask := func(own map[string]units.Intensity) float64 {
			p := entsoe.New(entsoe.Config{Key: key, Factors: own, Fetch: o})
			got, err := p.Range(t.Context(), finland, noon, noon.Add(15*time.Minute))
			require.NoError(t, err)
			return float64(got.Points[0].Value)
		}
		require.Equal(t, 41.5625, ask(nil))
		require.Equal(t, 41.5625, ask(nil))
		require.Equal(t, 1, s.Count(), "a settled day is kept")
		require.Equal(t, (100*400+1000*12+500*11)/1600.0, ask(map[string]units.Intensity{"B04": 400}))
		require.Equal(t, 2, s.Count())
	})
}

func TestRequests(t *testing.T) {
	s := ok(two)
	in(t, later, s, nil, func(t *testing.T, p *entsoe.Provider) {
		point, err := p.Current(t.Context(), strings.ToLower(finland))
		require.NoError(t, err)
		require.Equal(t, noon.Add(105*time.Minute), point.Start)
		r := s.Requests()[0].URL
		require.Equal(t, "/api", r.Path)
		q := r.Query()
		require.Equal(t, []string{token}, q["securityToken"])
		require.Equal(t, "A75", q.Get("documentType"))
		require.Equal(t, "A16", q.Get("processType"))
		require.Equal(t, finland, q.Get("in_Domain"))
		require.Equal(t, "202405051600", q.Get("periodStart"))
		require.Equal(t, "202405061600", q.Get("periodEnd"))
		_, err = p.Range(t.Context(), finland, noon.Add(20*time.Minute), noon.Add(61*time.Minute))
		require.NoError(t, err)
		q = s.Requests()[1].URL.Query()
		require.Equal(t, "202405061200", q.Get("periodStart"))
		require.Equal(t, "202405061400", q.Get("periodEnd"), "full hours, for zones that have hours")
	})
}

// A year is asked for in parts of three days, which touch.
func TestYear(t *testing.T) {
	s := fetchtest.Func(func(_ int, r *http.Request) fetchtest.Answer {
		q := r.URL.Query()
		from, err := time.Parse("200601021504", q.Get("periodStart"))
		to, err2 := time.Parse("200601021504", q.Get("periodEnd"))
		if err != nil || err2 != nil || to.Sub(from) > 72*time.Hour {
			return fetchtest.Answer{Status: 400, Body: acknowledgement("Delivered time interval is not valid")}
		}
		return fetchtest.Answer{Body: document(series{code: "B14", points: "1=9", resolution: "PT60M", start: from.Sub(noon), length: to.Sub(from)})}
	})
	from := time.Date(2023, time.January, 1, 0, 0, 0, 0, time.UTC)
	in(t, later, s, nil, func(t *testing.T, p *entsoe.Provider) {
		start := time.Now()
		got, err := p.Range(t.Context(), finland, from, from.AddDate(1, 0, 0))
		require.NoError(t, err)
		require.Len(t, got.Points, 365*24)
		require.Equal(t, 122, s.Count())
		for i, r := range s.Requests()[1:] {
			require.Equal(t, s.Requests()[i].URL.Query().Get("periodEnd"), r.URL.Query().Get("periodStart"))
		}
		perMinute := float64(s.Count()) / time.Since(start).Minutes()
		require.Less(t, perMinute, 400.0)
	})
}

func TestSummerTime(t *testing.T) {
	for name, c := range map[string]struct {
		start string
		hours int
	}{"23 hours": {"2024-03-30T22:00:00Z", 23}, "25 hours": {"2024-10-26T21:00:00Z", 25}} {
		t.Run(name, func(t *testing.T) { // local days of Finland
			from, err := time.Parse(time.RFC3339, c.start)
			require.NoError(t, err)
			length := time.Duration(c.hours) * time.Hour
			body := document(series{code: "B14", points: "1=9", resolution: "PT60M", start: from.Sub(noon), length: length})
			in(t, from.Add(length), ok(body), nil, func(t *testing.T, p *entsoe.Provider) {
				got, err := p.Range(t.Context(), finland, from, from.Add(length))
				require.NoError(t, err)
				require.Len(t, got.Points, c.hours)
				require.Equal(t, from.Add(length), got.Points[c.hours-1].End)
			})
		})
	}
}

// A curve that repeats its last figure to the end of the day does not tell the
// future.
func TestNoFuture(t *testing.T) {
	in(t, noon.Add(40*time.Minute), ok(document(series{code: "B14", points: "1=9"})), nil, func(t *testing.T, p *entsoe.Provider) {
		point, err := p.Current(t.Context(), finland)
		require.NoError(t, err)
		require.Equal(t, noon.Add(30*time.Minute), point.Start)
	})
}

// After 429 the platform bans for ten minutes: nobody asks within them.
func TestBan(t *testing.T) {
	s := fetchtest.Answers(
		fetchtest.Answer{Status: 429, Body: "Max allowed requests per minute from each unique IP is max up to 400 only"},
		fetchtest.Answer{Body: two},
	)
	in(t, later, s, nil, func(t *testing.T, p *entsoe.Provider) {
		for range 10 {
			_, err := p.Current(t.Context(), finland)
			require.ErrorIs(t, err, fetch.ErrRateLimited)
			limited, ok := errors.AsType[*fetch.RateLimitedError](err)
			require.True(t, ok)
			require.Positive(t, limited.RetryAfter)
			time.Sleep(59 * time.Second)
		}
		require.Equal(t, 1, s.Count())
		time.Sleep(time.Minute)
		_, err := p.Current(t.Context(), finland)
		require.NoError(t, err)
	})
	said := fetchtest.Answers(fetchtest.Answer{Status: 429, Header: map[string]string{"Retry-After": "3"}}, fetchtest.Answer{Body: two})
	in(t, later, said, nil, func(t *testing.T, p *entsoe.Provider) {
		_, err := p.Current(t.Context(), finland)
		require.NoError(t, err, "a shorter time that is said")
	})
}

func TestKey(t *testing.T) {
	refusal := acknowledgement("Unauthorized. Missing or invalid security token " + token + ".")
	s := fetchtest.Answers(fetchtest.Answer{Status: 401, Body: refusal})
	in(t, later, s, nil, func(t *testing.T, p *entsoe.Provider) {
		for range 3 {
			_, err := p.Current(t.Context(), finland)
			require.ErrorIs(t, err, fetch.ErrAuth)
			require.ErrorContains(t, err, "invalid security token")
			require.NotContains(t, err.Error(), token)
			require.NotContains(t, err.Error(), "made-up")
		}
		require.Equal(t, 1, s.Count())
	})
	down := fetchtest.Answers(fetchtest.Answer{Err: errors.New("dial tcp: refused")})
	in(t, later, down, nil, func(t *testing.T, p *entsoe.Provider) {
		_, err := p.Current(t.Context(), finland)
		require.ErrorIs(t, err, fetch.ErrTemporary)
		require.NotContains(t, err.Error(), "made-up")
	})
	none := ok(two)
	p := entsoe.New(entsoe.Config{Fetch: fetch.Options{Transport: none}})
	_, err := p.Current(t.Context(), finland)
	require.ErrorIs(t, err, fetch.ErrAuth)
	require.ErrorContains(t, err, "Config.Key is not set")
	require.Zero(t, none.Count())
}

func TestZones(t *testing.T) {
	s := ok(two)
	in(t, later, s, nil, func(t *testing.T, p *entsoe.Provider) {
		for _, zone := range []string{
			finland, "10YFR-RTE------C", "10Y1001A1001A83F", "10Y1001A1001A82H", "10YDK-1--------W", "10YDK-2--------M",
			"10YNL----------L", "10YBE----------2", "10YES-REE------0", "10YPL-AREA-----S", "10Y1001A1001A46L",
		} {
			_, err := p.Capabilities(zone)
			require.NoError(t, err, zone)
		}
		for _, zone := range []string{"", "FI", "10YFI-1--------V", "10YFI-1-------U", "10YFI-1--------U&documentType=A65", "10YFI_1--------U"} {
			_, err := p.Capabilities(zone)
			require.ErrorIs(t, err, fetch.ErrNotFound, zone)
			_, err = p.Current(t.Context(), zone)
			require.ErrorIs(t, err, fetch.ErrNotFound, zone)
			_, err = p.Range(t.Context(), zone, noon, later)
			require.ErrorIs(t, err, fetch.ErrNotFound, zone)
		}
		require.Zero(t, s.Count())
	})
}
