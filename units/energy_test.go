package units_test

import (
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/units"
)

// The conversions of joules, of a powercap counter and of an NVML counter.
func TestKWh(t *testing.T) {
	require.Equal(t, 1.0, units.Energy(3.6e6).KWh())
	require.Equal(t, 1.0, units.FacilityEnergy(3.6e6).KWh())
	t.Run("case unit-joule", func(t *testing.T) {
		require.Equal(t, 0.34293527777777777, units.Energy(1234567).KWh())
	})
	t.Run("case unit-rapl-uj", func(t *testing.T) {
		uj := units.Microjoules(987654321012)
		require.Equal(t, 0.2743484225033333, units.Energy(uj.Joules()).KWh())
	})
	t.Run("case unit-nvml-mj", func(t *testing.T) {
		require.InEpsilon(t, 0.034293552500000005, units.Energy(123456789*units.Millijoule).KWh(), 1e-15) // 1e-3 is no float64
	})
}

func TestEnergyOver(t *testing.T) {
	p, ok := units.Energy(3600).Over(time.Minute)
	require.True(t, ok)
	require.Equal(t, 60*units.Watt, p)

	for _, d := range []time.Duration{0, -time.Second} {
		p, ok = units.Energy(3600).Over(d)
		require.False(t, ok)
		require.Zero(t, p)
	}
	p, ok = units.Energy(math.NaN()).Over(time.Second)
	require.False(t, ok)
	require.Zero(t, p)
}

func TestPowerFor(t *testing.T) {
	require.Equal(t, units.Energy(500*units.WattHour), (500 * units.Watt).For(time.Hour))
	require.Equal(t, units.Energy(0.065), (65 * units.Watt).For(time.Millisecond))
	require.Zero(t, units.Kilowatt.For(0))
	require.Zero(t, units.Kilowatt.For(-time.Second), "no negative energy")
}

// Nothing that is not a number goes in and comes out, and nothing infinite.
func TestNothingInfiniteLeaves(t *testing.T) {
	wild := []float64{math.NaN(), math.Inf(1), math.Inf(-1), most, -most, math.SmallestNonzeroFloat64, 0, -1, 1}
	for _, a := range wild {
		for _, b := range wild {
			e, f := units.Energy(a), units.FacilityEnergy(a)
			over, _ := e.Over(1)
			for _, got := range []float64{
				e.KWh(), f.KWh(), float64(over),
				float64(units.Power(a).For(math.MaxInt64)),
				float64(units.PUE(b).Of(e)),
				float64(units.Intensity(b).Of(f)),
				float64(units.WUE(b).Of(e)),
				float64(units.EWIF(b).Of(f)),
				float64(units.PoundsPerMWh(a)), float64(units.KilogramsPerMWh(a)), float64(units.TonnesPerGWh(a)),
			} {
				require.False(t, math.IsNaN(got) || math.IsInf(got, 0), "of %v and %v", a, b)
			}
		}
	}
	require.Equal(t, units.FacilityEnergy(most), units.PUE(2).Of(most))
	require.Equal(t, units.FacilityEnergy(-most), units.PUE(2).Of(-most))
}
