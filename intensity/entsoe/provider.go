package entsoe

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/units"
)

const (
	name    = "entsoe"
	baseURL = "https://web-api.tp.entsoe.eu"
	quarter = 15 * time.Minute

	// The platform allows 400 requests a minute and address, and bans who asks
	// more for ten minutes. This is half of it.
	every = 300 * time.Millisecond
	burst = 20
	ban   = 10 * time.Minute

	// How long operators revise figures is not documented; two weeks is our
	// choice.
	settle = 14 * 24 * time.Hour

	// The platform takes a year at a time. Twenty types by quarters of an hour are
	// below 200 kB a day, and answers were for some time cut at 1000 figures of a
	// type, which are ten days.
	chunk = 3 * 24 * time.Hour

	lag    = 16 * time.Hour // of the slowest zones
	recent = 24 * time.Hour // how far back the newest figure is looked for
)

// minute is how the platform takes instants, in UTC.
const minute = "200601021504"

// Config says how the platform is asked.
type Config struct {
	// Key returns the security token of the platform. It is asked for before each
	// request.
	Key func(context.Context) (string, error)

	// Factors takes the place of single ones of those that Factors returns, by the
	// platform's code, such as "B05": lifecycle figures in gCO2e/kWh. With one for
	// "B10" or "B25" what a store gives back counts as generation. Do not change
	// it later.
	Factors map[string]units.Intensity

	Fetch fetch.Options
}

// A Provider asks the Transparency Platform. It is safe for concurrent use.
type Provider struct {
	client  *fetch.Client
	factors table
	vintage string
	err     error // of Config.Factors
}

var (
	_ intensity.CurrentProvider = (*Provider)(nil)
	_ intensity.RangeProvider   = (*Provider)(nil)
)

// New returns a provider. It asks nothing yet.
func New(c Config) *Provider {
	if c.Key == nil {
		c.Key = noKey
	}
	p := &Provider{factors: with(c.Factors), vintage: vintage(c.Factors)}
	for code, f := range c.Factors {
		if !(f >= 0 && f <= fetch.MaxIntensity) {
			p.err = fmt.Errorf("%s: Config.Factors: %v gCO2e/kWh of type %q: %w", name, float64(f), code, intensity.ErrValue)
		}
	}
	p.client = fetch.New(fetch.Service{
		Name: name, BaseURL: baseURL, Every: every, Burst: burst, Classify: classify,
		Secret: c.Key, Sign: sign,
	}, c.Fetch)
	return p
}

func noKey(context.Context) (string, error) {
	return "", fetch.Fail(fetch.ErrAuth, "Config.Key is not set")
}

// sign puts the key where the platform wants it.
func sign(r *http.Request, key string) {
	q := r.URL.Query()
	q.Set("securityToken", key)
	r.URL.RawQuery = q.Encode()
}

// Name returns "entsoe".
func (p *Provider) Name() string { return name }

// Signal is what all figures are: average, lifecycle, of the generation in the
// zone.
func Signal() intensity.Signal { return intensity.AverageLifecycle(intensity.Production) }

// Capabilities says what there is for an area; the platform does not have the
// figures of all. The error is fetch.ErrNotFound for what is no EIC code, and
// intensity.ErrValue if Config.Factors has a figure that cannot be.
func (p *Provider) Capabilities(zone string) (intensity.Capabilities, error) {
	if _, err := p.query(zone); err != nil {
		return intensity.Capabilities{}, err
	}
	return intensity.Capabilities{
		Signal: Signal(), Current: true, Range: true, Step: quarter, Lag: lag, Settle: settle,
	}, nil
}

// Current returns the newest step of the last 24 hours for which all types of
// generation that matter have a figure.
func (p *Provider) Current(ctx context.Context, zone string) (intensity.Point, error) {
	q, err := p.query(zone)
	if err != nil {
		return intensity.Point{}, err
	}
	return p.client.Current(ctx, q, func(ctx context.Context, _, _ time.Time) ([]intensity.Point, error) {
		now := time.Now()
		return p.load(ctx, q, now.Add(-recent), now)
	})
}

// Range returns the points that overlap [from, to), in the platform's steps of
// a quarter, half or full hour.
func (p *Provider) Range(ctx context.Context, zone string, from, to time.Time) (*intensity.Series, error) {
	q, err := p.query(zone)
	if err != nil {
		return nil, err
	}
	return p.client.Range(ctx, q, from, to, func(ctx context.Context, from, to time.Time) ([]intensity.Point, error) {
		return p.load(ctx, q, from, to)
	})
}

func (p *Provider) query(zone string) (fetch.Query, error) {
	code, err := parseZone(zone)
	if err == nil {
		err = p.err
	}
	return fetch.Query{
		Signal: Signal(), Zone: code, Vintage: p.vintage, Step: quarter, Settle: settle, Chunk: chunk,
		Final: intensity.Estimated, // of a mix that is vague, which stays so
	}, err
}

// load asks for the full hours around [from, to).
func (p *Provider) load(ctx context.Context, q fetch.Query, from, to time.Time) ([]intensity.Point, error) {
	body, err := p.client.Ask(ctx, fetch.Request{Path: "/api", Query: url.Values{
		"documentType": {"A75"}, // actual generation per type
		"processType":  {"A16"}, // realised
		"in_Domain":    {q.Zone},
		"periodStart":  {from.UTC().Truncate(time.Hour).Format(minute)},
		"periodEnd":    {to.UTC().Add(time.Hour - 1).Truncate(time.Hour).Format(minute)},
	}})
	if err != nil {
		return nil, err
	}
	d, err := decode(body)
	if err != nil {
		return nil, err
	}
	m, err := d.mix(q.Zone)
	if err != nil {
		return nil, err
	}
	return m.points(q, p.factors, d.created())
}

// classify reads the reasons that the platform gives with a status, and knows
// how long it bans.
func classify(a fetch.Answer) error {
	err := fetch.Classify(a)
	switch {
	case err == nil:
		return nil
	case a.Status == http.StatusTooManyRequests:
		if fetch.RetryAfter(a.Header) == 0 {
			return &fetch.RateLimitedError{RetryAfter: ban}
		}
		return err
	case a.Status == http.StatusBadRequest:
		if d, bad := decode(a.Body); bad != nil && len(d.Reasons) > 0 {
			return bad
		}
		return err
	}
	if d, _ := decode(a.Body); len(d.Reasons) > 0 && fetch.Code(err) == "auth" {
		return fetch.Fail(fetch.ErrAuth, "%s", d.reason())
	}
	return err
}
