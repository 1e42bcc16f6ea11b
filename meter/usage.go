package meter

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A Usage is what a window has used: the difference of two snapshots, or a sum
// of such. The zero Usage says that nothing was measured.
type Usage struct {
	Name     string    // of the task, if it was one
	From, To time.Time // of a sum, the ends of all windows

	// Measured is how long was measured: of a sum, that of all windows
	// together, and of several machines the time of each.
	Measured time.Duration

	Totals                           // charged to the scope
	Machine        units.Microjoules // all zones that are summed, rest and supply loss in
	Others         units.Microjoules
	IdleUnreserved units.Microjoules
	Pending        int64

	Own, Busy time.Duration // CPU time of the scope and of the machine
	Suspended time.Duration

	Zones    []ZoneTotal
	Counts   []Count
	Accounts []AccountTotal
	Priced   []Priced // Operational by where the intensities come from
	Steps    []Step   // facility energy by step of the grid, for Reprice

	Signal       intensity.Signal // of Operational; zero: nothing has a price
	Nature       source.Nature    // of the weakest input of the carbon
	EnergyNature source.Nature    // of the weakest input of the energy alone
	Method       *Method          // how the figures were made; of a sum, of its first window
	Missing      error            // what could not be read at the end of the window
	Effort       Effort

	doubts  doubts
	windows []window // whose these are
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// Duration returns how long was measured.
func (u Usage) Duration() time.Duration { return u.Measured }

// measured reports whether u is of any window at all.
func (u Usage) measured() bool { return u.Method != nil }

// Carbon returns C = O + M. False says that a part of the energy has no price,
// and that the carbon is a lower bound.
func (u Usage) Carbon() (units.Carbon, bool) {
	return u.Operational + u.Embodied, u.measured() && u.Unpriced == 0
}

// R returns how many functional units of that kind were counted.
func (u Usage) R(unit string) float64 {
	if i := countOf(u.Counts, unit); i >= 0 {
		return u.Counts[i].N
	}
	return 0
}

// Unread returns how long a zone that is summed was not counted or not read, of
// all zones the longest: then the energy is a lower bound, and a score is
// incomplete.
func (u Usage) Unread() time.Duration {
	var longest time.Duration
	for _, z := range u.Zones {
		if !z.Zone.Beside {
			longest = max(longest, z.unread(u.Measured))
		}
	}
	return longest
}

// CountedFraction returns which part of the energy at the IT equipment was
// charged of zones that are counted by hardware; the rest is modelled.
func (u Usage) CountedFraction() float64 {
	if u.Microjoules == 0 {
		return 0
	}
	var counted units.Microjoules
	for _, z := range u.Zones {
		if z.Zone.Origin.Method == source.Counted || z.Zone.Origin.Method == source.Sampled {
			counted += z.Charged
		}
	}
	return float64(counted) / float64(u.Microjoules)
}

// Bounds returns the energy at the IT equipment that any policy could charge:
// from what the work caused alone to that and all that flows anyway.
func (u Usage) Bounds() (low, high units.Energy) {
	work := u.Microjoules - u.Static
	return units.Energy(work.Joules()), units.Energy((u.Microjoules + u.IdleUnreserved).Joules())
}

// MeterEnergy returns what measuring has used of the energy: the part of the
// work that is the meter's own. It is a part of [Totals.Energy].
func (u Usage) MeterEnergy() units.Energy { return u.Totals.of(u.Effort.CPU, u.Own) }

// EnergyUncertainty returns what is uncertain of [Totals.Energy], in joules by
// input; nil where nothing was measured.
func (u Usage) EnergyUncertainty() sci.Uncertainty { return u.doubts.energy }

// CarbonUncertainty returns what is uncertain of O + M, in grams by input; nil
// where nothing was measured.
func (u Usage) CarbonUncertainty() sci.Uncertainty { return u.doubts.carbon }

// Terms returns what a score per unit is made of. Energy without a price is
// left out of them: [Usage.Score] refuses it.
func (u Usage) Terms(unit string) sci.Terms {
	if !u.measured() {
		return sci.Terms{}
	}
	return sci.Terms{
		Operational: u.Operational, Embodied: u.Embodied,
		R: u.R(unit), Unit: unit,
		Signal: u.Signal, Nature: u.Nature, Uncertainty: u.doubts.carbon,
		IdleExcluded: u.idleExcluded(), Incomplete: u.Incomplete() != nil,
	}
}

// Score returns the SCI of the window per unit: C over R. It refuses a window
// in which nothing was measured ([sci.ErrNotMeasured]), energy without a price
// ([ErrNoIntensity]), a unit of which none was counted, and a unit that was
// counted by kind alone, as "token" where "token.input" was.
func (u Usage) Score(unit string) (sci.Score, error) {
	switch {
	case !u.measured() || u.Machine == 0:
		// Nothing was shared out: a window after the end, or of a few
		// milliseconds.
		return sci.Score{}, sci.ErrNotMeasured
	case u.Unpriced > 0 || !u.Method.grid && u.Signal.Valid() != nil:
		return sci.Score{}, ErrNoIntensity
	case u.R(unit) == 0:
		return sci.Score{}, u.uncounted(unit)
	}
	for _, c := range u.Counts {
		if strings.HasPrefix(c.Unit, unit+".") {
			return sci.Score{}, fmt.Errorf("meter: score per %s: %w, for %s is counted beside it; score one kind", unit, sci.ErrUnitMismatch, c.Unit)
		}
	}
	return u.Terms(unit).Score()
}

func (u Usage) uncounted(unit string) error {
	var counted []string
	for _, c := range u.Counts {
		counted = append(counted, c.Unit)
	}
	if len(counted) == 0 {
		return fmt.Errorf(`meter: score per %s: %w; count them, as in task.Count(%q, 1)`, unit, sci.ErrUnitsMissing, unit)
	}
	return fmt.Errorf("meter: score per %s: %w; counted are %s", unit, sci.ErrUnitsMissing, strings.Join(counted, ", "))
}

// nature returns the weakest nature of all that has a part in u.
func (u Usage) nature(worst intensity.Quality) source.Nature {
	n := u.EnergyNature
	if u.Operational > 0 {
		n = source.Weakest(n, intensity.Point{Quality: worst}.Nature())
	}
	if u.Embodied > 0 {
		n = source.Weakest(n, source.NatureEstimated)
	}
	return n
}

// Add returns what two windows have used together: laps, restarts, or
// machines. It refuses windows of one meter, or of nested ones, that overlap
// ([ErrOverlap]), and carbon of unlike signals. The zero Usage changes nothing.
func (u Usage) Add(o Usage) (Usage, error) {
	switch {
	case !o.measured():
		return u, nil
	case !u.measured():
		return o, nil
	case u.overlaps(o):
		return Usage{}, ErrOverlap
	case u.Signal != o.Signal && u.Operational > 0 && o.Operational > 0:
		return Usage{}, fmt.Errorf("meter: add usages: %w", sci.ErrSignalMismatch)
	}
	sum := u
	if sum.Name != o.Name {
		sum.Name = ""
	}
	sum.From, sum.To = earliest(u.From, o.From), latest(u.To, o.To)
	sum.Measured += o.Measured
	sum.Totals = u.Totals.plus(o.Totals)
	sum.Machine += o.Machine
	sum.Others += o.Others
	sum.IdleUnreserved += o.IdleUnreserved
	sum.Pending += o.Pending
	sum.Own, sum.Busy, sum.Suspended = u.Own+o.Own, u.Busy+o.Busy, u.Suspended+o.Suspended
	sum.Zones = addZones(u.Zones, o.Zones)
	sum.Counts = addCounts(u.Counts, o.Counts)
	sum.Accounts = addAccounts(u.Accounts, o.Accounts)
	sum.Priced = addPriced(u.Priced, o.Priced)
	sum.Steps = mergeSteps(append(slices.Clone(u.Steps), o.Steps...))
	if u.Operational <= 0 && (o.Operational > 0 || u.Signal == intensity.Signal{}) {
		sum.Signal = o.Signal
	}
	sum.Nature = source.Weakest(u.Nature, o.Nature)
	sum.EnergyNature = source.Weakest(u.EnergyNature, o.EnergyNature)
	sum.Effort = u.Effort.plus(o.Effort)
	sum.Missing = cmp.Or(u.Missing, o.Missing)
	if u.Missing != nil && o.Missing != nil {
		sum.Missing = errors.Join(u.Missing, o.Missing)
	}
	sum.doubts = doubts{u.doubts.energy.Plus(o.doubts.energy), u.doubts.carbon.Plus(o.doubts.carbon)}
	sum.windows = joinWindows(u.windows, o.windows)
	return sum, nil
}

func addZones(a, b []ZoneTotal) []ZoneTotal {
	sum := slices.Clone(a)
	for _, z := range b {
		i := slices.IndexFunc(sum, func(s ZoneTotal) bool { return s.Zone.ID == z.Zone.ID })
		if i < 0 {
			sum = append(sum, z)
			continue
		}
		sum[i] = sum[i].plus(z)
	}
	return sum
}

func addCounts(a, b []Count) []Count {
	sum := slices.Clone(a)
	for _, c := range b {
		sum = count(sum, c.Unit, c.N)
	}
	return sum
}

func addAccounts(a, b []AccountTotal) []AccountTotal {
	sum := slices.Clone(a)
	for _, t := range b {
		i := slices.IndexFunc(sum, func(s AccountTotal) bool { return s.Account.same(t.Account) })
		if i < 0 {
			sum = append(sum, t)
			continue
		}
		sum[i].Totals = sum[i].Totals.plus(t.Totals)
		sum[i].Counts = addCounts(sum[i].Counts, t.Counts)
		sum[i].Samples += t.Samples
	}
	sampledOf(sum)
	return sum
}
