package nvml

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/driver"
)

// Processes returns what computes on the card, by PIDs of the host. Weight is
// the busy time in seconds since the call before, or since Open: of each sample
// the share of the time in which a kernel was resident, for as long as the
// sample stands for. It is -1 for all where the driver does not tell, as on
// partitioned cards. A process that has ended meanwhile is in the list if it
// was busy. The call takes the driver milliseconds: make it rarely.
func (d *device) Processes() ([]driver.Process, error) {
	if !d.proc.enter(d.epoch) {
		return nil, d.fail("list processes of", Uninitialized)
	}
	defer d.proc.leave()
	if d.id.MIG {
		return d.sliceProcesses()
	}
	list, code := twice(d.card.Processes)
	if code != Success {
		return nil, d.fail("list processes of", code)
	}
	procs := make([]driver.Process, 0, len(list))
	for _, u := range list {
		procs = join(procs, u, "", false)
	}
	clients, _ := twice(d.card.MPSClients) // most drivers and cards have none
	for _, u := range clients {
		procs = join(procs, u, "", true)
	}
	return d.weigh(procs), nil
}

// sliceProcesses asks every partition: for the list of the whole card NVML
// wants privileges. An error is of the partitions whose processes are not there.
func (d *device) sliceProcesses() ([]driver.Process, error) {
	migs, code := d.card.Slices()
	if code != Success {
		return nil, d.fail("list partitions of", code)
	}
	var procs []driver.Process
	var errs []error
	for _, m := range migs {
		list, code := twice(m.Processes)
		if code != Success {
			errs = append(errs, &DriverError{Op: "list processes of", Card: m.UUID, Code: code})
		}
		for _, u := range list {
			procs = join(procs, u, m.UUID, false)
		}
	}
	return procs, errors.Join(errs...)
}

// twice asks again where the list grew while it was fetched, which go-nvml does
// not survive. Not found is an empty list.
func twice[T any](list func() ([]T, Code)) ([]T, Code) {
	items, code := list()
	if code == Panicked || code == InsufficientSize {
		items, code = list()
	}
	if code == NotFound {
		return nil, Success
	}
	return items, code
}

// join adds u to procs, or to the process that it is.
func join(procs []driver.Process, u Use, instance string, mps bool) []driver.Process {
	memory := u.Memory
	if memory == noValue {
		memory = 0
	}
	for i := range procs {
		p := &procs[i]
		if p.PID == int(u.PID) && p.Instance == instance {
			p.MPS = p.MPS || mps
			p.Memory = max(p.Memory, memory)
			return procs
		}
	}
	return append(procs, driver.Process{PID: int(u.PID), Weight: -1, Memory: memory, Instance: instance, MPS: mps})
}

// weigh sets the weights, if the driver tells them, and adds processes that are
// not in the list any more.
func (d *device) weigh(procs []driver.Process) []driver.Process {
	until := time.Now()
	since := d.seen.from(until)
	samples, code := twice(func() ([]Busy, Code) { return d.card.Utilisation(since) })
	if code != Success {
		return procs
	}
	busy := d.seen.sum(samples, since, until)
	for i := range procs {
		procs[i].Weight = busy[procs[i].PID]
		delete(busy, procs[i].PID)
	}
	ended := make([]driver.Process, 0, len(busy))
	for pid, w := range busy {
		ended = append(ended, driver.Process{PID: pid, Weight: w})
	}
	slices.SortFunc(ended, func(a, b driver.Process) int { return a.PID - b.PID })
	return append(procs, ended...)
}

// seen remembers how far the samples of utilisation were read.
type seen struct {
	newest uint64    // µs of the newest sample, or of Open
	asked  time.Time // with a monotonic reading
}

func seenUntil(t time.Time) seen { return seen{uint64(max(0, t.UnixMicro())), t} }

// slack is how far in µs a stamp may be ahead of our clock without a doubt. [E]
const slack = 1e6

// from returns the time after which samples are new, in µs. A system clock that
// was set back behind it would hide all of them for as long: then the time since
// the call before counts.
func (s *seen) from(until time.Time) uint64 {
	at := uint64(max(0, until.UnixMicro()))
	if s.newest <= at+slack {
		return s.newest
	}
	return at - min(at, uint64(max(0, until.Sub(s.asked).Microseconds())))
}

// sum adds the samples up by PID, in seconds, each for the time since the one
// before of its process. Samples that are not new, or claim more than is
// possible, are left out.
func (s *seen) sum(samples []Busy, since uint64, until time.Time) map[int]float64 {
	slices.SortFunc(samples, func(a, b Busy) int { return cmp.Compare(a.At, b.At) })
	s.newest, s.asked = since, until
	last := map[int]uint64{}
	busy := map[int]float64{}
	for _, b := range samples {
		pid := int(b.PID)
		before := max(last[pid], since)
		if b.At <= before || b.SM > 100 {
			continue
		}
		busy[pid] += float64(b.At-before) / 1e6 * float64(b.SM) / 100
		last[pid] = b.At
		s.newest = max(s.newest, b.At)
	}
	return busy
}
