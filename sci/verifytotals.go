package sci

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// A totalOf is a figure that is stated to be the sum of others.
type totalOf struct {
	path    string
	figure  *Figure
	tally   tally
	q       int    // which quantity
	code    string // of a plain mismatch; "" stands for total_mismatch
	members []int  // nodes that are in it
	te      reckoning
	guesses func() []guess
}

// total holds a sum against its members.
func (v *verifier) total(t totalOf) quantity {
	if t.code == "" {
		t.code = "total_mismatch"
	}
	q, f := v.settle(relation{
		path:   t.path,
		figure: t.figure,
		want:   t.tally.wants(),
		code:   t.code,
		from:   "the sum",
		energy: t.q == qIT || t.q == qFacility,
		open:   t.tally.open,
		guesses: func() []guess {
			all := []guess{{"te_not_time_shared", t.te, "it is all of TE"}}
			if t.guesses != nil {
				all = append(all, t.guesses()...)
			}
			return all
		},
	})
	if f != nil {
		v.wrongSums = true
		if f.Code == t.code && t.members != nil {
			v.missing(f, t)
		}
		v.keep(*f)
		return q
	}
	if t.figure != nil {
		v.roundedTerms(t)
	}
	return q
}

// roundedTerms looks for a total that was made of rounded figures.
func (v *verifier) roundedTerms(t totalOf) {
	if deep, yes := t.tally.rounded(t.figure); yes {
		v.find("rounded_terms", t.path, fmt.Sprintf("states %.9g, the sum of rounded figures; that of the figures before rounding is %.9g", t.figure.Value, deep.value), t.figure, deep)
	}
}

// missing looks for a component that is not in a total, or is twice in it, and
// makes that the finding.
func (v *verifier) missing(f *Finding, t totalOf) {
	want := t.tally.total()
	off := want.minus(v.known(t.figure))
	slack := off.within + precise*math.Abs(want.value)
	if !off.known || slack > math.Abs(off.value)/20 {
		return
	}
	for _, m := range t.members {
		value := v.nodes[m].sums[t.q].total()
		if !value.known || value.value == 0 || math.Abs(math.Abs(off.value)-value.value) > slack+value.within {
			continue
		}
		f.Code, f.Path = "component_left_out", v.nodes[m].path
		if off.value < 0 {
			f.Code = "component_counted_twice"
		}
		f.Message = fmt.Sprintf("%s states %.9g where the sum is %.9g: the difference is this component", t.path, t.figure.Value, want.value)
		*f = finding(f.Code, f.Path, f.Message, t.figure, want)
		return
	}
}

// totals computes the result.
func (v *verifier) totals(all [quantities]tally, top []int) {
	figures := resultFigures(&v.d.Result)
	of := func(q int) totalOf {
		return totalOf{path: "/result/" + quantityNames[q], figure: figures[q], tally: all[q], q: q, members: top}
	}
	v.result[qIT] = v.total(of(qIT))
	v.result[qFacility] = v.totalFacility(of(qFacility))
	v.result[qOperational] = v.totalOperational(of(qOperational))
	v.result[qTE] = v.total(of(qTE))
	v.result[qEmbodied] = v.totalEmbodied(of(qEmbodied))
	v.result[qCarbon] = v.totalCarbon(of(qCarbon), all)
	for _, t := range all {
		v.wrongSums = v.wrongSums || t.suspects > 0
	}
	v.totalScore(of(qScore))
}

// sumKnown reports whether components say what a total should be.
func (t totalOf) sumKnown() bool { return t.tally.whole().known }

func (v *verifier) totalFacility(t totalOf) quantity {
	it, pue := v.result[qIT], v.pue.value
	t.guesses = func() []guess { return pueGuesses(it.best(), pue) }
	if t.sumKnown() || !it.best().known || !v.oneSite() {
		return v.total(t)
	}
	q := v.check(relation{
		path:    t.path,
		figure:  t.figure,
		want:    combine(it, quantity{stated: pue}, multiplied),
		code:    "facility_mismatch",
		from:    "IT energy times PUE",
		energy:  true,
		guesses: t.guesses,
	})
	if v.d.Site.PUE == nil {
		v.impliedPUE(t.path, t.figure, q, it)
	}
	return q
}

// oneSite reports whether no component has a PUE of its own.
func (v *verifier) oneSite() bool {
	for i := range v.nodes {
		if _, shared := v.pueFigure(v.nodes[i].c); !shared {
			return false
		}
	}
	return true
}

// oneGrid reports whether no component has an intensity of its own.
func (v *verifier) oneGrid() bool {
	for i := range v.nodes {
		if _, shared := v.gridFigure(v.nodes[i].c); !shared {
			return false
		}
	}
	return true
}

func (v *verifier) totalOperational(t totalOf) quantity {
	it, facility := v.result[qIT].best(), v.result[qFacility]
	market := v.known(v.d.Memo.MarketBased)
	t.guesses = func() []guess {
		return append(operationalGuesses(it, facility.best(), v.pue.value, v.grid.value),
			guess{"market_based", market, "it is the market-based figure of the memo"})
	}
	if t.sumKnown() || !v.oneGrid() {
		return v.total(t)
	}
	i, _ := v.gridOf(&ComponentStatement{})
	q := v.check(relation{
		path:    t.path,
		figure:  t.figure,
		want:    combine(facility, i, multiplied),
		code:    "operational_mismatch",
		from:    "facility energy times intensity",
		guesses: t.guesses,
	})
	if v.d.Grid.Value == nil {
		v.impliedIntensity(t.path, t.figure, q, facility)
	}
	return q
}

func (v *verifier) totalEmbodied(t totalOf) quantity {
	t.te = v.result[qTE].best()
	q := v.total(t)
	v.zeroTotal(t, q)
	return q
}

func (v *verifier) totalCarbon(t totalOf, all [quantities]tally) quantity {
	o, m := v.result[qOperational], v.result[qEmbodied]
	if !o.best().known && !m.best().known {
		return v.total(t)
	}
	want := v.carbons(o, m)
	q, f := v.settle(relation{
		path:   t.path,
		figure: t.figure,
		want:   want,
		code:   "total_mismatch",
		from:   "O + M",
		open:   !o.best().known || !m.best().known,
		guesses: func() []guess {
			return append(carbonGuesses(o, m), v.trainingGuess(want[0])...)
		},
	})
	switch {
	case f != nil:
		v.wrongSums = true
		v.keep(*f)
	case t.figure != nil:
		var terms tally
		terms.add(o)
		terms.add(m)
		v.roundedTerms(totalOf{path: t.path, figure: t.figure, tally: terms})
		if all[qOperational].open || all[qEmbodied].open {
			v.total(t)
		}
	}
	return q
}

// trainingGuess is a consumer's score with the carbon of the memo in it.
func (v *verifier) trainingGuess(carbon reckoning) []guess {
	if !v.consumer() {
		return nil
	}
	return []guess{{"consumer_training", carbon.plus(v.known(v.d.Memo.Training)), "the training of the memo is in it"}}
}

func (v *verifier) consumer() bool {
	if v.d.AI != nil && strings.TrimSpace(v.d.AI.Persona) != "" {
		return strings.EqualFold(strings.TrimSpace(v.d.AI.Persona), "consumer")
	}
	return v.d.Profile == SCIAIConsumer
}

// totalScore holds the score against carbon over R, and against the scores of
// the components.
func (v *verifier) totalScore(t totalOf) {
	want := v.scores(v.result[qCarbon])
	if v.d.Result.Carbon == nil { // whoever added up may have taken the terms as they should be
		for _, c := range v.carbons(v.result[qOperational], v.result[qEmbodied]) {
			want = append(want, v.scores(quantity{derived: c})...)
		}
	}
	q, f := v.settle(relation{
		path:   t.path,
		figure: t.figure,
		want:   want,
		code:   "score_mismatch",
		from:   "O + M per R",
		guesses: func() []guess {
			return append(v.scoreGuesses(v.result), v.printedScores(t.tally)...)
		},
	})
	v.result[qScore] = q
	v.done.keep(q, f, v.result[qCarbon].best().scale(v.scale).over(q.stated))
	v.resolve(&v.done)
	switch {
	case f != nil:
	case t.figure != nil && !v.wrongSums:
		t.code = "scores_do_not_sum"
		v.total(t)
	}
}

// printedScores is the sum of the scores that components state, as printed.
func (v *verifier) printedScores(scores tally) []guess {
	if !slices.ContainsFunc(v.nodes, func(n node) bool { return n.c.Score != nil }) {
		return nil
	}
	sum := scores.whole()
	sum.within = 0
	return []guess{{"rounded_terms", sum, "it is the sum of the scores of the components as printed"}}
}
