package fetch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/scimeter/scimeter/intensity"
)

const (
	day         = 24 * time.Hour
	longestSpan = 20 * 366 * day // of one call
)

// Range returns the points that overlap [from, to), whole. Days that are final
// come from the cache; those that the source no longer revises are asked for
// whole, and the rest as it is, to full steps, at most once a step. Load is
// called for [Query.Chunk] at a time. Where the service cannot be asked, or its
// answer not be read, what the cache has of the time comes beside the error.
func (c *Client) Range(ctx context.Context, q Query, from, to time.Time, load Load) (*intensity.Series, error) {
	if n := to.Sub(from); n <= 0 || n > longestSpan {
		return nil, fmt.Errorf("%s: range %s: %s to %s: %w", c.service.Name, q.Zone,
			from.UTC().Format(time.RFC3339), to.UTC().Format(time.RFC3339), intensity.ErrWindow)
	}
	lo, hi := from.UTC().Round(0), to.UTC().Round(0)
	if q.Step > 0 {
		lo = lo.Truncate(q.Step)
		if t := hi.Truncate(q.Step); !t.Equal(hi) {
			hi = t.Add(q.Step)
		}
	}
	span := lo.Format(time.RFC3339Nano) + hi.Format(time.RFC3339Nano)
	s, err := c.ask(ctx, q, "range", span, untilNextStep(q.Step), func(ctx context.Context) result {
		r := ranged{client: c, query: q, load: load, now: c.now()}
		return r.read(ctx, lo, hi)
	})
	if outage(err) {
		s = c.lastKnown(q, lo, hi, s)
	}
	if s != nil {
		s.Points = Clip(s.Points, from, to)
	}
	switch {
	case s != nil && len(s.Points) > 0:
		return s, err
	case err == nil:
		err = c.fail(q.op("range"), 0, ErrNoData)
	}
	return nil, err
}

// Clip returns the points that overlap [from, to), whole.
func Clip(points []intensity.Point, from, to time.Time) []intensity.Point {
	return slices.DeleteFunc(slices.Clone(points), func(p intensity.Point) bool {
		return !p.Start.Before(to) || !p.End.After(from)
	})
}

// A ranged reads one range, from the cache and the service.
type ranged struct {
	client *Client
	query  Query
	load   Load
	now    time.Time
	points []intensity.Point
}

// read returns the points of [lo, hi). The days at its end that may yet be
// revised are remembered for a step by themselves, as the whole may be long.
func (r *ranged) read(ctx context.Context, lo, hi time.Time) result {
	tail := lo.Truncate(day)
	for tail.Before(hi) && r.settled(tail) {
		tail = tail.Add(day)
	}
	tail = earlier(later(tail, lo), hi)
	key := r.query.key("tail") + tail.Format(time.RFC3339Nano) + hi.Format(time.RFC3339Nano)
	recent, ok := r.client.recent.load(key)
	if ok {
		hi = tail
	}
	res := r.days(ctx, lo, hi)
	switch {
	case ok:
		res.points = append(res.points, recent.points...)
	case res.err == nil:
		r.client.recent.store(key, result{points: Clip(res.points, tail, hi)}, untilNextStep(r.query.Step))
	}
	return res
}

// days collects runs of days that the cache does not have and asks for them.
func (r *ranged) days(ctx context.Context, lo, hi time.Time) result {
	var from, to time.Time // the run at hand
	flush := func() error {
		defer func() { from, to = time.Time{}, time.Time{} }()
		return r.fetch(ctx, from, to)
	}
	for d := lo.Truncate(day); d.Before(hi); d = d.Add(day) {
		if kept, ok := r.kept(d); ok {
			if err := flush(); err != nil {
				return result{r.points, err}
			}
			r.points = append(r.points, kept.Points...)
			continue
		}
		start, end := d, d.Add(day)
		if !r.settled(d) {
			start, end = later(start, lo), earlier(end, hi)
		}
		if from.IsZero() {
			from = start
		}
		to = end
	}
	err := flush()
	return result{r.points, err}
}

// fetch asks for [from, to) in chunks; what the service has nothing for is a
// gap.
func (r *ranged) fetch(ctx context.Context, from, to time.Time) error {
	for a := from; a.Before(to); {
		b := to
		if r.query.Chunk > 0 {
			b = earlier(to, a.Add(r.query.Chunk))
		}
		if cut := b.Truncate(day); b.Before(to) && cut.After(a) {
			b = cut // whole days can be kept
		}
		points, err := r.load(ctx, a, b)
		points = Clip(points, a, b)
		r.points = append(r.points, points...)
		failed := err != nil && !errors.Is(err, ErrNoData)
		r.keep(points, a, b, !failed)
		if failed {
			return err
		}
		a = b
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
