package intensity

import (
	"errors"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A plan is what a chain knows after a refresh, of the past and of what comes:
// should no other follow, each stage takes over in its time. It does not change.
type plan struct {
	cfg     *ChainConfig
	points  []Point      // in order, from all stages but the annual figures
	starts  []int64      // of points, in nanoseconds
	last    atomic.Int32 // index in points that was asked for last, or stood
	horizon time.Time    // what is not in points before then has been forgotten; zero: nothing has

	mu     sync.Mutex // guards annual
	annual Point      // the annual figure that was asked for last
}

// newPlan puts together what the links have, signal by signal: the one that is
// wanted is nearer as a model than another one as measured.
func (c *Chain) newPlan() *plan {
	p := &plan{cfg: &c.cfg}
	for i := 0; i < len(c.links); {
		group := c.links[i:]
		for n, k := range group {
			if k.can.Signal != group[0].can.Signal {
				group = group[:n]
				break
			}
		}
		points := since(c.stages(group, p.horizon), p.horizon)
		if of := group[0].can.Signal; of != c.cfg.Signal {
			sigma := c.cfg.SubstituteSigma(c.cfg.Signal, of)
			points = slices.Clone(points) // a model keeps some of them
			for i := range points {
				points[i] = points[i].inPlaceOf(c.cfg.Signal, sigma)
			}
		}
		for _, k := range group {
			p.horizon = later(p.horizon, k.horizon)
		}
		p.points = fill(p.points, points)
		i += len(group)
	}
	for i := range p.points {
		p.starts = append(p.starts, p.points[i].Start.UnixNano())
	}
	return p
}

// stages returns what links of one signal have. Of a time that a better one has
// forgotten nothing is taken from those after it.
func (c *Chain) stages(links []*link, horizon time.Time) []Point {
	var points []Point
	for _, k := range links {
		points = fill(points, since(k.measured.Points, horizon))
		horizon = later(horizon, k.horizon)
	}
	points = fill(points, c.held(points))
	for _, k := range links {
		points = fill(points, since(k.forecast.Points, horizon))
	}
	for _, k := range links {
		points = k.model.fill(points, k.measured, c.cfg.Nowcast)
	}
	return points
}

// at returns the point of t. Most often it is the one of the call before.
func (p *plan) at(t time.Time) (q Point, err error) {
	last := int(p.last.Load())
	if last >= 0 && last < len(p.points) && p.points[last].Contains(t) {
		return p.points[last], nil
	}
	if last == stood && p.standing(t, &q) {
		return q, nil
	}
	if i := p.begun(t) - 1; i >= 0 && p.points[i].Contains(t) {
		p.last.Store(int32(i))
		return p.points[i], nil
	}
	if t.Before(p.horizon) {
		return Point{}, p.forgotten(t)
	}
	if p.standing(t, &q) {
		p.last.Store(stood)
		return q, nil
	}
	if q, err = p.static(t); err == nil {
		p.stand(q)
	}
	return q, err
}

// stood in place of an index says that the annual figure was asked for last.
const stood = -1

// standing sets q to the annual figure that was asked for last, if it is of t.
func (p *plan) standing(t time.Time, q *Point) bool {
	p.mu.Lock()
	is := p.annual.Contains(t)
	if is {
		*q = p.annual
	}
	p.mu.Unlock()
	return is
}

// stand keeps the annual figure that was asked for last.
func (p *plan) stand(q Point) {
	p.mu.Lock()
	p.annual = q
	p.mu.Unlock()
	p.last.Store(stood)
}

// renew lets the annual figures be asked again.
func (p *plan) renew() { p.stand(Point{}) }

// forgotten says until when all is forgotten.
func (p *plan) forgotten(t time.Time) error {
	e := &ForgottenError{Zone: p.cfg.Live[0].Zone, Until: p.horizon}
	if next := p.gap(t).To; !next.IsZero() {
		e.Until = earlier(e.Until, next)
	}
	return e
}

// begun returns how many points start by t.
func (p *plan) begun(t time.Time) int {
	low, high, at := 0, len(p.starts), t.UnixNano()
	for low < high {
		mid := int(uint(low+high) / 2)
		if p.starts[mid] <= at {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// static asks the annual figures, and cuts what they say to the gap that t lies
// in: that of the points, and of the annual figures that come first.
func (p *plan) static(t time.Time) (Point, error) {
	gap := p.gap(t)
	for _, g := range p.cfg.Static {
		q, err := g.At(t)
		if errors.Is(err, ErrGap) {
			if of, ok := errors.AsType[*GapError](err); ok {
				gap.narrow(of)
			}
			continue
		}
		if err == nil {
			err = p.cfg.admit(q.Origin.Name, q.Signal)
		}
		if err != nil {
			return Point{}, err
		}
		gap.narrow(&GapError{From: q.Start, To: q.End})
		q.Start, q.End = gap.From, gap.To
		if want := p.cfg.Signal; q.Signal != want {
			q = q.inPlaceOf(want, p.cfg.SubstituteSigma(want, q.Signal))
		}
		return q, nil
	}
	gap.remedy = "list an annual figure in ChainConfig.Static, such as intensity.Country"
	return Point{}, &gap
}

// gap returns the time around t of which the points say nothing.
func (p *plan) gap(t time.Time) GapError {
	gap := GapError{Zone: p.cfg.Live[0].Zone, From: p.horizon}
	i := p.begun(t)
	if i > 0 {
		gap.From = later(gap.From, p.points[i-1].End)
	}
	if i < len(p.points) {
		gap.To = p.points[i].Start
	}
	return gap
}

// holdPiece is how long the uncertainty of a held figure counts as one.
const holdPiece = 15 * time.Minute

// held returns the last figure before each gap for as long as it may stand in,
// with the uncertainty of its age at the end of each piece.
func (c *Chain) held(measured []Point) []Point {
	var held []Point
	for i := range measured {
		p := &measured[i]
		until := p.End.Add(c.cfg.Hold)
		if i+1 < len(measured) {
			until = earlier(until, measured[i+1].Start)
		}
		if p.End.Sub(p.Start) > time.Hour {
			continue // a figure of a day says little about the next hour
		}
		for start := p.End; start.Before(until); {
			end := earlier(start.Add(holdPiece), until)
			h := p.with(math.Hypot(p.Sigma, heldSigma(end.Sub(p.End))))
			h.Start, h.End, h.Known = start, end, p.End
			h.Quality = max(p.Quality, Estimated)
			h.Origin.Name += "/hold"
			held = append(held, h)
			start = end
		}
	}
	return held
}
