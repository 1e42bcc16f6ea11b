package electricitymaps

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

const (
	name    = "electricitymaps"
	baseURL = "https://api.electricitymaps.com"

	// Figures are revised for days. Later on the service has better ones at times,
	// up to months after, by the few per cent that intensity.SigmaLive allows for:
	// the week is ours.
	settle = 7 * 24 * time.Hour

	// The service takes ten days of hours at a time.
	chunk = 10 * 24 * time.Hour

	// recent is the part of the past that is asked for as "history", the last 24
	// hours, which more plans have than the rest of it. The last of the 24 may be
	// the hour to come.
	recent = 22 * time.Hour

	defaultHorizon = 24 * time.Hour
)

// A Version is a version of the API. The zero Version is V3.
type Version uint8

// The versions.
const (
	V3 Version = iota
	V4

	// HomeAssistant is the older form, of what was called CO2 Signal: the newest
	// figure alone, always an average lifecycle consumption.
	HomeAssistant
)

// Config says how the service is asked. Key is needed.
type Config struct {
	// Key returns the token, asked for before each request.
	Key func(context.Context) (string, error)

	Version    Version
	Boundary   intensity.Boundary   // zero: lifecycle
	Accounting intensity.Accounting // zero: consumption. Production needs V4, or V3 with Mix

	// Mix makes the figures of the shares of the sources, which have no forecast
	// here.
	Mix bool

	// Horizon is how far a forecast looks ahead: 6, 24, 48 or 72 hours; zero: as
	// far as the service does unasked, which is 24 hours.
	Horizon time.Duration

	Fetch fetch.Options
}

// key returns the token. Without one the service is not asked: it would only say
// that it wants one.
func (c Config) key(ctx context.Context) (string, error) {
	if c.Key == nil {
		return "", fetch.Fail(fetch.ErrAuth, "no Key in the Config")
	}
	token, err := c.Key(ctx)
	if err == nil && token == "" {
		err = fetch.Fail(fetch.ErrAuth, "an empty key")
	}
	return token, err
}

// A Provider asks Electricity Maps. It is safe for concurrent use.
type Provider struct {
	client *fetch.Client
	ways   ways
}

var (
	_ intensity.CurrentProvider  = (*Provider)(nil)
	_ intensity.RangeProvider    = (*Provider)(nil)
	_ intensity.ForecastProvider = (*Provider)(nil)
)

// New returns a provider. It asks nothing yet.
func New(c Config) *Provider {
	return &Provider{
		ways: ways{
			version: c.Version, mix: c.Mix, horizon: c.Horizon,
			signal: intensity.Signal{
				Kind:       intensity.Average,
				Boundary:   cmp.Or(c.Boundary, intensity.Lifecycle),
				Accounting: cmp.Or(c.Accounting, intensity.Consumption),
			},
		},
		client: fetch.New(fetch.Service{
			Name:     name,
			BaseURL:  baseURL,
			Every:    2 * time.Second, // no limit is published; this is ours
			Burst:    4,
			Classify: classify,
			Secret:   c.key,
			Sign:     func(r *http.Request, token string) { r.Header.Set("auth-token", token) },
		}, c.Fetch),
	}
}

// Name returns "electricitymaps".
func (p *Provider) Name() string { return name }

// Signal is what all figures are, as the Config says.
func (p *Provider) Signal() intensity.Signal { return p.ways.signal }

// Capabilities says what there is for a zone, if the plan of the token has it:
// plans differ, and what the service lists as accessible is not always so. The
// error is fetch.ErrNotFound for what is no zone, and fetch.ErrRequest for a
// Config that cannot be had.
func (p *Provider) Capabilities(zone string) (intensity.Capabilities, error) {
	if _, err := p.ways.query(zone); err != nil {
		return intensity.Capabilities{}, err
	}
	c := intensity.Capabilities{Signal: p.ways.signal, Current: true, Step: time.Hour, Settle: settle}
	c.Range = p.ways.version != HomeAssistant
	if p.ways.check("forecast") == nil {
		c.Forecast, c.Horizon = true, cmp.Or(p.ways.horizon, defaultHorizon)
	}
	return c, nil
}

// Current returns the newest hour. It may be one that has not begun; it is an
// estimate until its hour is over.
func (p *Provider) Current(ctx context.Context, zone string) (intensity.Point, error) {
	q, err := p.ways.query(zone)
	if err != nil {
		return intensity.Point{}, err
	}
	return p.client.Current(ctx, q, func(ctx context.Context, _, _ time.Time) ([]intensity.Point, error) {
		return p.ask(ctx, q, "latest", nil)
	})
}

// Range returns the hours that overlap [from, to). The last 22 of them are asked
// for by another path than those before, which not every plan has: what one of
// the two gives is returned beside the error of the other.
func (p *Provider) Range(ctx context.Context, zone string, from, to time.Time) (*intensity.Series, error) {
	q, err := p.ways.query(zone)
	if err != nil {
		return nil, err
	}
	if err := p.ways.check("range"); err != nil {
		return nil, err
	}
	now := time.Now().UTC().Truncate(time.Hour)
	cut := now.Add(-recent)
	switch {
	case !to.After(from) || !to.After(cut):
		return p.past(ctx, q, from, to)
	case !from.Before(cut):
		return p.history(ctx, q, from, to, now)
	}
	old, oldErr := p.past(ctx, q, from, cut)
	young, youngErr := p.history(ctx, q, cut, to, now)
	return joined(old, young, oldErr, youngErr)
}

func (p *Provider) past(ctx context.Context, q fetch.Query, from, to time.Time) (*intensity.Series, error) {
	return p.client.Range(ctx, q, from, to, func(ctx context.Context, from, to time.Time) ([]intensity.Point, error) {
		return p.ask(ctx, q, "past-range", url.Values{"start": {instant(from)}, "end": {instant(to)}})
	})
}

// history asks for the last hours, whichever of them are wanted, so that they
// are asked for once an hour. It has a key of its own, so that a plan without
// the past is not remembered as one without this.
func (p *Provider) history(ctx context.Context, q fetch.Query, from, to, now time.Time) (*intensity.Series, error) {
	q.Vintage += " history"
	s, err := p.client.Range(ctx, q, now.Add(-recent), now.Add(2*time.Hour), func(ctx context.Context, _, _ time.Time) ([]intensity.Point, error) {
		return p.ask(ctx, q, "history", nil)
	})
	if s == nil {
		return nil, err
	}
	if s.Points = fetch.Clip(s.Points, from, to); len(s.Points) > 0 {
		return s, err
	}
	if err == nil {
		err = &fetch.Error{Provider: name, Op: "range " + q.Zone, Err: fetch.ErrNoData}
	}
	return nil, err
}

// Forecast returns the hours from the running one on.
func (p *Provider) Forecast(ctx context.Context, zone string) (*intensity.Series, error) {
	q, err := p.ways.query(zone)
	if err != nil {
		return nil, err
	}
	if err := p.ways.check("forecast"); err != nil {
		return nil, err
	}
	return p.client.Forecast(ctx, q, func(ctx context.Context, _, _ time.Time) ([]intensity.Point, error) {
		return p.ask(ctx, q, "forecast", p.ways.ahead())
	})
}

func (p *Provider) ask(ctx context.Context, q fetch.Query, when string, extra url.Values) ([]intensity.Point, error) {
	body, err := p.client.Ask(ctx, p.ways.request(q, when, extra))
	if err != nil {
		return nil, err
	}
	return decode(body, q, p.ways, when)
}
