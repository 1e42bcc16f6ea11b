package gpu

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// stallBound is how long a call of a driver may take before its card counts as
// stalled. [E]
const stallBound = 5 * time.Second

// A Device is one card, or one module of several chips. It is safe for
// concurrent use.
type Device struct {
	reader *Reader
	back   *backend
	name   string // ID
	about  string // ID of the zone
	id     driver.Identity

	wake   chan struct{} // there is something to do
	listed chan struct{} // what Attribute asked for is listed
	tried  chan struct{} // closed after the first answer
	ended  chan struct{} // closed when the goroutine has returned

	stopped atomic.Bool // another reads the card

	// Guarded by the mutex of the Reader.
	placed    bool        // zone is set
	zone      source.Zone // once placed
	elsewhere string      // ID of what counts this card; "": itself
	order     int

	mu      sync.Mutex // guards what follows
	dev     driver.Device
	index   int
	proven  bool // it has told energy or power
	trials  int
	asked   uint64 // the round of Read that waits, or waited, for an answer; 0: none
	calling time.Time
	state   State
	err     error
	book    book
	edges   edges
	list    list
	told    told

	sample driver.Sample // of the goroutine
}

// told is what Read has told of a card.
type told struct {
	zone  string // ID; "": it has none yet
	heard uint64 // answers that said something
	upTo  uint64 // of them, that Read has told
}

// ID returns the name of the card that is stable between runs, such as
// "GPU-…" of NVIDIA.
func (d *Device) ID() string { return d.name }

// Index returns where the card is in the order of its driver, now. It is no
// name: the order changes.
func (d *Device) Index() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.index
}

// Zone returns what the readings of the card are named by. It is zero for a
// card that was never read.
func (d *Device) Zone() source.Zone {
	d.reader.mu.Lock()
	defer d.reader.mu.Unlock()
	return d.zone
}

// A Status is what is known of a card, as of its last answer.
type Status struct {
	State State
	Err   error // why it does not work; nil: it does

	Total   units.Microjoules // since the Reader was opened; it never falls
	At      time.Time         // up to when Total counts
	Missing time.Duration     // in which nothing was counted
	Quality source.Quality    // of all the time since it was opened

	Power   units.Power // drawn at the last answer; valid if PowerOK
	PowerOK bool

	Period time.Duration // between two moves of the counter, measured by windows, or assumed
}

// Status returns what is known of the card. It asks nobody, and does not wait.
func (d *Device) Status() Status {
	d.mu.Lock()
	defer d.mu.Unlock()
	s := Status{
		Total: units.Microjoules(d.book.tally.UJ), Missing: d.book.tally.Missing, Quality: d.book.ever | d.book.remarks,
		At: d.reader.start.Add(d.book.upTo()), Period: d.edges.periodOf(&d.book),
	}
	s.State, s.Err = d.condition(time.Now())
	if p := d.book.power; p.OK {
		s.Power, s.PowerOK = units.Power(float64(p.UW)/1e6), true
	}
	return s
}

// condition returns how the card answers. d.mu is held.
func (d *Device) condition(now time.Time) (State, error) {
	if !d.calling.IsZero() && now.Sub(d.calling) >= stallBound {
		return Stalled, &DeviceError{Device: d.name, Op: "read", Err: fmt.Errorf("%w since %v", ErrStalled, now.Sub(d.calling).Round(time.Second))}
	}
	return d.state, d.err
}

// sought reports whether the driver has to look for the card: it is lost, or has
// failed since the start, as in a reset, so that nobody reads it any more.
func (d *Device) sought() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.state != Failing:
		return d.state.gone()
	case d.proven:
		return errors.Is(d.err, driver.ErrDriverGone)
	}
	return !errors.Is(d.err, driver.ErrNotSupported) && !errors.Is(d.err, driver.ErrPermission)
}

// swap replaces the handle of a card that was found anew.
func (d *Device) swap(dev driver.Device) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.dev = dev
	d.index = dev.Identity().Index
}

// report adds what is true of d now. r.mu is held.
func (d *Device) report(rep *source.Report, now time.Time) {
	d.mu.Lock()
	state, err := d.condition(now)
	proven := d.proven
	d.mu.Unlock()
	what := zoneID(d.name)
	switch {
	case d.elsewhere != "":
		err = &DeviceError{Device: d.name, Op: "open", Err: fmt.Errorf("%w: %s", ErrElsewhere, d.elsewhere)}
	case d.placed && !state.gone() && state != Stalled:
		rep.Found = append(rep.Found, d.zone)
		return
	case state == Asleep && !d.placed:
		err = &DeviceError{Device: d.name, Op: "open", Err: driver.ErrAsleep}
	case err == nil && !proven:
		err = &DeviceError{Device: d.name, Op: "open", Err: ErrNotSupported}
	case err == nil:
		return // it answered just now: the next Read takes it in
	}
	rep.Skipped = append(rep.Skipped, source.Skip{What: what, Err: err, Remedy: Remedy(err)})
}

func zoneID(id string) string { return "gpu/" + id }
