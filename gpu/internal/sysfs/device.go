package sysfs

import (
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/driver"
)

// A sensor is what a kind of card is read with. It keeps its files open.
type sensor interface {
	open(Tree) error
	read(dst *driver.Sample) error // when dst was cleared; a field that fails is absent
	close()
}

// A device is a card or a module. Its Read may hang in the kernel: rescan and
// close never wait for it.
type device struct {
	id     driver.Identity
	tree   Tree
	status string // path of runtime_status; "": it never sleeps

	closed atomic.Bool // wanted; done by whoever holds mu next

	mu     sync.Mutex // guards what follows
	sensor sensor
	ready  bool // sensor is open
	lost   bool // a read found the card gone
	awake  *nap
}

func (d *device) Identity() driver.Identity { return d.id }

// Processes tells nothing: the kernel has no list of what runs on a card.
func (d *device) Processes() ([]driver.Process, error) { return nil, driver.ErrNotSupported }

// Slices tells of none: these cards are not partitioned as MIG does it.
func (d *device) Slices() ([]driver.Slice, error) { return nil, nil }

func (d *device) Read(dst *driver.Sample) error {
	*dst = driver.Sample{}
	d.mu.Lock()
	err := d.sample(dst)
	d.mu.Unlock()
	if d.closed.Load() {
		d.close()
	}
	return err
}

func (d *device) sample(dst *driver.Sample) error {
	if d.closed.Load() {
		return driver.ErrDriverGone
	}
	start := time.Now()
	err := d.ask(dst)
	dst.Took = time.Since(start)
	dst.At = start.Add(dst.Took / 2)
	d.lost = errors.Is(err, driver.ErrLost)
	return err
}

func (d *device) ask(dst *driver.Sample) error {
	if d.awake != nil {
		if err := d.awake.check(); err != nil {
			return err
		}
	}
	if !d.ready {
		if err := d.sensor.open(d.tree); err != nil {
			d.sensor.close()
			return err
		}
		d.ready = true
	}
	return d.sensor.read(dst)
}

// open opens what Read needs. Of a card that sleeps it opens only the file that
// says so.
func (d *device) open() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.status != "" && d.tree.Exists(d.status) {
		n, err := openNap(d.tree, d.status)
		if err != nil {
			return err
		}
		d.awake = n
		if errors.Is(n.check(), driver.ErrAsleep) {
			return nil
		}
	}
	if err := d.sensor.open(d.tree); err != nil {
		d.shut()
		return err
	}
	d.ready = true
	return nil
}

// usable reports whether d may go on as it is: nobody found it lost. One that
// hangs counts as usable, since its call has not returned.
func (d *device) usable() bool {
	if !d.mu.TryLock() {
		return true
	}
	defer d.mu.Unlock()
	return !d.lost
}

// close closes the files, or, while a Read hangs, leaves it to that Read.
func (d *device) close() {
	d.closed.Store(true)
	if d.mu.TryLock() {
		d.shut()
		d.mu.Unlock()
	}
}

func (d *device) shut() {
	d.sensor.close()
	if d.awake != nil {
		d.awake.file.Close()
	}
	d.awake, d.ready = nil, false
}
