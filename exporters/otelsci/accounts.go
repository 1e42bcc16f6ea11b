package otelsci

import (
	"go.opentelemetry.io/otel/attribute"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/source"
)

// An account is the series of one account, or of all that are not told apart.
type account struct {
	attrs []attribute.KeyValue // labels, and the name after them

	energy, operational, embodied, water options

	sum meter.Totals // of this collection

	joules, grams, hardware, litres rising
}

// accounts are the series that are told apart by account.
type accounts struct {
	limit   int
	nature  source.Nature // of a series, which cannot change with time
	whole   attribute.KeyValue
	list    []*account
	byOwner map[*meter.Account]*account
	bySet   map[attribute.Distinct]*account
	named   int // of list, without those that every meter has
}

func newAccounts(limit int, nature source.Nature, whole attribute.KeyValue) accounts {
	return accounts{
		limit: limit, nature: nature, whole: whole,
		byOwner: map[*meter.Account]*account{}, bySet: map[attribute.Distinct]*account{},
	}
}

// of returns the series of an account.
func (as *accounts) of(owner *meter.Account) *account {
	if a := as.byOwner[owner]; a != nil {
		return a
	}
	a := as.place(owner.Name(), owner.Labels())
	as.byOwner[owner] = a
	return a
}

// place finds the series of an account that is new. Past the limit it is that
// of all others, where it stays.
func (as *accounts) place(name string, labels []meter.Label) *account {
	attrs := make([]attribute.KeyValue, 0, len(labels)+1)
	for _, l := range labels {
		attrs = append(attrs, attribute.String(l.Key, l.Value))
	}
	attrs = append(attrs, accountKey.String(name))
	set := attribute.NewSet(attrs...)
	if a := as.bySet[set.Equivalent()]; a != nil {
		return a
	}
	switch name {
	case meter.IdleAccount, meter.UnattributedAccount, OtherAccount:
	default:
		if as.named >= as.limit {
			return as.place(OtherAccount, nil)
		}
		as.named++
	}
	a := as.add(set.ToSlice())
	as.bySet[set.Equivalent()] = a
	return a
}

// add makes the series of an account.
func (as *accounts) add(attrs []attribute.KeyValue) *account {
	attrs = attrs[:len(attrs):len(attrs)] // appended to without being changed
	a := &account{
		attrs:       attrs,
		energy:      with(append(attrs, natureAttr(as.nature), as.whole)...),
		operational: with(append(attrs, componentKey.String(operational))...),
		embodied:    with(append(attrs, componentKey.String(embodied))...),
		water:       with(attrs...),
	}
	as.list = append(as.list, a)
	return a
}

// observe observes what each account owns. Of the carbon of the energy there
// is a series from the first price on; of what the hardware embodies, where
// there is any.
func (as *accounts) observe(o observer, s *meter.Snapshot) {
	for _, a := range as.list {
		a.sum = meter.Totals{}
	}
	for i := range s.Accounts {
		as.of(s.Accounts[i].Account).add(&s.Accounts[i].Totals)
	}
	priced := s.Signal != (intensity.Signal{})
	for _, a := range as.list {
		o.see(energy, a.joules.to(a.sum.Microjoules.Joules()), a.energy)
		o.see(water, a.litres.to(float64(a.sum.Water)), a.water)
		if priced {
			o.see(emissions, a.grams.to(float64(a.sum.Operational)), a.operational)
		}
		if g := a.hardware.to(float64(a.sum.Embodied)); g > 0 {
			o.see(emissions, g, a.embodied)
		}
	}
}

func (a *account) add(t *meter.Totals) {
	a.sum.Microjoules += t.Microjoules
	a.sum.Operational += t.Operational
	a.sum.Embodied += t.Embodied
	a.sum.Water += t.Water
}

// natureAttr returns the attribute of a nature, which is left out where it is
// not known.
func natureAttr(n source.Nature) attribute.KeyValue {
	if n == 0 {
		return natureKey.String("")
	}
	return natureKey.String(n.String())
}
