package watttime

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

const (
	name    = "watttime"
	baseURL = "https://api.watttime.org"
	step    = 5 * time.Minute

	// The service takes 32 days at a time. A fortnight is 4,032 points, about
	// 400 kB.
	chunk = 14 * 24 * time.Hour

	// settlePinned is when figures of one model are taken as final. The service
	// says only that a new model revises them; the time is ours.
	settlePinned = 30 * 24 * time.Hour

	defaultHorizon = 24 * time.Hour
	maxHorizon     = 72 * time.Hour
)

// The signal types of the service that are intensities. There is also
// health_damage, which is no mass of carbon and is refused.
const (
	Marginal = "co2_moer" // marginal operating emissions rate, 5 minutes
	Average  = "co2_aoer" // average operating emissions rate, an hour, the past alone
)

// Config says how the service is asked. Login is needed.
type Config struct {
	// Login returns user and password, asked for before each login, which
	// happens at the first call and then every 25 minutes while there are any.
	// The user has no colon.
	Login func(context.Context) (user, password string, err error)

	// SignalType is Marginal or Average; "": Marginal.
	SignalType string

	// Model is the date of the model that figures must be of, such as
	// "2022-10-01"; "": the one in use. Figures of one model are kept in the
	// cache once they are a month old; without it none are.
	Model string

	// Horizon is how far a forecast looks ahead, in whole hours up to 72; zero:
	// 24 hours.
	Horizon time.Duration

	Fetch fetch.Options
}

// A Provider asks WattTime. It is safe for concurrent use.
type Provider struct {
	client  *fetch.Client
	kind    string
	model   string
	horizon time.Duration
}

var (
	_ intensity.CurrentProvider  = (*Provider)(nil)
	_ intensity.RangeProvider    = (*Provider)(nil)
	_ intensity.ForecastProvider = (*Provider)(nil)
)

// New returns a provider. It asks nothing yet, and does not log in.
func New(c Config) *Provider {
	s := newSession(c)
	return &Provider{
		kind:    cmp.Or(c.SignalType, Marginal),
		model:   c.Model,
		horizon: cmp.Or(c.Horizon, defaultHorizon),
		client: fetch.New(fetch.Service{
			Name:     name,
			BaseURL:  baseURL,
			Every:    5 * time.Minute / 2400, // the service bears 3,000, the burst and logins included
			Burst:    10,
			Classify: classify,
			Secret:   s.secret,
			Sign:     bearer,
			Renew:    s.other,
		}, c.Fetch),
	}
}

// Name returns "watttime".
func (p *Provider) Name() string { return name }

// Signal is what all figures are: short-run marginal, or average for the signal
// type of that name. The unit names CO2 alone, so what leaves the stack is taken
// to be meant (direct), and a kWh used in the region (consumption); the service
// states neither in its answers.
func (p *Provider) Signal() intensity.Signal {
	s := intensity.Signal{Kind: intensity.ShortRunMarginal, Boundary: intensity.Direct, Accounting: intensity.Consumption}
	if p.kind == Average {
		s.Kind = intensity.Average
	}
	return s
}

// Capabilities says what there is for a zone, if the plan of the account has
// it. The error is fetch.ErrNotFound for what is no name of a region, and
// fetch.ErrRequest for a signal type or a horizon that cannot be had.
func (p *Provider) Capabilities(zone string) (intensity.Capabilities, error) {
	q, err := p.query(zone)
	if err != nil {
		return intensity.Capabilities{}, err
	}
	c := intensity.Capabilities{Signal: q.Signal, Range: true, Step: q.Step, Settle: q.Settle}
	if p.kind == Marginal {
		c.Current, c.Forecast, c.Horizon = true, true, p.horizon
	}
	return c, nil
}

// Current returns the running five minutes, an estimate: the first point of the
// forecast, which the service issues for it. There is none of the averages.
func (p *Provider) Current(ctx context.Context, zone string) (intensity.Point, error) {
	q, err := p.ahead(zone, "current")
	if err != nil {
		return intensity.Point{}, err
	}
	return p.client.Current(ctx, q, func(ctx context.Context, _, _ time.Time) ([]intensity.Point, error) {
		points, err := p.ask(ctx, q, "/v3/forecast", url.Values{"horizon_hours": {"0"}})
		if err != nil {
			return nil, err
		}
		return first(points), nil
	})
}

// Forecast returns the running five minutes and what follows, as far as
// Config.Horizon says. There is none of the averages.
func (p *Provider) Forecast(ctx context.Context, zone string) (*intensity.Series, error) {
	q, err := p.ahead(zone, "forecast")
	if err != nil {
		return nil, err
	}
	hours := strconv.Itoa(int(p.horizon / time.Hour))
	return p.client.Forecast(ctx, q, func(ctx context.Context, _, _ time.Time) ([]intensity.Point, error) {
		return p.ask(ctx, q, "/v3/forecast", url.Values{"horizon_hours": {hours}})
	})
}

// Range returns the points that overlap [from, to): estimates of a model, and
// imputed ones where the service says that it lacked data.
func (p *Provider) Range(ctx context.Context, zone string, from, to time.Time) (*intensity.Series, error) {
	q, err := p.query(zone)
	if err != nil {
		return nil, err
	}
	return p.client.Range(ctx, q, from, to, func(ctx context.Context, from, to time.Time) ([]intensity.Point, error) {
		return p.ask(ctx, q, "/v3/historical", url.Values{
			"start":                  {instant(from)},
			"end":                    {instant(to.Add(-step))}, // it is included
			"include_imputed_marker": {"true"},
		})
	})
}

// ask sends one question and reads the answer.
func (p *Provider) ask(ctx context.Context, q fetch.Query, path string, v url.Values) ([]intensity.Point, error) {
	v.Set("region", q.Zone)
	v.Set("signal_type", p.kind)
	if p.model != "" {
		v.Set("model", p.model)
	}
	body, err := p.client.Ask(ctx, fetch.Request{Path: path, Query: v})
	if err != nil {
		return nil, err
	}
	return decode(body, q, p.kind)
}

// instant writes t with the offset that the service wants.
func instant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05-07:00") }

// region is how the names look.
var region = regexp.MustCompile(`^[A-Z][A-Z0-9_]{1,39}$`)

// query is the key for a zone. The model is in it, because another one has
// other figures.
func (p *Provider) query(zone string) (fetch.Query, error) {
	fail := func(class error, detail string) (fetch.Query, error) {
		return fetch.Query{}, &fetch.Error{Provider: name, Op: "zone " + strconv.Quote(zone), Err: class, Detail: detail}
	}
	switch {
	case p.kind != Marginal && p.kind != Average:
		return fail(fetch.ErrRequest, "signal type "+strconv.Quote(p.kind)+" is no intensity: want "+Marginal+" or "+Average)
	case p.horizon < 0 || p.horizon > maxHorizon || p.horizon%time.Hour != 0:
		return fail(fetch.ErrRequest, "a horizon of "+p.horizon.String()+": want whole hours up to 72")
	case !region.MatchString(zone):
		return fail(fetch.ErrNotFound, `want the name of a region, such as "CAISO_NORTH"; Locate finds that of coordinates`)
	}
	q := fetch.Query{Signal: p.Signal(), Zone: zone, Vintage: p.model, Step: step, Chunk: chunk, Final: intensity.Imputed}
	if p.kind == Average {
		q.Step = time.Hour
	}
	if p.model != "" {
		q.Settle = settlePinned
	}
	return q, nil
}

// ahead is query for what only the marginal signal has.
func (p *Provider) ahead(zone, op string) (fetch.Query, error) {
	q, err := p.query(zone)
	if err == nil && p.kind != Marginal {
		err = &fetch.Error{Provider: name, Op: op + " " + zone, Err: fetch.ErrNoData, Detail: p.kind + " has the past alone"}
	}
	return q, err
}

// classify knows that a token that ran out is 401 and that 403 is the plan.
func classify(a fetch.Answer) error {
	if a.Status == http.StatusForbidden {
		return fetch.ErrPlan
	}
	return fetch.Classify(a)
}
