package ifcompat_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/ifcompat"
)

// The figures are those that the tests of the Impact Framework 1.1.0 hold
// (src/__tests__/if-run/builtins/sci-embodied.test.ts).
func TestEmbodiedGrams(t *testing.T) {
	model := ifcompat.Default()
	twice := model
	twice.Emissions, twice.Lifespan = 2_000_000, 5*365*24*3600
	for name, c := range map[string]struct {
		model ifcompat.Model
		in    ifcompat.Machine
		want  float64
	}{
		"baseline":                       {model, ifcompat.Machine{Duration: 3600}, 28.538812785388128},
		"2 vCPU":                         {model, ifcompat.Machine{Duration: 3600, VCPUs: new(2.0)}, 31.39269406392694},
		"4 vCPU":                         {model, ifcompat.Machine{Duration: 3600, VCPUs: new(4.0)}, 37.10045662100457},
		"2000 kg, 5 years, 2 vCPU":       {twice, ifcompat.Machine{Duration: 3600, VCPUs: new(2.0)}, 47.945205479452056},
		"2000 kg, 5 years, 4 vCPU":       {twice, ifcompat.Machine{Duration: 3600, VCPUs: new(4.0)}, 52.51141552511416},
		"2 hard disks at the SSD's 100":  {model, ifcompat.Machine{Duration: 3600, HDD: 2}, 34.24657534246575},
		"half of it for two hours":       {model, ifcompat.Machine{Duration: 7200, UsageRatio: new(0.5)}, 28.538812785388128},
		"a host of 96 vCPU as one of 96": {model, ifcompat.Machine{Duration: 3600, VCPUs: new(96.0), MemoryGB: new(384.0)}, (1e6 + 95e5 + 368*533e3/384) / 35040},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := c.model.EmbodiedGrams(c.in)
			require.NoError(t, err)
			require.InEpsilon(t, c.want, got, 1e-14)
		})
	}
}

// 16 GB beyond the baseline at a constant of 1172 come to 18,752 kg.
func TestMemoryTermGrowsWithTheBaseline(t *testing.T) {
	m := ifcompat.Default()
	m.PerGB = 1172
	got, err := m.TotalGrams(ifcompat.Machine{MemoryGB: new(32.0)})
	require.NoError(t, err)
	require.Equal(t, 1_000_000+18_752_000.0, got)
	m.MemoryGB = 32
	got, err = m.TotalGrams(ifcompat.Machine{MemoryGB: new(48.0)})
	require.NoError(t, err)
	require.Equal(t, 1_000_000+2*18_752_000.0, got)
}

func TestEmbodiedGramsRefuses(t *testing.T) {
	for name, in := range map[string]ifcompat.Machine{
		"half a second":    {Duration: 0.5},
		"no time":          {},
		"negative disks":   {Duration: 1, HDD: -1},
		"memory of NaN GB": {Duration: 1, MemoryGB: new(math.NaN())},
		"too much of it":   {Duration: math.MaxFloat64, SSD: math.MaxFloat64},
	} {
		_, err := ifcompat.EmbodiedGrams(in)
		require.ErrorIs(t, err, ifcompat.ErrInput, name)
	}
	_, err := ifcompat.Model{Lifespan: 0}.EmbodiedGrams(ifcompat.Machine{Duration: 1})
	require.ErrorIs(t, err, ifcompat.ErrInput)
}

func TestSeries(t *testing.T) {
	for _, c := range []struct {
		name string
		f    func([]float64) (float64, error)
		in   []float64
		want float64
	}{
		{"time-sync loses a part of the last", ifcompat.TimeSyncMean, []float64{5, 5, 5, 1, 1}, 3.2},
		{"time-sync of four", ifcompat.TimeSyncMean, []float64{5, 5, 5, 1}, 3.75},
		{"time-sync of none", ifcompat.TimeSyncMean, nil, 0},
		{"mean of rates", ifcompat.MeanOverTime, []float64{10, 0.1}, 5.05},
		{"mean of none", ifcompat.MeanOverTime, nil, 0},
		{"score without work", func(in []float64) (float64, error) { return ifcompat.SCI(in[0], in[1]) }, []float64{0.205, 0}, 0.205},
		{"score", func(in []float64) (float64, error) { return ifcompat.SCI(in[0], in[1]) }, []float64{5.02, 100}, 0.0502},
	} {
		got, err := c.f(c.in)
		require.NoError(t, err, c.name)
		require.InDelta(t, c.want, got, 1e-15, c.name)
		if len(c.in) > 0 {
			c.in[0] = math.Inf(1)
			_, err = c.f(c.in)
			require.ErrorIs(t, err, ifcompat.ErrInput, c.name)
		}
	}
}
