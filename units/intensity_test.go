package units_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/units"
)

func TestIntensityOfOtherUnits(t *testing.T) {
	for _, c := range []struct {
		lb   float64
		want units.Intensity
	}{
		{1000, 453.59237},
		{916, 415.49061092},
		{2340, 1061.4061458},
	} {
		require.Equal(t, c.want, units.PoundsPerMWh(c.lb), "case A1: %v lb/MWh", c.lb)
	}
	require.Equal(t, 400*units.GramPerKWh, units.KilogramsPerMWh(400))
	require.Equal(t, 400*units.GramPerKWh, units.TonnesPerGWh(400))
}

func TestIntensityOf(t *testing.T) {
	require.Equal(t, 140*units.Gram, units.Intensity(70).Of(2*units.KilowattHour))
}

// WUE multiplies IT energy, EWIF facility energy: 1 kWh at a PUE of 1.5.
func TestWaterOf(t *testing.T) {
	e := units.Energy(units.KilowattHour)
	require.Equal(t, 0.5*units.Litre, units.WUE(0.5).Of(e))
	require.Equal(t, 3*units.Litre, units.EWIF(2).Of(units.PUE(1.5).Of(e)))
}
