package meter

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A request asks for a reading now; done has room for the answer, so that
// whoever gave up waiting holds up nobody.
type request struct {
	done   chan struct{}
	gentle bool // what is too little to be shared out is not
}

// run reads all sources at every tick, and whenever somebody asks, until ctx
// ends; then once more. No other goroutine reads them, so that one that does
// not answer holds up nobody who has a context.
func (m *Meter) run(ctx context.Context) {
	defer close(m.ended)
	wait := m.method.Interval
	ticks := time.NewTicker(wait)
	defer ticks.Stop()
	for {
		select {
		case <-ctx.Done():
			m.lastSamples()
			m.sample(true)
			return
		case <-ticks.C:
			m.sample(false)
		case r := <-m.requests:
			m.sample(!r.gentle)
			r.done <- struct{}{}
		}
		if next := m.pause(wait); next != wait {
			wait = next
			ticks.Reset(wait)
		}
	}
}

// stretch is by how much a tick of a machine at rest comes later, at most. What
// it reads is shared out no sooner: see minBusy.
const stretch = 8

// pause returns the time until the next reading after one that came after wait.
// Where so little was worked that nothing could be shared out it is twice as
// long, as far as all sources allow it, but never beyond patience.
func (m *Meter) pause(wait time.Duration) time.Duration {
	usual := m.method.Interval
	if m.shared || m.longest < usual {
		return usual
	}
	left := patience - m.at.Sub(m.rest.base.at)
	return max(usual, min(2*wait, stretch*usual, m.longest, left))
}

// grace is how long a reading is waited for although the context has ended: a
// source that answers at all does so much sooner.
const grace = 50 * time.Millisecond

// ask has a reading taken now, and returns why there is none. That of a meter
// that has ended is the last.
func (m *Meter) ask(ctx context.Context) error {
	r := m.asking.Get().(*request)
	late := ctx.Done()
	var grown <-chan time.Time
	requests := m.requests
	for {
		select {
		case requests <- r:
			requests = nil // taken; now for the answer
		case <-r.done:
			m.asking.Put(r)
			return nil
		case <-late:
			late = nil
			grown = time.After(grace)
		case <-grown:
			return ctx.Err() // r is not used again: its answer may still come
		case <-m.ended:
			return nil
		case <-m.gone:
			return errGone
		}
	}
}

// weighEach says at how many readings one is weighed for its CPU time, since
// that takes a tenth of what a reading does; the others count as the last one.
const weighEach = 8

// sample reads scope and sources and takes in what they say.
func (m *Meter) sample(force bool) {
	began := time.Now()
	if m.sampled%weighEach == 0 {
		m.weight = onThread(func() { m.read(force) })
	} else {
		m.read(force)
	}
	m.sampled++
	m.watch()
	m.mu.Lock()
	m.effort.CPU += m.weight
	m.effort.Took = time.Since(began)
	m.mu.Unlock()
}

// onThread runs f and returns the CPU time it took.
func onThread(f func()) time.Duration {
	runtime.LockOSThread() // so that the clock of the thread is that of f
	defer runtime.UnlockOSThread()
	before := threadTime()
	f()
	return threadTime() - before
}

func (m *Meter) read(force bool) {
	// CPU times first, energies right after: what is shared and what it is
	// shared by have to be of one instant.
	now := time.Now()
	m.errs[len(m.sources)] = m.readScope()
	m.buffer = m.buffer[:0]
	for i, s := range m.sources {
		m.reads.Store(int32(i))
		m.buffer, m.errs[i] = s.Read(m.buffer)
	}
	m.holds = m.holdings(m.holds[:0])
	m.reads.Store(atGrid)
	m.apply(now, force)
}

// readScope reads the CPUs.
func (m *Meter) readScope() error {
	m.reads.Store(atScope)
	m.unread = m.scope.Read(&m.cpu)
	return m.unread
}

// busy is what an estimate goes by: the CPUs as the scope read them last.
func (m *Meter) busy() (time.Duration, error) { return m.cpu.Busy, m.unread }

// apply takes in what was read.
func (m *Meter) apply(now time.Time, force bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := m.instant(m.cpu.Suspend - m.origin.Suspend)
	m.setClock(&n, now)
	known := m.errs[len(m.sources)] == nil
	m.shared = true // what cannot be shared for want of a reading is tried soon
	news := false
	for _, r := range m.buffer {
		z := m.byID[r.Zone]
		if z != nil && !z.silent {
			z.read(r, n)
			continue
		}
		news = known
		if z == nil && !known { // until the scope is known again it is missed
			if z = m.expect(r.Zone); z != nil {
				z.awaited = m.at
			}
		}
	}
	if known {
		m.rest.read(m.restAt(now), n)
	}
	if news {
		m.settle(n, true) // what was used before goes by what held before
		m.welcome(n, now)
	}
	m.hold(now, known)
	m.at = now
	if known {
		m.settle(n, force)
		m.last = CPU{Own: m.cpu.Own, Busy: m.cpu.Busy, Suspend: m.cpu.Suspend, CPUs: m.cpu.CPUs}
	}
	m.split(force)
	for _, z := range m.zones {
		z.late = 0
		if !z.fresh && z.seen && (z != m.rest || known) {
			z.late = max(0, now.Sub(z.last.At))
		}
		z.fresh = false
	}
	m.missing, m.unshared = m.lacking(), m.errs[len(m.sources)]
	m.effort.Reads++
	for i, err := range m.errs {
		if err != nil {
			m.fail(i, err)
		}
	}
}

// instant is that of a tick, before which the machine has slept for so long.
func (m *Meter) instant(slept time.Duration) instant {
	return instant{&m.cpu, m.start, slept + m.shift}
}

// lateClock is how far ahead a clock must be to have been set for the first
// time. What is less, or back, is somebody's correction, and has no effect.
const lateClock = time.Hour

// setClock believes a clock that was not set yet when the meter was started, as
// on a machine without a battery. From then on energy has the price of that
// time; what was booked stays.
func (m *Meter) setClock(n *instant, now time.Time) {
	ahead := now.Round(0).Sub(n.wall(now))
	if ahead <= lateClock {
		return
	}
	m.shift += ahead
	n.slept += ahead
	for _, z := range m.zones {
		z.base.wall = z.base.wall.Add(ahead)
	}
}

// lacking is what could not be read or priced this time; nil is the rule, and
// costs nothing.
func (m *Meter) lacking() error {
	var errs []error
	for _, err := range m.errs {
		if err != nil {
			errs = append(errs, err)
		}
	}
	if m.pricer.grid != nil && m.pricer.err != nil {
		errs = append(errs, fmt.Errorf("meter: grid: %w", m.pricer.err))
	}
	if m.unfetched != nil {
		errs = append(errs, fmt.Errorf("meter: refresh of the grid: %w", m.unfetched))
	}
	return errors.Join(errs...)
}

// restAt is the reading of what no counter sees: a power times a time, rounded
// as a whole.
func (m *Meter) restAt(now time.Time) source.Reading {
	uj := float64(m.method.Rest) * now.Sub(m.restSince).Seconds() * 1e6
	return source.Reading{Zone: m.rest.about.ID, Total: m.restBefore + units.Microjoules(uj+0.5), At: now}
}

// settle shares out what is due, and accrues what the hardware embodies over
// the interval of the rest.
func (m *Meter) settle(n instant, force bool) {
	m.shared = force
	for _, z := range m.zones {
		from, before := z.base.at, n.since(&z.base, z.about.Socket)
		settled := z.settle(m, n, force)
		m.shared = m.shared || settled
		if settled && z == m.rest {
			m.accrue(z.base.at.Sub(from), before, n.cpu.Whole)
		}
	}
}

// accrue adds what the hardware embodies for an interval of the machine. Under
// Marginal, where nothing static is charged, it is by our part of the capacity.
func (m *Meter) accrue(dt time.Duration, use usage, whole bool) {
	if dt <= 0 {
		return
	}
	d := use.dynamic()
	cpu := m.sharing.of(source.CPU, d, whole).static
	memory := m.sharing.of(source.Memory, d, whole).static
	if m.sharing.policy == Marginal && use.cpus > 0 {
		cpu = min(1, use.shared().Seconds()/(dt.Seconds()*float64(use.cpus)))
		memory = cpu
	}
	other, ram := m.method.Server.OfParts(dt, cpu, memory)
	m.embodied += float64(other + ram)
}
