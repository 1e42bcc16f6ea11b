package meter

import (
	"errors"
	"os"
	"runtime"
	"time"

	"github.com/scimeter/scimeter/source"
)

// An aloneScope is this process where it sees no other work on the machine, as
// in a sandbox: what is estimated is then a machine that works for it alone.
type aloneScope struct{ own func() (time.Duration, error) }

func (s *aloneScope) String() string { return "process, as if alone" }

func (s *aloneScope) leader() int { return os.Getpid() }

func (s *aloneScope) process() bool { return true }

// Holds reports whether inner is this process.
func (s *aloneScope) Holds(inner Scope) bool { return leaderOf(inner) == os.Getpid() }

func (s *aloneScope) Read(c *CPU) error {
	own, err := s.own()
	if err != nil {
		return scopeError(s.String(), err)
	}
	*c = CPU{Own: own, Busy: own, CPUs: runtime.NumCPU()}
	return nil
}

// alone puts the process alone in place of itself where the busy time of the
// machine is hidden. That will do for an estimate, which then models what the
// process does and nothing else; a counter counts others too, and a share of
// it by such a denominator would be wrong.
func (m *Meter) alone(c *config, err error) error {
	if c.scope != nil {
		return err
	}
	if err == nil && m.cpu.Busy == 0 && m.cpu.Own > 0 {
		// A kernel has worked before its first process does.
		err = scopeError(m.scope.String(), ErrDenominator)
	}
	counted := c.has(source.CPU) || c.has(source.Platform) || c.has(source.Module)
	if !errors.Is(err, ErrDenominator) || counted || c.policy == Proportional {
		return err
	}
	m.static.Skipped = append(m.static.Skipped, source.Skip{
		What: "busy time of the machine", Err: err, Remedy: "none in a sandbox; what is estimated is a machine that works for this process alone",
	})
	if c.reservation == nil {
		c.reservation = &Reservation{Whole: true}
		m.assume("reservation", "the whole machine", "in a sandbox there is nobody else to see", "declare it: meter.WithReservation")
	}
	closed := closeScope(m.scope)
	m.scope = &aloneScope{ownCPUTime}
	return errors.Join(closed, m.readScope())
}
