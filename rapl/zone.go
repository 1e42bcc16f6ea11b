package rapl

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A Scope says how much of its domain a zone counts.
type Scope uint8

// The scopes.
const (
	WholeDomain Scope = iota
	SingleCore        // AMD's core zone: one core, whatever its package has
)

// String returns the name of s.
func (s Scope) String() string {
	if s == SingleCore {
		return "single-core"
	}
	return "whole-domain"
}

// A Zone is one counter. It lives as long as its Reader; its counter may go
// and come back, and its total never falls. All methods are safe for
// concurrent use.
type Zone struct {
	r   *Reader
	key key
	// What follows is guarded by r.mu.
	desc    source.Zone
	dir     string // of powercap, such as "intel-rapl:0"
	path    string // of energy_uj
	mirrors []string
	scope   Scope

	dev  device      // nil: lost
	file os.FileInfo // of the last energy_uj that was open, to know it again
	counter
	proven bool // it is no mirror of another die

	raw  uint64        // as read last
	took time.Duration // for that
	err  error         // why there is no reading now; nil: there is

	watch watch
	twin  twin
}

// ID returns the identity of z, such as "rapl/package-0/dram". It is that of
// the hardware: a zone that was unplugged and comes back has it again.
func (z *Zone) ID() string { return z.key.id() }

// Domain returns the part of the machine that z counts.
func (z *Zone) Domain() Domain { return z.key.domain }

// Scope returns how much of its domain z counts.
func (z *Zone) Scope() Scope { return z.scope }

// String returns the ID of z.
func (z *Zone) String() string { return z.ID() }

// Describe returns what a meter has to know of z.
func (z *Zone) Describe() source.Zone {
	z.r.mu.Lock()
	defer z.r.mu.Unlock()
	return z.desc
}

// Range returns the largest value of the counter before it starts again, or 0
// where that is not known; then a wrap is a gap.
func (z *Zone) Range() units.Microjoules {
	z.r.mu.Lock()
	defer z.r.mu.Unlock()
	return units.Microjoules(z.top)
}

// MaxPower returns the power that z never exceeds: what would need more is not
// counted, and a counter that falls has wrapped only if less was needed.
func (z *Zone) MaxPower() units.Power {
	z.r.mu.Lock()
	defer z.r.mu.Unlock()
	return units.Power(z.power) * 1e-6
}

// Mirrors returns the powercap directories that show the counter of z too and
// are not read, such as "intel-rapl-mmio:0".
func (z *Zone) Mirrors() []string {
	z.r.mu.Lock()
	defer z.r.mu.Unlock()
	return slices.Clone(z.mirrors)
}

// Total reads z and returns what it has used since Open, at the level of the
// zone. Beside an error it is what was known before. Call it at least every
// [Reader.MaxInterval]; a slower caller may lose whole wraps.
func (z *Zone) Total() (units.Microjoules, error) {
	s, err := z.Sample()
	return s.Total, err
}

// Sample reads z and returns the reading. Beside an error it tells what was
// known before.
func (z *Zone) Sample() (source.Reading, error) {
	r := z.r
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return z.reading(0), ErrClosed
	}
	now := time.Now()
	r.tend(now)
	if z.dev == nil || z.watch.stuck {
		return z.reading(0), z.why()
	}
	q, err := z.take(&now)
	r.compareTwins()
	if err == nil {
		err = z.why()
	}
	return z.reading(q), err
}

func (z *Zone) reading(q source.Quality) source.Reading {
	return source.Reading{
		Zone: z.desc.ID, Total: units.Microjoules(z.total), At: z.at, Missing: z.missing, Quality: q,
	}
}

// why tells why there is no reading of z now.
func (z *Zone) why() error {
	if z.err == nil && z.twin.of != nil {
		return z.fault("read", fmt.Errorf("%w: %s", ErrMirror, z.twin.of.desc.ID))
	}
	return z.err
}

// take reads z once. At the start *now is the time just before the read, at
// the end the time just after it; the middle is the time of the reading. There
// is a reading unless z.err says why not.
func (z *Zone) take(now *time.Time) (source.Quality, error) {
	before := *now
	raw, op, err := readRaw(z.dev, z.r.buf[:])
	*now = time.Now()
	if err != nil {
		return 0, z.fail(op, err)
	}
	z.took = now.Sub(before)
	at := before.Add(z.took / 2)
	q, err := z.follow(raw, at)
	if err != nil {
		err = z.fault("read", err)
	}
	moved := raw != z.raw
	z.raw, z.err = raw, nil
	if z.watched() && z.watch.look(z.r, moved, at) {
		return q | source.Stuck, z.stall(at)
	}
	return q, err
}

// follow counts up to raw, unless z may be a mirror.
func (z *Zone) follow(raw uint64, at time.Time) (source.Quality, error) {
	if z.proven {
		return z.step(raw, at)
	}
	return z.shadow(raw, at)
}

// fail notes why there is no reading and returns it. What may pass keeps the
// descriptor and the baseline, so that the next value spans the gap; a counter
// that is gone is closed, and looked for again in a while.
func (z *Zone) fail(op string, err error) error {
	z.err = z.fault(op, err)
	if gone(err) {
		z.shut()
		z.r.hurry()
	}
	return z.err
}

func (z *Zone) fault(op string, err error) error { return fault(z.desc.ID, z.dir, z.path, op, err) }

func fault(id, dir, path, op string, err error) error {
	if denied(err) {
		return &PermissionError{Paths: []string{path}, Remedy: permissionRemedy}
	}
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		err = e.Err
	}
	return &ZoneError{Zone: id, Dir: dir, Op: op, Err: err}
}

func (z *Zone) shut() {
	if z.dev != nil {
		z.dev.Close()
		z.dev = nil
	}
	z.proven = z.single()
}

// attach opens the counter of e and takes a first value, or says why not. The
// same file again goes on where it was; another one begins at what it shows.
func (z *Zone) attach(e *entry) error {
	path := filepath.Join(e.path, energyFile)
	dev, err := z.r.open(path)
	if err != nil {
		return fault(e.key.id(), e.dir, path, "open", err)
	}
	file, err := os.Stat(path)
	if err != nil {
		dev.Close()
		return fault(e.key.id(), e.dir, path, "open", err)
	}
	before := time.Now()
	raw, op, err := readRaw(dev, z.r.buf[:])
	took := time.Since(before)
	if err != nil && (z.dev != nil || gone(err)) {
		dev.Close()
		return fault(e.key.id(), e.dir, path, op, err)
	}
	z.shut()
	z.dev = dev
	z.settle(e, path, file)
	if err != nil {
		return z.fault(op, err)
	}
	z.raw, z.took, z.err = raw, took, nil
	z.begin(raw, before.Add(took/2))
	return nil
}

// settle makes e the place that z is read from.
func (z *Zone) settle(e *entry, path string, file os.FileInfo) {
	known := z.file != nil && os.SameFile(z.file, file)
	if !known {
		c := newCounter(e.readLimits())
		c.total, c.missing, c.at = z.total, z.missing, z.at
		z.counter = c
	}
	z.proven = z.single()
	z.dir, z.path, z.file = e.dir, path, file
	z.desc = e.describe(z.r.host, z.r.platform)
	z.desc.Period, z.desc.Unit = update, units.Microjoules(z.unit)
	z.watch.reset()
}

// begin takes raw for the first value of the counter, if it has none.
func (z *Zone) begin(raw uint64, at time.Time) {
	if z.primed || z.top > 0 && raw > z.top {
		return
	}
	z.rebase(raw, at)
}

// news keeps err as the state of z, and returns it if it was another before.
func (z *Zone) news(err error) error {
	if z.err != nil && z.err.Error() == err.Error() {
		return nil
	}
	z.err = err
	return err
}
