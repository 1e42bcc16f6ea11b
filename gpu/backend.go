package gpu

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
)

// How often a driver looks for cards that were lost. [E]
const (
	firstPause = time.Second
	lastPause  = time.Minute
)

// A backend is a driver, and what it found last. One goroutine at a time calls
// the driver; nobody waits for it with a lock held.
type backend struct {
	drv    driver.Driver
	name   string
	opened chan struct{} // closed when the driver has answered once
	calls  sync.Mutex    // one call of the driver at a time

	// Guarded by the mutex of the Reader.
	answered bool
	busy     bool // a call of the driver is under way
	err      error
	found    []driver.Device
	aside    []source.Skip
	partings map[string][]driver.Slice // of partitioned cards, by ID
	next     time.Time                 // of the next look for what is lost
	pause    time.Duration
}

// open opens the driver, and takes its cards in where Open no longer waits.
func (b *backend) open(r *Reader) {
	found, aside, err := b.call(r, b.drv.Open)
	partings := slicesOf(found)
	r.mu.Lock()
	b.take(found, aside, partings, err)
	if r.begun {
		r.adopt()
	}
	r.mu.Unlock()
	close(b.opened)
}

// call calls the driver, unless the Reader is closed, and the driver with it. One
// that panics is a driver that fails.
func (b *backend) call(r *Reader, f func() ([]driver.Device, []source.Skip, error)) (found []driver.Device, aside []source.Skip, err error) {
	b.calls.Lock()
	defer b.calls.Unlock()
	if r.over() {
		return nil, nil, ErrClosed
	}
	defer func() {
		if p := recover(); p != nil {
			found, aside, err = nil, nil, fmt.Errorf("gpu: open %s: panic: %v", b.name, p)
		}
	}()
	return f()
}

func (b *backend) take(found []driver.Device, aside []source.Skip, partings map[string][]driver.Slice, err error) {
	b.answered = true
	b.found, b.aside, b.err = found, aside, err
	b.partings = partings
}

// slicesOf asks partitioned cards for their slices, so that they can be
// selected. Nothing else reads the cards yet.
func slicesOf(found []driver.Device) map[string][]driver.Slice {
	all := map[string][]driver.Slice{}
	for _, d := range found {
		id := d.Identity()
		if !id.MIG {
			continue
		}
		if parts, err := d.Slices(); err == nil {
			all[id.ID] = parts
		}
	}
	return all
}

// rescan looks for cards anew. r.mu is held by nobody, and b.busy is set.
func (b *backend) rescan(r *Reader) {
	if r.over() {
		return
	}
	found, aside, err := b.call(r, b.drv.Rescan)
	partings := slicesOf(r.unknown(found))
	r.mu.Lock()
	defer r.mu.Unlock()
	b.busy = false
	if r.closed {
		return
	}
	maps.Copy(partings, b.partings)
	b.take(found, aside, partings, err)
	r.adopt()
}

// unknown returns those of the cards that no goroutine reads yet.
func (r *Reader) unknown(found []driver.Device) []driver.Device {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(found), func(dev driver.Device) bool {
		id := dev.Identity().ID
		return slices.ContainsFunc(r.devices, func(d *Device) bool { return d.name == id })
	})
}

// over reports whether the Reader is closed.
func (r *Reader) over() bool {
	select {
	case <-r.quit:
		return true
	default:
		return false
	}
}

// Rescan looks for cards that were added, or that came back, and waits for that
// until ctx ends. A card that is known keeps its zone and its total. Cards that
// are lost are looked for without it.
func (r *Reader) Rescan(ctx context.Context) error {
	done := make(chan struct{})
	var waiting []*backend
	r.mu.Lock()
	if r.closed {
		r.mu.Unlock()
		return ErrClosed
	}
	for _, b := range r.backends {
		if b.answered && !b.busy {
			b.busy = true
			waiting = append(waiting, b)
		}
	}
	r.mu.Unlock()
	go func() {
		defer close(done)
		for _, b := range waiting {
			b.rescan(r)
		}
		r.awaitTrials(time.NewTimer(tryBound))
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("gpu: rescan: %w", ctx.Err())
	}
}

// seek starts looking for the cards of drivers that have lost one, or have one
// that has failed from the start. r.mu is held.
func (r *Reader) seek(now time.Time) {
	for _, b := range r.backends {
		if !r.misses(b) {
			b.pause = 0
			continue
		}
		if b.busy || !b.answered || now.Before(b.next) {
			continue
		}
		b.pause = min(max(2*b.pause, firstPause), lastPause)
		b.next = now.Add(b.pause)
		b.busy = true
		go b.rescan(r)
	}
}

// misses reports whether a card of b is lost, or its driver gone.
func (r *Reader) misses(b *backend) bool {
	for _, d := range r.devices {
		if d.back == b && d.sought() {
			return true
		}
	}
	return false
}

// lookElsewhere is what is left to do where a driver finds no card.
const lookElsewhere = "nothing, unless this machine has one: in a container, name the sysfs of the machine in HOST_SYS"

// unopened says of each driver that has no card why not. Those about which
// nobody can do anything share a line.
func (r *Reader) unopened() []source.Skip {
	var skips []source.Skip
	var names []string
	var causes []error
	for _, b := range r.backends {
		err := b.err
		if !b.answered {
			err = fmt.Errorf("gpu: open %s: %w", b.name, ErrStalled)
		}
		switch remedy := Remedy(err); {
		case err == nil:
		case remedy != "":
			skips = append(skips, source.Skip{What: "gpu/" + b.name, Err: err, Remedy: remedy})
		default:
			names = append(names, b.name)
			causes = append(causes, err)
		}
	}
	if len(names) > 0 {
		err := &absentError{errors.Join(causes...)}
		skips = append(skips, source.Skip{What: "gpu/" + strings.Join(names, ", gpu/"), Err: err, Remedy: lookElsewhere})
	}
	return skips
}

// An absentError says that some drivers have no card.
type absentError struct{ causes error }

func (*absentError) Error() string        { return "gpu: open: no such card" }
func (e *absentError) Unwrap() error      { return e.causes }
func (*absentError) Is(target error) bool { return target == ErrNoDevices }
