package meter

import (
	"slices"
	"strings"
	"time"

	"github.com/scimeter/scimeter/source"
)

// welcome takes in the zones that came since the start, as after a hot-plug.
func (m *Meter) welcome(n instant, now time.Time) {
	cards := false
	for _, r := range m.buffer {
		if z := m.byID[r.Zone]; z != nil && !z.silent {
			continue
		}
		z := m.adopt(r.Zone)
		if z == nil {
			continue
		}
		z.read(r, n)
		cards = cards || !z.splitByCPU()
	}
	if cards {
		m.reconsider(now)
	}
}

// hold takes in what is held of cards, as of now. A card that is here and has
// no reading gets its zone: all of the time until it answers is missing. While the
// scope is not known no zone is taken in, and what was missed before still is.
func (m *Meter) hold(now time.Time, known bool) {
	for _, h := range m.holds {
		z := m.byID[h.Zone]
		if z == nil && h.Unread && (h.Unknown || h.Static > 0 || h.Dynamic > 0) {
			z = m.expect(h.Zone)
		}
		if z == nil {
			continue
		}
		z.held = heldOf(h, m.sharing.card)
		z.missed = z.silent && (h.Unread || !known && !z.awaited.IsZero())
	}
	for _, z := range m.zones {
		switch {
		case z.silent && !z.missed:
			z.awaited = time.Time{}
		case z.silent && z.awaited.IsZero():
			z.awaited = now
		case !z.seen:
			z.await(now)
		}
		z.missed = false
	}
}

// expect makes a zone of a card of which nothing is known but its name.
func (m *Meter) expect(id string) *zone {
	about := source.Zone{
		ID: id, Name: strings.TrimPrefix(id, "gpu/"), Kind: source.GPU, Level: source.AtBoard, Socket: -1, Die: -1,
		Origin: source.Origin{Method: source.Counted},
	}
	if valid(about) != nil {
		return nil
	}
	about.Beside = m.whole
	z := &zone{about: about, silent: true}
	m.zones = append(m.zones, z)
	m.byID[id] = z
	return z
}

// awaits reports whether a card, or a driver that may have cards, is still to
// answer.
func (m *Meter) awaits() bool {
	return slices.ContainsFunc(m.zones, func(z *zone) bool { return z.silent })
}

// await notes that z was missed up to now.
func (z *zone) await(now time.Time) {
	if z.awaited.IsZero() {
		return
	}
	z.gap += max(0, now.Sub(z.awaited))
	z.awaited = now
}

// missing is how long nothing was counted of z.
func (z *zone) missing() time.Duration {
	if !z.seen {
		return z.gap
	}
	return z.last.Missing - z.first
}

// reconsider chooses anew what goes by the cards of the machine, once one came
// after the start: who pays for what flows anyway, and what no counter sees. It
// acts from now on: all before is settled. m.mu is held.
func (m *Meter) reconsider(now time.Time) {
	m.restBefore, m.restSince = m.restAt(now).Total, now
	method := *m.method
	m.method = &method
	m.static.Assumed = slices.DeleteFunc(m.static.Assumed, func(a source.Assumption) bool {
		return slices.Contains(byCards, a.What)
	})
	levels := m.survey()
	method.Interval = m.config.tick(m.sources)
	m.longest = 0
	m.chooseShares(m.config, m.facts)
	m.chooseRest(m.config, m.facts, levels)
	m.present.Store(m.method)
	m.rest.about.Idle = restIdle(method.Rest)
	m.rest.about.Origin.Sigma = method.RestSigma
	m.rest.idle = baseline{given: m.rest.about.Idle}
}

// byCards are what is assumed anew when a card comes.
var byCards = []string{"policy", "reservation", "gpu", "GPUs held", "rest"}
