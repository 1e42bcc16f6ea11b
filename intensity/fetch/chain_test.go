package fetch_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

// A grid is a station as a provider of the past, of what is over.
type grid struct{ *station }

func (g grid) Name() string { return "station" }

func (g grid) Capabilities(string) (intensity.Capabilities, error) {
	return intensity.Capabilities{Signal: average, Range: true, Step: hourly.Step, Settle: hourly.Settle}, nil
}

func (g grid) Range(ctx context.Context, _ string, from, to time.Time) (*intensity.Series, error) {
	return g.station.Range(ctx, hourly, from, to, g.changed(func(p *intensity.Point) *intensity.Point {
		if p.End.After(time.Now()) {
			return nil
		}
		return p
	}))
}

// Case A13: of two providers the first says to wait. The chain goes on with the
// second at once, asks the first no more before its time, however often it is
// refreshed, and then has the figures of the first.
func TestChainGoesOnWhileToldToWait(t *testing.T) {
	const wait = 50 * time.Minute
	for name, c := range map[string]struct {
		header func() string
		wait   time.Duration
	}{
		"seconds": {func() string { return fmt.Sprint(wait.Seconds()) }, wait},
		"a date":  {func() string { return time.Now().Add(wait).UTC().Format(http.TimeFormat) }, wait},
		"a day":   {func() string { return "86400" }, time.Hour}, // which is cut
	} {
		t.Run("case A13: a chain, told "+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(26*time.Hour + 5*time.Minute)
				began := time.Now()
				service := fetchtest.Func(func(n int, _ *http.Request) fetchtest.Answer {
					if time.Since(began) < c.wait {
						return fetchtest.Answer{Status: 429, Header: map[string]string{"Retry-After": c.header()}}
					}
					return ok("x")
				})
				first, second := newStation(service), newStation(fetchtest.Answers(ok("x")))
				second.plus = 100
				chain, err := intensity.NewChain(intensity.ChainConfig{
					Live: []intensity.Live{{Provider: grid{first}, Zone: "XX"}, {Provider: grid{second}, Zone: "XX"}},
				})
				require.NoError(t, err)
				value := func() float64 {
					p, err := chain.At(time.Now().Truncate(time.Hour).Add(-time.Minute))
					require.NoError(t, err)
					return float64(p.Value)
				}
				for time.Since(began) < c.wait {
					_, err := chain.Refresh(t.Context())
					require.ErrorIs(t, err, fetch.ErrRateLimited, "it is told what is wrong")
					limited := &fetch.RateLimitedError{}
					require.ErrorAs(t, err, &limited)
					require.InDelta(t, (c.wait - time.Since(began)).Seconds(), limited.RetryAfter.Seconds(), 1)
					require.Equal(t, 1, service.Count(), "asked before its time, after %v", time.Since(began))
					require.GreaterOrEqual(t, value(), 100.0, "the second")
					time.Sleep(time.Minute)
				}
				require.Equal(t, c.wait, time.Since(began), "no refresh has waited")
				_, err = chain.Refresh(t.Context())
				require.NoError(t, err)
				require.Greater(t, service.Count(), 1)
				require.Less(t, value(), 24.0, "the first")
			})
		})
	}
}
