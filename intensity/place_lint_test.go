package intensity_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/scimeter/scimeter/intensity"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A lint collects what is odd about the embedded tables, one line each, so that
// it can be held against the list of exceptions.
type lint struct{ found []string }

func (l *lint) add(rule, format string, args ...any) {
	l.found = append(l.found, rule+" "+fmt.Sprintf(format, args...))
}

// TestTablesAreClean reports every oddity of the tables that is not listed, with
// its reason, in testdata/table_exceptions.csv, and every exception that no
// longer applies.
func TestTablesAreClean(t *testing.T) {
	var l lint
	l.unique(embedded(t, "cloud_regions.csv"), 0, 1)
	l.unique(embedded(t, "place_ids.csv"), 0, 1)
	l.unique(embedded(t, "place_sources.csv"), 0)
	l.unique(embedded(t, "place_ambiguous.csv"), 0)
	l.unique(embedded(t, "country_year.csv"), 0)
	for _, name := range []string{"cloud_regions.csv", "place_ids.csv", "place_sources.csv"} {
		l.constant(name, embedded(t, name))
	}
	l.years(embedded(t, "country_year.csv"))
	l.identifiers(embedded(t, "place_ids.csv"))
	l.evidence(embedded(t, "place_sources.csv"), embedded(t, "cloud_regions.csv"), embedded(t, "place_ids.csv"))
	l.figures(t)

	why := exceptions(t)
	slices.Sort(l.found)
	for _, oddity := range slices.Compact(l.found) {
		assert.NotEmpty(t, why[oddity], "not explained in testdata/table_exceptions.csv: %s", oddity)
		delete(why, oddity)
	}
	require.Empty(t, why, "exceptions that no longer apply")
}

// exceptions returns the reasons by oddity.
func exceptions(t *testing.T) map[string]string {
	t.Helper()
	f, err := os.Open("testdata/table_exceptions.csv")
	require.NoError(t, err)
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	rows, err := r.ReadAll()
	require.NoError(t, err)
	why := make(map[string]string)
	for _, row := range rows[1:] {
		require.Len(t, row, 2)
		require.Empty(t, why[row[0]], "%s is there twice", row[0])
		why[row[0]] = row[1]
	}
	return why
}

// unique finds keys that are there twice, in either case.
func (l *lint) unique(rows [][]string, columns ...int) {
	seen := map[string]bool{}
	for _, r := range rows[1:] {
		var parts []string
		for _, c := range columns {
			parts = append(parts, strings.ToLower(r[c]))
		}
		key := strings.Join(parts, ":")
		if seen[key] {
			l.add("twice", "%s", key)
		}
		seen[key] = true
	}
}

// constant finds columns that say the same everywhere.
func (l *lint) constant(name string, rows [][]string) {
	for c, title := range rows[0] {
		values := map[string]bool{}
		for _, r := range rows[1:] {
			values[r[c]] = true
		}
		if len(values) < 2 {
			l.add("constant", "%s %s", name, title)
		}
	}
}

// years finds rows that copy another, years that copy the one before, constant
// rows and jumps between two years.
func (l *lint) years(rows [][]string) {
	whole := map[string]string{}
	for _, r := range rows[1:] {
		series := strings.Join(r[1:], ",")
		if other := whole[series]; other != "" {
			l.add("copy", "%s of %s", r[0], other)
		}
		whole[series] = r[0]
		same := 0
		for i := 2; i < len(r) && r[i] != ""; i++ {
			was, _ := strconv.ParseFloat(r[i-1], 64)
			is, _ := strconv.ParseFloat(r[i], 64)
			if is == was {
				same++
			}
			if is > 2*was || was > 2*is {
				l.add("jump", "%s %s %s to %s", r[0], rows[0][i], r[i-1], r[i])
			}
		}
		if filled := len(strings.TrimRight(series, ",")); same >= 4 && filled > 0 {
			l.add("still", "%s repeats %d years", r[0], same)
		}
	}
	for c := 2; c < len(rows[0]); c++ {
		same, n := 0, 0
		for _, r := range rows[1:] {
			if r[c] != "" {
				n++
			}
			if r[c] != "" && r[c] == r[c-1] {
				same++
			}
		}
		if 4*same > n {
			l.add("vintage", "%s copies %d of %d from the year before", rows[0][c], same, n)
		}
	}
}

var shapes = map[string]*regexp.Regexp{
	"electricitymaps": regexp.MustCompile(`^[A-Z]{2}(-[A-Z0-9]{1,5}){0,2}$`),
	"watttime":        regexp.MustCompile(`^[A-Z]{2,10}(_[A-Z]+){0,3}$`),
	"entsoe":          regexp.MustCompile(`^10Y[0-9A-Z-]{13}$`),
	"eia":             regexp.MustCompile(`^[A-Z]{2,4}$`),
	"ukgrid":          regexp.MustCompile(`^GB$`),
	"ukgrid-region":   regexp.MustCompile(`^([1-9]|1[0-4])$`),
	"energidata":      regexp.MustCompile(`^DK[12]$`),
	"rte":             regexp.MustCompile(`^FR$`),
	"energycharts":    regexp.MustCompile(`^[a-z]{2}$`),
}

// identifiers finds ids of another shape than their system's, zones of another
// country, disputed rows without the other opinion, and ids of several places.
func (l *lint) identifiers(rows [][]string) {
	zones, holders := map[string]bool{}, map[string][]string{}
	for _, r := range rows[1:] {
		zones[r[0]] = true
		if !strings.Contains(r[0], ":") {
			holders[r[1]+":"+r[2]] = append(holders[r[1]+":"+r[2]], r[0])
		}
	}
	for _, r := range rows[1:] {
		place, system, id, confidence, also := r[0], r[1], r[2], r[3], r[5]
		if shape := shapes[system]; shape == nil || !shape.MatchString(id) || also != "" && !shape.MatchString(also) {
			l.add("shape", "%s %s %s %s", place, system, id, also)
		}
		if system == "entsoe" && (!checked(id) || also != "" && !checked(also)) {
			l.add("check", "%s %s %s", place, id, also)
		}
		if system == "electricitymaps" && !strings.Contains(place, ":") && id != place {
			l.add("zone", "%s is not %s", id, place)
		}
		if system == "electricitymaps" && !zones[id] {
			l.add("zone", "%s has no row", id)
		}
		if confidence == "disputed" && also == "" {
			l.add("disputed", "%s %s %s without the other opinion", place, system, id)
		}
	}
	for id, at := range holders {
		if len(at) > 1 {
			slices.Sort(at)
			l.add("shared", "%s by %s", id, strings.Join(at, " "))
		}
	}
}

// checked reports whether the last character of an EIC is its check character:
// weights 16 to 2 over the first fifteen, modulo 37 (EIC Reference Manual).
func checked(eic string) bool {
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"
	if len(eic) != 16 {
		return false
	}
	sum := 0
	for i := range 15 {
		sum += strings.IndexByte(digits, eic[i]) * (16 - i)
	}
	return digits[36-(sum-1)%37] == eic[15]
}

// evidence finds sources that nothing uses and rows that are surer than their
// source.
func (l *lint) evidence(sources, regions, ids [][]string) {
	kind, used := map[string]string{}, map[string]bool{}
	for _, r := range sources[1:] {
		kind[r[0]] = r[1]
		if !slices.Contains([]string{"vendor", "secondary", "unread"}, r[1]) {
			l.add("kind", "%s %s", r[0], r[1])
		}
	}
	weigh := func(place, key, confidence string) {
		used[key] = true
		if kind[key] == "unread" && confidence == "certain" {
			l.add("sure", "%s on %s", place, key)
		}
	}
	for _, r := range regions[1:] {
		weigh(r[0]+":"+r[1], r[4], r[3])
		if r[5] == "" && r[3] == "certain" {
			l.add("site", "%s:%s is certain and nowhere", r[0], r[1])
		}
	}
	for _, r := range ids[1:] {
		weigh(r[0]+" "+r[1], r[4], r[3])
	}
	for key := range kind {
		if !used[key] {
			l.add("unused", "%s", key)
		}
	}
}

// figures finds places whose country has no figure, and regions in another
// country than their zone.
func (l *lint) figures(t *testing.T) {
	for p := range intensity.Places() {
		if _, err := p.At(year(2024)); err != nil {
			require.ErrorIs(t, err, intensity.ErrUnknown)
			l.add("figure", "%s", string(p.Country))
		}
		zone, ok := p.ID(intensity.ElectricityMaps)
		if strings.Contains(p.Key, ":") && !ok {
			l.add("without", "%s", p.Key)
		}
		if !ok {
			continue
		}
		in, err := intensity.Zone(zone.ID)
		if err == nil && in != p.Country {
			l.add("abroad", "%s has zone %s", p.Key, zone.ID)
		}
	}
}

// TestOnlyOneCodeOfACountryIsAlsoAnotherID holds the list in the comment of
// Locate: a bare code of a country means the country.
func TestOnlyOneCodeOfACountryIsAlsoAnotherID(t *testing.T) {
	var other []string
	for _, r := range embedded(t, "place_ids.csv")[1:] {
		if r[1] == "electricitymaps" || strings.Contains(r[0], ":") {
			continue
		}
		country, err := intensity.Locate("iso:" + r[2])
		if err != nil {
			continue
		}
		at, err := intensity.Locate(r[0])
		require.NoError(t, err)
		if at.Country != country.Country && !slices.Contains(other, r[2]) {
			other = append(other, r[2])
		}
	}
	require.Equal(t, []string{"SC"}, other)
}

func TestPlaceTablesThatAreRefused(t *testing.T) {
	const regions = "provider,region,iso2,confidence,evidence,site\n"
	const ids = "place,provider,id,confidence,evidence,also\n"
	for name, c := range map[string]struct{ regions, ids, says string }{
		"no header":         {"aws,a-1,US,certain,aws,X\n", ids, "cloud regions line 1"},
		"three letters":     {regions + "aws,a-1,USA,certain,aws,X\n", ids, "two letters"},
		"no country":        {regions + "aws,a-1,ZZ,certain,aws,X\n", ids, "two letters"},
		"small letters":     {regions + "aws,a-1,us,certain,aws,X\n", ids, "two letters"},
		"two countries":     {regions + "azure,northeurope,IE,certain,azure,X\nazure,northeurope,FI,certain,azure,X\n", ids, "northeurope is there twice"},
		"two clouds":        {regions + "aws,a-1,US,certain,aws,X\ngcp,a-1,FR,certain,gcp,X\n", ids, "a-1 is there twice"},
		"no confidence":     {regions + "aws,a-1,US,sure,aws,X\n", ids, "line 2"},
		"unknown is no row": {regions + "aws,a-1,US,unknown,aws,X\n", ids, "line 2"},
		"no evidence":       {regions + "aws,a-1,US,certain,hearsay,X\n", ids, "line 2"},
		"short":             {regions + "aws,a-1,US\n", ids, "line 2"},
		"id twice":          {regions, ids + "FR,eia,A,certain,eia,\nFR,eia,B,certain,eia,\n", "eia of FR is there twice"},
		"id of nothing":     {regions, ids + "aws:a-1,eia,A,certain,eia,\n", "neither a country"},
		"id of no country":  {regions, ids + "ZZ-A,eia,A,certain,eia,\n", "neither a country"},
		"id without one":    {regions, ids + "FR,eia,,certain,eia,\n", "ids of places line 2"},
	} {
		_, err := intensity.ParsePlaces(c.regions, c.ids)
		require.ErrorContains(t, err, c.says, name)
	}
	n, err := intensity.ParsePlaces(regions+"aws,a-1,US,certain,aws,X\n", ids+"US-A,eia,A,certain,eia,\n")
	require.NoError(t, err)
	require.Equal(t, 2, n)
}

func FuzzParsePlaces(f *testing.F) {
	f.Add("provider,region,iso2,confidence,evidence,site\naws,a-1,US,certain,aws,X\n", "place,provider,id,confidence,evidence,also\naws:a-1,electricitymaps,US-A,likely,eia,\nUS-A,eia,A,certain,eia,\n")
	f.Add("", "place,provider,id,confidence,evidence,also\nUS,eia,,certain,eia,\n")
	f.Fuzz(func(t *testing.T, regions, ids string) {
		n, err := intensity.ParsePlaces(regions, ids)
		if err == nil {
			require.LessOrEqual(t, n, strings.Count(regions+ids, "\n")+2)
		}
	})
}
