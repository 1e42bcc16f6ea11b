package meter

import (
	"math"
	"sync/atomic"

	"github.com/scimeter/scimeter/units"
)

// A Mean is what one unit of work of an account has used by itself, on average
// since the start: without what flows anyway, and what hardware embodies.
type Mean struct {
	Units       float64      // how many were counted
	Energy      units.Energy // each, at the IT equipment
	Operational units.Carbon // each
	Priced      bool         // all of the energy has a price
}

// told is what an account owns, for whoever asks without waiting.
type told struct{ uj, unpriced, grams atomic.Uint64 }

func (t *told) set(o *owned) {
	t.uj.Store(o.uj)
	t.unpriced.Store(o.unpriced)
	t.grams.Store(math.Float64bits(o.grams))
}

// Mean returns what one of the units that were counted for the account has used,
// as of the last tick: an estimate for any single one. False says that nothing was
// counted, or nothing split yet. It waits for nobody.
func (a *Account) Mean(unit string) (Mean, bool) {
	if a == nil {
		return Mean{}, false
	}
	c := a.find(unit)
	if c == nil {
		return Mean{}, false
	}
	n, uj := c.value(), a.told.uj.Load()
	if !(n > 0) || uj == 0 {
		return Mean{}, false
	}
	return Mean{
		Units: n, Energy: units.Energy(units.Microjoules(uj).Joules() / n), Priced: a.told.unpriced.Load() == 0,
		Operational: units.Carbon(math.Float64frombits(a.told.grams.Load()) / n),
	}, true
}

// Attribution returns by what energy is split between the account and others.
func (a *Account) Attribution() Attribution {
	if a == nil {
		return InFlight
	}
	return a.ledger.Attribution()
}
