package intensity_test

import (
	"encoding/csv"
	"errors"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
	"github.com/stretchr/testify/require"
)

// year returns an instant of the year.
func year(y int) time.Time { return time.Date(y, time.July, 1, 12, 0, 0, 0, time.UTC) }

func TestCountryAt(t *testing.T) {
	for _, code := range []intensity.Country{"US", "us", "USA", "Usa"} {
		p, err := code.At(year(2026))
		require.NoError(t, err)
		require.Equal(t, units.Intensity(383.55), p.Value, "case A35: %s", string(code))
		require.Equal(t, "USA", p.Zone)
		require.Equal(t, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), p.Start)
		require.Equal(t, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), p.End)
		require.Equal(t, intensity.AverageLifecycle(intensity.Production), p.Signal)
		require.Equal(t, intensity.Static, p.Quality)
		require.Equal(t, "ember-2024", p.Origin.Name)
		require.Contains(t, p.Origin.Detail, "vintage 2024")
		require.Contains(t, p.Origin.Detail, "CC BY 4.0")
		require.Equal(t, p.Uncertainty(time.Hour), p.Origin.Sigma)
		require.Equal(t, source.NatureEstimated, p.Origin.Weight())
		require.NoError(t, p.Valid())
	}
}

func TestCountryYears(t *testing.T) {
	for _, c := range []struct {
		code    intensity.Country
		at      time.Time
		value   units.Intensity
		vintage string
		age     float64
	}{
		{"FRA", year(2015), 59.15, "ember-2015", 0},
		{"FR", year(2024), 44.18, "ember-2024", 0},
		{"FR", year(2031), 44.18, "ember-2024", 7},
		{"ABW", year(2022), 550, "ember-2022", 0},
		{"ABW", year(2026), 550, "ember-2022", 4},
		{"AFG", year(2024), 123.71, "ember-2023", 1},
		{"XK", year(2024), 958.72, "ember-2024", 0},
		{"UK", year(2024), mustValue(t, "GBR"), "ember-2024", 0},
		{"US", time.Date(2023, 12, 31, 23, 59, 59, 0, time.FixedZone("", -3600)), 383.55, "ember-2024", 0},
	} {
		p, err := c.code.At(c.at)
		require.NoError(t, err)
		require.Equal(t, c.value, p.Value, "%s %v", string(c.code), c.at)
		require.Equal(t, c.vintage, p.Origin.Name)
		require.InDelta(t, 0.134*math.Sqrt(c.age/2), p.Sigma, 1e-15)
		require.True(t, p.Contains(c.at))
	}
}

func mustValue(t *testing.T, c intensity.Country) units.Intensity {
	t.Helper()
	p, err := c.At(year(2024))
	require.NoError(t, err)
	return p.Value
}

func TestBeforeTheTableIsAGap(t *testing.T) {
	for _, when := range []time.Time{year(2014), {}, time.Unix(0, 0)} {
		_, err := intensity.Country("FR").At(when)
		require.ErrorIs(t, err, intensity.ErrGap)
		var gap *intensity.GapError
		require.ErrorAs(t, err, &gap)
		require.Equal(t, intensity.GapError{To: time.Date(2015, 1, 1, 0, 0, 0, 0, time.UTC), Zone: "FRA"}, *gap)
	}
}

func TestUnknownCountry(t *testing.T) {
	for _, code := range []intensity.Country{"", "F", "XX", "ZZZ", "FRAN", "F\x00", "FR\x00", "ÉÉ", "United States", "US-CAL-CISO", "99"} {
		_, err := code.At(year(2024))
		require.ErrorIs(t, err, intensity.ErrUnknown, "case A35: unknown code %q", string(code))
		var unknown *intensity.UnknownError
		require.ErrorAs(t, err, &unknown)
		require.Equal(t, string(code), unknown.Given)
		require.Empty(t, code.Name())
	}
	_, err := intensity.Country("FRX").At(year(2024))
	require.EqualError(t, err, `intensity: country "FRX": not known; accepted are ISO 3166 codes, such as FR or FRA; did you mean FRA or FRO?`)
	_, err = intensity.Country("CF").At(year(2024))
	require.EqualError(t, err, `intensity: country "CF": no figure for CAF in the embedded table; give one with intensity.Fixed, or ask for intensity.World`)
}

func TestWorldIsAskedForByName(t *testing.T) {
	p, err := intensity.World().At(year(2024))
	require.NoError(t, err)
	require.Equal(t, units.Intensity(473.01), p.Value)
	require.Equal(t, "WLD", p.Zone)
	require.Contains(t, p.Origin.Detail, "world average")
	require.Equal(t, "World", intensity.World().Name())

	low, high := intensity.WorldSpread()
	require.InDelta(t, 99.616, float64(low), 1e-3)
	require.InDelta(t, 639.600, float64(high), 1e-3)
	require.InDelta(t, 0.515, p.Sigma, 1e-3, "the spread of countries is in the uncertainty")
	require.Greater(t, p.Uncertainty(10000*time.Hour), 0.5, "and does not shrink with the window")
}

// embedded returns the records of the file as it is in the repository.
func embedded(t *testing.T, name string) [][]string {
	t.Helper()
	f, err := os.Open("data/" + name)
	require.NoError(t, err)
	defer f.Close()
	r := csv.NewReader(f)
	r.Comment = '#'
	records, err := r.ReadAll()
	require.NoError(t, err)
	return records
}

func TestTheTableItself(t *testing.T) {
	records := embedded(t, "country_year.csv")
	require.Equal(t, "iso3,2015,2016,2017,2018,2019,2020,2021,2022,2023,2024", strings.Join(records[0], ","))
	require.Len(t, records, 1+213)
	last := map[int]int{}
	for _, r := range records[1:] {
		require.NotEqual(t, "CAF", r[0], "case A36: CAF absent")
		n := len(r) - 1
		for n > 0 && r[n] == "" {
			n--
		}
		last[2014+n]++
		for i, f := range r[1 : n+1] {
			want, err := strconv.ParseFloat(f, 64)
			require.NoError(t, err, "case A36: no gap: %s", r[0])
			require.Greater(t, want, 0.0, "case A36: %s", r[0])
			require.LessOrEqual(t, want, 1500.0, "case A36: %s", r[0])
			p, err := intensity.Country(r[0]).At(year(2015 + i))
			require.NoError(t, err)
			require.Equal(t, units.Intensity(want), p.Value)
			require.Equal(t, "ember-"+strconv.Itoa(2015+i), p.Origin.Name)
		}
	}
	require.Equal(t, map[int]int{2024: 88, 2023: 86, 2022: 39}, last)
}

func TestCodesOfTheTables(t *testing.T) {
	two, three := map[string]bool{}, map[string]bool{"WLD": true}
	for _, r := range embedded(t, "countries.csv")[1:] {
		require.False(t, two[r[0]] || three[r[1]], "%s is there twice", r[1])
		two[r[0]], three[r[1]] = true, true
		require.Equal(t, r[2], intensity.Country(r[0]).Name())
		require.Equal(t, r[2], intensity.Country(r[1]).Name())
		p2, err2 := intensity.Country(r[0]).At(year(2024))
		p3, err3 := intensity.Country(r[1]).At(year(2024))
		require.Equal(t, err2 == nil, err3 == nil)
		require.Equal(t, p2, p3)
	}
	require.Len(t, two, 250, "249 of ISO 3166-1 and Kosovo")
	for _, r := range embedded(t, "country_year.csv")[1:] {
		require.True(t, three[r[0]], "%s has no code of two letters", r[0])
	}
	for _, r := range embedded(t, "cloud_regions.csv")[1:] {
		require.True(t, two[r[2]], strings.Join(r, ","))
		require.True(t, slices.Contains([]string{"certain", "likely", "disputed"}, r[3]))
	}
}

func TestFiguresAreThoseOfTheSource(t *testing.T) {
	f, err := os.Open("../../shared/fixtures/intensity_tables/country_year_2015_2024.csv")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the file that the table was transcribed from is not here")
	}
	require.NoError(t, err)
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	for _, r := range records[1:] {
		y, err := strconv.Atoi(r[1])
		require.NoError(t, err)
		want, err := strconv.ParseFloat(r[2], 64)
		require.NoError(t, err)
		p, err := intensity.Country(r[0]).At(year(y))
		require.NoError(t, err)
		require.Equal(t, units.Intensity(want), p.Value, "%v", r)
	}
}

func FuzzTable(f *testing.F) {
	for _, name := range []string{"country_year.csv", "countries.csv", "cloud_regions.csv"} {
		b, err := os.ReadFile("data/" + name)
		require.NoError(f, err)
		f.Add(string(b))
	}
	f.Add("iso3,2015,2016\nAAA,1,\nBBB,2,3\n")
	f.Add("iso3,2015\nAAA,NaN\n")
	f.Fuzz(func(t *testing.T, s string) {
		countries, years, err := intensity.ParseTable(s)
		if err == nil {
			require.Positive(t, years)
			require.LessOrEqual(t, countries, strings.Count(s, "\n")+1)
		}
		if n, err := intensity.ParseCountries(s); err == nil {
			require.LessOrEqual(t, n, strings.Count(s, "\n")+1)
		}
	})
}

func TestTablesThatAreRefused(t *testing.T) {
	for name, s := range map[string]string{
		"empty":         "",
		"no header":     "AAA,1\n",
		"years jump":    "iso3,2015,2017\n",
		"no year":       "iso3,x\n",
		"zero":          "iso3,2015\nCAF,0.00\n",
		"too much":      "iso3,2015\nAAA,1501\n",
		"NaN":           "iso3,2015\nAAA,NaN\n",
		"gap":           "iso3,2015,2016,2017\nAAA,1,,3\n",
		"starts late":   "iso3,2015,2016\nAAA,,2\n",
		"small letters": "iso3,2015\naaa,1\n",
		"short row":     "iso3,2015,2016\nAAA,1\n",
		"not sorted":    "iso3,2015\nBBB,1\nAAA,1\n",
		"twice":         "iso3,2015\nAAA,1\nAAA,1\n",
	} {
		_, _, err := intensity.ParseTable(s)
		require.ErrorContains(t, err, "intensity: table", name)
	}
	_, err := intensity.ParseCountries("FR,FRA\n")
	require.ErrorContains(t, err, "line 1")
}

func TestCountryAllocatesNothing(t *testing.T) {
	var g intensity.Grid = intensity.Country("FR")
	now := year(2026)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		if _, err := g.At(now); err != nil {
			t.Fatal(err)
		}
	}))
}

func BenchmarkCountryAt(b *testing.B) {
	now := year(2026)
	for _, c := range []intensity.Country{"FR", "FRA", intensity.World()} {
		b.Run(string(c), func(b *testing.B) {
			b.ReportAllocs()
			var g intensity.Grid = c
			for b.Loop() {
				if _, err := g.At(now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkParseTables is what the first lookup of a process pays.
func BenchmarkParseTables(b *testing.B) {
	read := func(name string) string {
		s, err := os.ReadFile("data/" + name)
		require.NoError(b, err)
		return string(s)
	}
	table, codes := read("country_year.csv"), read("countries.csv")
	regions, ids := read("cloud_regions.csv"), read("place_ids.csv")
	b.Run("country", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, _, err := intensity.ParseTable(table)
			require.NoError(b, err)
			_, err = intensity.ParseCountries(codes)
			require.NoError(b, err)
		}
	})
	b.Run("places", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			_, err := intensity.ParsePlaces(regions, ids)
			require.NoError(b, err)
		}
	})
}
