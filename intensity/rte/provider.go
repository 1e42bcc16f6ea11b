package rte

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

const (
	name    = "rte"
	zone    = "FR"
	baseURL = "https://odre.opendatasoft.com"
	quarter = 15 * time.Minute

	// Definitive figures replace consolidated ones in the course of the next
	// year; until when is not documented, so this is a year and a half.
	settle = 550 * 24 * time.Hour

	// 3000 quarters of an hour are 30 pages; the service pages up to 10,000 rows.
	chunk = 31 * 24 * time.Hour

	lag = 30 * time.Minute // the list is renewed each quarter of an hour

	// The portal allows 50,000 requests a month. One that is used up comes back
	// by the calendar, so that asking at each step is often enough.
	quotaPause = quarter
)

// A dataset is one list of the portal.
type dataset struct {
	id      string
	quality intensity.Quality
	step    time.Duration // of a row that stands alone
}

var (
	live         = dataset{"eco2mix-national-tr", intensity.Estimated, quarter}
	consolidated = dataset{"eco2mix-national-cons-def", intensity.Measured, 2 * quarter}
)

// The live list holds what is not consolidated yet. Rows older than this are
// looked for among the consolidated ones first.
const liveFor = 60 * 24 * time.Hour

// Config says how the service is asked. The zero Config is good; there is no
// key. The portal is also at https://reseaux-energies-rte.opendatasoft.com,
// which can be set as Fetch.BaseURL.
type Config struct {
	Fetch fetch.Options
}

// A Provider asks éCO2mix. It is safe for concurrent use.
type Provider struct{ client *fetch.Client }

var (
	_ intensity.CurrentProvider = (*Provider)(nil)
	_ intensity.RangeProvider   = (*Provider)(nil)
)

// New returns a provider. It asks nothing yet.
func New(c Config) *Provider {
	return &Provider{client: fetch.New(fetch.Service{
		Name: name, BaseURL: baseURL, Every: time.Second, Burst: 5, Classify: classify,
	}, c.Fetch)}
}

// Name returns "rte".
func (p *Provider) Name() string { return name }

// Signal is what all figures are: average, at the stack, of the generation in
// France.
func Signal() intensity.Signal {
	return intensity.Signal{Kind: intensity.Average, Boundary: intensity.Direct, Accounting: intensity.Production}
}

// Capabilities says what there is for "FR". The error is fetch.ErrNotFound for
// any other zone.
func (p *Provider) Capabilities(id string) (intensity.Capabilities, error) {
	if _, err := query(id); err != nil {
		return intensity.Capabilities{}, err
	}
	return intensity.Capabilities{
		Signal: Signal(), Current: true, Range: true, Step: quarter, Lag: lag, Settle: settle,
	}, nil
}

// Current returns the newest quarter of an hour that has a figure.
func (p *Provider) Current(ctx context.Context, id string) (intensity.Point, error) {
	q, err := query(id)
	if err != nil {
		return intensity.Point{}, err
	}
	return p.client.Current(ctx, q, func(ctx context.Context, _, _ time.Time) ([]intensity.Point, error) {
		body, err := p.client.Ask(ctx, live.newest())
		if err != nil {
			return nil, err
		}
		page, err := decode(body)
		if err != nil {
			return nil, err
		}
		return page.points(q, live)
	})
}

// Range returns the points that overlap [from, to): consolidated ones of half
// an hour where there are, else quarters of an hour.
func (p *Provider) Range(ctx context.Context, id string, from, to time.Time) (*intensity.Series, error) {
	q, err := query(id)
	if err != nil {
		return nil, err
	}
	return p.client.Range(ctx, q, from, to, p.load(q))
}

// load asks one list, and the other for what the first does not reach.
func (p *Provider) load(q fetch.Query) fetch.Load {
	return func(ctx context.Context, from, to time.Time) ([]intensity.Point, error) {
		first, second := live, consolidated
		if time.Since(from) > liveFor {
			first, second = second, first
		}
		points, err := p.pages(ctx, q, first, from, to)
		if err != nil {
			return points, err
		}
		lo, hi := missing(points, from, to)
		if !lo.Before(hi) {
			return points, nil
		}
		more, err := p.pages(ctx, q, second, lo, hi)
		for _, m := range more {
			if len(fetch.Clip(points, m.Start, m.End)) == 0 {
				points = append(points, m)
			}
		}
		return points, err
	}
}

// missing returns what of [from, to) the first list does not reach: the time
// before the first point of the live one, and after the last of the other.
func missing(points []intensity.Point, from, to time.Time) (lo, hi time.Time) {
	if len(points) == 0 {
		return from, to
	}
	if points[0].Quality == live.quality {
		return from, points[0].Start
	}
	return points[len(points)-1].End, earlier(to, time.Now())
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func query(id string) (fetch.Query, error) {
	if !strings.EqualFold(strings.TrimSpace(id), zone) {
		return fetch.Query{}, &fetch.Error{
			Provider: name, Op: "zone " + strconv.Quote(id), Err: fetch.ErrNotFound, Detail: `want "FR"`,
		}
	}
	return fetch.Query{Signal: Signal(), Zone: zone, Step: quarter, Settle: settle, Chunk: chunk}, nil
}

// classify knows that a quota that is used up says 429, with no time to wait.
func classify(a fetch.Answer) error {
	if a.Status == 429 && fetch.RetryAfter(a.Header) == 0 {
		return &fetch.RateLimitedError{RetryAfter: quotaPause}
	}
	return fetch.Classify(a)
}

// request asks for rows of a list in the query language of the portal.
func (d dataset) request(where, order string, limit, offset int) fetch.Request {
	return fetch.Request{
		Path: "/api/explore/v2.1/catalog/datasets/" + d.id + "/records",
		Query: url.Values{
			"select":   {"taux_co2,date_heure"},
			"where":    {where},
			"order_by": {order},
			"limit":    {strconv.Itoa(limit)},
			"offset":   {strconv.Itoa(offset)},
			"timezone": {"UTC"},
		},
	}
}

// newest asks for the last hours with a figure.
func (d dataset) newest() fetch.Request {
	return d.request("taux_co2 is not null", "date_heure desc", 8, 0)
}
