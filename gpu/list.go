package gpu

import (
	"errors"
	"fmt"
	"math"
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
	processes []driver.Process
	parts     []driver.Slice
	err       error
	at        time.Duration // of the list
	tally     accum.Tally   // then
	listed    bool

	begun  bool
	base   accum.Tally // what was shared out before
	baseAt time.Duration

	shared error

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
	processes, parts, err := listAll(dev, partitioned)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.calling = time.Time{}
	l := &d.list
	l.asked, l.listed = false, true
	l.processes, l.parts, l.err = processes, parts, err
	l.at, l.tally = d.book.upTo(), d.book.tally
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
	if l.asked || d.told.zone == "" || l.begun && now-l.baseAt < listPeriod {
		return false
	}
	select {
	case <-d.listed:
	default:
	}
	l.asked = true
	offerTo(d.wake)
	return true
}

// learn notes the mean power of an interval, and takes it for the idle power if
// nobody was on the card for long enough.
func (l *list) learn(uj uint64, dt time.Duration, alone bool, at time.Duration) {
	if dt <= 0 {
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
	if uw, ok := accum.Microwatts(l.given); ok && uw > 0 {
		return uw, true
	}
	if l.idle > 0 && at-l.idleAt <= idleFor {
		return l.idle, true
	}
	return uint64(math.Round(idleOfHighest * float64(l.highest))), false
}

// Idle returns what the card draws when nothing runs: what [WithIdlePower]
// says, or the lowest mean over ten seconds in which no process was on it, as
// [Reader.Attribute] saw it, not longer ago than a day. It is false while
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
