package fetch_test

import (
	"context"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

var average = intensity.AverageLifecycle(intensity.Production)

// hourly is what the tests ask for: hours that settle after two days.
var hourly = fetch.Query{Signal: average, Zone: "XX", Step: time.Hour, Settle: 48 * time.Hour, Chunk: 10 * 24 * time.Hour}

// A station is a provider with what the tests need of one.
type station struct {
	*fetch.Client
	service *fetchtest.Service
	plus    float64
}

// newStation has no limit of its own to the rate.
func newStation(service *fetchtest.Service, change ...func(*fetch.Service, *fetch.Options)) *station {
	s := fetch.Service{Name: "station", BaseURL: "https://station.example/v1", Every: time.Nanosecond, Burst: 1 << 20}
	o := fetch.Options{Transport: service}
	for _, f := range change {
		f(&s, &o)
	}
	return &station{Client: fetch.New(s, o), service: service}
}

func (s *station) get(ctx context.Context) (string, error) {
	b, err := s.Ask(ctx, fetch.Request{Path: "/now", Query: url.Values{"zone": {"XX"}}})
	return string(b), err
}

// load makes one request and returns the hours of [from, to), or the running
// one, each with the hour of its day plus s.plus.
func (s *station) load(ctx context.Context, from, to time.Time) ([]intensity.Point, error) {
	if _, err := s.Ask(ctx, fetch.Request{Path: "/hours"}); err != nil {
		return nil, err
	}
	if from.IsZero() {
		from = time.Now().UTC().Truncate(time.Hour)
		to = from.Add(time.Hour)
	}
	var points []intensity.Point
	for h := from.Truncate(time.Hour); h.Before(to); h = h.Add(time.Hour) {
		p, err := hourly.Point("station", "made up", h, h.Add(time.Hour), s.value(h), intensity.Measured)
		if err != nil {
			return nil, err
		}
		points = append(points, p)
	}
	return points, nil
}

func (s *station) value(h time.Time) float64 { return float64(h.UTC().Hour()) + s.plus }

func (s *station) rangeOf(ctx context.Context, from, to time.Time) (*intensity.Series, error) {
	return s.Range(ctx, hourly, from, to, s.load)
}

// at returns an instant of the year in which the clock of synctest starts.
func at(t *testing.T, s string) time.Time {
	t.Helper()
	when, err := time.Parse(time.RFC3339, "2000-"+s)
	require.NoError(t, err)
	return when
}

func ok(body string) fetchtest.Answer { return fetchtest.Answer{Body: body} }

func status(code int, body string) fetchtest.Answer {
	return fetchtest.Answer{Status: code, Body: body}
}
