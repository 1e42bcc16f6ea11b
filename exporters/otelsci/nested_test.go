package otelsci_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	sdk "go.opentelemetry.io/otel/sdk/metric"

	"github.com/scimeter/scimeter/exporters/otelsci"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/units"
)

// What two nested meters emit adds up to what the first has counted.
func TestNestedIsNotInSums(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(4, pkg())
		outer, inner := measure(t, machine, full()), measure(t, machine, full())
		mine, its := sdk.NewManualReader(), sdk.NewManualReader()
		register(t, outer, mine)
		register(t, inner, its, otelsci.WithHardwareMetrics())
		inner.Count("request", 1000)
		machine.Run(100*time.Second, half())
		synctest.Wait()
		for _, m := range []*meter.Meter{outer, inner} {
			_, err := m.Read(t.Context())
			require.NoError(t, err)
		}
		root, all := collect(t, mine), collect(t, its)
		require.Equal(t, units.Microjoules(3125e6), microjoules(root["sci.energy"]))
		for _, name := range []string{"sci.energy", "sci.emissions", "sci.emissions.correction", "sci.water", "sci.zone.energy", "sci.energy.unpriced"} {
			require.Contains(t, root, name)
			require.NotContains(t, all, name)
		}
		require.Equal(t, map[string]float64{"sci.functional_unit=request": 1000}, values(all["sci.functional_units"]))
		require.InEpsilon(t, 0.875e-3, values(all["sci.score"])["sci.functional_unit=request"], 1e-12)
		require.Subset(t, names(all), []string{
			"hw.energy", "sci.carbon.intensity", "sci.info", "sci.meter.errors", "sci.meter.missing", "sci.zone.missing",
		})
		for attrs := range values(all["sci.info"]) {
			require.Contains(t, attrs, "sci.meter.parent="+outer.Method().ID)
			require.NotContains(t, attrs, inner.Method().ID, "each start would be a new series")
		}
		for attrs := range values(root["sci.info"]) {
			require.NotContains(t, attrs, "sci.meter")
			require.NotContains(t, attrs, outer.Method().ID)
		}
		check(t, all)
	})
}

// A program in a program that is measured, too.
func TestNestedInAnotherProcess(t *testing.T) {
	t.Setenv(meter.ParentEnv, "0123456789abcdef")
	bubble(t, full(), func(t *testing.T, r *rig) {
		r.run()
		all := r.collect()
		require.NotContains(t, all, "sci.energy")
		require.NotContains(t, all, "sci.emissions")
		for attrs := range values(all["sci.info"]) {
			require.Contains(t, attrs, "sci.meter.parent=0123456789abcdef")
		}
	})
}
