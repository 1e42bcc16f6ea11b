package meter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime/pprof"
	"sync"
	"time"
)

// When the CPU profile runs, unless [WithProfile] says otherwise. In the pauses
// others find the profiler of the process free. [E]
const (
	ProfileWindow = time.Second
	ProfileCycle  = 5 * time.Second
)

// minWindow bounds a window: it ends some milliseconds late.
const minWindow = 100 * time.Millisecond

// splitSamples is how many samples there must be before energy is split by
// them: about as much CPU time as makes it shared out at all, so that both are
// of the same time.
const splitSamples = 50

// WithProfile says for how long a CPU profile runs, and once in how long, for
// [CPUSamples]: a window from 100 ms, in a cycle up to a minute. The defaults are
// [ProfileWindow] in [ProfileCycle]. What the window shows stands for all of its
// cycle, within which it begins at random, the first at once; what was used after
// the last cycle stands under it, too. A window that is the cycle leaves the
// profiler to nobody else; an error of the shares grows with the root of the
// cycle over the window.
//
// While a window is open, net/http/pprof answers that CPU profiling is in use;
// [Ledger.Pause] keeps it closed. Where somebody else takes a profile, the window
// is left out, and [Snapshot.Failures] says so; what was used stands under the
// next window, or is of [UnattributedAccount] once it has waited for a minute.
func WithProfile(window, cycle time.Duration) Option {
	return func(c *config) error {
		if window < minWindow || cycle < window || cycle > patience {
			return &OptionError{Option: "WithProfile", Want: fmt.Sprintf("a window of at least %v in a cycle up to %v, such as 1s in 5s", minWindow, patience)}
		}
		c.window, c.cycle = window, cycle
		return nil
	}
}

// ErrOtherScope reports [CPUSamples] of a scope that is not this process alone.
// It comes inside an [*OptionError].
var ErrOtherScope = errors.New("a CPU profile sees this process alone")

// Why a window of a profile is left out, or shorter.
var (
	errInUse  = errors.New("somebody else takes a CPU profile")
	errTaken  = errors.New("somebody else has ended the CPU profile")
	errPaused = errors.New("paused")
)

// A profiler takes one CPU profile at a time: that of the process.
type profiler interface {
	start(w io.Writer) error // w is written to when the profile ends, by whomever
	stop()
}

type runtimeProfiler struct{}

func (runtimeProfiler) start(w io.Writer) error { return pprof.StartCPUProfile(w) }
func (runtimeProfiler) stop()                   { pprof.StopCPUProfile() }

// profiles fills in what nobody gave, and refuses a scope that a profile does
// not see.
func (c *config) profiles(s Scope) error {
	if c.attribution != CPUSamples {
		return nil
	}
	if c.window == 0 {
		c.window, c.cycle = ProfileWindow, ProfileCycle
	}
	if c.profiler == nil {
		c.profiler = runtimeProfiler{}
	}
	own, ok := s.(interface{ process() bool })
	if c.anyScope || ok && own.process() {
		return nil
	}
	return &OptionError{
		Option: "WithAttribution", Want: "CPUSamples only with meter.Process(), not with the scope " + s.String(), Err: ErrOtherScope,
	}
}

// A sampler takes a CPU profile of the process now and then, and books whom its
// samples belong to.
type sampler struct {
	meter         *Meter
	by            profiler
	window, cycle time.Duration
	ended         chan struct{} // closed when the last samples are booked

	mu     sync.Mutex         // guards all below
	paused int                // by so many
	cut    context.CancelFunc // ends the window that is open; nil: none is
	closed chan struct{}      // closed when that one is
}

// sampleCPU starts the sampler, if there is to be one.
func (m *Meter) sampleCPU(ctx context.Context) {
	c := m.config
	if c.attribution != CPUSamples {
		return
	}
	m.sampler = &sampler{meter: m, by: c.profiler, window: c.window, cycle: c.cycle, ended: make(chan struct{})}
	m.accounts.sampler = m.sampler
	m.running.Go(func() { m.sampler.run(ctx) })
}

// lastSamples waits for what the sampler has seen when ctx has ended, and has it
// given out.
func (m *Meter) lastSamples() {
	if m.sampler == nil {
		return
	}
	<-m.sampler.ended
	m.mu.Lock()
	defer m.mu.Unlock()
	m.splitter.sampled = true
	m.splitter.tail = time.Since(m.splitter.since[hostPool]) <= m.sampler.cycle
}

// run takes profiles until ctx ends. Its goroutine has no labels, so that those
// of whoever started the meter are not charged for it.
func (s *sampler) run(ctx context.Context) {
	defer close(s.ended)
	pprof.SetGoroutineLabels(context.Background())
	s.turn(ctx, 0) // for the sake of programs that end soon
	for ctx.Err() == nil {
		s.turn(ctx, rand.N(s.cycle-s.window+1))
	}
}

// turn is one cycle. Its window begins at random, so that work which comes as
// regularly is not seen always or never.
func (s *sampler) turn(ctx context.Context, begin time.Duration) {
	end := time.Now().Add(s.cycle)
	idle(ctx, begin)
	s.book(s.sample(ctx))
	idle(ctx, time.Until(end))
	if ctx.Err() == nil {
		s.settle(ctx)
	}
}

// idle waits for d, or until ctx ends.
func idle(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// sample takes one profile and returns its samples by their mark. A profile that
// somebody else has ended has samples beside the error.
func (s *sampler) sample(ctx context.Context) (marked, error) {
	var w recording
	if err := s.open(ctx, &w); err != nil {
		return nil, err
	}
	taken := s.shut(&w)
	var samples marked
	var err error
	cpu := onThread(func() { samples, err = readProfile(w.bytes()) })
	s.meter.mu.Lock()
	s.meter.effort.CPU += cpu
	s.meter.mu.Unlock()
	if taken != nil {
		err = taken
	}
	return samples, err
}

// open opens a window, and returns when it is over and yet to be shut.
func (s *sampler) open(ctx context.Context, w *recording) error {
	window, err := s.begin(ctx, w)
	if err == nil {
		<-window.Done()
	}
	return err
}

func (s *sampler) begin(ctx context.Context, w *recording) (context.Context, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.paused > 0 || ctx.Err() != nil {
		return nil, errPaused
	}
	if err := s.by.start(w); err != nil {
		return nil, fmt.Errorf("%w: %w", errInUse, err)
	}
	ctx, s.cut = context.WithTimeout(ctx, s.window)
	s.closed = make(chan struct{})
	return ctx, nil
}

// shut stops the profile, if it is still the one that was started: one that
// was written down has ended, and to stop is then to stop somebody else's. The
// runtime has no way to do both at once; what could come in between is shorter
// than a microsecond.
func (s *sampler) shut(w *recording) (taken error) {
	if w.begun() {
		taken = errTaken
	} else {
		s.by.stop()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cut()
	s.cut = nil
	close(s.closed)
	return taken
}

// book adds samples to the accounts that they belong to. Those without a mark,
// or with one that is not of this ledger, are nobody's.
func (s *sampler) book(samples marked, err error) {
	m, l := s.meter, s.meter.accounts
	if err != nil && !errors.Is(err, errPaused) {
		m.mu.Lock()
		m.note(profileName, err)
		m.mu.Unlock()
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for mark, n := range samples {
		a := l.byMark[mark]
		if a == nil {
			a = l.list[0]
		}
		a.sampled += n
		l.sampled += n
	}
}

// settle has energy split, once there are enough samples or it has waited for
// long. A reading goes before, so that it is of the same time as they are.
func (s *sampler) settle(ctx context.Context) {
	m, l := s.meter, s.meter.accounts
	l.mu.Lock()
	samples := l.sampled
	l.mu.Unlock()
	m.mu.Lock()
	s.due(samples)
	due := m.splitter.sampled
	m.mu.Unlock()
	if !due {
		return
	}
	r := &request{done: make(chan struct{}, 1), gentle: true}
	select {
	case m.requests <- r:
	case <-ctx.Done():
		return
	}
	select {
	case <-r.done:
	case <-ctx.Done():
	}
}

// due notes that what waits is to be split, where so many samples in all are
// enough. m.mu is held.
func (s *sampler) due(samples uint64) {
	p := &s.meter.splitter
	late := time.Since(p.since[hostPool]) >= patience && s.meter.pools()[hostPool] != p.before[hostPool]
	p.sampled = p.sampled || late || samples-p.samples >= splitSamples
}

// Pause keeps the meter from taking CPU profiles until resume is called, and
// returns once the profiler of the process is free of it; that takes up to a
// fifth of a second. It is for who wants one for himself for longer than the
// meter leaves it to others, by [CPUSamples]; otherwise it does nothing. What is
// used meanwhile stands under the samples that come after, or is of
// [UnattributedAccount] if that takes longer than a minute.
func (l *Ledger) Pause() (resume func()) {
	if l == nil || l.sampler == nil {
		return func() {}
	}
	s := l.sampler
	s.mu.Lock()
	s.paused++
	closed := s.closed
	if s.cut != nil {
		s.cut()
	} else {
		closed = nil
	}
	s.mu.Unlock()
	if closed != nil {
		<-closed
	}
	return sync.OnceFunc(func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.paused--
	})
}
