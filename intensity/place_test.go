package intensity_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/stretchr/testify/require"
)

// id returns what the system calls the place; "" if that is not known.
func id(p intensity.Place, s intensity.System) string {
	found, _ := p.ID(s)
	return found.ID
}

func TestLocate(t *testing.T) {
	for _, c := range []struct{ key, want, country, em, watttime, entsoe, eia string }{
		{"us-east-1", "aws:us-east-1", "USA", "US-MIDA-PJM", "PJM_DC", "", "PJM"},
		{"AWS:us-east-1c", "aws:us-east-1", "USA", "US-MIDA-PJM", "PJM_DC", "", "PJM"},
		{"us-east-2", "aws:us-east-2", "USA", "US-MIDA-PJM", "PJM_SOUTHWEST_OH", "", "PJM"},
		{"us-west-1", "aws:us-west-1", "USA", "US-CAL-CISO", "CAISO_NORTH", "", "CISO"},
		{"us-west-2", "aws:us-west-2", "USA", "US-NW-BPAT", "BPA", "", "BPAT"},
		{"us-gov-east-1", "aws:us-gov-east-1", "USA", "", "", "", ""},
		{"aws:eu-west-1", "aws:eu-west-1", "IRL", "IE", "IE", "10Y1001A1001A59C", ""},
		{"eu-north-1", "aws:eu-north-1", "SWE", "SE-SE3", "SE", "10Y1001A1001A46L", ""},
		{"gcp:europe-west1-b", "gcp:europe-west1", "BEL", "BE", "BE", "10YBE----------2", ""},
		{"gcp:europe-north1", "gcp:europe-north1", "FIN", "FI", "FI", "10YFI-1--------U", ""},
		{"azure:northeurope", "azure:northeurope", "IRL", "IE", "IE", "10Y1001A1001A59C", ""},
		{"azure:West Europe", "azure:westeurope", "NLD", "NL", "NL", "10YNL----------L", ""},
		{"denmarkeast", "azure:denmarkeast", "DNK", "DK-DK2", "", "10YDK-2--------M", ""},
		{"FR", "FR", "FRA", "FR", "FR", "10YFR-RTE------C", ""},
		{"fra", "FR", "FRA", "FR", "FR", "10YFR-RTE------C", ""},
		{"France", "FR", "FRA", "FR", "FR", "10YFR-RTE------C", ""},
		{"UK", "GB", "GBR", "GB", "UK", "10YGB----------A", ""},
		{"UAE", "AE", "ARE", "AE", "ARE", "", ""},
		{"us-mida-pjm", "US-MIDA-PJM", "USA", "US-MIDA-PJM", "", "", "PJM"},
		{"electricitymaps:DK-DK1", "DK-DK1", "DNK", "DK-DK1", "", "10YDK-1--------W", ""},
		{"CAISO_NORTH", "watttime:CAISO_NORTH", "USA", "US-CAL-CISO", "CAISO_NORTH", "", "CISO"},
		{"watttime:pjm_dc", "watttime:PJM_DC", "USA", "US-MIDA-PJM", "PJM_DC", "", "PJM"},
		{"watttime:SE", "SE", "SWE", "SE", "SE", "10YSE-1--------K", ""},
		{"BPA", "US-NW-BPAT", "USA", "US-NW-BPAT", "BPA", "", "BPAT"},
		{"eia:ERCO", "US-TEX-ERCO", "USA", "US-TEX-ERCO", "", "", "ERCO"},
		{"10YFI-1--------U", "FI", "FIN", "FI", "FI", "10YFI-1--------U", ""},
		{"SC", "SC", "SYC", "SC", "", "", ""},
		{"eia:SC", "US-CAR-SC", "USA", "US-CAR-SC", "SC", "", "SC"},
		{"iso:SC", "SC", "SYC", "SC", "", "", ""},
		{"AQ", "AQ", "ATA", "", "", "", ""},
		{"world", "world", "WLD", "", "", "", ""},
	} {
		p, err := intensity.Locate(c.key)
		require.NoError(t, err, c.key)
		require.Equal(t, intensity.Country(c.country), p.Country, c.key)
		got := []string{p.Key, id(p, intensity.ElectricityMaps), id(p, intensity.WattTime), id(p, intensity.ENTSOE), id(p, intensity.EIA)}
		require.Equal(t, []string{c.want, c.em, c.watttime, c.entsoe, c.eia}, got, c.key)
	}
}

func TestLocateOffline(t *testing.T) {
	for _, key := range []string{"US", "USA", "US-CAL-CISO", "us-east-1", "aws:us-east-1", "gcp:us-central1", "azure:eastus", "eia:PJM"} {
		p, err := intensity.Locate(key)
		require.NoError(t, err)
		var g intensity.Grid = p
		point, err := g.At(year(2024))
		require.NoError(t, err)
		require.Equal(t, 383.55, float64(point.Value), "case A35: %s offline", key)
		require.Equal(t, "USA", point.Zone, "case A35: the provenance is the country's, not the region's")
		require.Equal(t, "ember-2024", point.Origin.Name)
	}
	_, err := intensity.Locate("us-middle-1")
	require.ErrorIs(t, err, intensity.ErrUnknown, "case A35: an error, not the world")
}

func TestLocateGivesConfidence(t *testing.T) {
	for key, want := range map[string]intensity.PlaceID{
		"us-east-1":           {Confidence: intensity.Certain},
		"us-west-1":           {Confidence: intensity.Likely},
		"us-west-2":           {Confidence: intensity.Disputed, Also: "US-NW-PACW"},
		"gcp:me-central1":     {Confidence: intensity.Disputed, Also: "AE"},
		"azure:swedencentral": {Confidence: intensity.Disputed, Also: "SE"},
	} {
		p, err := intensity.Locate(key)
		require.NoError(t, err)
		em, ok := p.ID(intensity.ElectricityMaps)
		require.True(t, ok)
		require.Equal(t, want.Confidence, em.Confidence, key)
		require.Equal(t, want.Also, em.Also, key)
		require.Contains(t, em.Evidence, "https://")
	}
	p, err := intensity.Locate("us-west-2")
	require.NoError(t, err)
	ba, _ := p.ID(intensity.EIA)
	require.Equal(t, intensity.Disputed, ba.Confidence, "an id is no surer than the zone it comes from")
	require.Equal(t, intensity.Certain, p.Confidence, "that it is in the United States is")

	gb, err := intensity.Locate("GB-NIR")
	require.NoError(t, err)
	require.Empty(t, id(gb, intensity.UKGrid), "what is true of a country is not of its parts")
	require.Empty(t, id(gb, intensity.WattTime))
	london, err := intensity.Locate("eu-west-2")
	require.NoError(t, err)
	require.Equal(t, "GB", id(london, intensity.UKGrid))
	require.Equal(t, "13", id(london, intensity.UKRegion))
}

func TestLocateRefusesAmbiguousNames(t *testing.T) {
	for given, want := range map[string][]string{
		"northeurope":             {"azure:northeurope", "gcp:europe-north1"},
		"North Europe":            {"azure:northeurope", "gcp:europe-north1"},
		"me-central1":             {"aws:me-central-1", "gcp:me-central1"},
		"me-central1-a":           {"aws:me-central-1", "gcp:me-central1"},
		"mecentral1":              {"aws:me-central-1", "gcp:me-central1"},
		"us-east":                 {"aws:us-east-1", "aws:us-east-2", "gcp:us-east1", "gcp:us-east2", "gcp:us-east4", "gcp:us-east5"},
		"useast1":                 {"aws:us-east-1", "gcp:us-east1"},
		"eu-west":                 {"aws:eu-west-1", "aws:eu-west-2", "aws:eu-west-3"},
		"Korea":                   {"KP", "KR"},
		"Virgin Islands":          {"VG", "VI"},
		"10Y1001A1001A82H":        {"DE", "LU"},
		"entsoe:10y1001a1001a82h": {"DE", "LU"},
	} {
		_, err := intensity.Locate(given)
		require.ErrorIs(t, err, intensity.ErrAmbiguous, given)
		require.NotErrorIs(t, err, intensity.ErrUnknown, given)
		var e *intensity.AmbiguousError
		require.ErrorAs(t, err, &e)
		require.Equal(t, want, e.Candidates, given)
		require.Equal(t, given, e.Given)
		for _, c := range want {
			_, err := intensity.Locate(c)
			require.NoError(t, err, "a candidate is a way out")
		}
		_, err = intensity.Lookup(given)
		require.ErrorIs(t, err, intensity.ErrAmbiguous, "nor does Lookup guess: %s", given)
	}
	_, err := intensity.Locate("northeurope")
	require.EqualError(t, err, `intensity: place "northeurope": ambiguous (public tables have it in either); say azure:northeurope (Ireland) or gcp:europe-north1 (Hamina, Finland)`)
}

func TestLocateRefuses(t *testing.T) {
	for given, says := range map[string]string{
		"":                      "accepted are a country",
		"US-CAL-CSIO":           "did you mean US-CAL-CISO?",
		"us-central-1":          "did you mean gcp:us-central1?",
		"eia:PJN":               "did you mean eia:pjm",
		"entsoe:":               "ids of the tables",
		"ukgrid-region:99":      "ids of the tables",
		"13":                    "not known",
		"iso:ZZ":                "ISO 3166 codes",
		"gcp:eu-west-1":         "regions of aws, azure and gcp",
		"aws:aws:us-east-1":     "regions of aws, azure and gcp",
		"0,0":                   "not known", // a pair of coordinates is for the providers that take one
		"127.0.0.1":             "not known",
		strings.Repeat("x", 99): "not known",
	} {
		_, err := intensity.Locate(given)
		require.ErrorIs(t, err, intensity.ErrUnknown, given)
		require.ErrorContains(t, err, says, given)
	}
}

func TestZeroPlace(t *testing.T) {
	var p intensity.Place
	require.True(t, p.IsZero())
	require.Equal(t, "nowhere", p.String())
	require.Empty(t, p.IDs())
	_, ok := p.ID(intensity.ElectricityMaps)
	require.False(t, ok)
	_, err := p.At(time.Now())
	require.ErrorIs(t, err, intensity.ErrUnknown)
	require.ErrorContains(t, err, "intensity: place")
	require.Equal(t, "unknown", p.Confidence.String())
	require.Equal(t, "Confidence(9)", intensity.Confidence(9).String())
}

func TestPlaceCannotBeChanged(t *testing.T) {
	p, err := intensity.Locate("FR")
	require.NoError(t, err)
	p.IDs()[0].ID = "changed"
	again, err := intensity.Locate("FR")
	require.NoError(t, err)
	for _, i := range again.IDs() {
		require.NotEqual(t, "changed", i.ID)
	}
}

func TestPlaces(t *testing.T) {
	var keys []string
	for p := range intensity.Places() {
		keys = append(keys, p.Key)
		got, err := intensity.Locate(p.Key)
		require.NoError(t, err, p.Key)
		require.Equal(t, p, got, p.Key)
		require.False(t, p.IsZero())
		require.NotEmpty(t, p.Country.Name(), p.Key)
		require.True(t, slices.IsSortedFunc(p.IDs(), func(a, b intensity.PlaceID) int { return strings.Compare(string(a.System), string(b.System)) }), p.Key)
	}
	require.True(t, slices.IsSorted(keys))
	for range intensity.Places() {
		break
	}
}

func TestLocateIsCheap(t *testing.T) {
	for _, key := range []string{"us-east-1", "aws:us-east-1", "fr", "FR", "europe-west1-b"} {
		require.Zero(t, testing.AllocsPerRun(100, func() {
			if _, err := intensity.Locate(key); err != nil {
				t.Fatal(err)
			}
		}), key)
	}
}

func FuzzLocate(f *testing.F) {
	for _, s := range []string{"IE", "us-east", "gcp:europe-west1", "eia:PJM", "10Y1001A1001A82H", "northeurope-a", "iso:SC", "-", ":", "a-:-b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := intensity.Locate(s)
		if err != nil {
			require.True(t, p.IsZero())
			require.Less(t, len(err.Error()), 1000)
			return
		}
		again, err := intensity.Locate(p.Key)
		require.NoError(t, err, "the key of a place is a name of it")
		require.Equal(t, p, again)
	})
}

func BenchmarkLocate(b *testing.B) {
	for _, key := range []string{"us-east-1", "aws:us-east-1", "FR", "US-MIDA-PJM", "eia:PJM"} {
		b.Run(key, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := intensity.Locate(key); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
