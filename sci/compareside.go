package sci

import (
	"math"
	"slices"
	"strconv"
)

// A reckoned is a figure of a document or what follows from such, and how far off
// it may be because of what was rounded. A nil one is not known.
type reckoned struct{ v, within float64 }

func reckon(f *Figure) *reckoned {
	if f == nil {
		return nil
	}
	return &reckoned{f.Value, f.Within}
}

func (s *reckoned) or(o *reckoned) *reckoned {
	if s != nil {
		return s
	}
	return o
}

func (s *reckoned) plus(o *reckoned, sign float64) *reckoned {
	if s == nil || o == nil {
		return nil
	}
	return &reckoned{s.v + sign*o.v, s.within + o.within}
}

func (s *reckoned) times(o *reckoned) *reckoned {
	if s == nil || o == nil {
		return nil
	}
	return &reckoned{s.v * o.v, math.Abs(s.v)*o.within + math.Abs(o.v)*s.within}
}

func (s *reckoned) over(o *reckoned) *reckoned {
	if s == nil || o == nil || o.v == 0 {
		return nil
	}
	q := s.v / o.v
	return &reckoned{q, (s.within + math.Abs(q)*o.within) / math.Abs(o.v)}
}

func (s *reckoned) value() float64 {
	if s == nil {
		return 0
	}
	return s.v
}

// A side is one of two disclosures, in the figures that its score is made of.
type side struct {
	d        *Disclosure
	lines    []*sideLine
	byID     map[string]*sideLine
	r, scale float64
	usual    *usualHardware // made when it is asked for
}

// A sideLine is what one component states of itself, without its parts.
type sideLine struct {
	id   string // its own and those of what it is part of, outermost first, joined by "/"
	path string // JSON pointer
	c    *ComponentStatement

	site *SiteStatement // in effect
	grid *GridStatement // in effect

	it, pue, energy, intensity *reckoned // kWh, –, kWh of the facility, g/kWh
	o, m, carbon               *reckoned // grams; carbon is O + M
}

// sideOf reads a disclosure whose totals its components make.
func sideOf(d *Disclosure) (*side, error) {
	s, err := readSide(d)
	if err != nil {
		return nil, err
	}
	return s, s.check()
}

// readSide reads a disclosure.
func readSide(d *Disclosure) (*side, error) {
	if d == nil {
		return nil, refuse(ErrNotMeasured, "compare no disclosure")
	}
	s := &side{d: d, byID: map[string]*sideLine{}, scale: orElse(d.Unit.Scale, 1)}
	if err := s.readUnit(); err != nil {
		return nil, err
	}
	root := sideLine{site: &d.Site, grid: &d.Grid}
	if err := s.read(d.Components, root, "/components"); err != nil {
		return nil, err
	}
	if len(s.lines) == 0 {
		if err := s.readResult(root); err != nil {
			return nil, err
		}
	}
	return s, nil
}

func (s *side) readUnit() error {
	total := s.d.Unit.Total
	switch {
	case total == nil:
		return refuse(ErrUnitsMissing, "compare a score per %q", s.d.Unit.Name)
	case !(total.Value > 0) || !isFinite(total.Value):
		return refuse(ErrUnitsNotPositive, "compare a score per %q with R = %v", s.d.Unit.Name, total.Value)
	case !(s.scale > 0) || !isFinite(s.scale):
		return refuse(ErrUnitsNotPositive, "compare a score per %v %q", s.scale, s.d.Unit.Name)
	}
	s.r = total.Value
	return nil
}

func (s *side) read(components []ComponentStatement, above sideLine, path string) error {
	for i := range components {
		c := &components[i]
		l := above
		l.c, l.path = c, path+"/"+strconv.Itoa(i)
		l.id = idBelow(above.id, c.ID)
		l.site, l.grid = c.Site.under(above.site), c.Grid.under(above.grid)
		if c.Sums && len(c.Parts) > 0 {
			if err := s.readGroup(l); err != nil {
				return err
			}
			continue
		}
		if err := s.add(l); err != nil {
			return err
		}
		if err := s.read(c.Parts, l, l.path+"/parts"); err != nil {
			return err
		}
	}
	return nil
}

// readGroup takes the parts of a component whose figures are sums over them,
// and the sums where the parts state no carbon.
func (s *side) readGroup(l sideLine) error {
	first := len(s.lines)
	if err := s.read(l.c.Parts, l, l.path+"/parts"); err != nil {
		return err
	}
	parts := side{lines: s.lines[first:]}
	if !slices.ContainsFunc(parts.lines, func(l *sideLine) bool { return l.carbon != nil }) {
		return s.add(l)
	}
	total := parts.total()
	if l.c.Carbon.Agrees(total.v, total.within) {
		return nil
	}
	return refuse(ErrInconsistent, "compare: %s/carbon_g is %v, and its parts sum to %v", l.path, l.c.Carbon.Value, total.v)
}

func idBelow(above, id string) string {
	if above == "" {
		return id
	}
	return above + "/" + id
}

// readResult takes the totals as those of one component without a name, where
// a document has no components.
func (s *side) readResult(root sideLine) error {
	r := s.d.Result
	root.path = "/result"
	root.c = &ComponentStatement{
		IT: r.IT, Facility: r.Facility, Operational: r.Operational, Embodied: r.Embodied, Carbon: r.Carbon, Score: r.Score,
	}
	return s.add(root)
}

func (s *side) add(l sideLine) error {
	if _, twice := s.byID[l.id]; twice {
		return refuse(ErrComponentTwice, "compare: component %q at %s", l.id, l.path)
	}
	l.derive(s)
	for _, g := range []*reckoned{l.it, l.pue, l.energy, l.intensity, l.o, l.m, l.carbon} {
		switch {
		case g == nil:
		case !isFinite(g.v):
			return refuse(ErrNotFinite, "compare: component %q at %s", l.id, l.path)
		case g.v < 0:
			return refuse(ErrNegativeCarbon, "compare: component %q at %s has %v", l.id, l.path, g.v)
		}
	}
	s.lines = append(s.lines, &l)
	s.byID[l.id] = &l
	return nil
}

// derive works out what c does not state from what it does.
func (l *sideLine) derive(s *side) {
	c := l.c
	watts := reckon(c.Power).times(reckon(c.Hours))
	l.it = reckon(c.IT).or(watts.times(&reckoned{v: 1e-3}))
	l.energy = reckon(c.Facility).or(l.it.times(reckon(l.site.PUE)))
	l.pue = l.energy.over(l.it)
	l.m = l.embodied()
	l.carbon = reckon(c.Carbon).or(reckon(c.Score).times(&reckoned{v: s.r / s.scale}))
	l.o = reckon(c.Operational).or(l.energy.times(reckon(l.grid.Value))).or(l.carbon.plus(l.m, -1))
	l.m = l.m.or(l.carbon.plus(l.o, -1))
	switch {
	case l.o != nil && l.m != nil:
		l.carbon = l.o.plus(l.m, 1)
	case l.carbon == nil:
		l.carbon = l.o.or(l.m)
	}
	l.intensity = l.o.over(l.energy)
	for _, difference := range []*reckoned{l.o, l.m} { // of rounded figures
		if difference != nil && difference.v < 0 && -difference.v <= difference.within {
			difference.v = 0
		}
	}
}

// opaque reports whether l states carbon, and not what of it is O and what M.
func (l *sideLine) opaque() bool { return l.carbon != nil && l.o == nil && l.m == nil }

// embodied returns M, where all of it is stated or can be computed.
func (l *sideLine) embodied() *reckoned {
	switch {
	case l.c.Embodied != nil:
		return reckon(l.c.Embodied)
	case len(l.c.Hardware) > 0:
		m := &reckoned{}
		for i := range l.c.Hardware {
			m = m.plus(reckonHardware(&l.c.Hardware[i]), 1)
		}
		return m
	case l.c.NoHardware != "":
		return &reckoned{}
	}
	return nil
}

// reckonHardware returns M of one device, TE·(TiR/EL)·(RR/ToR).
func reckonHardware(h *Embodies) *reckoned {
	share := reckon(h.Share).or(reckon(h.RR).over(reckon(h.ToR)))
	if share == nil && h.RR == nil && h.ToR == nil {
		share = &reckoned{v: 1}
	}
	computed := reckon(h.TE).times(reckon(h.Reserved)).times(share)
	return reckon(h.M).or(computed.over(reckon(h.Lifespan)))
}

// check holds the totals that d states against its own components.
func (s *side) check() error {
	total := s.total()
	within := s.rate(total.within) + s.rate(total.v)*s.d.Unit.Total.Within/s.r
	switch {
	case !isFinite(total.v):
		return refuse(ErrNotFinite, "compare: carbon is %v g", total.v)
	case !s.d.Result.Carbon.Agrees(total.v, total.within):
		return refuse(ErrInconsistent, "compare: /result/carbon_g is %v, and its components sum to %v", s.d.Result.Carbon.Value, total.v)
	case !s.d.Result.Score.Agrees(s.rate(total.v), within):
		return refuse(ErrInconsistent, "compare: /result/score_g is %v, and its components make %v", s.d.Result.Score.Value, s.rate(total.v))
	case !slices.ContainsFunc(s.lines, func(l *sideLine) bool { return l.carbon != nil }):
		return refuse(ErrNotMeasured, "compare: no component states carbon, or what makes it")
	}
	return nil
}

// total returns O + M of all components.
func (s *side) total() reckoned { return s.sum(func(l *sideLine) *reckoned { return l.carbon }) }

func (s *side) sum(of func(*sideLine) *reckoned) reckoned {
	var v, within sum
	for _, l := range s.lines {
		if g := of(l); g != nil {
			v.add(g.v)
			within.add(g.within)
		}
	}
	return reckoned{v.value(), within.value()}
}

// rate returns grams per scale functional units.
func (s *side) rate(grams float64) float64 { return finite(grams / s.r * s.scale) }

// idsOfBoth returns the IDs of both sides, those of a first.
func idsOfBoth(a, b *side) []string {
	ids := make([]string, 0, len(a.lines))
	for _, l := range a.lines {
		ids = append(ids, l.id)
	}
	for _, l := range b.lines {
		if a.byID[l.id] == nil {
			ids = append(ids, l.id)
		}
	}
	return slices.Clip(ids)
}
