package meter

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"github.com/scimeter/scimeter/internal/procfs"
	"github.com/scimeter/scimeter/internal/sysfile"
)

// treeScope is a process with its descendants.
type treeScope struct {
	scopeHost
	pid int

	mu   sync.Mutex // guards what follows
	dir  string     // of procfs in which pid is meant
	tree *processTree
}

func newTreeScope(pid int) *treeScope {
	return &treeScope{scopeHost: newScopeHost(), pid: pid}
}

func (s *treeScope) String() string { return treeName(s.pid) }

func (s *treeScope) Read(c *CPU) error { return s.read(c, s) }

// Close closes what is open. A Read after it opens all anew.
func (s *treeScope) Close() error {
	err := s.scopeHost.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tree == nil {
		return err
	}
	return errors.Join(err, s.tree.close())
}

func (s *treeScope) own(h *scopeHost) (time.Duration, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open(h)
	return s.tree.read()
}

// Has reports whether a process is in the tree: a member, or one below its root
// that was not found yet. That is not known where the numbers of the tree are
// those of another procfs.
func (s *treeScope) Has(pid int, _ time.Time) (has, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.tree == nil || s.dir != filepath.Dir(s.self) {
		return false, false
	}
	return s.tree.members[pid] != nil || descends(s.dir, pid, s.pid), true
}

func (s *treeScope) look(h *scopeHost) (func(cpu int) bool, cgroupLimits) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open(h)
	g, err := findCgroupOf(h.scopeRoots, filepath.Join(s.dir, strconv.Itoa(s.pid)))
	if err != nil {
		return nil, h.limits // the process ended, its descendants are where it was
	}
	return nil, g.limits(h.proc)
}

func (s *treeScope) open(h *scopeHost) {
	if s.tree != nil {
		return
	}
	s.dir = h.proc
	own := filepath.Dir(h.self)
	if descends(own, s.pid, os.Getpid()) {
		s.dir = own
	}
	s.tree = newProcessTree(&procDir{root: s.dir, own: s.dir == own}, s.pid, h.clock)
	if s.dir == own {
		s.tree.self = os.Getpid()
	}
}

// descends reports whether the process pid is self or below it, in this procfs.
// Then the numbers of the machine's procfs are not meant, which are others
// where a container has that mounted elsewhere.
func descends(dir string, pid, self int) bool {
	for range 1000 { // no loop, whatever changes meanwhile
		if pid == self {
			return true
		}
		b, err := sysfile.ReadFile(filepath.Join(dir, strconv.Itoa(pid), "stat"), sysfile.Table)
		if err != nil {
			return false
		}
		p, err := procfs.ParsePIDStat(b)
		if err != nil || p.Parent <= 0 {
			return false
		}
		pid = p.Parent
	}
	return false
}
