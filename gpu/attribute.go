package gpu

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/accum"
	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// ErrForeign reports processes on a card that have no number here: drivers give
// that of the host, and this program is in a namespace of its own.
var ErrForeign = errors.New("processes of the host are not known here")

// An Attribution says who used a card. The parts, Idle and Unattributed make up
// Energy, always.
type Attribution struct {
	Zone     string
	From, To time.Time

	Energy       units.Microjoules
	Idle         units.Microjoules // what flows when nothing runs
	Unattributed units.Microjoules // what is nobody's, or not known whose
	Parts        []Part

	Method      Split // how the rest was shared out
	IdleAssumed bool  // the idle power is a fifth of the highest, since none was seen
	Why         error // why something is unattributed; nil: nobody was on the card
}

// A Part is what a process, a group of them or a partition used. It is
// calculated, not measured.
type Part struct {
	PID      int       // here; 0: of a group, or of a partition as a whole
	Started  time.Time // with PID names a process for good; zero: not known
	Instance string    // UUID of the partition; "": of the whole card
	MPS      bool      // the clients of MPS, as one group
	Energy   units.Microjoules
}

// A Split is how energy was shared out.
type Split uint8

// The splits.
const (
	Nobody  Split = iota // there was nobody to share with
	ByBusy               // by the time that each kept the card busy
	Equally              // among those on the card, since the driver does not tell more
	BySlice              // by the slices of partitions
)

// String returns the name of s, such as "busy".
func (s Split) String() string {
	switch s {
	case Nobody:
		return "nobody"
	case ByBusy:
		return "busy"
	case Equally:
		return "equally"
	case BySlice:
		return "slices"
	}
	return fmt.Sprintf("Split(%d)", uint8(s))
}

// Attribute shares out what each card used since it last did, or since the
// Reader was opened. Drivers are asked who is on a card at most every five
// seconds: of a card for which that is too soon there is no answer, and its
// energy is shared out the next time. The error joins what does not work.
func (r *Reader) Attribute() ([]Attribution, error) {
	r.splitting.Lock()
	defer r.splitting.Unlock()
	r.mu.Lock()
	active, closed := r.active, r.closed
	r.mu.Unlock()
	if closed {
		return nil, ErrClosed
	}
	r.enlist(active, listBound)
	var split []Attribution
	var errs []error
	for _, d := range active {
		a, ok, err := d.attribute()
		if ok {
			split = append(split, a)
		}
		errs = append(errs, err)
	}
	return split, errors.Join(errs...)
}

func (r *Reader) awaitLists(waited []*Device, atMost time.Duration) {
	bound := time.NewTimer(atMost)
	defer bound.Stop()
	for _, d := range waited {
		select {
		case <-d.listed:
		case <-bound.C:
			return
		}
	}
}

// Uses appends what each process used since Attribute or Uses was last called,
// in joules, to dst. Processes that are not known here have no Use.
func (r *Reader) Uses(dst []source.Use) ([]source.Use, error) {
	split, err := r.Attribute()
	for _, a := range split {
		for _, p := range a.Parts {
			if p.PID != 0 {
				dst = append(dst, source.Use{Zone: a.Zone, PID: p.PID, Started: p.Started, Weight: p.Energy.Joules()})
			}
		}
	}
	return dst, err
}

// attribute shares out what the card used up to its last list.
func (d *Device) attribute() (a Attribution, ok bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	l := &d.list
	if !l.listed {
		_, err := d.condition(time.Now())
		return a, false, err
	}
	l.listed = false
	if l.err != nil && !errors.Is(l.err, driver.ErrNotSupported) {
		err = &DeviceError{Device: d.name, Op: "list processes", Err: l.err}
	}
	uj, dt := l.tally.UJ-l.base.UJ, l.at-l.baseAt
	if !l.begun {
		dt = l.at - d.book.from
	}
	a = Attribution{
		Zone: d.told.zone, Energy: units.Microjoules(uj),
		From: d.reader.start.Add(l.at - dt), To: d.reader.start.Add(l.at),
	}
	missing := l.tally.Missing - l.base.Missing
	l.begun, l.base, l.baseAt = true, l.tally, l.at
	d.share(&a, uj, max(0, dt-missing))
	return a, true, err
}

// share shares out uj µJ of a time in which they were counted.
func (d *Device) share(a *Attribution, uj uint64, dt time.Duration) {
	l := &d.list
	h := d.reader.host
	known, foreign := identify(l.processes, h)
	if len(l.parts) > 0 {
		a.shareSlices(uj, l.parts, known, foreign)
		return
	}
	watts, sure := l.idlePower(l.at)
	idle := accum.Idle(uj, watts, dt)
	a.Idle, a.IdleAssumed = units.Microjoules(idle), !sure
	var rest uint64
	a.Parts, a.Method, rest = shareOut(uj-idle, known, l.processes)
	a.Unattributed = units.Microjoules(rest)
	switch {
	case l.err != nil:
		a.Why = l.err
	case foreign > 0:
		a.Why = fmt.Errorf("%w: %d on the card", ErrForeign, foreign)
	}
}

// A user is a process, or the group of all clients of MPS, on a card.
type user struct {
	part   Part
	weight float64 // negative: not known
}

// identify returns who is on a card, as known here, and how many are not.
func identify(processes []driver.Process, h *host) (known []user, foreign int) {
	group := -1
	for _, p := range processes {
		if p.MPS {
			if group < 0 {
				group = len(known)
				known = append(known, user{part: Part{MPS: true, Instance: p.Instance}})
			}
			known[group].weight += max(p.Weight, 0)
			continue
		}
		pid, started, ok := h.known(p.PID, p.Started)
		if !ok {
			foreign++
			continue
		}
		known = append(known, user{Part{PID: pid, Started: started, Instance: p.Instance}, p.Weight})
	}
	return known, foreign
}

// shareOut shares uj out between those who are known, by how busy they kept the
// card, or equally if that is not told of all who are on it. What those used
// who are not known is the rest.
func shareOut(uj uint64, known []user, on []driver.Process) (parts []Part, how Split, rest uint64) {
	if len(on) == 0 {
		return nil, Nobody, uj
	}
	busy, told := 0.0, true
	for _, p := range on {
		busy += max(p.Weight, 0)
		told = told && p.Weight >= 0
	}
	how = ByBusy
	if !told || busy <= 0 {
		how, busy = Equally, float64(countUsers(on))
	}
	weights := make([]float64, len(known)+1)
	ours := 0.0
	for i, u := range known {
		weights[i] = u.weight
		if how == Equally {
			weights[i] = 1
		}
		ours += max(weights[i], 0)
	}
	weights[len(known)] = max(0, busy-ours) // those who are not known
	if len(known) == countUsers(on) {
		weights[len(known)] = 0
	}
	shares := accum.Split(nil, uj, weights)
	rest = uj
	for i, u := range known {
		u.part.Energy = units.Microjoules(shares[i])
		rest -= shares[i]
		parts = append(parts, u.part)
	}
	return parts, how, rest
}

// countUsers returns how many share a card: the clients of MPS are one.
func countUsers(on []driver.Process) (n int) {
	group := false
	for _, p := range on {
		if !p.MPS || !group {
			n++
		}
		group = group || p.MPS
	}
	return n
}

// shareSlices shares uj out between the partitions of a card, by their slices,
// and in each between those who are on it. What no partition holds is nobody's.
func (a *Attribution) shareSlices(uj uint64, slicing []driver.Slice, known []user, foreign int) {
	var fractions []uint64
	whole := uint64(1)
	for _, s := range slicing {
		var part uint64
		part, whole = accum.SliceShare(s.Compute, s.Memory)
		fractions = append(fractions, part)
	}
	shares, rest := accum.SplitSlices(nil, uj, fractions, whole)
	a.Method, a.Unattributed = BySlice, units.Microjoules(rest)
	for i, s := range slicing {
		mine := slices.DeleteFunc(slices.Clone(known), func(u user) bool { return u.part.Instance != s.ID })
		if foreign > 0 || len(mine) == 0 {
			a.Parts = append(a.Parts, Part{Instance: s.ID, Energy: units.Microjoules(shares[i])})
			continue
		}
		a.Parts = append(a.Parts, shareSlice(shares[i], mine)...)
	}
	if foreign > 0 {
		a.Why = fmt.Errorf("%w: partitions are told as a whole", ErrForeign)
	}
}

// shareSlice shares the energy of a partition out between those on it.
func shareSlice(uj uint64, on []user) []Part {
	weights := make([]float64, len(on))
	told := true
	for i, u := range on {
		weights[i] = u.weight
		told = told && u.weight >= 0
	}
	shares := accum.Split(nil, uj, weights)
	if !told || slices.Max(shares) == 0 {
		for i := range weights {
			weights[i] = 1
		}
		shares = accum.Split(nil, uj, weights)
	}
	parts := make([]Part, len(on))
	for i, u := range on {
		parts[i] = u.part
		parts[i].Energy = units.Microjoules(shares[i])
	}
	return parts
}
