package meter

import (
	"time"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A zone is one zone of a machine as the meter keeps it: the one way from a
// reading to what is charged, priced and doubted.
type zone struct {
	about source.Zone
	seen  bool // base is set
	fresh bool // last is of this tick
	base  base
	last  source.Reading
	late  time.Duration // since last, at a tick that did not read the zone

	idle   baseline
	held   held
	ledger ledger

	first   time.Duration // of what is missing by its readings, that is not of this meter
	missed  bool          // it is held, and has no reading at this tick
	silent  bool          // a card of which there is no reading yet, nor a description
	awaited time.Time     // up to when it was missed before its first reading; zero: it is not
	gap     time.Duration // for so long
	bare    time.Duration // of that, what its embodied carbon is not accrued for yet
	remarks source.Quality
	books   books
	doubt   doubt

	part       sci.Part // what it embodies, of an accelerator
	unembodied bool     // that is not known
	embodied   float64  // g, accrued for the scope
	unsplit    uint64   // uj of which nobody knows whose they are
}

// books are the grams charged of a zone, and of the supply loss that belongs
// to it.
type books struct{ static, dynamic, lossStatic, lossDynamic float64 }

func newZone(about source.Zone, s Source) *zone {
	z := &zone{about: about, idle: baseline{given: about.Idle, givenSigma: about.IdleSigma}}
	z.idle.by, _ = s.(Idler)
	return z
}

// read takes in a reading; settle makes something of it.
func (z *zone) read(r source.Reading, n instant) {
	if !z.seen {
		z.seen = true
		z.await(r.At)
		z.first, z.bare = r.Missing-z.gap, z.gap
		z.base.start(n, uint64(r.Total), r.At, z.about.Socket)
		z.last, z.fresh = r, true
		return
	}
	z.remarks |= r.Quality
	if r.Total < z.last.Total {
		// A total never falls: what the source says is no reading.
		z.remarks |= source.Reset
		return
	}
	z.last, z.fresh = r, true
}

// settle shares out what z has used since it last was, if enough has happened
// to tell whose it is, and books its carbon. It reports whether it did.
func (z *zone) settle(m *Meter, n instant, force bool) bool {
	if !z.seen || !z.fresh || z.about.Beside {
		return false
	}
	dt := z.last.At.Sub(z.base.at)
	use := n.since(&z.base, z.about.Socket)
	if dt < 0 || !n.cpu.Whole && z.splitByCPU() && !use.settled(dt, force) {
		return false
	}
	uj := uint64(z.last.Total) - z.base.total
	if uj == 0 && dt == 0 {
		return false // the same reading again: the work since is of the next
	}
	from := z.base.wall
	z.base.move(n, use, uint64(z.last.Total), z.last.At, z.about.Socket)
	load := 1.0 // that of a card is not told by the CPUs
	if z.splitByCPU() {
		load = use.fraction(dt)
	}
	z.idle.see(float64(uj)/1e6, dt, load)
	watts, sigma := z.idle.power(z.about.ID)
	idle := watts * dt.Seconds() * 1e6
	s := m.shareOf(z, use.dynamic(), n.cpu.Whole)
	before := z.lost(m)
	p := z.ledger.add(uj, idle, s)
	if z.held.unknown && !n.cpu.Whole {
		z.unsplit += uj
	}
	price := z.book(m, p, before, from)
	z.embody(m, dt+z.bare, s)
	z.bare = 0
	z.doubts(m, p, idle*sigma/1e6, s, price)
	return true
}

// lost is the supply loss that belongs to z.
func (z *zone) lost(m *Meter) ledger {
	if z.about.Level >= source.AtNodeAC {
		return ledger{}
	}
	return z.ledger.lost(m.lossPerUnit)
}

// book prices what was charged of an interval that began at from. It returns
// the grams of one joule of it, with the supply loss that belongs to it.
func (z *zone) book(m *Meter, p part, before ledger, from time.Time) float64 {
	after := z.lost(m)
	lossStatic := after.chargedStatic - before.chargedStatic
	lossDynamic := after.chargedDynamic - before.chargedDynamic
	uj := p.chargedStatic + p.chargedDynamic + lossStatic + lossDynamic
	price := m.pricer.book(from, z.base.wall, uj, p.chargedStatic+lossStatic)
	z.books.static += price * float64(p.chargedStatic)
	z.books.dynamic += price * float64(p.chargedDynamic)
	z.books.lossStatic += price * float64(lossStatic)
	z.books.lossDynamic += price * float64(lossDynamic)
	z.doubt.grams += price * float64(uj)
	if charged := p.chargedStatic + p.chargedDynamic; charged > 0 {
		return price * float64(uj) / float64(charged) * 1e6
	}
	return 0
}

// doubts notes what is uncertain of an interval: of its idle energy, by so many
// joules, and of its share.
func (z *zone) doubts(m *Meter, p part, idle float64, s share, price float64) {
	z.doubt.idleJ += idle * (s.static - s.dynamic)
	z.doubt.idleG += idle * (s.static - s.dynamic) * price
	shared := m.method.shareDoubt * s.dynamic * (1 - s.dynamic) * float64(p.dynamic) / 1e6
	z.doubt.shareJ += shared
	z.doubt.shareG += shared * price
}

// fill writes z into a snapshot's total.
func (z *zone) fill(t *ZoneTotal) {
	*t = ZoneTotal{
		Zone: z.about, Counter: z.last.Total, Operational: units.Carbon(z.books.static + z.books.dynamic),
		Missing: z.missing(), Unread: z.late, Quality: z.remarks, doubt: z.doubt,
		Embodied: units.Carbon(z.embodied), TE: z.part.TE, Unsplit: units.Microjoules(z.unsplit), Unembodied: z.unembodied,
	}
	z.ledger.fill(t)
}
