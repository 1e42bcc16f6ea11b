package filegrid

import (
	"slices"
	"time"
)

// longestStep is the longest one that is inferred.
const longestStep = 24 * time.Hour

// finish gives the points of one zone that have no end their step.
func (c *Config) finish(all []placed) error {
	var open []int
	for i, p := range all {
		if p.End.IsZero() {
			open = append(open, i)
		}
	}
	if len(open) == 0 {
		return nil
	}
	if c.Step > 0 {
		for _, i := range open {
			all[i].End = all[i].Start.Add(c.Step)
		}
		return nil
	}
	slices.SortStableFunc(open, func(a, b int) int { return all[a].Start.Compare(all[b].Start) })
	if bad := infer(all, open); bad >= 0 {
		return &Error{File: all[bad].file, Line: all[bad].line, Err: ErrStep}
	}
	return nil
}

// infer gives rows, in order, the step of their neighbours, since some files
// change from half hours to quarter hours on the way. It returns a row that does
// not fit, or -1: all are apart by multiples of the smallest step.
func infer(all []placed, open []int) int {
	apart := func(k int) time.Duration { // from the row before; 0: none, or the same
		if k < 1 || k >= len(open) {
			return 0
		}
		return all[open[k]].Start.Sub(all[open[k-1]].Start)
	}
	smallest, steps := stepsOf(len(open), apart)
	if smallest == 0 || smallest > longestStep {
		return open[0]
	}
	for k := range open {
		if d := apart(k); d%smallest != 0 || d == smallest && !steps[d] {
			return open[k]
		}
	}
	for k := 0; k < len(open); {
		next := k + 1 // the first that starts later
		for next < len(open) && apart(next) == 0 {
			next++
		}
		step := nearer(apart(k), apart(next))
		if !steps[step] {
			step = smallest
		}
		for ; k < next; k++ {
			all[open[k]].End = all[open[k]].Start.Add(step)
		}
	}
	return -1
}

// stepsOf returns the smallest distance and those that are steps and no gaps:
// they follow one another somewhere. If none does, the smallest is the step.
func stepsOf(n int, apart func(int) time.Duration) (smallest time.Duration, steps map[time.Duration]bool) {
	steps = map[time.Duration]bool{}
	before := time.Duration(0)
	for k := range n {
		d := apart(k)
		if d <= 0 {
			continue
		}
		if d == before && d <= longestStep {
			steps[d] = true
		}
		if smallest == 0 || d < smallest {
			smallest = d
		}
		before = d
	}
	if len(steps) == 0 {
		steps[smallest] = true
	}
	return smallest, steps
}

// nearer returns the smaller of two distances; 0 is no neighbour.
func nearer(a, b time.Duration) time.Duration {
	if a == 0 || b > 0 && b < a {
		return b
	}
	return a
}
