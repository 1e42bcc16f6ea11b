package sci

import (
	"encoding/json"
	"fmt"
	"slices"
)

// A Restatement is a disclosure as it would be under the method of another.
type Restatement struct {
	Disclosure *Disclosure  `json:"disclosure"`
	Restated   []Difference `json:"restated,omitempty"`  // fields that follow the other method now
	Remaining  []Difference `json:"remaining,omitempty"` // that do not: the document does not say enough
}

// Restate returns b under the method of a, as far as that can be computed from
// what the two state, to be compared with a: scale; the functional unit, by a
// conversion that one of them discloses; the intensity of a zone, the PUE of a
// component of the same ID, the lifespan of hardware, and the TE of hardware of
// the same name, as a has them. What it cannot restate is named in Remaining:
// boundaries, coverage, policies, personas, shares, and whatever is not stated.
//
// Figures are computed anew, and the uncertainty is left out where they are: it
// was that of other inputs. Restate refuses what [Compare] refuses of a side,
// and leaves a and b alone.
func Restate(b, a *Disclosure) (Restatement, error) {
	model, err := sideOf(a)
	if err != nil {
		return Restatement{}, err
	}
	before, err := sideOf(b)
	if err != nil {
		return Restatement{}, err
	}
	d, err := cloneDisclosure(b)
	if err != nil {
		return Restatement{}, err
	}
	r := restating{a: model, d: d}
	if err := r.all(); err != nil {
		return Restatement{}, err
	}
	after, err := sideOf(d)
	if err != nil {
		return Restatement{}, err
	}
	out := Restatement{Disclosure: d, Remaining: checkMethod(model, after).fields}
	for _, f := range checkMethod(model, before).fields {
		if !slices.ContainsFunc(out.Remaining, func(o Difference) bool { return o.Path == f.Path && o.AfterPath == f.AfterPath }) {
			out.Restated = append(out.Restated, f)
		}
	}
	return out, nil
}

func cloneDisclosure(d *Disclosure) (*Disclosure, error) {
	text, err := json.Marshal(d)
	if err != nil {
		return nil, fmt.Errorf("sci: restate: %w", err)
	}
	clone := new(Disclosure)
	if err := json.Unmarshal(text, clone); err != nil {
		return nil, fmt.Errorf("sci: restate: %w", err)
	}
	return clone, nil
}

// restating is a restatement under way. Each step reads d anew.
type restating struct {
	a       *side
	d       *Disclosure
	changed bool // an amount was
}

func (r *restating) all() error {
	r.profile()
	r.unit()
	for _, step := range []func(*side){r.devices, r.sites, r.grids} {
		b, err := readSide(r.d)
		if err != nil {
			return err
		}
		step(b)
	}
	return r.totals()
}

// profile takes that of a, where both editions compute alike.
func (r *restating) profile() {
	alike := []Profile{ISO21031, GSF11}
	if slices.Contains(alike, r.d.Profile) && slices.Contains(alike, r.a.d.Profile) {
		r.d.Profile = r.a.d.Profile
	}
}

// unit takes the functional unit and the scale of a, and states the scores by
// them.
func (r *restating) unit() {
	was := r.d.Unit
	r.convert()
	r.d.Unit.Scale = r.a.d.Unit.Scale
	k := orElse(r.d.Unit.Scale, 1) / orElse(was.Scale, 1) * was.Total.Value / r.d.Unit.Total.Value
	if k == 1 {
		return
	}
	for _, f := range []*Figure{r.d.Result.Score, r.d.Result.Low, r.d.Result.High} {
		f.scale(k)
	}
	scaleScores(r.d.Components, k)
}

func scaleScores(components []ComponentStatement, k float64) {
	for i := range components {
		components[i].Score.scale(k)
		scaleScores(components[i].Parts, k)
	}
}

func (f *Figure) scale(k float64) {
	if f != nil {
		f.Value, f.Within = f.Value*k, f.Within*k
	}
}

// convert takes the unit of a, where a conversion is disclosed.
func (r *restating) convert() {
	from, to := &r.d.Unit, r.a.d.Unit
	if from.Name == to.Name {
		return
	}
	for _, c := range slices.Concat(from.Conversions, to.Conversions) {
		total := reckon(from.Total)
		factor := &reckoned{v: c.Factor}
		switch {
		case !(c.Factor > 0):
			continue
		case c.From == from.Name && c.To == to.Name:
			total = total.over(factor)
		case c.From == to.Name && c.To == from.Name:
			total = total.times(factor)
		default:
			continue
		}
		from.Name, from.Symbol, from.Conversions = to.Name, to.Symbol, to.Conversions
		from.Total = total.figure()
		return
	}
}

// figure returns the figure that states s.
func (s *reckoned) figure() *Figure {
	if s == nil {
		return nil
	}
	return &Figure{Value: s.v, Within: s.within}
}

// sites gives components the PUE of a, where the sources differ. What is said of
// all is changed only if no component goes by it and keeps its own.
func (r *restating) sites(b *side) {
	left := false
	for _, l := range b.lines {
		model := r.a.modelOf(l).site
		if l.site.Source == model.Source {
			continue
		}
		if model.PUE == nil || l.it == nil || l.intensity == nil || r.whole() {
			left = left || l.o != nil && orNew(l.c.Site).Source == ""
			continue
		}
		site := *l.site
		site.PUE, site.Source = model.PUE, model.Source
		l.c.Site = &site
		l.price(l.it.times(reckon(model.PUE)), l.intensity)
		r.changed = true
	}
	if !left && r.d.Site.Source != r.a.d.Site.Source {
		r.d.Site.PUE, r.d.Site.Source = r.a.d.Site.PUE, r.a.d.Site.Source
	}
}

// whole reports whether d has no components: its totals are all there is.
func (r *restating) whole() bool { return len(r.d.Components) == 0 }

// modelOf returns the line of s that l is held against: of its ID, else one that
// has what s says of all.
func (s *side) modelOf(l *sideLine) *sideLine {
	if same := s.byID[l.id]; same != nil {
		return same
	}
	return &sideLine{site: &s.d.Site, grid: &s.d.Grid}
}

// grids gives components the intensity of a for their zone, where those are of
// unlike kinds or sources.
func (r *restating) grids(b *side) {
	left := false
	for _, l := range b.lines {
		model := r.a.modelOf(l).grid
		if l.grid.alike(model) {
			continue
		}
		if model.Value == nil || model.Zone == "" || model.Zone != l.grid.Zone || l.energy == nil || r.whole() {
			left = left || l.o != nil && !orNew(l.c.Grid).alike(l.grid)
			continue
		}
		grid := *model
		l.c.Grid = &grid
		l.price(l.energy, reckon(grid.Value))
		r.changed = true
	}
	if !left && !r.d.Grid.alike(&r.a.d.Grid) {
		r.d.Grid = r.a.d.Grid
	}
}

// price sets what follows from the energy of a component and its intensity.
func (l *sideLine) price(energy, intensity *reckoned) {
	l.energy, l.intensity, l.o = energy, intensity, energy.times(intensity)
	l.c.Facility, l.c.Operational = energy.figure(), l.o.figure()
	l.write()
}

// write sets the sums of a component; its score is left to what reads it.
func (l *sideLine) write() {
	l.carbon = l.o.plus(l.m, 1).or(l.o).or(l.m)
	l.c.Score = nil
	if l.c.Carbon != nil || l.m == nil || l.o == nil {
		l.c.Carbon = l.carbon.figure()
	}
}

// devices gives hardware the lifespan and the TE that it has in a.
func (r *restating) devices(b *side) {
	for _, l := range b.lines {
		if l.m == nil || len(l.c.Hardware) == 0 {
			continue
		}
		model := r.a.modelOf(l)
		var old []Embodies
		if model.c != nil {
			old = model.c.Hardware
		}
		m := *l.m
		for i, j := range pairDevices(old, l.c.Hardware) {
			h := &l.c.Hardware[i]
			was := reckonHardware(h)
			if was == nil {
				continue // its M is in a sum, and would stay as it was
			}
			if j >= 0 {
				restateTE(h, &old[j])
				restateLifespan(h, old[j].Lifespan)
			} else {
				restateLifespan(h, r.a.onlyLifespan())
			}
			if now := reckonHardware(h); now != nil && *now != *was {
				l.m = &reckoned{max(0, l.m.v+now.v-was.v), l.m.within}
			}
		}
		if *l.m == m {
			continue
		}
		r.changed = true
		if l.c.Embodied != nil {
			l.c.Embodied = l.m.figure()
		}
		l.write()
	}
}

// onlyLifespan returns that of all hardware of s; nil if there are several.
func (s *side) onlyLifespan() *Figure {
	if len(s.usualHardware().lifespans) != 1 {
		return nil
	}
	for _, l := range s.lines {
		for _, h := range l.c.Hardware {
			return h.Lifespan
		}
	}
	return nil
}

func restateTE(h, model *Embodies) {
	if h.Source == model.Source && sortedText(h.Stages) == sortedText(model.Stages) || model.TE == nil {
		return
	}
	if h.M != nil && (h.TE == nil || h.TE.Value == 0) {
		return // M of nobody knows what
	}
	if h.M != nil {
		h.M = reckon(h.M).times(reckon(model.TE)).over(reckon(h.TE)).figure()
	}
	h.TE, h.Low, h.High, h.Stages = model.TE, model.Low, model.High, slices.Clone(model.Stages)
	h.Source, h.Vintage, h.Nature = model.Source, model.Vintage, model.Nature
}

func restateLifespan(h *Embodies, lifespan *Figure) {
	if h.Lifespan == nil || lifespan == nil || !(lifespan.Value > 0) || h.Lifespan.Value == lifespan.Value {
		return
	}
	if h.M != nil {
		h.M = reckon(h.M).times(reckon(h.Lifespan)).over(reckon(lifespan)).figure()
	}
	h.Lifespan = lifespan
}

// totals sets the totals that d states, and leaves out what they no longer have.
func (r *restating) totals() error {
	s, err := readSide(r.d)
	if err != nil {
		return err
	}
	if !r.changed {
		return nil
	}
	r.d.Uncertainty = nil
	dropSums(r.d.Components)
	to := &r.d.Result
	carbon := s.total()
	to.Carbon, to.Score, to.Low, to.High = Exactly(carbon.v), Exactly(s.rate(carbon.v)), nil, nil
	for _, f := range []struct {
		to **Figure
		of func(*sideLine) *reckoned
	}{
		{&to.Facility, func(l *sideLine) *reckoned { return l.energy }},
		{&to.Operational, func(l *sideLine) *reckoned { return l.o }},
		{&to.Embodied, func(l *sideLine) *reckoned { return l.m }},
	} {
		if *f.to != nil {
			*f.to = Exactly(s.sum(f.of).v)
		}
	}
	return nil
}

// dropSums leaves out what groups state of their parts, which has changed.
func dropSums(components []ComponentStatement) {
	for i := range components {
		c := &components[i]
		if c.Sums && len(c.Parts) > 0 {
			c.IT, c.Facility, c.Idle, c.Operational, c.Embodied, c.Carbon, c.Score = nil, nil, nil, nil, nil, nil, nil
		}
		dropSums(c.Parts)
	}
}
