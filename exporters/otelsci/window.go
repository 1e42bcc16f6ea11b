package otelsci

import (
	"time"

	"go.opentelemetry.io/otel/attribute"

	"github.com/scimeter/scimeter/meter"
)

// A window is the time over which scores are taken. It depends on the clock
// alone: whichever reader collects first after its end, all see the same.
type window struct {
	least    time.Duration
	excluded bool // what flows anyway is not in the scores
	whole    attribute.KeyValue
	open     meter.Snapshot
	scores   []scored
}

// scored is the score per one unit.
type scored struct {
	unit  *unit
	grams float64
}

// newWindow returns a window that is over when the next tick of the meter would
// be too late, so that a reader which collects once per window closes it.
func newWindow(d time.Duration, method *meter.Method) window {
	return window{least: d - min(method.Interval, d/2), excluded: method.Policy == meter.Marginal, whole: wholeAttr(method)}
}

// observe observes the scores of the last window that is complete. It reports
// whether s ends a window: the next begins with it.
func (w *window) observe(o observer, s *meter.Snapshot, cs *counts) (over bool) {
	if over = s.At.Sub(w.open.At) >= w.least; over {
		w.close(s, cs)
	}
	for _, sc := range w.scores {
		o.see(score, sc.grams, sc.unit.score)
	}
	return over
}

// close takes the scores of the window that ends with s. Where there is none,
// as without work or with energy that has no price, there is no series.
func (w *window) close(s *meter.Snapshot, cs *counts) {
	w.scores = w.scores[:0]
	u, err := s.Sub(w.open)
	if err != nil {
		return
	}
	for _, c := range u.Counts {
		of := cs.unit(c.Unit)
		if of.name == meter.OverflowUnit {
			continue // several units together
		}
		sc, err := u.Score(c.Unit)
		if err != nil {
			continue
		}
		if of.score == nil {
			of.score = w.options(of.name)
		}
		w.scores = append(w.scores, scored{of, float64(sc.Carbon())})
	}
}

func (w *window) options(unit string) options {
	if w.excluded {
		return with(unitKey.String(unit), excludedKey.Bool(true), w.whole)
	}
	return with(unitKey.String(unit), w.whole)
}
