package meter

import (
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// snapshot fills s with the state, using the memory of s again.
func (m *Meter) snapshot(s *Snapshot) {
	zones, accounts, counts, failures := s.Zones[:0], s.Accounts[:0], s.Counts[:0], s.Failures[:0]
	grids := s.state.grids[:0]
	*s = Snapshot{
		Start: m.start, At: m.at, Signal: m.pricer.signal, Missing: m.missing, Effort: m.effort, Method: m.method, meter: m,
		Own: m.last.Own - m.origin.Own, Busy: m.last.Busy - m.origin.Busy, Suspended: m.last.Suspend - m.origin.Suspend,
	}
	s.Embodied = units.Carbon(m.embodied)
	var all, lost ledger
	var b books
	for _, z := range m.zones {
		if z == m.rest && m.method.Rest == 0 {
			continue
		}
		zones = append(zones, ZoneTotal{})
		z.fill(&zones[len(zones)-1])
		all.plus(z.ledger)
		lost.plus(z.lost(m))
		b.plus(z.books)
		s.Embodied += units.Carbon(z.embodied)
	}
	if m.lossPerUnit > 0 {
		t := ZoneTotal{Zone: lossZone, Operational: units.Carbon(b.lossStatic + b.lossDynamic)}
		lost.fill(&t)
		t.Counter = t.Total
		zones = append(zones, t)
	}
	all.plus(lost)
	m.totals(s, all, b)
	s.Zones, s.Failures = zones, append(failures, m.failures...)
	s.Accounts = m.accountTotals(accounts, m.idleTotals(s, b))
	s.Pending = int64(s.Microjoules)
	for _, a := range s.Accounts {
		s.Pending -= int64(a.Microjoules)
	}
	s.Counts = append(counts, m.counts...)
	for _, a := range s.Accounts {
		for _, c := range a.Counts {
			s.Counts = count(s.Counts, c.Unit, c.N)
		}
	}
	s.state = state{m.pricer.steps.view(), append(grids, m.pricer.grids...)}
	if m.pricer.grid != nil {
		n := m.instant(s.Suspended)
		if p, err := m.pricer.grid.At(n.wall(m.at)); err == nil {
			s.Intensity = p
		}
	}
}

// totals writes what all zones add up to.
func (m *Meter) totals(s *Snapshot, all ledger, b books) {
	s.Microjoules = units.Microjoules(all.chargedStatic + all.chargedDynamic)
	s.Static = units.Microjoules(all.chargedStatic)
	s.Unpriced = units.Microjoules(m.pricer.unpricedStatic + m.pricer.unpricedDynamic)
	s.Machine = units.Microjoules(all.static + all.dynamic)
	s.Others = units.Microjoules(all.dynamic - all.chargedDynamic)
	s.IdleUnreserved = units.Microjoules(all.static - all.chargedStatic)
	s.Operational = units.Carbon(b.static + b.dynamic + b.lossStatic + b.lossDynamic)
	s.Correction = m.corrections.sum
	s.Facility = m.method.Site.PUE.Of(s.Energy())
	s.Water, _ = m.method.Site.Water(s.Energy()).Total()
}

// idleTotals is the part of s that flows whether or not anything runs.
func (m *Meter) idleTotals(s *Snapshot, b books) Totals {
	return m.sited(Totals{
		Microjoules: s.Static, Static: s.Static, Unpriced: units.Microjoules(m.pricer.unpricedStatic),
		Operational: units.Carbon(b.static + b.lossStatic), Embodied: s.Embodied,
	})
}

// accountTotals fills dst with what each account owns, in memory that is used
// again: that of all but _idle is dynamic energy.
func (m *Meter) accountTotals(dst []AccountTotal, idle Totals) []AccountTotal {
	dst = append(dst, AccountTotal{Account: m.idle, Totals: idle})
	l := m.accounts
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.list {
		t := AccountTotal{Account: a, Totals: a.totals(m)}
		if i := len(dst); i < cap(dst) {
			t.Counts = dst[:i+1][i].Counts[:0]
		}
		t.Counts = a.counted(t.Counts)
		if a.mark != nil {
			t.Samples = int64(a.owned.pools[hostPool].base)
		}
		dst = append(dst, t)
	}
	sampledOf(dst)
	return dst
}

// sited returns t with what the site adds to its energy.
func (m *Meter) sited(t Totals) Totals {
	t.Facility = m.method.Site.PUE.Of(t.Energy())
	t.Water, _ = m.method.Site.Water(t.Energy()).Total()
	return t
}

func (b *books) plus(o books) {
	b.static += o.static
	b.dynamic += o.dynamic
	b.lossStatic += o.lossStatic
	b.lossDynamic += o.lossDynamic
}

// lossZone stands for the supply loss of all zones together.
var lossZone = source.Zone{
	ID: "psu_loss", Name: "psu_loss", Kind: source.Loss, Level: source.AtNodeAC, Socket: -1, Die: -1,
	Origin: source.Origin{Method: source.Estimated, Name: "efficiency"},
}
