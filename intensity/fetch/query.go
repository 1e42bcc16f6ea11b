package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/scimeter/scimeter/intensity"
)

// longestTTL bounds how long the newest figure and a forecast are kept where
// the step is longer.
const longestTTL = 24 * time.Hour

// A Query says what a call is about. It is the key under which calls share a
// request and answers are kept, so all that changes the answer stands in it.
type Query struct {
	Signal intensity.Signal
	Zone   string

	// Vintage names the model or version that the figures are of, where a source
	// has several; figures of another one are never taken for these.
	Vintage string

	Step   time.Duration // length of a point; a figure is asked for once a step
	Settle time.Duration // see intensity.Capabilities; 0: nothing is kept for good

	// Final is the weakest quality of a figure that the source will not replace by
	// a better one; zero: intensity.Measured. A day with a weaker one is not kept
	// for good.
	Final intensity.Quality

	Chunk time.Duration // the longest range of one request; 0: any
}

// A Load asks the service for the points of [from, to), which it may take from
// [Client.Ask] in several pages. It may return more points than asked for, in
// any order; they are clipped. Points beside an error are kept. For
// [Client.Current] and [Client.Forecast] the times are zero.
type Load func(ctx context.Context, from, to time.Time) ([]intensity.Point, error)

// Current returns the newest of the points that load returns. It is asked for
// once a step: right after a step of the clock begins, a little later on some
// machines than on others.
func (c *Client) Current(ctx context.Context, q Query, load Load) (intensity.Point, error) {
	s, err := c.remembered(ctx, q, "current", load)
	if err != nil {
		return intensity.Point{}, err
	}
	return s.Points[len(s.Points)-1], nil
}

// Forecast returns the points that load returns and that end in the future. It
// is asked for once a step.
func (c *Client) Forecast(ctx context.Context, q Query, load Load) (*intensity.Series, error) {
	s, err := c.remembered(ctx, q, "forecast", load)
	if err != nil {
		return nil, err
	}
	now := time.Now()
	s.Points = slices.DeleteFunc(s.Points, func(p intensity.Point) bool { return !p.End.After(now) })
	if len(s.Points) == 0 {
		return nil, c.fail(q.op("forecast"), 0, Fail(ErrNoData, "all of it has passed"))
	}
	return s, nil
}

func (c *Client) remembered(ctx context.Context, q Query, what string, load Load) (*intensity.Series, error) {
	ttl := untilNextStep(q.Step) + Spread(q.key(what), min(q.Step/10, time.Minute))
	return c.ask(ctx, q, what, "", ttl, func(ctx context.Context) result {
		points, err := load(ctx, time.Time{}, time.Time{})
		if err == nil && len(points) == 0 {
			err = ErrNoData
		}
		return result{points, err}
	})
}

// untilNextStep returns the time to the next multiple of step, at most a day.
func untilNextStep(step time.Duration) time.Duration {
	step = cmp.Or(step, time.Minute)
	now := time.Now()
	return min(now.Truncate(step).Add(step).Sub(now), longestTTL)
}

// ask returns what is remembered, else what work returns, which is shared by
// all that ask at once and remembered in turn.
func (c *Client) ask(ctx context.Context, q Query, what, span string, ttl time.Duration, work func(context.Context) result) (*intensity.Series, error) {
	wide := q.key(what)
	narrow := wide + span
	known := func() (result, bool) {
		if res, ok := c.recent.load(wide); ok {
			return res, true
		}
		return c.recent.load(narrow)
	}
	res, ok := known()
	if !ok {
		res = c.flights.do(ctx, narrow, func(ctx context.Context) result {
			if res, ok := known(); ok {
				return res
			}
			res := c.checked(q, what, work(ctx))
			switch {
			case res.err == nil:
				c.recent.store(narrow, res, ttl)
			case lasting(res.err):
				c.recent.store(wide, res, c.service.Hold(res.err))
			case !errors.Is(res.err, ErrAuth): // the gate knows for which key
				c.recent.store(narrow, res, c.service.Hold(res.err))
			}
			return res
		})
	}
	if res.err != nil {
		res.err = c.fail(q.op(what), 0, res.err)
	}
	if len(res.points) == 0 {
		return nil, res.err
	}
	return &intensity.Series{Points: slices.Clone(res.points)}, res.err
}

// lasting reports whether an error holds for any interval of the zone.
func lasting(err error) bool {
	return errors.Is(err, ErrPlan) || errors.Is(err, ErrNotFound) || errors.Is(err, ErrZoneMismatch)
}

// checked puts points in order and refuses those that are not of the query.
func (c *Client) checked(q Query, what string, res result) result {
	s, err := intensity.NewSeries(res.points...)
	if err == nil && len(s.Points) > 0 {
		if p := s.Points[0]; p.Signal != q.Signal || p.Zone != q.Zone {
			err = fmt.Errorf("points of zone %q, %s", p.Zone, p.Signal)
		}
	}
	if err != nil {
		return result{err: c.fail(q.op(what), 0, Fail(ErrDecode, "%v", err))}
	}
	if res.err != nil {
		res.err = c.fail(q.op(what), 0, res.err)
	}
	return result{s.Points, res.err}
}

func (q Query) key(what string) string {
	return strings.Join([]string{what, q.Signal.String(), q.Zone, q.Vintage, ""}, "\x00")
}

func (q Query) op(what string) string { return what + " " + q.Zone }
