//go:build !linux

package meter

import (
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/shirou/gopsutil/v3/cpu"
)

// scopeElsewhere is a scope off Linux, where only the times of this process
// and of the machine are known.
type scopeElsewhere struct {
	name string
	own  func() (time.Duration, error) // nil: the machine

	cpus      int
	last, all time.Duration // so that neither falls
}

func newProcessScope() Scope { return &scopeElsewhere{name: "process", own: ownCPUTime} }
func newMachineScope() Scope { return &scopeElsewhere{name: "machine"} }

func (s *scopeElsewhere) String() string { return s.name }

func (s *scopeElsewhere) process() bool { return s.own != nil }

// under is here for the sake of the scopes of Linux.
func (s *scopeElsewhere) under(_, _ string) {}

func (s *scopeElsewhere) Read(c *CPU) error {
	if s.cpus == 0 {
		s.cpus = countCPUs()
	}
	busy, err := machineCPUTime()
	if err != nil {
		return scopeError(s.name, err)
	}
	own := busy
	if s.own != nil {
		if own, err = s.own(); err != nil {
			return scopeError(s.name, err)
		}
	}
	s.last, s.all = max(s.last, own), max(s.all, busy)
	clear(c.Reserved)
	*c = CPU{Own: s.last, Busy: s.all, CPUs: s.cpus, Whole: s.own == nil, Reserved: c.Reserved}
	return nil
}

// countCPUs asks the system, because what Go sees is cut by affinity.
func countCPUs() int {
	if n, err := cpu.Counts(true); err == nil && n > 0 {
		return n
	}
	return runtime.NumCPU()
}

func machineCPUTime() (time.Duration, error) {
	times, err := cpu.Times(false)
	if err == nil && len(times) == 0 {
		err = errors.ErrUnsupported
	}
	if err != nil {
		err = fmt.Errorf("%w: %w", ErrDenominator, err)
		if runtime.GOOS == "darwin" {
			err = &errRemedy{err, "on macOS, build with cgo"}
		}
		return 0, err
	}
	t := times[0]
	return time.Duration((t.User + t.Nice + t.System + t.Irq + t.Softirq) * float64(time.Second)), nil
}

// scopeNowhere is a scope that only Linux has.
type scopeNowhere struct{ name string }

func newCgroupScope(path string) Scope { return &scopeNowhere{name: cgroupName(path)} }
func newTreeScope(pid int) Scope       { return &scopeNowhere{name: treeName(pid)} }

func (s *scopeNowhere) String() string    { return s.name }
func (s *scopeNowhere) under(_, _ string) {}
func (s *scopeNowhere) Read(*CPU) error   { return scopeError(s.name, errors.ErrUnsupported) }
