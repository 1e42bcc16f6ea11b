package meter

import (
	"errors"
	"slices"
	"time"
)

// ErrOverlap reports two windows that share time, of one meter or of two that
// count the same energy: it would be counted twice.
var ErrOverlap = errors.New("meter: windows of one meter, or of nested ones, overlap; add only windows that follow one another")

// A window is a stretch of the time of a meter.
type window struct {
	meter, root string // IDs; all meters that count the same energy have one root
	marginal    bool   // what flows anyway is not charged
	from, to    time.Time
}

func (d *Method) window(from, to time.Time) window {
	return window{d.ID, d.root(), d.Policy == Marginal, from, to}
}

func (w window) overlaps(o window) bool {
	return w.root == o.root && w.from.Before(o.to) && o.from.Before(w.to)
}

// joinWindows returns all of a and b; those that follow one another are one.
func joinWindows(a, b []window) []window {
	all := slices.Clone(a)
	for _, w := range b {
		for i := 0; i < len(all); i++ {
			if o := all[i]; o.meter == w.meter && (o.to.Equal(w.from) || o.from.Equal(w.to)) {
				w.from, w.to = earliest(o.from, w.from), latest(o.to, w.to)
				all = slices.Delete(all, i, i+1)
				i = -1
			}
		}
		all = append(all, w)
	}
	return all
}

func (u Usage) overlaps(o Usage) bool {
	for _, w := range u.windows {
		if slices.ContainsFunc(o.windows, w.overlaps) {
			return true
		}
	}
	return false
}

// idleExcluded reports whether a part of u was charged by [Marginal].
func (u Usage) idleExcluded() bool {
	return slices.ContainsFunc(u.windows, func(w window) bool { return w.marginal })
}
