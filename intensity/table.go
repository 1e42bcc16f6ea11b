package intensity

import (
	_ "embed" // for the tables
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/scimeter/scimeter/units"
)

//go:embed data/country_year.csv
var countryYears string

const (
	tableLicence = "Ember, Energy Institute, Our World in Data, CC BY 4.0"

	// maxAnnual is the highest intensity that a mean of a year may have in the
	// table, in gCO2e/kWh; a row beyond it is a mistake of the source. Lignite
	// alone gives 1,000 to 1,300.
	maxAnnual = 1500
)

// A table holds figures by country and calendar year. It never changes once it
// is parsed.
type table struct {
	first   int // year of the first column
	rows    []row
	origins []yearOrigin // by column
}

type row struct {
	iso3   string
	values []float64 // by column; 0: no figure, only after the last one
}

// A yearOrigin has the texts that a point of that vintage carries, made once
// so that a lookup allocates nothing.
type yearOrigin struct{ name, detail, world string }

// figures returns the embedded table. Parsing it takes a fraction of a
// millisecond and happens once.
var figures = sync.OnceValues(func() (*table, error) {
	return parseTable(countryYears)
})

// parseTable reads "iso3,2015,2016,…" and one line per country, sorted by
// code. Each country has figures from the first year up to some year, without
// a gap.
func parseTable(s string) (*table, error) {
	var t *table
	for n, line := range lines(s) {
		fields := strings.Split(line, ",")
		if t == nil {
			var err error
			if t, err = parseHeader(fields); err != nil {
				return nil, err
			}
			continue
		}
		r, err := parseRow(fields, len(t.origins))
		if err != nil {
			return nil, fmt.Errorf("intensity: table line %d: %w", n, err)
		}
		if k := len(t.rows); k > 0 && t.rows[k-1].iso3 >= r.iso3 {
			return nil, fmt.Errorf("intensity: table line %d: %s after %s", n, r.iso3, t.rows[k-1].iso3)
		}
		t.rows = append(t.rows, r)
	}
	if t == nil {
		return nil, fmt.Errorf("intensity: table without a header")
	}
	return t, nil
}

func parseHeader(fields []string) (*table, error) {
	if len(fields) < 2 || fields[0] != "iso3" {
		return nil, fmt.Errorf("intensity: table header %.40q: want iso3 and years", fields)
	}
	t := &table{}
	for i, f := range fields[1:] {
		year, err := strconv.Atoi(f)
		if err != nil || year < 1900 || year > 2200 || i > 0 && year != t.first+i {
			return nil, fmt.Errorf("intensity: table header: year %.10q out of order", f)
		}
		if i == 0 {
			t.first = year
		}
		t.origins = append(t.origins, yearOrigin{
			name:   "ember-" + f,
			detail: "annual average, vintage " + f + "; " + tableLicence,
			world:  "world average, vintage " + f + "; " + tableLicence,
		})
	}
	return t, nil
}

func parseRow(fields []string, years int) (row, error) {
	if len(fields) != years+1 || len(fields[0]) != 3 || !letters(fields[0]) {
		return row{}, fmt.Errorf("%.40q: want a code and %d fields", fields, years)
	}
	r := row{iso3: fields[0], values: make([]float64, years)}
	for i, f := range fields[1:] {
		if f == "" {
			continue
		}
		v, err := strconv.ParseFloat(f, 64)
		if err != nil || !(v > 0 && v <= maxAnnual) {
			return row{}, fmt.Errorf("%s: figure %.20q: want more than 0 and at most %d", r.iso3, f, maxAnnual)
		}
		if i > 0 && r.values[i-1] == 0 {
			return row{}, fmt.Errorf("%s: gap before column %d", r.iso3, i+2)
		}
		r.values[i] = v
	}
	if years > 0 && r.values[0] == 0 {
		return row{}, fmt.Errorf("%s: first year without a figure", r.iso3)
	}
	return r, nil
}

// find returns the row of the code, nil if there is none.
func (t *table) find(iso3 string) *row {
	i, ok := slices.BinarySearchFunc(t.rows, iso3, func(r row, code string) int {
		return strings.Compare(r.iso3, code)
	})
	if !ok {
		return nil
	}
	return &t.rows[i]
}

// latest returns the column of the last figure not after the year; −1 before
// the first.
func (t *table) latest(r *row, year int) int {
	i := min(year-t.first, len(r.values)-1)
	for i >= 0 && r.values[i] == 0 {
		i--
	}
	return max(i, -1)
}

// spread returns the sorted figures of the last year, the world left out.
func (t *table) spread() []float64 {
	var vs []float64
	for _, r := range t.rows {
		if v := r.values[len(r.values)-1]; v > 0 && r.iso3 != world {
			vs = append(vs, v)
		}
	}
	slices.Sort(vs)
	return vs
}

// worldSigma is the relative standard deviation of the countries of the last
// year about the world average: what is not known of a place that stands for
// nowhere.
var worldSigma = sync.OnceValue(func() float64 {
	t, err := figures()
	if err != nil {
		return 0
	}
	r := t.find(world)
	if r == nil {
		return 0
	}
	mean := r.values[t.latest(r, math.MaxInt32)]
	var sum neumaier
	vs := t.spread()
	for _, v := range vs {
		sum.add((v/mean - 1) * (v/mean - 1))
	}
	return math.Sqrt(sum.value() / float64(max(len(vs), 1)))
})

// WorldSpread returns the intensities below which a tenth and nine tenths of
// the countries lie, each counted once, in the last year of the embedded
// table: how far off [World] may be for a place that is not known.
func WorldSpread() (low, high units.Intensity) {
	t, err := figures()
	if err != nil {
		return 0, 0
	}
	vs := t.spread()
	return units.Intensity(quantile(vs, 0.1)), units.Intensity(quantile(vs, 0.9))
}

// quantile returns the q-quantile of sorted values, by linear interpolation.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	at := q * float64(len(sorted)-1)
	i := int(at)
	j := min(i+1, len(sorted)-1)
	return sorted[i] + (at-float64(i))*(sorted[j]-sorted[i])
}

// lines yields the lines of an embedded file by number, comments and empty
// lines left out.
func lines(s string) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		n := 0
		for line := range strings.Lines(s) {
			n++
			line = strings.TrimRight(line, "\r\n")
			if line == "" || line[0] == '#' {
				continue
			}
			if !yield(n, line) {
				return
			}
		}
	}
}

// letters reports whether s is of capital ASCII letters alone.
func letters(s string) bool {
	for i := range len(s) {
		if s[i] < 'A' || s[i] > 'Z' {
			return false
		}
	}
	return true
}
