package meter

import (
	"errors"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// ErrUnrelated reports two snapshots that are not of one meter, or the later
// one first.
var ErrUnrelated = errors.New("meter: snapshots of two meters, or in the wrong order; subtract the earlier one of the same meter from the later one")

// Totals are what an owner of energy has used. They only grow.
type Totals struct {
	Microjoules units.Microjoules    // at the input of the IT equipment: rest and supply loss are in
	Static      units.Microjoules    // the part of it that flows whether or not anything runs
	Unpriced    units.Microjoules    // the part of it whose carbon is not known
	Facility    units.FacilityEnergy // all of it, at the facility's meter
	Operational units.Carbon         // of all but Unpriced, with the intensity of its time
	Embodied    units.Carbon         // of the hardware, accrued over the same time
	Water       units.Water          // consumed, as far as the site's factors are known
}

// Energy returns E, the energy at the input of the IT equipment: rest and
// supply loss are in.
func (t Totals) Energy() units.Energy { return units.Energy(t.Microjoules.Joules()) }

// of returns what of the work took the CPU time part, out of own.
func (t Totals) of(part, own time.Duration) units.Energy {
	if own <= 0 {
		return 0
	}
	return units.Energy((t.Microjoules - t.Static).Joules() * min(1, float64(part)/float64(own)))
}

func (t Totals) plus(o Totals) Totals {
	return Totals{
		t.Microjoules + o.Microjoules, t.Static + o.Static, t.Unpriced + o.Unpriced, t.Facility + o.Facility,
		t.Operational + o.Operational, t.Embodied + o.Embodied, t.Water + o.Water,
	}
}

func (t Totals) minus(o Totals) Totals {
	return Totals{
		t.Microjoules - o.Microjoules, t.Static - o.Static, t.Unpriced - o.Unpriced, t.Facility - o.Facility,
		t.Operational - o.Operational, t.Embodied - o.Embodied, t.Water - o.Water,
	}
}

// A ZoneTotal is what one zone has used, and what became of it:
// Charged + Others + IdleUnreserved = Total. Energies are at the zone's own
// level; what the power supply lost for all of them is a zone of its own, of
// kind [source.Loss]. A zone that stands beside the others has only a Counter.
type ZoneTotal struct {
	Zone source.Zone

	// Counter is what its source said last, since it was opened. Of that,
	// Total is settled; the rest waits until the work that it belongs to can
	// be told.
	Counter units.Microjoules

	Total          units.Microjoules
	Charged        units.Microjoules // to the scope
	Static         units.Microjoules // the part of Charged that flows anyway
	Others         units.Microjoules // caused by the work of others
	IdleUnreserved units.Microjoules // flows anyway, and is set aside for nobody
	Operational    units.Carbon      // of Charged
	Embodied       units.Carbon      // of an accelerator, for the share of it that is held
	TE             units.Carbon      // what making all of that accelerator embodies; 0: it is none, or not known

	// Unsplit is the part of Total that is charged to nobody since others use
	// the card and nothing tells how much. Unembodied says that what the
	// accelerator embodies is not known, and not in the totals.
	Unsplit    units.Microjoules
	Unembodied bool

	Missing time.Duration  // in which nothing was counted
	Unread  time.Duration  // since the last reading, at the end: what was used then is not in yet
	Quality source.Quality // all remarks since the start of the meter

	doubt doubt
}

// A Count is how many functional units were done.
type Count struct {
	Unit string
	N    float64
}

// An AccountTotal is the part of a scope's totals that an account owns.
type AccountTotal struct {
	Account *Account
	Totals
	Counts []Count

	// Samples of the CPU have shown the account at work, AllSamples any account
	// or none: by [CPUSamples] the energy of all but cards is split by them. They
	// are 0 by other attributions.
	Samples, AllSamples int64
}

// An Effort is what it costs to measure. The CPU time is a part of what the
// process uses, and is charged with it.
type Effort struct {
	Reads  int           // how often all sources were read
	Errors int           // how often one of them, or the scope, did not answer
	CPU    time.Duration // used for that and to read CPU profiles, weighed at one of eight readings; 0 where no clock tells
	Took   time.Duration // the last reading, from its start to its end; no total
}

func (e Effort) plus(o Effort) Effort {
	return Effort{e.Reads + o.Reads, e.Errors + o.Errors, e.CPU + o.CPU, max(e.Took, o.Took)}
}

func (e Effort) minus(o Effort) Effort {
	return Effort{e.Reads - o.Reads, e.Errors - o.Errors, e.CPU - o.CPU, e.Took}
}

// A Snapshot is what a meter has counted since it was started. It is
// cumulative, and nothing in it changes later; everything else is arithmetic
// on two of them. The zero Snapshot is what [Meter.ReadInto] fills.
//
// Microjoules + Others + IdleUnreserved = Machine, and the accounts and Pending
// together are Microjoules, all to the microjoule.
type Snapshot struct {
	Start, At time.Time // At has a monotonic reading
	Totals              // charged to the scope

	Machine        units.Microjoules // all zones that are summed, rest and supply loss in
	Others         units.Microjoules
	IdleUnreserved units.Microjoules
	Pending        int64 // uJ charged to the scope, not yet to an account; negative where accounts were given what was charged before

	// Correction is what Operational would be more, or less, had all been priced
	// with the intensities that were known at the last refresh of the grid: figures
	// come late and are revised. It may be negative, and falls as well as rises.
	Correction units.Carbon

	Own, Busy time.Duration // CPU time of the scope and of the machine since Start
	Suspended time.Duration // time the machine slept since Start

	Zones    []ZoneTotal
	Accounts []AccountTotal // "_idle" and "_unattributed" are among them
	Counts   []Count

	Signal    intensity.Signal // of Operational; zero: nothing has a price yet
	Intensity intensity.Point  // in force at At; zero: none is known
	Missing   error            // what could not be read this time
	Effort    Effort
	Failures  []Failure // of Effort.Errors; at most six for each source

	Method *Method // as in force at At; of the zero Snapshot nil

	meter *Meter
	state state
}

// state is the part of a snapshot that no user needs but [Snapshot.Sub].
type state struct {
	steps stepLog
	grids []gridTotal
}

// MeterEnergy returns what measuring has used of the energy since Start, as
// [Usage.MeterEnergy] does of a window.
func (s Snapshot) MeterEnergy() units.Energy { return s.Totals.of(s.Effort.CPU, s.Own) }

// EnergyNature returns the weakest nature of the energy that was charged.
func (s Snapshot) EnergyNature() source.Nature { return natureOf(s.Zones) }

// natureOf returns the weakest nature of what was charged of zones. A share of
// a counted total is calculated.
func natureOf(zones []ZoneTotal) source.Nature {
	n := source.NatureMeasured
	for _, z := range zones {
		if z.Zone.Beside {
			continue
		}
		n = source.Weakest(n, z.Zone.Origin.Weight())
		if z.Charged != z.Total {
			n = source.Weakest(n, source.NatureCalculated)
		}
	}
	return n
}

// Sub returns what was used between before and s. It refuses snapshots of two
// meters, or swapped ones, with [ErrUnrelated].
func (s Snapshot) Sub(before Snapshot) (Usage, error) {
	if s.meter == nil || s.meter != before.meter || s.At.Before(before.At) ||
		s.Effort.Reads < before.Effort.Reads || len(s.Zones) < len(before.Zones) {
		return Usage{}, ErrUnrelated
	}
	u := Usage{
		From: before.At, To: s.At, Measured: s.At.Sub(before.At),
		Totals:         s.Totals.minus(before.Totals),
		Machine:        s.Machine - before.Machine,
		Others:         s.Others - before.Others,
		IdleUnreserved: s.IdleUnreserved - before.IdleUnreserved,
		Pending:        s.Pending - before.Pending,
		Own:            s.Own - before.Own, Busy: s.Busy - before.Busy, Suspended: s.Suspended - before.Suspended,
		Zones: subZones(s.Zones, before.Zones), Accounts: subAccounts(s.Accounts, before.Accounts),
		Counts: subCounts(s.Counts, before.Counts),
		Signal: s.Signal, Method: s.Method, Missing: s.Missing,
		Effort:  s.Effort.minus(before.Effort),
		windows: []window{s.Method.window(before.At, s.At)},
	}
	u.Steps = s.stepsSince(before, u.Totals)
	u.EnergyNature = natureOf(u.Zones)
	grids := gridsSince(s.state.grids, before.state.grids)
	u.Priced = priced(grids)
	u.Nature = u.nature(worst(grids))
	u.doubts = doubtsOf(&u, grids)
	return u, nil
}

// stepsSince returns the steps of the window. What is too old to be kept is
// one step at the front, so that the sums are right.
func (s Snapshot) stepsSince(before Snapshot, t Totals) []Step {
	steps := s.state.steps.since(before.state.steps)
	if before.state.steps.next() >= s.state.steps.first || len(steps) == 0 {
		return steps
	}
	old := Step{Start: before.At.Round(0), End: steps[0].Start, Energy: t.Facility, Booked: t.Operational}
	for _, step := range steps {
		old.Energy -= step.Energy
		old.Booked -= step.Booked
	}
	return append([]Step{old}, steps...)
}

func subZones(after, before []ZoneTotal) []ZoneTotal {
	zones := make([]ZoneTotal, 0, len(after))
	for _, z := range after {
		for _, b := range before {
			if b.Zone.ID == z.Zone.ID {
				z = z.minus(b)
				break
			}
		}
		zones = append(zones, z)
	}
	return zones
}

func (z ZoneTotal) minus(b ZoneTotal) ZoneTotal {
	z.Counter -= b.Counter
	z.Total -= b.Total
	z.Charged -= b.Charged
	z.Static -= b.Static
	z.Others -= b.Others
	z.IdleUnreserved -= b.IdleUnreserved
	z.Operational -= b.Operational
	z.Embodied -= b.Embodied
	z.Unsplit -= b.Unsplit
	z.Missing -= b.Missing
	z.doubt = z.doubt.minus(b.doubt)
	return z
}

func (z ZoneTotal) plus(o ZoneTotal) ZoneTotal {
	z.Counter += o.Counter
	z.Total += o.Total
	z.Charged += o.Charged
	z.Static += o.Static
	z.Others += o.Others
	z.IdleUnreserved += o.IdleUnreserved
	z.Operational += o.Operational
	z.Embodied += o.Embodied
	z.Unsplit += o.Unsplit
	z.TE = max(z.TE, o.TE)
	z.Unembodied = z.Unembodied || o.Unembodied
	z.Missing += o.Missing
	z.Unread += o.Unread
	z.Quality |= o.Quality
	return z
}

func subAccounts(after, before []AccountTotal) []AccountTotal {
	accounts := make([]AccountTotal, 0, len(after))
	for _, a := range after {
		for _, b := range before {
			if b.Account == a.Account {
				a.Totals = a.Totals.minus(b.Totals)
				a.Counts = subCounts(a.Counts, b.Counts)
				a.Samples -= b.Samples
				break
			}
		}
		accounts = append(accounts, a)
	}
	sampledOf(accounts)
	return accounts
}

func subCounts(after, before []Count) []Count {
	counts := make([]Count, 0, len(after))
	for _, c := range after {
		for _, b := range before {
			if b.Unit == c.Unit {
				c.N -= b.N
				break
			}
		}
		if c.N != 0 {
			counts = append(counts, c)
		}
	}
	return counts
}
