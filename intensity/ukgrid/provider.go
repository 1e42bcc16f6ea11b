package ukgrid

import (
	"context"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

const (
	name     = "ukgrid"
	baseURL  = "https://api.carbonintensity.org.uk"
	halfHour = 30 * time.Minute

	// No figure of the past is known to change after two days.
	settle = 48 * time.Hour

	// The service takes 14 days at a time; one less leaves room for the half
	// hour that it adds in front.
	chunk = 13 * 24 * time.Hour

	horizon = 48 * time.Hour
)

// Config says how the service is asked. The zero Config is good; there is no
// key.
type Config struct {
	Fetch fetch.Options
}

// A Provider asks the Carbon Intensity API. It is safe for concurrent use.
type Provider struct{ client *fetch.Client }

var (
	_ intensity.CurrentProvider  = (*Provider)(nil)
	_ intensity.RangeProvider    = (*Provider)(nil)
	_ intensity.ForecastProvider = (*Provider)(nil)
)

// New returns a provider. It asks nothing yet.
func New(c Config) *Provider {
	return &Provider{client: fetch.New(fetch.Service{
		Name:     name,
		BaseURL:  baseURL,
		Every:    time.Second, // no limit is published; this is ours
		Burst:    5,
		Classify: classify,
	}, c.Fetch)}
}

// Name returns "ukgrid".
func (p *Provider) Name() string { return name }

// Signal is what all figures are: average, at the stack, of the electricity
// used, with imports.
func Signal() intensity.Signal {
	return intensity.Signal{Kind: intensity.Average, Boundary: intensity.Direct, Accounting: intensity.Consumption}
}

// Capabilities says what there is for a zone; all have the same. The error is
// fetch.ErrNotFound for what is no zone, with the forms that are.
func (p *Provider) Capabilities(id string) (intensity.Capabilities, error) {
	if _, err := parseZone(id); err != nil {
		return intensity.Capabilities{}, err
	}
	return intensity.Capabilities{
		Signal: Signal(), Current: true, Range: true, Forecast: true,
		Step: halfHour, Horizon: horizon, Settle: settle,
	}, nil
}

// Current returns the running half hour. For the nation it is measured if the
// service has metered it yet, else, and for regions always, a forecast.
func (p *Provider) Current(ctx context.Context, id string) (intensity.Point, error) {
	z, err := parseZone(id)
	if err != nil {
		return intensity.Point{}, err
	}
	return p.client.Current(ctx, z.query(), p.load(z, func(_, _ time.Time) string { return z.current() }))
}

// Range returns the half hours that overlap [from, to). Those of the past are
// measured for the nation and forecasts, as last published, for regions.
func (p *Provider) Range(ctx context.Context, id string, from, to time.Time) (*intensity.Series, error) {
	z, err := parseZone(id)
	if err != nil {
		return nil, err
	}
	return p.client.Range(ctx, z.query(), from, to, p.load(z, z.span))
}

// Forecast returns the running half hour and the 48 hours after it.
func (p *Provider) Forecast(ctx context.Context, id string) (*intensity.Series, error) {
	z, err := parseZone(id)
	if err != nil {
		return nil, err
	}
	return p.client.Forecast(ctx, z.query(), p.load(z, func(_, _ time.Time) string { return z.ahead(time.Now()) }))
}

// load asks for the path and reads the answer.
func (p *Provider) load(z zone, path func(from, to time.Time) string) fetch.Load {
	return func(ctx context.Context, from, to time.Time) ([]intensity.Point, error) {
		body, err := p.client.Ask(ctx, fetch.Request{Path: path(from, to)})
		if err != nil {
			return nil, err
		}
		return decode(body, z)
	}
}

// classify knows that the service says 400 to a place it does not have.
func classify(a fetch.Answer) error {
	if a.Status == 400 {
		return fetch.ErrNotFound
	}
	return fetch.Classify(a)
}
