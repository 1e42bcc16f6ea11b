package sci_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

func found(t *testing.T, model string, memory uint64) sci.Accelerator {
	t.Helper()
	a, err := sci.Accelerators().Find(model, memory)
	require.NoError(t, err)
	return a
}

func TestAcceleratorByWholeName(t *testing.T) {
	const mib = 1 << 20
	for name, c := range map[string]struct {
		model  string
		memory uint64
		want   string
		kg     float64
	}{
		"case D1: A10 is not A100":               {"NVIDIA A10", 23028 * mib, "NVIDIA A10", 41},
		"case D2: L4":                            {"NVIDIA L4", 23034 * mib, "NVIDIA L4", 30},
		"case D2: L40":                           {"NVIDIA L40", 46068 * mib, "NVIDIA L40", 71},
		"case D2: L40S":                          {"NVIDIA L40S", 46068 * mib, "NVIDIA L40S", 75},
		"case D3: H20 is not H200":               {"NVIDIA H20", 97871 * mib, "NVIDIA H20", 147},
		"case D3: H200":                          {"NVIDIA H200", 143771 * mib, "NVIDIA H200", 205},
		"H100 SXM":                               {"NVIDIA H100 80GB HBM3", 81559 * mib, "NVIDIA H100 80GB HBM3", 164},
		"H100 PCIe":                              {"NVIDIA H100 PCIe", 81559 * mib, "NVIDIA H100 PCIe", 131},
		"B200":                                   {"NVIDIA B200", 183359 * mib, "NVIDIA B200", 284.25},
		"T4, error correction takes a sixteenth": {"Tesla T4", 15360 * mib, "Tesla T4", 27},
		"A100 of 40 GB":                          {"NVIDIA A100-SXM4-40GB", 40960 * mib, "NVIDIA A100-SXM4-40GB", 127.6},
		"A100 of 80 GB":                          {"NVIDIA A100-SXM4-80GB", 81920 * mib, "NVIDIA A100-SXM4-80GB", 128},
		"an older driver, without the maker":     {"A100-SXM4-40GB", 0, "NVIDIA A100-SXM4-40GB", 127.6},
		"other spelling":                         {" nvidia a100 sxm4 80 GB\n", 0, "NVIDIA A100-SXM4-80GB", 128},
		"one of the four of a board":             {"NVIDIA A16", 15356 * mib, "NVIDIA A16", 17.25},
		"a name of the market":                   {"MI300X", 0, "AMD Instinct MI300X", 317},
		"Intel, with its mark":                   {"Intel(R) Data Center GPU Max 1550", 0, "Intel Data Center GPU Max 1550", 200},
	} {
		t.Run(name, func(t *testing.T) {
			a := found(t, c.model, c.memory)
			require.Equal(t, c.want, a.Model)
			require.InEpsilon(t, c.kg, float64(a.TE/units.Kilogram), 1e-15)
		})
	}
}

func TestAcceleratorOnBaseboard(t *testing.T) {
	for model, want := range map[string]bool{
		"NVIDIA H100 80GB HBM3": true, "AMD Instinct MI300X": true, "NVIDIA H100 PCIe": false, "NVIDIA GH200 480GB": false,
	} {
		require.Equal(t, want, found(t, model, 0).OnBaseboard(), model)
	}
}

func TestAcceleratorUnknown(t *testing.T) {
	for name, c := range map[string]struct {
		model   string
		memory  uint64
		nearest string
	}{
		"case D4: an unknown name":            {"NVIDIA A11", 0, "NVIDIA A10"},
		"case D4: a name that starts another": {"NVIDIA H2", 0, "NVIDIA H20"},
		"case D4: a longer name":              {"NVIDIA L40S2", 0, "NVIDIA L40S"},
		"case D4: which H100 it is not told":  {"NVIDIA H100", 0, "NVIDIA H100 NVL"},
		"the memory is another":               {"NVIDIA A10", 80 << 30, "NVIDIA A10"},
		"no name":                             {"", 0, ""},
		"a maker alone":                       {"NVIDIA", 0, ""},
		"a slice is not a card":               {"NVIDIA A100-SXM4-40GB MIG 1g.5gb", 0, "NVIDIA A100-SXM4-40GB"},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := sci.Accelerators().Find(c.model, c.memory)
			require.ErrorIs(t, err, sci.ErrUnknownModel)
			require.Zero(t, a)
			e, ok := errors.AsType[*sci.ModelError](err)
			require.True(t, ok)
			require.Equal(t, c.model, e.Model)
			require.Len(t, e.Nearest, 3)
			if c.nearest != "" {
				require.Contains(t, e.Nearest, c.nearest)
				require.ErrorContains(t, err, c.nearest)
			}
			require.ErrorContains(t, err, "AcceleratorTable.With", "the remedy")
		})
	}
}

// gpuOnly has no host, so that what is accrued is of the accelerators.
func gpuOnly(parts ...sci.Part) sci.Server {
	return sci.Server{Embodied: 1e-300, Accelerators: parts}
}

func whole(source.Kind) float64 { return 1 }

func TestAcceleratorShare(t *testing.T) {
	h100 := found(t, "NVIDIA H100 80GB HBM3", 0).Part()
	// 4.677 g where a year has 365.25 days; ours has 8,760 h, so that EL is
	// 35,040 h and not 35,064.
	t.Run("case D5: an hour of a whole H100", func(t *testing.T) {
		require.Equal(t, units.Carbon(164000.0/35040), h100.Of(time.Hour, 0, 1))
		require.InDelta(t, 4.680, float64(h100.Of(time.Hour, 0, 1)), 5e-4)
		require.InDelta(t, 4.677, float64(h100.Of(time.Hour, 35064*time.Hour, 1)), 5e-4)
		m, u := gpuOnly(h100).Accrue(time.Hour, whole)
		require.InEpsilon(t, 164000.0/35040, float64(m), 1e-12)
		require.InEpsilon(t, math.Log(1.9)*164000/35040, u["te.gpu"], 1e-12)
	})
	t.Run("case D6: a slice of a seventh", func(t *testing.T) {
		require.InEpsilon(t, 164000.0/35040/7, float64(h100.Of(time.Hour, 0, 1.0/7)), 1e-12)
		require.InDelta(t, 0.668, float64(h100.Of(time.Hour, 35064*time.Hour, 1.0/7)), 5e-4)
	})
	t.Run("two cards are off together", func(t *testing.T) {
		_, u := gpuOnly(h100, found(t, "NVIDIA H200", 0).Part()).Accrue(time.Hour, whole)
		require.InEpsilon(t, math.Log(1.9)*(164000+205000)/35040, u[sci.GPUID], 1e-12)
	})
}

func TestAcceleratorOverride(t *testing.T) {
	t.Run("case D7: a file wins, and says so", func(t *testing.T) {
		rows, err := sci.ParseAccelerators(strings.NewReader(
			"# from our supplier\nmodel,kg,method,year,source\nNVIDIA H200,250,LCA,2026,supplier's letter\nOwn Card,12.5,,,\n"))
		require.NoError(t, err)
		table, err := sci.Accelerators().With(rows...)
		require.NoError(t, err)
		a, err := table.Find("NVIDIA H200", 141_000_000_000)
		require.NoError(t, err)
		require.Equal(t, 250*units.Kilogram, a.TE)
		require.Equal(t, "supplier's letter", a.Source)
		require.Equal(t, "NVIDIA H200: 250 kgCO2e, LCA, 2026", a.String())
		own, err := table.Find("own card", 0)
		require.NoError(t, err)
		require.Equal(t, "Own Card: 12.5 kgCO2e, user", own.String())
		require.Equal(t, 205*units.Kilogram, found(t, "NVIDIA H200", 0).TE, "the table that comes along stays as it is")
	})
	t.Run("one card, by its UUID", func(t *testing.T) {
		table, err := sci.Accelerators().With(sci.Accelerator{
			Model: "H100 of rack 4", Names: []string{"GPU-1234"}, TE: 100 * units.Kilogram,
		})
		require.NoError(t, err)
		for id, kg := range map[string]units.Carbon{"gpu/GPU-1234": 100, "GPU-1234": 100, "gpu/GPU-5678": 164} {
			a, err := table.ForZone(source.Zone{ID: id, Model: "NVIDIA H100 80GB HBM3"}, 0)
			require.NoError(t, err)
			require.Equal(t, kg*units.Kilogram, a.TE, id)
		}
		_, err = table.ForZone(source.Zone{ID: "gpu/GPU-1", Model: "What"}, 0)
		require.ErrorIs(t, err, sci.ErrUnknownModel)
	})
	t.Run("rows that say nothing", func(t *testing.T) {
		for name, row := range map[string]sci.Accelerator{
			"no model":   {TE: 1},
			"no TE":      {Model: "X"},
			"negative":   {Model: "X", TE: -1},
			"range":      {Model: "X", TE: 5, Low: 6, High: 7},
			"infinite":   {Model: "X", TE: units.Carbon(math.Inf(1))},
			"memory":     {Model: "X", TE: 1, MemoryGB: math.NaN()},
			"below zero": {Model: "X", TE: 1, Low: -1, High: 2},
		} {
			_, err := sci.Accelerators().With(row)
			require.Error(t, err, name)
		}
	})
}

func TestParseAcceleratorsRefuses(t *testing.T) {
	for name, text := range map[string]string{
		"nothing":         "",
		"a comment":       "# x\n",
		"no kg":           "model\nX\n",
		"unknown column":  "model,kg,price\nX,1,2\n",
		"no number":       "model,kg\nX,many\n",
		"not a number":    "model,kg\nX,NaN\n",
		"nothing of it":   "model,kg\nX,0\n",
		"a field missing": "model,kg\nX\n",
		"a quote":         "model,kg\n\"X,1\n",
		"twice a column":  "model,kg,kg\nX,1,1\n",
	} {
		_, err := sci.ParseAccelerators(strings.NewReader(text))
		require.Error(t, err, name)
	}
}

func TestAcceleratorsCountedTwice(t *testing.T) {
	part := found(t, "NVIDIA H200", 0).Part()
	s := sci.Server{Embodied: 5700 * units.Kilogram, HasAccelerators: true}
	require.NoError(t, s.Check())
	s.Accelerators = []sci.Part{part}
	require.ErrorIs(t, s.Check(), sci.ErrAcceleratorsTwice, "case D8")
	require.ErrorContains(t, s.Check(), "counted twice")
	s.HasAccelerators = false
	require.NoError(t, s.Check())
}

func TestAcceleratorOfTheModel(t *testing.T) {
	a := found(t, "NVIDIA H200", 0)
	require.Equal(t, []float64{205, 144, 431}, []float64{
		float64(a.TE / units.Kilogram), float64(a.Low / units.Kilogram), float64(a.High / units.Kilogram),
	}, "case D9")
	require.Equal(t, "model", a.Method)
	require.Equal(t, "cradle-to-gate", a.Boundary)
}

// Every row says who says so, no name is of two rows, and those of the model
// whose process is its reference follow from their inputs.
func TestAcceleratorTableHolds(t *testing.T) {
	table := sci.Accelerators()
	require.Len(t, table, 37)
	_, err := sci.AcceleratorTable(nil).With(table...)
	require.NoError(t, err)
	methods := map[string]int{}
	for _, a := range table {
		methods[a.Method]++
		require.NotEmpty(t, a.Source, a.Model)
		require.NotEmpty(t, a.Boundary, a.Model)
		require.Positive(t, a.Year, a.Model)
		require.Positive(t, a.MemoryGB, a.Model)
		require.Less(t, a.Low, a.TE, a.Model)
		require.Less(t, a.TE, a.High, a.Model)
		for _, name := range append([]string{a.Model}, a.Names...) {
			got, err := table.Find(name, uint64(a.MemoryGB*1e9))
			require.NoError(t, err, name)
			require.Equal(t, a, got, name)
		}
		var watts, gb, die, node float64
		var memory string
		_, err := fmt.Sscanf(a.Inputs, "%f W; %f GB %s %f mm2; %f nm", &watts, &gb, &memory, &die, &node)
		if err != nil || node != 4 || a.Method != "model" {
			continue
		}
		perGB := 0.81
		if strings.HasPrefix(memory, "GDDR") {
			perGB = 0.405
		}
		require.InDelta(t, 5.03*die/100+perGB*gb+0.0708*watts, float64(a.TE/units.Kilogram), 0.51, a.Model)
		require.InDelta(t, 0.7*float64(a.TE), float64(a.Low), 501, a.Model)
		require.InDelta(t, 2.1*float64(a.TE), float64(a.High), 501, a.Model)
	}
	require.Equal(t, map[string]int{"manufacturer PCF": 2, "LCA": 1, "model": 34}, methods)
}

func FuzzParseAccelerators(f *testing.F) {
	f.Add("model,kg\nX,1\n", "X")
	f.Add("model,names,memory_gb,kg,low_kg,high_kg\nA,B|C,80,5,4,6\n", "c")
	f.Add("#\n", "NVIDIA H100 80GB HBM3")
	f.Fuzz(func(t *testing.T, text, name string) {
		rows, err := sci.ParseAccelerators(strings.NewReader(text))
		if err != nil {
			require.Empty(t, rows)
		}
		table, err := sci.Accelerators().With(rows...)
		require.NoError(t, err, "what was parsed is usable")
		a, err := table.Find(name, 0)
		if err != nil {
			require.ErrorIs(t, err, sci.ErrUnknownModel)
			require.Zero(t, a)
			return
		}
		require.Positive(t, a.TE)
		require.NoError(t, gpuOnly(a.Part()).Check())
	})
}

func ExampleAcceleratorTable_Find() {
	a, err := sci.Accelerators().Find("NVIDIA H200", 0)
	if err != nil {
		fmt.Println(err)
		return
	}
	server := sci.Server{Embodied: 5700 * units.Kilogram, Accelerators: []sci.Part{a.Part()}}
	m, _ := server.Accrue(time.Hour, func(source.Kind) float64 { return 1 })
	fmt.Println(a)
	fmt.Println(a.Low, "to", a.High)
	fmt.Println("an hour of the server:", m)

	_, err = sci.Accelerators().Find("NVIDIA H2", 0)
	fmt.Println(err)
	// Output:
	// NVIDIA H200: 205 kgCO2e, model, 2025
	// 144 kgCO2e to 431 kgCO2e
	// an hour of the server: 169 gCO2e
	// sci: find accelerator "NVIDIA H2" (nearest: NVIDIA H20, NVIDIA H200, NVIDIA A2): no embodied carbon is known of this accelerator; give it by AcceleratorTable.With
}
