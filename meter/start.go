package meter

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// ErrNoSource reports that nothing on this machine tells what it uses: no
// counter can be read, and nothing can be estimated or estimates were refused.
var ErrNoSource = errors.New("meter: no source of energy")

// Start finds the sources of energy of this machine, chooses what nobody
// chose, and starts to count. ctx bounds the start alone; [Meter.Stop] ends the
// meter. The error says what was tried and how to allow it; sources and
// scope that were handed in are then closed.
//
// A program has one meter, which its libraries are handed. A second one in the
// process, or in a program whose parent has one around it, is another view of
// the same joules: it names the first as its [Method.Parent], and is never
// added to it.
func Start(ctx context.Context, opts ...Option) (*Meter, error) {
	c := &config{}
	m, err := c.start(ctx, opts)
	if err != nil {
		for _, s := range c.sources {
			err = errors.Join(err, s.Close())
		}
		return nil, errors.Join(err, closeScope(cmp.Or(c.used, c.scope)))
	}
	return m, nil
}

func (c *config) start(ctx context.Context, opts []Option) (*Meter, error) {
	var errs []error
	for _, opt := range opts {
		if opt != nil {
			errs = append(errs, opt(c))
		}
	}
	parent, err := parentGiven()
	if err := errors.Join(append(errs, err)...); err != nil {
		return nil, err
	}
	m := c.meter()
	machine := m.facts
	skipped := c.count(machine)
	m.start = time.Now()
	m.splitter.since = [poolCount]time.Time{m.start, m.start}
	if err := m.alone(c, m.readScope()); err != nil {
		return nil, err
	}
	if err := c.profiles(m.scope); err != nil {
		return nil, err
	}
	m.origin = CPU{Own: m.cpu.Own, Busy: m.cpu.Busy, Suspend: m.cpu.Suspend}
	if err := c.estimate(machine, m, skipped); err != nil {
		return nil, err
	}
	m.static.Skipped = append(m.static.Skipped, c.cards()...)
	m.sources = c.sources
	for _, s := range m.sources {
		m.names = append(m.names, nameOf(s))
	}
	if err := c.fit(m.cpu.CPUs); err != nil {
		return nil, err
	}
	m.follow()
	m.holds = m.holdings(m.holds[:0])
	m.choose(c, machine)
	if err := m.first(); err != nil {
		return nil, err
	}
	run, cancel := context.WithCancel(context.Background())
	err = m.connect(ctx, run, c.grid)
	if err == nil && ctx.Err() != nil {
		err = fmt.Errorf("meter: start: %w", ctx.Err())
	}
	if err != nil {
		cancel()
		return nil, err
	}
	m.stop = cancel
	living.enter(m, parent)
	m.sampleCPU(run)
	m.running.Go(func() { m.run(run) })
	return m, nil
}

// meter returns a meter that has read nothing yet.
func (c *config) meter() *Meter {
	m := &Meter{
		requests: make(chan *request), ended: make(chan struct{}), gone: make(chan struct{}),
		asking: sync.Pool{New: func() any { return &request{done: make(chan struct{}, 1)} }},
		byID:   map[string]*zone{}, scope: c.scope, accelerators: c.accelerators, config: c, facts: c.facts(),
		idle: &Account{name: IdleAccount}, accounts: newLedger(c),
	}
	if m.scope == nil {
		m.scope = Process()
	}
	c.used = m.scope
	if r, ok := m.scope.(interface{ under(proc, sys string) }); ok && (c.proc != "" || c.sys != "") {
		r.under(c.proc, c.sys)
	}
	if m.accelerators == nil {
		m.accelerators = sci.Accelerators()
	}
	return m
}

func closeScope(s Scope) error {
	if c, ok := s.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// first takes the readings from which on energy is counted.
func (m *Meter) first() error {
	m.errs = make([]error, len(m.sources)+1)
	for i, s := range m.sources {
		m.buffer, m.errs[i] = s.Read(m.buffer)
	}
	counting := false
	for _, s := range m.sources {
		for _, about := range s.Report().Found {
			if err := valid(about); err != nil {
				return err
			}
			if about.ID == restID || about.ID == lossZone.ID {
				return fmt.Errorf("meter: start: a source has a zone %q, which is the meter's own; give it another ID", about.ID)
			}
			if m.byID[about.ID] != nil {
				return fmt.Errorf("meter: start: two sources have a zone %q; hand in each source once", about.ID)
			}
			counting = m.add(about, s) || counting
		}
	}
	m.hold(m.start, true)
	if err := m.checkIdle(); err != nil {
		return err
	}
	if !counting {
		return errors.Join(append([]error{ErrNoSource}, m.errs...)...)
	}
	m.rest = m.restZone()
	n := instant{&m.cpu, m.start, 0}
	for _, r := range m.buffer {
		if z := m.byID[r.Zone]; z != nil {
			z.read(r, n)
		}
	}
	for _, z := range m.zones {
		if !z.seen && !z.silent {
			z.awaited = m.start
		}
	}
	m.rest.read(m.restAt(m.start), n)
	m.at = m.start
	m.last = CPU{Own: m.cpu.Own, Busy: m.cpu.Busy, Suspend: m.cpu.Suspend, CPUs: m.cpu.CPUs}
	m.missing = m.lacking()
	return nil
}

// valid refuses a zone whose description would spoil every figure.
func valid(z source.Zone) error {
	small := func(f float64) bool { return f >= 0 && f <= 1e9 } // and not NaN
	switch {
	case z.ID == "":
		return errors.New("meter: start: a source has a zone without an ID; give each one")
	case tidy(z.ID) != z.ID:
		return fmt.Errorf("meter: start: zone %.80q: an ID is text that prints, of at most %d bytes", z.ID, nameRoom)
	case z.Kind < source.CPU || z.Kind > source.Loss, z.Level < source.AtChip || z.Level > source.AtNodeAC:
		return fmt.Errorf("meter: start: zone %s: %v at %v; say what kind it is and at what level", z.ID, z.Kind, z.Level)
	case !small(z.Origin.Sigma), !small(z.IdleSigma), !small(float64(z.Idle)), z.Period < 0:
		return fmt.Errorf("meter: start: zone %s: its uncertainty, idle power or period is negative or not a number", z.ID)
	}
	return nil
}

// checkIdle refuses an idle power of a zone that is not there.
func (m *Meter) checkIdle() error {
	for id := range m.idlePower {
		if m.byID[id] == nil && !m.awaits() {
			ids := slices.Sorted(maps.Keys(m.byID))
			return &OptionError{Option: "WithIdlePower", Want: fmt.Sprintf("one of the zones %s, not %q", strings.Join(ids, ", "), id)}
		}
	}
	return nil
}

// add takes in a zone. It reports whether the zone is summed.
func (m *Meter) add(about source.Zone, s Source) bool {
	known := m.byID[about.ID]
	if known != nil && !known.silent {
		return false
	}
	if m.whole && about.Kind != source.Platform {
		about.Beside = true // inside what is measured as a whole
	}
	for _, z := range m.zones {
		about.Beside = about.Beside || inModule(about, z.about)
		z.about.Beside = z.about.Beside || inModule(z.about, about)
	}
	z := newZone(about, s)
	m.embodiedOf(z)
	if p, ok := m.idlePower[about.ID]; ok {
		z.idle = baseline{given: p.power, givenSigma: p.sigma}
	}
	if known != nil { // it has its place, and was missed
		z.held, z.awaited, z.gap = known.held, known.awaited, known.gap
		*known = *z
		return !about.Beside
	}
	m.zones = append(m.zones, z)
	m.byID[about.ID] = z
	return !about.Beside
}

// adopt takes in a zone that came after the start, as after a hot-plug.
func (m *Meter) adopt(id string) *zone {
	for _, s := range m.sources {
		for _, about := range s.Report().Found {
			if about.ID == id && valid(about) == nil {
				m.add(about, s)
				return m.byID[id]
			}
		}
	}
	return nil
}

const restID = "rest"

// restZone stands for what no counter sees. It also paces what is accrued by
// time, and so is there even if its power is 0.
func (m *Meter) restZone() *zone {
	about := source.Zone{
		ID: restID, Name: "rest", Kind: source.Rest, Level: source.AtNodeDC, Socket: -1, Die: -1,
		Idle:   restIdle(m.method.Rest),
		Origin: source.Origin{Method: source.Estimated, Name: "rest", Sigma: m.method.RestSigma},
	}
	m.add(about, nil)
	z := m.byID[about.ID]
	z.about.Beside = false
	m.restSince = m.start
	return z
}

// restIdle is the idle power of the rest, all of which flows anyway.
func restIdle(p units.Power) units.Power { return max(p, 1e-9) }

// gridWait is how long [Start] waits for the first answer of a grid that has to
// be fetched. What it says later is taken then: until it does, what it falls
// back on has the price. [E]
const gridWait = 2 * time.Second

var errFetching = errors.New("not answered yet")

// connect fetches the grid, and from then on again, and checks that it can
// answer at all. run ends with the meter.
func (m *Meter) connect(ctx, run context.Context, g Grid) error {
	m.pricer = pricer{grid: g, pue: m.method.Site.PUE}
	if g == nil {
		return nil
	}
	if r, ok := g.(Refresher); ok {
		m.unfetched = errFetching
		first := make(chan struct{})
		m.running.Go(func() { m.refresh(run, r, first) })
		wait := time.NewTimer(gridWait)
		defer wait.Stop()
		select {
		case <-first:
		case <-wait.C:
		case <-ctx.Done():
			return fmt.Errorf("meter: start: grid: %w", ctx.Err())
		}
	}
	_, err := g.At(m.start)
	if errors.Is(err, intensity.ErrUnknown) { // it will never answer; what is down may come back
		return fmt.Errorf("meter: start: grid: %w", err)
	}
	return nil
}

// retry is how long a grid that could not be fetched is left alone.
const retry = time.Minute

// refresh fetches the grid until ctx ends, and closes first after the first time.
func (m *Meter) refresh(ctx context.Context, r Refresher, first chan struct{}) {
	for {
		until, err := r.Refresh(ctx)
		m.correct()
		m.mu.Lock()
		m.unfetched = err
		m.mu.Unlock()
		if first != nil {
			close(first)
			first = nil
		}
		wait := max(time.Until(after(until, err)), time.Second)
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// after returns when a grid is fetched again.
func after(next time.Time, err error) time.Time {
	if err != nil {
		return latest(next, time.Now().Add(retry))
	}
	return next
}
