package sci

import (
	"cmp"
	"slices"

	"github.com/scimeter/scimeter/units"
)

// FactorLifespan is EL, which M is divided by, for an [UncertainInput].
const FactorLifespan Factor = "EL"

// An UncertainInput is an input of a score that is not known for sure: which
// factor of which components it is, and what it may be. Inputs of one ID are one
// and the same: drawn once, whatever they move.
type UncertainInput struct {
	ID string // as in an [Uncertainty]

	// Of is the factor: FactorEnergy, FactorPUE, FactorIntensity,
	// FactorOperational (all of O), FactorEmbodied (M or TE), FactorLifespan
	// or FactorUnits.
	Of Factor

	// Components are the IDs of those it is a factor of, with those of what
	// they are part of before them, as in [ComponentChange]; nil: all.
	Components []string

	// Dist is of what multiplies the stated figure, so it is about 1; see
	// [Dist.Over]. Absolute says that it is of the figure itself, in the unit of
	// the disclosure (kWh, g/kWh, g): for what is not stated, or replaced. A
	// lifespan and R are only multiplied.
	Dist     Dist
	Absolute bool
}

// An evaluation computes a score again with other inputs.
type evaluation struct {
	rows   []evaluationRow
	r      float64 // functional units over the scale
	perR   []int   // inputs that multiply R
	inputs []UncertainInput
}

// An evaluationRow is a component: what is stated, and which inputs move it.
type evaluationRow struct {
	energy, pue, intensity, m, rest term
	lifespan                        []int
	operational                     []int // multiply all of O
	fixed                           float64
	split                           bool // O is energy·pue·intensity, else rest
	opaque                          bool // fixed is all
}

// A term is a figure and the inputs that replace or multiply it.
type term struct {
	v       float64
	known   bool
	replace int // 1 + place of the input; 0: none
	times   []int
}

func (t *term) value(drawn []float64) float64 {
	v := t.v
	if t.replace > 0 {
		v = drawn[t.replace-1]
	}
	for _, i := range t.times {
		v *= drawn[i]
	}
	return v
}

func (t *term) settled() bool { return t.known || t.replace > 0 }

func (t *term) move(i int, in *UncertainInput) {
	if in.Absolute {
		t.replace = i + 1
		return
	}
	t.times = append(t.times, i)
}

// evaluate returns the evaluation of a side.
func evaluate(s *side, inputs []UncertainInput) (*evaluation, error) {
	e := &evaluation{r: s.r / s.scale, inputs: inputs, rows: make([]evaluationRow, len(s.lines))}
	place := map[string]int{}
	for i, l := range s.lines {
		e.rows[i], place[l.id] = rowOf(l), i
	}
	for i := range inputs {
		in := &inputs[i]
		if in.Of == FactorUnits && !in.Absolute {
			e.perR = append(e.perR, i)
			continue
		}
		moved := 0
		for _, at := range in.places(place, len(e.rows)) {
			if e.rows[at].moveBy(i, in) {
				moved++
			}
		}
		if moved == 0 {
			return nil, refuse(ErrInput, "input %q of %q", in.ID, in.Of)
		}
	}
	for i := range e.rows {
		if err := e.rows[i].check(s.lines[i]); err != nil {
			return nil, err
		}
	}
	return e, nil
}

func (in *UncertainInput) places(place map[string]int, n int) []int {
	var all []int
	if in.Components == nil {
		for i := range n {
			all = append(all, i)
		}
		return all
	}
	for _, id := range in.Components {
		if i, ok := place[id]; ok {
			all = append(all, i)
		}
	}
	return all
}

func rowOf(l *sideLine) evaluationRow {
	known := func(f *reckoned) term { return term{v: f.value(), known: f != nil} }
	row := evaluationRow{
		energy: known(l.it), pue: known(l.pue), intensity: known(l.intensity.or(reckon(l.grid.Value))),
		m: known(l.m), rest: known(l.o),
	}
	if l.it == nil && l.energy != nil { // of the facility: its PUE is in it
		row.energy, row.pue = known(l.energy), term{v: 1, known: true}
	}
	if l.pue == nil {
		row.pue = row.pue.or(known(reckon(l.site.PUE)))
	}
	if l.opaque() {
		row.fixed, row.opaque = l.carbon.v, true
		return row
	}
	row.split = row.energy.known && (l.o == nil || row.pue.known && row.intensity.known)
	return row
}

func (t term) or(o term) term {
	if t.known {
		return t
	}
	return o
}

// moveBy reports whether the input is a factor of the component.
func (r *evaluationRow) moveBy(i int, in *UncertainInput) bool {
	if r.opaque {
		return false
	}
	var t *term
	switch in.Of {
	case FactorEnergy:
		t = &r.energy
	case FactorPUE:
		t = &r.pue
	case FactorIntensity:
		t = &r.intensity
	case FactorEmbodied:
		t = &r.m
	case FactorOperational:
		if in.Absolute {
			r.split, t = false, &r.rest
			break
		}
		r.operational = append(r.operational, i)
		return r.split || r.rest.settled()
	case FactorLifespan:
		r.lifespan = append(r.lifespan, i)
		return r.m.settled() && !in.Absolute
	default:
		return false
	}
	t.move(i, in)
	r.split = r.split || in.Absolute && t != &r.m && t != &r.rest
	return t.settled() && (t == &r.m || t == &r.rest || r.split)
}

// check refuses a component of which a factor is neither stated nor an input.
func (r *evaluationRow) check(l *sideLine) error {
	if !r.split {
		return nil
	}
	for _, f := range []struct {
		name Factor
		term *term
	}{{FactorEnergy, &r.energy}, {FactorPUE, &r.pue}, {FactorIntensity, &r.intensity}} {
		if !f.term.settled() {
			return refuse(ErrInput, "component %q has no %s, stated or as an input", l.id, f.name)
		}
	}
	return nil
}

// grams returns O + M.
func (r *evaluationRow) grams(drawn []float64) float64 {
	o := 0.0
	if r.split {
		o = r.energy.value(drawn) * r.pue.value(drawn) * r.intensity.value(drawn)
	} else {
		o = r.rest.value(drawn)
	}
	for _, i := range r.operational {
		o *= drawn[i]
	}
	m := r.m.value(drawn)
	for _, i := range r.lifespan {
		m /= drawn[i]
	}
	return o + m + r.fixed
}

// score returns grams per scale functional units.
func (e *evaluation) score(drawn []float64) float64 {
	var all sum
	for i := range e.rows {
		all.add(e.rows[i].grams(drawn))
	}
	r := e.r
	for _, i := range e.perR {
		r *= drawn[i]
	}
	return all.value() / r
}

// distinct returns the distribution of each ID once, and for each input the
// place of its own.
func distinct(inputs []UncertainInput) ([]Dist, []int, error) {
	place := map[string]int{}
	var dists []Dist
	places := make([]int, len(inputs))
	for i, in := range inputs {
		if err := in.Dist.check(); err != nil {
			return nil, nil, err
		}
		at, ok := place[in.ID]
		if !ok {
			at = len(dists)
			place[in.ID], dists = at, append(dists, in.Dist)
		}
		if dists[at] != in.Dist {
			return nil, nil, refuse(ErrDistribution, "input %q has two distributions", in.ID)
		}
		places[i] = at
	}
	return dists, places, nil
}

// spread gives each input what was drawn for its ID.
func spread(into, drawn []float64, places []int) []float64 {
	for i, at := range places {
		into[i] = drawn[at]
	}
	return into
}

// Simulate returns the score of d as its uncertain inputs may make it. Factors
// are best lognormal, meters normal, lifespans and PUEs triangular. It refuses
// what [Compare] refuses of a side, an input that moves nothing ([ErrInput]) and
// distributions that cannot be ([ErrDistribution]).
func Simulate(d *Disclosure, mc MonteCarlo, inputs ...UncertainInput) (*Simulation, error) {
	e, dists, places, err := prepare(d, inputs)
	if err != nil {
		return nil, err
	}
	into := make([]float64, len(inputs))
	return mc.run(dists, func(drawn []float64) float64 { return e.score(spread(into, drawn, places)) })
}

func prepare(d *Disclosure, inputs []UncertainInput) (*evaluation, []Dist, []int, error) {
	s, err := readSide(d)
	if err != nil {
		return nil, nil, nil, err
	}
	dists, places, err := distinct(inputs)
	if err != nil {
		return nil, nil, nil, err
	}
	e, err := evaluate(s, inputs)
	return e, dists, places, err
}

// Extremes returns the least and the greatest score of d, in grams per Scale
// functional units, when every input is at the worse or the better end of its
// [Dist.Range] at once: an interval for inputs that are missing, of which no
// more than a range is known. It is wider than any probability.
func Extremes(d *Disclosure, inputs ...UncertainInput) (low, high units.Carbon, err error) {
	e, dists, places, err := prepare(d, inputs)
	if err != nil {
		return 0, 0, err
	}
	best, worst := make([]float64, len(inputs)), make([]float64, len(inputs))
	for i, in := range inputs {
		best[i], worst[i] = dists[places[i]].Range()
		if in.Of == FactorLifespan || in.Of == FactorUnits {
			best[i], worst[i] = worst[i], best[i]
		}
	}
	return units.Carbon(finite(e.score(best))), units.Carbon(finite(e.score(worst))), nil
}

// FirstOrder returns the uncertainty of O + M of d in grams, by input: what one
// standard deviation of each input does, to first order. It refuses what
// [Simulate] refuses. R moves the score and not the carbon; it is given as the
// carbon that would move the score as far.
func FirstOrder(d *Disclosure, inputs ...UncertainInput) (Uncertainty, error) {
	e, dists, places, err := prepare(d, inputs)
	if err != nil {
		return nil, err
	}
	into := make([]float64, len(inputs))
	at := make([]float64, len(dists))
	for i, dist := range dists {
		at[i] = dist.Mean()
	}
	u := Uncertainty{}
	for i, in := range inputs {
		k := places[i]
		if _, done := u[in.ID]; done {
			continue
		}
		step := dists[k].Sigma() * slope
		moved := slices.Clone(at)
		moved[k] = at[k] + step
		up := e.score(spread(into, moved, places))
		moved[k] = at[k] - step
		down := e.score(spread(into, moved, places))
		u[in.ID] = finite((up - down) / (2 * slope) * e.r)
	}
	return u, nil
}

// slope is the part of a standard deviation over which a derivative is taken.
const slope = 1e-3

// simulate draws both sides at once.
func (c *comparing) simulate(a, b *side) (*Simulation, error) {
	inputsA, inputsB := c.named("before"), c.named("after")
	dists, places, err := distinct(slices.Concat(inputsA, inputsB))
	if err != nil {
		return nil, err
	}
	before, errA := evaluate(a, inputsA)
	after, errB := evaluate(b, inputsB)
	if err := cmp.Or(errA, errB); err != nil {
		return nil, err
	}
	into, n := make([]float64, len(places)), len(inputsA)
	return c.simulation.run(dists, func(drawn []float64) float64 {
		spread(into, drawn, places)
		return after.score(into[n:]) - before.score(into[:n])
	})
}

// named returns the inputs, those that the sides do not share by the name of
// the side.
func (c *comparing) named(side string) []UncertainInput {
	inputs := slices.Clone(c.inputs)
	for i := range inputs {
		if c.isIndependent(inputs[i].ID) {
			inputs[i].ID += " (" + side + ")"
		}
	}
	return inputs
}
