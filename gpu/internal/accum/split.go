package accum

import (
	"math"
	"math/bits"
	"time"
)

// Idle returns what of uj µJ in dt is of uw µW that flow anyway: never more than
// there is.
func Idle(uj, uw uint64, dt time.Duration) uint64 { return min(uj, energy(uw, dt)) }

// Split shares uj out by weight, as µJ appended to dst. The parts make up uj
// exactly, unless no weight is above 0: then they are all 0, and nothing was
// shared. A weight that is negative, infinite or no number counts as 0.
func Split(dst []uint64, uj uint64, weights []float64) []uint64 {
	top, last := 0.0, -1
	for i, w := range weights {
		if known(w) {
			top, last = max(top, w), i
		}
	}
	sum := 0.0 // of weights divided by the highest, so that it is finite
	for _, w := range weights {
		if known(w) {
			sum += w / top
		}
	}
	var done uint64
	upTo := 0.0
	for i, w := range weights {
		end := done
		if known(w) {
			upTo += w / top
			end = clampTo(float64(uj)*(upTo/sum), done, uj)
		}
		if i == last {
			end = uj
		}
		dst = append(dst, end-done)
		done = end
	}
	return dst
}

func known(w float64) bool { return w > 0 && w <= math.MaxFloat64 }

// clampTo rounds f down to an integer between low and high.
func clampTo(f float64, low, high uint64) uint64 {
	if !(f > float64(low)) {
		return low
	}
	if f >= float64(high) {
		return high
	}
	return max(low, min(high, uint64(f)))
}

// A card that is partitioned has so many slices of each kind (NVIDIA MIG user
// guide: seven of compute, eight of memory on A100 and later).
const (
	computeSlices = 7
	memorySlices  = 8
)

// SliceShare returns the share of a card that a part with so many slices of
// compute and memory holds, as a fraction of whole: the larger of the two.
func SliceShare(compute, memory int) (part, whole uint64) {
	c := uint64(min(max(compute, 0), computeSlices)) * memorySlices
	m := uint64(min(max(memory, 0), memorySlices)) * computeSlices
	return max(c, m), computeSlices * memorySlices
}

// SplitSlices shares uj out by fractions of whole, as µJ appended to dst. What
// they leave is the rest; if they sum to more than whole, they are taken of
// their sum and there is no rest.
func SplitSlices(dst []uint64, uj uint64, parts []uint64, whole uint64) (shares []uint64, rest uint64) {
	var sum uint64
	for _, p := range parts {
		sum += p
	}
	whole = max(whole, sum, 1)
	var done, upTo uint64
	for _, p := range parts {
		upTo += p
		hi, lo := bits.Mul64(uj, upTo)
		end, _ := bits.Div64(hi, lo, whole) // upTo is at most whole, so that it fits
		dst = append(dst, end-done)
		done = end
	}
	return dst, uj - done
}
