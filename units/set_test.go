package units_test

import (
	"errors"
	"flag"
	"io"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/units"
)

func quantityNamed(t *testing.T, name string) quantity {
	t.Helper()
	for _, q := range quantities {
		if q.name == name {
			return q
		}
	}
	require.Fail(t, "no quantity "+name)
	return quantity{}
}

func TestSet(t *testing.T) {
	for _, c := range []struct {
		quantity, text string
		want           float64
	}{
		{"Energy", "300", 300},
		{"Energy", "1.24 kWh", 4464000},
		{"Energy", "1.24kWh", 4464000},
		{"Energy", "  1.24\u00a0kWh\n", 4464000},
		{"Energy", "+1e3 J", 1000},
		{"Energy", "1E-3J", 0.001},
		{"Energy", ".5Wh", 1800},
		{"Energy", "3.6 MJ", 3.6e6},
		{"Energy", "1 GJ", 1e9},
		{"Energy", "2 TJ", 2e12},
		{"Energy", "5 µJ", 5e-6},
		{"Energy", "5 μJ", 5e-6}, // the Greek letter
		{"Energy", "5uJ", 5e-6},
		{"Energy", "-2 kWh", -7.2e6},
		{"Energy", "1e-400", 0},
		{"FacilityEnergy", "1 MWh", 3.6e9},
		{"Microjoules", "262143328850", 262143328850},
		{"Microjoules", "1.5 mJ", 1500},
		{"Microjoules", "1.4", 1},
		{"Microjoules", "1.5 µJ", 2},
		{"Power", "65W", 65},
		{"Power", "5mW", 0.005},
		{"Power", "5 MW", 5e6},
		{"Power", "-3 W", -3},
		{"Carbon", "312 gCO2e", 312},
		{"Carbon", "1.6 kg", 1600},
		{"Carbon", "1.6 kg CO₂eq", 1600},
		{"Carbon", "2t", 2e6},
		{"Intensity", "279.7 gCO2e/kWh", 279.7},
		{"Intensity", "279.7 g/kWh", 279.7},
		{"Intensity", "279.7", 279.7},
		{"Intensity", "0", 0},
		{"Intensity", "0.2797 kg/kWh", 279.7},
		{"Intensity", "1000 lb/MWh", 453.59237},
		{"Intensity", "916 lbCO2e/MWh", 415.49061092},
		{"Intensity", "400 kg/MWh", 400},
		{"Intensity", "0.4 t/MWh", 400},
		{"Intensity", "400 tCO2e/GWh", 400},
		{"Intensity", "279.7 gCO2/kWh", 279.7},
		{"Intensity", "279.7gCO2eq/kWh", 279.7},
		{"Intensity", "279.7 g CO2-eq per kWh", 279.7},
		{"Intensity", "279.7 gCO₂-e / kWh", 279.7},
		{"Intensity", "279.7 g CO2 equivalent/kWh", 279.7},
		{"Intensity", "0.2797 kgCO₂eq/kWh", 279.7},
		{"Intensity", "1000 lbs/MWh", 453.59237},
		{"Intensity", "1000 lb CO2/MWh", 453.59237},
		{"Intensity", "1000 lbs CO2e/MWh", 453.59237},
		{"Intensity", "400 kgCO2eq/MWh", 400},
		{"Intensity", "0.4 tCO2/MWh", 400},
		{"Intensity", "400 t CO2 per GWh", 400},
		{"Water", "20 L", 20},
		{"Water", "20 mL", 0.02},
		{"Water", "1.5 m³", 1500},
		{"WUE", "0.18", 0.18},
		{"WUE", "0 L/kWh", 0},
		{"EWIF", "1.476 L/kWh", 1.476},
		{"PUE", "1.2", 1.2},
		{"PUE", "1", 1},
	} {
		got, err := quantityNamed(t, c.quantity).set(c.text)
		require.NoError(t, err)
		require.Equal(t, c.want, got, "%s %q", c.quantity, c.text)
	}
}

func TestSetNegativeZero(t *testing.T) {
	got, err := quantityNamed(t, "Energy").set("-0")
	require.NoError(t, err)
	require.False(t, math.Signbit(got))
}

func TestSetRefuses(t *testing.T) {
	for _, c := range []struct {
		quantity, text, problem string
	}{
		{"Energy", "", "no number"},
		{"Energy", "kWh", "no number"},
		{"Energy", "NaN", "no number"},
		{"Energy", "nan J", "no number"},
		{"Energy", "Inf", "no number"},
		{"Energy", "-Infinity J", "no number"},
		{"Energy", "1.2.3 J", "no number"},
		{"Energy", "1-2 J", "no number"},
		{"Energy", "1e+ J", "no number"},
		{"Energy", "1,24 kWh", `unknown unit ",24kWh"`},
		{"Energy", "0x10", `unknown unit "x10"`},
		{"Energy", "1_000", `unknown unit "_000"`},
		{"Energy", "5e", `unknown unit "e"`},
		{"Energy", "5 W", `unknown unit "W"`},
		{"Energy", "5 kwh", `unknown unit "kwh", upper and lower case count`},
		{"Energy", "1e400", "too large"},
		{"Energy", "-1e400", "too large"},
		{"Energy", "1e300 TWh", "too large"},
		{"FacilityEnergy", "3 PUE", `unknown unit "PUE"`},
		{"Microjoules", "-1", "below 0"},
		{"Microjoules", "18446744073709551616", "too large"},
		{"Microjoules", "18.5 TJ", "too large"},
		{"Microjoules", "1 Wh", `unknown unit "Wh"`},
		{"Power", "65w", `unknown unit "w", upper and lower case count`},
		{"Carbon", "1 gCO2", `unknown unit "gCO2"`},
		{"Carbon", "1 Kg", `unknown unit "Kg", upper and lower case count`},
		{"Intensity", "-1", "below 0"},
		{"Intensity", "30 g", `unknown unit "g"`},
		{"Intensity", "30 gco2e/kwh", `unknown unit "gco2e/kwh", upper and lower case count`},
		{"Intensity", "30 gCO2e/kW", `unknown unit "gCO2e/kW"`},
		{"Intensity", "30 gC/kWh", `unknown unit "gC/kWh"`},
		{"Intensity", "30 ton/MWh", `unknown unit "ton/MWh"`},
		{"Intensity", "30 gCO2ee/kWh", `unknown unit "gCO2ee/kWh"`},
		{"Water", "3 kWh", `unknown unit "kWh"`},
		{"WUE", "-0.1 L/kWh", "below 0"},
		{"EWIF", "-0.1", "below 0"},
		{"PUE", "0", "below 1"},
		{"PUE", "0.999", "below 1"},
		{"PUE", "-1.2", "below 1"},
		{"PUE", "not given", "no number"},
		{"PUE", "120 %", `unknown unit "%"`},
	} {
		got, err := quantityNamed(t, c.quantity).set(c.text)
		var refused *units.ParseError
		require.ErrorAs(t, err, &refused, "%s %q", c.quantity, c.text)
		require.Equal(t, c.problem, refused.Problem)
		require.Equal(t, c.text, refused.Input)
		require.True(t, math.IsNaN(got), "%s %q changed the value", c.quantity, c.text)
	}
}

func TestParseErrorSaysWhatIsAccepted(t *testing.T) {
	require.EqualError(t, new(units.Power).Set("65w"),
		`units: parse power "65w": unknown unit "w", upper and lower case count; want a number, alone or with µW, mW, W, kW, MW, GW, such as 65 W`)
	require.EqualError(t, new(units.Intensity).Set("-3"),
		`units: parse intensity "-3": below 0; want a number of at least 0, alone or with g/kWh, kg/kWh, lb/MWh, kg/MWh, t/MWh, t/GWh, such as 279.7 g/kWh`)
	require.EqualError(t, new(units.PUE).Set("0.9"),
		`units: parse PUE "0.9": below 1; want a number of at least 1, such as 1.2`)
}

// What an error gives as an example has to be accepted.
func TestParseErrorExample(t *testing.T) {
	for _, q := range quantities {
		_, err := q.set("?")
		var refused *units.ParseError
		require.ErrorAs(t, err, &refused)
		_, examples, found := strings.Cut(refused.Want, "such as ")
		require.True(t, found)
		for example := range strings.SplitSeq(examples, " or ") {
			_, err = q.set(example)
			require.NoError(t, err, q.name)
		}
	}
}

func TestSetAsFlag(t *testing.T) {
	flags := flag.NewFlagSet("meter", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	idle, pue := 20*units.Watt, units.PUE(0)
	flags.Var(&idle, "idle", "idle power")
	flags.Var(&pue, "pue", "power usage effectiveness")

	require.Equal(t, "20 W", flags.Lookup("idle").DefValue)
	require.NoError(t, flags.Parse([]string{"-idle", "65W", "-pue=1.2"}))
	require.Equal(t, 65*units.Watt, idle)
	require.Equal(t, units.PUE(1.2), pue)
	require.ErrorContains(t, flags.Parse([]string{"-pue", "0.8"}), "want a number of at least 1")

	var help strings.Builder
	flags.SetOutput(&help)
	flags.PrintDefaults()
	require.Contains(t, help.String(), "(default 20 W)")
	require.NotContains(t, help.String(), "not given", "a zero default is not shown")
}

func FuzzSet(f *testing.F) {
	for _, text := range []string{"1.24 kWh", "279.7 g/kWh", "1e308GW", "-0", "NaN", "Inf", "1e", "18446744073709551615", "5uJ", "0x1p-2", "1.2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, q := range quantities {
			v, err := q.set(text)
			if err != nil {
				var refused *units.ParseError
				require.True(t, errors.As(err, &refused))
				require.True(t, math.IsNaN(v), "an error left a value")
				continue
			}
			require.False(t, math.IsNaN(v))
			require.False(t, v < q.least || v > max(q.most, 1<<64), "%s %q is %v", q.name, text, v)
			held, printed := q.hold(v)
			again, err := q.set(printed)
			if held == v { // 2^64-1 µJ is 2^64 as a float64
				require.NoError(t, err)
				q.requireClose(t, v, again, printed)
			}
		}
	})
}

func BenchmarkSet(b *testing.B) {
	b.ReportAllocs()
	var e units.Energy
	for b.Loop() {
		if err := e.Set("1.24 kWh"); err != nil {
			b.Fatal(err)
		}
	}
}
