//go:build !linux

package meter

import "os"

func (s *scopeElsewhere) leader() int {
	if s.own == nil {
		return 0
	}
	return os.Getpid()
}

// Holds reports whether inner is this process.
func (s *scopeElsewhere) Holds(inner Scope) bool {
	return s.own != nil && leaderOf(inner) == os.Getpid()
}
