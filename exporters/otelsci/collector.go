package otelsci

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel/metric"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/source"
)

// A laster is a meter, as far as it is needed here.
type laster interface{ Last(*meter.Snapshot) }

// A collector observes one snapshot in each collection. Readers collect when
// they like, and at the same time: all that it keeps is what it has seen so
// far, so that no reader takes anything away from another.
type collector struct {
	meter       laster
	method      *meter.Method
	config      config
	machine     bool // the scope is everything that runs
	watered     bool // both factors of water are known
	instruments [rows]metric.Float64Observable

	mu       sync.Mutex // guards all below
	now      meter.Snapshot
	accounts accounts
	zones    zones
	counts   counts
	window   window
	grid     grid
	info     about

	unpriced, errors, time rising
}

func newCollector(m laster, method *meter.Method, c config) *collector {
	col := &collector{
		meter: m, method: method, config: c,
		machine: method.Scope == meter.Machine().String(),
	}
	_, col.watered = method.Site.Water(1).Total()
	m.Last(&col.now)
	col.zones = newZones(c.hardware, col.machine)
	col.accounts = newAccounts(c.accounts, natureOf(col.now.Zones, col.machine))
	col.counts = newCounts()
	col.window = newWindow(c.window, method)
	if c.score {
		m.Last(&col.window.open)
	}
	return col
}

// emits reports whether the instrument of a row is made at all. A meter of the
// machine emits nothing that meters of what runs on it emit as well and that
// sums are taken of.
func (c *collector) emits(row int) bool {
	switch row {
	case hwEnergy, hwHostEnergy:
		return c.config.hardware
	case score:
		return c.config.score
	case emissions:
		return !c.machine
	case water:
		return !c.machine && c.watered
	}
	return true
}

// An observer is where the observations of one collection go.
type observer struct {
	metric.Observer
	instruments *[rows]metric.Float64Observable
}

// see observes v, if the instrument of the row is emitted.
func (o observer) see(row int, v float64, opts options) {
	if in := o.instruments[row]; in != nil {
		o.ObserveFloat64(in, v, opts...)
	}
}

// collect observes all series of one snapshot.
func (c *collector) collect(_ context.Context, to metric.Observer) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.meter.Last(&c.now)
	s, o := &c.now, observer{to, &c.instruments}
	c.accounts.observe(o, s)
	c.zones.observe(o, s)
	c.counts.observe(o, s, &c.accounts)
	c.grid.observe(o, s)
	c.info.observe(o, s, c)
	o.see(unpriced, c.unpriced.to(s.Unpriced.Joules()), nil)
	c.effort(o, s)
	if c.config.score && c.window.observe(o, s, &c.counts) {
		// The window begins where this snapshot is; its memory is used again.
		c.now, c.window.open = c.window.open, c.now
	}
	return nil
}

// effort observes what it costs to measure, and what was missed.
func (c *collector) effort(o observer, s *meter.Snapshot) {
	o.see(meterErrors, c.errors.to(float64(s.Effort.Errors)), nil)
	if s.Effort.CPU > 0 { // or else no clock tells
		o.see(meterTime, c.time.to(s.Effort.CPU.Seconds()), nil)
	}
	missing := 0.0
	if s.Missing != nil {
		missing = 1
	}
	o.see(meterMissing, missing, nil)
}

// natureOf returns the weakest nature that energy of the zones can have. What
// is a share of a counted total is calculated.
func natureOf(zones []meter.ZoneTotal, machine bool) source.Nature {
	var n source.Nature
	for i := range zones {
		if !zones[i].Zone.Beside {
			n = source.Weakest(n, natureOfZone(&zones[i].Zone, machine))
		}
	}
	return n
}

func natureOfZone(z *source.Zone, machine bool) source.Nature {
	n := z.Origin.Weight()
	if n == 0 || machine {
		return n
	}
	return source.Weakest(n, source.NatureCalculated)
}
