package meter

import (
	"fmt"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// BoardRestPower is what a module of an SXM or OAM baseboard adds to what no
// counter sees: fans, switches, power stages. A choice of ours, with the
// relative uncertainty of [RestSigma].
const BoardRestPower = 200 * units.Watt

// embodiedOf finds what an accelerator embodies. What is not known is noted,
// and never 0: scores are incomplete then.
func (m *Meter) embodiedOf(z *zone) {
	if z.about.Kind != source.GPU && z.about.Kind != source.Module || m.method.Server.HasAccelerators {
		return
	}
	a, err := m.accelerators.ForZone(z.about, 0)
	if err != nil {
		z.unembodied = true
		m.static.Skipped = append(m.static.Skipped, source.Skip{
			What: "embodied carbon of " + z.about.ID, Err: err,
			Remedy: "give it: meter.WithAccelerators, or sci.Server.HasAccelerators where what is given of the server has it",
		})
		return
	}
	z.part = a.Part()
	m.static.Assumed = append(m.static.Assumed, source.Assumption{
		What: "embodied carbon of " + z.about.ID, Value: fmt.Sprintf("%v (%v to %v)", a.TE, a.Low, a.High),
		Why:    a.Method + ": " + a.Source,
		Remedy: "give what the maker publishes: meter.WithAccelerators",
	})
}

// boards returns how many of the cards that are read sit on a baseboard.
func (m *Meter) boards() int {
	n := 0
	for _, z := range m.cardZones() {
		if a, err := m.accelerators.ForZone(z, 0); err == nil && a.OnBaseboard() {
			n++
		}
	}
	return n
}

// cardZones are the cards that are read and summed, and those that were and are
// lost now.
func (m *Meter) cardZones() (cards []source.Zone) {
	seen := map[string]bool{}
	add := func(z source.Zone) {
		if z.Kind == source.GPU && !z.Beside && !seen[z.ID] {
			seen[z.ID] = true
			cards = append(cards, z)
		}
	}
	for _, s := range m.sources {
		for _, z := range s.Report().Found {
			add(z)
		}
	}
	for _, z := range m.zones {
		if !z.silent {
			add(z.about)
		}
	}
	return cards
}

// WithAccelerators says what accelerators embody, in place of
// [sci.Accelerators]; see [sci.AcceleratorTable.With] to add to that.
func WithAccelerators(t sci.AcceleratorTable) Option {
	return func(c *config) error {
		c.accelerators = t
		return nil
	}
}
