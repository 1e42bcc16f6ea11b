package intensity

import (
	"fmt"
	"slices"
	"time"
)

// normal returns the points in order. All must be of the signal that the
// provider has said it has.
func (k *link) normal(points []Point) (*Series, error) {
	for _, p := range points {
		if p.Signal != k.can.Signal {
			return nil, &PointError{Point: p, Err: fmt.Errorf("%w than %v, which the provider declares for the zone", ErrSignal, k.can.Signal)}
		}
	}
	return NewSeries(points...)
}

// take takes in figures of the past: the later answer holds for the time that it
// covers, in whatever steps, unless it says that it is of an earlier revision.
// Some services leave a forecast standing for what is over; of what is not, it
// is one.
func (k *link) take(points []Point, now time.Time) error {
	s, err := k.normal(points)
	if err != nil {
		return fmt.Errorf("intensity: %s: %w", k.name(), err)
	}
	var ahead, past []Point
	for _, p := range s.Points {
		if p.Quality == Forecast && p.End.After(now) {
			ahead = append(ahead, p)
			continue
		}
		past = append(past, p)
	}
	if len(ahead) > 0 {
		if all := fill(ahead, k.forecast.Points); !slices.Equal(all, k.forecast.Points) {
			k.forecast = &Series{Points: all}
		}
	}
	if len(past) > 0 {
		k.replace(past)
	}
	return nil
}

// replace puts the points, which are in order, in the place of what there is of
// their time.
func (k *link) replace(points []Point) {
	old := k.measured.Points
	first := k.measured.search(points[0].Start)
	last := first
	for end := points[len(points)-1].End; last < len(old) && old[last].Start.Before(end); {
		last++
	}
	between := fill(fill(newerOf(old[first:last], points), points), old[first:last])
	if !slices.Equal(between, old[first:last]) {
		k.measured = &Series{Points: slices.Concat(old[:first], between, old[last:])}
	}
}

// newerOf returns the old points that say that they are of a later revision than
// a point that overlaps them.
func newerOf(old, points []Point) []Point {
	var newer []Point
	for _, o := range old {
		i := (&Series{Points: points}).search(o.Start)
		if i < len(points) && points[i].Start.Before(o.End) && !points[i].UpdatedAt.IsZero() && o.UpdatedAt.After(points[i].UpdatedAt) {
			newer = append(newer, o)
		}
	}
	return newer
}

// forget drops what ended so long before the last figure: in an outage nothing
// is forgotten, since nothing comes.
func (k *link) forget(now time.Time, history time.Duration) {
	horizon := now.Add(-history)
	if newest := k.newest(); !newest.IsZero() {
		horizon = earlier(horizon, newest.Add(-history))
	}
	old, dropped := k.measured.search(horizon), k.forecast.search(horizon)
	if old > 0 {
		k.measured = &Series{Points: slices.Clone(k.measured.Points[old:])}
	}
	if dropped > 0 {
		k.forecast = &Series{Points: slices.Clone(k.forecast.Points[dropped:])}
	}
	if old > 0 || dropped > 0 {
		k.horizon = horizon.UTC().Round(0)
		k.model.forget(horizon)
	}
}
