package meter

import (
	"context"
	"math"
	"runtime/pprof"
	"slices"
	"sync/atomic"

	"github.com/scimeter/scimeter/units"
)

// A Label is an attribute of an account, such as a route or a tenant.
type Label struct{ Key, Value string }

// An Account owns a part of the energy, carbon and water of a scope: what was
// done for it caused that. [Ledger.Account] makes one. Its methods may be called
// at any time and by any goroutine; those of a nil Account do nothing and return
// zero.
type Account struct {
	name   string
	labels []Label
	ledger *Ledger // nil: of another process, or one that every meter has

	mark     context.Context // has marks and nothing else; nil: goroutines are not marked
	marks    pprof.LabelSet
	counters atomic.Pointer[[]*counter]

	// Guarded by the mutex of the ledger.
	open    float64 // weight of the regions that are open
	regions int
	seen    float64 // virtual time up to which open has been accrued
	work    float64 // weight since the start: time in flight, or what was charged
	sampled uint64  // samples since the start

	owned owned // guarded by the mutex of the meter
	told  told  // the same, for all
}

// owned is what an account has been given of the dynamic energy of its meter.
type owned struct {
	uj, unpriced uint64
	grams        float64

	pools [poolCount]struct {
		base    float64 // of the weight, when the pool was last split
		last    float64 // weight by which it then was
		residue residue
	}
}

// A counter is how many units were done for an account.
type counter struct {
	unit string
	bits atomic.Uint64
}

func (c *counter) value() float64 { return math.Float64frombits(c.bits.Load()) }

func (c *counter) add(n float64) {
	for {
		old := c.bits.Load()
		sum := min(math.Float64frombits(old)+n, math.MaxFloat64)
		if c.bits.CompareAndSwap(old, math.Float64bits(sum)) {
			return
		}
	}
}

// Names of the accounts that every meter has.
const (
	IdleAccount         = "_idle"         // static energy, and what the hardware embodies
	UnattributedAccount = "_unattributed" // work that no account asked for
	OverflowAccount     = "_OTHER"        // what came after so many accounts that no more are told apart
)

// Name returns the name of the account.
func (a *Account) Name() string {
	if a == nil {
		return ""
	}
	return a.name
}

// Labels returns the attributes of the account. They are not to be changed.
func (a *Account) Labels() []Label {
	if a == nil {
		return nil
	}
	return a.labels
}

// same reports whether two meters mean one account by a and b.
func (a *Account) same(b *Account) bool {
	return a == b || a.Name() == b.Name() && slices.Equal(a.Labels(), b.Labels())
}

// Count adds n units of work that was done for the account, and for the scope:
// [Meter.Count] is for what was done for none. It takes n and unit as that does.
func (a *Account) Count(unit string, n float64) {
	if a == nil || a.ledger == nil || !(n > 0) || n-n != 0 || unit == "" {
		return
	}
	a.counter(unit).add(n)
}

// counter returns the counter of a unit. Once made it is found without a lock.
func (a *Account) counter(unit string) *counter {
	if c := a.find(unit); c != nil {
		return c
	}
	unit = tidy(unit)
	a.ledger.mu.Lock()
	defer a.ledger.mu.Unlock()
	unit = a.ledger.unit(unit)
	if c := a.find(unit); c != nil {
		return c
	}
	var list []*counter
	if l := a.counters.Load(); l != nil {
		list = slices.Clone(*l)
	}
	c := &counter{unit: unit}
	list = append(list, c)
	a.counters.Store(&list)
	return c
}

func (a *Account) find(unit string) *counter {
	list := a.counters.Load()
	if list == nil {
		return nil
	}
	for _, c := range *list {
		if c.unit == unit {
			return c
		}
	}
	return nil
}

// counted appends to dst what was counted for the account.
func (a *Account) counted(dst []Count) []Count {
	list := a.counters.Load()
	if list == nil {
		return dst
	}
	for _, c := range *list {
		dst = append(dst, Count{c.unit, c.value()})
	}
	return dst
}

// Begin starts work for the account. End it, whatever happens:
//
//	defer account.Begin().End()
//
// It allocates nothing. While regions are open they share the energy that the
// work of the scope causes, each by its time in flight; see [InFlight].
//
// By [CPUSamples] it marks the goroutine, and so all that are started from it
// until the region ends: those stay marked for as long as they live. Any other
// label of the goroutine (see [runtime/pprof.Do]) is taken off, and End, on the
// same goroutine, leaves it without one: use [Account.BeginContext] where there
// are some, and within another region. By [Weights] it does nothing.
func (a *Account) Begin() Region {
	if a != nil && a.mark != nil {
		pprof.SetGoroutineLabels(a.mark)
		return Region{back: context.Background()}
	}
	return a.BeginWeight(1)
}

// BeginWeight is [Account.Begin] for work that counts as so many regions at
// once. A weight that is not positive and finite counts as 0. By [CPUSamples]
// the weight has no effect.
func (a *Account) BeginWeight(weight float64) Region {
	switch {
	case a == nil || a.ledger == nil || a.ledger.how == Weights:
		return Region{}
	case a.mark != nil:
		return a.Begin()
	}
	if !(weight > 0) || weight > 1e12 {
		weight = 0
	}
	a.ledger.begin(a, weight)
	return Region{account: a, weight: weight}
}

// A Region is work for an account that is under way. The zero Region is of none.
type Region struct {
	account *Account // nil: it marks the goroutine
	weight  float64
	back    context.Context // of the labels to go back to; nil: it marks nothing
}

// End ends the region. It is called once; where the region marks a goroutine, by
// that one.
func (r Region) End() {
	switch {
	case r.back != nil:
		pprof.SetGoroutineLabels(r.back)
	case r.account != nil:
		r.account.ledger.end(r.account, r.weight)
	}
}

// Charge says that the account caused so much of what is split, in any unit that
// all accounts of the ledger are charged in: tokens, rows, seconds. It is for
// [Weights], by [CPUSamples] for the energy of cards, and does nothing
// otherwise. A weight that is not positive and finite counts for nothing.
func (a *Account) Charge(weight float64) {
	if a == nil || a.ledger == nil || a.ledger.how == InFlight || !(weight > 0) || weight-weight != 0 {
		return
	}
	l := a.ledger
	l.mu.Lock()
	defer l.mu.Unlock()
	a.work = min(a.work+weight, math.MaxFloat64/2)
}

// totals returns what the account owns.
func (a *Account) totals(m *Meter) Totals {
	return m.sited(Totals{
		Microjoules: units.Microjoules(a.owned.uj), Unpriced: units.Microjoules(a.owned.unpriced), Operational: units.Carbon(a.owned.grams),
	})
}
