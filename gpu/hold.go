package gpu

import (
	"errors"
	"slices"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/accum"
	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
)

// Remedies of a [source.Hold].
const (
	sayShare  = "say what part of the card is this program's: gpu.WithShare"
	saySlice  = `name the partition: gpu.Select("MIG-…"), as nvidia-smi -L lists it`
	sayCards  = "select the cards of this program: gpu.Select, or CUDA_VISIBLE_DEVICES"
	sayOthers = "show this program the processes of the host, by WithProc or HOST_PROC, or " + sayShare
)

// Holds appends to dst, for each card, how much of it this program holds. A card
// that is visible or selected is held whole, idle or not, which is an assumption
// and marked as one; a partition of it is held by its slices. Where the list of
// processes shows that others use it, what work causes goes by how busy each
// kept the card, and what flows anyway by heads; where nothing tells, by
// [WithShare], or else it is unknown. Of cards that are not selected nothing is
// held, and where nothing tells which are this program's that is unknown too.
//
// Drivers are asked who is on a card at most every five seconds; meanwhile the
// shares are those of the last list. Holds waits for lists as long as Read does
// for readings. It takes nothing away from Attribute and Uses.
func (r *Reader) Holds(dst []source.Hold) []source.Hold {
	r.splitting.Lock()
	defer r.splitting.Unlock()
	r.mu.Lock()
	active, closed := r.active, r.closed
	r.mu.Unlock()
	if closed {
		return dst
	}
	r.enlist(active, answerBound)
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, d := range r.devices {
		if d.id.Kind == source.CPU || !d.placed && (d.elsewhere != "" || !d.mayWork()) {
			continue
		}
		h := r.hold(d)
		h.Unread = d.silent(now)
		dst = append(dst, h)
	}
	for _, b := range r.backends {
		if !b.answered {
			dst = append(dst, source.Hold{
				Zone: zoneID(b.name), Unknown: true, Unread: true, Driver: true, Why: ErrStalled.Error(), Remedy: Remedy(ErrStalled),
			})
		}
	}
	return r.choice.unread(dst)
}

// mayWork reports whether a card that was never read is one, and not what another
// driver reads.
func (d *Device) mayWork() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return !errors.Is(d.err, driver.ErrNotSupported)
}

// silent reports whether nothing is told of the card, although it may draw power:
// not of one that is switched off, unless it does not answer any more. r.mu is
// held.
func (d *Device) silent(now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	state, _ := d.condition(now)
	if d.placed {
		return state.gone() || state == Stalled
	}
	return state != Asleep
}

// hold returns how much of a card is held. r.mu is held.
func (r *Reader) hold(d *Device) source.Hold {
	d.mu.Lock()
	g := d.list.grip
	d.mu.Unlock()
	h := source.Hold{Zone: d.about, Static: 1, Dynamic: 1, Assumed: true, Why: r.choice.basis(d.id), Remedy: sayCards}
	if h.Why != visible {
		h.Remedy = ""
	}
	share, declared := r.shares[d.name]
	all := r.partition(d)
	switch parts := r.choice.slices[d.name]; {
	case len(parts) > 0:
		share := heldOf(parts, all)
		return source.Hold{Zone: h.Zone, Static: share, Dynamic: share, Why: "MIG partition, by " + h.Why}
	case declared && g.split:
		return source.Hold{Zone: h.Zone, Static: share, Dynamic: g.dynamic, Why: "gpu.WithShare, and processes on the card"}
	case declared:
		return source.Hold{Zone: h.Zone, Static: share, Dynamic: share, Why: "gpu.WithShare"}
	case g.split:
		return source.Hold{Zone: h.Zone, Static: g.static, Dynamic: g.dynamic, Why: "processes on the card", Remedy: sayShare}
	case g.shared != nil:
		return source.Hold{Zone: h.Zone, Unknown: true, Why: g.shared.Error(), Remedy: sayOthers}
	case len(all) > 0 && !r.host.comparable():
		// What a container shows of a partitioned card is what it was given.
		share := heldOf(all, all)
		h.Static, h.Dynamic, h.Remedy = share, share, saySlice
		h.Why = "MIG partitions, " + visible
	case len(all) > 0:
		return source.Hold{Zone: h.Zone, Unknown: true, Why: ErrSharedMIG.Error(), Remedy: saySlice}
	}
	return h
}

// unread appends the cards that are left to others, or of which nothing tells
// whose they are.
func (c *choice) unread(dst []source.Hold) []source.Hold {
	for _, s := range c.skips {
		switch {
		case errors.Is(s.Err, ErrSeveral):
			dst = append(dst, source.Hold{Zone: s.What, Unknown: true, Unread: true, Why: ErrSeveral.Error(), Remedy: s.Remedy})
		case errors.Is(s.Err, ErrNotSelected):
			dst = append(dst, source.Hold{Zone: s.What, Why: ErrNotSelected.Error() + " by " + c.by, Remedy: s.Remedy})
		case errors.Is(s.Err, ErrNotGiven):
			dst = append(dst, source.Hold{Zone: s.What, Why: ErrNotGiven.Error(), Remedy: s.Remedy})
		}
	}
	return dst
}

// visible says that a card is held because it is there.
const visible = "visible"

// basis returns what the choice of a card rests on.
func (c *choice) basis(id driver.Identity) string {
	if c.by == "" || c.cuda && !nvidia(id) {
		return visible
	}
	return c.by
}

// A grip is what a list says of whose a card is.
type grip struct {
	shared          error // why it is not this program's alone; nil: nothing shows that
	split           bool  // it is known what is this program's:
	static, dynamic float64
}

// gripOf finds out who is on a card.
func gripOf(on []driver.Process, parts []driver.Slice, h *host) grip {
	if len(on) == 0 {
		return grip{}
	}
	if !h.tells() {
		return unmapped(on, h)
	}
	ours, theirs, ok := h.partOf(on)
	if !ok {
		return grip{shared: ErrSharedUnknown}
	}
	g := grip{shared: sharing(on, len(theirs))}
	switch {
	case len(parts) > 0:
		g.split = !mixedMPS(ours, theirs)
		g.static, g.dynamic = gripSlices(on, parts, h)
		return g
	case len(theirs) == 0:
		return grip{}
	case mixedMPS(ours, theirs):
		return g
	}
	g.split = true
	g.static, g.dynamic = proportions(ours, theirs)
	return g
}

// unmapped is the grip where no process on a card is known by its number. All of
// them may be those of this container, unless there are more.
func unmapped(on []driver.Process, h *host) grip {
	if h.mine == nil && h.follow.Load() != nil {
		return grip{shared: ErrSharedUnknown}
	}
	foreign := 0
	if len(on) > h.population() {
		foreign = len(on)
	}
	return grip{shared: sharing(on, foreign)}
}

// mixedMPS reports whether this program and others share the context of MPS:
// nothing tells them apart.
func mixedMPS(ours, theirs []driver.Process) bool { return hasMPS(ours) && hasMPS(theirs) }

func hasMPS(on []driver.Process) bool {
	for _, p := range on {
		if p.MPS {
			return true
		}
	}
	return false
}

// proportions returns what is ours by heads, and by how busy each kept the card
// or else by heads.
func proportions(ours, theirs []driver.Process) (heads, busy float64) {
	n, m := countUsers(ours), countUsers(theirs)
	heads = float64(n) / float64(max(1, n+m))
	a, toldA := busyOf(ours)
	b, toldB := busyOf(theirs)
	if !toldA || !toldB || a+b <= 0 {
		return heads, heads
	}
	return heads, a / (a + b)
}

func busyOf(on []driver.Process) (sum float64, told bool) {
	told = true
	for _, p := range on {
		sum += max(p.Weight, 0)
		told = told && p.Weight >= 0
	}
	return sum, told
}

// gripSlices returns what is ours of a partitioned card: of each partition by
// who is on it.
func gripSlices(on []driver.Process, parts []driver.Slice, h *host) (static, dynamic float64) {
	var sum, whole uint64
	for _, s := range parts {
		part, of := accum.SliceShare(s.Compute, s.Memory)
		sum, whole = sum+part, of
	}
	whole = max(whole, sum, 1)
	for _, s := range parts {
		ours, theirs, _ := h.partOf(slices.DeleteFunc(slices.Clone(on), func(p driver.Process) bool { return p.Instance != s.ID }))
		part, _ := accum.SliceShare(s.Compute, s.Memory)
		share := float64(part) / float64(whole)
		heads, busy := proportions(ours, theirs)
		static += share * heads
		dynamic += share * busy
	}
	return min(static, 1), min(dynamic, 1)
}

// enlist has the cards list who is on them, and waits for that at most so long.
func (r *Reader) enlist(active []*Device, bound time.Duration) {
	now := r.since(time.Now())
	var waited []*Device
	for _, d := range active {
		if d.wantList(now) {
			waited = append(waited, d)
		}
	}
	if len(waited) > 0 {
		r.awaitLists(waited, bound)
	}
}
