package meter

import "time"

// minBusy is how much CPU time the machine must have worked before energy is
// shared, and patience how long that is waited for: shares of less would be
// noise of the kernel's clock, which ticks every 10 ms.
const (
	minBusy  = 500 * time.Millisecond
	patience = 60 * time.Second

	// unticked is how long work of ours may go unseen by a clock that ticks
	// every 10 ms; later, nobody else has worked either.
	unticked = 50 * time.Millisecond
)

// An instant is what was read of the CPUs at one tick.
type instant struct {
	cpu   *CPU
	start time.Time     // of the meter, with a monotonic reading
	slept time.Duration // since then, which the monotonic clock does not count
}

// wall returns the time of the grid at t: that of the start and what has
// passed since. A wall clock that is set in between has no effect.
func (n instant) wall(t time.Time) time.Time {
	return n.start.Round(0).UTC().Add(t.Sub(n.start) + n.slept)
}

// load is the cumulative use of some CPUs.
type load struct{ own, busy time.Duration }

// base is where an interval of a zone starts: the energy and, of the same
// instant, the CPU times.
type base struct {
	total   uint64
	at      time.Time
	wall    time.Time
	machine load
	socket  load
	pinned  bool // socket is known
}

// usage is the CPU time in an interval of a zone.
type usage struct {
	own, busy time.Duration
	cpus      int
	pinned    bool
}

// since returns what happened on the CPUs of a zone since b.
func (n instant) since(b *base, socket int) usage {
	if s := n.socket(socket); s != nil && b.pinned {
		return usage{s.Own - b.socket.own, s.Busy - b.socket.busy, s.CPUs, true}
	}
	return usage{n.cpu.Own - b.machine.own, n.cpu.Busy - b.machine.busy, n.cpu.CPUs, false}
}

func (n instant) socket(i int) *CPU {
	if i < 0 || i >= len(n.cpu.Sockets) {
		return nil
	}
	return &n.cpu.Sockets[i]
}

// settled reports whether an interval may be shared out now.
func (u usage) settled(dt time.Duration, force bool) bool {
	switch {
	case u.busy >= minBusy || dt >= patience && u.own < minBusy || dt >= patience && u.busy > 0:
		return true
	case u.busy <= 0 && u.own > 0 && dt < unticked:
		return false // the kernel's clock has not ticked yet
	case u.busy <= 0 && u.own >= minBusy:
		return false // it stands still
	}
	return force
}

// dynamic returns the scope's share of the work. Its CPU time never exceeds
// that of the machine; the excess is carried to the next interval.
func (u usage) dynamic() float64 {
	if u.busy <= 0 {
		return 0
	}
	return float64(u.shared()) / float64(u.busy)
}

// shared is the CPU time that is paid for with this interval.
func (u usage) shared() time.Duration { return max(0, min(u.own, u.busy)) }

// fraction is how busy the CPUs were, 0 to 1.
func (u usage) fraction(dt time.Duration) float64 {
	if dt <= 0 || u.cpus <= 0 {
		return 1
	}
	return max(0, min(1, u.busy.Seconds()/(dt.Seconds()*float64(u.cpus))))
}

// move starts the next interval of a zone at n, with total as its energy.
func (b *base) move(n instant, u usage, total uint64, at time.Time, socket int) {
	b.total, b.at, b.wall = total, at, n.wall(at)
	b.machine = load{b.machine.own + (usage{own: n.cpu.Own - b.machine.own, busy: n.cpu.Busy - b.machine.busy}).shared(), n.cpu.Busy}
	s := n.socket(socket)
	if s == nil {
		b.pinned = false
		return
	}
	if !b.pinned {
		b.socket = load{s.Own, s.Busy}
	}
	b.socket = load{b.socket.own + (usage{own: s.Own - b.socket.own, busy: s.Busy - b.socket.busy}).shared(), s.Busy}
	b.pinned = true
}

// start sets b at the first reading of a zone.
func (b *base) start(n instant, total uint64, at time.Time, socket int) {
	*b = base{machine: load{n.cpu.Own, n.cpu.Busy}}
	if s := n.socket(socket); s != nil {
		b.socket, b.pinned = load{s.Own, s.Busy}, true
	}
	b.total, b.at, b.wall = total, at, n.wall(at)
}
