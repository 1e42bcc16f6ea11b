package meter

import (
	"slices"
	"time"

	"github.com/scimeter/scimeter/units"
)

// A Step is what the scope used, at the facility's meter, in one step of the
// grid or a part of it: what [Usage.Reprice] needs.
type Step struct {
	Start, End time.Time
	Energy     units.FacilityEnergy
	Booked     units.Carbon // with the intensity known then; of unpriced energy there is none

	// cell is where the time begins within which all of the step lies and the
	// intensity is one; zero: the step lies in several.
	cell time.Time
}

// stepWidth bounds a step, so that energy which was priced with the mean of a
// year can be priced again with figures for five minutes.
const stepWidth = 5 * time.Minute

// stepRoom bounds how many steps are kept, two weeks of them; what is older is
// one step without a resolution.
const stepRoom = 4096

// A stepLog is a list of steps that only grows at its end, so that snapshots
// share it: closed is never written again, and open is copied. Zones settle at
// their own times, and so two cells are open: one that some are done with, and
// one that others are in already. What comes later still is a step of its own.
type stepLog struct {
	first  int // index of closed[0] since the start of the meter
	closed []Step
	open   [2]Step // the earlier cell first; zero: none
}

// add books a step, which lies within its cell.
func (l *stepLog) add(s Step) {
	earlier, later := &l.open[0], &l.open[1]
	switch {
	case s.cell.Equal(later.cell):
		later.extend(s)
	case s.cell.Equal(earlier.cell):
		earlier.extend(s)
	case s.cell.After(later.cell):
		l.close(*earlier)
		*earlier, *later = *later, s
	case s.cell.After(earlier.cell):
		l.close(*earlier)
		*earlier = s
	default:
		l.close(s)
	}
}

func (l *stepLog) close(s Step) {
	if s.cell.IsZero() {
		return
	}
	if len(l.closed) >= stepRoom {
		half := len(l.closed) / 2
		l.closed = append(make([]Step, 0, stepRoom), l.closed[half:]...)
		l.first += half
	}
	l.closed = append(l.closed, s)
}

// view returns l as a snapshot may keep it.
func (l *stepLog) view() stepLog {
	return stepLog{l.first, l.closed[:len(l.closed):len(l.closed)], l.open}
}

// next is the index since the start of the meter of the step that is closed
// next.
func (l *stepLog) next() int { return l.first + len(l.closed) }

// since returns the steps of l after before, in order and merged. Steps too
// old to be kept are not in it.
func (l *stepLog) since(before stepLog) []Step {
	steps := slices.Clone(l.closed[min(max(before.next()-l.first, 0), len(l.closed)):])
	for _, s := range l.open {
		if !s.cell.IsZero() {
			steps = append(steps, s)
		}
	}
	for _, s := range before.open {
		// The first step of its cell is s, grown; others of it came later.
		i := slices.IndexFunc(steps, func(grown Step) bool { return grown.cell.Equal(s.cell) })
		if i >= 0 && before.next() >= l.first {
			steps[i].drop(s)
		}
	}
	return mergeSteps(steps)
}

// mergeSteps sorts steps by time and makes one of those within one cell. What
// is not there is left out.
func mergeSteps(steps []Step) []Step {
	slices.SortStableFunc(steps, func(a, b Step) int { return a.Start.Compare(b.Start) })
	merged := steps[:0]
	for _, s := range steps {
		if s.Energy <= 0 && s.Booked <= 0 {
			continue
		}
		last := len(merged) - 1
		if last >= 0 && !s.cell.IsZero() && merged[last].cell.Equal(s.cell) {
			merged[last].extend(s)
			continue
		}
		merged = append(merged, s)
	}
	return slices.Clip(merged)
}

// drop takes what s was before off it.
func (s *Step) drop(before Step) {
	s.Energy -= before.Energy
	s.Booked -= before.Booked
	if before.End.Before(s.End) {
		s.Start = latest(s.Start, before.End)
	}
}

func (s *Step) extend(o Step) {
	if o.Start.Before(s.Start) {
		s.Start = o.Start
	}
	s.End = latest(s.End, o.End)
	s.Energy += o.Energy
	s.Booked += o.Booked
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
