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

	measured *Series   // no forecasts; a new one whenever it changes
	forecast *Series   // likewise
	horizon  time.Time // what ended by then has been forgotten; zero: nothing has

	pace  pace
	model nowcaster

	begun      bool      // the network has been asked
	failed     bool      // and its last answer of what is new was an error
	complete   bool      // the past has been fetched
	pastDue    time.Time // when it may be asked for
	pastPause  time.Duration
	reconciled time.Time // when it was looked at again for revisions
}

// Times of a link. All are choices of ours.
const (
	recent     = 25 * time.Hour // what is fetched first, so that a start is not slow
	granted    = 20 * time.Hour // what is looked at for revisions where more is refused
	reconciles = time.Hour      // between two looks for revisions
	longest    = 6 * time.Hour  // between two questions for a past that is refused
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
	k.pace = pace{step: can.Step, lag: can.Lag}
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
	return k.newest().After(now.Add(-2*k.can.Step - k.can.Lag - k.pace.late))
}

// due is when the next figure may be had, or the rest of the past: always later
// than now.
func (k *link) due(now time.Time) time.Time {
	next := k.pace.next(k.newest(), now)
	if k.can.Range && !k.complete {
		next = earlier(next, later(k.pastDue, now.Add(breath)))
	}
	return next
}

// refresh fetches what is new. A part that fails leaves the others.
func (k *link) refresh(ctx context.Context, now time.Time, history time.Duration) error {
	was := k.newest()
	var err, ahead error
	if k.can.Range {
		err = k.fetchRange(ctx, now, history)
	} else if k.can.Current {
		err = k.fetchCurrent(ctx, now)
	}
	if k.can.Forecast {
		ahead = k.fetchForecast(ctx)
	}
	k.pace.learn(was, k.newest(), now, err != nil)
	k.forget(now, history)
	return errors.Join(err, ahead)
}

// fetchRange fetches the past: at first the last day, then the rest, then what
// is new with what may have been revised.
func (k *link) fetchRange(ctx context.Context, now time.Time, history time.Duration) error {
	if k.begun && !k.complete && !now.Before(k.pastDue) {
		return k.fetchPast(ctx, now, history)
	}
	err := k.fetch(ctx, k.from(now, history), now, now)
	first, down := !k.begun, k.failed
	k.begun, k.failed = true, err != nil
	switch {
	case err == nil && history <= recent && !k.newest().IsZero():
		k.complete = true
	case first && (err != nil || k.newest().IsZero()):
		return k.fetchPast(ctx, now, history) // the provider may remember some of it
	case err == nil && down:
		k.pastDue, k.pastPause = now, 0 // it is back
	}
	return err
}

// from is from when on figures are asked for that may be new or revised.
func (k *link) from(now time.Time, history time.Duration) time.Time {
	from := now.Add(-min(recent, history))
	if newest := k.newest(); !newest.IsZero() {
		back := now.Add(-granted)
		if k.complete {
			back = now.Add(-k.settle())
		}
		from = newest.Add(-2 * k.can.Step)
		if now.Sub(k.reconciled) >= reconciles {
			from = earlier(newest, back).Add(-k.can.Step)
			k.reconciled = now
		}
	}
	return later(from, now.Add(-history))
}

// fetchPast fetches all. Where that is refused, or nothing comes, it is left
// alone for longer and longer.
func (k *link) fetchPast(ctx context.Context, now time.Time, history time.Duration) error {
	err := k.fetch(ctx, now.Add(-history), now, now)
	if err == nil && !k.newest().IsZero() {
		k.complete, k.reconciled = true, now
		return nil
	}
	k.pastPause = min(max(2*k.pastPause, soonest), longest)
	k.pastDue = now.Add(k.pastPause)
	return err
}

// revise fetches again what of the link is in force, beside what better ones
// have of it, and may yet be revised. It reports when that is due again; zero:
// there is nothing.
func (k *link) revise(ctx context.Context, better []Point, now time.Time) (time.Time, error) {
	inForce := beside(better, k.unsettled(now))
	if !k.can.Range || len(inForce) == 0 {
		return time.Time{}, nil
	}
	if due := k.reconciled.Add(reconciles); now.Before(due) {
		return due, nil
	}
	k.reconciled = now
	err := k.fetch(ctx, inForce[0].Start, inForce[len(inForce)-1].End, now)
	return now.Add(reconciles), err
}

// unsettled returns the figures that may yet be revised.
func (k *link) unsettled(now time.Time) []Point {
	return since(k.measured.Points, now.Add(-k.settle()))
}

// settle is how far back figures may be revised.
func (k *link) settle() time.Duration {
	const most = 7 * 24 * time.Hour
	if k.can.Settle <= 0 {
		return most
	}
	return min(k.can.Settle, most)
}

// fetch asks for a part of the past, and takes what comes, if need be beside an
// error.
func (k *link) fetch(ctx context.Context, from, to, now time.Time) error {
	s, err := k.Provider.(RangeProvider).Range(ctx, k.Zone, from.Truncate(k.can.Step), to)
	if s != nil {
		if refused := k.take(s.Points, now); refused != nil {
			return refused
		}
	}
	if err != nil && !errors.Is(err, ErrGap) {
		return fmt.Errorf("intensity: %s: %w", k.name(), err)
	}
	return nil
}

func (k *link) fetchCurrent(ctx context.Context, now time.Time) error {
	p, err := k.Provider.(CurrentProvider).Current(ctx, k.Zone)
	if err != nil {
		return fmt.Errorf("intensity: %s: %w", k.name(), err)
	}
	return k.take([]Point{p}, now)
}

// fetchForecast fetches what is to come. What was expected of the time before
// stays: nobody will know better.
func (k *link) fetchForecast(ctx context.Context) error {
	s, err := k.Provider.(ForecastProvider).Forecast(ctx, k.Zone)
	if err == nil && s != nil {
		s, err = k.normal(s.Points)
	}
	if err != nil {
		return fmt.Errorf("intensity: %s: forecast: %w", k.name(), err)
	}
	if s != nil && len(s.Points) > 0 {
		k.expect(s.Points)
	}
	return nil
}

// expect takes in a forecast.
func (k *link) expect(points []Point) {
	old := k.forecast.Points
	old = old[:(&Series{Points: old}).search(points[0].Start)]
	all := append(slices.Clone(old), points...)
	if n := len(old); n > 0 && all[n-1].End.After(points[0].Start) {
		all[n-1].End = points[0].Start
	}
	if !slices.Equal(all, k.forecast.Points) {
		k.forecast = &Series{Points: all}
	}
}
