package gpu

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/scimeter/scimeter/gpu/internal/accum"
	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
)

// Signs that a card is not a program's own.
var (
	// ErrSharedMPS reports clients of NVIDIA's Multi-Process Service, which share
	// one context.
	ErrSharedMPS = errors.New("shared through MPS")

	// ErrSharedMIG reports a card that is partitioned, and held as a whole.
	ErrSharedMIG = errors.New("partitioned by MIG")

	// ErrSharedForeign reports a process on the card that is not this program's.
	ErrSharedForeign = errors.New("a process of others uses the card")

	// ErrSharedUnknown reports processes on the card of which it is not known
	// whether they are those that are metered.
	ErrSharedUnknown = errors.New("it is not known whose processes are on the card")
)

// A Holding says how much of a card is held by this program, and what that
// rests on. A card is held or not: it is never shared out by CPU time.
type Holding struct {
	Zone  string  // ID
	Share float64 // 1 for a whole card, less for a part of one
	By    string  // "gpu.Select", "CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES" or "visible"

	// Assumed says that nothing shows the card to be this program's alone.
	Assumed bool

	// Shared says why it is not: it is partitioned, or the last
	// [Reader.Attribute] or [Reader.Holds] saw who else is on it; nil: nothing
	// shows that.
	Shared error
}

// Holdings returns what is held of each card that is read.
func (r *Reader) Holdings() []Holding {
	r.mu.Lock()
	defer r.mu.Unlock()
	var holdings []Holding
	for _, d := range r.active {
		if !d.placed {
			continue
		}
		h := Holding{Zone: d.zone.ID, Share: 1, By: r.choice.basis(d.id), Assumed: true}
		if parts := r.choice.slices[d.name]; len(parts) > 0 {
			h.Share, h.Assumed = heldOf(parts, r.partition(d)), false
		}
		d.mu.Lock()
		h.Shared = d.list.grip.shared
		d.mu.Unlock()
		if h.Assumed && len(r.partition(d)) > 0 {
			h.Shared = errors.Join(ErrSharedMIG, h.Shared)
		}
		holdings = append(holdings, h)
	}
	return holdings
}

// partition returns the partitions of a card, as they were seen last.
func (r *Reader) partition(d *Device) []driver.Slice {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.list.parts != nil {
		return d.list.parts
	}
	return d.back.partings[d.name]
}

// heldOf returns the share of a card that some of all its partitions hold.
func heldOf(parts, all []driver.Slice) float64 {
	var ours, sum uint64
	whole := uint64(1)
	for _, s := range all {
		part, of := accum.SliceShare(s.Compute, s.Memory)
		sum += part
		whole = of
		for _, p := range parts {
			if p.ID == s.ID {
				ours += part
			}
		}
	}
	return float64(ours) / float64(max(whole, sum))
}

// assumed says of the cards that are read what nobody has declared. r.mu is
// held.
func (r *Reader) assumed(found []source.Zone) []source.Assumption {
	var ids []string
	for _, z := range found {
		i := slices.IndexFunc(r.devices, func(d *Device) bool { return d.about == z.ID })
		if !z.Beside && z.Kind != source.CPU && i >= 0 && r.hold(r.devices[i]).Assumed {
			ids = append(ids, z.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	by := r.choice.by
	if by == "" {
		by = "visible here, and nothing selects"
	}
	return []source.Assumption{{
		What: "gpu", Value: fmt.Sprintf("assumed exclusive: %d of %d", len(ids), len(found)),
		Why:    "whose a card is goes by reservation (" + by + "), not by who runs on it: " + strings.Join(ids, ", "),
		Remedy: sayCards,
	}}
}
