package intensity

import "math"

// A neumaier is a compensated sum: its error does not grow with the number of
// terms (Neumaier, ZAMM 54, 1974).
type neumaier struct{ sum, lost float64 }

func (n *neumaier) add(x float64) {
	t := n.sum + x
	if math.Abs(n.sum) >= math.Abs(x) {
		n.lost += (n.sum - t) + x
	} else {
		n.lost += (x - t) + n.sum
	}
	n.sum = t
}

// value returns the sum, clamped to the finite numbers.
func (n *neumaier) value() float64 {
	v := n.sum + n.lost
	if math.IsNaN(v) { // the compensation of an infinite sum
		v = n.sum
	}
	return max(min(v, math.MaxFloat64), -math.MaxFloat64)
}
