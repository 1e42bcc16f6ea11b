package meter

import "fmt"

// machineScope is all that runs. It needs no denominator, so it works where
// that is hidden.
type machineScope struct{ scopeHost }

func newMachineScope() *machineScope { return &machineScope{scopeHost: newScopeHost()} }

func (s *machineScope) String() string { return "machine" }

func (s *machineScope) Read(c *CPU) error {
	s.fill()
	if err := s.stat.open(s.proc); err != nil {
		return scopeError(s.String(), &errRemedy{err, "mount procfs, or name its place in HOST_PROC"})
	}
	sleep, now, err := s.sleep.read(s.clock)
	if err != nil {
		return scopeError(s.String(), err)
	}
	read := s.stat.read
	if !s.looked || now >= s.lookAt {
		s.top = readTopology(s.sys)
		s.looked, s.lookAt = true, now+scopeLookAgain
		read = s.stat.readAll
	}
	if err := read(); err != nil {
		return scopeError(s.String(), fmt.Errorf("read %s/stat: %w", s.proc, err))
	}
	clear(c.Reserved)
	*c = CPU{
		Own: s.stat.all, Busy: s.stat.all, Suspend: sleep, CPUs: s.cpus(), Whole: true,
		Reserved: c.Reserved,
	}
	return nil
}
