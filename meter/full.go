package meter

import (
	"math"

	"github.com/scimeter/scimeter/units"
)

// Full returns the accounts of u with [IdleAccount] spread over the others: what
// flows anyway, and what the hardware embodies, in proportion to the dynamic
// carbon of each over the whole window, or to its dynamic energy where none has a
// price. The account of idle is left out, and the sums are the same. Where
// nothing was worked there is nothing to go by, and all stays with idle.
//
// What an account owns by itself is its direct use; see [Usage.Accounts].
func (u Usage) Full() []AccountTotal {
	idle, others := Totals{}, make([]AccountTotal, 0, len(u.Accounts))
	for _, a := range u.Accounts {
		if a.Account.Name() == IdleAccount {
			idle = idle.plus(a.Totals)
			continue
		}
		others = append(others, a)
	}
	weights, sum := fullWeights(others)
	if !(sum > 0) {
		return append([]AccountTotal(nil), u.Accounts...)
	}
	var given Totals
	running := 0.0
	for i := range others {
		running += weights[i]
		part := idle.upTo(running/sum, i == len(others)-1)
		others[i].Totals = others[i].Totals.plus(part.minus(given))
		given = part
	}
	return others
}

// fullWeights are what _idle is spread by.
func fullWeights(accounts []AccountTotal) (weights []float64, sum float64) {
	weights = make([]float64, len(accounts))
	for i, a := range accounts {
		weights[i] = float64(a.Operational)
		sum += weights[i]
	}
	if sum > 0 {
		return weights, sum
	}
	for i, a := range accounts {
		weights[i] = float64(a.Microjoules)
		sum += weights[i]
	}
	return weights, sum
}

// upTo returns a share of t, all of it at the last.
func (t Totals) upTo(share float64, last bool) Totals {
	if last {
		return t
	}
	part := func(uj units.Microjoules) units.Microjoules {
		return min(uj, units.Microjoules(math.Round(float64(uj)*share)))
	}
	return Totals{
		Microjoules: part(t.Microjoules), Static: part(t.Static), Unpriced: part(t.Unpriced),
		Facility: t.Facility * units.FacilityEnergy(share), Operational: t.Operational * units.Carbon(share),
		Embodied: t.Embodied * units.Carbon(share), Water: t.Water * units.Water(share),
	}
}
