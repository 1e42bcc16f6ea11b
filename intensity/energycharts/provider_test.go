package energycharts_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/energycharts"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

// night is the start of the day of the tests, midnight in Berlin in summer.
var night = time.Date(2024, time.June, 9, 22, 0, 0, 0, time.UTC)

// body has a step of d each from start on; "-" is null.
func body(start time.Time, d time.Duration, figures, forecasts string) string {
	list := func(s string) []string {
		return strings.Fields(strings.ReplaceAll(s, "-", "null"))
	}
	f, p := list(figures), list(forecasts)
	seconds := make([]string, len(f))
	for i := range seconds {
		seconds[i] = fmt.Sprint(start.Add(time.Duration(i) * d).Unix())
	}
	return fmt.Sprintf(`{"unix_seconds":[%s],"co2eq":[%s],"co2eq_forecast":[%s],"deprecated":false}`,
		strings.Join(seconds, ","), strings.Join(f, ","), strings.Join(p, ","))
}

const quarter = 15 * time.Minute

var five = body(night, quarter, "401.5 403 399.25 - -", "- - - 390 380.5")

// in runs f at an instant with a provider that asks the service.
func in(t *testing.T, now time.Time, s *fetchtest.Service, f func(*testing.T, *energycharts.Provider)) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(now))
		f(t, energycharts.New(energycharts.Config{Fetch: fetch.Options{Transport: s}}))
	})
}

func ok(body string) *fetchtest.Service { return fetchtest.Answers(fetchtest.Answer{Body: body}) }

func TestCase25(t *testing.T) {
	t.Run("case A25: 3 measured, 2 forecast", func(t *testing.T) {
		in(t, night.Add(50*time.Minute), ok(five), func(t *testing.T, p *energycharts.Provider) {
			s, err := p.Range(t.Context(), "de", night, night.Add(5*quarter))
			require.NoError(t, err)
			require.Len(t, s.Points, 5)
			want := []float64{401.5, 403, 399.25, 390, 380.5}
			for i, point := range s.Points {
				require.Equal(t, night.Add(time.Duration(i)*quarter), point.Start)
				require.Equal(t, point.Start.Add(quarter), point.End)
				require.Equal(t, want[i], float64(point.Value))
				require.Equal(t, i >= 3, point.Quality == intensity.Forecast)
				require.Equal(t, i >= 3, !point.IssuedAt.IsZero())
				require.Equal(t, "de", point.Zone)
			}
		})
	})
}

func TestCurrentIsNoForecast(t *testing.T) {
	s := ok(five)
	in(t, night.Add(50*time.Minute), s, func(t *testing.T, p *energycharts.Provider) {
		point, err := p.Current(t.Context(), " DE ")
		require.NoError(t, err)
		require.Equal(t, 399.25, float64(point.Value))
		require.Equal(t, intensity.Measured, point.Quality)
		require.Equal(t, intensity.AverageLifecycle(intensity.Production), point.Signal)
		q := s.Requests()[0].URL.Query()
		require.Equal(t, "/co2eq", s.Requests()[0].URL.Path)
		require.Equal(t, "de", q.Get("country"))
		require.Equal(t, "2024-06-08T22:50Z", q.Get("start"))
		require.Equal(t, "2024-06-09T22:50Z", q.Get("end"))
	})
	in(t, night, ok(body(night, quarter, "- -", "390 391")), func(t *testing.T, p *energycharts.Provider) {
		_, err := p.Current(t.Context(), "de")
		require.ErrorIs(t, err, fetch.ErrNoData)
	})
}

func TestForecast(t *testing.T) {
	s := ok(five)
	in(t, night.Add(50*time.Minute), s, func(t *testing.T, p *energycharts.Provider) {
		f, err := p.Forecast(t.Context(), "de")
		require.NoError(t, err)
		require.Len(t, f.Points, 2)
		require.Equal(t, night.Add(50*time.Minute), f.Points[0].IssuedAt)
		require.Equal(t, 390.0, float64(f.Points[0].Value))
		require.Equal(t, "country=de", s.Requests()[0].URL.RawQuery)
	})
	in(t, night.Add(24*time.Hour), ok(five), func(t *testing.T, p *energycharts.Provider) {
		_, err := p.Forecast(t.Context(), "de")
		require.ErrorIs(t, err, fetch.ErrNoData, "all of it has passed")
	})
}

// Some countries have hours, and a row without a figure is absent.
func TestSteps(t *testing.T) {
	for _, c := range []struct {
		name, body string
		step       time.Duration
		starts     []time.Duration
	}{
		{"hours", body(night, time.Hour, "40 41", "- -"), time.Hour, []time.Duration{0, time.Hour}},
		{"half hours", body(night, 30*time.Minute, "40 - 41", "- - -"), 30 * time.Minute, []time.Duration{0, time.Hour}},
		{"one alone", body(night, quarter, "40", "-"), quarter, []time.Duration{0}},
		{"zero is nothing", body(night, quarter, "40 0 41", "- - -"), quarter, []time.Duration{0, 2 * quarter}},
		{"no forecasts", strings.Replace(body(night, quarter, "40 41", ""), `"co2eq_forecast":[],`, "", 1), quarter, []time.Duration{0, quarter}},
	} {
		t.Run(c.name, func(t *testing.T) {
			in(t, night.Add(3*time.Hour), ok(c.body), func(t *testing.T, p *energycharts.Provider) {
				s, err := p.Range(t.Context(), "fr", night, night.Add(2*time.Hour))
				require.NoError(t, err)
				require.Len(t, s.Points, len(c.starts))
				for i, point := range s.Points {
					require.Equal(t, night.Add(c.starts[i]), point.Start)
					require.Equal(t, c.step, point.End.Sub(point.Start))
				}
			})
		})
	}
}

// Seconds know no summer time: a local day of 23 or 25 hours has as many.
func TestLocalDays(t *testing.T) {
	for start, hours := range map[string]int{"2025-03-29T23:00:00Z": 23, "2025-10-25T22:00:00Z": 25} {
		from, err := time.Parse(time.RFC3339, start)
		require.NoError(t, err)
		to := from.Add(time.Duration(hours) * time.Hour)
		figures := strings.Repeat("100 ", hours*4)
		in(t, to, ok(body(from, quarter, figures, strings.ReplaceAll(figures, "100", "-"))), func(t *testing.T, p *energycharts.Provider) {
			s, err := p.Range(t.Context(), "de", from, to)
			require.NoError(t, err)
			require.Len(t, s.Points, hours*4)
			require.Equal(t, to, s.Points[len(s.Points)-1].End)
		})
	}
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer fetchtest.Answer
		class  error
	}{
		{"country", fetchtest.Answer{Status: 400, Body: "'xx' is not the code for an available country."}, fetch.ErrNotFound},
		{"another mistake", fetchtest.Answer{Status: 400, Body: "start lies after end"}, fetch.ErrRequest},
		{"path", fetchtest.Answer{Status: 404, Body: `{"detail":"Not Found"}`}, fetch.ErrNotFound},
		{"too many", fetchtest.Answer{Status: 429, Header: map[string]string{"Retry-After": "120"}}, fetch.ErrRateLimited},
		{"down", fetchtest.Answer{Status: 502, Body: "<html>"}, fetch.ErrTemporary},
		{"lists of two lengths", fetchtest.Answer{Body: `{"unix_seconds":[1,2],"co2eq":[1],"co2eq_forecast":[]}`}, fetch.ErrDecode},
		{"forecasts of another length", fetchtest.Answer{Body: `{"unix_seconds":[900],"co2eq":[1],"co2eq_forecast":[1,2]}`}, fetch.ErrDecode},
		{"times that descend", fetchtest.Answer{Body: `{"unix_seconds":[1800,900],"co2eq":[1,2]}`}, fetch.ErrDecode},
		{"a time twice", fetchtest.Answer{Body: `{"unix_seconds":[900,900],"co2eq":[1,2]}`}, fetch.ErrDecode},
		{"odd steps", fetchtest.Answer{Body: `{"unix_seconds":[900,1000],"co2eq":[1,2]}`}, fetch.ErrDecode},
		{"a time far off", fetchtest.Answer{Body: `{"unix_seconds":[99999999999],"co2eq":[1]}`}, fetch.ErrDecode},
		{"milliseconds", fetchtest.Answer{Body: `{"unix_seconds":[1717970400000],"co2eq":[1]}`}, fetch.ErrDecode},
		{"nothing but null", fetchtest.Answer{Body: `{"unix_seconds":[900],"co2eq":[null]}`}, fetch.ErrNoData},
		{"text for a figure", fetchtest.Answer{Body: `{"unix_seconds":[900],"co2eq":["1"]}`}, fetch.ErrDecode},
	} {
		t.Run(c.name, func(t *testing.T) {
			in(t, night, fetchtest.Answers(c.answer), func(t *testing.T, p *energycharts.Provider) {
				_, err := p.Current(t.Context(), "de")
				require.ErrorIs(t, err, c.class)
				require.ErrorContains(t, err, "energycharts: ")
			})
		})
	}
}

// Two a minute, and a burst of four.
func TestRateLimit(t *testing.T) {
	s := ok(five)
	in(t, night.Add(50*time.Minute), s, func(t *testing.T, p *energycharts.Provider) {
		start := time.Now()
		for i, zone := range []string{"de", "fr", "at", "ch", "be", "nl"} {
			_, err := p.Current(t.Context(), zone)
			require.NoError(t, err)
			require.Equal(t, time.Duration(max(i-3, 0))*30*time.Second, time.Since(start))
		}
		require.Equal(t, 6, s.Count())
	})
	limited := fetchtest.Answers(fetchtest.Answer{Status: 429}, fetchtest.Answer{Body: five})
	in(t, night.Add(50*time.Minute), limited, func(t *testing.T, p *energycharts.Provider) {
		start := time.Now()
		_, err := p.Current(t.Context(), "de")
		require.NoError(t, err)
		require.GreaterOrEqual(t, time.Since(start), 30*time.Second)
		require.Equal(t, 2, limited.Count())
	})
}

// A long range is asked for in parts that touch and do not overlap.
func TestLongRange(t *testing.T) {
	s := ok(body(night, quarter, "40 41", "- -"))
	in(t, night.AddDate(1, 0, 0), s, func(t *testing.T, p *energycharts.Provider) {
		got, err := p.Range(t.Context(), "de", night.AddDate(0, 0, -1), night.AddDate(0, 6, 0))
		require.NoError(t, err)
		require.Len(t, got.Points, 2, "each once")
		require.Equal(t, 3, s.Count())
		for i, r := range s.Requests()[1:] {
			require.Equal(t, s.Requests()[i].URL.Query().Get("end"), r.URL.Query().Get("start"))
		}
	})
}

func TestZonesAndSignal(t *testing.T) {
	s := ok(five)
	in(t, night, s, func(t *testing.T, p *energycharts.Provider) {
		for _, zone := range []string{"", "d", "germany", "de&start=0", "1"} {
			_, err := p.Current(t.Context(), zone)
			require.ErrorIs(t, err, fetch.ErrNotFound, zone)
			_, err = p.Range(t.Context(), zone, night, night.Add(time.Hour))
			require.ErrorIs(t, err, fetch.ErrNotFound, zone)
			_, err = p.Forecast(t.Context(), zone)
			require.ErrorIs(t, err, fetch.ErrNotFound, zone)
			_, err = p.Capabilities(zone)
			require.ErrorIs(t, err, fetch.ErrNotFound, zone)
		}
		c, err := p.Capabilities("de")
		require.NoError(t, err)
		require.True(t, c.Current && c.Range && c.Forecast)
		require.Zero(t, s.Count())
	})
	direct := intensity.Signal{Kind: intensity.Average, Boundary: intensity.Direct, Accounting: intensity.Consumption}
	c, err := energycharts.New(energycharts.Config{Signal: direct}).Capabilities("de")
	require.NoError(t, err)
	require.Equal(t, direct, c.Signal)
	half := energycharts.New(energycharts.Config{Signal: intensity.Signal{Kind: intensity.Average}})
	_, err = half.Capabilities("de")
	require.ErrorIs(t, err, intensity.ErrSignal)
}

func TestWorst(t *testing.T) {
	fetchtest.Worst(t, `{"unix_seconds":[900,1800],"co2eq":[VALUE,2],"co2eq_forecast":[null,null]}`, func(s *fetchtest.Service) (code string) {
		in(t, night, s, func(t *testing.T, p *energycharts.Provider) {
			_, err := p.Current(t.Context(), "de")
			code = fetch.Code(err)
		})
		return code
	})
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(five))
	f.Add([]byte(`{"unix_seconds":[900,1000],"co2eq":[null,-2]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		in(t, night.Add(time.Hour), ok(string(b)), func(t *testing.T, p *energycharts.Provider) {
			s, err := p.Range(t.Context(), "de", night, night.Add(2*time.Hour))
			if err != nil {
				require.NotEmpty(t, fetch.Code(err))
				return
			}
			for _, point := range s.Points {
				require.NoError(t, point.Valid())
			}
		})
	})
}
