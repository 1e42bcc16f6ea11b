package meter

import "os"

// scopeRoots are the roots that a scope reads below. The machine is looked at
// through proc and sys, which a container may have mounted elsewhere; of itself
// a process reads in its own procfs.
type scopeRoots struct {
	proc, sys string // "": HOST_PROC and HOST_SYS, else /proc and /sys
	self      string // "": /proc/self
}

// under sets the roots, before the first Read; an empty one stays as it is.
func (r *scopeRoots) under(proc, sys string) {
	if proc != "" {
		r.proc = proc
	}
	if sys != "" {
		r.sys = sys
	}
}

func (r *scopeRoots) fill() {
	r.proc = firstText(r.proc, os.Getenv("HOST_PROC"), "/proc")
	r.sys = firstText(r.sys, os.Getenv("HOST_SYS"), "/sys")
	r.self = firstText(r.self, "/proc/self")
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
