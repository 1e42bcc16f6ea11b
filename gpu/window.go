package gpu

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/accum"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// ErrNoWindow reports the end of a window that has no beginning, or had an end
// before.
var ErrNoWindow = errors.New("gpu: end window: it was not begun, or ended before")

// A Window is a stretch of time of all cards. Windows may overlap and nest; one
// that is dropped leaves nothing behind. It measures what the cards did between
// Begin and End: wait for work that was launched, as with cudaDeviceSynchronize,
// before either. The zero Window was not begun. It is safe for concurrent use.
type Window struct {
	r    *Reader
	from time.Time

	mu    sync.Mutex // guards what follows
	to    time.Time
	ended bool
	spans []span
}

// A span is a window of one card.
type span struct {
	d                *Device
	zone             source.Zone
	from, to         accum.Edge
	fromMark, toMark *mark
	before, after    accum.Tally
	answer           uint64 // of the card, before
	quality          source.Quality
	guessed          [2]bool // from and to: the card was read too late to know
}

// Used is what a window used.
type Used struct {
	From, To time.Time
	Devices  []DeviceUse
}

// DeviceUse is what one card used in a window.
type DeviceUse struct {
	Zone   source.Zone
	Energy units.Microjoules

	// Edge is the standard uncertainty that comes of where the window begins and
	// ends between two moves of a counter. That of the sensor, Origin.Sigma of
	// the zone, comes on top.
	Edge units.Microjoules

	Missing time.Duration // in which nothing was counted

	// Nature is measured, or estimated where no move of the counter lies in the
	// window, or power had to stand in for it.
	Nature  source.Nature
	Quality source.Quality
}

// Energy returns what all cards used, but for those that stand beside the sum.
func (u Used) Energy() units.Microjoules {
	var sum units.Microjoules
	for _, d := range u.Devices {
		if !d.Zone.Beside {
			sum += d.Energy
		}
	}
	return sum
}

// Begin starts a window. It has the cards read, as Read does; that they are
// read often for a moment then, so as to see their counters move, does not
// delay the caller. What goes wrong is told by End.
func (r *Reader) Begin() *Window {
	active, _ := r.fresh(time.Now())
	w := &Window{r: r, from: time.Now()}
	at := r.since(w.from)
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(active) == 0 {
		return w
	}
	w.spans = make([]span, 0, len(active))
	for _, d := range active {
		if d.placed {
			w.spans = append(w.spans, d.open(at))
		}
	}
	return w
}

// open starts a window of one card. r.mu is held.
func (d *Device) open(at time.Duration) span {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := span{d: d, zone: d.zone, before: d.book.tally, answer: d.book.answers}
	s.from, s.fromMark = d.edges.edge(&d.book, at)
	if d.book.mode == counting {
		d.edges.burst(at)
	}
	offerTo(d.wake)
	return s
}

// End ends the window and returns what was used in it, by a reading of now and
// by the power since the counter last moved. The error is [ErrNoWindow], or
// joins what does not work: what was read stands beside it.
func (w *Window) End() (Used, error) {
	if w == nil || w.r == nil {
		return Used{}, ErrNoWindow
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.ended {
		return Used{}, ErrNoWindow
	}
	err := w.end()
	return w.used(), err
}

// end takes the last reading. w.mu is held.
func (w *Window) end() error {
	w.ended = true
	w.to = time.Now()
	at := w.r.since(w.to)
	_, err := w.r.fresh(w.to)
	errs := []error{err}
	for i := range w.spans {
		errs = append(errs, w.spans[i].close(at, w.to))
	}
	return errors.Join(errs...)
}

// fresh has all cards read now, and returns them.
func (r *Reader) fresh(now time.Time) ([]*Device, error) {
	r.reading.Lock()
	defer r.reading.Unlock()
	active, err := r.settled(now)
	if err == nil {
		r.ask(active)
	}
	return active, err
}

// close ends the window of one card.
func (s *span) close(at time.Duration, now time.Time) error {
	d := s.d
	d.mu.Lock()
	defer d.mu.Unlock()
	s.to, s.toMark = d.edges.edge(&d.book, at)
	s.after = d.book.tally
	s.quality = d.book.since(s.answer)
	if unread := at - d.book.at; unread > answerBound {
		s.after.Missing += unread // so far: it does not answer
		s.quality |= source.Gap
	}
	s.learn()
	_, err := d.condition(now)
	return err
}

// learn takes in what the marks tell by now. d.mu is held.
func (s *span) learn() {
	s.guessed[0] = s.guessed[0] || s.fromMark.into(&s.from)
	s.guessed[1] = s.guessed[1] || s.toMark.into(&s.to)
	if !s.from.Power.OK || !s.to.Power.OK {
		p := s.from.Power // one for both, or for neither
		if !p.OK {
			p = s.to.Power
		}
		s.from.Power, s.to.Power = p, p
	}
}

// into writes what m knows into x. It reports whether the card was read so late
// after the instant that the energy up to it is a guess.
func (m *mark) into(x *accum.Edge) (guess bool) {
	if m.stepped {
		x.Next, x.NextPower, x.Stepped = m.next, m.after, true
	}
	if !m.have || m.level == x.Level {
		return false
	}
	if late := m.level.Seen - x.At; late > x.Period && x.Level.Seen < m.level.Seen {
		x.Next, x.Stepped = m.level, true
		x.Level.Lo, x.Level.Hi = x.Level.Seen, x.Level.Seen
		x.Next.Lo, x.Next.Hi = x.Next.Seen, x.Next.Seen
		x.Period = x.Next.Seen - x.Level.Seen
		return true
	}
	x.Level = m.level
	if m.power.OK {
		x.Power = m.power
	}
	return false
}

// Final is End, or follows it, and waits until the counters have moved once
// more, or ctx ends: with that the edges are interpolated. It waits for three
// periods of a counter at most. It may be called again.
func (w *Window) Final(ctx context.Context) (Used, error) {
	if w == nil || w.r == nil {
		return Used{}, ErrNoWindow
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var err error
	if !w.ended {
		err = w.end()
	}
	from := w.r.since(time.Now())
	for i := range w.spans {
		w.spans[i].burst(from)
	}
	for i := range w.spans {
		w.spans[i].await(ctx, w.r, from)
	}
	return w.used(), err
}

// burst has one card read often from an instant on.
func (s *span) burst(from time.Duration) {
	s.d.mu.Lock()
	s.d.edges.burst(from)
	s.d.mu.Unlock()
	offerTo(s.d.wake)
}

// await waits for the next step of one card, as long as that may take from an
// instant on.
func (s *span) await(ctx context.Context, r *Reader, from time.Duration) {
	d := s.d
	give := time.NewTimer(from + burstPeriods*s.to.Period - r.since(time.Now()))
	defer give.Stop()
	select {
	case <-s.toMark.resolved:
	case <-give.C:
	case <-ctx.Done():
	case <-r.quit:
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	s.learn()
}

// used returns what is known of the window. w.mu is held.
func (w *Window) used() Used {
	u := Used{From: w.from, To: w.to, Devices: make([]DeviceUse, len(w.spans))}
	for i := range w.spans {
		u.Devices[i] = w.spans[i].use()
	}
	return u
}

func (s *span) use() DeviceUse {
	uj, sigma, guess := accum.Window(s.from, s.to)
	x := DeviceUse{
		Zone: s.zone, Energy: units.Microjoules(math.Round(uj)), Edge: units.Microjoules(math.Round(sigma)),
		Missing: s.after.Missing - s.before.Missing, Nature: source.NatureMeasured, Quality: s.quality,
	}
	if guess || s.guessed[0] || s.guessed[1] || s.quality&source.Bridged != 0 {
		x.Nature = source.NatureEstimated
	}
	return x
}
