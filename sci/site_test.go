package sci_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

func TestWaterOfASite(t *testing.T) {
	for name, c := range map[string]struct {
		site    sci.Site
		total   units.Water
		missing []string
	}{
		"all known":                {sci.Site{PUE: 1.5, WUE: new(units.WUE(0.5)), EWIF: new(units.EWIF(2))}, 35, nil},
		"WUE is not known":         {sci.Site{PUE: 1.5, EWIF: new(units.EWIF(2))}, 30, []string{"on-site"}},
		"EWIF is not known":        {sci.Site{PUE: 1.5, WUE: new(units.WUE(0.5))}, 5, []string{"off-site"}},
		"PUE is not known":         {sci.Site{WUE: new(units.WUE(0.5)), EWIF: new(units.EWIF(2))}, 5, []string{"off-site"}},
		"nothing known":            {sci.Site{}, 0, []string{"on-site", "off-site"}},
		"outside data centres":     {sci.OutsideDataCentre(), 0, []string{"off-site"}},
		"PUE multiplies EWIF only": {sci.Site{PUE: 2, WUE: new(units.WUE(1)), EWIF: new(units.EWIF(0))}, 10, nil},
	} {
		t.Run(name, func(t *testing.T) {
			use := c.site.Water(10 * units.KilowattHour)
			total, known := use.Total()
			require.Equal(t, c.total, total)
			require.Equal(t, c.missing == nil, known)
			require.Equal(t, c.missing, use.Missing())
			require.NoError(t, c.site.Check())
		})
	}
}

func TestOfficeEvaporatesNothing(t *testing.T) {
	site := sci.OutsideDataCentre()
	use := site.Water(units.KilowattHour)
	require.True(t, use.OnSiteKnown, "it is known to be zero")
	require.Zero(t, use.OnSite)
	require.Equal(t, units.PUE(1), site.PUE)
}

func TestSiteCheck(t *testing.T) {
	for name, c := range map[string]struct {
		site sci.Site
		want error
	}{
		"PUE below 1":   {sci.Site{PUE: 0.99}, sci.ErrPUE},
		"PUE is NaN":    {sci.Site{PUE: units.PUE(math.NaN())}, sci.ErrPUE},
		"negative WUE":  {sci.Site{WUE: new(units.WUE(-1))}, sci.ErrWater},
		"infinite EWIF": {sci.Site{EWIF: new(units.EWIF(math.Inf(1)))}, sci.ErrWater},
		"PUE doubt":     {sci.Site{PUESigma: -1}, sci.ErrUncertainty},
		"WUE doubt":     {sci.Site{WUESigma: math.NaN()}, sci.ErrUncertainty},
		"EWIF doubt":    {sci.Site{EWIFSigma: math.Inf(1)}, sci.ErrUncertainty},
	} {
		t.Run(name, func(t *testing.T) { require.ErrorIs(t, c.site.Check(), c.want) })
	}
}
