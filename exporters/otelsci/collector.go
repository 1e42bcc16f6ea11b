package otelsci

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"

	"github.com/scimeter/scimeter/intensity"
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
	subject     *meter.Meter         // meter; nil: it is none of that package
	provider    metric.MeterProvider // kept as long as c is
	method      *meter.Method
	config      config
	machine     bool // the scope is everything that runs
	nested      bool // another meter has the same energy in its sums
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
	effort   effort

	unpriced rising
	unpaid   options // of unpriced
}

func newCollector(m laster, method *meter.Method, c config) *collector {
	col := &collector{
		meter: m, provider: c.provider, method: method, config: c,
		machine: method.Whole, nested: method.Parent != "",
		effort: newEffort(),
	}
	col.subject, _ = m.(*meter.Meter)
	_, col.watered = method.Site.Water(1).Total()
	m.Last(&col.now)
	whole := wholeAttr(method)
	col.zones = newZones(c.hardware, method)
	col.accounts = newAccounts(c.accounts, natureOf(col.now.Zones, col.machine), whole)
	col.counts = newCounts(whole)
	col.window = newWindow(c.window, method)
	col.unpaid = with(whole)
	if c.score {
		m.Last(&col.window.open)
	}
	return col
}

// wholeAttr is the attribute that tells series of the machine apart from those
// of what runs on it; of others it is left out.
func wholeAttr(m *meter.Method) attribute.KeyValue {
	if !m.Whole {
		return scopeKey.String("")
	}
	return scopeKey.String(m.Scope)
}

// emits reports whether the instrument of a row is made at all. A nested meter
// emits nothing that its parent has in its sums, nor a meter of the machine the
// carbon and water that meters of what runs on it have.
func (c *collector) emits(row int) bool {
	switch row {
	case hwEnergy, hwPower, hwHostEnergy, hwHostPower:
		return c.config.hardware
	case score:
		return c.config.score
	case energy, zoneEnergy, unpriced:
		return !c.nested
	case emissions, correction:
		return !c.nested && !c.machine
	case water:
		return !c.nested && !c.machine && c.watered
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
func (c *collector) collect(ctx context.Context, to metric.Observer) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.meter.Last(&c.now)
	s, o := &c.now, observer{to, &c.instruments}
	c.accounts.observe(o, s)
	c.zones.observe(o, s)
	c.counts.observe(o, s, &c.accounts)
	c.grid.observe(o, s)
	if s.Correction != 0 || s.Signal != (intensity.Signal{}) {
		o.see(correction, float64(s.Correction), nil)
	}
	c.info.observe(o, s, c)
	o.see(unpriced, c.unpriced.to(s.Unpriced.Joules()), c.unpaid)
	c.effort.observe(ctx, o, s)
	if c.config.score && c.window.observe(o, s, &c.counts) {
		// The window begins where this snapshot is; its memory is used again.
		c.now, c.window.open = c.window.open, c.now
	}
	return nil
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
