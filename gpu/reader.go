package gpu

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// closeBound is how long Close waits for what does not answer. [E]
const closeBound = time.Second

// A Reader reads the cards of a machine. It is safe for concurrent use, and
// fulfils meter.Source. It has one goroutine for each card, and logs nothing;
// Close ends it.
type Reader struct {
	start    time.Time // that all instants are counted from
	quit     chan struct{}
	host     *host
	idle     map[string]units.Power
	shares   map[string]float64
	sigmas   map[string]float64
	backends []*backend

	reading  sync.Mutex // one Read at a time; guards what follows
	patience *time.Timer

	rounds   sync.Mutex // guards what follows
	round    uint64     // of Read
	owed     int        // answers to it
	answered chan struct{}

	splitting sync.Mutex // one Attribute at a time

	mu      sync.Mutex // guards what follows
	begun   bool       // Open has taken in the cards; those that come later are taken in at once
	closed  bool
	devices []*Device // by driver
	active  []*Device // those of them that are read; never changed, but replaced
	choice  *choice
}

// Devices returns the cards that are read, in the order of their drivers.
func (r *Reader) Devices() []*Device {
	r.mu.Lock()
	defer r.mu.Unlock()
	var devices []*Device
	for _, d := range r.devices {
		if d.placed {
			devices = append(devices, d)
		}
	}
	return devices
}

// Device returns the card of that ID, or of that zone; nil if there is none.
func (r *Reader) Device(id string) *Device {
	id = strings.TrimPrefix(id, "gpu/")
	for _, d := range r.Devices() {
		if d.name == id {
			return d
		}
	}
	return nil
}

// since returns an instant as the arithmetic counts it, by the monotonic clock.
func (r *Reader) since(t time.Time) time.Duration { return t.Sub(r.start) }

// adopt takes in what the drivers found: known cards get their new handle, new
// ones a goroutine. r.mu is held.
func (r *Reader) adopt() {
	if r.closed {
		return
	}
	var offers []offer
	for i, b := range r.backends {
		for _, dev := range b.found {
			offers = append(offers, offer{dev: dev, id: dev.Identity(), back: b, order: i})
		}
	}
	slices.SortStableFunc(offers, offer.compare)
	r.choice.resolve(offers)
	devices := slices.Clone(r.devices)
	for _, o := range offers {
		if !r.choice.takes(o.id) {
			continue
		}
		i := slices.IndexFunc(devices, func(d *Device) bool { return d.name == o.id.ID })
		switch {
		case i < 0:
			devices = append(devices, r.launch(o))
		case devices[i].idle():
			devices[i] = r.launch(o)
		default:
			devices[i].swap(o.dev)
		}
	}
	slices.SortStableFunc(devices, func(a, b *Device) int { return a.order - b.order })
	r.devices = devices
	r.activate()
}

// activate lists the cards that are read. r.mu is held.
func (r *Reader) activate() {
	r.active = nil
	for _, d := range r.devices {
		if d.elsewhere == "" {
			r.active = append(r.active, d)
		}
	}
}

// An offer is a card that a driver found.
type offer struct {
	dev   driver.Device
	id    driver.Identity
	back  *backend
	order int
}

func (o offer) compare(p offer) int {
	if o.order != p.order {
		return o.order - p.order
	}
	return o.id.Index - p.id.Index
}

// launch starts the goroutine of a card.
func (r *Reader) launch(o offer) *Device {
	d := &Device{
		reader: r, back: o.back, name: o.id.ID, about: zoneID(o.id.ID), id: o.id, index: o.id.Index, dev: o.dev, order: o.order,
		wake: make(chan struct{}, 1), listed: make(chan struct{}, 1),
		tried: make(chan struct{}), ended: make(chan struct{}),
		book: newBook(o.id, r.since(time.Now())),
	}
	d.list.given = r.idle[o.id.ID]
	d.edges.period = d.book.counter.Period
	if o.id.Parent != "" {
		d.elsewhere = o.id.Parent
		close(d.tried)
		close(d.ended)
		return d
	}
	go d.run()
	return d
}

// Read reads every card, and appends the readings to dst. The error joins what
// does not work, each time; what was read stands beside it. A card that does
// not answer within a tenth of a second is left out, and what it says later is
// told by the next Read, marked [source.Late]. Of a card that is lost there is
// a reading whose missing time grows. Without any card there are no readings
// and no error. Nothing is allocated unless something fails.
func (r *Reader) Read(dst []source.Reading) ([]source.Reading, error) {
	r.reading.Lock()
	defer r.reading.Unlock()
	began := time.Now()
	devices, err := r.settled(began)
	if err != nil {
		return dst, err
	}
	r.ask(devices)
	errs := []error(nil)
	for _, d := range devices {
		reading, ok, err := d.tell(began)
		if ok {
			dst = append(dst, reading)
		}
		if err != nil {
			errs = append(errs, err)
		}
	}
	return dst, errors.Join(errs...)
}

// settled returns the cards, after those that answered meanwhile were placed
// and a look for those that are lost was started.
func (r *Reader) settled(now time.Time) ([]*Device, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return nil, ErrClosed
	}
	r.place()
	r.seek(now)
	return r.active, nil
}

// answerBound is how long Read waits for cards. [E]
const answerBound = 100 * time.Millisecond

// ask has all cards read at once, and waits for those that answer soon. One
// that still owes an answer is not asked again, nor waited for. r.reading is
// held.
func (r *Reader) ask(devices []*Device) {
	r.rounds.Lock()
	r.round++
	round := r.round
	r.owed = len(devices) + 1 // and this one, which answers when all are asked
	r.rounds.Unlock()
	select {
	case <-r.answered: // by a round that had given up
	default:
	}
	for _, d := range devices {
		if !d.request(round) {
			r.answer(round)
		}
	}
	r.answer(round)
	// Most cards answer in microseconds: give them the processor before a timer
	// is armed, which costs as much as a card.
	runtime.Gosched()
	select {
	case <-r.answered:
		return
	default:
	}
	r.patience.Reset(answerBound)
	defer r.patience.Stop()
	select {
	case <-r.answered:
	case <-r.patience.C:
	}
}

// answer notes that one of a round has answered.
func (r *Reader) answer(round uint64) {
	r.rounds.Lock()
	defer r.rounds.Unlock()
	if round != r.round {
		return
	}
	if r.owed--; r.owed == 0 {
		offerTo(r.answered)
	}
}

// MaxInterval returns the longest time between two reads in which no counter
// wraps unseen at the most its card draws; 0 where no counter is so narrow.
func (r *Reader) MaxInterval() time.Duration {
	var shortest time.Duration
	for _, d := range r.Devices() {
		if i := d.maxInterval(); i > 0 && (shortest == 0 || i < shortest) {
			shortest = i
		}
	}
	return shortest
}

// Close ends the goroutines and closes the drivers, and waits for both for at
// most a second. The error names what did not answer; it is closed once it
// does. Close may be called more than once.
func (r *Reader) Close() error {
	r.mu.Lock()
	first := !r.closed
	r.closed = true
	devices := r.devices
	r.mu.Unlock()
	if !first {
		return nil
	}
	close(r.quit)
	for _, d := range devices {
		offerTo(d.wake)
	}
	bound := time.NewTimer(closeBound)
	defer bound.Stop()
	errs := []error(nil)
	for _, b := range r.backends {
		errs = append(errs, b.close(devices, bound))
	}
	return errors.Join(errs...)
}

// close closes the driver once nothing calls it any more.
func (b *backend) close(devices []*Device, bound *time.Timer) error {
	ended := make(chan error, 1)
	go func() {
		<-b.opened
		for _, d := range devices {
			if d.back == b {
				<-d.ended
			}
		}
		b.calls.Lock()
		defer b.calls.Unlock()
		ended <- b.drv.Close()
	}()
	select {
	case err := <-ended:
		return err
	case <-bound.C:
		bound.Reset(0)
	}
	return fmt.Errorf("gpu: close %s: %w", b.stuck(devices), ErrStalled)
}

// stuck names what is waited for.
func (b *backend) stuck(devices []*Device) string {
	var names []string
	for _, d := range devices {
		if d.back != b {
			continue
		}
		select {
		case <-d.ended:
		default:
			names = append(names, d.name)
		}
	}
	if len(names) == 0 {
		return b.name
	}
	return strings.Join(names, ", ")
}
