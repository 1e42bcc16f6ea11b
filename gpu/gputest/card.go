package gputest

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/units"
)

// A Spec says what a card is. The zero Spec is an accelerator with a counter of
// millijoules that moves every 100 ms, and that draws nothing yet.
type Spec struct {
	ID       string      // "GPU-0" and so on by default
	Model    string      // "Fake GPU" by default
	PCI      string      // "": not known
	Node     string      // below /dev; "": not known
	Power    units.Power // drawn from the beginning on
	MaxPower units.Power // never exceeded; 700 W by default

	Tick      time.Duration     // between two moves of the counter; 100 ms by default, negative: it moves at once
	Start     units.Microjoules // what the counter shows at the beginning
	NoCounter bool              // it tells power alone
	NoPower   bool              // it tells its counter alone
	Mean      time.Duration     // it tells the mean power over so long, and not what it draws now

	Module bool // it is a module that holds CPU, memory and GPU, of socket 0
}

// A Process is a process on a card, as the driver knows it: by the number it
// has on the host.
type Process = driver.Process

// A Slice is a partition of a card.
type Slice = driver.Slice

// A Card is a card of a Machine. It is safe for concurrent use.
type Card struct {
	id   driver.Identity
	spec Spec

	mu      sync.Mutex // guards what follows
	uj      float64    // used, up to at
	at      time.Time
	watts   float64
	history []stretch // of the last Mean

	base   float64   // of the counter, µJ
	ticked float64   // what the counter shows, µJ
	next   time.Time // move of the counter
	frozen bool

	gone      bool
	err       error
	skip      int // how many answers lack the counter
	block     chan struct{}
	processes []Process
	parts     []Slice
	calls     int
	lists     int
}

// A stretch is a time of constant power.
type stretch struct {
	until time.Time
	watts float64
}

func newCard(s Spec) *Card {
	s.MaxPower = cmp.Or(s.MaxPower, 700)
	s.Tick = cmp.Or(s.Tick, 100*time.Millisecond)
	kind, level := kindOf(s)
	socket := -1
	if s.Module {
		socket = 0
	}
	now := time.Now()
	c := &Card{spec: s, at: now, watts: float64(s.Power), base: float64(s.Start), ticked: float64(s.Start)}
	c.next = now.Add(s.Tick)
	c.id = driver.Identity{
		ID: s.ID, Model: cmp.Or(s.Model, "Fake GPU"), PCI: s.PCI, Node: s.Node, Kind: kind, Level: level, Socket: socket,
		MaxPower: s.MaxPower, Window: s.Mean, Source: "fake",
	}
	return c
}

// ID returns the name of the card.
func (c *Card) ID() string { return c.id.ID }

// Draw sets what the card draws from now on.
func (c *Card) Draw(p units.Power) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advance(time.Now())
	c.watts = float64(p)
}

// Use adds energy at once, as of work that takes no time.
func (c *Card) Use(e units.Microjoules) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advance(time.Now())
	c.uj += float64(e)
	c.ticked += float64(e)
}

// Used returns what the card has truly used.
func (c *Card) Used() units.Microjoules {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advance(time.Now())
	return units.Microjoules(c.uj)
}

// Reset starts the counter anew, at so much.
func (c *Card) Reset(to units.Microjoules) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advance(time.Now())
	c.base = float64(to) - c.uj
	c.ticked = float64(to)
}

// Freeze lets the counter stand still, or go on again from what was used.
func (c *Card) Freeze(frozen bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advance(time.Now())
	c.frozen = frozen
}

// Fail lets each read fail with err; nil: it works again.
func (c *Card) Fail(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.err = err
}

// Lose lets the card fall off the bus.
func (c *Card) Lose() { c.Fail(driver.ErrLost) }

// Refuse lets so many answers lack the counter, as NVML does now and then.
func (c *Card) Refuse(answers int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.skip = answers
}

// Sleep suspends the card: its driver does not wake it to be read.
func (c *Card) Sleep() { c.Fail(driver.ErrAsleep) }

// Unplug takes the card away: it fails, and the driver does not find it.
func (c *Card) Unplug() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone, c.err = true, driver.ErrLost
}

// Replug brings it back.
func (c *Card) Replug() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone, c.err = false, nil
}

// Block lets each call of the driver for this card hang until the function that
// is returned is called.
func (c *Card) Block() (unblock func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	block := make(chan struct{})
	c.block = block
	return sync.OnceFunc(func() {
		c.mu.Lock()
		c.block = nil
		c.mu.Unlock()
		close(block)
	})
}

// SetProcesses says who is on the card.
func (c *Card) SetProcesses(p ...Process) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.processes = p
}

// SetSlices partitions the card, before it is opened.
func (c *Card) SetSlices(s ...Slice) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.parts = s
}

// Calls returns how often the card was read.
func (c *Card) Calls() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.calls
}

// Lists returns how often the card was asked who is on it.
func (c *Card) Lists() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.lists
}

func (c *Card) absent() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gone
}

func (c *Card) identity() driver.Identity {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := c.id
	id.MIG = len(c.parts) > 0
	return id
}

func (c *Card) list() ([]Process, error) {
	c.mu.Lock()
	block := c.block
	c.lists++
	c.mu.Unlock()
	if block != nil {
		<-block
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.processes), c.err
}

// advance moves the card to an instant, with every move of its counter between.
// c.mu is held.
func (c *Card) advance(now time.Time) {
	if c.spec.Tick > 0 && !c.frozen {
		for late := now.Sub(c.next); late >= 0; late = now.Sub(c.next) {
			last := c.next.Add(late / c.spec.Tick * c.spec.Tick)
			c.draw(last)
			c.ticked = c.uj + c.base
			c.next = last.Add(c.spec.Tick)
		}
	}
	c.draw(now)
	if c.spec.Tick < 0 && !c.frozen {
		c.ticked = c.uj + c.base
	}
}

// draw books the power up to an instant.
func (c *Card) draw(now time.Time) {
	if d := now.Sub(c.at); d > 0 {
		c.uj += c.watts * d.Seconds() * 1e6
		c.at = now
		if c.spec.Mean > 0 {
			c.history = append(c.history, stretch{now, c.watts})
			old := slices.IndexFunc(c.history, func(s stretch) bool { return now.Sub(s.until) <= c.spec.Mean })
			c.history = slices.Delete(c.history, 0, max(0, old-1))
		}
	}
}

// mean returns the mean power over the last Mean.
func (c *Card) mean(now time.Time) float64 {
	from := now.Add(-c.spec.Mean)
	joules, watts, end := 0.0, c.watts, now
	for i := len(c.history) - 1; i >= 0 && end.After(from); i-- {
		watts = c.history[i].watts
		begin := from
		if i > 0 && c.history[i-1].until.After(from) {
			begin = c.history[i-1].until
		}
		joules += watts * end.Sub(begin).Seconds()
		end = begin
	}
	if end.After(from) {
		joules += watts * end.Sub(from).Seconds()
	}
	return joules / c.spec.Mean.Seconds()
}

// read answers the driver.
func (c *Card) read(dst *driver.Sample) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls++
	if block := c.block; block != nil {
		before := time.Now()
		c.mu.Unlock()
		<-block
		c.mu.Lock()
		dst.Took = time.Since(before)
	}
	now := time.Now()
	dst.At = now
	if c.err != nil {
		return c.err
	}
	c.advance(now)
	if c.skip > 0 {
		c.skip--
	} else if !c.spec.NoCounter {
		dst.Counter, dst.CounterOK = uint64(math.Round(c.ticked))/1000, true
	}
	dst.UnitPJ, dst.Width = 1_000_000_000, 64 // of NVML: millijoules
	switch {
	case c.spec.NoPower:
	case c.spec.Mean > 0:
		dst.Average, dst.AverageOK = units.Power(c.mean(now)), true
	default:
		dst.Instant, dst.InstantOK = units.Power(c.watts), true
	}
	return nil
}
