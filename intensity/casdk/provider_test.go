package casdk_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/casdk"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

var marginal = intensity.Signal{Kind: intensity.ShortRunMarginal, Boundary: intensity.Direct, Accounting: intensity.Consumption}

const host = "http://localhost:8090"

func config(s *fetchtest.Service) casdk.Config {
	return casdk.Config{Signal: marginal, Source: "WattTime", Fetch: fetch.Options{BaseURL: host, Transport: s}}
}

func provider(t *testing.T, s *fetchtest.Service) *casdk.Provider {
	p, err := casdk.New(config(s))
	require.NoError(t, err)
	return p
}

// row is a figure made up, of the past; the duration is JSON.
func row(location string, at time.Time, duration, rating string) string {
	return fmt.Sprintf(`{"location":%q,"time":%q,"rating":%s,"duration":%s}`,
		location, at.Format("2006-01-02T15:04:05-07:00"), rating, duration)
}

// ahead is a figure of a forecast.
func ahead(location string, at time.Time, minutes int, value string) string {
	return fmt.Sprintf(`{"location":%q,"timestamp":%q,"duration":%d,"value":%s}`,
		location, at.Format("2006-01-02T15:04:05-07:00"), minutes, value)
}

func forecast(location string, issued time.Time, rows ...string) string {
	best := ""
	if len(rows) > 0 {
		best = rows[0]
	}
	return fmt.Sprintf(`[{"generatedAt":%q,"requestedAt":%[1]q,"location":%q,"windowSize":60,"optimalDataPoints":[%s],"forecastData":[%s]}]`,
		issued.Format(time.RFC3339), location, best, strings.Join(rows, ","))
}

func answer(body string) *fetchtest.Service { return fetchtest.Answers(fetchtest.Answer{Body: body}) }

// history has a figure for each hour that was asked for, the newest first and
// both ends in, as the service has it with some data sources.
func history(t *testing.T) *fetchtest.Service {
	return fetchtest.Func(func(_ int, r *http.Request) fetchtest.Answer {
		q := r.URL.Query()
		from, err := time.Parse(time.RFC3339, q.Get("time"))
		require.NoError(t, err)
		to, err := time.Parse(time.RFC3339, q.Get("toTime"))
		require.NoError(t, err)
		var rows []string
		for h := from.Truncate(time.Hour); !h.After(to); h = h.Add(time.Hour) {
			rows = append(rows, row(q.Get("location"), h, `"01:00:00"`, figure(h)))
		}
		slices.Reverse(rows)
		return fetchtest.Answer{Body: "[" + strings.Join(rows, ",") + "]"}
	})
}

func figure(h time.Time) string { return fmt.Sprint(h.Unix() / 3600 % 1000) }

// The service does not say what its figures are; nobody guesses.
func TestConfig(t *testing.T) {
	for _, s := range []intensity.Signal{{}, {Kind: intensity.Average}, {Kind: intensity.Average, Boundary: intensity.Direct}} {
		c := config(answer("[]"))
		c.Signal = s
		_, err := casdk.New(c)
		require.ErrorIs(t, err, intensity.ErrSignal)
		require.ErrorContains(t, err, "Config.Signal")
	}
	for _, u := range []string{"", "localhost", "/path", "://"} {
		c := config(answer("[]"))
		c.Fetch.BaseURL = u
		_, err := casdk.New(c)
		require.ErrorIs(t, err, fetch.ErrRequest, u)
		require.ErrorContains(t, err, "Fetch.BaseURL")
	}
	c := config(answer("[]"))
	c.Step = -time.Hour
	_, err := casdk.New(c)
	require.Error(t, err)
}

func TestZones(t *testing.T) {
	service := answer("[]")
	p := provider(t, service)
	for _, zone := range []string{"eastus", "us-east-1", " UK South ", "DK_DK1"} {
		c, err := p.Capabilities(zone)
		require.NoError(t, err, zone)
		require.Equal(t, marginal, c.Signal)
		require.True(t, c.Current && c.Range && c.Forecast)
		require.Equal(t, time.Hour, c.Step)
		require.Zero(t, c.Settle, "what is behind the service may revise anything")
	}
	for _, zone := range []string{"", "a&location=b", "a/b", "ä", "-", strings.Repeat("x", 70)} {
		_, err := p.Capabilities(zone)
		require.ErrorIs(t, err, fetch.ErrNotFound, zone)
		_, err = p.Current(t.Context(), zone)
		require.ErrorIs(t, err, fetch.ErrNotFound, zone)
		_, err = p.Range(t.Context(), zone, time.Now().Add(-time.Hour), time.Now())
		require.ErrorIs(t, err, fetch.ErrNotFound, zone)
		_, err = p.Forecast(t.Context(), zone)
		require.ErrorIs(t, err, fetch.ErrNotFound, zone)
	}
	require.Zero(t, service.Count())
}

func TestRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(6*time.Hour + 20*time.Minute)
		service := fetchtest.Answers(fetchtest.Answer{Status: http.StatusNoContent})
		p := provider(t, service)
		_, err := p.Current(t.Context(), "eastus")
		require.ErrorIs(t, err, fetch.ErrNoData, "204 is no figure")
		tokyo := time.FixedZone("JST", 9*3600)
		_, err = p.Range(t.Context(), "eastus", time.Date(2000, 1, 1, 10, 10, 0, 0, tokyo), time.Date(2000, 1, 1, 12, 45, 0, 0, tokyo))
		require.ErrorIs(t, err, fetch.ErrNoData)
		_, err = p.Forecast(t.Context(), "eastus")
		require.ErrorIs(t, err, fetch.ErrNoData)
		var urls []string
		for _, r := range service.Requests() {
			urls = append(urls, r.URL.String())
		}
		require.Equal(t, []string{
			host + "/emissions/bylocation?location=eastus&time=2000-01-01T04%3A20%3A00Z&toTime=2000-01-01T06%3A20%3A00Z",
			host + "/emissions/bylocation?location=eastus&time=2000-01-01T01%3A00%3A00Z&toTime=2000-01-01T04%3A00%3A00Z",
			host + "/emissions/forecasts/current?location=eastus",
		}, urls)
	})
}

func TestRange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := history(t)
		p := provider(t, service)
		from := time.Date(1999, 12, 1, 0, 0, 0, 0, time.UTC)
		for range 2 {
			s, err := p.Range(t.Context(), "eastus", from, from.AddDate(0, 0, 30))
			require.NoError(t, err)
			require.Len(t, s.Points, 720, "each hour once, though both ends of a request are answered")
			for i, pt := range s.Points {
				at := from.Add(time.Duration(i) * time.Hour)
				require.Equal(t, at, pt.Start)
				require.Equal(t, figure(at), fmt.Sprint(float64(pt.Value)))
				require.Equal(t, intensity.Estimated, pt.Quality, "what the source measured is not told")
				require.Equal(t, marginal, pt.Signal)
				require.Equal(t, "eastus", pt.Zone)
				require.Equal(t, "Carbon Aware SDK, WattTime", pt.Origin.Detail)
			}
		}
		require.Equal(t, 5, service.Count(), "seven days at a time, the second time from memory")
	})
}

func TestCurrent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(10*time.Hour + 5*time.Minute)
		now := time.Now().UTC().Truncate(time.Hour)
		service := answer("[" + strings.Join([]string{
			row("eastus", now.Add(time.Hour), `"01:00:00"`, "30"), // has not begun
			row("eastus", now, `"01:00:00"`, "20"),
			row("eastus", now.Add(-time.Hour), `"01:00:00"`, "10"),
		}, ",") + "]")
		p := provider(t, service)
		for range 3 {
			pt, err := p.Current(t.Context(), "eastus")
			require.NoError(t, err)
			require.Equal(t, now, pt.Start)
			require.InDelta(t, 20, float64(pt.Value), 0)
		}
		require.Equal(t, 1, service.Count())
	})
}

func TestForecast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now().UTC()
		p := provider(t, answer(forecast("eastus", now.Add(-3*time.Minute),
			ahead("eastus", now.Add(-5*time.Minute), 5, "90"), // has passed
			ahead("eastus", now, 5, "80"),
			ahead("eastus", now.Add(5*time.Minute), 5, "70.5"))))
		s, err := p.Forecast(t.Context(), "eastus")
		require.NoError(t, err)
		require.Len(t, s.Points, 2)
		last := s.Points[1]
		require.InDelta(t, 70.5, float64(last.Value), 0)
		require.Equal(t, 5*time.Minute, last.End.Sub(last.Start))
		require.Equal(t, intensity.Forecast, last.Quality)
		require.Equal(t, now.Add(-3*time.Minute), last.IssuedAt)
	})
}

// The prose of the service's documentation and its code differ in a name that
// does not matter here.
func TestForecastInBothForms(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Minute)
	body := forecast("eastus", now, ahead("eastus", now, 60, "80"))
	for _, b := range []string{body, strings.Replace(body, `"optimalDataPoints":[`, `"optimalDataPoint":[`, 1)} {
		s, err := provider(t, answer(b)).Forecast(t.Context(), "eastus")
		require.NoError(t, err)
		require.Len(t, s.Points, 1)
	}
}

func TestNoForecast(t *testing.T) {
	service := fetchtest.Answers(fetchtest.Answer{Status: http.StatusNotImplemented, Body: `{"title":"NotImplementedException","status":501}`})
	p := provider(t, service)
	for range 3 {
		_, err := p.Forecast(t.Context(), "eastus")
		require.ErrorIs(t, err, fetch.ErrPlan)
		require.ErrorContains(t, err, "NoForecast")
	}
	require.Equal(t, 1, service.Count(), "it will not do it a minute later")

	c := config(service)
	c.NoForecast = true
	p, err := casdk.New(c)
	require.NoError(t, err)
	can, err := p.Capabilities("eastus")
	require.NoError(t, err)
	require.False(t, can.Forecast)
	_, err = p.Forecast(t.Context(), "eastus")
	require.ErrorIs(t, err, fetch.ErrPlan)
	require.Equal(t, 1, service.Count())
}

// With some data sources answers have the source's own name for the place.
func TestNames(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Hour)
	past := answer("[" + row("PJM_NOWHERE", now, `"01:00:00"`, "20") + "]")
	_, err := provider(t, past).Current(t.Context(), "eastus")
	require.ErrorIs(t, err, fetch.ErrZoneMismatch)
	require.ErrorContains(t, err, "Config.Names")
	require.ErrorContains(t, err, "PJM_NOWHERE")

	c := config(past)
	c.Names = map[string]string{"eastus": "PJM_NOWHERE"}
	p, err := casdk.New(c)
	require.NoError(t, err)
	pt, err := p.Current(t.Context(), "eastus")
	require.NoError(t, err)
	require.Equal(t, "eastus", pt.Zone)
	_, err = p.Current(t.Context(), "westus")
	require.ErrorIs(t, err, fetch.ErrZoneMismatch)

	c.Fetch.Transport = answer(forecast("eastus", now, ahead("PJM_NOWHERE", now, 60, "80")))
	p, err = casdk.New(c)
	require.NoError(t, err)
	s, err := p.Forecast(t.Context(), "eastus")
	require.NoError(t, err)
	require.Len(t, s.Points, 1)
	_, err = provider(t, answer(forecast("westus", now, ahead("eastus", now, 60, "80")))).Forecast(t.Context(), "eastus")
	require.ErrorIs(t, err, fetch.ErrZoneMismatch)
	_, err = provider(t, answer(forecast("eastus", now, ahead("westus", now, 60, "80")))).Forecast(t.Context(), "eastus")
	require.ErrorIs(t, err, fetch.ErrZoneMismatch)
}

func TestDurations(t *testing.T) {
	at := time.Now().UTC().Truncate(time.Hour).Add(-time.Hour)
	for text, want := range map[string]time.Duration{
		`"08:00:00"`:         8 * time.Hour,
		`"00:05:00"`:         5 * time.Minute,
		`"1.00:00:00"`:       24 * time.Hour,
		`"01:00:00.5000000"`: time.Hour + 500*time.Millisecond,
		`30`:                 30 * time.Minute,
	} {
		pt, err := provider(t, answer("["+row("eastus", at, text, "20")+"]")).Current(t.Context(), "eastus")
		require.NoError(t, err, text)
		require.Equal(t, want, pt.End.Sub(pt.Start), text)
	}
	for _, text := range []string{`"00:00:00"`, `""`, `0`, `-5`, `null`, `"PT5M"`, `"400.00:00:00"`, `"-1.00:00:00"`, `1e300`, `true`, `"24:00:00"`} {
		_, err := provider(t, answer("["+row("eastus", at, text, "20")+"]")).Current(t.Context(), "eastus")
		require.Equal(t, "decode", fetch.Code(err), text)
	}
}

// A time without an offset could be anybody's.
func TestTimeZones(t *testing.T) {
	at := time.Now().UTC().Truncate(time.Hour)
	local := at.In(time.FixedZone("", -5*3600))
	pt, err := provider(t, answer("["+row("eastus", local, `"01:00:00"`, "20")+"]")).Current(t.Context(), "eastus")
	require.NoError(t, err)
	require.Equal(t, at, pt.Start)
	body := strings.Replace("["+row("eastus", at, `"01:00:00"`, "20")+"]", "+00:00", "", 1)
	_, err = provider(t, answer(body)).Current(t.Context(), "eastus")
	require.ErrorIs(t, err, fetch.ErrDecode)
}

// Case A9 in kind: the SDK makes -1 of a null of its data source.
func TestMissing(t *testing.T) {
	at := time.Now().UTC().Truncate(time.Hour)
	rows := []string{
		row("eastus", at.Add(-3*time.Hour), `"01:00:00"`, "30"),
		row("eastus", at.Add(-2*time.Hour), `"01:00:00"`, "-1"),
		row("eastus", at.Add(-time.Hour), `"01:00:00"`, "null"),
		row("eastus", at, `"01:00:00"`, "0"),
	}
	s, err := provider(t, answer("["+strings.Join(rows, ",")+"]")).Range(t.Context(), "eastus", at.Add(-3*time.Hour), at.Add(time.Hour))
	require.NoError(t, err)
	require.Len(t, s.Points, 2, "case A9")
	require.Zero(t, float64(s.Points[1].Value), "0 is a figure: wind can be at the margin")
	for _, body := range []string{"[" + rows[1] + "]", "[" + rows[2] + "]", "[]", "null"} {
		_, err = provider(t, answer(body)).Range(t.Context(), "eastus", at.Add(-3*time.Hour), at)
		require.ErrorIs(t, err, fetch.ErrNoData, body)
	}
	_, err = provider(t, answer(`[{"generatedAt":"2000-01-01T00:00:00Z","location":"eastus","forecastData":[]}]`)).Forecast(t.Context(), "eastus")
	require.ErrorIs(t, err, fetch.ErrNoData)
}

func TestRefused(t *testing.T) {
	at := time.Now().UTC().Truncate(time.Hour)
	for _, body := range []string{
		`{"location":"eastus","startTime":"2000-01-01T00:00:00Z","endTime":"2000-01-01T12:00:00Z","carbonIntensity":0}`, // a mean
		"[" + row("eastus", at, `"01:00:00"`, "10") + "," + row("eastus", at, `"01:00:00"`, "11") + "]",                 // a contradiction
		"[" + row("eastus", at, `"01:00:00"`, `"ten"`) + "]",
	} {
		_, err := provider(t, answer(body)).Range(t.Context(), "eastus", at, at.Add(time.Hour))
		require.Equal(t, "decode", fetch.Code(err), body)
	}
	f := forecast("eastus", at, ahead("eastus", at, 60, "80"))
	for _, body := range []string{
		f[:len(f)-1] + "," + f[1:], // two
		strings.Replace(f, at.Format(time.RFC3339), "yesterday", 1),
	} {
		_, err := provider(t, answer(body)).Forecast(t.Context(), "eastus")
		require.Equal(t, "decode", fetch.Code(err), body)
	}
}

func TestProblems(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		code   string
		said   string
	}{
		{400, `{"title":"ArgumentException","status":400,"errors":{"location":["no such place"]}}`, "not-found", "no such place"},
		{400, `{"title":"ArgumentException","status":400,"detail":"Bad dates.","errors":{"toTime":["before time"]}}`, "request", "Bad dates"},
		{400, "<html>", "request", ""},
		{401, `{"title":"WattTimeClientException","status":401}`, "auth", "WattTime"},
		{500, `{"title":"InternalServerError","status":500}`, "temporary", "InternalServerError"},
	} {
		synctest.Test(t, func(t *testing.T) {
			_, err := provider(t, fetchtest.Answers(fetchtest.Answer{Status: c.status, Body: c.body})).Current(t.Context(), "eastus")
			require.Equal(t, c.code, fetch.Code(err), c.body)
			require.ErrorContains(t, err, c.said)
			e, ok := errors.AsType[*fetch.Error](err)
			require.True(t, ok)
			require.Equal(t, c.status, e.Status)
		})
	}
}

// Case A13: the service says when to ask again.
func TestRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := fetchtest.Answers(
			fetchtest.Answer{Status: 429, Header: map[string]string{"Retry-After": "7"}},
			fetchtest.Answer{Body: "[" + row("eastus", time.Now().UTC(), `"01:00:00"`, "20") + "]"},
		)
		start := time.Now()
		_, err := provider(t, service).Current(t.Context(), "eastus")
		require.NoError(t, err)
		require.GreaterOrEqual(t, time.Since(start), 7*time.Second)
		require.Equal(t, 2, service.Count())
	})
	synctest.Test(t, func(t *testing.T) {
		p := provider(t, history(t))
		start := time.Now()
		for i := range 9 {
			_, err := p.Current(t.Context(), fmt.Sprint("place", i))
			require.NoError(t, err)
		}
		require.GreaterOrEqual(t, time.Since(start), 4*time.Second, "five at once, then one a second")
	})
}

func TestWorst(t *testing.T) {
	now := time.Now().UTC().Truncate(time.Hour)
	fetchtest.Worst(t, "["+row("eastus", now, `"01:00:00"`, "VALUE")+"]", func(s *fetchtest.Service) string {
		_, err := provider(t, s).Current(t.Context(), "eastus")
		return fetch.Code(err)
	})
	fetchtest.Worst(t, forecast("eastus", now, ahead("eastus", now, 60, "VALUE")), func(s *fetchtest.Service) string {
		_, err := provider(t, s).Forecast(t.Context(), "eastus")
		return fetch.Code(err)
	})
}

func FuzzDecode(f *testing.F) {
	now := time.Now().UTC().Truncate(time.Hour)
	f.Add([]byte("["+row("eastus", now, `"01:00:00"`, "20")+"]"), false)
	f.Add([]byte("["+row("eastus", now, `"1.01:00:00.25"`, "-1")+"]"), false)
	f.Add([]byte(forecast("eastus", now, ahead("eastus", now, 60, "80"))), true)
	f.Fuzz(func(t *testing.T, body []byte, forecast bool) {
		p, ask := provider(t, answer(string(body))), now.Add(-time.Hour)
		var s *intensity.Series
		var err error
		if forecast {
			s, err = p.Forecast(t.Context(), "eastus")
		} else {
			s, err = p.Range(t.Context(), "eastus", ask, now.Add(time.Hour))
		}
		if err != nil {
			require.NotEmpty(t, fetch.Code(err), "%v", err)
			return
		}
		require.NotEmpty(t, s.Points)
		for _, pt := range s.Points {
			require.NoError(t, pt.Valid())
			require.LessOrEqual(t, pt.Value, fetch.MaxIntensity)
		}
	})
}
