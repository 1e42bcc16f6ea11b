package sci

import (
	"maps"

	"github.com/scimeter/scimeter/units"
)

// Aggregate returns the terms of many windows taken together, as [Terms.Add]
// does of two. It is the only way to a score over time: its Score is ΣC/ΣR,
// whatever the rates of the windows were.
func Aggregate(windows ...Terms) (Terms, error) {
	var all termsSum
	for i := range windows {
		if err := all.add(&windows[i]); err != nil {
			return Terms{}, err
		}
	}
	return all.terms(), nil
}

// A termsSum adds up terms one after the other without a copy of what they share:
// it is what makes a sum of n terms take O(n) time and no memory.
type termsSum struct {
	all     Terms
	o, m, r sum
	owned   bool // all.Uncertainty is of this sum alone, and may be written
}

// add adds w, which it does not keep. It refuses amounts that no window can have.
func (t *termsSum) add(w *Terms) error {
	if err := w.checkAmounts(); err != nil {
		return err
	}
	known := t.all.Uncertainty != nil || t.all.Total() != 0
	before := t.all.Uncertainty
	if err := t.all.merge(w); err != nil {
		return err
	}
	t.all.Uncertainty = before
	if err := t.doubt(known, w); err != nil {
		return err
	}
	t.o.add(float64(w.Operational))
	t.m.add(float64(w.Embodied))
	t.r.add(w.R)
	t.all.Operational, t.all.Embodied = units.Carbon(t.o.value()), units.Carbon(t.m.value())
	t.all.R = t.r.value()
	return nil
}

// doubt adds the uncertainty of w, id by id, in one pass. The sum's is not known
// if that of either is not, but of one that has no carbon: known is false where
// the sum has neither.
func (t *termsSum) doubt(known bool, w *Terms) error {
	switch {
	case w.Uncertainty == nil && w.Total() == 0:
		return nil
	case !known:
		t.all.Uncertainty, t.owned = w.Uncertainty, false
		return w.Uncertainty.check()
	case t.all.Uncertainty == nil || w.Uncertainty == nil:
		t.all.Uncertainty, t.owned = nil, false
		return w.Uncertainty.check()
	case !t.owned:
		t.all.Uncertainty, t.owned = maps.Clone(t.all.Uncertainty), true
	}
	for id, sigma := range w.Uncertainty {
		if !isFinite(sigma) {
			return w.Uncertainty.check()
		}
		t.all.Uncertainty[id] = finite(t.all.Uncertainty[id] + sigma)
	}
	return nil
}

// terms returns the sum. The sum goes on with a map of its own.
func (t *termsSum) terms() Terms {
	t.owned = false
	return t.all
}
