package sci

import "math"

// A sum adds with Neumaier's compensation, so that many small terms beside a
// large one are not lost.
type sum struct{ total, lost float64 }

func (s *sum) add(x float64) {
	t := s.total + x
	if math.Abs(s.total) >= math.Abs(x) {
		s.lost += s.total - t + x
	} else {
		s.lost += x - t + s.total
	}
	s.total = t
}

func (s sum) value() float64 {
	if math.IsInf(s.total, 0) {
		return finite(s.total) // the compensation is NaN then
	}
	return finite(s.total + s.lost)
}

// finite holds the promise that nothing exported is NaN or infinite: what
// overflows is the largest float64.
func finite(f float64) float64 {
	switch {
	case f > math.MaxFloat64:
		return math.MaxFloat64
	case f < -math.MaxFloat64:
		return -math.MaxFloat64
	case f != f:
		return 0
	}
	return f
}

func isFinite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

// unit returns f within 0 and 1; NaN is 0.
func unit(f float64) float64 {
	if f > 0 {
		return min(f, 1)
	}
	return 0
}
