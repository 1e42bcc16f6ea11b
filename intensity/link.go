package intensity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// A link is what a chain has from one provider.
type link struct {
	Live
	can Capabilities

	measured *Series // no forecasts
	forecast *Series

	model      *Calibrated // nil: too short a past
	calibrated time.Time

	complete   bool      // the past has been fetched
	reconciled time.Time // when it was looked at again for revisions
}

// Times of a link. All are choices of ours.
const (
	recent     = 25 * time.Hour // what is fetched first, so that a start is not slow
	reconciles = time.Hour      // between two looks for revisions
	soonest    = time.Minute    // between two refreshes
	latest     = 30 * time.Minute
)

func newLink(l Live) (*link, error) {
	if l.Provider == nil {
		return nil, &ChainError{Err: errors.New("a provider is nil")}
	}
	k := &link{Live: l, measured: &Series{}, forecast: &Series{}}
	can, err := l.Provider.Capabilities(l.Zone)
	if err != nil {
		return nil, fmt.Errorf("intensity: chain: %w", err)
	}
	if err := can.Signal.Valid(); err != nil {
		return nil, &ChainError{What: k.name(), Err: err}
	}
	_, current := l.Provider.(CurrentProvider)
	_, ranged := l.Provider.(RangeProvider)
	can.Current, can.Range = can.Current && current, can.Range && ranged
	_, forecasts := l.Provider.(ForecastProvider)
	can.Forecast = can.Forecast && forecasts
	if !can.Current && !can.Range && !can.Forecast {
		return nil, &ChainError{What: k.name(), Err: errors.New("it has no live figure of that zone")}
	}
	can.Step = max(can.Step, time.Minute)
	k.can = can
	return k, nil
}

func (k *link) name() string { return k.Provider.Name() + " " + k.Zone }

// newest is the end of the last figure of the past.
func (k *link) newest() time.Time {
	if n := len(k.measured.Points); n > 0 {
		return k.measured.Points[n-1].End
	}
	return time.Time{}
}

// fresh reports whether the link has what may be had by now.
func (k *link) fresh(now time.Time) bool {
	return k.newest().After(now.Add(-2*k.can.Step - k.can.Lag))
}

// due is when the next figure may be had, or the rest of the past.
func (k *link) due(now time.Time) time.Time {
	if k.can.Range && !k.complete {
		return now
	}
	next := k.newest().Add(k.can.Step + k.can.Lag)
	return earlier(later(next, now.Add(soonest)), now.Add(max(soonest, min(k.can.Step, latest))))
}

// refresh fetches what is new. A part that fails leaves the others.
func (k *link) refresh(ctx context.Context, now time.Time, history time.Duration) error {
	var errs []error
	if k.can.Range {
		errs = append(errs, k.fetchRange(ctx, now, history))
	} else if k.can.Current {
		errs = append(errs, k.fetchCurrent(ctx, now))
	}
	if k.can.Forecast {
		errs = append(errs, k.fetchForecast(ctx))
	}
	k.forget(now.Add(-history))
	return errors.Join(errs...)
}

// fetchRange fetches the past: at first the last day, then the rest, then what
// is new with what may have been revised.
func (k *link) fetchRange(ctx context.Context, now time.Time, history time.Duration) error {
	from := now.Add(-min(recent, history))
	whole := k.newest() != (time.Time{}) && !k.complete
	switch {
	case whole:
		from = now.Add(-history)
	case k.complete && now.Sub(k.reconciled) >= reconciles:
		from = earlier(k.newest(), now.Add(-k.settle())).Add(-k.can.Step)
		k.reconciled = now
	case k.complete:
		from = k.newest().Add(-2 * k.can.Step)
	}
	from = later(from, now.Add(-history)).Truncate(k.can.Step)
	s, err := k.Provider.(RangeProvider).Range(ctx, k.Zone, from, now)
	if s != nil {
		if failed := k.take(s.Points, now); failed != nil {
			return failed
		}
	}
	if err != nil && !errors.Is(err, ErrGap) {
		return fmt.Errorf("intensity: %s: %w", k.name(), err)
	}
	if whole || history <= recent {
		k.complete, k.reconciled = true, now
	}
	return nil
}

// settle is how far back figures may be revised.
func (k *link) settle() time.Duration {
	const most = 7 * 24 * time.Hour
	if k.can.Settle <= 0 {
		return most
	}
	return min(k.can.Settle, most)
}

func (k *link) fetchCurrent(ctx context.Context, now time.Time) error {
	p, err := k.Provider.(CurrentProvider).Current(ctx, k.Zone)
	if err == nil {
		err = k.take([]Point{p}, now)
	}
	if err != nil {
		return fmt.Errorf("intensity: %s: %w", k.name(), err)
	}
	return nil
}

func (k *link) fetchForecast(ctx context.Context) error {
	s, err := k.Provider.(ForecastProvider).Forecast(ctx, k.Zone)
	if err == nil && s != nil {
		s, err = NewSeries(s.Points...)
	}
	if err != nil {
		return fmt.Errorf("intensity: %s: forecast: %w", k.name(), err)
	}
	if s != nil && len(s.Points) > 0 {
		k.forecast = s
	}
	return nil
}

// take takes in figures of the past: of one interval the later answer holds,
// unless it says that it is of an earlier revision. Some services leave a
// forecast standing for what is over; of what is not, it is one.
func (k *link) take(points []Point, now time.Time) error {
	var ahead []Point
	points = slices.DeleteFunc(slices.Clone(points), func(p Point) bool {
		still := p.Quality == Forecast && p.End.After(now)
		if still {
			ahead = append(ahead, p)
		}
		return still
	})
	if len(ahead) > 0 {
		k.forecast = &Series{Points: fill(ahead, k.forecast.Points)}
	}
	at := make(map[int64]int, len(points))
	for i, p := range points {
		at[p.Start.UnixNano()] = i
	}
	for _, old := range k.measured.Points {
		i, again := at[old.Start.UnixNano()]
		switch {
		case !again || !points[i].End.Equal(old.End):
			points = append(points, old)
		case old.UpdatedAt.After(points[i].UpdatedAt) && !points[i].UpdatedAt.IsZero():
			points[i] = old
		}
	}
	s, err := NewSeries(points...)
	if err != nil {
		return fmt.Errorf("intensity: %s: %w", k.name(), err)
	}
	k.measured = s
	return nil
}

// forget drops what ended before from.
func (k *link) forget(from time.Time) {
	i := k.measured.search(from)
	k.measured = &Series{Points: slices.Clone(k.measured.Points[i:])}
}
