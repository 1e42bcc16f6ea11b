package intensity

import (
	"math"
	"time"
)

// slots are the means of a history over steps of one length, which tile the days
// of UTC. One without a figure is NaN; none of them leaves the package.
type slots struct {
	step   time.Duration
	perDay int
	end    time.Time // of the last slot, at or after that of the last figure
	mean   []float64
	seen   []int32 // how many of the slots before have a figure
}

// newSlots returns the last n slots up to the end of the points, which are in
// order. A slot has a figure if half of it is covered.
func newSlots(ps []Point, step time.Duration, n int) *slots {
	s := &slots{step: step, perDay: int(profileDay / step), mean: make([]float64, n), seen: make([]int32, n+1)}
	s.end = slotEnd(ps[len(ps)-1].End, step)
	base := s.end.Add(-time.Duration(n) * step)
	covered := make([]time.Duration, n)
	for _, p := range ps {
		from, to := max(p.Start.Sub(base), 0), min(p.End.Sub(base), time.Duration(n)*step)
		for i := from / step; i < time.Duration(n) && i*step < to; i++ {
			d := min(to, (i+1)*step) - max(from, i*step)
			covered[i] += d
			s.mean[i] += (float64(p.Value) - s.mean[i]) * (float64(d) / float64(covered[i]))
		}
	}
	for i, c := range covered {
		s.seen[i+1] = s.seen[i] + 1
		if c < step/2 || c == 0 {
			s.mean[i], s.seen[i+1] = math.NaN(), s.seen[i]
		}
	}
	return s
}

// slotEnd returns the end of the slot that ends at t or has t within it.
func slotEnd(t time.Time, step time.Duration) time.Time {
	midnight := time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
	return midnight.Add((t.Sub(midnight) + step - 1) / step * step)
}

// missing reports whether a slot has no figure.
func missing(v float64) bool { return math.IsNaN(v) }

// covered returns how much of the days before a slot has figures, and whether
// they are of half the times of the day or more.
func (s *slots) covered(end, days int) (time.Duration, bool) {
	first := max(end-days*s.perDay, 0)
	have := time.Duration(s.seen[end]-s.seen[first]) * s.step
	if have >= time.Duration(days)*profileDay/2 {
		return have, true
	}
	times := make([]bool, s.perDay)
	n := 0
	for i := first; i < end; i++ {
		if k := i % s.perDay; !missing(s.mean[i]) && !times[k] {
			times[k] = true
			n++
		}
	}
	return have, 2*n >= s.perDay
}

// profile fills dst with the weighted mean of each time of day over the days
// before a slot; the first is the time of that slot. weights are by age in days;
// without them the last figure counts alone. Means are updated rather than
// summed, so that equal figures give just that figure.
func (s *slots) profile(dst []float64, end, days int, weights []float64) []float64 {
	total := make([]float64, s.perDay)
	clear(dst)
	for d := days; d >= 1; d-- {
		first := end - d*s.perDay
		if first+s.perDay <= 0 {
			continue
		}
		for k := max(0, -first); k < s.perDay; k++ {
			x := s.mean[first+k]
			if missing(x) {
				continue
			}
			if weights == nil || total[k] == 0 {
				dst[k], total[k] = x, 1
				if weights != nil {
					total[k] = weights[d]
				}
				continue
			}
			total[k] += weights[d]
			dst[k] += (x - dst[k]) * (weights[d] / total[k])
		}
	}
	bridge(dst, total)
	return dst
}

// bridge fills the times of day that have no figure on any day on a line between
// their neighbours, round the clock.
func bridge(profile, total []float64) {
	n := len(profile)
	first := 0
	for first < n && total[first] == 0 {
		first++
	}
	if first == n {
		return
	}
	for i, gap := 1, 0; i <= n; i++ {
		k := (first + i) % n
		if total[k] == 0 {
			gap++
			continue
		}
		a, b := profile[(first+i-gap-1)%n], profile[k]
		for g := 1; g <= gap; g++ {
			profile[(first+i-gap-1+g)%n] = a + (b-a)*(float64(g)/float64(gap+1))
		}
		gap = 0
	}
}

// off returns the mean by which the slots just before one are above the
// profile of that one; 0 where none has a figure.
func (s *slots) off(profile []float64, end int, over time.Duration) float64 {
	mean, n := 0.0, 0.0
	for k := 1; k <= max(1, int(over/s.step)) && k <= end; k++ {
		x := s.mean[end-k]
		if missing(x) {
			continue
		}
		const most = math.MaxFloat64 / 8 // so that no difference of two is infinite
		x = min(max(x-profile[s.perDay-1-(k-1)%s.perDay], -most), most)
		n++
		mean += (x - mean) / n
	}
	return mean
}
