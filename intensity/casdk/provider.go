package casdk

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

const (
	name     = "casdk"
	usual    = time.Hour // step, where Config does not say
	chunk    = 7 * 24 * time.Hour
	ahead    = 24 * time.Hour
	lookback = 2 * time.Hour // of Current, at least

	// The data source revises its figures, and the SDK does not say which and
	// when, so none is kept for good.
	settle = 0
)

// Config says where the service runs and what its figures are. Signal and
// Fetch.BaseURL are needed.
type Config struct {
	// Signal is what the figures of the data source are, which the service does
	// not say: short-run marginal, direct for WattTime; average, lifecycle,
	// consumption for Electricity Maps as it is by default.
	Signal intensity.Signal

	// Source names the data source and the licence of its figures, for the
	// origin of the points, such as "WattTime".
	Source string

	Step time.Duration // of the data source; zero: an hour. WattTime has 5 minutes

	// Names has, by location, what the data source calls it, where the answers
	// have that name in them: "PJM_ROANOKE" for "eastus" of WattTime. Answers
	// with another name than that or the location are refused.
	Names map[string]string

	// NoForecast says that the data source has none, so that none is asked for.
	NoForecast bool

	// Fetch has in BaseURL where the service runs, such as
	// "http://localhost:8090"; there is no public one.
	Fetch fetch.Options
}

// A Provider asks one Carbon Aware SDK. It is safe for concurrent use.
type Provider struct {
	cfg    Config
	client *fetch.Client
}

var (
	_ intensity.CurrentProvider  = (*Provider)(nil)
	_ intensity.RangeProvider    = (*Provider)(nil)
	_ intensity.ForecastProvider = (*Provider)(nil)
)

// New returns a provider. It asks nothing yet. The error is
// [intensity.ErrSignal] if c does not say what the figures are, and
// fetch.ErrRequest if it does not say where the service runs.
func New(c Config) (*Provider, error) {
	if err := c.Signal.Valid(); err != nil {
		return nil, fmt.Errorf("casdk: the service does not say what its figures are, so Config.Signal has to: %w", err)
	}
	if u, err := url.Parse(c.Fetch.BaseURL); err != nil || u.Host == "" || c.Step < 0 {
		return nil, &fetch.Error{
			Provider: name, Op: "config", Err: fetch.ErrRequest,
			Detail: `Fetch.BaseURL has to be where the service runs, such as "http://localhost:8090", and Step not negative`,
		}
	}
	c.Step = cmp.Or(c.Step, usual)
	c.Names = maps.Clone(c.Names)
	return &Provider{cfg: c, client: fetch.New(fetch.Service{
		Name:     name,
		BaseURL:  c.Fetch.BaseURL,
		Every:    time.Second, // its data source counts the requests; this is ours
		Burst:    5,
		Classify: classify,
	}, c.Fetch)}, nil
}

// Name returns "casdk".
func (p *Provider) Name() string { return name }

// Capabilities says what there is for a location; all have the same. The error
// is fetch.ErrNotFound for what cannot be one.
func (p *Provider) Capabilities(id string) (intensity.Capabilities, error) {
	if _, err := p.query(id); err != nil {
		return intensity.Capabilities{}, err
	}
	c := intensity.Capabilities{
		Signal: p.cfg.Signal, Current: true, Range: true, Forecast: !p.cfg.NoForecast,
		Step: p.cfg.Step, Settle: settle,
	}
	if c.Forecast {
		c.Horizon = ahead
	}
	return c, nil
}

// location is what the ids of the SDK look like, with room for those that
// users add to its list.
var location = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9 ._-]{0,63}$`)

func (p *Provider) query(id string) (fetch.Query, error) {
	id = strings.TrimSpace(id)
	if !location.MatchString(id) {
		return fetch.Query{}, &fetch.Error{
			Provider: name, Op: "zone " + strconv.Quote(id), Err: fetch.ErrNotFound,
			Detail: `want the name of a location, such as "eastus"`,
		}
	}
	return fetch.Query{Signal: p.cfg.Signal, Zone: id, Step: p.cfg.Step, Settle: settle, Chunk: chunk}, nil
}

// Current returns the newest figure that has begun, an estimate.
func (p *Provider) Current(ctx context.Context, id string) (intensity.Point, error) {
	q, err := p.query(id)
	if err != nil {
		return intensity.Point{}, err
	}
	load := p.observed(q)
	return p.client.Current(ctx, q, func(ctx context.Context, _, _ time.Time) ([]intensity.Point, error) {
		now := time.Now()
		points, err := load(ctx, now.Add(-max(lookback, 2*q.Step)), now)
		return fetch.Clip(points, time.Time{}, now.Add(1)), err
	})
}

// Range returns the figures that overlap [from, to), all of them estimates.
func (p *Provider) Range(ctx context.Context, id string, from, to time.Time) (*intensity.Series, error) {
	q, err := p.query(id)
	if err != nil {
		return nil, err
	}
	return p.client.Range(ctx, q, from, to, p.observed(q))
}

// Forecast returns what the data source expects, as far ahead as it does. The
// error is fetch.ErrPlan if it has no forecasts.
func (p *Provider) Forecast(ctx context.Context, id string) (*intensity.Series, error) {
	q, err := p.query(id)
	if err != nil {
		return nil, err
	}
	if p.cfg.NoForecast {
		return nil, &fetch.Error{Provider: name, Op: "forecast " + q.Zone, Err: fetch.ErrPlan, Detail: "Config says NoForecast"}
	}
	return p.client.Forecast(ctx, q, func(ctx context.Context, _, _ time.Time) ([]intensity.Point, error) {
		body, err := p.client.Ask(ctx, fetch.Request{Path: "/emissions/forecasts/current", Query: url.Values{"location": {q.Zone}}})
		if err != nil {
			return nil, err
		}
		return p.decoder(q).forecast(body)
	})
}

// observed asks for the past.
func (p *Provider) observed(q fetch.Query) fetch.Load {
	return func(ctx context.Context, from, to time.Time) ([]intensity.Point, error) {
		body, err := p.client.Ask(ctx, fetch.Request{Path: "/emissions/bylocation", Query: url.Values{
			"location": {q.Zone},
			"time":     {from.UTC().Format(time.RFC3339)},
			"toTime":   {to.UTC().Format(time.RFC3339)},
		}})
		if err != nil {
			return nil, err
		}
		return p.decoder(q).observed(body)
	}
}
