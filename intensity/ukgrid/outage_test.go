package ukgrid_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
	"github.com/scimeter/scimeter/intensity/ukgrid"
)

// A chain that starts while the service is down has the figures that another
// process left on disk, those of today with them.
func TestRestartInOutage(t *testing.T) {
	dir := t.TempDir()
	chain := func(service http.RoundTripper) *intensity.Chain {
		uk := ukgrid.New(ukgrid.Config{Fetch: fetch.Options{Transport: service, Cache: &fetch.Cache{Dir: dir}}})
		c, err := intensity.NewChain(intensity.ChainConfig{
			Live:   []intensity.Live{{Provider: uk, Zone: "GB"}},
			Static: []intensity.Grid{intensity.Country("GB")},
			Allow:  []intensity.Signal{intensity.AverageLifecycle(intensity.Production)},
		})
		require.NoError(t, err)
		return c
	}
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(12*time.Hour + 5*time.Minute)
		before := chain(grid(t))
		for range 3 {
			_, err := before.Refresh(t.Context())
			require.NoError(t, err)
		}
		was, err := before.At(time.Now().Add(-40 * time.Minute))
		require.NoError(t, err)
		require.Equal(t, intensity.Measured, was.Quality)

		time.Sleep(20 * time.Minute)
		after := chain(fetchtest.Answers(fetchtest.Answer{Status: 503, Body: "down"}))
		for range 3 {
			_, err := after.Refresh(t.Context())
			require.ErrorIs(t, err, fetch.ErrTemporary)
			time.Sleep(2 * time.Minute)
		}
		is, err := after.At(was.Start)
		require.NoError(t, err)
		require.Equal(t, was, is)
		now, err := after.At(time.Now())
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(now.Origin.Name, "ukgrid"), "not the annual figure: %v", now.Origin)
		old, err := after.At(time.Now().Add(-20 * 24 * time.Hour))
		require.NoError(t, err)
		require.Equal(t, intensity.Measured, old.Quality)
		later, err := after.At(time.Now().Add(24 * time.Hour))
		require.NoError(t, err)
		require.Equal(t, intensity.Modelled, later.Quality, "enough of a past to model from")
	})
}

// Case A29: a provider that was down for six hours, and has revised figures when
// it is back. What stood in says so, and in the end the result is the same as if
// it had never been down.
func TestBackWithRevisions(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(24 * time.Hour)
		began := time.Now()
		down := false
		revising := func(fails func() bool) *intensity.Chain {
			service := fetchtest.Func(func(_ int, r *http.Request) fetchtest.Answer {
				if fails() {
					return fetchtest.Answer{Status: 500}
				}
				var from, to string
				_, err := fmt.Sscanf(strings.ReplaceAll(r.URL.Path, "/", " "), " intensity %s %s", &from, &to)
				require.NoError(t, err)
				start, err := time.Parse(minute, from)
				require.NoError(t, err)
				var rows []string
				for h := start; h.Before(time.Now().Add(24 * time.Hour)); h = h.Add(30 * time.Minute) {
					actual := "null"
					if since := time.Since(h.Add(30 * time.Minute)); since >= 0 {
						revision := min(int(since/(4*time.Hour)), 5)
						actual = fmt.Sprint(200 + int(h.Unix()/1800%48) + 3*revision)
					}
					rows = append(rows, row(h, "240", actual))
				}
				return fetchtest.Answer{Body: `{"data":[` + strings.Join(rows, ",") + `]}`}
			})
			c, err := intensity.NewChain(intensity.ChainConfig{Live: []intensity.Live{{Provider: provider(service), Zone: "GB"}}, History: 8 * 24 * time.Hour})
			require.NoError(t, err)
			return c
		}
		up, moody := revising(func() bool { return false }), revising(func() bool { return down })
		pass := func(d time.Duration) {
			for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(5 * time.Minute) {
				for _, c := range []*intensity.Chain{up, moody} {
					_, err := c.Refresh(t.Context())
					require.Equal(t, c == moody && down, err != nil, "%v", err)
				}
			}
		}
		result := func(c *intensity.Chain) intensity.Result {
			r, err := intensity.Integrate(c, []intensity.Delta{{From: began, To: began.Add(10 * time.Hour), Energy: 3.6e7}}, intensity.Options{})
			require.NoError(t, err)
			require.InDelta(t, 1, r.Coverage, 0)
			return r
		}
		pass(3 * time.Hour)
		down = true
		pass(6 * time.Hour)
		down = false
		require.True(t, result(moody).Fixable(), "case A29: it can be put right")
		require.NotEqual(t, result(up).Carbon, result(moody).Carbon)
		pass(49 * time.Hour)
		require.False(t, result(moody).Fixable(), "case A29: it has been")
		require.Equal(t, result(up).Carbon, result(moody).Carbon, "case A29: as if never down")
	})
}

// A day that the service has in part is asked for again; a region, which never
// has better than forecasts, is not.
func TestMeteredLate(t *testing.T) {
	for zone, again := range map[string]int{"GB": 1, "13": 0} {
		synctest.Test(t, func(t *testing.T) {
			from := time.Now().UTC().Add(-4 * 24 * time.Hour)
			metered := 12 // half hours
			service := fetchtest.Func(func(int, *http.Request) fetchtest.Answer {
				var rows []string
				for i := range 48 {
					actual := "null"
					if i < metered && zone == "GB" {
						actual = "100"
					}
					rows = append(rows, row(from.Add(time.Duration(i)*30*time.Minute), "130", actual))
				}
				body := `{"data":[` + strings.Join(rows, ",") + `]}`
				if zone != "GB" {
					body = `{"data":{"regionid":13,"data":[` + strings.Join(rows, ",") + `]}}`
				}
				return fetchtest.Answer{Body: body}
			})
			p := provider(service)
			for range 3 {
				_, err := p.Range(t.Context(), zone, from, from.Add(24*time.Hour))
				require.NoError(t, err)
			}
			require.Equal(t, 1, service.Count())
			metered = 48
			time.Sleep(24 * time.Hour)
			s, err := p.Range(t.Context(), zone, from, from.Add(24*time.Hour))
			require.NoError(t, err)
			require.Equal(t, 1+again, service.Count(), zone)
			if zone == "GB" {
				for _, pt := range s.Points {
					require.Equal(t, intensity.Measured, pt.Quality)
					require.InDelta(t, 100, float64(pt.Value), 0)
				}
			}
		})
	}
}
