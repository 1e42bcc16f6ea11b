package sci

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
)

// maxPUE and maxIntensity are the largest that the submission form of the Green
// Software Foundation takes (Green-Software-Foundation/certification, rules of
// the IMP schema).
const (
	maxPUE       = 3.0
	maxIntensity = 2000.0 // g/kWh

	// leastIntensity is below every grid of a country over its life cycle: hydro
	// alone is 11 to 24 g/kWh (IPCC AR5 WG3, annex III; UNECE 2022) [E].
	leastIntensity = 8.0

	// oldIntensity is how many years before the period a figure of the grid may
	// be from (Green-Software-Foundation/certification, reviewer guide).
	oldIntensity = 3
)

// A gridPlace is a statement of a grid in a document.
type gridPlace struct {
	path string
	grid *GridStatement
}

// statements looks at what is said of sites and grids.
func (v *verifier) statements() {
	v.site("/site", &v.d.Site)
	places := []gridPlace{{"/intensity", &v.d.Grid}}
	for i := range v.d.Components {
		places = v.visitStatements(&v.d.Components[i], "/components/"+strconv.Itoa(i), places)
	}
	for _, p := range places {
		v.gridStatement(p)
	}
	v.mixed(places)
	v.gapsSaid()
}

func (v *verifier) visitStatements(c *ComponentStatement, path string, places []gridPlace) []gridPlace {
	if c.Site != nil {
		v.site(path+"/site", c.Site)
	}
	if c.Grid != nil {
		places = append(places, gridPlace{path + "/intensity", c.Grid})
	}
	for i := range c.Parts {
		places = v.visitStatements(&c.Parts[i], path+"/parts/"+strconv.Itoa(i), places)
	}
	return places
}

func (v *verifier) site(path string, s *SiteStatement) {
	pue := v.known(s.PUE)
	if pue.known && (pue.value+pue.within < 1 || pue.value-pue.within > maxPUE) {
		v.find("pue_out_of_range", path+"/pue", fmt.Sprintf("a PUE of %.6g", pue.value), s.PUE, reckoning{})
		v.spoil(s.PUE)
	}
}

func (v *verifier) gridStatement(p gridPlace) {
	g, before := p.grid, len(v.findings)
	defer func() {
		if what := fmt.Sprint(g.Value.Or(-1), g.Zone, g.Source, g.Vintage); len(g.Regions) == 0 && !v.once("grid", what) {
			v.findings = v.findings[:before] // said already, where it was stated first
		}
	}()
	if i := v.known(g.Value); i.known {
		v.plausibleIntensity(g, p.path+"/g_per_kwh", g.Value, i)
	}
	v.vintage(p)
	v.regions(p)
}

// offGrid reports whether a statement is of a system of its own.
func offGrid(g *GridStatement) bool {
	return strings.Contains(strings.ToLower(g.Kind), "off")
}

// plausibleIntensity wants what a grid can have.
func (v *verifier) plausibleIntensity(g *GridStatement, path string, f *Figure, i reckoning) {
	message := fmt.Sprintf("an intensity of %.6g g/kWh", i.value)
	off := offGrid(g) || g.Kind == "" && offGrid(&v.d.Grid)
	direct := strings.EqualFold(cmp.Or(g.Boundary, v.d.Grid.Boundary), "direct")
	switch {
	case i.value == 0 && i.within == 0 && !off:
		v.find("intensity_zero", path, message+": no grid is free of carbon", f, reckoning{})
	case i.value-i.within > maxIntensity:
		v.doubt(g, finding("intensity_implausible", path, message, f, reckoning{}))
		return
	case i.value+i.within < leastIntensity && !off && !direct:
		v.doubt(g, finding("intensity_low", path, message+", less than any country has", f, reckoning{}))
		return
	default:
		return
	}
	v.spoil(f)
}

// doubt reports an intensity that is hard to believe. Of the one that components
// share, what they imply may say more.
func (v *verifier) doubt(g *GridStatement, f Finding) {
	switch {
	case g == &v.d.Grid && g.Value != nil:
		v.doubted = &f
	default:
		v.keep(f)
		v.spoil(g.Value)
	}
}

// vintageOf returns the year of an intensity, as stated or as its source says,
// and where that is; 0 if nothing says so.
func vintageOf(g *GridStatement) (year int, field string) {
	if g.Vintage != 0 {
		return g.Vintage, "/vintage"
	}
	return yearIn(g.Source), "/source"
}

func (v *verifier) vintage(p gridPlace) {
	year, field := vintageOf(p.grid)
	end := v.d.Period.End
	switch {
	case year == 0 && p.grid.Value != nil && hasWord(p.grid.Granularity, "annual"):
		if !v.once("vintage_missing", fmt.Sprint(p.grid.Value.Value)) {
			return
		}
		v.find("vintage_missing", p.path+"/vintage", "an annual intensity of a year that is not stated", nil, reckoning{})
	case year == 0 || end.IsZero():
	case end.Year()-year > oldIntensity:
		v.find("vintage_old", p.path+field, fmt.Sprintf("an intensity of %d for a period that ends in %d", year, end.Year()), nil, reckoning{})
	case !v.d.Period.Calculated.IsZero() && year > v.d.Period.Calculated.Year():
		v.find("vintage_future", p.path+field, fmt.Sprintf("an intensity of %d in figures that were made in %d", year, v.d.Period.Calculated.Year()), nil, reckoning{})
	}
}

// regions wants weights that are all of the energy.
func (v *verifier) regions(p gridPlace) {
	regions := p.grid.Regions
	if len(regions) == 0 {
		v.percents(p)
		return
	}
	shares, mean := 0.0, workedOut(0, 0)
	for i, r := range regions {
		if !isFinite(r.Share) {
			v.number(p.path+"/regions/"+strconv.Itoa(i)+"/share", r.Share)
			return
		}
		shares += r.Share
		mean = mean.plus(v.known(r.Value).scale(r.Share))
	}
	switch {
	case shares < 1-shareSlack || shares > 1+shareSlack:
		v.find("region_weights", p.path+"/regions", fmt.Sprintf("the shares of the regions add up to %.6g", shares), nil, reckoning{})
	default:
		q := v.check(relation{
			path:   p.path + "/g_per_kwh",
			figure: p.grid.Value,
			want:   []reckoning{mean},
			code:   "region_mean_mismatch",
			from:   "the weighted mean of the regions",
		})
		if q.suspect {
			v.means[p.grid.Value] = mean
		}
	}
}

// shareSlack is what weights that were rounded to a whole percent may be off.
const shareSlack = 0.0101

// percents reads weights out of the words of a zone.
func (v *verifier) percents(p gridPlace) {
	all, n := percentsIn(p.grid.Zone)
	if n > 1 && (all < 100-100*shareSlack || all > 100+100*shareSlack) {
		v.find("region_weights", p.path+"/zone", fmt.Sprintf("the shares of the regions add up to %.6g %%", all), nil, reckoning{})
	}
}

// mixed looks for intensities that do not go together.
func (v *verifier) mixed(places []gridPlace) {
	var first, year *gridPlace
	for i := range places {
		p := &places[i]
		if p.grid.Value == nil && p.grid.Kind == "" {
			continue
		}
		switch y, field := vintageOf(p.grid); {
		case y == 0:
		case year == nil:
			year = p
		default:
			if other, _ := vintageOf(year.grid); other != y {
				if v.once("vintage_mixed", strconv.Itoa(y)) {
					v.find("vintage_mixed", p.path+field, fmt.Sprintf("an intensity of %d beside one of %d", y, other), nil, reckoning{})
				}
			}
		}
		if first == nil {
			first = p
		} else if what := unlike(first.grid, p.grid); what != "" && v.once("intensity_mixed", what) {
			v.find("intensity_mixed", p.path, "beside the first intensity, another "+what, nil, reckoning{})
		}
	}
}

// unlike names in what two intensities differ that cannot be added up.
func unlike(a, b *GridStatement) string {
	for _, pair := range [][3]string{
		{"kind", a.Kind, b.Kind},
		{"boundary", a.Boundary, b.Boundary},
		{"accounting", a.Accounting, b.Accounting},
	} {
		if pair[1] != "" && pair[2] != "" && !strings.EqualFold(pair[1], pair[2]) && !offGrid(a) && !offGrid(b) {
			return pair[0]
		}
	}
	return ""
}

// gapsSaid wants figures that leave something out to say so.
func (v *verifier) gapsSaid() {
	if v.d.Result.Incomplete {
		return
	}
	for i, g := range v.d.Gaps {
		if g.Share > 0 && leavesOut(g.Policy+" "+g.What) {
			v.find("incomplete_not_said", "/gaps/"+strconv.Itoa(i), fmt.Sprintf("%.4g %% of the energy is left out", 100*finite(g.Share)), nil, reckoning{})
		}
	}
	priced := v.d.Grid.Value != nil
	for i := range v.d.Components {
		priced = priced || v.d.Components[i].Grid != nil
	}
	for i := range v.d.Components {
		c := &v.d.Components[i]
		if len(c.Parts) > 0 {
			continue
		}
		silent := c.bare() && c.NoHardware == ""
		unpriced := priced && v.d.Grid.Value == nil && c.Grid == nil && c.Operational == nil && c.Carbon == nil && (c.IT != nil || c.Facility != nil)
		if silent || unpriced {
			v.find("incomplete_not_said", "/components/"+strconv.Itoa(i), "the component has no carbon, and the result does not say that it is incomplete", nil, reckoning{})
		}
	}
}

func leavesOut(text string) bool {
	for _, c := range clauses(text) {
		if !c.not && c.has("exclud", "left out", "drop", "omit", "ignor", "not priced", "unpriced", "skip", "zero", "none") {
			return true
		}
	}
	return false
}
