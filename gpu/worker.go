package gpu

import (
	"fmt"
	"math"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// run is the goroutine of a card: the only one that calls its driver.
func (d *Device) run() {
	defer close(d.ended)
	works := d.try()
	close(d.tried)
	if !works {
		return
	}
	d.mu.Lock()
	wait := d.next()
	d.mu.Unlock()
	var timer *time.Timer
	for {
		d.await(wait, &timer)
		if d.stopped.Load() || d.reader.over() {
			return
		}
		wait = d.work()
	}
}

// await waits until there is something to do, or for so long.
func (d *Device) await(wait time.Duration, timer **time.Timer) {
	if wait == never {
		<-d.wake
		return
	}
	if *timer == nil {
		*timer = time.NewTimer(wait)
	} else {
		(*timer).Reset(wait)
	}
	select {
	case <-d.wake:
	case <-(*timer).C:
	}
	(*timer).Stop()
}

// never is how long a card waits that is read when somebody asks.
const never = time.Duration(math.MaxInt64)

// next returns when the card is read without being asked: ten times a second
// where power is integrated, and often for a moment where a window wants to
// know when its counter moves. d.mu is held.
func (d *Device) next() time.Duration {
	switch {
	case d.edges.bursting():
		if now := d.reader.since(time.Now()); now < d.edges.until {
			return max(burstPeriod, 10*d.sample.Took) // not more than a tenth of the time
		}
		d.edges.until = 0
	case d.book.mode == instant || d.book.mode == average:
		return pollPeriod
	}
	return never
}

// try reads the card for the first time, again if it refuses a counter. It
// reports whether there is anything to be read.
func (d *Device) try() bool {
	for range strikes {
		d.work()
		if d.works() {
			return true
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.proven = d.book.mode != none
	return d.proven || d.state == Asleep
}

// work reads the card, books what it says, and answers who asked before it
// began. It returns how long the card may be left alone then.
func (d *Device) work() time.Duration {
	d.mu.Lock()
	dev, round, list := d.dev, d.asked, d.list.asked
	d.calling = time.Now()
	d.mu.Unlock()
	d.sample = driver.Sample{}
	err := read(dev, &d.sample)
	d.mu.Lock()
	if d.sample.At.IsZero() {
		d.sample.At = time.Now()
	}
	d.calling = time.Time{}
	d.take(err)
	if round != 0 {
		d.asked = 0
	}
	wait := d.next()
	d.mu.Unlock()
	if round != 0 {
		d.reader.answer(round)
	}
	if list {
		d.enlist()
		offerTo(d.listed)
	}
	return wait
}

// offerTo puts a token into a channel that has room for one.
func offerTo(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// request has the card read for a round of Read. It reports whether an answer
// is to be expected: not from a card that still owes one.
func (d *Device) request(round uint64) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.asked != 0 || !d.proven && d.state != Asleep {
		return false
	}
	d.asked = round
	offerTo(d.wake)
	return true
}

// idle reports whether the card could not be read, and its goroutine has
// ended: when it is found again, it is tried again.
func (d *Device) idle() bool {
	select {
	case <-d.ended:
		return d.elsewhere == ""
	default:
		return false
	}
}

// read calls the driver. One that panics has failed.
func read(dev driver.Device, s *driver.Sample) (err error) {
	defer func() {
		if p := recover(); p != nil {
			*s, err = driver.Sample{}, fmt.Errorf("panic: %v", p)
		}
	}()
	return dev.Read(s)
}

// take books the answer that lies in d.sample. d.mu is held.
func (d *Device) take(err error) {
	at := d.reader.since(d.sample.At)
	d.state = stateOf(err)
	d.err = nil
	if err != nil && d.state != Asleep {
		d.err = &DeviceError{Device: d.name, Op: "read", Err: err}
	}
	switch {
	case d.state.gone():
		d.book.lose(at)
		d.edges.lose(at)
	case d.state == Asleep:
		d.book.sleep(at)
		d.list.slept = true
	case err != nil:
		return
	case !d.proven:
		d.prove(at)
		return
	default:
		d.book.take(&d.sample, at)
		d.edges.see(&d.book, at, d.sample.Took)
	}
	d.told.heard++
}

// prove settles how the card is read: by its counter if it shows one now, else
// by its power if it has shown none so often. d.mu is held.
func (d *Device) prove(at time.Duration) {
	d.trials++
	if !d.book.begin(&d.sample, at) {
		d.err = &DeviceError{Device: d.name, Op: "open", Err: driver.ErrNotSupported}
		return
	}
	d.proven = d.book.mode == counting || d.trials >= strikes
	d.edges.begin(&d.book, at)
	d.told.heard++
}

// tell returns the reading of what the card has said since it last was told,
// if there is something. began is when the Read began that asks.
func (d *Device) tell(began time.Time) (r source.Reading, ok bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.told.zone == "" {
		return r, false, nil
	}
	_, err = d.condition(began)
	if d.told.upTo == d.told.heard {
		return r, false, err
	}
	d.told.upTo = d.told.heard
	r = source.Reading{
		Zone: d.told.zone, Total: units.Microjoules(d.book.tally.UJ), At: d.reader.start.Add(d.book.upTo()),
		Missing: d.book.tally.Missing, Quality: d.book.told(),
	}
	if r.At.Before(began) {
		r.Quality |= source.Late
	}
	return r, true, err
}

// maxInterval returns in what time the counter of the card wraps unseen; 0: it
// does not.
func (d *Device) maxInterval() time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.book.mode != counting {
		return 0
	}
	return d.book.counter.MaxInterval()
}
