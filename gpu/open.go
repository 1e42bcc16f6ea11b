package gpu

import (
	"slices"
	"time"

	"github.com/scimeter/scimeter/source"
)

const (
	// openBound is how long Open waits for a driver, and autoBound how long Auto
	// does. One without persistence mode initialises its cards then, which takes
	// a second or so each. [E]
	openBound = 10 * time.Second
	autoBound = 2 * time.Second

	// tryBound is how long both wait for the first answer of the cards. [E]
	tryBound = time.Second
)

// Auto opens whatever cards this machine has, for meter.WithSource. It never
// fails: where there is none, the Reader has no zone, and its Report says what
// was tried and what to do. It waits at most two seconds for drivers, see
// [WithWait], and one for their cards: what answers later is taken in then, and
// counted from then on.
func Auto(opts ...Option) *Reader { return open(newConfig(opts), autoBound) }

// Open opens the cards of this machine and takes their first values, from which
// on energy is counted. Cards that cannot be read are listed in the Report and
// do not fail the rest. If none can, the error is an [*UnavailableError], which
// says what was tried. It waits at most ten seconds for drivers, see [WithWait],
// and one for their cards.
func Open(opts ...Option) (*Reader, error) {
	r := open(newConfig(opts), openBound)
	rep := r.Report()
	if len(rep.Found) > 0 {
		return r, nil
	}
	r.Close()
	return nil, &UnavailableError{Skipped: rep.Skipped}
}

func open(c *config, wait time.Duration) *Reader {
	if c.wait > 0 {
		wait = c.wait
	}
	r := &Reader{
		start: time.Now(), quit: make(chan struct{}), patience: time.NewTimer(time.Hour), answered: make(chan struct{}, 1),
		idle: c.idle, shares: c.shares, sigmas: c.sigmas, host: newHost(c),
	}
	r.patience.Stop()
	r.choice = newChoice(c.spec, r.host)
	for _, d := range c.drivers {
		b := &backend{drv: d, name: d.Name(), opened: make(chan struct{})}
		r.backends = append(r.backends, b)
	}
	for _, b := range r.backends {
		go b.open(r)
	}
	r.awaitBackends(time.NewTimer(wait))
	r.awaitTrials(time.NewTimer(tryBound))
	return r
}

// awaitBackends waits until all drivers are open, and takes in their cards in
// the order of the drivers, so that the best one that can read a card does.
func (r *Reader) awaitBackends(bound *time.Timer) {
	defer bound.Stop()
	for _, b := range r.backends {
		select {
		case <-b.opened:
		case <-bound.C:
			bound.Reset(0)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.begun = true
	r.adopt()
}

// awaitTrials waits until all cards have answered once.
func (r *Reader) awaitTrials(bound *time.Timer) {
	defer bound.Stop()
	r.mu.Lock()
	devices := slices.Clone(r.devices)
	r.mu.Unlock()
	for _, d := range devices {
		select {
		case <-d.tried:
		case <-bound.C:
			bound.Reset(0)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.place()
}

// Report returns which cards are read now, and what else was looked for, with
// the reason and what to do.
func (r *Reader) Report() source.Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	var rep source.Report
	now := time.Now()
	for _, d := range r.devices {
		d.report(&rep, now)
	}
	for _, b := range r.backends {
		rep.Skipped = append(rep.Skipped, b.aside...)
	}
	rep.Skipped = append(rep.Skipped, r.unopened()...)
	rep.Skipped = append(rep.Skipped, r.choice.skips...)
	rep.Assumed = r.assumed(rep.Found)
	return rep
}
