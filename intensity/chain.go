package intensity

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A Live is one zone of one provider.
type Live struct {
	Provider Provider
	Zone     string // the provider's own id
}

// A ChainConfig says where a [Chain] gets its figures from, in the order of
// their worth: what the providers measured, the last of it held for a short
// while, what they forecast, what is modelled from the past, and an annual
// figure. A stage that has nothing for an instant leaves it to the next.
type ChainConfig struct {
	// Live are the providers, the preferred one first; the next one is asked
	// only for what those before it do not have. At least one is needed.
	Live []Live

	// Static answers where nothing else does, such as Country("FR"); the first
	// one that can. Without it there is a gap.
	Static []Grid

	// Signal is what is wanted; zero is that of the first provider. Allow lists
	// what may stand in for it: a provider or an annual figure of another signal
	// is refused otherwise. Points that stand in say so: [Point.InPlaceOf].
	Signal Signal
	Allow  []Signal

	Hold    time.Duration // 0: DefaultHold; negative: nothing is held
	Nowcast time.Duration // how old the past may be that is modelled from; 0: DefaultNowcast; negative: never
	History time.Duration // how much of the past is fetched and kept; 0: DefaultHistory
}

// Defaults of a [ChainConfig]. Beyond them the next stage is the better one.
const (
	DefaultHold    = time.Hour
	DefaultNowcast = 72 * time.Hour
	DefaultHistory = 28 * 24 * time.Hour
)

// A Chain is a live grid that goes on to answer when its provider does not, with
// an uncertainty that says what that costs. At is answered from memory; only
// Refresh uses the network, and a meter calls it by itself. It is safe for
// concurrent use.
//
// For every instant the first of these that knows it answers: a figure of the
// providers, as they are revised; the last one before a gap, held for an hour;
// a forecast of the providers; a model of the past days, for three days; the
// annual figure. All but the first are estimates that a later Refresh may
// replace: a usage is priced anew by its Reprice.
type Chain struct {
	cfg   ChainConfig
	links []*link // one for each of cfg.Live
	plan  atomic.Pointer[plan]

	refreshing sync.Mutex // guards links
}

// NewChain returns a chain that knows nothing yet but its annual figures. The
// error is a [*ChainError] for a provider without a live figure, or of a signal
// that is neither wanted nor allowed, and that of the provider for a zone that
// it does not have.
func NewChain(cfg ChainConfig) (*Chain, error) {
	if len(cfg.Live) == 0 {
		return nil, &ChainError{Err: errors.New("no provider; use the annual figure itself, as in intensity.Country")}
	}
	cfg.Hold = orDefault(cfg.Hold, DefaultHold)
	cfg.Nowcast = orDefault(cfg.Nowcast, DefaultNowcast)
	cfg.History = orDefault(cfg.History, DefaultHistory)
	cfg.Live, cfg.Static, cfg.Allow = slices.Clone(cfg.Live), slices.Clone(cfg.Static), slices.Clone(cfg.Allow)
	c := &Chain{cfg: cfg}
	for _, l := range cfg.Live {
		k, err := newLink(l)
		if err != nil {
			return nil, err
		}
		if c.cfg.Signal == (Signal{}) {
			c.cfg.Signal = k.can.Signal
		}
		if err := c.admit(k.name(), k.can.Signal); err != nil {
			return nil, err
		}
		c.links = append(c.links, k)
	}
	for _, g := range cfg.Static {
		p, err := g.At(time.Now())
		if errors.Is(err, ErrGap) {
			continue
		}
		if err == nil {
			err = c.admit(p.Origin.Name, p.Signal)
		}
		if err != nil {
			return nil, err
		}
	}
	c.plan.Store(c.newPlan(nil))
	return c, nil
}

func orDefault(d, usual time.Duration) time.Duration {
	switch {
	case d == 0:
		return usual
	case d < 0:
		return 0
	}
	return d
}

// admit refuses a signal that may not stand in for the one that is wanted.
func (c *Chain) admit(what string, s Signal) error {
	if s == c.cfg.Signal || slices.Contains(c.cfg.Allow, s) {
		return nil
	}
	return &ChainError{What: what, Err: fmt.Errorf("%w: it is %v, and %v is wanted; list it in Allow if it may stand in", ErrSignal, s, c.cfg.Signal)}
}

// A ChainError is a [ChainConfig] that cannot be.
type ChainError struct {
	What string // the provider and zone, or the annual figure
	Err  error
}

// Error names the part and what is wrong with it.
func (e *ChainError) Error() string {
	if e.What == "" {
		return "intensity: chain: " + e.Err.Error()
	}
	return "intensity: chain: " + e.What + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *ChainError) Unwrap() error { return e.Err }

// Signal returns the signal of all points of the chain, or that they stand in
// for.
func (c *Chain) Signal() Signal { return c.cfg.Signal }

// At returns what is known of t now. It asks nobody. Where no stage has a figure
// the error is a [*GapError].
func (c *Chain) At(t time.Time) (Point, error) { return c.plan.Load().at(t) }

// Known returns all that is known now between two instants, from whatever stage,
// as points in order that do not overlap, of zones as the stages name them. Annual figures are cut to the time
// asked for. The error is [ErrWindow] for a time that is empty or reversed.
func (c *Chain) Known(from, to time.Time) ([]Point, error) {
	if !from.Before(to) {
		return nil, fmt.Errorf("intensity: known of %s: %w", span(from, to), ErrWindow)
	}
	plan, points := c.plan.Load(), []Point(nil)
	for t := from; t.Before(to); {
		p, err := plan.at(t)
		if gap, ok := errors.AsType[*GapError](err); ok {
			if gap.To.IsZero() {
				break
			}
			t = gap.To
			continue
		}
		if err != nil {
			return nil, err
		}
		p.Start, p.End = later(p.Start, from), earlier(p.End, to)
		points = append(points, p)
		t = p.End
	}
	return points, nil
}

// Refresh fetches what is new, and what may have been revised, from the
// providers, and returns when there will be more. The error joins those of the
// providers; what was fetched stands nevertheless, and what is not is left to
// the next stage. One Refresh runs at a time.
func (c *Chain) Refresh(ctx context.Context) (next time.Time, err error) {
	c.refreshing.Lock()
	defer c.refreshing.Unlock()
	now := time.Now()
	var errs []error
	for _, k := range c.links {
		errs = append(errs, k.refresh(ctx, now, c.cfg.History))
		if due := k.due(now); next.IsZero() || due.Before(next) {
			next = due
		}
		if k.fresh(now) {
			break // those behind it are asked for nothing that they do not know better
		}
	}
	c.plan.Store(c.newPlan(c.links))
	return next, errors.Join(errs...)
}
