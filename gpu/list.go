package gpu

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/accum"
	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/units"
)

const (
	// listPeriod is how often a driver is asked who is on a card, at most: that
	// takes milliseconds, in which others wait for the driver (4.5 ms: MangoHud
	// PR 2104). [E]
	listPeriod = 5 * time.Second

	// listBound is how long Attribute waits for the lists. [E]
	listBound = time.Second

	// quietFor is over how long a mean power has to be taken to be that of an
	// idle card, and idleFor how long it holds. [E]
	quietFor = 10 * time.Second
	idleFor  = 24 * time.Hour

	// idleOfHighest stands in for an idle power that was never seen. [E]
	idleOfHighest = 0.2
)

// A list is who was on a card, and since when it is to be shared out.
type list struct {
	asked     bool
	wanted    bool
	last      time.Duration    // when it was, if ever
	processes []driver.Process // of all lists that were not shared out yet
	parts     []driver.Slice
	err       error
	at        time.Duration // of the list
	tally     accum.Tally   // then
	listed    bool

	begun  bool
	base   accum.Tally // what was shared out before
	baseAt time.Duration

	grip grip // by the last list

	learned bool
	slept   bool        // since the last list
	given   units.Power // idle, of an option
	idle    uint64      // µW, learned; 0: not yet
	idleAt  time.Duration
	highest uint64 // µW, mean of an interval
	quietUJ uint64 // of a stretch without processes
	quiet   time.Duration
}

// enlist asks who is on the card. It is called by the goroutine of the card.
func (d *Device) enlist() {
	d.mu.Lock()
	dev := d.dev
	partitioned := d.id.MIG
	d.calling = time.Now()
	d.mu.Unlock()
	on, parts, err := listAll(dev, partitioned)
	d.mu.Lock()
	d.calling = time.Time{}
	d.mu.Unlock()
	on = d.reader.host.users(on)
	grip := gripOf(on, parts, d.reader.host)
	d.mu.Lock()
	defer d.mu.Unlock()
	l := &d.list
	d.learn(err == nil && len(on) == 0 && d.reader.host.comparable())
	if l.listed { // and nobody has asked to share it out
		on = merge(l.processes, on)
	}
	l.asked, l.listed = false, true
	l.processes, l.parts, l.err = on, parts, err
	if err == nil {
		l.grip = grip
	}
	l.at, l.tally = d.book.upTo(), d.book.tally
}

// merge adds up what two lists say of the same processes.
func merge(before, after []driver.Process) []driver.Process {
	for _, p := range before {
		i := slices.IndexFunc(after, func(q driver.Process) bool {
			return q.PID == p.PID && q.Started.Equal(p.Started) && q.Instance == p.Instance && q.MPS == p.MPS
		})
		switch {
		case i < 0:
			after = append(after, p)
		case p.Weight < 0 || after[i].Weight < 0:
			after[i].Weight = -1
		default:
			after[i].Weight += p.Weight
		}
	}
	return after
}

// listAll calls the driver. One that panics has failed.
func listAll(dev driver.Device, partitioned bool) (processes []driver.Process, parts []driver.Slice, err error) {
	defer func() {
		if p := recover(); p != nil {
			processes, err = nil, fmt.Errorf("panic: %v", p)
		}
	}()
	if partitioned {
		if parts, err = dev.Slices(); err != nil {
			return nil, nil, err
		}
	}
	processes, err = dev.Processes()
	return processes, parts, err
}

// wantList has the card list its processes, unless it did so just now. It
// reports whether to wait for that.
func (d *Device) wantList(now time.Duration) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := &d.list
	if l.asked || d.told.zone == "" || l.wanted && now-l.last < listPeriod {
		return false
	}
	l.wanted, l.last = true, now
	select {
	case <-d.listed:
	default:
	}
	l.asked = true
	offerTo(d.wake)
	return true
}

// learn notes the mean power since the list before, and takes it for the idle
// power if nobody was on the card for long enough. d.mu is held.
func (d *Device) learn(alone bool) {
	l := &d.list
	tally, at := d.book.tally, d.book.upTo()
	from, before := l.at, l.tally
	if !l.learned {
		// How much of the time before the first answer was counted is not known.
		l.learned = true
		return
	}
	uj, dt := tally.UJ-before.UJ, at-from-(tally.Missing-before.Missing)
	if dt <= 0 {
		return
	}
	if l.slept { // a card that is switched off for a part of the time is not one at rest
		l.slept = d.state == Asleep
		l.quietUJ, l.quiet = 0, 0
		return
	}
	if dt >= quietFor/4 {
		l.highest = max(l.highest, meanPower(uj, dt))
	}
	if !alone {
		l.quietUJ, l.quiet = 0, 0
		return
	}
	l.quietUJ += uj
	l.quiet += dt
	if l.quiet < quietFor {
		return
	}
	if p := meanPower(l.quietUJ, l.quiet); l.idle == 0 || p < l.idle || at-l.idleAt > idleFor {
		l.idle, l.idleAt = p, at
	}
	l.quietUJ, l.quiet = 0, 0
}

func meanPower(uj uint64, dt time.Duration) uint64 {
	p, ok := accum.Microwatts(units.Power(float64(uj) / 1e6 / dt.Seconds()))
	if !ok {
		return 0
	}
	return p
}

// idlePower returns what the card draws when nothing runs, and whether that is
// known rather than assumed.
func (l *list) idlePower(at time.Duration) (uw uint64, known bool) {
	if uw, _ := accum.Microwatts(l.given); uw > 0 {
		return uw, true
	}
	if l.idle > 0 && at-l.idleAt <= idleFor {
		return l.idle, true
	}
	return uint64(math.Round(idleOfHighest * float64(l.highest))), false
}

// Idle returns what the card draws when nothing runs: what [WithIdlePower]
// says, or the lowest mean over ten seconds in which no process was on it, as
// [Reader.Attribute] and [Reader.Holds] saw it, not longer ago than a day. It is false while
// neither is known.
func (d *Device) Idle() (units.Power, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	uw, known := d.list.idlePower(d.book.at)
	if !known {
		return 0, false
	}
	return units.Power(float64(uw) / 1e6), true
}

// idleSigma is the relative standard uncertainty of an idle power that was
// learned, on top of that of the sensor: it moves with the temperature. [E]
const idleSigma = 0.05

// Idle returns what the card of a zone draws when nothing runs, as [Device.Idle]
// does, and its relative standard uncertainty on top of that of the sensor: 0 for
// what [WithIdlePower] says. It is false while that is not known, and for a zone
// that is not of this Reader.
func (r *Reader) Idle(zone string) (p units.Power, sigma float64, ok bool) {
	d := r.Device(zone)
	if d == nil {
		return 0, 0, false
	}
	if p, ok = d.Idle(); ok && d.list.given <= 0 {
		sigma = idleSigma
	}
	return p, sigma, ok
}

// sharing says why a list shows the card not to be one program's own.
func sharing(processes []driver.Process, foreign int) error {
	var errs []error
	for _, p := range processes {
		if p.MPS {
			errs = append(errs, ErrSharedMPS)
			break
		}
	}
	if foreign > 0 {
		errs = append(errs, fmt.Errorf("%w (%d)", ErrSharedForeign, foreign))
	}
	return errors.Join(errs...)
}
