package intensity

import (
	"errors"
	"math"
	"sync/atomic"
	"time"
)

// A plan is what a chain knows after a refresh, of the past and of what comes:
// should no other follow, each stage takes over in its time. It does not change.
type plan struct {
	chain  *Chain
	points []Point      // in order, from all stages but the annual figures
	starts []int64      // of points, in nanoseconds
	last   atomic.Int32 // index in points that was asked for last
}

// newPlan puts together what the links have.
func (c *Chain) newPlan(links []*link) *plan {
	p := &plan{chain: c}
	for _, k := range links {
		p.points = fill(p.points, k.measured.Points)
	}
	p.points = fill(p.points, c.held(p.points))
	for _, k := range links {
		p.points = fill(p.points, k.forecast.Points)
	}
	for _, k := range links {
		p.points = k.nowcast(p.points, c.cfg.Nowcast)
	}
	for i := range p.points {
		q := &p.points[i]
		if q.Signal != c.cfg.Signal {
			q.InPlaceOf = c.cfg.Signal
		}
		p.starts = append(p.starts, q.Start.UnixNano())
	}
	return p
}

// at returns the point of t.
func (p *plan) at(t time.Time) (Point, error) {
	if i := p.find(t); i >= 0 {
		return p.points[i], nil
	}
	return p.static(t)
}

// find returns the index of the point that contains t; -1 if there is none. Most
// often it is the one of the call before.
func (p *plan) find(t time.Time) int {
	if i := int(p.last.Load()); i < len(p.points) && p.points[i].Contains(t) {
		return i
	}
	low, high, at := 0, len(p.starts), t.UnixNano()
	for low < high {
		mid := int(uint(low+high) / 2)
		if p.starts[mid] <= at {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low == 0 || !p.points[low-1].Contains(t) {
		return -1
	}
	p.last.Store(int32(low - 1))
	return low - 1
}

// static asks the annual figures, and cuts what they say to the gap that t lies
// in.
func (p *plan) static(t time.Time) (Point, error) {
	gap := p.gap(t)
	for _, g := range p.chain.cfg.Static {
		q, err := g.At(t)
		if errors.Is(err, ErrGap) {
			continue
		}
		if err == nil {
			err = p.chain.admit(q.Origin.Name, q.Signal)
		}
		if err != nil {
			return Point{}, err
		}
		if !gap.From.IsZero() {
			q.Start = later(q.Start, gap.From)
		}
		if !gap.To.IsZero() {
			q.End = earlier(q.End, gap.To)
		}
		if q.Signal != p.chain.cfg.Signal {
			q.InPlaceOf = p.chain.cfg.Signal
		}
		return q, nil
	}
	return Point{}, gap
}

// gap returns the time around t of which the points say nothing.
func (p *plan) gap(t time.Time) *GapError {
	gap := &GapError{Zone: p.chain.cfg.Live[0].Zone}
	s := Series{Points: p.points}
	i := s.search(t)
	if i > 0 {
		gap.From = p.points[i-1].End
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
	for i, p := range measured {
		until := p.End.Add(c.cfg.Hold)
		if i+1 < len(measured) {
			until = earlier(until, measured[i+1].Start)
		}
		if p.End.Sub(p.Start) > time.Hour {
			continue // a figure of a day says little about the next hour
		}
		for start := p.End; start.Before(until); {
			end := earlier(start.Add(holdPiece), until)
			h := p
			h.Start, h.End = start, end
			h.Quality = max(p.Quality, Estimated)
			h.Sigma = math.Hypot(p.Sigma, heldSigma(end.Sub(p.End)))
			h.Origin.Name += "/hold"
			held = append(held, h)
			start = end
		}
	}
	return held
}
