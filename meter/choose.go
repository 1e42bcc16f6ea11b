package meter

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/scimeter/scimeter/internal/machine"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

const gigabyte = 1 << 30

// choose settles everything that nobody gave, and notes it for the report.
func (m *Meter) choose(c *config, f machine.Facts) {
	levels := m.survey()
	m.method = &Method{Scope: m.scope.String(), Interval: c.tick(m.sources), shareDoubt: shareDoubt, grid: c.grid != nil, Attribution: c.attribution}
	if c.attribution == CPUSamples {
		m.method.ProfileWindow, m.method.ProfileCycle = c.window, c.cycle
	}
	if !m.sharing.gpus { // whose power may have to be sampled
		m.longest = longest(m.sources)
	}
	m.chooseShares(c, f)
	m.chooseSite(c, f)
	m.chooseSupply(c, f, levels)
	m.chooseServer(c, f)
	if _, err := os.Stat(filepath.Join(rootOr(c.sys, "HOST_SYS", "/sys"), "devices/cpu_atom")); err == nil {
		m.method.shareDoubt = shareDoubtHybrid
	}
	m.idlePower = c.idle
}

// survey returns the levels of the zones that are summed, as a set, and notes
// what they say of the machine.
func (m *Meter) survey() map[source.Level]bool {
	var summed []source.Zone
	for _, s := range m.sources {
		for _, z := range s.Report().Found {
			if z.Beside {
				continue
			}
			summed = append(summed, z)
			m.sharing.gpus = m.sharing.gpus || z.Kind == source.GPU || z.Kind == source.Module
			m.whole = m.whole || z.Kind == source.Platform && z.Level >= source.AtNodeDC
		}
	}
	levels := map[source.Level]bool{}
	for _, z := range summed {
		if !m.whole || z.Kind == source.Platform {
			levels[z.Level] = true
		}
	}
	return levels
}

// tick is the interval asked for, or less where a counter would wrap unseen.
func (c *config) tick(sources []Source) time.Duration {
	d := c.interval
	if d == 0 {
		d = DefaultInterval
	}
	for _, s := range sources {
		if w, ok := s.(interface{ MaxInterval() time.Duration }); ok && w.MaxInterval() > 0 {
			d = min(d, w.MaxInterval())
		}
	}
	return max(d, MinInterval)
}

// longest is how long all sources may go unread; 0 where one does not say.
func longest(sources []Source) time.Duration {
	d := patience
	for _, s := range sources {
		w, ok := s.(interface{ MaxInterval() time.Duration })
		if !ok {
			return 0
		}
		if most := w.MaxInterval(); most > 0 {
			d = min(d, most)
		}
	}
	return d
}

func (m *Meter) assume(what, value, why, remedy string) {
	m.static.Assumed = append(m.static.Assumed, source.Assumption{What: what, Value: value, Why: why, Remedy: remedy})
}

// chooseShares resolves who pays for what flows anyway.
func (m *Meter) chooseShares(c *config, f machine.Facts) {
	metered := m.metered()
	holds, cards, why := m.cardsHeld(c)
	m.cards = max(cards, metered)
	reserved, by := c.reserve(&m.cpu, float64(f.MemoryBytes)/gigabyte, m.cards)
	_, declared := reserved[source.GPU]
	m.sharing.card = c.perCard(m.assumedCards(metered))
	if holds > 0 && !declared {
		if reserved == nil {
			reserved = map[source.Kind]float64{}
		}
		reserved[source.GPU] = min(1, holds/float64(m.cards))
		by = cmp.Or(by, "gpus: "+why)
	}
	policy := c.policy
	m.sharing.reserved = reserved
	_, enough := reserved[m.sharing.basis()]
	if policy == Auto {
		policy = Proportional
		if enough || m.cpu.Whole {
			policy = Reserved
		}
		if !enough && !m.cpu.Whole {
			m.assume("policy", policy.String(), "nothing says what is set aside for this scope, so the score depends on its neighbours",
				"declare it: SCIMETER_WHOLE_MACHINE=true where the machine serves this program alone, SCIMETER_CPUS, or meter.WithReservation")
		} else if by == "limit" {
			m.assume("policy", policy.String(), "reservation=limit: the control group has a limit", "declare it: SCIMETER_CPUS or meter.WithReservation")
		}
	}
	if policy == Reserved && !enough && !m.cpu.Whole {
		reserved = map[source.Kind]float64{source.CPU: 1, source.Memory: 1}
		by = "nothing: the whole machine"
		m.assume("reservation", "the whole machine", "the policy is reserved, and neither a declaration nor a limit says how much",
			"declare it: SCIMETER_CPUS or meter.WithReservation")
	}
	if c.reservation != nil && holds > 0 && c.reservation.GPUs > holds {
		m.assume("GPUs held", fmt.Sprintf("%.3g of the %.3g declared", holds, c.reservation.GPUs), why+": cards are charged as they are held, and the host by what was declared",
			"declare as many as are held, or select them: gpu.Select, meter.WithReservation")
	}
	if metered > 0 && cards == 0 && !declared && !m.cpu.Whole {
		m.assume("gpu", "assumed exclusive", "a GPU is held or not, and never split by CPU time: each one that is read is charged whole",
			"declare how many are held: meter.WithReservation")
	}
	if cpus, ok := reserved[source.CPU]; ok {
		if _, ok := reserved[source.Memory]; !ok {
			reserved[source.Memory] = cpus
		}
	}
	m.sharing.policy, m.sharing.reserved = policy, reserved
	m.method.Policy, m.method.Reserved, m.method.ReservedBy = policy, reserved, by
}

// metered returns how many GPUs are read and summed.
func (m *Meter) metered() int { return len(m.cardZones()) }

// perCard is the share of each card that is assumed to be held, of so many
// beside those that surely are: all of it, unless less was declared.
func (c *config) perCard(assumed, sure float64) float64 {
	if c.reservation == nil || c.reservation.GPUs == 0 || assumed <= 0 {
		return 1
	}
	return min(1, max(0, c.reservation.GPUs-sure)/assumed)
}

// chooseSupply resolves what no counter sees. What is measured at the wall has
// it already, and of a virtual machine or a laptop no figure is known.
func (m *Meter) chooseSupply(c *config, f machine.Facts, levels map[source.Level]bool) {
	d := m.method
	d.Rest, d.RestSigma, d.Efficiency, d.EfficiencySigma = c.rest, c.restSigma, c.efficiency, c.effSigma
	wall, below := levels[source.AtNodeAC], levels[source.AtChip] || levels[source.AtBoard] || levels[source.AtModule]
	if c.restGiven && c.rest > 0 && (m.whole || wall && !below) {
		d.Rest, d.RestSigma = 0, 0
		m.assume("rest", "left out", "what was given is in what is measured at the wall", "leave out SCIMETER_REST and meter.WithRest")
	}
	m.chooseRest(c, f, levels)
	if !c.effGiven {
		d.Efficiency = 1
		if below || levels[source.AtNodeDC] {
			d.Efficiency, d.EfficiencySigma = Efficiency, EfficiencySigma
			m.assume("supply efficiency", fmt.Sprintf("%v ± %v", d.Efficiency, d.EfficiencySigma), "a power supply of a server: a choice of ours",
				"give that of the supply: SCIMETER_EFFICIENCY or meter.WithEfficiency")
		}
	}
	m.lossPerUnit = 1/d.Efficiency - 1
}

// chooseRest settles for a machine of a kind what no counter sees, unless that
// was given or is in what is measured.
func (m *Meter) chooseRest(c *config, f machine.Facts, levels map[source.Level]bool) {
	below := levels[source.AtChip] || levels[source.AtBoard] || levels[source.AtModule]
	if c.restGiven || m.whole || levels[source.AtNodeAC] || !below && levels[source.AtNodeDC] {
		return
	}
	m.method.Rest, m.method.RestSigma = 0, 0
	rest, what := RestPower, "fans, network, disks and board of a server"
	if f.Hypervisor || f.Chassis == machine.Laptop || f.Chassis == machine.Desktop {
		rest = 0
	}
	if n := m.boards(); n > 0 {
		if n == m.metered() {
			n = max(n, m.cards) // those that are not read are alike
		}
		rest += units.Power(n) * BoardRestPower
		what = fmt.Sprintf("%s, with %v for each of %d modules on a baseboard", what, BoardRestPower, n)
	}
	if rest == 0 {
		m.assume("rest", "left out", "of a virtual machine, laptop or desktop no figure is known", "give one: SCIMETER_REST or meter.WithRest")
		return
	}
	m.method.Rest, m.method.RestSigma = rest, RestSigma
	m.assume("rest", fmt.Sprintf("%v ± %.0f %%", rest, 100*RestSigma), what+": a choice of ours", "measure it at the wall: SCIMETER_REST or meter.WithRest")
}

// chooseServer resolves what the machine embodies.
func (m *Meter) chooseServer(c *config, f machine.Facts) {
	s := c.server.For(sci.Hardware{
		Sockets: f.Sockets, CPUs: m.cpu.CPUs, MemoryGB: float64(f.MemoryBytes) / gigabyte, Virtual: f.Hypervisor,
	})
	if s.Default {
		m.assume("embodied", s.Embodied.String(), s.Source, "give what the maker publishes: meter.WithHardware")
	}
	m.method.Server = s
}

// amend adds to a report what is true now: zones whose idle power is assumed,
// and what could not be read.
func (m *Meter) amend(r source.Report) source.Report {
	m.mu.Lock()
	defer m.mu.Unlock()
	r = r.Merge(m.static)
	for _, z := range m.zones {
		if z.about.Beside || z == m.rest || !z.idle.assumed(z.about.ID) {
			continue
		}
		watts, _ := z.idle.power(z.about.ID)
		r.Assumed = append(r.Assumed, source.Assumption{
			What: "idle power of " + z.about.ID, Value: fmt.Sprintf("%v ± 50 %%", units.Power(watts)),
			Why:    "0.2 of the highest sustained power, until the machine was idle for ten seconds: a choice of ours",
			Remedy: "calibrate it: meter.WithIdlePower",
		})
	}
	for _, z := range m.zones {
		r = z.held.amend(r, z)
	}
	for _, z := range m.zones {
		if z.late > 0 && !z.about.Beside && !listed(r.Skipped, z.about.ID) {
			r.Skipped = append(r.Skipped, source.Skip{What: z.about.ID, Err: fmt.Errorf("%w for %v", ErrUnread, z.late.Round(time.Second))})
		}
	}
	if m.unshared != nil {
		r.Skipped = append(r.Skipped, source.Skip{What: "scope: " + m.method.Scope, Err: m.unshared})
	}
	if m.pricer.grid == nil {
		r.Skipped = append(r.Skipped, source.Skip{What: "carbon intensity", Err: ErrNoIntensity, Remedy: `name it: SCIMETER_ZONE=FR, or meter.WithGrid(intensity.Country("FR"))`})
	} else if m.pricer.err != nil {
		r.Skipped = append(r.Skipped, source.Skip{What: "carbon intensity", Err: m.pricer.err})
	}
	if m.unfetched != nil {
		r.Skipped = append(r.Skipped, source.Skip{What: "refresh of the grid", Err: m.unfetched})
	}
	return r
}

func listed(skipped []source.Skip, what string) bool {
	return slices.ContainsFunc(skipped, func(s source.Skip) bool { return s.What == what })
}
