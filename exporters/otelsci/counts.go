package otelsci

import (
	"go.opentelemetry.io/otel/attribute"

	"github.com/scimeter/scimeter/meter"
)

// Bounds on what is told apart of functional units. Together with the accounts
// they stay below the 2000 points of an instrument past which SDKs drop
// attributes (go.opentelemetry.io/otel/sdk/metric v1.47.0, config.go).
const (
	unitLimit  = 64   // units, one of them _OTHER
	countLimit = 1500 // pairs of an account and a unit, before all others are together
)

// A unit is what all series of one functional unit share.
type unit struct {
	name  string
	owned float64 // counted for accounts in this collection
	score options
}

// A count is the series of one unit and account.
type count struct {
	n     float64 // in this collection
	total rising
	opts  options
}

// owner names a count; a nil account is what was counted for none.
type owner struct {
	account *account
	unit    *unit
}

// counts are the series of functional units.
type counts struct {
	units   []*unit
	byName  map[string]*unit // names past the limit too
	whole   attribute.KeyValue
	list    []*count
	byOwner map[owner]*count
}

func newCounts(whole attribute.KeyValue) counts {
	return counts{whole: whole, byName: map[string]*unit{}, byOwner: map[owner]*count{}}
}

// unit returns the unit of that name. Past the limit it is the one of all
// others.
func (cs *counts) unit(name string) *unit {
	if u := cs.byName[name]; u != nil {
		return u
	}
	if len(cs.units) >= unitLimit-1 && name != meter.OverflowUnit {
		u := cs.unit(meter.OverflowUnit)
		cs.byName[name] = u
		return u
	}
	u := &unit{name: name}
	cs.units = append(cs.units, u)
	cs.byName[name] = u
	return u
}

// of returns the series of a unit and account.
func (cs *counts) of(a *account, u *unit, as *accounts) *count {
	c := cs.byOwner[owner{a, u}]
	if c != nil {
		return c
	}
	if a != nil && len(cs.list) >= countLimit {
		if others := as.place(OtherAccount, nil); others != a {
			c = cs.of(others, u, as)
			cs.byOwner[owner{a, u}] = c
			return c
		}
	}
	c = &count{opts: with(unitKey.String(u.name), cs.whole)}
	if a != nil {
		c.opts = with(append(a.attrs, unitKey.String(u.name), cs.whole)...)
	}
	cs.list = append(cs.list, c)
	cs.byOwner[owner{a, u}] = c
	return c
}

// observe observes how many units were done: for each account, and for none
// what is counted of the scope beyond that.
func (cs *counts) observe(o observer, s *meter.Snapshot, as *accounts) {
	for _, c := range cs.list {
		c.n = 0
	}
	for _, u := range cs.units {
		u.owned = 0
	}
	for i := range s.Accounts {
		a := as.of(s.Accounts[i].Account)
		for _, n := range s.Accounts[i].Counts {
			u := cs.unit(n.Unit)
			u.owned += n.N
			cs.of(a, u, as).n += n.N
		}
	}
	for _, n := range s.Counts {
		cs.unowned(n, as)
	}
	for _, c := range cs.list {
		o.see(functionalUnits, c.total.to(c.n), c.opts)
	}
}

// unowned takes in what was counted of a unit for no account. Below rounding
// there is none.
func (cs *counts) unowned(n meter.Count, as *accounts) {
	const rounding = 1e-9
	u := cs.unit(n.Unit)
	rest := n.N - u.owned
	u.owned = max(0, -rest) // units that are together share what accounts own
	if rest > n.N*rounding {
		cs.of(nil, u, as).n += rest
	}
}
