package sci

import "fmt"

// A sharedInput is a figure that several components are computed with. Where all
// of them disagree with it in the same way, the error is its own.
type sharedInput struct {
	path   string
	figure *Figure
	doubt  *Finding // for itself
	value  reckoning
	agreed int
	failed []failure
}

// A failure is a finding that may have its cause in an input that others share.
type failure struct {
	finding Finding
	implied reckoning // what the input would have to be
}

func (v *verifier) input(path string, f *Figure) sharedInput {
	return sharedInput{path: path, figure: f, value: v.positive(f)}
}

// keep takes what became of a relation with s, and what s is by it.
func (s *sharedInput) keep(q quantity, f *Finding, implied reckoning) {
	switch {
	case f != nil:
		s.failed = append(s.failed, failure{*f, implied})
	case q.stated.known && q.derived.known:
		s.agreed++
	}
}

// resolve reports what failed: as one error of the input where that explains
// all of it.
func (v *verifier) resolve(s *sharedInput) {
	if implied, ok := s.cause(); ok {
		v.keep(v.sharedFinding(s, implied))
		return
	}
	if s.doubt != nil {
		v.keep(*s.doubt)
	}
	for _, f := range s.failed {
		v.keep(f.finding)
	}
}

// cause returns what all that failed imply of the input.
func (s *sharedInput) cause() (reckoning, bool) {
	enough := len(s.failed) > 1 || len(s.failed) > 0 && s.doubt != nil
	if s.agreed > 0 || !enough || !s.value.known {
		return reckoning{}, false
	}
	best := s.failed[0].implied
	for _, f := range s.failed {
		if f.implied.known && f.implied.within < best.within {
			best = f.implied
		}
	}
	for _, f := range s.failed {
		if f.finding.Code == codeLastDigit || !f.implied.agrees(best) {
			return reckoning{}, false
		}
	}
	return best, best.known
}

func (v *verifier) sharedFinding(s *sharedInput, implied reckoning) Finding {
	last := s.failed[len(s.failed)-1].finding
	r := relation{path: s.path, figure: s.figure, from: "what all components imply"}
	switch {
	case last.Code == "pue_twice" || last.Code == "pue_not_applied":
		message := fmt.Sprintf("all %d components: %s", len(s.failed), last.Message)
		return finding(last.Code, "/site/pue", message, v.d.Site.PUE, reckoning{})
	case last.Code == "r_not_applied" || last.Code == "scale_not_applied":
		return last // of the result, where it states one
	case s == &v.done:
		r.code = "units_mismatch"
	case s == &v.grid:
		r.code = "intensity_mismatch"
	default:
		r.code = "pue_mismatch"
	}
	return *r.diagnose(implied)
}

// energy computes IT and facility energy of a component.
func (v *verifier) energy(n *node) {
	c := n.c
	if v.longer(n.path+"/hours", "hours_exceed_period", c.Hours, c) {
		v.spoil(c.Hours)
	}
	n.own[qIT] = v.check(relation{
		path:   n.path + "/it_kwh",
		figure: c.IT,
		want:   []reckoning{v.known(c.Power).times(v.known(c.Hours)).scale(1e-3)},
		code:   "energy_mismatch",
		from:   "power times hours",
		energy: true,
	})
	pue, shared := v.pueOf(c)
	it := n.own[qIT]
	q, f := v.settle(relation{
		path:    n.path + "/facility_kwh",
		figure:  c.Facility,
		want:    combine(it, quantity{stated: pue}, multiplied),
		code:    "facility_mismatch",
		from:    "IT energy times PUE",
		energy:  true,
		guesses: func() []guess { return pueGuesses(it.best(), pue) },
	})
	n.own[qFacility] = q
	if f != nil {
		n.own[qIT] = it.blame(q.stated.over(pue))
	}
	v.settled(q, f, &v.pue, shared, it.best())
	if figure, _ := v.pueFigure(c); figure == nil {
		v.impliedPUE(n.path+"/facility_kwh", c.Facility, q, it)
	}
}

// settled reports a finding, at once or with the others of a shared input.
func (v *verifier) settled(q quantity, f *Finding, s *sharedInput, shared bool, other reckoning) {
	switch {
	case shared:
		s.keep(q, f, q.stated.over(other))
	case f != nil:
		v.keep(*f)
	}
}

// pueOf returns the PUE of a component, and whether it is that of all.
func (v *verifier) pueOf(c *ComponentStatement) (reckoning, bool) {
	f, shared := v.pueFigure(c)
	return v.positive(f), shared
}

func (v *verifier) pueFigure(c *ComponentStatement) (f *Figure, shared bool) {
	if c.Site != nil && c.Site.PUE != nil && !repeats(c.Site.PUE, v.d.Site.PUE) {
		return c.Site.PUE, false
	}
	return v.d.Site.PUE, true
}

// repeats reports whether a component repeats what is stated for all.
func repeats(own, all *Figure) bool { return all != nil && *own == *all }

// gridOf returns the intensity of a component, and whether it is that of all.
func (v *verifier) gridOf(c *ComponentStatement) (quantity, bool) {
	f, shared := v.gridFigure(c)
	q := quantity{stated: v.positive(f)}
	if mean, ok := v.means[f]; ok && q.stated.known {
		q.derived, q.suspect = mean, true
	}
	return q, shared
}

func (v *verifier) gridFigure(c *ComponentStatement) (f *Figure, shared bool) {
	if c.Grid != nil && c.Grid.Value != nil && !repeats(c.Grid.Value, v.d.Grid.Value) {
		return c.Grid.Value, false
	}
	return v.d.Grid.Value, true
}

func pueGuesses(it, pue reckoning) []guess {
	if pue.value == 1 {
		return nil
	}
	return []guess{
		{"pue_not_applied", it, "it is the IT energy, without the PUE"},
		{"pue_twice", it.times(pue).times(pue), "the PUE is in it twice"},
	}
}

// impliedPUE looks at what facility energy makes of IT energy where no PUE is
// stated.
func (v *verifier) impliedPUE(path string, f *Figure, facility, it quantity) {
	ratio := facility.stated.over(it.best())
	if !ratio.known {
		return
	}
	switch {
	case ratio.value+ratio.within < 1-precise:
		v.find("facility_below_it", path, fmt.Sprintf("facility energy is %.4g times IT energy", ratio.value), f, it.best())
	case ratio.value-ratio.within > maxPUE*(1+precise):
		v.find("pue_out_of_range", path, fmt.Sprintf("facility energy is %.4g times IT energy", ratio.value), f, reckoning{})
	}
}

// operational computes O of a component.
func (v *verifier) operational(n *node) {
	c := n.c
	i, shared := v.gridOf(c)
	facility, it := n.own[qFacility], n.own[qIT]
	pue, _ := v.pueOf(c)
	r := relation{
		path:    n.path + "/operational_g",
		figure:  c.Operational,
		want:    combine(facility, i, multiplied),
		code:    "operational_mismatch",
		from:    "facility energy times intensity",
		guesses: func() []guess { return operationalGuesses(it.best(), facility.best(), pue, i.best()) },
	}
	if figure, _ := v.pueFigure(c); figure == nil && !facility.best().known {
		r.want, r.from, shared = v.withoutPUE(c, it, i.best()), "IT energy times intensity", false
	}
	q, f := v.settle(r)
	n.own[qOperational] = q
	if f != nil {
		n.own[qFacility] = facility.blame(q.stated.over(i.best()))
	}
	v.settled(q, f, &v.grid, shared, facility.best())
	if figure, _ := v.gridFigure(c); figure == nil {
		v.impliedIntensity(r.path, c.Operational, q, facility)
	}
}

// withoutPUE returns what O is where no PUE is stated: anything between that of
// the IT energy and that of the largest PUE.
func (v *verifier) withoutPUE(c *ComponentStatement, it quantity, i reckoning) []reckoning {
	least := it.best().times(i)
	o := v.known(c.Operational)
	if ratio := o.over(least); ratio.known && ratio.value >= 1-ratio.within && ratio.value <= maxPUE+ratio.within {
		return []reckoning{o}
	}
	return []reckoning{least}
}

func operationalGuesses(it, facility, pue, i reckoning) []guess {
	if pue.value == 1 {
		return nil
	}
	return []guess{
		{"pue_not_applied", it.times(i), "it is made of the IT energy, without the PUE"},
		{"pue_twice", facility.times(pue).times(i), "the PUE is in it twice"},
	}
}

// impliedIntensity looks at what O makes of the energy where no intensity is
// stated.
func (v *verifier) impliedIntensity(path string, f *Figure, o, facility quantity) {
	implied := o.stated.over(facility.best())
	if implied.known {
		v.plausibleIntensity(&v.d.Grid, path, f, implied)
	}
}
