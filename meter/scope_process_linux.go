package meter

import (
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// processScope is this process, by the clock that the kernel keeps of it.
type processScope struct {
	scopeHost
	affinity unix.CPUSet // of the first thread, which the others inherit
}

func newProcessScope() *processScope { return &processScope{scopeHost: newScopeHost()} }

func (s *processScope) String() string { return "process" }

func (s *processScope) Read(c *CPU) error { return s.read(c, s) }

func (s *processScope) process() bool { return true }

func (s *processScope) own(h *scopeHost) (time.Duration, error) {
	return h.clock(unix.CLOCK_PROCESS_CPUTIME_ID)
}

func (s *processScope) look(h *scopeHost) (func(cpu int) bool, cgroupLimits) {
	g, err := findCgroup(h.scopeRoots, "")
	var l cgroupLimits
	if err == nil {
		l = g.limits(h.proc)
	}
	if unix.SchedGetaffinity(os.Getpid(), &s.affinity) != nil {
		return nil, l
	}
	return s.affinity.IsSet, l
}
