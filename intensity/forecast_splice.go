package intensity

import "slices"

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
// order.
func fill(a, b []Point) []Point {
	if len(a) == 0 {
		return slices.Clone(b)
	}
	out := make([]Point, 0, len(a)+len(b))
	i := 0
	for _, p := range b {
		for t := p.Start; t.Before(p.End); {
			for i < len(a) && !a[i].End.After(t) {
				out = append(out, a[i])
				i++
			}
			if i < len(a) && !a[i].Start.After(t) {
				t = a[i].End
				continue
			}
			piece := p
			piece.Start = t
			if i < len(a) {
				piece.End = earlier(p.End, a[i].Start)
			}
			out, t = append(out, piece), piece.End
		}
	}
	return append(out, a[i:]...)
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
