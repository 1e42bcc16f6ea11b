package intensity

import (
	"slices"
	"time"
)

// flatten cuts points that overlap in part, so that the newer one holds where
// they do. The points are in order and of different intervals.
func flatten(ps []Point) ([]Point, error) {
	if disjoint(ps) {
		return ps, nil
	}
	var out []Point
	var open []int // points that contain the stretch at hand
	from := -1     // index of the point that the last of out is cut from
	edges, next := edgesOf(ps), 0
	for i, start := range edges[:len(edges)-1] {
		end := edges[i+1]
		open = slices.DeleteFunc(open, func(k int) bool { return !ps[k].End.After(start) })
		for next < len(ps) && !ps[next].Start.After(start) {
			open = append(open, next)
			next++
		}
		if len(open) == 0 {
			continue
		}
		k, err := winner(ps, open)
		if err != nil {
			return nil, err
		}
		if n := len(out); n > 0 && k == from && out[n-1].End.Equal(start) {
			out[n-1].End = end
			continue
		}
		p := ps[k]
		p.Start, p.End = start, end
		out, from = append(out, p), k
	}
	return out, nil
}

func disjoint(ps []Point) bool {
	for i := 1; i < len(ps); i++ {
		if ps[i].Start.Before(ps[i-1].End) {
			return false
		}
	}
	return true
}

// edgesOf returns all starts and ends in order, each once.
func edgesOf(ps []Point) []time.Time {
	edges := make([]time.Time, 0, 2*len(ps))
	for _, p := range ps {
		edges = append(edges, p.Start, p.End)
	}
	slices.SortFunc(edges, time.Time.Compare)
	return slices.CompactFunc(edges, time.Time.Equal)
}

// winner returns which of the open points holds: the newest. One that is not
// strictly older and has another value contradicts it.
func winner(ps []Point, open []int) (int, error) {
	best := open[0]
	for _, k := range open[1:] {
		if c := rank(ps[k], ps[best]); c < 0 || c == 0 && k < best {
			best = k
		}
	}
	for _, k := range open {
		if ps[k].Value != ps[best].Value && !newer(ps[best], ps[k]) {
			return 0, &PointError{Point: ps[max(k, best)], Err: ErrOverlap}
		}
	}
	return best, nil
}

// newer reports whether a is of a later vintage than b: updated later or, of
// two forecasts updated at the same time, issued later.
func newer(a, b Point) bool {
	if c := a.UpdatedAt.Compare(b.UpdatedAt); c != 0 {
		return c > 0
	}
	return a.Quality == Forecast && b.Quality == Forecast && a.IssuedAt.After(b.IssuedAt)
}
