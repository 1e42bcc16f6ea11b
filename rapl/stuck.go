package rapl

import (
	"path/filepath"
	"time"

	"github.com/scimeter/scimeter/internal/procfs"
	"github.com/scimeter/scimeter/internal/sysfile"
)

const (
	// A counter that did not move at so many looks in a row, at least a second
	// apart, while the machine worked at least that much in between, is dead. An
	// idle package moves by thousands of units a second. [E]
	stuckLooks = 10
	stuckWork  = 100 * time.Millisecond
	lookEvery  = time.Second
)

// A watch looks whether a counter moves.
type watch struct {
	stuck bool
	since time.Time     // of the last movement
	at    time.Time     // of the last look
	busy  time.Duration // at the last look; negative: not known
	looks int           // in a row without movement, with work in between
}

func (w *watch) reset() { *w = watch{} }

// watched tells whether the counter of z moves whenever the machine works.
// Integrated graphics may be off, and one core may sleep.
func (z *Zone) watched() bool {
	switch z.key.domain {
	case DomainPackage, DomainDRAM, DomainPsys:
		return true
	}
	return false
}

// look notes whether the counter moved and tells whether it is stuck now.
func (w *watch) look(r *Reader, moved bool, at time.Time) bool {
	if moved || w.at.IsZero() {
		*w = watch{since: at, at: at, busy: -1}
		return false
	}
	if at.Sub(w.at) < lookEvery {
		return false
	}
	w.at = at
	busy, ok := r.stat.busy(at)
	if !ok {
		return false
	}
	if w.busy >= 0 && busy-w.busy >= stuckWork {
		w.looks++
	}
	w.busy = busy
	w.stuck = w.looks >= stuckLooks
	return w.stuck
}

// stall takes z out of the sum.
func (z *Zone) stall(at time.Time) error {
	z.missing += at.Sub(z.watch.since)
	z.err = z.fault("read", ErrStuck)
	z.r.hurry()
	return z.err
}

// revive lets z count again if it moved since it was found stuck.
func (z *Zone) revive(now time.Time) {
	if !z.watch.stuck || z.dev == nil {
		return
	}
	raw, _, err := readRaw(z.dev, z.r.buf[:])
	if err != nil || raw == z.raw {
		return
	}
	z.rebase(raw, now)
	z.raw, z.err = raw, nil
	z.watch.reset()
}

// A sysStat reads how busy the machine is. It is asked only while a counter
// stands still: on a large machine that takes a while.
type sysStat struct {
	file *sysfile.File
	at   time.Time // of last
	last time.Duration
	buf  [512]byte // holds the first line, which is all that is looked at
}

func (s *sysStat) open(proc string) {
	if f, err := sysfile.Open(filepath.Join(proc, "stat")); err == nil {
		s.file = f
	}
}

func (s *sysStat) close() {
	if s.file != nil {
		s.file.Close()
		s.file = nil
	}
}

// busy returns the busy time of all CPUs, by one read for all zones of a tick.
func (s *sysStat) busy(at time.Time) (time.Duration, bool) {
	if s.file == nil {
		return 0, false
	}
	if !s.at.IsZero() && at.Sub(s.at) < lookEvery/10 {
		return s.last, true
	}
	n, err := s.file.Read(s.buf[:])
	if err != nil {
		return 0, false
	}
	var t procfs.Times
	if err := procfs.ParseStat(s.buf[:n], &t, nil); err != nil {
		return 0, false
	}
	s.at, s.last = at, t.Busy()
	return s.last, true
}
