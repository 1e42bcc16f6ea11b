package ukgrid_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
	"github.com/scimeter/scimeter/intensity/ukgrid"
)

// A moody service has a mood for each hour, and a truth for each half hour: a
// curve of the day, with weather that drifts.
type moody struct {
	t     *testing.T
	began time.Time
	truth map[int64]float64
	ahead bool // it has forecasts
	asked map[string]int
	busy  atomic.Int32 // requests that are not over
}

func newMoody(t *testing.T, ahead bool) *moody {
	m := &moody{t: t, began: time.Now(), truth: map[int64]float64{}, ahead: ahead, asked: map[string]int{}}
	random, drift := rand.New(rand.NewPCG(5, 6)), 0.0
	for at := m.began.Add(-32 * 24 * time.Hour); at.Before(m.began.Add(10 * 24 * time.Hour)); at = at.Add(30 * time.Minute) {
		drift = 0.97*drift + 4*random.NormFloat64()
		m.truth[at.Unix()] = math.Round(220 + 60*math.Sin(2*math.Pi*float64(at.Unix())/86400) + drift)
	}
	return m
}

func (m *moody) of(t time.Time) float64 { return m.truth[t.Truncate(30*time.Minute).Unix()] }

// moods come hour by hour; the first ones make a start without any figure, the
// six in a row an outage.
var moods = strings.Fields("503 500 up up 429 up 500 up truncated up garbage up hang up up " +
	"hang 500 429 truncated garbage refused up page up negative up up another cut up up up")

func (m *moody) mood() string { return moods[int(time.Since(m.began)/time.Hour)%len(moods)] }

func (m *moody) RoundTrip(r *http.Request) (*http.Response, error) {
	m.busy.Add(1)
	defer m.busy.Add(-1)
	mood := m.mood()
	m.asked[mood]++
	if mood == "hang" {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	return fetchtest.Func(func(int, *http.Request) fetchtest.Answer { return m.answer(mood, r.URL.Path) }).RoundTrip(r)
}

func (m *moody) answer(mood, path string) fetchtest.Answer {
	switch mood { // those without a body of ours first
	case "500":
		return fetchtest.Answer{Status: 500, Body: `{"error":{"message":"Out of order."}}`}
	case "503":
		return fetchtest.Answer{Status: 503, Body: "busy", Header: map[string]string{"Retry-After": "20"}}
	case "429":
		return fetchtest.Answer{Status: 429, Header: map[string]string{"Retry-After": "1500"}}
	case "garbage":
		return fetchtest.Answer{Body: "\x00\xff{]garbage"}
	case "page":
		return fetchtest.Answer{Body: "<!DOCTYPE html><p>Maintenance</p>"}
	case "another":
		return fetchtest.Answer{Body: `{"data":{"regionid":9,"data":[]}}`}
	case "cut":
		return fetchtest.Answer{Err: errors.New("connection reset by peer")}
	case "refused":
		return fetchtest.Answer{Status: 403, Body: "Forbidden"}
	}
	body := m.body(path)
	switch mood {
	case "truncated":
		body = body[:len(body)*2/3]
	case "negative":
		body = strings.ReplaceAll(body, `"actual":`, `"actual":-`)
	}
	return fetchtest.Answer{Body: body, After: 300 * time.Millisecond}
}

// body has an actual figure for what is over, and a forecast that is off by
// some per cent for all.
func (m *moody) body(path string) string {
	var from, to string
	_, err := fmt.Sscanf(strings.ReplaceAll(path, "/", " "), " intensity %s %s", &from, &to)
	require.NoError(m.t, err, path)
	start, err := time.Parse(minute, from)
	require.NoError(m.t, err)
	end := start.Add(48 * time.Hour)
	if to != "fw48h" {
		end, err = time.Parse(minute, to)
		require.NoError(m.t, err)
	}
	var rows []string
	for h := start.Truncate(30 * time.Minute); h.Before(end); h = h.Add(30 * time.Minute) {
		actual, forecast := "null", "null"
		if !h.Add(30 * time.Minute).After(time.Now()) {
			actual = fmt.Sprint(m.of(h))
		}
		if m.ahead {
			forecast = fmt.Sprint(math.Round(m.of(h) * (1 + 0.06*math.Sin(float64(h.Unix()/7200)))))
		}
		rows = append(rows, row(h, forecast, actual))
	}
	return `{"data":[` + strings.Join(rows, ",") + `]}`
}

// refresh does what a meter does with a chain, until ctx ends; after an error it
// waits a little longer, for a short test.
func refresh(ctx context.Context, c *intensity.Chain) {
	for ctx.Err() == nil {
		within, cancel := context.WithTimeout(ctx, 2*time.Minute)
		next, err := c.Refresh(within)
		cancel()
		wait := max(time.Until(next), time.Second)
		if err != nil {
			wait = max(wait, 10*time.Minute)
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
}

// stage names what a figure is: "live", or how it stands in; "" for one that
// passes for what it is not.
func stage(p intensity.Point) string {
	switch name, way, _ := strings.Cut(p.Origin.Name, "/"); {
	case name == "ukgrid" && way == "" && p.Quality == intensity.Measured:
		return "live"
	case name == "ukgrid" && way == "hold" && p.Quality >= intensity.Estimated:
		return "held"
	case name == "ukgrid" && way == "" && p.Quality == intensity.Forecast:
		return "forecast"
	case strings.HasSuffix(p.Origin.Name, "/nowcast") && p.Quality == intensity.Modelled:
		return "nowcast"
	case strings.HasPrefix(name, "ember") && p.Quality == intensity.Static && p.InPlaceOf == ukgrid.Signal():
		return "annual"
	}
	return ""
}

// Seven days of a service with moods, through the client, the cache and the
// chain: what is served passes for live only where it is the truth, within its
// own band; all else is named, and within its band nine times out of ten. In the
// end all is known as if nothing had been, and no request and no goroutine is
// left: synctest ends a test with one that is.
func TestChaos(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		ahead bool
		want  []string
	}{
		"with forecasts":    {true, []string{"live", "held", "forecast", "annual"}},
		"without forecasts": {false, []string{"live", "held", "nowcast", "annual"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { chaos(t, c.ahead, c.want) })
		})
	}
}

func chaos(t *testing.T, ahead bool, want []string) {
	time.Sleep(time.Until(time.Date(2026, 3, 23, 0, 0, 0, 0, time.UTC))) // a year with an annual figure
	service := newMoody(t, ahead)
	uk := ukgrid.New(ukgrid.Config{Fetch: fetch.Options{Transport: service, Cache: &fetch.Cache{Dir: t.TempDir()}}})
	chain, err := intensity.NewChain(intensity.ChainConfig{
		Live:   []intensity.Live{{Provider: uk, Zone: "GB"}},
		Static: []intensity.Grid{intensity.Country("GB")},
		Allow:  []intensity.Signal{intensity.AverageLifecycle(intensity.Production)}, History: 10 * 24 * time.Hour,
	})
	require.NoError(t, err)
	ctx, stop := context.WithCancel(t.Context())
	over := make(chan struct{})
	go func() { defer close(over); refresh(ctx, chain) }()

	seen, inside, guesses := map[string]int{}, 0, 0
	time.Sleep(50 * time.Minute)
	for hour := range 7 * 24 {
		for _, ago := range []time.Duration{0, 45 * time.Minute} { // what runs, and what is over
			at := time.Now().Add(-ago)
			p, err := chain.At(at)
			require.NoError(t, err)
			require.NoError(t, p.Valid())
			s := stage(p)
			require.NotEmpty(t, s, "hour %d (%s): %s %v, %v", hour, service.mood(), p.Origin.Name, p.Quality, p.InPlaceOf)
			seen[s]++
			off := math.Abs(float64(p.Value) - service.of(at))
			within := off <= 1.96*p.Uncertainty(p.End.Sub(p.Start))*float64(p.Value)
			if s == "live" {
				require.True(t, within, "hour %d: %v, in truth %v", hour, p, service.of(at))
				require.Zero(t, off, "hour %d: what is live is what was published", hour)
				continue
			}
			require.GreaterOrEqual(t, p.Uncertainty(p.End.Sub(p.Start)), intensity.SigmaLive, "hour %d: %s", hour, s)
			if guesses++; within {
				inside++
			}
		}
		time.Sleep(time.Hour)
	}
	for service.mood() != "up" {
		time.Sleep(time.Hour)
	}
	time.Sleep(3 * time.Hour)
	stop()
	<-over
	synctest.Wait()
	require.Zero(t, service.busy.Load(), "requests are left")
	for _, s := range want {
		require.NotZero(t, seen[s], "%s: %v", s, seen)
	}
	for _, mood := range moods {
		require.NotZero(t, service.asked[mood], "the service was never asked while it was %s", mood)
	}
	require.GreaterOrEqual(t, float64(inside), 0.9*float64(guesses), "%d of %d", inside, guesses)
	for at := service.began; at.Before(service.began.Add(7 * 24 * time.Hour)); at = at.Add(30 * time.Minute) {
		p, err := chain.At(at)
		require.NoError(t, err)
		require.Equal(t, "live", stage(p), at)
		require.InDelta(t, service.of(at), float64(p.Value), 0, at)
	}
	t.Logf("%v; %d of %d that stood in were within their band; asked %v", seen, inside, guesses, service.asked)
}
