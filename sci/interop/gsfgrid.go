package interop

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/sci"
)

// An energyRow is the energy of a component of which it is not said whether the
// PUE is in it.
type energyRow struct {
	component int
	q         quantity
	place     Place
}

var beforePUE = regexp.MustCompile(`(?i)before|\bit\b|without|excl|ohne`)

// totalEnergy reads "28.58 kWh (23.82 kWh before PUE)".
func (g *gsf) totalEnergy(f mdField) {
	qs := quantities(f.text, g.m, unit{})
	for i, q := range qs {
		if q.dim != energy {
			continue
		}
		end := len(f.text)
		if i+1 < len(qs) {
			end = qs[i+1].start
		}
		about := f.label
		if i > 0 || beforePUE.MatchString(f.text[q.end:end]) {
			about = f.text[q.end:end]
		}
		if beforePUE.MatchString(about) {
			g.set(&g.d.Result.IT, "/result/it_kwh", q, false, f.place())
			continue
		}
		g.set(&g.d.Result.Facility, "/result/facility_kwh", q, false, f.place())
	}
}

var leadingBullet = regexp.MustCompile(`^\s*[-*+]\s+(?:[^:]*:)?\s*`)

// pue reads one PUE, or that of each of several sites.
func (g *gsf) pue(f mdField) {
	var found []numeral
	for _, line := range strings.Split(f.text, "\n") {
		line = strings.TrimSpace(leadingBullet.ReplaceAllString(line, ""))
		for _, n := range numerals(line, g.m) {
			if strings.Trim(line[:n.start], "~≈ =") == "" {
				found = append(found, n)
			}
			break
		}
	}
	if len(found) == 0 {
		return
	}
	for _, n := range found {
		if n.value != found[0].value {
			g.note("pue_several", "/site/pue", "%q states a PUE for each of several sites; which component is where is not read", short(f.text))
			return
		}
	}
	g.set(&g.d.Site.PUE, "/site/pue", quantity{found[0], anything}, true, f.place())
	if _, source, ok := strings.Cut(f.text, "("); ok {
		g.text(&g.d.Site.Source, "/site/pue_source", strings.TrimSuffix(strings.TrimSpace(source), ")"), f.place())
	}
}

var combined = regexp.MustCompile(`(?i)effective|combined|weighted|mean|overall`)

// intensity reads one value, or of several the one that is said to be of all.
func (g *gsf) intensity(f mdField) {
	g.remark(f)
	var found []quantity
	for _, q := range quantities(f.text, g.m, unit{}) {
		if q.dim == intensity {
			found = append(found, q)
		}
	}
	if len(found) == 0 {
		ns := numerals(f.text, g.m)
		if len(ns) != 1 || ns[0].start != 0 {
			return
		}
		g.note("unit_assumed", "/intensity/g_per_kwh", "%q names no unit; g/kWh is assumed", f.text)
		found = []quantity{{ns[0], intensity}}
	}
	chosen, before := found[0], 0
	for _, q := range found {
		if len(found) > 1 && combined.MatchString(f.text[before:q.start]) {
			chosen = q
		}
		before = q.end
	}
	if len(found) > 1 && g.d.Grid.Value == nil {
		g.note("intensity_several", "/intensity/g_per_kwh", "%q states several intensities; %v g/kWh is taken for that of all", short(f.text), chosen.value)
	}
	g.set(&g.d.Grid.Value, "/intensity/g_per_kwh", chosen, false, f.place())
}

// remark keeps the words in which an instrument of a market may hide.
func (g *gsf) remark(f mdField) {
	if !marketWords.MatchString(f.text) {
		return
	}
	text := strings.ReplaceAll(f.text, "\n", " ")
	if g.d.Grid.Remark != "" {
		text = g.d.Grid.Remark + "; " + text
	}
	g.d.Grid.Remark = text
	g.at("/intensity/remark", f.place())
}

var marketWords = regexp.MustCompile(`(?i)market|\bppa|power purchase|certificate|\brec(s|\b)|\bgos?\b|guarantee|regos?\b|\beac|renewable|green (power|tariff|energy)|100 ?%|offset|credit|matched`)

func (g *gsf) approach(f mdField) {
	lower := strings.ToLower(f.text)
	word := f.text
	switch {
	case strings.HasPrefix(lower, "location"):
		word = "location-based"
	case strings.HasPrefix(lower, "market"):
		word = "market-based"
	}
	g.text(&g.d.Grid.Approach, "/intensity/approach", word, f.place())
	if word == f.text || len(f.text) > len("location-based.") {
		g.remark(f)
	}
}

var yearForm = regexp.MustCompile(`\b(19|20)\d{2}\b`)

func (g *gsf) gridSource(f mdField) {
	text := strings.ReplaceAll(f.text, "\n", " ")
	g.text(&g.d.Grid.Source, "/intensity/source", text, f.place())
	if y := yearForm.FindString(text); y != "" && g.d.Grid.Vintage == 0 {
		g.d.Grid.Vintage, _ = strconv.Atoi(y)
		g.at("/intensity/vintage", f.place())
	}
	g.remark(f)
}

// settleGrid finds what kind the intensity is of in what is said of it.
func (g *gsf) settleGrid() {
	lower := strings.ToLower(g.d.Grid.Source + " " + g.d.Grid.Approach + " " + g.d.Grid.Remark)
	if g.d.Grid.Kind != "" || g.d.Grid.Value == nil {
		return
	}
	for _, kind := range []string{"short-run marginal", "long-run marginal", "off-grid", "marginal", "average"} {
		if strings.Contains(lower, kind) {
			g.d.Grid.Kind = kind
			g.at("/intensity/kind", g.doc.At("/intensity/source"))
			return
		}
	}
}

// regions reads a table of intensities by region; its shares are those of the
// energy.
func (g *gsf) regions(t mdTable, c columns) {
	var regions []sci.RegionShare
	var energies []float64
	total := 0.0
	for _, row := range t.rows {
		name := c.text(row, "name")
		value, ok := c.quantity(g.m, row, "intensity", intensity)
		if !ok || totalRow.MatchString(name) {
			continue
		}
		share := math.NaN()
		if q, has := c.quantity(g.m, row, "share", fraction); has {
			share = q.value
		}
		if q, has := c.quantity(g.m, row, "energy", energy); has {
			total += q.value
			energies = append(energies, q.value)
		}
		regions = append(regions, sci.RegionShare{Zone: name, Share: share, Value: value.figure()})
		g.at("/intensity/regions/"+strconv.Itoa(len(regions)-1), c.cell(row, "intensity").place())
	}
	for i := range regions {
		if len(energies) == len(regions) && total > 0 && math.IsNaN(regions[i].Share) {
			regions[i].Share = energies[i] / total
		}
		if math.IsNaN(regions[i].Share) {
			g.note("region_share_missing", "/intensity", "a table of regions does not say how much of the energy is used where")
			return
		}
	}
	if len(g.d.Grid.Regions) == 0 {
		g.d.Grid.Regions = regions
	}
}

// settleEnergy decides whether the energy of components has the PUE in it, by
// which total it adds up to.
func (g *gsf) settleEnergy() {
	sum, within := 0.0, 0.0
	for _, e := range g.plain {
		sum += e.q.value
		within += e.q.within
	}
	facility, it := g.d.Result.Facility, g.d.Result.IT
	pue := g.d.Site.PUE.Or(1)
	isIT := facility != nil && pue != 1 && !facility.Agrees(sum, within) && facility.Agrees(sum*pue, within*pue) ||
		facility == nil && it != nil && it.Agrees(sum, within)
	for _, e := range g.plain {
		c := &g.d.Components[e.component]
		path := "/components/" + strconv.Itoa(e.component)
		if isIT {
			g.set(&c.IT, path+"/it_kwh", e.q, false, e.place)
			continue
		}
		g.set(&c.Facility, path+"/facility_kwh", e.q, false, e.place)
	}
	if len(g.plain) > 0 && pue != 1 && (facility == nil || !isIT && !facility.Agrees(sum, within)) {
		g.note("pue_unclear", "/components", "it is not said whether the energy of the components has the PUE in it; it is taken to have")
	}
}
