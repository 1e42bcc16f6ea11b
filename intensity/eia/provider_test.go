package eia_test

import (
	"context"
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
)

// noon is when the tests ask, in UTC.
var noon = time.Date(2024, time.May, 6, 12, 0, 0, 0, time.UTC)

// A row is what a source made in the hour that ends at Period.
type row struct{ period, fuel, value string }

func text(r row) string {
	return fmt.Sprintf(`{"period":%q,"respondent":"CISO","fueltype":%q,"value":%s,"value-units":"megawatthours"}`, r.period, r.fuel, r.value)
}

// body is a page of so many rows in all.
func body(total int, rows ...row) string {
	var data []string
	for _, r := range rows {
		data = append(data, text(r))
	}
	return fmt.Sprintf(`{"response":{"total":"%d","frequency":"hourly","data":[%s]}}`, total, strings.Join(data, ","))
}

func ok(body string) *fetchtest.Service { return fetchtest.Answers(fetchtest.Answer{Body: body}) }

// in runs f at noon with a provider that asks the service.
func in(t *testing.T, s *fetchtest.Service, f func(*testing.T, *eia.Provider)) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(noon))
		f(t, provider(s))
	})
}

func provider(s *fetchtest.Service) *eia.Provider {
	return eia.New(eia.Config{Key: key, Fetch: fetch.Options{Transport: s}})
}

func key(context.Context) (string, error) { return "SECRET", nil }

// hours asks for some hours before noon.
func hours(t *testing.T, p *eia.Provider, n int) ([]intensity.Point, error) {
	t.Helper()
	s, err := p.Range(t.Context(), "CISO", noon.Add(-time.Duration(n)*time.Hour), noon)
	if s == nil {
		return nil, err
	}
	return s.Points, err
}

func TestHoursAreNamedByTheirEnd(t *testing.T) {
	s := ok(body(4,
		row{"2024-05-06T10", "NG", "30"}, row{"2024-05-06T10", "WND", `"70"`},
		row{"2024-05-06T11", "NG", "null"}, row{"2024-05-06T11", "WND", "60"}))
	in(t, s, func(t *testing.T, p *eia.Provider) {
		points, err := hours(t, p, 6)
		require.NoError(t, err)
		require.Len(t, points, 1, "case A19: an hour that lacks a source is left out")
		require.Equal(t, noon.Add(-3*time.Hour), points[0].Start)
		require.Equal(t, noon.Add(-2*time.Hour), points[0].End)
		require.InDelta(t, 0.3*490+0.7*11, float64(points[0].Value), 1e-9, "case A19: texts are numbers")
		require.Equal(t, intensity.Measured, points[0].Quality)
		require.Equal(t, intensity.AverageLifecycle(intensity.Production), points[0].Signal)

		q := s.Requests()[0].URL.Query()
		require.Equal(t, "CISO", q.Get("facets[respondent][]"))
		require.Equal(t, "hourly", q.Get("frequency"), "local-hourly has hours twice when summer ends")
		require.Equal(t, "SECRET", q.Get("api_key"))
		start, err := time.Parse("2006-01-02T15", q.Get("start"))
		require.NoError(t, err)
		require.False(t, start.After(noon.Add(-5*time.Hour)), "the first hour asked for ends then")
	})
}

func TestPages(t *testing.T) {
	const rows = 2600
	s := fetchtest.Func(func(_ int, r *http.Request) fetchtest.Answer {
		offset, err := strconv.Atoi(r.URL.Query().Get("offset"))
		require.NoError(t, err)
		length, err := strconv.Atoi(r.URL.Query().Get("length"))
		require.NoError(t, err)
		var page []row
		for i := offset; i < min(offset+length, rows); i++ {
			// Each hour has two sources, so that one hour stands on two pages.
			end := noon.Add(-time.Duration(rows/2-1-i/2) * time.Hour)
			page = append(page, row{end.Format("2006-01-02T15"), []string{"NG", "WND"}[i%2], "50"})
		}
		return fetchtest.Answer{Body: body(rows, page...)}
	})
	in(t, s, func(t *testing.T, p *eia.Provider) {
		points, err := hours(t, p, 24*20)
		require.NoError(t, err)
		require.Len(t, points, 24*20, "each hour once, those on two pages too")
		for i, q := range points {
			require.InDelta(t, (490+11)/2.0, float64(q.Value), 1e-9)
			require.Equal(t, noon.Add(time.Duration(i-24*20)*time.Hour), q.Start)
		}
		require.Greater(t, s.Count(), 1)
	})
}

func TestSources(t *testing.T) {
	for name, tt := range map[string]struct {
		rows    []row
		value   float64
		quality intensity.Quality
	}{
		"storage that is filled is no generation": {[]row{{"2024-05-06T10", "NG", "100"}, {"2024-05-06T10", "PS", "-40"}}, 490, intensity.Measured},
		"a source that is not known":              {[]row{{"2024-05-06T10", "XYZ", "100"}}, 700, intensity.Estimated},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, ok(body(len(tt.rows), tt.rows...)), func(t *testing.T, p *eia.Provider) {
				points, err := hours(t, p, 6)
				require.NoError(t, err)
				require.Len(t, points, 1)
				require.InDelta(t, tt.value, float64(points[0].Value), 1e-9)
				require.Equal(t, tt.quality, points[0].Quality)
			})
		})
	}
	t.Run("what leaves the stack", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Until(noon))
			s := ok(body(2, row{"2024-05-06T10", "NG", "50"}, row{"2024-05-06T10", "NUC", "50"}))
			p := eia.New(eia.Config{Key: key, Boundary: intensity.Direct, Fetch: fetch.Options{Transport: s}})
			points, err := hours(t, p, 6)
			require.NoError(t, err)
			require.Equal(t, intensity.Direct, points[0].Signal.Boundary)
			require.Less(t, float64(points[0].Value), (490.0+12)/2)
			require.Positive(t, points[0].Value)
		})
	})
	t.Run("a source that was there an hour ago", func(t *testing.T) {
		in(t, ok(body(3, row{"2024-05-06T10", "NG", "50"}, row{"2024-05-06T10", "SUN", "50"}, row{"2024-05-06T11", "NG", "50"})), func(t *testing.T, p *eia.Provider) {
			points, err := hours(t, p, 6)
			require.NoError(t, err)
			require.Len(t, points, 1, "the hour without it is not complete")
		})
	})
}

func TestCurrent(t *testing.T) {
	in(t, ok(body(2, row{"2024-05-05T10", "NG", "1"}, row{"2024-05-05T11", "NG", "1"})), func(t *testing.T, p *eia.Provider) {
		now, err := p.Current(t.Context(), "CISO")
		require.NoError(t, err)
		require.Equal(t, noon.Add(-26*time.Hour), now.Start, "the newest there is")
	})
}

func TestZones(t *testing.T) {
	p := provider(ok("{}"))
	for _, zone := range []string{"", "ciso", "US-CAL-CISO", "C", "TOOLONGX"} {
		_, err := p.Capabilities(zone)
		require.ErrorIs(t, err, fetch.ErrNotFound, zone)
		_, err = p.Current(t.Context(), zone)
		require.ErrorIs(t, err, fetch.ErrNotFound, zone)
		_, err = p.Range(t.Context(), zone, noon, noon.Add(time.Hour))
		require.ErrorIs(t, err, fetch.ErrNotFound, zone)
	}
	can, err := p.Capabilities("US48")
	require.NoError(t, err)
	require.Equal(t, time.Hour, can.Step)
}

func TestWorstAnswers(t *testing.T) {
	for name, tt := range map[string]struct {
		answer fetchtest.Answer
		want   error
	}{
		"no key":           {fetchtest.Answer{Status: 403, Body: `{"error":{"code":"API_KEY_MISSING","message":"none"}}`}, fetch.ErrAuth},
		"a wrong key":      {fetchtest.Answer{Status: 403, Body: `{"error":{"code":"API_KEY_INVALID","message":"SECRET is none"}}`}, fetch.ErrAuth},
		"too often":        {fetchtest.Answer{Status: 429, Header: map[string]string{"Retry-After": "3600"}, Body: `{"error":{"code":"OVER_RATE_LIMIT"}}`}, fetch.ErrRateLimited},
		"another zone":     {fetchtest.Answer{Body: strings.ReplaceAll(body(1, row{"2024-05-06T10", "NG", "1"}), "CISO", "PJM")}, fetch.ErrZoneMismatch},
		"nothing":          {fetchtest.Answer{Body: body(0)}, fetch.ErrNoData},
		"local hours":      {fetchtest.Answer{Body: strings.ReplaceAll(body(1, row{"2024-05-06T10", "NG", "1"}), "hourly", "local-hourly")}, fetch.ErrDecode},
		"a source twice":   {fetchtest.Answer{Body: body(2, row{"2024-05-06T10", "NG", "1"}, row{"2024-05-06T10", "NG", "2"})}, fetch.ErrDecode},
		"another unit":     {fetchtest.Answer{Body: strings.ReplaceAll(body(1, row{"2024-05-06T10", "NG", "1"}), "megawatthours", "MW")}, fetch.ErrDecode},
		"rows without end": {fetchtest.Answer{Body: body(1e9, row{"2024-05-06T10", "NG", "1"})}, fetch.ErrTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			s := fetchtest.Func(func(int, *http.Request) fetchtest.Answer { return tt.answer })
			in(t, s, func(t *testing.T, p *eia.Provider) {
				points, err := hours(t, p, 6)
				require.ErrorIs(t, err, tt.want)
				require.NotContains(t, err.Error(), "SECRET")
				require.Empty(t, points)
			})
		})
	}
}

func TestAnyService(t *testing.T) {
	good := `{"response":{"total":1,"frequency":"hourly","data":[` + text(row{"2024-05-06T10", "NG", "VALUE"}) + `]}}`
	fetchtest.Worst(t, good, func(s *fetchtest.Service) string {
		var code string
		in(t, s, func(t *testing.T, p *eia.Provider) {
			_, err := hours(t, p, 6)
			code = fetch.Code(err)
		})
		return code
	})
}

func FuzzDecode(f *testing.F) {
	f.Add(body(2, row{"2024-05-06T10", "NG", "30"}, row{"2024-05-06T10", "WND", `"70"`}))
	f.Add(`{"response":{"total":1,"data":[{"period":"2024-05-06T10-07","respondent":"CISO","fueltype":"NG","value":1}]}}`)
	f.Fuzz(func(t *testing.T, body string) {
		p := provider(ok(body))
		s, err := p.Range(t.Context(), "CISO", noon.Add(-6*time.Hour), noon)
		if s == nil {
			require.Error(t, err)
			return
		}
		for _, q := range s.Points {
			require.NoError(t, q.Valid())
		}
	})
}
