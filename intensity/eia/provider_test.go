package eia_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/eia"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
	"github.com/scimeter/scimeter/units"
)

const (
	hour = "2006-01-02T15"
	key  = "s3cr3t&k=y"
)

func provider(service *fetchtest.Service) *eia.Provider { return with(service, eia.Config{}) }

func with(service *fetchtest.Service, c eia.Config) *eia.Provider {
	c.Key = func(context.Context) (string, error) { return key, nil }
	c.Fetch.Transport = service
	return eia.New(c)
}

// row is what one source made in the hour that ends at end; value is JSON.
func row(end, fuel, value string) string {
	return fmt.Sprintf(`{"period":%q,"respondent":"TEST","respondent-name":"Test","fueltype":%q,"type-name":"x","value":%s,"value-units":"megawatthours"}`,
		end, fuel, value)
}

func page(total int, rows ...string) string {
	return fmt.Sprintf(`{"response":{"total":"%d","dateFormat":"YYYY-MM-DD\"T\"HH24","frequency":"hourly","data":[%s]},"apiVersion":"2.1.8"}`,
		total, strings.Join(rows, ","))
}

func answer(rows ...string) *fetchtest.Service {
	return fetchtest.Answers(fetchtest.Answer{Body: page(len(rows), rows...)})
}

// day is the range that most tests ask for, long after it.
var day = time.Date(2000, 3, 1, 0, 0, 0, 0, time.UTC)

func past(t *testing.T, p *eia.Provider) ([]intensity.Point, error) {
	time.Sleep(time.Until(day.AddDate(0, 1, 0)))
	s, err := p.Range(t.Context(), "TEST", day, day.AddDate(0, 0, 1))
	if s == nil {
		return nil, err
	}
	return s.Points, err
}

// figures are the values of points, by the hour of the day.
func figures(points []intensity.Point) map[int]float64 {
	m := map[int]float64{}
	for _, p := range points {
		m[p.Start.Hour()] = float64(p.Value)
	}
	return m
}

func TestMix(t *testing.T) {
	for _, c := range []struct {
		name string
		rows []string
		want map[int]float64
	}{
		{"case A19: numbers, texts and null", []string{
			row("2000-03-01T11", "NG", "40"), row("2000-03-01T11", "WND", `"60"`),
			row("2000-03-01T12", "NG", "10"), row("2000-03-01T12", "WND", "90"),
			row("2000-03-01T13", "NG", "null"), row("2000-03-01T13", "WND", "80"),
		}, map[int]float64{10: 0.4*490 + 0.6*11, 11: 0.1*490 + 0.9*11}},
		{"the period is the end of the hour", []string{row("2000-03-01T00", "NUC", "7"), row("2000-03-01T01", "NUC", "7"), row("2000-03-02T00", "NUC", "7"), row("2000-03-02T01", "NUC", "7")},
			map[int]float64{0: 12, 23: 12}},
		{"a source that is gone for an hour", []string{
			row("2000-03-01T03", "NG", "5"), row("2000-03-01T03", "WND", "5"), row("2000-03-01T04", "NG", "5"), row("2000-03-01T05", "NG", "5"), row("2000-03-01T05", "WND", "5"),
		}, map[int]float64{2: 250.5, 4: 250.5}},
		{"a source that is gone at the end", []string{row("2000-03-01T03", "NG", "5"), row("2000-03-01T03", "WND", "5"), row("2000-03-01T04", "NG", "5")}, map[int]float64{2: 250.5}},
		{"storage gives, and takes", []string{
			row("2000-03-01T03", "BAT", "10"), row("2000-03-01T03", "PS", "10"), row("2000-03-01T04", "BAT", "-30"), row("2000-03-01T04", "PS", "10"),
		}, map[int]float64{2: (358.44 + 362.9) / 2, 3: 362.9}},
		{"solar uses some at night", []string{row("2000-03-01T03", "SUN", "-2"), row("2000-03-01T03", "WAT", "9")}, map[int]float64{2: 24}},
		{"nothing is made", []string{row("2000-03-01T03", "SUN", "-2"), row("2000-03-01T04", "SUN", "2")}, map[int]float64{3: 48}},
		{"the same row twice", []string{row("2000-03-01T03", "OIL", "2"), row("2000-03-01T03", "OIL", `"2"`)}, map[int]float64{2: 650}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				points, err := past(t, provider(answer(c.rows...)))
				require.NoError(t, err)
				require.InDeltaMapValues(t, c.want, figures(points), 1e-9)
				require.Len(t, points, len(c.want))
				for _, p := range points {
					require.Equal(t, time.Hour, p.End.Sub(p.Start))
					require.Equal(t, intensity.Measured, p.Quality)
					require.Equal(t, intensity.AverageLifecycle(intensity.Production), p.Signal)
				}
			})
		})
	}
}

// A source that closes is missed for a day, then the hours count again.
func TestClosedSource(t *testing.T) {
	var rows []string
	for h := 1; h <= 48; h++ {
		end := day.AddDate(0, 0, -1).Add(time.Duration(h) * time.Hour).Format(hour)
		rows = append(rows, row(end, "NG", "1"))
		if h <= 2 {
			rows = append(rows, row(end, "COL", "1"))
		}
	}
	synctest.Test(t, func(t *testing.T) {
		points, err := past(t, provider(answer(rows...)))
		require.NoError(t, err)
		require.Len(t, points, 22, "coal was last there in the hour from 01:00 of the day before")
		require.Equal(t, 2, points[0].Start.Hour())
	})
}

func TestFactors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for fuel, want := range eia.Factors(intensity.Direct) {
			s := answer(row("2000-03-01T03", fuel, "3"))
			points, err := past(t, with(s, eia.Config{Boundary: intensity.Direct}))
			require.NoError(t, err)
			require.Equal(t, want, points[0].Value, fuel)
			require.Equal(t, intensity.Direct, points[0].Signal.Boundary)
		}
	})
	lifecycle := eia.Factors(intensity.Lifecycle)
	for fuel, direct := range eia.Factors(intensity.Direct) {
		require.Greater(t, lifecycle[fuel], direct, fuel)
	}
	lifecycle["NG"] = 0
	require.Equal(t, units.Intensity(490), eia.Factors(intensity.Lifecycle)["NG"], "a copy")
	synctest.Test(t, func(t *testing.T) {
		points, err := past(t, provider(answer(row("2000-03-01T03", "NEW", "3"))))
		require.NoError(t, err)
		require.Equal(t, units.Intensity(700), points[0].Value)
		require.Equal(t, intensity.Estimated, points[0].Quality, "a source that is not known yet")
	})
}

// grid is a service that has rows for nine sources in any hour, and gives as
// many as are asked for, up to 5,000.
func grid(t *testing.T) *fetchtest.Service {
	fuels := []string{"COL", "NG", "NUC", "OIL", "OTH", "SUN", "WAT", "WND", "BAT"}
	return fetchtest.Func(func(_ int, r *http.Request) fetchtest.Answer {
		q := r.URL.Query()
		start, err := time.Parse(hour, q.Get("start"))
		require.NoError(t, err)
		end, err := time.Parse(hour, q.Get("end"))
		require.NoError(t, err)
		offset, err := strconv.Atoi(q.Get("offset"))
		require.NoError(t, err)
		length, err := strconv.Atoi(q.Get("length"))
		require.NoError(t, err)
		require.LessOrEqual(t, length, 5000)
		var rows []string
		for h := start; !h.After(end); h = h.Add(time.Hour) {
			for _, f := range fuels {
				rows = append(rows, row(h.Format(hour), f, `"1"`))
			}
		}
		return fetchtest.Answer{Body: page(len(rows), rows[min(offset, len(rows)):min(offset+length, len(rows))]...)}
	})
}

// Every hour comes once, whatever pages it stands on.
func TestPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(day.AddDate(1, 0, 0)))
		s := grid(t)
		p := provider(s)
		series, err := p.Range(t.Context(), "TEST", day, day.AddDate(0, 0, 45))
		require.NoError(t, err)
		require.Len(t, series.Points, 45*24)
		for i, point := range series.Points {
			require.Equal(t, day.Add(time.Duration(i)*time.Hour), point.Start)
			require.InDelta(t, (820+490+12+650+700+48+24+11+358.44)/9, float64(point.Value), 1e-9, "no hour lost a source to the next page")
		}
		require.Equal(t, 3+2, s.Count(), "31 days of 6,696 rows and 14 of 3,024, 2,500 a page")
		_, err = p.Range(t.Context(), "TEST", day, day.AddDate(0, 0, 45))
		require.NoError(t, err)
		require.Equal(t, 5, s.Count(), "days that are settled are kept")
	})
}

func TestPagesThatDoNotEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := fetchtest.Func(func(n int, _ *http.Request) fetchtest.Answer {
			end := day.Add(time.Duration(n) * time.Hour)
			return fetchtest.Answer{Body: page(1e9, row(end.Format(hour), "NG", "1"))}
		})
		_, err := past(t, provider(s))
		require.ErrorIs(t, err, fetch.ErrTooLarge)
		require.Equal(t, 20, s.Count())
	})
	synctest.Test(t, func(t *testing.T) { // a total that is wrong: an empty page is the last
		s := fetchtest.Answers(fetchtest.Answer{Body: page(99, row("2000-03-01T03", "NG", "1"))}, fetchtest.Answer{Body: page(99)})
		points, err := past(t, provider(s))
		require.NoError(t, err)
		require.Len(t, points, 1)
		require.Equal(t, 2, s.Count())
	})
}

func TestRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(day.Add(26*time.Hour + 40*time.Minute)))
		s := answer(row("2000-03-01T10", "NG", "1"), row("2000-03-01T09", "WND", "1"), row("2000-03-01T09", "NG", "1"), row("2000-03-01T10", "WND", "1"),
			row("2000-03-01T11", "NG", "1"), row("2000-03-01T11", "WND", "null"))
		p, err := provider(s).Current(t.Context(), "TEST")
		require.NoError(t, err)
		require.Equal(t, day.Add(9*time.Hour), p.Start, "the newest hour that is complete")
		r := s.Requests()[0]
		require.Equal(t, "https://api.eia.gov/v2/electricity/rto/fuel-type-data/data/", "https://"+r.URL.Host+r.URL.Path)
		q := r.URL.Query()
		require.Equal(t, key, q.Get("api_key"), "escaped")
		require.Equal(t, "hourly", q.Get("frequency"), "UTC; local-hourly is another clock")
		require.Equal(t, "TEST", q.Get("facets[respondent][]"))
		require.Equal(t, []string{"2000-02-28T03", "2000-03-02T02"}, []string{q.Get("start"), q.Get("end")}, "three days, by the ends of hours")
	})
	synctest.Test(t, func(t *testing.T) { // parts of hours are asked for whole
		time.Sleep(time.Until(day.Add(26 * time.Hour)))
		s := grid(t)
		series, err := provider(s).Range(t.Context(), "TEST", day.Add(90*time.Minute), day.Add(3*time.Hour+time.Second))
		require.NoError(t, err)
		require.Len(t, series.Points, 3)
		q := s.Requests()[0].URL.Query()
		require.Equal(t, []string{"2000-03-01T02", "2000-03-01T04"}, []string{q.Get("start"), q.Get("end")})
	})
}

// The clock of the zone has no part in it: the days on which it changes have 24
// hours in UTC like the others.
func TestClockChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(day.AddDate(1, 0, 0)))
		for _, changed := range []time.Time{time.Date(2000, 4, 2, 0, 0, 0, 0, time.UTC), time.Date(2000, 10, 29, 0, 0, 0, 0, time.UTC)} {
			series, err := provider(grid(t)).Range(t.Context(), "TEST", changed, changed.AddDate(0, 0, 1))
			require.NoError(t, err)
			require.Len(t, series.Points, 24)
		}
	})
}

func TestErrors(t *testing.T) {
	fail := func(code string) string {
		return `{"error":{"code":"` + code + `","message":"Not with ` + key + ` at all."}}`
	}
	for _, c := range []struct {
		name string
		a    fetchtest.Answer
		want string
		asks int
	}{
		{"no key", fetchtest.Answer{Status: 403, Body: fail("API_KEY_MISSING")}, "auth", 1},
		{"a wrong key", fetchtest.Answer{Status: 403, Body: fail("API_KEY_INVALID")}, "auth", 1},
		{"too often, as 403", fetchtest.Answer{Status: 403, Body: fail("OVER_RATE_LIMIT"), Header: map[string]string{"Retry-After": "3600"}}, "rate-limited", 1},
		{"too often", fetchtest.Answer{Status: 429, Body: fail("OVER_RATE_LIMIT")}, "rate-limited", 3},
		{"403 of a proxy", fetchtest.Answer{Status: 403, Body: "no"}, "auth", 1},
		{"a bad request", fetchtest.Answer{Status: 400, Body: `{"error":"Invalid frequency 'x'","code":400}`}, "request", 1},
		{"404", fetchtest.Answer{Status: 404, Body: `{"error":{"code":"NOT_FOUND"}}`}, "not-found", 1},
		{"out", fetchtest.Answer{Status: 500, Body: "x"}, "temporary", 3},
		{"no rows", fetchtest.Answer{Body: page(0)}, "no-data", 1},
		{"hours of null alone", fetchtest.Answer{Body: page(1, row("2000-03-01T03", "NG", "null"))}, "no-data", 1},
		{"another zone", fetchtest.Answer{Body: strings.ReplaceAll(page(1, row("2000-03-01T03", "NG", "1")), "TEST", "ELSE")}, "zone-mismatch", 1},
		{"local time", fetchtest.Answer{Body: page(1, row("2000-03-01T03-07", "NG", "1"))}, "decode", 1},
		{"local frequency", fetchtest.Answer{Body: strings.ReplaceAll(page(1, row("2000-03-01T03", "NG", "1")), `"hourly"`, `"local-hourly"`)}, "decode", 1},
		{"another unit", fetchtest.Answer{Body: strings.ReplaceAll(page(1, row("2000-03-01T03", "NG", "1")), "megawatthours", "thousand megawatthours")}, "decode", 1},
		{"twice, and not the same", fetchtest.Answer{Body: page(2, row("2000-03-01T03", "NG", "1"), row("2000-03-01T03", "NG", "2"))}, "decode", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := fetchtest.Answers(c.a)
				_, err := past(t, provider(s))
				require.Equal(t, c.want, fetch.Code(err), "%v", err)
				require.Equal(t, c.asks, s.Count())
				require.NotContains(t, err.Error(), "s3cr3t")
				require.NotContains(t, fmt.Sprintf("%#v", err), "s3cr3t")
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		s := fetchtest.Answers(fetchtest.Answer{Err: errors.New("dial https://api.eia.gov/?api_key=s3cr3t%26k%3Dy: no route")})
		_, err := past(t, provider(s))
		require.ErrorIs(t, err, fetch.ErrTemporary)
		require.NotContains(t, err.Error(), "s3cr3t")
	})
}

func TestWorst(t *testing.T) {
	fetchtest.Worst(t, page(1, row("2000-03-01T03", "WND", "VALUE")), func(s *fetchtest.Service) (code string) {
		synctest.Test(t, func(t *testing.T) {
			_, err := past(t, provider(s))
			code = fetch.Code(err)
		})
		return code
	})
}

// The rate is 9,000 an hour with five at once.
func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(day.AddDate(1, 0, 0)))
		s := grid(t)
		p := provider(s)
		start := time.Now()
		for d := range 25 {
			_, err := p.Range(t.Context(), "TEST", day.AddDate(0, 0, d), day.AddDate(0, 0, d+1))
			require.NoError(t, err)
		}
		require.Equal(t, 25, s.Count())
		require.Equal(t, 20*400*time.Millisecond, time.Since(start))
	})
}

func TestZones(t *testing.T) {
	s := grid(t)
	p := provider(s)
	for _, good := range []string{"CISO", "US48", "NE", "PACW"} {
		c, err := p.Capabilities(good)
		require.NoError(t, err)
		require.Equal(t, intensity.Capabilities{
			Signal: p.Signal(), Current: true, Range: true, Step: time.Hour, Lag: 24 * time.Hour, Settle: 72 * time.Hour,
		}, c)
	}
	for _, bad := range []string{"", "ciso", "A", "CISO&x=1", "US-CAL-CISO", "0,0", "TOOLONG"} {
		_, err := p.Capabilities(bad)
		require.ErrorIs(t, err, fetch.ErrNotFound, bad)
		_, err = p.Current(t.Context(), bad)
		require.ErrorIs(t, err, fetch.ErrNotFound, bad)
		_, err = p.Range(t.Context(), bad, day, day.Add(time.Hour))
		require.ErrorIs(t, err, fetch.ErrNotFound, bad)
	}
	require.Zero(t, s.Count())
	_, err := p.Range(t.Context(), "TEST", day, day)
	require.ErrorIs(t, err, intensity.ErrWindow)
	_, forecasts := any(p).(intensity.ForecastProvider)
	require.False(t, forecasts)
}

func FuzzDecode(f *testing.F) {
	f.Add(page(2, row("2000-03-01T03", "NG", "1"), row("2000-03-01T03", "WND", `"2"`)))
	f.Add(page(0))
	f.Add(`{"response":{"data":null}}`)
	f.Fuzz(func(t *testing.T, body string) {
		s := fetchtest.Func(func(n int, _ *http.Request) fetchtest.Answer {
			if n > 0 {
				return fetchtest.Answer{Body: page(0)}
			}
			return fetchtest.Answer{Body: body}
		})
		series, err := provider(s).Range(t.Context(), "TEST", day, day.AddDate(0, 0, 1))
		if err != nil {
			require.NotEmpty(t, fetch.Code(err), "%v", err)
			return
		}
		for _, p := range series.Points {
			require.NoError(t, p.Valid())
			require.LessOrEqual(t, float64(p.Value), 820+1e-9)
		}
	})
}
