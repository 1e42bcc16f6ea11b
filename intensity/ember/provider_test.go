package ember_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/ember"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

func key(context.Context) (string, error) { return "TOKEN", nil }

func provider(s *fetchtest.Service) *ember.Provider {
	return ember.New(ember.Config{Key: key, Fetch: fetch.Options{Transport: s}})
}

// row is a year of a place with a figure made up, or "null".
func row(entity, code string, year int, value string) string {
	group := code == "null"
	if !group {
		code = strconv.Quote(code)
	}
	return fmt.Sprintf(`{"entity":%q,"entity_code":%s,"is_aggregate_entity":%t,"date":"%d","emissions_intensity_gco2_per_kwh":%s}`,
		entity, code, group, year, value)
}

func body(rows ...string) string {
	return `{"stats":{"timestamp":"1999-10-01T00:00:00.000000","number_of_records":1},"data":[` + strings.Join(rows, ",") + `]}`
}

func answer(rows ...string) *fetchtest.Service {
	return fetchtest.Answers(fetchtest.Answer{Body: body(rows...)})
}

// published has figures of the years up to the last for which the code is
// asked.
func published(t *testing.T, last int) *fetchtest.Service { return fetchtest.Func(publishing(t, last)) }

func publishing(t *testing.T, last int) func(int, *http.Request) fetchtest.Answer {
	return func(_ int, r *http.Request) fetchtest.Answer {
		q := r.URL.Query()
		from, err := strconv.Atoi(q.Get("start_date"))
		require.NoError(t, err)
		to, err := strconv.Atoi(q.Get("end_date"))
		require.NoError(t, err)
		var rows []string
		for y := from; y <= min(to, last); y++ {
			rows = append(rows, row("Ruritania", q.Get("entity_code"), y, strconv.Itoa(y-1700)))
		}
		return fetchtest.Answer{Body: body(rows...)}
	}
}

func newYear(y int) time.Time { return time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC) }

func TestZones(t *testing.T) {
	service := answer()
	p := provider(service)
	for _, zone := range []string{"FRA", "fra", " XKX ", "World", "wld", "EU", "G7", "G20", "ASEAN", "Latin America and Caribbean"} {
		c, err := p.Capabilities(zone)
		require.NoError(t, err, zone)
		require.Equal(t, "average lifecycle production", c.Signal.String())
		require.True(t, c.Current && c.Range)
		require.False(t, c.Forecast)
	}
	for _, zone := range []string{"", "FR", "UK", "F", "1", "FRA?x=1", "a/b", strings.Repeat("x", 70)} {
		_, err := p.Capabilities(zone)
		require.ErrorIs(t, err, fetch.ErrNotFound, zone)
		require.ErrorContains(t, err, `such as "FRA"`)
		_, err = p.Current(t.Context(), zone)
		require.ErrorIs(t, err, fetch.ErrNotFound, zone)
		_, err = p.Range(t.Context(), zone, newYear(1990), newYear(1991))
		require.ErrorIs(t, err, fetch.ErrNotFound, zone)
		_, err = p.Grid(zone)
		require.ErrorIs(t, err, fetch.ErrNotFound, zone)
	}
	require.Zero(t, service.Count(), "nobody is asked about what is no zone")
}

// The key goes into the query, and nowhere else.
func TestRequest(t *testing.T) {
	for zone, want := range map[string]string{
		"fra":                         "entity_code=FRA",
		"wld":                         "entity=World",
		"Latin America and Caribbean": "entity=Latin+America+and+Caribbean",
	} {
		service := answer()
		_, err := provider(service).Range(t.Context(), zone, newYear(1990).Add(time.Hour), newYear(1992))
		require.ErrorIs(t, err, fetch.ErrNoData)
		require.NotContains(t, err.Error(), "TOKEN")
		u := service.Requests()[0].URL
		require.Equal(t, "https://api.ember-energy.org/v1/carbon-intensity/yearly", u.Scheme+"://"+u.Host+u.Path)
		require.Equal(t, "api_key=TOKEN&end_date=1991&"+want+"&start_date=1990", u.RawQuery)
	}
}

func TestRange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := published(t, 1998)
		p := provider(service)
		for range 3 {
			s, err := p.Range(t.Context(), "RUR", newYear(1996).Add(time.Hour), newYear(2000))
			require.NoError(t, err)
			require.Len(t, s.Points, 3, "1999 is not published")
			first := s.Points[0]
			require.Equal(t, newYear(1996), first.Start)
			require.Equal(t, newYear(1997), first.End)
			require.InDelta(t, 296, float64(first.Value), 0)
			require.Equal(t, intensity.Static, first.Quality)
			require.Equal(t, "RUR", first.Zone)
			require.Zero(t, first.Sigma, "of its own year")
			require.InDelta(t, intensity.HourlyAnnual, first.Hourly, 0)
			require.InDelta(t, intensity.HourlyAnnual, first.Origin.Sigma, 0)
			require.Equal(t, "annual average; Ember, CC BY 4.0, vintage 1996", first.Origin.Detail)
			require.Zero(t, first.UpdatedAt, "the time in an answer is that of the answer")
		}
		require.Equal(t, 1, service.Count(), "once a day")
	})
}

// A local new year is another instant; years are those of UTC.
func TestTimeZone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := published(t, 1998)
		tokyo := time.FixedZone("JST", 9*3600)
		s, err := provider(service).Range(t.Context(), "JPN",
			time.Date(1997, 1, 1, 0, 0, 0, 0, tokyo), time.Date(1997, 1, 1, 9, 0, 0, 0, tokyo))
		require.NoError(t, err)
		require.Len(t, s.Points, 1)
		require.Equal(t, newYear(1996), s.Points[0].Start)
		require.Equal(t, "1996", service.Requests()[0].URL.Query().Get("end_date"))
	})
}

func TestCurrent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, err := provider(published(t, 1998)).Current(t.Context(), "RUR")
		require.NoError(t, err)
		require.Equal(t, newYear(1998), p.Start)
		require.InDelta(t, 298, float64(p.Value), 0)
	})
}

// Rows of others, groups without a code, and figures that are not there.
func TestRows(t *testing.T) {
	rows := []string{
		row("France", "FRA", 1997, "52.5"),
		row("France", "FRA", 1998, "41"),
		row("World", "null", 1998, "470"),
		row("Kosovo", "XKX", 1998, "null"),
		row("Nowhere", "NOW", 1997, "0"),
		row("Nowhere", "NOW", 1998, "123"),
	}
	all := func(zone string) (*intensity.Series, error) {
		return provider(answer(rows...)).Range(t.Context(), zone, newYear(1990), newYear(2000))
	}
	s, err := all("FRA")
	require.NoError(t, err)
	require.Len(t, s.Points, 2)
	s, err = all("WLD")
	require.NoError(t, err)
	require.Len(t, s.Points, 1)
	require.Equal(t, "World", s.Points[0].Zone)
	require.Greater(t, s.Points[0].Sigma, 0.5, "no place is the world")
	_, err = all("XKX")
	require.ErrorIs(t, err, fetch.ErrNoData, "null is not 0")
	s, err = all("NOW")
	require.NoError(t, err)
	require.Len(t, s.Points, 1, "0 is no mean of a year")
	_, err = all("DEU")
	require.ErrorIs(t, err, fetch.ErrZoneMismatch)
}

func TestRefused(t *testing.T) {
	for _, r := range []string{
		row("France", "FRA", 1998, "1500.1"),
		row("France", "FRA", 1998, `"41"`),
		strings.Replace(row("France", "FRA", 1998, "41"), `"1998"`, `"1998-05"`, 1),
		strings.Replace(row("France", "FRA", 1998, "41"), `"1998"`, `"last"`, 1),
		row("France", "FRA", 1998, "41") + "," + row("France", "FRA", 1998, "42"),
	} {
		_, err := provider(answer(r)).Range(t.Context(), "FRA", newYear(1990), newYear(2000))
		require.Equal(t, "decode", fetch.Code(err), r)
	}
}

// Ember answers 403 to a request without a key.
func TestKeys(t *testing.T) {
	service := answer()
	_, err := ember.New(ember.Config{Fetch: fetch.Options{Transport: service}}).Current(t.Context(), "FRA")
	require.ErrorIs(t, err, fetch.ErrAuth)
	require.ErrorContains(t, err, "Config.Key")
	require.Zero(t, service.Count())

	service = fetchtest.Answers(fetchtest.Answer{Status: 403, Body: `{"detail":"Bad key TOKEN."}`})
	p := provider(service)
	for range 3 {
		_, err = p.Current(t.Context(), "FRA")
		require.ErrorIs(t, err, fetch.ErrAuth)
		require.NotContains(t, err.Error(), "TOKEN")
	}
	require.Equal(t, 1, service.Count(), "a refused key is not tried again at once")
}

// Case A13: the service says when to ask again.
func TestRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := fetchtest.Answers(
			fetchtest.Answer{Status: 429, Header: map[string]string{"Retry-After": "7"}},
			fetchtest.Answer{Body: body(row("France", "FRA", 1998, "41"))},
		)
		start := time.Now()
		_, err := provider(service).Current(t.Context(), "FRA")
		require.NoError(t, err)
		require.GreaterOrEqual(t, time.Since(start), 7*time.Second)
		require.Equal(t, 2, service.Count())
	})
	synctest.Test(t, func(t *testing.T) {
		p := provider(published(t, 1998))
		start := time.Now()
		for i := range 9 {
			_, err := p.Current(t.Context(), string([]byte{'A', 'A', 'A' + byte(i)}))
			require.NoError(t, err)
		}
		require.GreaterOrEqual(t, time.Since(start), 8*time.Second, "five at once, then one in two seconds")
	})
}

func TestWorst(t *testing.T) {
	fetchtest.Worst(t, body(row("France", "FRA", 1998, "VALUE")), func(s *fetchtest.Service) string {
		_, err := provider(s).Current(t.Context(), "FRA")
		return fetch.Code(err)
	})
}

// The grid answers as the embedded table does: with the last year there is, its
// age in the uncertainty.
func TestGrid(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := published(t, 1998)
		g, err := provider(service).Grid("RUR")
		require.NoError(t, err)
		_, err = g.At(time.Now())
		require.ErrorIs(t, err, intensity.ErrGap, "before it is refreshed")
		next, err := g.Refresh(t.Context())
		require.NoError(t, err)
		require.Equal(t, time.Now().UTC().AddDate(0, 0, 1), next)

		past, err := g.At(newYear(1997).Add(time.Hour))
		require.NoError(t, err)
		require.InDelta(t, 297, float64(past.Value), 0)
		now, err := g.At(time.Now())
		require.NoError(t, err)
		require.InDelta(t, 298, float64(now.Value), 0)
		require.Equal(t, newYear(2000), now.Start)
		require.Equal(t, newYear(2001), now.End)
		require.InDelta(t, 0.134, now.Sigma, 1e-12, "two years old")
		require.InDelta(t, math.Hypot(0.134, 0.225), now.Origin.Sigma, 1e-12)
		require.Contains(t, now.Origin.Detail, "vintage 1998")
		_, err = g.At(newYear(1980))
		gap, ok := errors.AsType[*intensity.GapError](err)
		require.True(t, ok)
		require.Equal(t, newYear(1985), gap.To)
	})
}

// The growth of the uncertainty with age is that of the embedded table.
func TestGridAgesAsTheTableDoes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(newYear(2031)))
		g, err := provider(published(t, 2024)).Grid("FRA")
		require.NoError(t, err)
		_, err = g.Refresh(t.Context())
		require.NoError(t, err)
		for y := 2024; y <= 2031; y++ {
			ours, err := g.At(newYear(y))
			require.NoError(t, err)
			table, err := intensity.Country("FRA").At(newYear(y))
			require.NoError(t, err)
			require.InDelta(t, table.Sigma, ours.Sigma, 1e-12, y)
			require.InDelta(t, table.Hourly, ours.Hourly, 0, y)
			require.Equal(t, table.Signal, ours.Signal)
			require.Equal(t, table.Start, ours.Start)
		}
	})
}

func TestGridKeepsWhatItKnows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		good := publishing(t, 1998)
		down := false
		g, err := provider(fetchtest.Func(func(n int, r *http.Request) fetchtest.Answer {
			if down {
				return fetchtest.Answer{Status: 500}
			}
			return good(n, r)
		})).Grid("RUR")
		require.NoError(t, err)
		_, err = g.Refresh(t.Context())
		require.NoError(t, err)
		down = true
		time.Sleep(48 * time.Hour)
		next, err := g.Refresh(t.Context())
		require.ErrorIs(t, err, fetch.ErrTemporary)
		require.True(t, next.After(time.Now()))
		_, err = g.At(time.Now())
		require.NoError(t, err)
	})
}

// Behind a live provider that is down, the chain answers with the last year.
func TestGridBehindChain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := provider(published(t, 1998))
		g, err := p.Grid("RUR")
		require.NoError(t, err)
		chain, err := intensity.NewChain(intensity.ChainConfig{
			Live:   []intensity.Live{{Provider: p, Zone: "RUR"}},
			Static: []intensity.Grid{g},
		})
		require.NoError(t, err)
		_, err = g.Refresh(t.Context())
		require.NoError(t, err)
		pt, err := chain.At(time.Now())
		require.NoError(t, err)
		require.InDelta(t, 298, float64(pt.Value), 0)
		require.Equal(t, intensity.Static, pt.Quality)
	})
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(body(row("France", "FRA", 1998, "41"))), "FRA")
	f.Add([]byte(body(row("World", "null", 1998, "470"))), "World")
	f.Add([]byte(`{"data":[{"entity_code":"FRA","date":"0000","emissions_intensity_gco2_per_kwh":1e308}]}`), "FRA")
	f.Fuzz(func(t *testing.T, text []byte, zone string) {
		pt, err := provider(fetchtest.Answers(fetchtest.Answer{Body: string(text)})).Current(t.Context(), zone)
		if err != nil {
			require.NotEmpty(t, fetch.Code(err), "%v", err)
			return
		}
		require.NoError(t, pt.Valid())
		require.LessOrEqual(t, float64(pt.Value), 1500.0)
	})
}
