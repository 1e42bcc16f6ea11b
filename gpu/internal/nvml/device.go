package nvml

import (
	"io/fs"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A device is one card. Its fields are used by the goroutine of its caller.
type device struct {
	proc   *process
	epoch  uint64
	id     driver.Identity
	memory uint64 // bytes, in all

	reader
	seen seen // of the utilisation of processes
}

// describe takes over what does not change. A module is found by its power,
// which NVML has under a scope of its own on Grace boards alone.
func (d *device) describe(card Card, desc *Description, sys fs.FS) {
	d.memory = desc.Memory
	d.id.ID, d.id.Model, d.id.PCI, d.id.MIG = desc.UUID, desc.Name, desc.PCI, desc.MIG
	d.id.Kind, d.id.Level, d.id.Socket = source.GPU, source.AtBoard, socket(sys, desc.PCI)
	d.id.Source, d.id.Detail = "nvml", desc.PCI
	d.reader = newReader(card, scopeGPU, usageIsMean(desc.Major, desc.Minor))
	if d.answers(scopeModule) {
		d.id.Kind, d.id.Level = source.Module, source.AtModule
		d.reader = newReader(card, scopeModule, mean)
	}
	d.seen = seenUntil(time.Now())
}

// probe reads once, to learn what the card answers, and sets what depends on it.
func (d *device) probe() error {
	var s driver.Sample
	err := d.Read(&s)
	d.id.MaxPower = d.maxPower()
	d.id.Window = d.window
	return err
}

// Identity returns what does not change of the card.
func (d *device) Identity() driver.Identity { return d.id }

// Read takes the energy counter and the powers. It is one call of NVML, of
// three fields; a second or third one only on a driver or card that lacks a
// field. A quantity that three reads in a row have found not supported is not
// asked for any more until Rescan.
func (d *device) Read(dst *driver.Sample) error {
	*dst = driver.Sample{UnitPJ: picojoules, Width: 64}
	if !d.proc.enter(d.epoch) {
		return d.fail("read", Uninitialized)
	}
	defer d.proc.leave()
	began := time.Now()
	code := d.read(dst)
	dst.Took = time.Since(began)
	dst.At = began.Add(dst.Took / 2)
	if code != Success {
		return d.fail("read", code)
	}
	return nil
}

// maxPower is the largest limit that may be set, or else the one that is; 0:
// neither is known.
func (d *device) maxPower() units.Power {
	limit := []Field{{ID: fieldMaxLimit, Scope: d.scope}}
	if d.card.Fields(limit) == Success {
		if mW, ok := limit[0].Value(); ok {
			return watts(mW)
		}
	}
	if d.scope != scopeGPU {
		return 0
	}
	if mW, code := d.card.Limit(); code == Success {
		return watts(uint64(mW))
	}
	return 0
}

// shortcomings says what of a card that is used is not, where a person can
// change that.
func (d *device) shortcomings() []source.Skip {
	if d.counter != NoPermission {
		return nil
	}
	err := d.fail("read counter of", NoPermission)
	return []source.Skip{{What: "nvml/" + d.id.ID + "/counter", Err: err, Remedy: Remedy(err)}}
}

func (d *device) fail(op string, code Code) error {
	return &DriverError{Op: op, Card: d.id.ID, Code: code}
}

// separate sees to it that a module is not counted once for each of its cards.
// Which of them a counter holds is known where a module has one card alone; of
// others the power of the card itself is read, and not the counter.
func separate(cards []*device) []source.Skip {
	var skipped []source.Skip
	sharing := make([]*device, 0, len(cards))
	for _, c := range cards {
		if c.shares(cards) {
			sharing = append(sharing, c)
		}
	}
	for _, c := range sharing {
		c.id.Kind, c.id.Level = source.GPU, source.AtBoard
		c.reader = newReader(c.card, scopeGPU, mean)
		c.energy.never()
		c.want[energyField].never()
		_ = c.probe() // what is wrong with it, its reads will say
		skipped = append(skipped, source.Skip{What: "nvml/" + c.id.ID + "/counter", Err: ErrSharedModule, Remedy: Remedy(ErrSharedModule)})
	}
	return skipped
}

// shares reports whether d is a module and may be the same one as another.
func (d *device) shares(cards []*device) bool {
	for _, c := range cards {
		if c != d && d.id.Kind == source.Module && c.id.Kind == source.Module &&
			(c.id.Socket == d.id.Socket || c.id.Socket < 0 || d.id.Socket < 0) {
			return true
		}
	}
	return false
}
