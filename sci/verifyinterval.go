package sci

import (
	"fmt"
	"math"
)

// intervalSlack is how much of its width an interval may be off [E]: the tails
// of a Monte Carlo are not those of a formula.
const intervalSlack = 0.05

// interval wants one that contains the score, and is of the stated uncertainty.
func (v *verifier) interval() {
	r := &v.d.Result
	low, high, score := v.known(r.Low), v.known(r.High), v.result[qScore].best()
	switch {
	case low.known && high.known && low.value > high.value:
		v.find("interval_misplaced", "/result/score_low_g", "the low end is above the high end", r.Low, high)
		return
	case v.result[qScore].suspect || !score.known:
		return
	case low.known && low.value-low.within > score.value+score.within+precise*score.value:
		v.find("interval_misplaced", "/result/score_low_g", "the interval is above the score", r.Low, score)
		return
	case high.known && high.value+high.within < score.value-score.within-precise*score.value:
		v.find("interval_misplaced", "/result/score_high_g", "the interval is below the score", r.High, score)
		return
	}
	if low.known && high.known {
		v.spread(low, high, score)
	}
}

// spread holds an interval against the uncertainty of the inputs.
func (v *verifier) spread(low, high, score reckoning) {
	carbon := v.result[qCarbon].best()
	u := Uncertainty{}
	for _, doubt := range v.d.Uncertainty {
		u[doubt.Input] += doubt.Sigma
	}
	sigma := u.Sigma()
	if len(u) == 0 || !(carbon.value > 0) || v.result[qCarbon].suspect {
		return
	}
	relative := sigma / carbon.value
	spread := math.Exp(coverage * math.Sqrt(math.Log1p(relative*relative)))
	slack := intervalSlack*(high.value-low.value) + low.within + high.within + score.within*(1+relative) + precise*score.value
	near := func(a, b float64) bool {
		return math.Abs(low.value-a) <= slack && math.Abs(high.value-b) <= slack
	}
	lognormal := near(score.value/spread, score.value*spread)
	normal := near(score.value*(1-coverage*relative), score.value*(1+coverage*relative))
	if !lognormal && !normal {
		v.find("interval_mismatch", "/uncertainty", fmt.Sprintf("a standard uncertainty of %.4g %% is not that of an interval of %.4g to %.4g",
			100*relative, low.value, high.value), v.d.Result.High, workedOut(score.value*spread, 0))
	}
}

// ranks order natures from the best; what is not in it is not ranked.
var ranks = map[string]int{"measured": 1, "calculated": 2, "estimated": 3, "modelled": 3, "modeled": 3, "forecast": 4}

// natures wants a result that is no better than what it is made of.
func (v *verifier) natures() {
	result := ranks[v.d.Result.Nature]
	if result == 0 {
		return
	}
	for i := range v.nodes {
		n := &v.nodes[i]
		if ranks[n.c.Nature] > result {
			v.find("nature_overstated", "/result/nature", fmt.Sprintf("%q, with a component that is %s: %s", v.d.Result.Nature, n.c.Nature, n.c.ID), nil, reckoning{})
			return
		}
	}
}
