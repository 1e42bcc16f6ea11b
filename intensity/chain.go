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
	// is refused otherwise. Points that stand in say so, in [Point.InPlaceOf] and
	// by a larger Sigma: SubstituteSigma is what is added; nil:
	// [SubstituteSigma].
	Signal          Signal
	Allow           []Signal
	SubstituteSigma func(wanted, got Signal) float64

	// Elsewhere lists the zones in Live that may stand in for the first one
	// although they are another place, by the id of their provider. Other zones
	// are refused if the tables of [Locate] know both and that they lie apart.
	Elsewhere []string

	Hold    time.Duration // 0: DefaultHold; negative: nothing is held
	Nowcast time.Duration // how old the past may be that is modelled from; 0: DefaultNowcast; negative: never

	// History is how much of the past is fetched and kept; 0: DefaultHistory. Of
	// what is older the chain answers with [ErrForgotten]. Let it be longer than
	// what is priced anew: a meter keeps what it has booked of a time that is
	// forgotten, and Usage.Reprice has no price for it.
	History time.Duration
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
// same of providers of another signal, which is allowed, signal by signal; the
// annual figure. All but the first are estimates that a later Refresh may
// replace: a usage is priced anew by its Reprice. What stands in carries the
// uncertainty of the figure that it rests on, of its age ([Point.Known]) and of
// the other signal, so that an outage never makes a figure surer.
type Chain struct {
	cfg   ChainConfig
	links []*link // those of the signal that is wanted first, then signal by signal
	plan  atomic.Pointer[plan]

	refreshing sync.Mutex // guards links
}

// NewChain returns a chain that knows nothing yet but its annual figures. The
// error is a [*ChainError] for a provider without a live figure, of a signal
// that is neither wanted nor allowed, or of another place, and that of the
// provider for a zone that it does not have.
func NewChain(cfg ChainConfig) (*Chain, error) {
	if len(cfg.Live) == 0 {
		return nil, &ChainError{Err: errors.New("no provider; use the annual figure itself, as in intensity.Country")}
	}
	cfg.Hold = orDefault(cfg.Hold, DefaultHold)
	cfg.Nowcast = orDefault(cfg.Nowcast, DefaultNowcast)
	cfg.History = orDefault(cfg.History, DefaultHistory)
	cfg.Live, cfg.Static, cfg.Allow = slices.Clone(cfg.Live), slices.Clone(cfg.Static), slices.Clone(cfg.Allow)
	if cfg.SubstituteSigma == nil {
		cfg.SubstituteSigma = SubstituteSigma
	}
	c := &Chain{cfg: cfg}
	if err := c.link(); err != nil {
		return nil, err
	}
	for _, g := range cfg.Static {
		p, err := g.At(time.Now())
		if errors.Is(err, ErrGap) {
			continue
		}
		if err == nil {
			err = c.cfg.admit(p.Origin.Name, p.Signal)
		}
		if err != nil {
			return nil, err
		}
	}
	c.plan.Store(c.newPlan())
	return c, nil
}

// link makes the links, in the order in which they count.
func (c *Chain) link() error {
	for _, l := range c.cfg.Live {
		k, err := newLink(l)
		if err != nil {
			return err
		}
		if c.cfg.Signal == (Signal{}) {
			c.cfg.Signal = k.can.Signal
		}
		if err := c.cfg.admit(k.name(), k.can.Signal); err != nil {
			return err
		}
		if err := c.cfg.near(l); err != nil {
			return err
		}
		c.links = append(c.links, k)
	}
	first := []Signal{c.cfg.Signal}
	for _, k := range c.links {
		first = append(first, k.can.Signal)
	}
	slices.SortStableFunc(c.links, func(a, b *link) int {
		return slices.Index(first, a.can.Signal) - slices.Index(first, b.can.Signal)
	})
	return nil
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
func (c *ChainConfig) admit(what string, s Signal) error {
	if s == c.Signal || slices.Contains(c.Allow, s) {
		return nil
	}
	return &ChainError{What: what, Err: fmt.Errorf("%w: it is %v, and %v is wanted; list it in Allow if it may stand in", ErrSignal, s, c.Signal)}
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

// At returns what is known of t now. It asks nobody, and allocates nothing. Where
// no stage has a figure the error is a [*GapError]. Of an instant before all that
// is kept it is a [*ForgottenError] once something was dropped: the annual figure
// does not stand in for what was known better, so that nobody takes it for a
// revision. See [ChainConfig.History].
func (c *Chain) At(t time.Time) (Point, error) { return c.plan.Load().at(t) }

// Known returns all that is known now between two instants, from whatever stage,
// as points in order that do not overlap, of zones as the stages name them. All
// are cut to the time asked for; what is forgotten is left out. The error is
// [ErrWindow] for a time that is empty or reversed.
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
// providers, and returns when there will be more, which is always later than
// now. The error joins those of the providers; what was fetched stands
// nevertheless, and what is not is left to the next stage. One Refresh runs at a
// time.
func (c *Chain) Refresh(ctx context.Context) (next time.Time, err error) {
	c.refreshing.Lock()
	defer c.refreshing.Unlock()
	now := time.Now()
	was := c.state()
	var errs []error
	var better []Point // what those before have of the time that is not settled
	fresh := false
	for i, k := range c.links {
		var due time.Time
		if fresh { // it is asked for nothing that they do not know better
			due, err = k.revise(ctx, better, now)
		} else {
			err = k.refresh(ctx, now, c.cfg.History)
			due, fresh = k.due(now), k.fresh(now)
		}
		errs = append(errs, err)
		if !due.IsZero() && (next.IsZero() || due.Before(next)) {
			next = due
		}
		if i+1 < len(c.links) {
			better = fill(better, k.unsettled(now))
		}
	}
	if slices.Equal(was, c.state()) {
		c.plan.Load().renew()
	} else {
		c.plan.Store(c.newPlan())
	}
	return next, errors.Join(errs...)
}

// state tells whether a link has something new: what it has does not change.
func (c *Chain) state() []*Series {
	var state []*Series
	for _, k := range c.links {
		state = append(state, k.measured, k.forecast)
	}
	return state
}
