package sci

import (
	"cmp"
	"math/bits"
	"slices"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
)

// The refusals of series.
var (
	// ErrPeriod (period_invalid) says that an interval has no length, times are
	// missing or not in their order, or an interval is cut where it may not be.
	ErrPeriod error = &Error{"period_invalid", "times make no period; give half-open intervals with an end after their start, in order"}

	// ErrOverlap (periods_overlap) says that the same time is there twice.
	ErrOverlap error = &Error{"periods_overlap", "intervals overlap, so that time would count twice; leave one out, or cut it where the other starts"}

	// ErrCounterFell (counter_fell) says that a counter shows less than before.
	ErrCounterFell error = &Error{"counter_fell", "counter fell; unwrap it, or start anew where it was reset"}
)

// A CounterReading is the total of a counter that never falls, at a time.
type CounterReading struct {
	At    time.Time
	Total units.Microjoules
}

// A Level is a gauge, such as a power or an intensity, that holds over
// [Start, End).
type Level[T ~float64] struct {
	Start, End time.Time
	Value      T
}

// A Bucket is what falls into [Start, End) of a series.
type Bucket[T any] struct {
	Start, End time.Time
	Value      T
	Covered    time.Duration // the part of it that the series tells of; never 0
}

// Complete reports whether the series tells of all of the bucket.
func (b Bucket[T]) Complete() bool { return b.Covered == b.End.Sub(b.Start) }

// mostEdges bounds what a step that is too short would make.
const mostEdges = 10_000_000

// Edges returns the edges of buckets of one length from start to end, of which
// the last may be shorter. It refuses a length that is not positive, an end that
// is not after start, and more than ten million buckets ([ErrPeriod]).
func Edges(start, end time.Time, length time.Duration) ([]time.Time, error) {
	if length <= 0 || !end.After(start) || end.Sub(start)/length >= mostEdges {
		return nil, refuse(ErrPeriod, "buckets of %v from %v to %v", length, start, end)
	}
	edges := []time.Time{start}
	for at := start.Add(length); at.Before(end); at = at.Add(length) {
		edges = append(edges, at)
	}
	return append(edges, end), nil
}

func checkEdges(edges []time.Time) error {
	for i := 1; i < len(edges); i++ {
		if !edges[i].After(edges[i-1]) {
			return refuse(ErrPeriod, "edge %d at %v, not after %v", i, edges[i], edges[i-1])
		}
	}
	if len(edges) < 2 {
		return refuse(ErrPeriod, "%d edges", len(edges))
	}
	return nil
}

// ResampleCounter returns what a counter advanced by between edges, which ascend:
// differences of its readings, and in proportion to time between two of them.
// The buckets add up to exactly what it advanced by from the first edge to the
// last, in whole microjoules. A bucket without a reading on both sides of some
// of it is absent: nothing is extrapolated. Readings ascend in time
// ([ErrPeriod]) and never fall ([ErrCounterFell]).
func ResampleCounter(readings []CounterReading, edges []time.Time) ([]Bucket[units.Microjoules], error) {
	if err := checkEdges(edges); err != nil {
		return nil, err
	}
	for i := 1; i < len(readings); i++ {
		a, b := readings[i-1], readings[i]
		switch {
		case !b.At.After(a.At):
			return nil, refuse(ErrPeriod, "reading %d at %v, not after %v", i, b.At, a.At)
		case b.Total < a.Total:
			return nil, refuse(ErrCounterFell, "reading %d of %v after %v", i, b.Total, a.Total)
		}
	}
	if len(readings) < 2 {
		return nil, nil
	}
	var buckets []Bucket[units.Microjoules]
	first, last := readings[0].At, readings[len(readings)-1].At
	at := 0
	before := totalAt(readings, &at, edges[0])
	for i := 1; i < len(edges); i++ {
		after := totalAt(readings, &at, edges[i])
		if covered := overlap(first, last, edges[i-1], edges[i]); covered > 0 {
			buckets = append(buckets, Bucket[units.Microjoules]{edges[i-1], edges[i], after - before, covered})
		}
		before = after
	}
	return buckets, nil
}

// totalAt returns the total at a time, of the readings from *at on, and moves
// *at to the last one before it.
func totalAt(readings []CounterReading, at *int, t time.Time) units.Microjoules {
	for *at+1 < len(readings) && !readings[*at+1].At.After(t) {
		*at++
	}
	a := readings[*at]
	if *at+1 == len(readings) || !t.After(a.At) {
		return a.Total
	}
	b := readings[*at+1]
	// (b-a)·elapsed/length in 128 bits: the quotient is below b-a.
	high, low := bits.Mul64(uint64(b.Total-a.Total), uint64(t.Sub(a.At)))
	part, _ := bits.Div64(high, low, uint64(b.At.Sub(a.At)))
	return a.Total + units.Microjoules(part)
}

// overlap returns how long [a, b) and [c, d) have in common.
func overlap(a, b, c, d time.Time) time.Duration {
	if c.After(a) {
		a = c
	}
	if d.Before(b) {
		b = d
	}
	return max(b.Sub(a), 0)
}

// ResampleMean returns the mean of a gauge over time between edges, which
// ascend: each level weighs as long as it holds in the bucket, the last one too.
// The mean is of the part that is covered; a bucket of which nothing is known is
// absent. Levels may come in any order; where they overlap, the error is
// [ErrOverlap]. The mean of an intensity over time prices no energy: that is what
// [Steps] and [Join] are for.
func ResampleMean[T ~float64](levels []Level[T], edges []time.Time) ([]Bucket[T], error) {
	buckets, err := resample(levels, edges)
	for i, b := range buckets {
		buckets[i].Value = T(finite(float64(b.Value) / b.Covered.Seconds()))
	}
	return buckets, err
}

// ResampleEnergy returns the energy of a power between edges, which ascend: the
// integral over time. The buckets add up to the energy from the first edge to
// the last. Levels are those of [ResampleMean].
func ResampleEnergy(power []Level[units.Power], edges []time.Time) ([]Bucket[units.Energy], error) {
	watts, err := resample(power, edges)
	var buckets []Bucket[units.Energy]
	for _, w := range watts {
		buckets = append(buckets, Bucket[units.Energy]{w.Start, w.End, units.Power(1).For(time.Second) * units.Energy(w.Value), w.Covered})
	}
	return buckets, err
}

// resample returns the integral of levels over seconds in each bucket.
func resample[T ~float64](levels []Level[T], edges []time.Time) ([]Bucket[T], error) {
	if err := checkEdges(edges); err != nil {
		return nil, err
	}
	levels, err := inOrder(levels)
	if err != nil {
		return nil, err
	}
	var buckets []Bucket[T]
	next := 0
	for i := 1; i < len(edges); i++ {
		b := Bucket[T]{Start: edges[i-1], End: edges[i]}
		var integral sum
		for next < len(levels) && !levels[next].End.After(b.Start) {
			next++
		}
		for _, l := range levels[next:] {
			if !l.Start.Before(b.End) {
				break
			}
			held := overlap(l.Start, l.End, b.Start, b.End)
			b.Covered += held
			integral.add(float64(l.Value) * held.Seconds())
		}
		if b.Covered > 0 {
			b.Value = T(integral.value())
			buckets = append(buckets, b)
		}
	}
	return buckets, nil
}

// inOrder returns levels in the order of time, checked.
func inOrder[T ~float64](levels []Level[T]) ([]Level[T], error) {
	levels = slices.Clone(levels)
	slices.SortStableFunc(levels, func(a, b Level[T]) int { return a.Start.Compare(b.Start) })
	for i, l := range levels {
		switch {
		case !l.End.After(l.Start):
			return nil, refuse(ErrPeriod, "level from %v to %v", l.Start, l.End)
		case !isFinite(float64(l.Value)):
			return nil, refuse(ErrNotFinite, "level of %v at %v", float64(l.Value), l.Start)
		case i > 0 && l.Start.Before(levels[i-1].End):
			return nil, refuse(ErrOverlap, "level from %v, in one until %v", l.Start, levels[i-1].End)
		}
	}
	return levels, nil
}

// Steps returns energy with the intensity of the grid at its time, for [Join]:
// each delta is cut where the intensity changes, in proportion to time, and what
// no level covers is a step without an intensity. The steps of a delta add up to
// its energy. Deltas come in any order and may overlap, as those of several
// machines do; the steps are in the order of time. The levels are those of
// [ResampleMean].
func Steps(deltas []intensity.Delta, grid []Level[units.Intensity]) ([]Step, error) {
	grid, err := inOrder(grid)
	if err != nil {
		return nil, err
	}
	deltas = slices.Clone(deltas)
	slices.SortStableFunc(deltas, func(a, b intensity.Delta) int {
		return cmp.Or(a.From.Compare(b.From), a.To.Compare(b.To))
	})
	var steps []Step
	for i, d := range deltas {
		if !d.To.After(d.From) {
			return nil, refuse(ErrPeriod, "energy from %v to %v", d.From, d.To)
		}
		if err := (Step{Energy: d.Energy}).check(i); err != nil {
			return nil, err
		}
		steps = appendSteps(steps, d, grid)
	}
	slices.SortStableFunc(steps, func(a, b Step) int { return a.Start.Compare(b.Start) })
	return steps, nil
}

// appendSteps cuts one delta. What is left of the energy goes to the last step,
// so that nothing is lost to rounding.
func appendSteps(steps []Step, d intensity.Delta, grid []Level[units.Intensity]) []Step {
	first, _ := slices.BinarySearchFunc(grid, d.From, func(l Level[units.Intensity], t time.Time) int {
		if l.End.After(t) {
			return 1
		}
		return -1
	})
	at, left := d.From, d.Energy
	cut := func(until time.Time, price *units.Intensity) {
		if !until.After(at) {
			return
		}
		part := d.Energy * units.FacilityEnergy(float64(until.Sub(at))/float64(d.To.Sub(d.From)))
		if part = min(part, left); !until.Before(d.To) {
			part = left
		}
		steps = append(steps, Step{part, price, at, until})
		at, left = until, left-part
	}
	for i := first; i < len(grid) && grid[i].Start.Before(d.To); i++ {
		cut(grid[i].Start, nil)
		until := grid[i].End
		if d.To.Before(until) {
			until = d.To
		}
		cut(until, &grid[i].Value)
	}
	cut(d.To, nil)
	return steps
}
