package intensity

import (
	"slices"
	"time"
)

// Splice returns one series of several, the best first: a later one counts only
// where no earlier one has a figure. So measured figures, the forecast of a
// provider and one of ours make
//
//	Splice(measured, theirs, ours.Series)
//
// in which the forecast of the provider begins where the measured figures end,
// its running step cut in two there if need be, and ours where that ends. No
// value is changed: where two of them meet there may be a step. A nil series is
// an empty one; none is changed.
//
// The error is a [*PointError] around [ErrSignal] or [ErrZone] for series of
// different signals or zones, or that of [Series.Normalise] for one that is not
// in order.
func Splice(series ...*Series) (*Series, error) {
	var all, out []Point
	for _, s := range series {
		ps, err := ordered(s)
		if err != nil {
			return nil, err
		}
		all = append(all, ps...)
		out = fill(out, ps)
	}
	if err := alike(all); err != nil {
		return nil, err
	}
	return &Series{Points: out}, nil
}

// fill returns the points of a, and of b what lies beside them. Both are in
// order. It may return a itself.
func fill(a, b []Point) []Point { return merge(a, beside(a, b)) }

// beside returns what of the points of b lies beside those of a, as points of
// its own. Both are in order.
func beside(a, b []Point) []Point {
	var out []Point
	if len(b) == 0 {
		return nil
	}
	if i := (&Series{Points: a}).search(b[0].Start); i < len(a) {
		a = a[i:]
	} else {
		return slices.Clone(b)
	}
	for i := range b {
		for t := b[i].Start; t.Before(b[i].End); {
			for len(a) > 0 && !a[0].End.After(t) {
				a = a[1:]
			}
			if len(a) > 0 && !a[0].Start.After(t) {
				t = a[0].End
				continue
			}
			piece := b[i]
			piece.Start = t
			if len(a) > 0 {
				piece.End = earlier(piece.End, a[0].Start)
			}
			out, t = append(out, piece), piece.End
		}
	}
	return out
}

// merge returns the points of a and b, which are in order and do not overlap. It
// may return one of them itself.
func merge(a, b []Point) []Point {
	switch {
	case len(b) == 0:
		return a
	case len(a) == 0:
		return b
	}
	out := make([]Point, 0, len(a)+len(b))
	for i := range b {
		n := 0
		for n < len(a) && a[n].Start.Before(b[i].Start) {
			n++
		}
		out = append(append(out, a[:n]...), b[i])
		a = a[n:]
	}
	return append(out, a...)
}

// since returns what of the points lies after from. They are in order; it may
// return a part of them.
func since(points []Point, from time.Time) []Point {
	points = points[(&Series{Points: points}).search(from):]
	if len(points) > 0 && points[0].Start.Before(from) {
		points = slices.Clone(points)
		points[0].Start = from
	}
	return points
}

// ordered returns the points of s in order, normalised if they are not.
func ordered(s *Series) ([]Point, error) {
	if s == nil {
		return nil, nil
	}
	if disjoint(s.Points) && !slices.ContainsFunc(s.Points, empty) {
		return s.Points, nil
	}
	n, err := NewSeries(s.Points...)
	if err != nil {
		return nil, err
	}
	return n.Points, nil
}

func empty(p Point) bool { return !p.Start.Before(p.End) }
