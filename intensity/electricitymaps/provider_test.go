package electricitymaps_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	em "github.com/scimeter/scimeter/intensity/electricitymaps"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

const (
	zone  = "XX-ONE"
	token = "s3cr3t"
	clock = "2006-01-02T15:04:05.000Z"
)

// day is a day that tests are about.
var day = time.Date(2000, 3, 1, 0, 0, 0, 0, time.UTC)

func provider(s *fetchtest.Service) *em.Provider { return with(s, em.Config{}) }

func with(s *fetchtest.Service, c em.Config) *em.Provider {
	c.Key = func(context.Context) (string, error) { return token, nil }
	c.Fetch.Transport = s
	return em.New(c)
}

// in runs f at a time.
func in(t *testing.T, at time.Time, f func(t *testing.T)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(at))
		f(t)
	})
}

func hour(h int) time.Time { return day.Add(time.Duration(h) * time.Hour) }

// row is an hour of the third version; more is JSON with a comma in front.
func row(t time.Time, value, more string) string {
	return fmt.Sprintf(`{"zone":%q,"carbonIntensity":%s,"datetime":%q,"createdAt":"1999-12-01T00:00:00.000Z","emissionFactorType":"lifecycle"%s}`,
		zone, value, t.Format(clock), more)
}

// known is what is said of an hour that is no estimate.
const known = `,"updatedAt":"2000-03-01T20:10:00.500Z","isEstimated":false,"estimationMethod":null`

const guessed = `,"updatedAt":"2000-03-01T16:40:00.000Z","isEstimated":true,"estimationMethod":"TIME_SLICER_AVERAGE"`

func list(name string, rows ...string) string {
	return fmt.Sprintf(`{"zone":%q,%q:[%s]}`, zone, name, strings.Join(rows, ","))
}

func ok(body string) *fetchtest.Service { return fetchtest.Answers(fetchtest.Answer{Body: body}) }

func TestLatest(t *testing.T) {
	t.Run("case A42: an hour that has not begun", func(t *testing.T) {
		in(t, hour(16).Add(50*time.Minute), func(t *testing.T) {
			p, err := provider(ok(row(hour(17), "140", guessed))).Current(t.Context(), zone)
			require.NoError(t, err)
			require.Equal(t, hour(17), p.Start)
			require.Equal(t, hour(18), p.End)
			require.Equal(t, intensity.Estimated, p.Quality)
			require.Equal(t, 140.0, float64(p.Value))
			require.Contains(t, p.Origin.Detail, "TIME_SLICER_AVERAGE")
			require.Equal(t, hour(16).Add(40*time.Minute), p.UpdatedAt)
			require.False(t, p.Contains(time.Now()), "it says nothing of the hour that runs")
			s, err := intensity.NewSeries(p)
			require.NoError(t, err)
			_, err = s.At(time.Now())
			require.ErrorIs(t, err, intensity.ErrGap)
		})
	})
	for name, c := range map[string]struct {
		now  time.Time
		more string
		want intensity.Quality
	}{
		"over and measured":                {hour(18), known, intensity.Measured},
		"over and estimated":               {hour(18), guessed, intensity.Estimated},
		"over and nothing is said":         {hour(18), ``, intensity.Estimated},
		"over, with a method":              {hour(18), `,"isEstimated":false,"estimationMethod":"MODE_BREAKDOWN"`, intensity.Estimated},
		"running, and said to be measured": {hour(17).Add(59 * time.Minute), known, intensity.Estimated},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, c.now, func(t *testing.T) {
				p, err := provider(ok(row(hour(17), "140", c.more))).Current(t.Context(), zone)
				require.NoError(t, err)
				require.Equal(t, c.want, p.Quality)
			})
		})
	}
	in(t, hour(17), func(t *testing.T) {
		_, err := provider(ok(row(hour(17), "null", known))).Current(t.Context(), zone)
		require.ErrorIs(t, err, fetch.ErrNoData, "null is no figure")
	})
}

func TestOtherZone(t *testing.T) {
	t.Run("case A11: refused, and nothing kept", func(t *testing.T) {
		in(t, hour(20), func(t *testing.T) {
			s := ok(row(hour(17), "140", known))
			p := provider(s)
			_, err := p.Current(t.Context(), "FR")
			require.ErrorIs(t, err, fetch.ErrZoneMismatch, "case A11")
			for _, body := range []string{
				strings.ReplaceAll(row(hour(17), "1", known), `"zone":"XX-ONE",`, ""),
				`{"zone":"XX-ONE","history":[` + strings.ReplaceAll(row(hour(17), "1", known), zone, "FR") + `]}`,
				`{"history":[` + row(hour(17), "1", known) + `]}`,
			} {
				_, err := provider(ok(body)).Range(t.Context(), zone, hour(16), hour(18))
				require.ErrorIs(t, err, fetch.ErrZoneMismatch, "case A11: %s", body)
			}
			got, err := p.Current(t.Context(), zone)
			require.NoError(t, err)
			require.Equal(t, zone, got.Zone)
			require.Equal(t, 2, s.Count(), "case A11: nothing was kept of the first")
			q := s.Requests()[0].URL.Query()
			require.Equal(t, "FR", q.Get("zone"), "always said")
			require.Equal(t, "false", q.Get("shouldUseFallbackCallerLookup"), "no looking up of the caller")
		})
	})
}

func TestHistory(t *testing.T) {
	t.Run("case A9: an hour of 24 is null", func(t *testing.T) {
		var rows []string
		for h := range 24 {
			value := fmt.Sprint(500 + h)
			if h == 13 {
				value = "null"
			}
			more := known
			if h >= 20 {
				more = guessed
			}
			rows = append(rows, row(hour(h-4), value, more))
		}
		in(t, hour(18).Add(50*time.Minute), func(t *testing.T) {
			service := ok(list("history", rows...))
			p := provider(service)
			s, err := p.Range(t.Context(), zone, hour(-4), hour(20))
			require.NoError(t, err)
			require.Len(t, s.Points, 23, "case A9")
			require.Equal(t, "/v3/carbon-intensity/history", service.Requests()[0].URL.Path)
			r, err := intensity.Integrate(s, []intensity.Delta{steady(t, hour(-4), hour(20))}, intensity.Options{Gap: intensity.Skip()})
			require.NoError(t, err)
			require.InDelta(t, 23.0/24, r.Coverage, 1e-12, "case A9: coverage")
			mean, _ := r.Mean()
			require.InDelta(t, (24*511.5-513)/23, float64(mean), 1e-9, "case A9: null is neither 0 nor −1")
			_, err = s.At(hour(9))
			require.ErrorIs(t, err, intensity.ErrGap, "case A9: the hour that is missing")
			for _, q := range s.Points {
				require.Equal(t, q.Start.Before(hour(16)), q.Quality == intensity.Measured, "%v", q.Start)
			}
			_, err = p.Range(t.Context(), zone, hour(2), hour(3))
			require.NoError(t, err)
			require.Equal(t, 1, service.Count(), "once an hour, whichever hours are wanted")
			_, err = p.Range(t.Context(), zone, hour(9), hour(10))
			require.ErrorIs(t, err, fetch.ErrNoData)
		})
	})
}

func steady(t *testing.T, from, to time.Time) intensity.Delta {
	d, err := intensity.Steady(from, to, 1000, 1)
	require.NoError(t, err)
	return d
}

func TestGaps(t *testing.T) {
	t.Run("case A10: three hours of 24", func(t *testing.T) {
		service := ok(list("data", row(hour(0), "300", known), row(hour(1), "340", known), row(hour(23), "350", known)))
		in(t, day.AddDate(0, 1, 0), func(t *testing.T) {
			s, err := provider(service).Range(t.Context(), zone, day, hour(24))
			require.NoError(t, err)
			require.Len(t, s.Points, 3)
			q := service.Requests()[0].URL
			require.Equal(t, "/v3/carbon-intensity/past-range", q.Path)
			require.Equal(t, []string{"2000-03-01T00:00:00Z", "2000-03-02T00:00:00Z"}, []string{q.Query().Get("start"), q.Query().Get("end")})
			of := func(p intensity.Policy) (intensity.Result, error) {
				return intensity.Integrate(s, []intensity.Delta{steady(t, day, hour(24))}, intensity.Options{Gap: p})
			}
			_, err = of(intensity.Fail())
			require.ErrorIs(t, err, intensity.ErrGap, "case A10: Fail")
			require.ErrorContains(t, err, "[2000-03-01T02:00:00Z, 2000-03-01T23:00:00Z)")
			r, err := of(intensity.Hold(2 * time.Hour))
			require.NoError(t, err)
			require.InDelta(t, 5.0/24, r.Coverage, 1e-12, "case A10: Hold")
			r, err = of(intensity.Skip())
			require.NoError(t, err)
			mean, _ := r.Mean()
			require.InDelta(t, 0.125, r.Coverage, 1e-12, "case A10: Skip")
			require.InDelta(t, 330, float64(mean), 1e-9)
			spare, err := intensity.NewSeries(intensity.Point{
				Start: day, End: hour(24), Value: 420, Signal: s.Points[0].Signal, Quality: intensity.Static, Zone: zone, Origin: s.Points[0].Origin,
			})
			require.NoError(t, err)
			r, err = of(intensity.Fallback(spare))
			require.NoError(t, err)
			mean, _ = r.Mean()
			require.InDelta(t, (990+21*420)/24.0, float64(mean), 1e-9, "case A10: Fallback")
		})
	})
}

// grid has every hour of a range of at most ten days, and the last 24.
func grid(t *testing.T) *fetchtest.Service {
	return fetchtest.Func(func(_ int, r *http.Request) fetchtest.Answer {
		from := time.Now().UTC().Truncate(time.Hour).Add(-22 * time.Hour)
		to, name := from.Add(24*time.Hour), "history"
		if strings.HasSuffix(r.URL.Path, "past-range") {
			var err error
			from, err = time.Parse(time.RFC3339, r.URL.Query().Get("start"))
			require.NoError(t, err)
			to, err = time.Parse(time.RFC3339, r.URL.Query().Get("end"))
			require.NoError(t, err)
			require.LessOrEqual(t, to.Sub(from), 10*24*time.Hour)
			name = "data"
		}
		var rows []string
		for h := from; !h.After(to); h = h.Add(time.Hour) { // one more than asked for
			rows = append(rows, row(h, "77", known))
		}
		return fetchtest.Answer{Body: list(name, rows...)}
	})
}

func TestRange(t *testing.T) {
	in(t, day.AddDate(0, 3, 0).Add(30*time.Minute), func(t *testing.T) {
		s := grid(t)
		p := provider(s)
		for range 2 {
			series, err := p.Range(t.Context(), zone, day, day.AddDate(0, 0, 45))
			require.NoError(t, err)
			require.Len(t, series.Points, 45*24, "each hour once")
			require.Equal(t, 5, s.Count(), "ten days at a time, and then from the cache")
		}
	})
	in(t, hour(100).Add(30*time.Minute), func(t *testing.T) {
		s := grid(t)
		series, err := provider(s).Range(t.Context(), zone, hour(48), hour(101))
		require.NoError(t, err)
		require.Len(t, series.Points, 53, "two paths, no hour twice and none lost between")
		require.Equal(t, 2, s.Count())
		_, err = provider(s).Range(t.Context(), zone, hour(3), hour(3))
		require.ErrorIs(t, err, intensity.ErrWindow)
	})
	// The days on which clocks change have 24 hours in UTC.
	in(t, day.AddDate(1, 0, 0), func(t *testing.T) {
		for _, d := range []time.Time{time.Date(2000, 3, 26, 0, 0, 0, 0, time.UTC), time.Date(2000, 10, 29, 0, 0, 0, 0, time.UTC)} {
			s, err := provider(grid(t)).Range(t.Context(), zone, d, d.AddDate(0, 0, 1))
			require.NoError(t, err)
			require.Len(t, s.Points, 24)
		}
	})
}

// A plan without the past still has the last hours.
func TestPlanWithoutPast(t *testing.T) {
	s := fetchtest.Func(func(_ int, r *http.Request) fetchtest.Answer {
		if strings.HasSuffix(r.URL.Path, "past-range") {
			return fetchtest.Answer{Status: 401, Body: noPlan}
		}
		return fetchtest.Answer{Body: list("history", row(hour(98), "66", known), row(hour(99), "77", known))}
	})
	in(t, hour(100).Add(30*time.Minute), func(t *testing.T) {
		p := provider(s)
		series, err := p.Range(t.Context(), zone, hour(48), hour(101))
		require.ErrorIs(t, err, fetch.ErrPlan)
		require.Len(t, series.Points, 2, "what there is comes beside the error")
		series, err = p.Range(t.Context(), zone, hour(99), hour(101))
		require.NoError(t, err)
		require.Len(t, series.Points, 1)
		_, err = p.Range(t.Context(), zone, hour(20), hour(30))
		require.ErrorIs(t, err, fetch.ErrPlan)
		require.Equal(t, 2, s.Count(), "the plan is remembered")
	})
}

const noPlan = `{"error":"Request unauthorized for zoneKey=XX,requestType=past,dataType=carbon-intensity.","message":"Not with s3cr3t."}`

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		name string
		a    fetchtest.Answer
		want string
		asks int
	}{
		{"case A12: a wrong token", fetchtest.Answer{Status: 401, Body: `{"error":"Invalid auth-token s3cr3t"}`}, "auth", 1},
		{"case A12: a zone that the plan leaves out", fetchtest.Answer{Status: 401, Body: noPlan}, "plan", 1},
		{"access denied", fetchtest.Answer{Status: 403, Body: "Access denied"}, "auth", 1},
		{"case A8: nothing recent", fetchtest.Answer{Status: 404, Body: `{"error":"No recent data for zone \"XX-ONE\""}`}, "no-data", 1},
		{"case A8: nothing recent, with status 200", fetchtest.Answer{Body: `{"error":"No recent data for zone \"XX-ONE\""}`}, "no-data", 1},
		{"case A8: an empty object", fetchtest.Answer{Body: `{}`}, "no-data", 1},
		{"no such zone", fetchtest.Answer{Status: 404, Body: `{"error":"Zone 'XX-ONE' does not exist."}`}, "not-found", 1},
		{"an error with status 200", fetchtest.Answer{Body: `{"error":"Something"}`}, "request", 1},
		{"a bad request", fetchtest.Answer{Status: 400, Body: `{"error":"Missing or invalid date parameter \"start\""}`}, "request", 1},
		{"too often", fetchtest.Answer{Status: 429, Body: `{"message":"slow"}`}, "rate-limited", 3},
		{"out, with the zone in what it says", fetchtest.Answer{Status: 500, Body: `{"error":"Something broke for zoneKey=XX-ONE"}`}, "temporary", 3},
		{"too often, with the zone in what it says", fetchtest.Answer{Status: 429, Body: `{"error":"Too many requests for zoneKey=XX-ONE"}`}, "rate-limited", 3},
		{"a gateway, with an older text", fetchtest.Answer{Status: 502, Body: `{"error":"No recent data from upstream"}`}, "temporary", 3},
		{"no such zone, by its key", fetchtest.Answer{Status: 404, Body: `{"error":"Nothing for zoneKey=XX-ONE"}`}, "not-found", 1},
		{"out", fetchtest.Answer{Status: 503, Body: "<html>"}, "temporary", 3},
		{"direct, where lifecycle was asked for", fetchtest.Answer{Body: strings.ReplaceAll(row(hour(3), "1", known), "lifecycle", "direct")}, "decode", 1},
		{"a quarter of an hour", fetchtest.Answer{Body: row(hour(3).Add(15*time.Minute), "1", known)}, "decode", 1},
		{"steps of five minutes", fetchtest.Answer{Body: row(hour(3), "1", `,"temporalGranularity":"5_minutes"`)}, "decode", 1},
		{"what is generated", fetchtest.Answer{Body: row(hour(3), "1", `,"flowTraced":false`)}, "decode", 1},
		{"a time without a clock", fetchtest.Answer{Body: strings.ReplaceAll(row(hour(3), "1", known), "T03:00:00.000Z", "")}, "decode", 1},
		{"a revision without a time", fetchtest.Answer{Body: row(hour(3), "1", `,"updatedAt":"now"`)}, "decode", 1},
		{"a list of zones", fetchtest.Answer{Body: `{"XX-ONE":{"zoneName":"One","access":["*"]}}`}, "no-data", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			in(t, hour(20), func(t *testing.T) {
				s := fetchtest.Answers(c.a)
				p := provider(s)
				_, err := p.Current(t.Context(), zone)
				require.Equal(t, c.want, fetch.Code(err), "%v", err)
				require.Equal(t, c.asks, s.Count())
				require.NotContains(t, err.Error(), token)
				if c.want == "auth" || c.want == "plan" {
					time.Sleep(14 * time.Minute)
					_, again := p.Current(t.Context(), zone)
					require.Equal(t, c.want, fetch.Code(again))
					require.Equal(t, 1, s.Count(), "case A12: not asked again")
				}
			})
		})
	}
}

func TestNoToken(t *testing.T) {
	s := ok(row(hour(3), "140", known))
	for _, key := range []func(context.Context) (string, error){nil, func(context.Context) (string, error) { return "", nil }} {
		_, err := em.New(em.Config{Key: key, Fetch: fetch.Options{Transport: s}}).Current(t.Context(), zone)
		require.ErrorIs(t, err, fetch.ErrAuth)
		require.Zero(t, s.Count())
	}
}

func TestWorst(t *testing.T) {
	for name, c := range map[string]struct {
		good string
		em.Config
	}{
		"version 3":         {row(hour(3), "VALUE", known), em.Config{}},
		"version 4":         {`{"data":[` + strings.ReplaceAll(row(hour(3), "VALUE", known), `"zone":"XX-ONE",`, "") + `]}`, em.Config{Version: em.V4}},
		"the older version": {older("VALUE"), em.Config{Version: em.HomeAssistant}},
		"mix":               {mixed(`"coal":VALUE,"flows":{"exports":1,"imports":2}`), em.Config{Version: em.V4, Mix: true}},
		"breakdown":         {breakdown(`"coal":VALUE`, `"coal":1`), em.Config{Mix: true}},
	} {
		t.Run(name, func(t *testing.T) {
			fetchtest.Worst(t, c.good, func(s *fetchtest.Service) (code string) {
				in(t, hour(20), func(t *testing.T) {
					_, err := with(s, c.Config).Current(t.Context(), zone)
					code = fetch.Code(err)
				})
				return code
			})
		})
	}
}

func TestForecast(t *testing.T) {
	body := list("forecast", fmt.Sprintf(`{"carbonIntensity":90,"datetime":%q}`, hour(19).Format(clock)), fmt.Sprintf(`{"carbonIntensity":80,"datetime":%q}`, hour(20).Format(clock)),
		fmt.Sprintf(`{"carbonIntensity":null,"datetime":%q}`, hour(21).Format(clock)), fmt.Sprintf(`{"carbonIntensity":70,"datetime":%q}`, hour(22).Format(clock)))
	body = strings.TrimSuffix(body, "}") + `,"updatedAt":"2000-03-01T20:05:00.000Z"}`
	for _, v := range []em.Version{em.V3, em.V4} {
		in(t, hour(20).Add(10*time.Minute), func(t *testing.T) {
			s := ok(body)
			p := with(s, em.Config{Version: v, Horizon: 48 * time.Hour})
			series, err := p.Forecast(t.Context(), zone)
			require.NoError(t, err)
			require.Len(t, series.Points, 2, "neither the hour that is over nor the one that is null")
			for i, start := range []time.Time{hour(20), hour(22)} {
				require.Equal(t, start, series.Points[i].Start)
				require.Equal(t, intensity.Forecast, series.Points[i].Quality)
				require.Equal(t, hour(20).Add(5*time.Minute), series.Points[i].IssuedAt)
				require.Zero(t, series.Points[i].UpdatedAt)
			}
			require.Equal(t, "48", s.Requests()[0].URL.Query().Get("horizonHours"))
			c, err := p.Capabilities(zone)
			require.NoError(t, err)
			require.Equal(t, 48*time.Hour, c.Horizon)
		})
	}
}

// A forecast says that it is one under whatever name its rows stand, and is
// taken for nothing else.
func TestForecastIsNoEstimate(t *testing.T) {
	ahead := fmt.Sprintf(`{"carbonIntensity":90,"datetime":%q}`, hour(20).Format(clock))
	over := fmt.Sprintf(`{"carbonIntensity":80,"datetime":%q,"isEstimated":false}`, hour(18).Format(clock))
	in(t, hour(20).Add(10*time.Minute), func(t *testing.T) {
		for _, name := range []string{"forecast", "data"} {
			s, err := with(ok(list(name, over, ahead)), em.Config{Version: em.V4}).Forecast(t.Context(), zone)
			require.NoError(t, err)
			require.Len(t, s.Points, 1)
			require.Equal(t, intensity.Forecast, s.Points[0].Quality, name)
			require.Equal(t, time.Now().UTC(), s.Points[0].IssuedAt, "where the service does not say when")
		}
		for _, v := range []em.Version{em.V3, em.V4} {
			p := with(ok(list("forecast", over, ahead)), em.Config{Version: v})
			_, err := p.Range(t.Context(), zone, hour(17), hour(19))
			require.ErrorIs(t, err, fetch.ErrDecode)
			_, err = p.Range(t.Context(), zone, hour(-50), hour(-40))
			require.ErrorIs(t, err, fetch.ErrDecode)
			_, err = p.Current(t.Context(), zone)
			require.ErrorIs(t, err, fetch.ErrDecode)
		}
	})
}

// Many ask at once; the service is asked once an hour and zone.
func TestRate(t *testing.T) {
	in(t, hour(20).Add(10*time.Minute), func(t *testing.T) {
		s := ok(row(hour(20), "1", guessed))
		p := provider(s)
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				_, err := p.Current(t.Context(), zone)
				require.NoError(t, err)
			})
		}
		wg.Wait()
		require.Equal(t, 1, s.Count())
		began := time.Now()
		for i := range 8 {
			_, err := provider(s).Current(t.Context(), zone)
			require.NoError(t, err)
			_, err = p.Current(t.Context(), fmt.Sprintf("X%c", 'A'+i))
			require.ErrorIs(t, err, fetch.ErrZoneMismatch)
		}
		require.Equal(t, 10*time.Second, time.Since(began), "four at once, then one in two seconds")
	})
}
