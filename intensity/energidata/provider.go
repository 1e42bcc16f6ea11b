package energidata

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

const (
	name    = "energidata"
	baseURL = "https://api.energidataservice.dk"
	step    = 5 * time.Minute

	// Forecasts are renewed each quarter of an hour and reach 9 hours or more
	// (descriptions of the data sets).
	renewed = 15 * time.Minute
	horizon = 9 * time.Hour

	// Revisions of the past are not documented; a week is our choice.
	settle = 7 * 24 * time.Hour

	// A month are two pages.
	chunk = 30 * 24 * time.Hour

	lag = 10 * time.Minute

	// ahead is how much of the future is asked for; there is less.
	ahead = 48 * time.Hour

	// pause is kept after an answer of "too many" that does not name one.
	pause = time.Minute
)

// The data sets.
const (
	past   = "CO2Emis"
	future = "CO2EmisProg"
)

// Config says how the service is asked. The zero Config is good; there is no
// key.
type Config struct {
	Fetch fetch.Options
}

// A Provider asks Energi Data Service. It is safe for concurrent use.
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
		Every:    2 * time.Second, // no limit is published; this is ours
		Burst:    5,
		Classify: classify,
	}, c.Fetch)}
}

// Name returns "energidata".
func (p *Provider) Name() string { return name }

// Signal is what all figures are: average, at the stack, of the electricity
// used, with imports.
func Signal() intensity.Signal {
	return intensity.Signal{Kind: intensity.Average, Boundary: intensity.Direct, Accounting: intensity.Consumption}
}

// Capabilities says what there is for a price area; both have the same. The
// error is fetch.ErrNotFound for any other zone.
func (p *Provider) Capabilities(area string) (intensity.Capabilities, error) {
	if _, err := query(area); err != nil {
		return intensity.Capabilities{}, err
	}
	return intensity.Capabilities{
		Signal: Signal(), Current: true, Range: true, Forecast: true,
		Step: step, Lag: lag, Horizon: horizon, Settle: settle,
	}, nil
}

// Current returns the newest five minutes.
func (p *Provider) Current(ctx context.Context, area string) (intensity.Point, error) {
	q, err := query(area)
	if err != nil {
		return intensity.Point{}, err
	}
	return p.client.Current(ctx, q, func(ctx context.Context, _, _ time.Time) ([]intensity.Point, error) {
		body, err := p.client.Ask(ctx, newest(q.Zone))
		if err != nil {
			return nil, err
		}
		answer, err := decode(body, past)
		if err != nil {
			return nil, err
		}
		return answer.points(q, intensity.Measured)
	})
}

// Range returns the points of the past that overlap [from, to).
func (p *Provider) Range(ctx context.Context, area string, from, to time.Time) (*intensity.Series, error) {
	q, err := query(area)
	if err != nil {
		return nil, err
	}
	return p.client.Range(ctx, q, from, to, func(ctx context.Context, from, to time.Time) ([]intensity.Point, error) {
		return p.pages(ctx, q, past, intensity.Measured, from, to)
	})
}

// Forecast returns what is expected from the running five minutes on.
func (p *Provider) Forecast(ctx context.Context, area string) (*intensity.Series, error) {
	q, err := query(area)
	if err != nil {
		return nil, err
	}
	q.Step = renewed // asked for as often as it changes
	return p.client.Forecast(ctx, q, func(ctx context.Context, _, _ time.Time) ([]intensity.Point, error) {
		now := time.Now().UTC().Truncate(step)
		return p.pages(ctx, q, future, intensity.Forecast, now, now.Add(ahead))
	})
}

func query(area string) (fetch.Query, error) {
	id := strings.ToUpper(strings.TrimSpace(area))
	if id != "DK1" && id != "DK2" {
		return fetch.Query{}, &fetch.Error{
			Provider: name, Op: "zone " + strconv.Quote(area), Err: fetch.ErrNotFound, Detail: `want "DK1" or "DK2"`,
		}
	}
	return fetch.Query{Signal: Signal(), Zone: id, Step: step, Settle: settle, Chunk: chunk}, nil
}

// classify makes a pause where the service asks for one without its length.
func classify(a fetch.Answer) error {
	if a.Status == 429 && fetch.RetryAfter(a.Header) == 0 {
		return &fetch.RateLimitedError{RetryAfter: pause}
	}
	return fetch.Classify(a)
}
