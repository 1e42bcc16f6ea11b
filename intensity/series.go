package intensity

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

// ErrZone reports points of two zones in one series.
var ErrZone = errors.New("points of another zone")

// ErrOverlap reports two points that claim the same time with different
// figures, and neither is the newer.
var ErrOverlap = errors.New("contradicts another point of the same time and vintage")

// A Series is the intensity of one zone and signal over time: points in order
// that do not overlap, with gaps where nothing is known. [NewSeries] makes one
// of points as they come. A series that no one changes is safe for concurrent
// use.
type Series struct {
	Points []Point `json:"points"`
}

// NewSeries returns the normalised series of copies of the points. See
// [Series.Normalise].
func NewSeries(points ...Point) (*Series, error) {
	s := &Series{Points: slices.Clone(points)}
	if err := s.Normalise(); err != nil {
		return nil, err
	}
	return s, nil
}

// Normalise puts the points in order and settles which holds where several
// claim the same time. Of points of the same interval the one updated last
// wins, then the one of better quality, then the forecast issued last. Of
// points that overlap in part the newer one wins where they do, and what is
// left of the older stays. The result does not depend on the order in which
// the points came.
//
// The error is a [*PointError]: around [ErrValue], [ErrWindow], [ErrSignal] or
// [ErrQuality] for a point that cannot be, [ErrSignal] or [ErrZone] for points
// of two signals or zones, and [ErrOverlap] for points that contradict one
// another. The series is then as it was.
func (s *Series) Normalise() error {
	ps := slices.Clone(s.Points)
	for i := range ps {
		ps[i].Start, ps[i].End = ps[i].Start.UTC().Round(0), ps[i].End.UTC().Round(0)
		ps[i].UpdatedAt, ps[i].IssuedAt = ps[i].UpdatedAt.UTC().Round(0), ps[i].IssuedAt.UTC().Round(0)
		ps[i].Known = ps[i].Known.UTC().Round(0)
	}
	slices.SortFunc(ps, compare)
	if err := alike(ps); err != nil {
		return err
	}
	ps, err := dedupe(ps)
	if err != nil {
		return err
	}
	if ps, err = flatten(ps); err != nil {
		return err
	}
	s.Points = ps
	return nil
}

// At returns the point that contains t, else a [*GapError]. It allocates nothing
// where there is one.
func (s *Series) At(t time.Time) (Point, error) {
	if s == nil {
		return Point{}, &GapError{}
	}
	i := s.guess(t)
	if i < 0 {
		i = s.search(t)
	}
	if i < len(s.Points) && s.Points[i].Contains(t) {
		if invalid(&s.Points[i]) != nil {
			return Point{}, s.Points[i].Valid()
		}
		return s.Points[i], nil
	}
	gap := &GapError{}
	if i > 0 {
		gap.From, gap.Zone = s.Points[i-1].End, s.Points[i-1].Zone
	}
	if i < len(s.Points) {
		gap.To, gap.Zone = s.Points[i].Start, s.Points[i].Zone
	}
	return Point{}, gap
}

// guess returns the index of the point that contains t where steps are alike, in
// constant time; -1 if it is another one.
func (s *Series) guess(t time.Time) int {
	n := len(s.Points)
	if n == 0 {
		return -1
	}
	start := s.Points[0].Start.Unix()
	i := int(float64(n) * float64(t.Unix()-start) / float64(s.Points[n-1].End.Unix()-start))
	if i < 0 || i >= n || !s.Points[i].Contains(t) {
		return -1
	}
	return i
}

// search returns the index of the first point that ends after t.
func (s *Series) search(t time.Time) int {
	low, high := 0, len(s.Points)
	for low < high {
		mid := int(uint(low+high) / 2)
		if s.Points[mid].End.After(t) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

// alike checks each point, and that all are of one signal and zone.
func alike(ps []Point) error {
	zone := ""
	for _, p := range ps {
		if err := p.Valid(); err != nil {
			return err
		}
		if p.Signal != ps[0].Signal {
			return &PointError{Point: p, Err: ErrSignal}
		}
		zone = cmp.Or(zone, p.Zone)
		if p.Zone != "" && p.Zone != zone {
			return &PointError{Point: p, Err: ErrZone}
		}
	}
	return nil
}

// compare is a total order: by interval, then the winner first, then whatever
// makes two points differ.
func compare(a, b Point) int {
	return cmp.Or(
		a.Start.Compare(b.Start),
		a.End.Compare(b.End),
		rank(a, b),
		cmp.Compare(a.Value, b.Value),
		cmp.Compare(a.Sigma, b.Sigma),
		cmp.Compare(a.Hourly, b.Hourly),
		b.Known.Compare(a.Known),
		cmp.Compare(a.Zone, b.Zone),
		cmp.Compare(a.Origin.Name, b.Origin.Name),
		cmp.Compare(a.Origin.Detail, b.Origin.Detail),
		cmp.Compare(a.Origin.Sigma, b.Origin.Sigma),
		cmp.Compare(a.Origin.Method, b.Origin.Method),
		cmp.Compare(a.Origin.Nature, b.Origin.Nature),
		cmp.Compare(a.Signal.Kind, b.Signal.Kind),
		cmp.Compare(a.Signal.Boundary, b.Signal.Boundary),
		cmp.Compare(a.Signal.Accounting, b.Signal.Accounting),
	)
}

// rank is negative if a wins over b for the same time.
func rank(a, b Point) int {
	return cmp.Or(
		b.UpdatedAt.Compare(a.UpdatedAt),
		cmp.Compare(a.Quality, b.Quality),
		b.IssuedAt.Compare(a.IssuedAt),
	)
}

// dedupe keeps the winner of each interval. Points that rank the same and
// differ in value contradict one another.
func dedupe(ps []Point) ([]Point, error) {
	kept := ps[:0]
	for _, p := range ps {
		if n := len(kept); n > 0 && kept[n-1].Start.Equal(p.Start) && kept[n-1].End.Equal(p.End) {
			if rank(kept[n-1], p) == 0 && kept[n-1].Value != p.Value {
				return nil, &PointError{Point: p, Err: ErrOverlap}
			}
			continue
		}
		kept = append(kept, p)
	}
	return kept, nil
}
