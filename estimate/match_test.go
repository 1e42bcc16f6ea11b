package estimate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/estimate"
	"github.com/scimeter/scimeter/units"
)

func TestArchitecture(t *testing.T) {
	for _, tt := range []struct {
		model          string
		family, number int
		cloud, want    string
	}{
		{"Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz", 6, 85, "aws", "cascade-lake"},
		{"Intel(R) Xeon(R) Platinum 8175M CPU @ 2.50GHz", 6, 85, "aws", "skylake"},
		{"Intel(R) Xeon(R) Gold 6252 CPU @ 2.10GHz", 6, 85, "", "cascade-lake"},
		{"Intel(R) Xeon(R) Silver 4110 CPU @ 2.10GHz", 6, 85, "", "skylake"},
		{"Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz", 6, 106, "aws", ""},
		{"Intel(R) Xeon(R) Platinum 8488C", 6, 143, "aws", ""},
		{"Intel(R) Xeon(R) CPU @ 2.20GHz", 6, 79, "gcp", "broadwell"},
		{"Intel(R) Xeon(R) CPU @ 2.00GHz", 6, 85, "gcp", "skylake"},
		{"Intel(R) Xeon(R) CPU @ 2.60GHz", 6, 106, "gcp", ""},
		{"Intel(R) Xeon(R) CPU @ 2.20GHz", 0, 0, "gcp", ""},
		{"Intel Xeon Processor (Cascadelake)", 6, 85, "", "cascade-lake"},
		{"Intel Xeon Processor (Skylake, IBRS)", 6, 85, "", "skylake"},
		{"Intel Xeon Processor (Icelake)", 6, 134, "", ""},
		{"Intel(R) Xeon(R) CPU E3-1240 V2 @ 3.40GHz", 6, 58, "", "ivy-bridge"},
		{"Intel(R) Xeon(R) CPU E5-2620 v3 @ 2.40GHz", 6, 63, "", "haswell"},
		{"Intel(R) Xeon(R) CPU E5-2680 v4 @ 2.40GHz", 6, 79, "", "broadwell"},
		{"Intel(R) Xeon(R) CPU E5-2670 0 @ 2.60GHz", 6, 45, "", "sandy-bridge"},
		{"Intel(R) Xeon(R) CPU E3-1270 v6 @ 3.80GHz", 6, 158, "", ""},
		{"Intel(R) Xeon(R) CPU E7- 4870  @ 2.40GHz", 6, 47, "", ""},
		{"Intel(R) Xeon(R) CPU E7-8890 v3 @ 2.50GHz", 6, 63, "", "haswell"},
		{"Intel(R) Xeon(R) E-2288G CPU @ 3.70GHz", 6, 158, "", "coffee-lake"},
		{"Intel(R) Xeon(R) E-2388G CPU @ 3.20GHz", 6, 167, "", ""},
		{"Intel(R) Core(TM) i7-4770 CPU @ 3.40GHz", 6, 60, "", ""},
		{"AMD EPYC 7571", 23, 1, "aws", "epyc-1"},
		{"AMD EPYC 7R32", 23, 49, "aws", "epyc-2"},
		{"AMD EPYC 7B12", 23, 49, "gcp", "epyc-2"},
		{"AMD EPYC 7702P 64-Core Processor", 23, 49, "", "epyc-2"},
		{"AMD EPYC 7R13 Processor", 25, 1, "aws", "epyc-3"},
		{"AMD EPYC 7763v 64-Core Processor", 25, 1, "azure", "epyc-3"},
		{"AMD EPYC 72F3 8-Core Processor", 25, 1, "", "epyc-3"},
		{"AMD EPYC 7F52 16-Core Processor", 23, 49, "", "epyc-2"},
		{"AMD EPYC-Rome Processor", 23, 49, "", "epyc-2"},
		{"AMD EPYC-Milan Processor", 25, 1, "", "epyc-3"},
		{"AMD EPYC-Genoa Processor", 25, 17, "", ""},
		{"AMD EPYC", 25, 17, "", ""},
		{"AMD EPYC", 25, 1, "", "epyc-3"},
		{"AMD EPYC 9R14", 25, 17, "aws", ""},
		{"AMD EPYC 8024P 8-Core Processor", 25, 160, "", ""},
		{"AMD EPYC 3251 8-Core Processor", 23, 1, "", ""},
		{"AMD Ryzen Threadripper 1950X 16-Core Processor", 23, 1, "", ""},
		{"Neoverse-N1", 0, 0, "aws", "graviton2"},
		{"Neoverse-N1", 0, 0, "gcp", ""},
		{"Neoverse-V1", 0, 0, "aws", ""},
		{"Apple M2", 0, 0, "", ""},
		{"", 0, 0, "", ""},
	} {
		t.Run(tt.model, func(t *testing.T) {
			p := estimate.Processor{Model: tt.model, Family: tt.family, Number: tt.number, Cloud: tt.cloud}
			got, ok := p.Architecture()
			require.Equal(t, tt.want, got)
			require.Equal(t, tt.want != "", ok)
		})
	}
}

func TestTDP(t *testing.T) {
	for model, want := range map[string]units.Power{
		"AMD EPYC 8024P 8-Core Processor":                90,
		"AMD Ryzen Threadripper 1950X 16-Core Processor": 180,
		"Intel(R) Xeon(R) CPU E3-1240 V2 @ 3.40GHz":      69,
		"Intel(R) Xeon(R) CPU E5-2620 v3 @ 2.40GHz":      85,
		"Intel(R) Xeon(R) CPU E5-2620 v30":               0,
		"AMD EPYC 8024PN 8-Core Processor":               0,
		"":                                               0,
	} {
		got, ok := estimate.Processor{Model: model}.TDP()
		require.Equal(t, want, got, model)
		require.Equal(t, want > 0, ok, model)
	}
}

func FuzzArchitecture(f *testing.F) {
	f.Add("Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz", 6, 85, "aws")
	f.Add("AMD EPYC 72F3 8-Core Processor", 25, 1, "")
	f.Add("Intel Xeon E-2 E3- E5-2 v", 6, 60, "")
	f.Add("EPYC 7f 7ff 7fff epyc-", 23, 1, "")
	names := map[string]bool{}
	for _, r := range estimate.Rows() {
		names[r.Name] = true
	}
	f.Fuzz(func(t *testing.T, model string, family, number int, cloud string) {
		p := estimate.Processor{Model: model, Family: family, Number: number, Cloud: cloud}
		name, ok := p.Architecture()
		require.Equal(t, ok, name != "")
		if ok {
			require.True(t, names[name], "no row %q", name)
		}
		tdp, ok := p.TDP()
		require.Equal(t, ok, tdp > 0)
	})
}
