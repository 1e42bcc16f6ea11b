package fetch

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"sort"
	"time"

	"github.com/scimeter/scimeter/intensity"
)

// A day that has settled and is not final is asked for again when its age has
// grown by a part, but not at once: sources fill gaps late, or never. Our
// choice.
const (
	growsBy = 8 // one part in so many
	soonest = time.Hour
)

// slack is how far two clocks that are right may lie apart, and more.
const slack = time.Hour

// settled reports whether the source revises nothing of the day any more.
func (r *ranged) settled(d time.Time) bool {
	return r.query.Settle > 0 && r.query.Step <= day && !r.now.Before(r.settles(d))
}

func (r *ranged) settles(d time.Time) time.Time { return d.Add(day + r.query.Settle) }

// kept returns the day if it need not be asked for. One that was fetched in the
// future was fetched by a clock that was wrong, and may not have settled.
func (r *ranged) kept(d time.Time) (keptDay, bool) {
	if !r.settled(d) {
		return keptDay{}, false
	}
	k, ok := r.client.cache.load(r.query.day(r.client, d))
	if !ok || k.Fetched.Before(r.settles(d)) || k.Fetched.After(r.now.Add(slack)) {
		return keptDay{}, false
	}
	pause := max(soonest, k.Fetched.Sub(d.Add(day))/growsBy)
	return k, k.Final || r.now.Sub(k.Fetched) < pause
}

// final reports whether nothing better will come of a day: it has settled, by
// our clock, by that of the service and by the times in the figures, no part of
// it is missing, and none waits for a better figure.
func (r *ranged) final(points []intensity.Point, d time.Time) bool {
	if !r.settled(d) {
		return false
	}
	at, end := d, d.Add(day)
	var made time.Time
	for _, p := range points {
		if !p.Start.Equal(at) || p.Quality > cmp.Or(r.query.Final, intensity.Measured) {
			return false
		}
		at = p.End
		made = later(made, later(p.UpdatedAt, p.IssuedAt))
	}
	return at.Equal(end) && (made.IsZero() || !made.Before(end))
}

// keep puts what was loaded of [from, to) into the cache, day by day: it takes
// the place of all that was known of that time, or, if it was not read to the
// end, of what it overlaps. Of a day with a point that crosses midnight nothing
// is kept.
func (r *ranged) keep(points []intensity.Point, from, to time.Time, whole bool) {
	r.now = r.client.now() // the answer may have told the time
	for d := from.Truncate(day); d.Before(to); d = d.Add(day) {
		end := d.Add(day)
		lo, hi := later(d, from), earlier(end, to)
		of := Clip(points, lo, hi)
		key := r.query.day(r.client, d)
		if len(of) == 0 || crosses(of, d, end) || slices.ContainsFunc(of, key.foreign) {
			continue
		}
		s, err := intensity.NewSeries(of...)
		if err != nil {
			continue
		}
		if whole && lo.Equal(d) && hi.Equal(end) {
			r.client.cache.store(key, keptDay{Points: s.Points, Final: r.final(s.Points, d), Fetched: r.now})
			continue
		}
		old, _ := r.client.cache.load(key)
		rest := slices.DeleteFunc(slices.Clone(old.Points), func(p intensity.Point) bool {
			return whole && p.Start.Before(hi) && p.End.After(lo)
		})
		if s = joined(s, rest); !slices.Equal(s.Points, old.Points) {
			r.client.cache.store(key, keptDay{Points: s.Points, Fetched: r.now})
		}
	}
}

func crosses(points []intensity.Point, d, end time.Time) bool {
	return slices.ContainsFunc(points, func(p intensity.Point) bool { return p.Start.Before(d) || p.End.After(end) })
}

// joined adds the old points that no new one overlaps.
func joined(s *intensity.Series, old []intensity.Point) *intensity.Series {
	old = slices.DeleteFunc(slices.Clone(old), func(p intensity.Point) bool {
		i := sort.Search(len(s.Points), func(i int) bool { return s.Points[i].End.After(p.Start) })
		return i < len(s.Points) && s.Points[i].Start.Before(p.End)
	})
	both, err := intensity.NewSeries(slices.Concat(s.Points, old)...)
	if err != nil {
		return s
	}
	return both
}

// day is the key of a day.
func (q Query) day(c *Client, d time.Time) cacheKey {
	return cacheKey{
		Provider: c.service.Name, Signal: q.Signal, Zone: q.Zone,
		Vintage: q.Vintage, Step: q.Step.String(), Day: d.Format(time.DateOnly),
	}
}

// outage reports whether an error says nothing of the figures: the service
// could not be asked, or what it said not be read. A key that is refused may be
// used up.
func outage(err error) bool {
	for _, class := range []error{
		ErrTemporary, ErrRateLimited, ErrAuth, ErrDecode, ErrTooLarge, ErrRedirect, context.DeadlineExceeded, context.Canceled,
	} {
		if errors.Is(err, class) {
			return true
		}
	}
	return false
}

// lastKnown adds what the cache has of [lo, hi) to what was read of it; nil if
// there is nothing.
func (c *Client) lastKnown(q Query, lo, hi time.Time, s *intensity.Series) *intensity.Series {
	if s == nil {
		s = &intensity.Series{}
	}
	var old []intensity.Point
	for d := lo.Truncate(day); d.Before(hi); d = d.Add(day) {
		k, _ := c.cache.load(q.day(c, d))
		old = append(old, k.Points...)
	}
	if s = joined(s, old); len(s.Points) == 0 {
		return nil
	}
	return s
}
