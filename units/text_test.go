package units_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/units"
)

func TestString(t *testing.T) {
	for _, c := range []struct {
		value fmt.Stringer
		want  string
	}{
		{units.Energy(0), "0 J"},
		{units.Energy(math.Copysign(0, -1)), "0 J"},
		{units.Energy(1e-14), "1e-05 nJ"},
		{units.Energy(2.5e-7), "250 nJ"},
		{units.Energy(0.00144), "1.44 mJ"},
		{units.Energy(6.51), "6.51 J"},
		{units.Energy(6.505), "6.5 J"}, // the float64 is below the tie
		{units.Energy(999.4), "999 J"},
		{units.Energy(2700), "2.7 kJ"},
		{units.Energy(3597), "3.6 kJ"},
		{units.Energy(3598.3), "1 Wh"},
		{units.Energy(300 * units.WattHour), "300 Wh"},
		{units.Energy(999.7 * units.WattHour), "1 kWh"},
		{units.Energy(1.24 * units.KilowattHour), "1.24 kWh"},
		{units.Energy(-1.24 * units.KilowattHour), "-1.24 kWh"},
		{units.Energy(1287 * units.MegawattHour), "1.29 GWh"},
		{units.Energy(1.5e19), "4.17e+03 TWh"},
		{units.Energy(math.NaN()), "NaN J"},
		{units.FacilityEnergy(1.90159574 * units.KilowattHour), "1.9 kWh"},
		{units.Microjoules(0), "0 µJ"},
		{units.Microjoules(61), "61 µJ"},
		{units.Microjoules(999_999), "1 J"},
		{units.Microjoules(4_320_000_000_000), "4.32 MJ"},
		{units.Microjoules(math.MaxUint64), "18.4 TJ"},
		{units.Power(2e-8), "0.02 µW"},
		{units.Power(65), "65 W"},
		{units.Power(999.4), "999 W"},
		{units.Power(999.7), "1 kW"},
		{units.Power(-999.7), "-1 kW"},
		{units.Power(1030), "1.03 kW"},
		{100 * units.Megawatt, "100 MW"},
		{units.Power(math.Inf(1)), "+Inf GW"},
		{units.Power(math.MaxFloat64), "1.797693e+299 GW"},
		{units.Carbon(0.0312), "31.2 mgCO2e"},
		{units.Carbon(312), "312 gCO2e"},
		{units.Carbon(1610.79e3), "1.61 tCO2e"},
		{12_345 * units.Tonne, "12.3 ktCO2e"},
		{units.Intensity(0.05), "0.05 gCO2e/kWh"},
		{units.Intensity(279.7), "280 gCO2e/kWh"},
		{units.Intensity(1061.4061458), "1.06 kgCO2e/kWh"},
		{units.Water(0.00538212936), "5.38 mL"},
		{units.Water(24.3342996), "24.3 L"},
		{units.Water(1200), "1.2 m3"},
		{units.WUE(0.18), "0.18 L/kWh"},
		{units.EWIF(1.476), "1.48 L/kWh"},
		{units.PUE(0), "not given"},
		{units.PUE(1), "1"},
		{units.PUE(1.541), "1.54"},
	} {
		require.Equal(t, c.want, c.value.String())
	}
}

func TestStringOfGoFormat(t *testing.T) {
	e := units.Energy(4464000)
	require.Equal(t, "1.24 kWh", fmt.Sprint(e))
	require.Equal(t, "1.24 kWh|1.24 kWh", fmt.Sprintf("%v|%s", e, e))
	require.Equal(t, "4464000.00", fmt.Sprintf("%.2f", e))
	require.Equal(t, "{1.24 kWh 0 gCO2e}", fmt.Sprint(struct {
		E units.Energy
		C units.Carbon
	}{E: e}))
	require.Equal(t, "1 J 1000000", fmt.Sprintf("%v %d", units.Microjoules(1e6), units.Microjoules(1e6)))
}

// edges are the values at which a text changes its unit, and the ends.
func edges() []float64 {
	vs := []float64{0, 1, 64, 65.04, math.SmallestNonzeroFloat64, 2.5e-308, 1.7949e308, 1.7955e308, 1.79e308, most}
	for _, unit := range []float64{1, 3.6, 45.359237} {
		for e := -18; e <= 24; e++ {
			for _, f := range []float64{0.0009994, 0.0009995, 0.9994, 0.9995, 0.9996, 0.99951, 1.005} {
				v := f * unit * math.Pow10(e)
				vs = append(vs, v, math.Nextafter(v, 0), math.Nextafter(v, most))
			}
		}
	}
	return vs
}

func TestSetReadsWhatStringPrints(t *testing.T) {
	values := edges()
	random := rand.New(rand.NewPCG(1, 2))
	for range 2_000 {
		values = append(values, math.Exp(random.Float64()*120-60))
	}
	for _, q := range quantities {
		t.Run(q.name, func(t *testing.T) {
			for _, v := range values {
				for _, v := range []float64{v, -v} {
					if v < q.least || v > q.most {
						continue
					}
					held, text := q.hold(v)
					got, err := q.set(text)
					require.NoError(t, err, "%v", v)
					q.requireClose(t, held, got, text)
				}
			}
		})
	}
}

// A larger value never reads as a smaller one, whatever the units it is printed in.
func TestStringIsMonotone(t *testing.T) {
	values := edges()
	for v := 1e-20; v < 1e25; v *= 1.03 {
		values = append(values, v)
	}
	slices.Sort(values)
	for _, q := range quantities {
		t.Run(q.name, func(t *testing.T) {
			last, lastText := math.Inf(-1), ""
			for _, v := range values {
				if v < q.least || v > q.most {
					continue
				}
				_, text := q.hold(v)
				got, err := q.set(text)
				require.NoError(t, err)
				require.GreaterOrEqual(t, got, last, "%q after %q", text, lastText)
				last, lastText = got, text
			}
		})
	}
}

// At most three digits are shown, whatever the value.
func TestStringHasThreeDigits(t *testing.T) {
	for _, q := range quantities {
		for _, v := range edges() {
			if v < q.least || v > min(q.most, 1.79e308) {
				continue
			}
			_, text := q.hold(v)
			require.Regexp(t, `^(\d{1,3}|\d\.\d\d?|\d\d\.\d|0\.0*[1-9]\d{0,2})(e[-+]\d+)?( |$)|not given`, text)
		}
	}
}

func FuzzStringThenSet(f *testing.F) {
	for _, v := range edges()[:40] {
		f.Add(v)
		f.Add(-v)
	}
	f.Fuzz(func(t *testing.T, v float64) {
		for _, q := range quantities {
			if !(v >= q.least && v <= q.most) {
				continue
			}
			held, text := q.hold(v)
			got, err := q.set(text)
			require.NoError(t, err)
			q.requireClose(t, held, got, text)
		}
	})
}

func BenchmarkString(b *testing.B) {
	b.ReportAllocs()
	e := units.Energy(1.24 * units.KilowattHour)
	for b.Loop() {
		_ = e.String()
	}
}
