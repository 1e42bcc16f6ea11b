package intensity_test

import (
	"errors"
	"testing"

	"github.com/scimeter/scimeter/intensity"
	"github.com/stretchr/testify/require"
)

func TestLookup(t *testing.T) {
	for s, want := range map[string]intensity.Country{
		"IE": "IRL", "irl": "IRL", "Ireland": "IRL", " ireland ": "IRL", "uk": "GBR", "EL": "GRC", "XK": "XKX", "xkx": "XKX",
		"United States": "USA", "united states of america": "USA", "Britain (UK)": "GBR", "great britain": "GBR",
		"Côte d'Ivoire": "CIV", "Ivory Coast": "CIV", "South Korea": "KOR", "Türkiye": "TUR", "UAE": "ARE",
		"us-east-1": "USA", "US-EAST-1": "USA", "aws:us-east-1": "USA", "AWS:US-East-1": "USA", "us-east-1a": "USA",
		"gcp:europe-west1": "BEL", "europe-west1-b": "BEL", "europe-west12": "ITA", "europe-west10-a": "DEU",
		"azure:northeurope": "IRL", "azure:North Europe": "IRL", "westeurope": "NLD", "eastasia": "HKG",
		"sa-east-1": "BRA", "sa-east-1a": "BRA", "me-central-1": "ARE", "gcp:me-central1": "QAT", "il-central-1": "ISR",
		"US-CAL-CISO": "USA", "us-cal-ciso": "USA", "DK-DK1": "DNK", "CA-QC": "CAN", "GB-ORK": "GBR", "RU-1": "RUS", "AU-TAS-KI": "AUS",
		"AR-BAS": "ARG", "US-AK-SEAPA": "USA", "East US 2": "USA", "watttime:PJM_DC": "USA", "eia:SC": "USA", "SC": "SYC",
		"world": "WLD", "World": "WLD", "WLD": "WLD",
	} {
		got, err := intensity.Lookup(s)
		require.NoError(t, err, s)
		require.Equal(t, want, got, "case A35: %q", s)
	}
}

func TestLookupRefuses(t *testing.T) {
	for s, says := range map[string]string{
		"":                       `place ""`,
		"XX":                     "accepted are a country (IE, IRL, Ireland)",
		"sa-east-9":              "did you mean sa-east-1?",   // not Saudi Arabia
		"me-central-9":           "did you mean me-central-1", // not Montenegro
		"af-south-2":             "did you mean af-south-1",   // not Afghanistan
		"sa-east-9a":             "not known",
		"sa-east":                "did you mean aws:sa-east-1", // nor here
		"me-west":                "did you mean gcp:me-west1",
		"us-eest-1":              "did you mean us-east-1",
		"frnace":                 "did you mean france?",
		"france2":                "not known",
		"XX-CAL":                 `zone "XX-CAL"`,
		"gcp:us-east-1":          `cloud region "gcp:us-east-1"`,
		"oracle:us-ashburn-1":    "regions of aws, azure and gcp",
		":us-east-1":             "cloud region",
		"aws:":                   "cloud region",
		"US-CALIFORNIA":          "not known",
		"CF":                     "no figure for CAF",
		"Liechtenstein":          "no figure for LIE",
		"\x00\n":                 `place "?"`,
		"x\x07y":                 `place "x?y"`,
		string(make([]byte, 99)): "not known",
	} {
		_, err := intensity.Lookup(s)
		require.ErrorIs(t, err, intensity.ErrUnknown, "case A35: %q is an error, not the world", s)
		require.ErrorContains(t, err, says, "%q", s)
		require.NotContains(t, err.Error(), "\n")
	}
}

func TestZone(t *testing.T) {
	for id, want := range map[string]intensity.Country{"FR": "FRA", "fra": "FRA", "US-CAL-CISO": "USA", "DK-DK1": "DNK"} {
		got, err := intensity.Zone(id)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, id := range []string{"", "XX", "WLD", "-", "US-", "US-CAL-", "US-CAL-CISO-X", "us-east-1", "USA-CA", "ireland"} {
		_, err := intensity.Zone(id)
		require.ErrorIs(t, err, intensity.ErrUnknown, id)
	}
}

func TestCloudRegion(t *testing.T) {
	c, err := intensity.CloudRegion("aws", "us-east-1")
	require.NoError(t, err)
	p, err := c.At(year(2024))
	require.NoError(t, err)
	require.Equal(t, 383.55, float64(p.Value), "case A35: AWS region")
	require.Equal(t, "USA", p.Zone, "case A35: the provenance is the country's")

	for _, r := range embedded(t, "cloud_regions.csv")[1:] {
		byRegion, err := intensity.CloudRegion(r[0], r[1])
		require.NoError(t, err, r[1])
		byCode, err := intensity.Lookup(r[2])
		require.NoError(t, err)
		require.Equal(t, byCode, byRegion, r[1])
		bare, err := intensity.Lookup(r[1])
		if errors.Is(err, intensity.ErrAmbiguous) {
			require.Contains(t, []string{"northeurope", "me-central1"}, r[1])
			continue
		}
		require.NoError(t, err)
		require.Equal(t, byCode, bare, "%s alone is the same place", r[1])
	}
	for _, bad := range [][2]string{{"aws", "europe-west1"}, {"", "us-east-1"}, {"aws", ""}, {"aws:us-east-1", ""}, {"", ""}} {
		_, err := intensity.CloudRegion(bad[0], bad[1])
		require.ErrorIs(t, err, intensity.ErrUnknown, "%v", bad)
	}
}

func FuzzLookup(f *testing.F) {
	for _, s := range []string{"IE", "us-east-1a", "gcp:europe-west1", "US-CAL-CISO", "Côte d'Ivoire", "world", "FR\x00", "é-é", "a:b:c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := intensity.Lookup(s)
		if err != nil {
			require.True(t, errors.Is(err, intensity.ErrUnknown) || errors.Is(err, intensity.ErrAmbiguous), err)
			require.Less(t, len(err.Error()), 1000)
			return
		}
		require.Len(t, string(c), 3)
		require.NotEmpty(t, c.Name())
		_, err = c.At(year(2026))
		require.NoError(t, err, "what Lookup returns has a figure")
	})
}

func BenchmarkLookup(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := intensity.Lookup("us-east-1"); err != nil {
			b.Fatal(err)
		}
	}
}
