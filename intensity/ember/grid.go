package ember

import (
	"context"
	"math"
	"sync/atomic"
	"time"

	"github.com/scimeter/scimeter/intensity"
)

// years is how far back a Grid goes.
const years = 15

// A Grid answers for any instant with the figure of its calendar year, or else
// of the last year before it, whose age adds to the uncertainty, as
// [intensity.Country] does. It knows nothing before the first Refresh and
// answers from memory. It is safe for concurrent use.
type Grid struct {
	provider *Provider
	zone     zone
	known    atomic.Pointer[intensity.Series]
}

// Grid returns a grid of the zone, which has yet to be refreshed. The error is
// fetch.ErrNotFound for what cannot be a zone.
func (p *Provider) Grid(id string) (*Grid, error) {
	z, err := parseZone(id)
	if err != nil {
		return nil, err
	}
	return &Grid{provider: p, zone: z}, nil
}

// At returns the figure for the calendar year of t, in UTC. The error is an
// [*intensity.GapError] before the first year, and before the first Refresh.
func (g *Grid) At(t time.Time) (intensity.Point, error) {
	s := g.known.Load()
	if s == nil {
		return intensity.Point{}, &intensity.GapError{Zone: g.zone.id()}
	}
	start := time.Date(t.UTC().Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	for i := len(s.Points) - 1; i >= 0; i-- {
		p := s.Points[i]
		if age := start.Year() - p.Start.Year(); age >= 0 {
			p.Start, p.End = start, start.AddDate(1, 0, 0)
			p.Sigma = math.Hypot(p.Sigma, intensity.VintageSigma(age))
			p.Origin.Sigma = math.Hypot(p.Sigma, p.Hourly)
			return p, nil
		}
	}
	return intensity.Point{}, &intensity.GapError{To: s.Points[0].Start, Zone: g.zone.id()}
}

// Refresh fetches the years from 15 years ago on and returns when to do so again: the next day. On
// an error what was known stands.
func (g *Grid) Refresh(ctx context.Context) (next time.Time, err error) {
	now := time.Now().UTC()
	load := g.provider.load(g.zone)
	from := time.Date(now.Year()-years, 1, 1, 0, 0, 0, 0, time.UTC)
	s, err := g.provider.client.Range(ctx, g.zone.query(), from, now, load)
	if err != nil {
		return now.Add(time.Hour), err
	}
	g.known.Store(s)
	return now.Truncate(asked).Add(asked), nil
}
