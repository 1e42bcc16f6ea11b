package intensity

import (
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/scimeter/scimeter/units"
)

// A Lossy is a grid whose transmission and distribution losses are added to
// its intensity. [WithLosses] makes one; it is safe for concurrent use if its
// grid is.
type Lossy struct {
	grid Grid
	p    float64
	last atomic.Pointer[lossNote] // of the last point, so that a tick allocates nothing
}

type lossNote struct{ detail, noted string }

// WithLosses returns the grid with the share p of the generated energy lost on
// its way, at least 0 and below 1: the intensity of what arrives is divided by
// 1−p, and the detail of its origin says so. The figures of [Country] leave
// these losses out.
func WithLosses(grid Grid, p float64) *Lossy { return &Lossy{grid: grid, p: p} }

// At returns the point of the grid with losses added. The error is that of the
// grid, or is [ErrValue] if the share cannot be.
func (l *Lossy) At(t time.Time) (Point, error) {
	if !(l.p >= 0 && l.p < 1) {
		return Point{}, fmt.Errorf("intensity: losses of %v: want at least 0 and below 1: %w", l.p, ErrValue)
	}
	p, err := l.grid.At(t)
	if err != nil {
		return Point{}, err
	}
	p.Value /= units.Intensity(1 - l.p)
	p.Origin.Detail = l.note(p.Origin.Detail)
	if err := p.Valid(); err != nil {
		return Point{}, err
	}
	return p, nil
}

// note returns the detail with the losses.
func (l *Lossy) note(detail string) string {
	if n := l.last.Load(); n != nil && n.detail == detail {
		return n.noted
	}
	noted := detail
	if noted != "" {
		noted += "; "
	}
	noted += "divided by 1−" + strconv.FormatFloat(l.p, 'g', -1, 64) + " for grid losses"
	l.last.Store(&lossNote{detail, noted})
	return noted
}
