package metertest

import (
	"fmt"
	"maps"
	"math/bits"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A Machine is a scripted machine: its zones use the energy, and its scope and
// its CPUs the time, that [Machine.Run] says, and nothing else. Its time is
// that of package testing/synctest: within a bubble hours pass at once and to
// the nanosecond. It is safe for concurrent use, and may be measured by several
// meters.
type Machine struct {
	mu     sync.Mutex // guards all below
	cpus   int
	zones  []source.Zone
	done   Phase // of the phases that are over
	now    []running
	asleep time.Duration
	failed map[string]error // by ID of a zone
	broken error            // what the scope returns
	closed bool

	reserved        map[source.Kind]float64
	whole           bool
	pinned, sockets int // sockets is 0: not pinned
}

// A Phase is what a machine does while it runs, evenly.
type Phase struct {
	Own    time.Duration                // CPU time of the scope
	Busy   time.Duration                // busy CPU time of all CPUs, that of the scope in
	Energy map[string]units.Microjoules // by ID of a zone; one that is left out uses nothing
}

// running is a phase that is not over.
type running struct {
	*Phase
	began time.Time
	takes time.Duration
}

// New returns a machine with so many CPUs and the zones, such as those of
// [Package] and [DRAM]. It has used nothing so far.
func New(cpus int, zones ...source.Zone) *Machine {
	return &Machine{
		cpus: cpus, zones: slices.Clone(zones), failed: map[string]error{},
		done: Phase{Energy: map[string]units.Microjoules{}},
	}
}

// Package returns a zone that counts a processor, "package-0" and so on, with a
// standard uncertainty of 3 %.
func Package(socket int) source.Zone {
	return zone("package-", source.CPU, socket, 0.03)
}

// DRAM returns a zone that counts the memory of a socket, "dram-0" and so on,
// with a standard uncertainty of 10 %.
func DRAM(socket int) source.Zone {
	return zone("dram-", source.Memory, socket, 0.10)
}

func zone(name string, kind source.Kind, socket int, sigma float64) source.Zone {
	name += strconv.Itoa(socket)
	return source.Zone{
		ID: name, Name: name, Kind: kind, Level: source.AtChip, Socket: socket, Die: -1,
		Origin: source.Origin{Method: source.Counted, Name: "metertest", Sigma: sigma},
	}
}

// Start starts a meter of m that is stopped when the test ends. So that the
// figures are those of the script, on whatever machine the test runs, PUE is 1,
// nothing is added for what no counter sees, and the hardware embodies 1 g an
// hour. An option of opts comes after those and replaces them; there is no grid
// unless one names it.
func Start(t testing.TB, m *Machine, opts ...meter.Option) *meter.Meter {
	t.Helper()
	given := []meter.Option{
		m.Options(), meter.WithoutRest(), meter.WithSite(sci.Site{PUE: 1}),
		meter.WithHardware(sci.Server{Embodied: units.Carbon(sci.DefaultLifespan.Hours()), Source: "metertest"}),
	}
	started, err := meter.Start(t.Context(), append(given, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := started.Stop(); err != nil {
			t.Error(err)
		}
	})
	return started
}

// Options returns what [meter.Start] needs to measure m and nothing else: its
// source and its scope. What else belongs to a machine, such as its site and
// its hardware, is found where the test runs, unless an option gives it.
func (m *Machine) Options() meter.Option {
	return meter.Options(meter.WithSource(m.Source()), meter.WithScope(m.Scope()))
}

// Run lets the machine work for a time, which it sleeps through: within a
// bubble of testing/synctest that takes no time at all. At each instant the
// machine has used its part of p, rounded down, and at the end all of it.
// Phases may run at the same time; they add up.
//
// It panics if p has energy of a zone that the machine does not have.
func (m *Machine) Run(d time.Duration, p Phase) {
	p.Energy = maps.Clone(p.Energy)
	m.begin(&p, d)
	time.Sleep(d)
	m.end(&p)
}

func (m *Machine) begin(p *Phase, d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id := range p.Energy {
		if !slices.ContainsFunc(m.zones, func(z source.Zone) bool { return z.ID == id }) {
			panic(fmt.Sprintf("metertest: run: the machine has no zone %q", id))
		}
	}
	m.now = append(m.now, running{p, time.Now(), d})
}

func (m *Machine) end(p *Phase) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.now = slices.DeleteFunc(m.now, func(r running) bool { return r.Phase == p })
	m.done.Own += p.Own
	m.done.Busy += p.Busy
	for id, e := range p.Energy {
		m.done.Energy[id] += e
	}
}

// part returns how much of what a phase uses is used by now, rounded down.
func (r running) part(whole uint64) uint64 {
	passed := time.Since(r.began)
	if passed >= r.takes {
		return whole
	}
	hi, lo := bits.Mul64(whole, uint64(max(passed, 0)))
	part, _ := bits.Div64(hi, lo, uint64(r.takes))
	return part
}

// used returns the CPU times by now. m.mu is held.
func (m *Machine) used() (own, busy time.Duration) {
	own, busy = m.done.Own, m.done.Busy
	for _, r := range m.now {
		own += time.Duration(r.part(uint64(r.Own)))
		busy += time.Duration(r.part(uint64(r.Busy)))
	}
	return own, busy
}

// total returns the energy of a zone by now. m.mu is held.
func (m *Machine) total(id string) units.Microjoules {
	e := m.done.Energy[id]
	for _, r := range m.now {
		e += units.Microjoules(r.part(uint64(r.Energy[id])))
	}
	return e
}

// Suspend puts the machine to sleep for d: the monotonic clock stands, and the
// wall clock goes on.
func (m *Machine) Suspend(d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.asleep += d
}

// Fail lets reads of a zone fail with err until it is nil again. What the
// zone uses meanwhile is counted.
func (m *Machine) Fail(zone string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.failed[zone] = err
}

// FailScope lets reads of the scope, and [Machine.Busy], fail with err until it
// is nil again.
func (m *Machine) FailScope(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.broken = err
}

// Plug adds a zone while the machine runs.
func (m *Machine) Plug(z source.Zone) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.zones = append(m.zones, z)
}

// Reserve sets the share of the machine, by kind of resource, that limits set
// aside for the scope.
func (m *Machine) Reserve(shares map[source.Kind]float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reserved = maps.Clone(shares)
}

// Pin pins the scope to a socket of a machine that has so many: its CPU time,
// and the busy time of all CPUs, is that of this socket. It panics if there is
// no such socket.
func (m *Machine) Pin(socket, sockets int) {
	if socket < 0 || socket >= sockets {
		panic(fmt.Sprintf("metertest: pin: no socket %d of %d", socket, sockets))
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pinned, m.sockets = socket, sockets
}

// Whole makes the scope the machine itself.
func (m *Machine) Whole() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.whole = true
}

// Closed reports whether a meter has closed a source of the machine.
func (m *Machine) Closed() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.closed
}

// Busy returns the busy time of all CPUs so far, as an estimate takes it.
func (m *Machine) Busy() (time.Duration, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, busy := m.used()
	return busy, m.broken
}
