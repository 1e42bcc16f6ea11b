package metertest

import (
	"errors"
	"time"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/source"
)

// Source returns a source that reads the zones of m. Each call returns another
// one; all show the same energy.
func (m *Machine) Source() meter.Source { return &machineSource{m: m} }

// Scope returns a scope that reads the CPU times of m.
func (m *Machine) Scope() meter.Scope { return machineScope{m} }

// errClosed is what a closed source says.
var errClosed = errors.New("metertest: read of a closed source")

type machineSource struct {
	m      *Machine
	closed bool // guarded by m.mu
}

func (s *machineSource) Report() source.Report {
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	var r source.Report
	for _, z := range s.m.zones {
		if err := s.m.failed[z.ID]; err != nil {
			r.Skipped = append(r.Skipped, source.Skip{What: z.ID, Err: err})
			continue
		}
		r.Found = append(r.Found, z)
	}
	return r
}

func (s *machineSource) Read(dst []source.Reading) ([]source.Reading, error) {
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	if s.closed {
		return dst, errClosed
	}
	var errs []error
	for _, z := range s.m.zones {
		if err := s.m.failed[z.ID]; err != nil {
			errs = append(errs, err)
			continue
		}
		dst = append(dst, source.Reading{Zone: z.ID, Total: s.m.total(z.ID), At: time.Now()})
	}
	return dst, errors.Join(errs...)
}

func (s *machineSource) Close() error {
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	s.closed, s.m.closed = true, true
	return nil
}

type machineScope struct{ m *Machine }

func (s machineScope) String() string { return "script" }

// Holds reports whether inner is a scope of the same machine.
func (s machineScope) Holds(inner meter.Scope) bool { return inner == meter.Scope(s) }

func (s machineScope) Read(c *meter.CPU) error {
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	if s.m.broken != nil {
		return s.m.broken
	}
	sockets := c.Sockets[:0]
	*c = meter.CPU{Suspend: s.m.asleep, CPUs: s.m.cpus, Whole: s.m.whole, Reserved: s.m.reserved}
	c.Own, c.Busy = s.m.used()
	for i := range s.m.sockets {
		one := meter.CPU{CPUs: c.CPUs / s.m.sockets, Reserved: c.Reserved}
		if i == s.m.pinned {
			one.Own, one.Busy = c.Own, c.Busy
		}
		sockets = append(sockets, one)
	}
	if s.m.sockets > 0 {
		c.Sockets = sockets
	}
	return nil
}
