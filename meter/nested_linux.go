package meter

import (
	"os"
	"path/filepath"
	"strconv"
)

func (s *processScope) leader() int { return os.Getpid() }

// Holds reports whether inner is this process.
func (s *processScope) Holds(inner Scope) bool { return leaderOf(inner) == os.Getpid() }

func (s *treeScope) leader() int { return s.pid }

// Holds reports whether the process of inner is in the tree.
func (s *treeScope) Holds(inner Scope) bool {
	pid := leaderOf(inner)
	s.mu.Lock()
	defer s.mu.Unlock()
	return pid > 0 && s.dir != "" && descends(s.dir, pid, s.pid)
}

// Holds reports whether inner lies in the group, as the hierarchy is now.
func (s *cgroupScope) Holds(inner Scope) bool {
	outer, err := findCgroup(s.scopeRoots, s.path)
	if err != nil {
		return false
	}
	var dir cgroupDir
	if c, ok := inner.(*cgroupScope); ok {
		dir, err = findCgroup(c.scopeRoots, c.path)
	} else if pid := leaderOf(inner); pid > 0 {
		dir, err = findCgroupOf(s.scopeRoots, filepath.Join(s.proc, strconv.Itoa(pid)))
	}
	return err == nil && dir.dir != "" && within(dir.dir, outer.dir)
}
