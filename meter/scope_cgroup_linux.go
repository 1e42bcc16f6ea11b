package meter

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"path"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"github.com/scimeter/scimeter/internal/procfs"
	"github.com/scimeter/scimeter/internal/sysfile"
)

// cgroupScope is a cgroup of version 2 with those below it.
type cgroupScope struct {
	scopeHost
	path string // as asked for

	dir  cgroupDir // "" until it is found; kept where the path is ""
	file *sysfile.File
	buf  [256]byte // cpu.stat begins with what is read

	before time.Duration // of groups of this name that were removed
	last   time.Duration // of the present one
}

func newCgroupScope(path string) *cgroupScope {
	return &cgroupScope{scopeHost: newScopeHost(), path: path}
}

func (s *cgroupScope) String() string { return cgroupName(s.path) }

func (s *cgroupScope) Read(c *CPU) error { return s.read(c, s) }

// Close closes what is open. A Read after it opens all anew.
func (s *cgroupScope) Close() error {
	err := s.closeGroup()
	return errors.Join(err, s.scopeHost.Close())
}

func (s *cgroupScope) closeGroup() error {
	if s.file == nil {
		return nil
	}
	err := s.file.Close()
	s.file = nil
	return err
}

func (s *cgroupScope) own(h *scopeHost) (time.Duration, error) {
	now, err := s.usage(h)
	if errors.Is(err, unix.ENODEV) {
		// The group was removed. One of the same name counts from zero.
		s.before, s.last = s.before+s.last, 0
		now, err = s.usage(h)
	}
	if err != nil {
		return 0, err
	}
	if now < s.last {
		s.before += s.last
	}
	s.last = now
	return s.before + now, nil
}

// Has reports whether a process is in the group or below it. That is not known
// where its group is not told, as by a procfs of other namespaces.
func (s *cgroupScope) Has(pid int, _ time.Time) (has, known bool) {
	outer, err := findCgroup(s.scopeRoots, s.path)
	if err != nil {
		return false, false
	}
	inner, err := findCgroupOf(s.scopeRoots, filepath.Join(filepath.Dir(s.self), strconv.Itoa(pid)))
	if err != nil {
		return false, false
	}
	return within(inner.dir, outer.dir), true
}

func (s *cgroupScope) usage(h *scopeHost) (time.Duration, error) {
	if err := s.open(h); err != nil {
		return 0, err
	}
	n, err := s.file.Read(s.buf[:])
	if err != nil {
		_ = s.closeGroup() // to be opened anew
		return 0, fmt.Errorf("read %s/cpu.stat: %w", s.dir.dir, err)
	}
	used, err := parseUsage(s.buf[:n])
	if err != nil {
		return 0, fmt.Errorf("parse %s/cpu.stat: %w", s.dir.dir, err)
	}
	return used, nil
}

func (s *cgroupScope) open(h *scopeHost) error {
	if s.file != nil {
		return nil
	}
	if s.path != "" || s.dir.dir == "" {
		dir, err := findCgroup(h.scopeRoots, s.path)
		if err != nil {
			return err
		}
		s.dir = dir
	}
	f, err := sysfile.Open(path.Join(s.dir.dir, "cpu.stat"))
	if err != nil {
		return err
	}
	s.file = f
	return nil
}

func (s *cgroupScope) look(h *scopeHost) (func(cpu int) bool, cgroupLimits) {
	if s.open(h) != nil {
		return nil, cgroupLimits{} // own will say why
	}
	l := s.dir.limits(h.proc)
	list, ok := s.dir.cpus()
	if !ok {
		return nil, l
	}
	may := map[int]bool{}
	if sysfile.EachInList(list, func(cpu int) { may[cpu] = true }) != nil {
		return nil, l
	}
	return func(cpu int) bool { return may[cpu] }, l
}

// parseUsage returns usage_usec of a cpu.stat.
func parseUsage(b []byte) (time.Duration, error) {
	for len(b) > 0 {
		line, rest, whole := bytes.Cut(b, []byte("\n"))
		if number, ok := bytes.CutPrefix(line, []byte("usage_usec ")); ok && whole {
			us, err := sysfile.ParseUint(number)
			if err != nil {
				return 0, err
			}
			return time.Duration(min(us, math.MaxInt64/uint64(time.Microsecond))) * time.Microsecond, nil
		}
		b = rest
	}
	return 0, procfs.ErrSyntax
}
