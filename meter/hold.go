package meter

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/scimeter/scimeter/internal/machine"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A Holder is a [Source] that tells how much of its zones a program holds, as
// that of package gpu does: cards are set aside or not, and never split by CPU
// time. Holds appends one entry for each card of the machine to dst, those that
// are not read among them.
type Holder interface {
	Holds(dst []source.Hold) []source.Hold
}

// An Idler is a [Source] that knows what its zones draw when nothing runs, with
// the relative standard uncertainty; false: not yet.
type Idler interface {
	Idle(zone string) (p units.Power, sigma float64, ok bool)
}

// A follower is a [Holder] that is told which processes are those of the scope.
type follower interface {
	Follow(member func(pid int, started time.Time) (has, known bool))
}

// follow tells the sources whose processes are metered, if it is not this one.
func (m *Meter) follow() {
	scope, ok := m.scope.(interface {
		Has(pid int, started time.Time) (has, known bool)
	})
	if !ok {
		return
	}
	for _, s := range m.sources {
		if f, ok := s.(follower); ok {
			f.Follow(scope.Has)
		}
	}
}

// held is what a [Holder] says of a zone.
type held struct {
	share
	told    bool // it says something
	unknown bool // and that is that nobody knows
	assumed bool // its source says so itself
	why     string
	remedy  string
}

// holdings asks all holders.
func (m *Meter) holdings(dst []source.Hold) []source.Hold {
	for _, s := range m.sources {
		if h, ok := s.(Holder); ok {
			dst = h.Holds(dst)
		}
	}
	return dst
}

// heldOf takes in what a holder says. What it assumes is at most what was
// declared of the cards that are read, part of each.
func heldOf(h source.Hold, part float64) held {
	out := held{told: true, unknown: h.Unknown, assumed: h.Assumed, why: h.Why, remedy: h.Remedy}
	if h.Unknown {
		return out
	}
	if !h.Assumed {
		part = 1
	}
	out.share = share{dynamic: part * within01(h.Dynamic), static: part * within01(h.Static)}
	return out
}

// amend adds to a report what a holder says of z that a person can do something
// about.
func (h held) amend(r source.Report, z *zone) source.Report {
	switch id := z.about.ID; {
	case !h.told || h.remedy == "" || z.about.Beside:
	case h.unknown && !listed(r.Skipped, id):
		r.Skipped = append(r.Skipped, source.Skip{What: id, Err: fmt.Errorf("%w: %s", errUnsplit, h.why), Remedy: h.remedy})
	case !h.unknown && !h.assumed:
		r.Assumed = append(r.Assumed, source.Assumption{
			What: "share of " + id, Value: fmt.Sprintf("%.3g of what it draws at rest, %.3g of what work adds", h.static, h.dynamic),
			Why: h.why, Remedy: h.remedy,
		})
	}
	return r
}

var errUnsplit = errors.New("charged to nobody")

// within01 returns f as a share: NaN is 0.
func within01(f float64) float64 {
	if !(f > 0) {
		return 0
	}
	return min(f, 1)
}

// cardsHeld returns how many cards are held, of how many that the machine has,
// and what the first of them rests on; 0 of 0 if no source tells.
func (m *Meter) cardsHeld(c *config) (held float64, all int, why string) {
	if len(m.holds) == 0 {
		return 0, 0, ""
	}
	inside := m.inside()
	for _, h := range m.holds {
		if inside[h.Zone] || h.Driver {
			continue // it is in a module, which is an entry of its own; or no card
		}
		all++
		if part := within01(h.Static); part > 0 && !h.Unknown {
			held += part
			why = cmp.Or(why, h.Why)
		}
	}
	return held, max(all, machine.CountCards(rootOr(c.sys, "HOST_SYS", "/sys"))), why
}

// assumedCards returns how many cards are assumed to be held, and how many are
// beside them; of sources that do not tell each of the metered ones is assumed.
func (m *Meter) assumedCards(metered int) (assumed, sure float64) {
	for _, h := range m.holds {
		switch {
		case h.Unknown:
		case h.Assumed:
			assumed += within01(h.Static)
		default:
			sure += within01(h.Static)
		}
	}
	if len(m.holds) == 0 {
		assumed = float64(metered)
	}
	return assumed, sure
}

// inside are the zones that others have in them.
func (m *Meter) inside() map[string]bool {
	zones := map[string]bool{}
	for _, s := range m.sources {
		for _, z := range s.Report().Found {
			if z.Beside {
				zones[z.ID] = true
			}
		}
	}
	return zones
}

// splitByCPU reports whether the energy of z is shared out by CPU time, so that
// it has to wait until there was some.
func (z *zone) splitByCPU() bool {
	return z.about.Kind != source.GPU && z.about.Kind != source.Module
}

// shareOf returns the share of the scope in an interval of z, of which d is its
// share of the work on the CPUs.
func (m *Meter) shareOf(z *zone, d float64, whole bool) share {
	switch {
	case whole || z.splitByCPU() || !z.held.told:
		return m.sharing.of(z.about.Kind, d, whole)
	case z.held.unknown:
		return share{}
	}
	return m.sharing.with(z.held.dynamic, z.held.static)
}

// embody accrues what the accelerator that z is embodies.
func (z *zone) embody(m *Meter, dt time.Duration, s share) {
	if z.part.TE <= 0 || dt <= 0 {
		return
	}
	ours := s.static
	if m.sharing.policy == Marginal {
		ours = s.dynamic // the card is taken, whatever is charged of its energy
	}
	z.embodied += float64(z.part.Of(dt, m.method.Server.Lifespan, ours))
}
