package meter

import (
	"fmt"
	"path/filepath"
	"runtime"
	"time"

	"github.com/scimeter/scimeter/internal/sysfile"
	"github.com/scimeter/scimeter/source"
)

const (
	// scopeLookAgain is how often a scope looks again at what changes seldom:
	// CPUs, affinity, limits. [E]
	scopeLookAgain = time.Minute

	// stillOwn is how much CPU time a scope may use while the machine's busy
	// time stands still. stillPerCPU is the same for each CPU of a large
	// machine: twice the tick in which busy time moves. [E]
	stillOwn    = 500 * time.Millisecond
	stillPerCPU = 20 * time.Millisecond
)

// A scopeSubject is what scopes differ in.
type scopeSubject interface {
	// own returns the CPU time used since some fixed instant.
	own(*scopeHost) (time.Duration, error)

	// look returns what changes seldom: which CPUs it may run on, nil if any,
	// and what its cgroup limits.
	look(*scopeHost) (allowed func(cpu int) bool, l cgroupLimits)

	String() string
}

// A scopeHost is what the scopes of Linux have in common: the machine.
type scopeHost struct {
	scopeRoots
	clock   scopeClock
	sleep   sleepClock
	stat    scopeStat
	top     scopeTopology
	limits  cgroupLimits
	sockets scopeSockets

	looked      bool
	lookAt      time.Duration // on CLOCK_MONOTONIC
	used        time.Duration // of the scope; never falls
	still, mark time.Duration // busy time, and used when it last moved
}

func newScopeHost() scopeHost {
	return scopeHost{clock: newKernelClock(), sockets: scopeSockets{socket: -1}}
}

// Close closes what is open. A Read after it opens all anew.
func (h *scopeHost) Close() error { return h.stat.close() }

func (h *scopeHost) read(c *CPU, s scopeSubject) error {
	h.fill()
	if err := h.stat.open(h.proc); err != nil {
		return scopeError(s.String(), &errRemedy{fmt.Errorf("%w: %w", ErrDenominator, err), "mount procfs, or name its place in HOST_PROC"})
	}
	sleep, now, err := h.sleep.read(h.clock)
	if err != nil {
		return scopeError(s.String(), err)
	}
	if !h.looked || now >= h.lookAt {
		if err := h.look(s); err != nil {
			return scopeError(s.String(), err)
		}
		h.looked, h.lookAt = true, now+scopeLookAgain
	}
	own, err := s.own(h)
	if err != nil {
		return scopeError(s.String(), err)
	}
	if err := h.readBusy(); err != nil {
		return scopeError(s.String(), fmt.Errorf("read %s/stat: %w", h.proc, err))
	}
	delta := max(0, own-h.used)
	h.used += delta
	if err := h.checkMoves(); err != nil {
		return scopeError(s.String(), err)
	}
	h.show(c, sleep, delta)
	return nil
}

func (h *scopeHost) readBusy() error {
	if h.sockets.socket < 0 {
		return h.stat.read()
	}
	return h.stat.readAll()
}

// look reads what changes seldom, by path, so that what moved is found.
func (h *scopeHost) look(s scopeSubject) error {
	if err := h.checkCount(); err != nil {
		return err
	}
	allowed, limits := s.look(h)
	h.limits = limits
	h.sockets.socket = h.top.pinned(allowed)
	return nil
}

// checkCount compares the CPUs of /proc/stat with those online, twice, since
// one may come or go between the two.
func (h *scopeHost) checkCount() error {
	want, kind := 0, "online"
	for range 2 {
		h.top = readTopology(h.sys)
		if err := h.stat.readAll(); err != nil {
			return fmt.Errorf("read %s/stat: %w", h.proc, err)
		}
		want = len(h.top.online)
		if h.virtualStat() {
			// The list of those online may be as virtual as that file.
			want, kind = len(readCPUs(h.sys, "present")), "present"
		}
		if want == 0 || h.stat.lines == want {
			return nil
		}
	}
	return &errRemedy{
		fmt.Errorf("%w: %s/stat lists %d CPUs, %d are %s", ErrDenominator, h.proc, h.stat.lines, want, kind),
		remedyStat,
	}
}

const remedyStat = "mount the machine's own procfs and name it in HOST_PROC, or meter the whole machine"

// virtualStat reports whether lxcfs stands in for /proc/stat.
func (h *scopeHost) virtualStat() bool {
	b, err := sysfile.ReadFile(filepath.Join(h.self, "mountinfo"), sysfile.Table)
	return err == nil && mountedOn(b, "fuse.lxcfs", filepath.Join(h.proc, "stat"))
}

// checkMoves wants the busy time to move when the scope works.
func (h *scopeHost) checkMoves() error {
	if h.stat.all != h.still {
		h.still, h.mark = h.stat.all, h.used
		return nil
	}
	if h.used-h.mark < max(stillOwn, time.Duration(h.cpus())*stillPerCPU) {
		return nil
	}
	return &errRemedy{
		fmt.Errorf("%w: %s/stat stands still at %v while the scope used %v", ErrDenominator, h.proc, h.stat.all, h.used-h.mark),
		remedyStat,
	}
}

// cpus returns the capacity, which is at least 1.
func (h *scopeHost) cpus() int {
	if n := max(len(h.top.online), h.stat.lines); n > 0 {
		return n
	}
	return runtime.NumCPU()
}

// show fills in c, using its map and slice again.
func (h *scopeHost) show(c *CPU, sleep, delta time.Duration) {
	sockets := c.Sockets[:0]
	*c = CPU{
		Own: h.used, Busy: h.stat.all, Suspend: sleep, CPUs: h.cpus(),
		Reserved: h.limits.reserve(c.Reserved, h.cpus()),
	}
	if h.sockets.socket < 0 {
		return
	}
	h.sockets.charge(&h.top, delta, h.stat.each)
	for i, cpus := range h.top.cpus {
		var old map[source.Kind]float64
		if i < cap(sockets) {
			old = sockets[:i+1][i].Reserved
		}
		sockets = append(sockets, CPU{
			Own: h.sockets.own[i], Busy: h.sockets.busy[i], Suspend: sleep, CPUs: cpus,
			Reserved: h.limits.reserveSocket(old, cpus, i == h.sockets.socket),
		})
	}
	c.Sockets = sockets
}
