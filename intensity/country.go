package intensity

import (
	_ "embed" // for the table of codes
	"fmt"
	"math"
	"strings"
	"sync"
	"time"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// world is the code of the world average in the embedded table.
const world = "WLD"

// A Country is a place by its ISO 3166-1 code, of two letters or three, in
// either case. It answers from the embedded table of annual averages, without
// network and without allocating, and is safe for concurrent use.
//
// [Lookup] makes one of other names.
type Country string

// World returns the world average, for a place that is not known. It is never
// used unless it is asked for by this name: a country differs from it by a
// factor of up to twenty, which is in the uncertainty of its points and in
// [WorldSpread].
func World() Country { return world }

// At returns the figure of the calendar year of t, or else of the last year
// before it that has one: its vintage stands in Origin and its age, which adds
// to Sigma. The point spans the calendar year of t.
//
// The error is an [*UnknownError] for a code that is not known or has no
// figure, and a [*GapError] for an instant before the first year of the table.
func (c Country) At(t time.Time) (Point, error) {
	tab, err := figures()
	if err != nil {
		return Point{}, err
	}
	iso3, err := c.code()
	if err != nil {
		return Point{}, err
	}
	r := tab.find(iso3)
	if r == nil {
		return Point{}, unknownCode("country", string(c), iso3)
	}
	year := t.UTC().Year()
	col := tab.latest(r, year)
	if col < 0 {
		return Point{}, &GapError{To: newYear(tab.first), Zone: iso3}
	}
	return tab.point(r, col, year), nil
}

// Name returns the usual English name, such as "Ireland"; "" for a code that
// is not known.
func (c Country) Name() string {
	iso3, err := c.code()
	if err != nil {
		return ""
	}
	if iso3 == world {
		return "World"
	}
	codes, err := countries()
	if err != nil {
		return ""
	}
	return codes.names[iso3]
}

// code returns the three letters of c in capitals.
func (c Country) code() (string, error) {
	codes, err := countries()
	if err != nil {
		return "", err
	}
	if n := len(c); n == 2 || n == 3 && c[2] != 0 {
		if iso3, ok := codes.iso3[key(string(c))]; ok {
			return iso3, nil
		}
	}
	return "", unknownCode("country", string(c), "")
}

// point returns the figure of the column for the year.
func (t *table) point(r *row, col, year int) Point {
	o := t.origins[col]
	p := Point{
		Start:   newYear(year),
		End:     newYear(year + 1),
		Value:   units.Intensity(r.values[col]),
		Signal:  AverageLifecycle(Production),
		Quality: Static,
		Sigma:   VintageSigma(year - (t.first + col)),
		Hourly:  HourlyAnnual,
		Zone:    r.iso3,
		Origin:  source.Origin{Method: source.Estimated, Name: o.name, Detail: o.detail},
	}
	if r.iso3 == world {
		p.Origin.Detail = o.world
		p.Sigma = math.Hypot(p.Sigma, worldSigma())
	}
	p.Origin.Sigma = math.Hypot(p.Sigma, p.Hourly)
	return p
}

func newYear(year int) time.Time { return time.Date(year, time.January, 1, 0, 0, 0, 0, time.UTC) }

//go:embed data/countries.csv
var countryCodes string

// A codeTable holds the codes and names of countries.
type codeTable struct {
	iso3  map[[3]byte]string // by code of two letters or three
	names map[string]string  // by code of three letters
}

var countries = sync.OnceValues(func() (*codeTable, error) {
	return parseCountries(countryCodes)
})

// parseCountries reads lines of "iso2,iso3,name" under a header.
func parseCountries(s string) (*codeTable, error) {
	t := &codeTable{iso3: make(map[[3]byte]string, 512), names: make(map[string]string, 256)}
	for n, line := range lines(s) {
		f := strings.Split(line, ",")
		if f[0] == "iso2" {
			continue
		}
		if len(f) != 3 || len(f[0]) != 2 || len(f[1]) != 3 || !letters(f[0]+f[1]) || f[2] == "" {
			return nil, fmt.Errorf("intensity: country codes line %d: %.60q: want two letters, three letters and a name", n, line)
		}
		t.iso3[key(f[0])], t.iso3[key(f[1])] = f[1], f[1]
		t.names[f[1]] = f[2]
	}
	// Reserved in ISO 3166-1 and, the second, what the European Union writes.
	t.iso3[key("UK")], t.iso3[key("EL")] = "GBR", "GRC"
	t.iso3[key(world)] = world
	return t, nil
}

// key returns the first three bytes of the code in capitals.
func key(code string) (k [3]byte) {
	for i := range min(len(code), len(k)) {
		k[i] = code[i]
		if 'a' <= k[i] && k[i] <= 'z' {
			k[i] -= 'a' - 'A'
		}
	}
	return k
}
