package gpu

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/scimeter/scimeter/internal/procfs"
	"github.com/scimeter/scimeter/internal/sysfile"
)

// surroundings are what a driver may say in place of this machine: the fake of
// gpu/gputest does.
type surroundings interface {
	LookupEnv(name string) (string, bool)
	HostPIDs() bool        // processes have the numbers that drivers give
	Node(name string) bool // /dev has it
}

// A host is what is known of the place where this program runs.
type host struct {
	proc  string
	given surroundings                          // nil: this machine
	mine  func(pid int, started time.Time) bool // of an option

	follow atomic.Pointer[membership] // of a meter
}

func newHost(c *config) *host {
	h := &host{proc: c.proc, mine: c.mine}
	for _, d := range c.drivers {
		if s, ok := d.(surroundings); ok {
			h.given = s
		}
	}
	return h
}

func (h *host) lookup(name string) (string, bool) {
	if h.given != nil {
		return h.given.LookupEnv(name)
	}
	return os.LookupEnv(name)
}

// has reports whether /dev has a node.
func (h *host) has(node string) bool {
	if h.given != nil {
		return h.given.Node(node)
	}
	_, err := os.Stat(filepath.Join("/dev", node))
	return err == nil
}

// initialPIDs is the name of the first namespace of processes, that of the host
// (include/linux/proc_ns.h, PROC_PID_INIT_INO).
const initialPIDs = "pid:[4026531836]"

// comparable reports whether processes have the numbers here that drivers give,
// those of the host.
func (h *host) comparable() bool {
	if h.given != nil {
		return h.given.HostPIDs()
	}
	ns, err := os.Readlink("/proc/self/ns/pid")
	return err == nil && ns == initialPIDs
}

// known returns a process of the host as it is known here: by its number here,
// and when it started, which tells it from another that had its number before.
// It is false for a process that is not known here: a number is never taken for
// that of a process of ours because it looks like it.
func (h *host) known(pid int, started time.Time) (int, time.Time, bool) {
	if pid <= 0 {
		return 0, started, false
	}
	if !h.comparable() {
		inner, ok := h.inner(pid)
		if !ok {
			return 0, started, false
		}
		return inner, h.started(pid, started), true
	}
	return pid, h.started(pid, started), true
}

// inner returns the number here of a process of the host, by the procfs of the
// host. There is none unless it is in the namespace of this program.
func (h *host) inner(pid int) (int, bool) {
	if h.given != nil {
		return 0, false
	}
	dir := filepath.Join(h.proc, strconv.Itoa(pid))
	own, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return 0, false
	}
	theirs, err := os.Readlink(filepath.Join(dir, "ns/pid"))
	if err != nil || theirs != own || !h.shows() {
		return 0, false
	}
	b, err := sysfile.ReadFile(filepath.Join(dir, "status"), sysfile.Table)
	if err != nil {
		return 0, false
	}
	return parseNSpid(b)
}

// shows reports whether procfs is that of the host: its first process is in the
// first namespace.
func (h *host) shows() bool {
	ns, err := os.Readlink(filepath.Join(h.proc, "1/ns/pid"))
	return err == nil && ns == initialPIDs
}

// parseNSpid returns the innermost number of /proc/PID/status.
func parseNSpid(b []byte) (int, bool) {
	for line := range bytes.Lines(b) {
		rest, ok := bytes.CutPrefix(line, []byte("NSpid:"))
		if !ok {
			continue
		}
		fields := bytes.Fields(rest)
		if len(fields) < 2 {
			return 0, false // of one namespace: procfs is not that of an outer one
		}
		pid, err := strconv.Atoi(string(fields[len(fields)-1]))
		return pid, err == nil && pid > 0
	}
	return 0, false
}

// started returns when a process started, as far as it matters: equal for the
// same process, and different for another that has its number later.
func (h *host) started(pid int, said time.Time) time.Time {
	if !said.IsZero() || h.given != nil {
		return said
	}
	b, err := sysfile.ReadFile(filepath.Join(h.proc, strconv.Itoa(pid), "stat"), sysfile.Table)
	if err != nil {
		return time.Time{}
	}
	p, err := procfs.ParsePIDStat(b)
	if err != nil {
		return time.Time{}
	}
	return h.boot().Add(time.Duration(p.Start) * procfs.Tick)
}

// boot returns when the machine started, to the second, as /proc/stat has it.
func (h *host) boot() time.Time {
	b, err := sysfile.ReadFile(filepath.Join(h.proc, "stat"), sysfile.Table)
	if err != nil {
		return time.Time{}
	}
	for line := range bytes.Lines(b) {
		if rest, ok := bytes.CutPrefix(line, []byte("btime ")); ok {
			if s, err := strconv.ParseInt(string(bytes.TrimSpace(rest)), 10, 64); err == nil {
				return time.Unix(s, 0)
			}
		}
	}
	return time.Time{}
}
