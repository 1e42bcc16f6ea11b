package gpu

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/internal/procfs"
	"github.com/scimeter/scimeter/internal/sysfile"
)

// tells reports whether processes on a card are known by their numbers: those of
// this program are then told from others.
func (h *host) tells() bool { return h.comparable() || h.given == nil && h.shows() }

// A membership tells whether a process, by its number here and when it started,
// is this program's; known is false if nobody can tell.
type membership func(pid int, started time.Time) (ours, known bool)

// own reports whether a process on a card is this program's; known is false if
// nobody can tell.
func (h *host) own(p driver.Process) (ours, known bool) {
	pid, started, here := h.known(p.PID, p.Started)
	if follow := h.follow.Load(); h.mine == nil && follow != nil {
		if !here {
			return false, h.comparable()
		}
		return (*follow)(pid, started)
	}
	switch {
	case !here:
		return false, true
	case h.mine != nil:
		return h.mine(pid, started), true
	case h.given != nil:
		return pid == os.Getpid(), true
	}
	return !h.comparable() || descends(pid, os.Getpid()), true
}

// Follow says which processes are those of the meter that reads r: of a scope
// that is not this process. member is told the number that a process has here
// and when it started, and is called by several goroutines; known is false if it
// cannot tell, and then what runs on a card is shared with others in a way that
// nobody knows. What [WithProcesses] says stays. Package meter calls it.
func (r *Reader) Follow(member func(pid int, started time.Time) (ours, known bool)) {
	m := membership(member)
	r.host.follow.Store(&m)
}

// partOf parts processes into those of this program and others. It is false if
// of one of them nobody can tell.
func (h *host) partOf(on []driver.Process) (ours, theirs []driver.Process, ok bool) {
	for _, p := range on {
		switch mine, known := h.own(p); {
		case !known:
			return nil, nil, false
		case mine:
			ours = append(ours, p)
		default:
			theirs = append(theirs, p)
		}
	}
	return ours, theirs, true
}

// generations bounds a walk through processes that end meanwhile, and whose
// numbers are used again. [E]
const generations = 64

// descends reports whether a process is another, or was started by it.
func descends(pid, from int) bool {
	for range generations {
		if pid == from {
			return true
		}
		b, err := sysfile.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"), sysfile.Table)
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

// population returns how many processes there are here.
func (h *host) population() (n int) {
	if h.given != nil {
		return 1
	}
	entries, _ := os.ReadDir("/proc")
	for _, e := range entries {
		if _, err := strconv.Atoi(e.Name()); err == nil {
			n++
		}
	}
	return max(n, 1)
}

// mpsServer is what the kernel keeps of the name of the server of MPS, which is
// in the list of a card and works for its clients alone.
const mpsServer = "nvidia-cuda-mps"

// users returns who is on a card, without the server of MPS.
func (h *host) users(on []driver.Process) []driver.Process {
	if h.given != nil || !hasMPS(on) || !h.tells() {
		return on
	}
	return slices.DeleteFunc(on, func(p driver.Process) bool {
		b, err := sysfile.ReadFile(filepath.Join(h.proc, strconv.Itoa(p.PID), "comm"), sysfile.Table)
		return err == nil && !p.MPS && bytes.HasPrefix(b, []byte(mpsServer))
	})
}
