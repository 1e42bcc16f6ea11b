package meter

import (
	"math"

	"github.com/scimeter/scimeter/units"
)

// A ledger is what became of the energy of one zone, in integer microjoules
// that only grow. The static part of it is charged or idle_unreserved, the
// dynamic part charged or of others: nothing is lost between them.
type ledger struct {
	static, dynamic               uint64 // of the machine; together all that is settled
	chargedStatic, chargedDynamic uint64 // to the scope

	idle, ours, work residue // of static, chargedStatic and chargedDynamic
}

// A residue is what rounding a cumulative sum down has left over so far.
type residue float64

// grain is added before rounding down, so that a sum that is a whole number
// but for the last bits of a float64 is not one microjoule short for good.
const grain = 1e-6

// floor rounds x and what is left over down, to at most limit.
func (r *residue) floor(x float64, limit uint64) uint64 {
	x += float64(*r)
	n := uint64(math.Max(0, math.Floor(x+grain)))
	if n > limit {
		n, x = limit, float64(limit)
	}
	*r = residue(x - float64(n))
	return n
}

// part is what one interval added to a ledger, in microjoules.
type part struct{ static, dynamic, chargedStatic, chargedDynamic uint64 }

// add settles an interval in which the zone used uj, of which idle (a float,
// since it is a power times a time) flows whether or not anything runs.
func (l *ledger) add(uj uint64, idle float64, s share) part {
	var p part
	p.static = l.idle.floor(idle, uj)
	p.dynamic = uj - p.static
	p.chargedStatic = l.ours.floor(float64(p.static)*s.static, p.static)
	p.chargedDynamic = l.work.floor(float64(p.dynamic)*s.dynamic, p.dynamic)
	l.static += p.static
	l.dynamic += p.dynamic
	l.chargedStatic += p.chargedStatic
	l.chargedDynamic += p.chargedDynamic
	return p
}

// lost returns the loss of the power supply that belongs to each part of l, of
// which k is lost per unit delivered. It rounds the totals, so that the loss
// grows as they do.
func (l *ledger) lost(k float64) ledger {
	charged := part{chargedStatic: loss(k, l.chargedStatic), chargedDynamic: loss(k, l.chargedDynamic)}
	return ledger{
		static:         charged.chargedStatic + loss(k, l.static-l.chargedStatic),
		dynamic:        charged.chargedDynamic + loss(k, l.dynamic-l.chargedDynamic),
		chargedStatic:  charged.chargedStatic,
		chargedDynamic: charged.chargedDynamic,
	}
}

func loss(k float64, uj uint64) uint64 { return uint64(math.Round(k * float64(uj))) }

// plus adds the integers of o to l.
func (l *ledger) plus(o ledger) {
	l.static += o.static
	l.dynamic += o.dynamic
	l.chargedStatic += o.chargedStatic
	l.chargedDynamic += o.chargedDynamic
}

// fill writes l into the fields of a zone's total.
func (l *ledger) fill(z *ZoneTotal) {
	z.Total = units.Microjoules(l.static + l.dynamic)
	z.Charged = units.Microjoules(l.chargedStatic + l.chargedDynamic)
	z.Static = units.Microjoules(l.chargedStatic)
	z.Others = units.Microjoules(l.dynamic - l.chargedDynamic)
	z.IdleUnreserved = units.Microjoules(l.static - l.chargedStatic)
}
