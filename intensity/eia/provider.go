package eia

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
	name    = "eia"
	baseURL = "https://api.eia.gov"
	path    = "/v2/electricity/rto/fuel-type-data/data/"

	// Figures appear about a day late, and are corrected for a few days.
	lag    = 24 * time.Hour
	settle = 3 * 24 * time.Hour

	// recent is how far back the newest hour is looked for.
	recent = 3 * 24 * time.Hour

	chunk = 31 * 24 * time.Hour

	// pageRows is half of the 5,000 that the service sends at most, so that an
	// answer of about 170 bytes a row stays below a mebibyte.
	pageRows = 2500
	maxPages = 20 // a month of twice as many sources as there are
)

// Config says how the service is asked. Key is needed.
type Config struct {
	// Key returns the key of the API, asked for before each request. It goes
	// into the query, as the service wants it, and is shown by no error.
	Key func(context.Context) (string, error)

	Boundary intensity.Boundary // of the factors; zero: lifecycle
	Fetch    fetch.Options
}

// A Provider asks for generation by energy source and makes intensities of it.
// It is safe for concurrent use.
type Provider struct {
	client   *fetch.Client
	boundary intensity.Boundary
}

var (
	_ intensity.CurrentProvider = (*Provider)(nil)
	_ intensity.RangeProvider   = (*Provider)(nil)
)

// New returns a provider. It asks nothing yet.
func New(c Config) *Provider {
	return &Provider{
		boundary: cmp.Or(c.Boundary, intensity.Lifecycle),
		client: fetch.New(fetch.Service{
			Name:    name,
			BaseURL: baseURL,
			// The service asks for at most 5 requests a second and 9,000 an hour.
			Every:    time.Hour / 9000,
			Burst:    5,
			Classify: classify,
			Secret:   c.Key,
			Sign:     sign,
		}, c.Fetch),
	}
}

// Name returns "eia".
func (p *Provider) Name() string { return name }

// Signal is what all figures are: average, of the generation in the zone.
func (p *Provider) Signal() intensity.Signal {
	return intensity.Signal{Kind: intensity.Average, Boundary: p.boundary, Accounting: intensity.Production}
}

// Capabilities says what there is for a zone; all have the same. The error is
// fetch.ErrNotFound for what is no code of a respondent.
func (p *Provider) Capabilities(zone string) (intensity.Capabilities, error) {
	if _, err := p.query(zone); err != nil {
		return intensity.Capabilities{}, err
	}
	return intensity.Capabilities{
		Signal: p.Signal(), Current: true, Range: true, Step: time.Hour, Lag: lag, Settle: settle,
	}, nil
}

// Current returns the newest hour that is complete, as a rule one of yesterday;
// fetch.ErrNoData if there is none within three days.
func (p *Provider) Current(ctx context.Context, zone string) (intensity.Point, error) {
	q, err := p.query(zone)
	if err != nil {
		return intensity.Point{}, err
	}
	return p.client.Current(ctx, q, func(ctx context.Context, _, _ time.Time) ([]intensity.Point, error) {
		now := time.Now().UTC().Truncate(time.Hour)
		return p.load(ctx, q, now.Add(-recent), now)
	})
}

// Range returns the hours that overlap [from, to), without those that are not
// complete.
func (p *Provider) Range(ctx context.Context, zone string, from, to time.Time) (*intensity.Series, error) {
	q, err := p.query(zone)
	if err != nil {
		return nil, err
	}
	return p.client.Range(ctx, q, from, to, func(ctx context.Context, from, to time.Time) ([]intensity.Point, error) {
		return p.load(ctx, q, from, to)
	})
}

// respondent is how the codes look.
var respondent = regexp.MustCompile(`^[A-Z][A-Z0-9]{1,5}$`)

func (p *Provider) query(zone string) (fetch.Query, error) {
	if !respondent.MatchString(zone) {
		return fetch.Query{}, &fetch.Error{
			Provider: name, Op: "zone " + strconv.Quote(zone), Err: fetch.ErrNotFound,
			Detail: `want the code of a balancing authority, such as "CISO", or "US48"`,
		}
	}
	return fetch.Query{Signal: p.Signal(), Zone: zone, Step: time.Hour, Settle: settle, Final: intensity.Estimated, Chunk: chunk}, nil
}

// load asks for the pages of [from, to) and makes points of all of them: the
// sources of one hour may stand on two pages.
func (p *Provider) load(ctx context.Context, q fetch.Query, from, to time.Time) ([]intensity.Point, error) {
	var t table
	for n := range maxPages {
		body, err := p.client.Ask(ctx, fetch.Request{Path: path, Query: page(q.Zone, from, to, n*pageRows)})
		if err != nil {
			return nil, err
		}
		more, err := t.add(body, q.Zone)
		if err != nil {
			return nil, err
		}
		if !more {
			return t.points(q)
		}
	}
	return nil, fetch.Fail(fetch.ErrTooLarge, "more than %d rows", maxPages*pageRows)
}

// period is how hours are written, by their end. In the other frequency of the
// service, local-hourly, an offset follows.
const period = "2006-01-02T15"

// page is the query for the rows from offset on of the hours that begin in
// [from, to). Both start and end of it name hours by their end and are included.
func page(zone string, from, to time.Time, offset int) url.Values {
	return url.Values{
		"data[]":               {"value"},
		"facets[respondent][]": {zone},
		"frequency":            {"hourly"},
		"start":                {from.UTC().Truncate(time.Hour).Add(time.Hour).Format(period)},
		"end":                  {to.UTC().Add(time.Hour - 1).Truncate(time.Hour).Format(period)},
		"sort[0][column]":      {"period"},
		"sort[0][direction]":   {"asc"},
		"sort[1][column]":      {"fueltype"},
		"sort[1][direction]":   {"asc"},
		"offset":               {strconv.Itoa(offset)},
		"length":               {strconv.Itoa(pageRows)},
	}
}

func sign(r *http.Request, key string) {
	r.URL.RawQuery += "&api_key=" + url.QueryEscape(key)
}
