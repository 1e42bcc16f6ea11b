package meter

import (
	"context"
	"fmt"
	"slices"

	"github.com/scimeter/scimeter/units"
)

// A Budget is what a piece of work may use: it is warned, and then stopped.
// Limits of 0 are none.
type Budget struct {
	Carbon units.Carbon // C = O + M, in grams
	Energy units.Energy // at the IT equipment, in joules

	// Spent is what was used of it before, as by a run that was interrupted.
	Spent BudgetUse

	// Soft is the part of a limit from which on Warn is called, once; 0: 0.8.
	// Warn may be nil. It is called by the goroutine that reads all counters, and
	// must not wait.
	Soft float64
	Warn func(BudgetUse)
}

// A BudgetUse is what was used of a budget. Energy that has no price is not in
// its carbon, and in Unpriced: the carbon is a lower bound then.
type BudgetUse struct {
	Carbon   units.Carbon
	Energy   units.Energy
	Unpriced units.Energy
}

// Spent returns u as what was used of a [Budget].
func (u Usage) Spent() BudgetUse { return spentOf(u.Totals) }

func spentOf(t Totals) BudgetUse {
	return BudgetUse{t.Operational + t.Embodied, t.Energy(), units.Energy(t.Unpriced.Joules())}
}

func (u BudgetUse) plus(o BudgetUse) BudgetUse {
	return BudgetUse{u.Carbon + o.Carbon, u.Energy + o.Energy, u.Unpriced + o.Unpriced}
}

// A BudgetError says that a budget is used up. It is the cause of the context
// that [Meter.Budget] returns.
type BudgetError struct {
	Budget Budget
	Used   BudgetUse
}

// Error says what was used, of how much.
func (e *BudgetError) Error() string {
	if e.Budget.Carbon > 0 && e.Used.Carbon >= e.Budget.Carbon {
		return fmt.Sprintf("meter: budget: %v used of %v", e.Used.Carbon, e.Budget.Carbon)
	}
	return fmt.Sprintf("meter: budget: %v used of %v", e.Used.Energy, e.Budget.Energy)
}

// Budget returns a context that ends once what the scope of m has used from now
// on, with what was spent before, reaches a limit of b, with a [*BudgetError] as
// its [context.Cause]: at once if nothing is left, else at the tick that shares the
// energy out, which on a machine that hardly works is up to a minute late. Call
// stop when the work is done: it returns what was used up to then, by work that
// went on after the end, too. Carbon is what has a price: a grid that does not
// answer stops nothing. A nil Meter has no budget: ctx ends with its parent.
func (m *Meter) Budget(ctx context.Context, b Budget) (limited context.Context, stop func() BudgetUse) {
	limited, cancel := context.WithCancelCause(ctx)
	if m == nil {
		return limited, func() BudgetUse { cancel(context.Canceled); return b.Spent }
	}
	if !(b.Soft > 0) || b.Soft > 1 {
		b.Soft = softBudget
	}
	s := m.readSoon()
	w := &watch{budget: b, cancel: cancel}
	w.from, w.used = spentOf(s.Totals), b.Spent
	m.mu.Lock()
	m.watches = append(m.watches, w)
	if w.reached(1) { // before: nothing is left
		w.over = true
		cancel(&BudgetError{b, w.used})
	}
	m.mu.Unlock()
	return limited, func() BudgetUse {
		now := m.readSoon()
		m.mu.Lock()
		defer m.mu.Unlock()
		m.watches = slices.DeleteFunc(m.watches, func(o *watch) bool { return o == w })
		cancel(context.Canceled)
		if !w.ended {
			w.see(&now)
			w.ended = true
		}
		return w.used
	}
}

// softBudget is the part of a budget from which on it is warned. [E]
const softBudget = 0.8

// A watch holds a meter to a budget.
type watch struct {
	budget Budget
	cancel context.CancelCauseFunc
	from   BudgetUse
	used   BudgetUse
	warned bool
	over   bool // a limit is reached
	ended  bool // what comes is not its own any more
}

// see brings w up to date.
func (w *watch) see(s *Snapshot) {
	now := spentOf(s.Totals)
	w.used = w.budget.Spent.plus(BudgetUse{now.Carbon - w.from.Carbon, now.Energy - w.from.Energy, now.Unpriced - w.from.Unpriced})
}

// reached reports whether a part of a limit is reached.
func (w *watch) reached(part float64) bool {
	b := &w.budget
	return b.Carbon > 0 && float64(w.used.Carbon) >= part*float64(b.Carbon) || b.Energy > 0 && float64(w.used.Energy) >= part*float64(b.Energy)
}

// watch holds all budgets against what was used, and warns.
func (m *Meter) watch() {
	m.mu.Lock()
	if len(m.watches) == 0 {
		m.mu.Unlock()
		return
	}
	m.snapshot(&m.watched)
	warn := m.warnings[:0]
	for _, w := range m.watches {
		w.see(&m.watched)
		if w.reached(w.budget.Soft) && !w.warned {
			w.warned = true
			warn = append(warn, w)
		}
		if w.reached(1) && !w.over {
			w.over = true
			w.cancel(&BudgetError{w.budget, w.used})
		}
	}
	m.warnings = warn
	m.mu.Unlock()
	for _, w := range warn {
		if w.budget.Warn != nil {
			w.budget.Warn(w.used)
		}
	}
}
