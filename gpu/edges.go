package gpu

import (
	"slices"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/accum"
)

const (
	// burstPeriod is how often a card is read where a window wants to know when
	// its counter moves.
	burstPeriod = 5 * time.Millisecond

	// burstPeriods is after how many periods of the counter that is given up.
	burstPeriods = 3

	// gaps is how many times between two moves a period is taken of, and
	// drifts how many periods a step that was seen may foretell another. [E]
	gaps   = 8
	drifts = 20
)

// Edges are what a card knows of the steps of its counter, for the edges of
// windows: the value now, when it came, and who waits for the next one. Where
// power is integrated each answer is a step.
type edges struct {
	begun   bool
	level   accum.Level   // the value now
	exact   time.Duration // of the last step whose time is known well; 0: none
	period  time.Duration
	between [gaps]time.Duration // of the last steps that are known well
	known   int
	until   time.Duration // of the burst
	waiting []*mark       // for the next step
}

// A mark is an edge of a window, or of several at about the same time, that
// waits for what the card says next.
type mark struct {
	at       time.Duration
	level    accum.Level // the value at that instant, if have
	power    accum.Power
	have     bool
	next     accum.Level // the value after it, if stepped
	after    accum.Power // drawn then, of power that is integrated
	stepped  bool
	resolved chan struct{} // closed when there is no more to wait for
}

func (e *edges) begin(b *book, at time.Duration) {
	e.begun = true
	e.level = accum.Level{UJ: b.tally.UJ, Lo: at - e.periodOf(b), Hi: at, Seen: at}
}

// see notes an answer that took so long: its value is of some instant of that.
func (e *edges) see(b *book, at, took time.Duration) {
	if !e.begun {
		e.begin(b, at)
		return
	}
	if b.mode != counting {
		at = b.integral.At()
		e.level = accum.Level{UJ: b.tally.UJ, Lo: at - took/2, Hi: at + took/2, Seen: at}
		e.tell(func(m *mark) { m.sample(e.level, b.power) })
		return
	}
	moved := b.tally.UJ != e.level.UJ
	if moved {
		e.level.UJ, e.level.Lo, e.level.Hi = b.tally.UJ, e.level.Seen, at+took/2
	}
	e.level.Seen = at
	if moved {
		e.learn()
	}
	e.tell(func(m *mark) { m.see(e.level, b.power, moved) })
}

// tell hands the value now to the marks, and drops those that wait no more.
func (e *edges) tell(say func(*mark)) {
	if len(e.waiting) == 0 {
		return
	}
	e.waiting = slices.DeleteFunc(e.waiting, func(m *mark) bool {
		say(m)
		if m.stepped {
			close(m.resolved)
		}
		return m.stepped
	})
}

// see takes the first value for that of the instant, and the one that follows
// it for the next.
func (m *mark) see(l accum.Level, p accum.Power, moved bool) {
	switch {
	case !m.have:
		m.level, m.power, m.have = l, p, true
	case moved:
		m.next, m.stepped = l, true
	}
}

// sample takes the last sample before the instant, and the one after it.
func (m *mark) sample(l accum.Level, p accum.Power) {
	if l.Seen > m.at {
		m.next, m.after, m.stepped = l, p, true
		return
	}
	m.level, m.power = l, p
}

// lose tells who waits that the card is lost.
func (e *edges) lose(at time.Duration) {
	e.begun, e.exact, e.until = false, 0, 0
	e.level.Seen = at
	for _, m := range e.waiting {
		close(m.resolved)
	}
	e.waiting = nil
}

// learn notes the time of a step that is known within a tenth of a period, and
// makes the period of many such.
func (e *edges) learn() {
	l := e.level
	if l.Hi-l.Lo > max(2*burstPeriod, e.period/10) {
		return
	}
	at := l.Lo + (l.Hi-l.Lo)/2
	if gap := at - e.exact; e.exact != 0 && gap < 2*e.period {
		e.between[e.known%gaps] = gap
		e.known++
		if e.known%gaps == 0 {
			sorted := e.between
			slices.Sort(sorted[:])
			e.period = (sorted[gaps/2-1] + sorted[gaps/2]) / 2
		}
	}
	e.exact = at
}

// periodOf returns for how long the last value may stand.
func (e *edges) periodOf(b *book) time.Duration {
	if b.mode == counting {
		return e.period
	}
	return pollPeriod
}

// bursting reports whether the card is read often, up to until.
func (e *edges) bursting() bool { return e.until > 0 && len(e.waiting) > 0 }

// burst has the card read often until its counter moves.
func (e *edges) burst(now time.Duration) { e.until = now + burstPeriods*e.period }

// mostWaiting bounds the marks of a card. [E]
const mostWaiting = 1024

// near is how close two edges are that share a mark. [E]
const near = time.Millisecond

// edge returns what is known at an instant, and the mark that will say more.
func (e *edges) edge(b *book, at time.Duration) (accum.Edge, *mark) {
	x := accum.Edge{At: at, Level: e.level, Power: b.power, Period: accum.MaxGap / 2}
	if b.mode == counting {
		x.Level, x.Period = e.foretold(), e.period
	}
	if n := len(e.waiting); n > 0 && e.shares(e.waiting[n-1], b, at) {
		return x, e.waiting[n-1]
	}
	m := &mark{at: at, level: x.Level, power: b.power, resolved: make(chan struct{})}
	m.have = b.mode != counting || at-e.level.Seen <= near
	if len(e.waiting) >= mostWaiting { // of a card that does not answer
		close(e.waiting[0].resolved)
		e.waiting = slices.Delete(e.waiting, 0, 1)
	}
	e.waiting = append(e.waiting, m)
	return x, m
}

// shares reports whether an edge at an instant may take m, which was not told
// of a step yet.
func (e *edges) shares(m *mark, b *book, at time.Duration) bool {
	if b.mode != counting {
		return at-m.at < near
	}
	return !m.have && at-m.at < near || m.have && at-e.level.Seen <= 2*burstPeriod
}

// foretold returns the value now. When it came follows from a step that was
// seen well, if that was not long ago: the period goes on.
func (e *edges) foretold() accum.Level {
	l := e.level
	if e.exact == 0 || l.Seen-e.exact > drifts*e.period || l.Hi-l.Lo <= 2*burstPeriod {
		return l
	}
	n := (l.Seen - e.exact) / e.period
	if at := e.exact + n*e.period; at > l.Lo && at <= l.Hi {
		l.Lo, l.Hi = max(l.Lo, at-burstPeriod), min(l.Hi, at+burstPeriod)
	}
	return l
}
