package energycharts

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

const (
	name    = "energycharts"
	baseURL = "https://api.energy-charts.info"
	quarter = 15 * time.Minute

	// The service states 2 requests a minute and address for each of its paths,
	// and a burst of 4 (its OpenAPI description, version 2.0).
	every = 30 * time.Second
	burst = 4

	// How long figures are revised is not documented. They derive from those of
	// the system operators, which are for days: this is our choice.
	settle = 14 * 24 * time.Hour

	// A quarter of a year is below a fifth of a megabyte.
	chunk = 90 * 24 * time.Hour

	lag     = 2 * time.Hour  // as seen; not documented
	horizon = 24 * time.Hour // at most: to the end of the service's day
	recent  = 24 * time.Hour // how far back the newest figure is looked for
)

// minute is how the service takes instants.
const minute = "2006-01-02T15:04Z"

// country is the form of the codes of the service.
var country = regexp.MustCompile(`^[a-z]{2,3}$`)

// Config says how the service is asked. The zero Config is good; there is no
// key.
type Config struct {
	// Signal is what the figures are taken for; zero: average lifecycle
	// production.
	Signal intensity.Signal

	Fetch fetch.Options
}

// A Provider asks Energy-Charts. It is safe for concurrent use.
type Provider struct {
	client *fetch.Client
	signal intensity.Signal
}

var (
	_ intensity.CurrentProvider  = (*Provider)(nil)
	_ intensity.RangeProvider    = (*Provider)(nil)
	_ intensity.ForecastProvider = (*Provider)(nil)
)

// New returns a provider. It asks nothing yet.
func New(c Config) *Provider {
	if c.Signal == (intensity.Signal{}) {
		c.Signal = intensity.AverageLifecycle(intensity.Production)
	}
	return &Provider{signal: c.Signal, client: fetch.New(fetch.Service{
		Name: name, BaseURL: baseURL, Every: every, Burst: burst, Classify: classify,
	}, c.Fetch)}
}

// Name returns "energycharts".
func (p *Provider) Name() string { return name }

// Capabilities says what there is for a country; all have the same. The error
// is fetch.ErrNotFound for what is no country code, and intensity.ErrSignal if
// Config.Signal is not complete.
func (p *Provider) Capabilities(zone string) (intensity.Capabilities, error) {
	if _, err := p.query(zone); err != nil {
		return intensity.Capabilities{}, err
	}
	return intensity.Capabilities{
		Signal: p.signal, Current: true, Range: true, Forecast: true,
		Step: quarter, Lag: lag, Horizon: horizon, Settle: settle,
	}, nil
}

// Current returns the newest figure that is no forecast, of the last 24 hours.
func (p *Provider) Current(ctx context.Context, zone string) (intensity.Point, error) {
	q, err := p.query(zone)
	if err != nil {
		return intensity.Point{}, err
	}
	return p.client.Current(ctx, q, func(ctx context.Context, _, _ time.Time) ([]intensity.Point, error) {
		now := time.Now()
		points, err := p.get(ctx, q, span(q.Zone, now.Add(-recent), now))
		if err != nil {
			return nil, err
		}
		return measured(points), nil
	})
}

// Range returns the points that overlap [from, to): figures where the service
// has them, else what it forecast.
func (p *Provider) Range(ctx context.Context, zone string, from, to time.Time) (*intensity.Series, error) {
	q, err := p.query(zone)
	if err != nil {
		return nil, err
	}
	return p.client.Range(ctx, q, from, to, func(ctx context.Context, from, to time.Time) ([]intensity.Point, error) {
		return p.get(ctx, q, span(q.Zone, from, to))
	})
}

// Forecast returns what the service expects from the running step on: the rest
// of its day.
func (p *Provider) Forecast(ctx context.Context, zone string) (*intensity.Series, error) {
	q, err := p.query(zone)
	if err != nil {
		return nil, err
	}
	return p.client.Forecast(ctx, q, func(ctx context.Context, _, _ time.Time) ([]intensity.Point, error) {
		return p.get(ctx, q, url.Values{"country": {q.Zone}})
	})
}

// query returns what all calls for a zone are about.
func (p *Provider) query(zone string) (fetch.Query, error) {
	id := strings.ToLower(strings.TrimSpace(zone))
	if !country.MatchString(id) {
		return fetch.Query{}, &fetch.Error{
			Provider: name, Op: "zone " + strconv.Quote(zone), Err: fetch.ErrNotFound,
			Detail: `want a country code of the service, such as "de"`,
		}
	}
	if err := p.signal.Valid(); err != nil {
		return fetch.Query{}, fmt.Errorf("%s: %w", name, err)
	}
	return fetch.Query{Signal: p.signal, Zone: id, Step: quarter, Settle: settle, Chunk: chunk}, nil
}

func (p *Provider) get(ctx context.Context, q fetch.Query, values url.Values) ([]intensity.Point, error) {
	body, err := p.client.Ask(ctx, fetch.Request{Path: "/co2eq", Query: values})
	if err != nil {
		return nil, err
	}
	return decode(body, q)
}

// span asks for [from, to). Whether the service takes its end as a part of the
// interval does not matter: what is too much is clipped.
func span(zone string, from, to time.Time) url.Values {
	return url.Values{
		"country": {zone},
		"start":   {from.UTC().Format(minute)},
		"end":     {to.UTC().Format(minute)},
	}
}

// classify knows that the service says 400 to a country it does not have, and
// to other mistakes too.
func classify(a fetch.Answer) error {
	if a.Status == 400 && strings.Contains(a.Message(), "available country") {
		return fetch.ErrNotFound
	}
	err := fetch.Classify(a)
	if a.Status == 429 && fetch.RetryAfter(a.Header) == 0 {
		return &fetch.RateLimitedError{RetryAfter: every}
	}
	return err
}
