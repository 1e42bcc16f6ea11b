package ember

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

const (
	name    = "ember"
	baseURL = "https://api.ember-energy.org"
	path    = "/v1/carbon-intensity/yearly"

	year  = 365 * 24 * time.Hour
	asked = 24 * time.Hour // a figure is asked for once a day

	// lag is how long after its end a year appears, as a rule: the first edition
	// comes in spring, for most countries.
	lag = 120 * 24 * time.Hour

	// maxAnnual is the highest mean of a year that is believed, in gCO2e/kWh, as
	// in the embedded table.
	maxAnnual = 1500
)

// Config says how the service is asked.
type Config struct {
	// Key returns the key, which Ember sends on request; asked for before each
	// request.
	Key   func(context.Context) (string, error)
	Fetch fetch.Options
}

// A Provider asks the API of Ember. It is safe for concurrent use.
type Provider struct{ client *fetch.Client }

var (
	_ intensity.CurrentProvider = (*Provider)(nil)
	_ intensity.RangeProvider   = (*Provider)(nil)
	_ intensity.Grid            = (*Grid)(nil)
)

// New returns a provider. It asks nothing yet. Without a key all it says is
// fetch.ErrAuth.
func New(c Config) *Provider {
	if c.Key == nil {
		c.Key = func(context.Context) (string, error) {
			return "", fetch.Fail(fetch.ErrAuth, "no key was given: ask Ember for one and return it from Config.Key")
		}
	}
	return &Provider{client: fetch.New(fetch.Service{
		Name:    name,
		BaseURL: baseURL,
		Every:   2 * time.Second, // no limit is published; this is ours
		Burst:   5,
		Secret:  c.Key,
		Sign:    sign,
	}, c.Fetch)}
}

// sign puts the key where the service wants it.
func sign(r *http.Request, key string) {
	q := r.URL.Query()
	q.Set("api_key", key)
	r.URL.RawQuery = q.Encode()
}

// Name returns "ember".
func (p *Provider) Name() string { return name }

// Signal is what all figures are: average, over the life cycle, of what is
// generated in the country.
func Signal() intensity.Signal { return intensity.AverageLifecycle(intensity.Production) }

// Capabilities says what there is for a zone; all have the same. The error is
// fetch.ErrNotFound for what cannot be a zone, with the forms that are.
func (p *Provider) Capabilities(id string) (intensity.Capabilities, error) {
	if _, err := parseZone(id); err != nil {
		return intensity.Capabilities{}, err
	}
	return intensity.Capabilities{Signal: Signal(), Current: true, Range: true, Step: year, Lag: lag}, nil
}

// Current returns the last year that has a figure. Its interval is that year,
// which has passed: see [Provider.Grid].
func (p *Provider) Current(ctx context.Context, id string) (intensity.Point, error) {
	z, err := parseZone(id)
	if err != nil {
		return intensity.Point{}, err
	}
	load := p.load(z)
	return p.client.Current(ctx, z.query(), func(ctx context.Context, _, _ time.Time) ([]intensity.Point, error) {
		now := time.Now()
		return load(ctx, now.AddDate(-5, 0, 0), now) // the smallest places lag by several years
	})
}

// Range returns the years that overlap [from, to), each whole. Years that are
// not published are missing.
func (p *Provider) Range(ctx context.Context, id string, from, to time.Time) (*intensity.Series, error) {
	z, err := parseZone(id)
	if err != nil {
		return nil, err
	}
	return p.client.Range(ctx, z.query(), from, to, p.load(z))
}

// load asks for the years that overlap [from, to).
func (p *Provider) load(z zone) fetch.Load {
	return func(ctx context.Context, from, to time.Time) ([]intensity.Point, error) {
		q := z.ask()
		q.Set("start_date", strconv.Itoa(from.UTC().Year()))
		q.Set("end_date", strconv.Itoa(to.Add(-time.Nanosecond).UTC().Year()))
		body, err := p.client.Ask(ctx, fetch.Request{Path: path, Query: q})
		if err != nil {
			return nil, err
		}
		return decode(body, z)
	}
}
