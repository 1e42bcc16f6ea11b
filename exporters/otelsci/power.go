package otelsci

import (
	"time"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/units"
)

// A power is the mean power of a zone between two of its readings. It depends
// on the snapshots alone, so that all readers see the same.
type power struct {
	least time.Duration // between the two readings

	from    time.Time // of the reading from which on the next mean is
	counter units.Microjoules
	missing time.Duration

	watts float64
	known bool
}

// newPower returns the power of a zone. Its means are over a tick at least, or
// a tick that came early by an eighth, and over two moves of its counter.
func newPower(tick, period time.Duration) power {
	return power{least: max(tick-tick/8, 2*period)}
}

// see takes in a snapshot of that time, and returns the power in W if it is
// known. It is not where the counter stood still, for no hardware that answers
// draws nothing, nor long after the last reading. Time in which nothing was
// counted is not in a mean.
func (p *power) see(t *meter.ZoneTotal, at time.Time) (float64, bool) {
	read := at.Add(-t.Unread)
	if p.from.IsZero() {
		p.begin(t, read)
		return 0, false
	}
	if passed := read.Sub(p.from); passed > 0 && passed >= p.least {
		counted := passed - (t.Missing - p.missing)
		p.known = t.Counter > p.counter && counted > 0
		if p.known {
			p.watts = (t.Counter - p.counter).Joules() / counted.Seconds()
			p.begin(t, read)
		}
	}
	return p.watts, p.known && t.Unread <= 2*p.least
}

func (p *power) begin(t *meter.ZoneTotal, read time.Time) {
	p.from, p.counter, p.missing = read, t.Counter, t.Missing
}
