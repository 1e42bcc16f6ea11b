package fuelfactor_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/fuelfactor"
	"github.com/scimeter/scimeter/units"
)

// The annex has the smallest and the largest of the studies beside the median.
func TestMediansLieWithinTheAnnex(t *testing.T) {
	for name, c := range map[string]struct{ low, got, high units.Intensity }{
		"coal":          {740, fuelfactor.Coal.Lifecycle, 910},
		"gas":           {410, fuelfactor.Gas.Lifecycle, 650},
		"biomass":       {130, fuelfactor.Biomass.Lifecycle, 420},
		"nuclear":       {3.7, fuelfactor.Nuclear.Lifecycle, 110},
		"hydro":         {1, fuelfactor.Hydro.Lifecycle, 2200},
		"wind onshore":  {7, fuelfactor.Wind.Lifecycle, 56},
		"wind offshore": {8, fuelfactor.WindOffshoreLifecycle, 35},
		"solar utility": {18, fuelfactor.SolarUtility.Lifecycle, 180},
		"solar, roofs":  {26, fuelfactor.SolarAny.Lifecycle, 60},
		"geothermal":    {6, fuelfactor.Geothermal.Lifecycle, 79},
	} {
		require.Greater(t, c.got, c.low, name)
		require.Less(t, c.got, c.high, name)
	}
}

func TestDirectIsAPartOfTheLifeCycle(t *testing.T) {
	for _, f := range []fuelfactor.Factor{
		fuelfactor.Coal, fuelfactor.Gas, fuelfactor.Oil, fuelfactor.Biomass, fuelfactor.Nuclear, fuelfactor.Hydro, fuelfactor.Wind,
		fuelfactor.SolarUtility, fuelfactor.SolarAny, fuelfactor.Geothermal, fuelfactor.Unknown,
		fuelfactor.HydroDischarge, fuelfactor.BatteryDischarge,
	} {
		require.GreaterOrEqual(t, f.Of(true), units.Intensity(0))
		require.Less(t, f.Of(true), f.Of(false))
	}
}
