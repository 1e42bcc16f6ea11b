package otelsci_test

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/metric/metricdata/metricdatatest"

	"github.com/scimeter/scimeter/exporters/otelsci"
	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/units"
)

// Of 100 s: package 500 J static and 1000 J dynamic, rest 1000 J, and a quarter
// of all lost on top: 3125 J, which are 3750 J at the facility and 0.375 g.
func TestEmitted(t *testing.T) {
	bubble(t, full(), func(t *testing.T, r *rig) {
		r.meter.Count("request", 1000)
		r.run()
		all := r.collect()
		require.Equal(t, map[string]float64{
			"sci.account=_idle,sci.nature=estimated": 1875, "sci.account=_unattributed,sci.nature=estimated": 1250,
		}, values(all["sci.energy"]))
		near(t, map[string]float64{
			"sci.account=_idle,sci.component=operational":         0.225,
			"sci.account=_unattributed,sci.component=operational": 0.15,
			"sci.account=_idle,sci.component=embodied":            0.5,
		}, values(all["sci.emissions"]))
		require.Equal(t, map[string]float64{"": 0}, values(all["sci.emissions.correction"]))
		near(t, map[string]float64{ // 0.1 µL/J at the IT equipment, 1 µL/J at the facility
			"sci.account=_idle": 1875 * 1.3e-6, "sci.account=_unattributed": 1250 * 1.3e-6,
		}, values(all["sci.water"]))
		require.Equal(t, map[string]float64{
			"hw.type=cpu,sci.nature=calculated,sci.source=metertest,sci.zone=package-0":     1500,
			"hw.type=rest,sci.nature=estimated,sci.source=rest,sci.zone=rest":               1000,
			"hw.type=psu_loss,sci.nature=estimated,sci.source=efficiency,sci.zone=psu_loss": 625,
		}, values(all["sci.zone.energy"]))
		require.Equal(t, map[string]float64{"sci.zone=package-0": 0}, values(all["sci.zone.missing"]))
		require.Equal(t, map[string]float64{"": 0}, values(all["sci.energy.unpriced"]))
		require.Equal(t, map[string]float64{
			"sci.carbon.intensity.type=average,sci.grid.zone=XX,sci.nature=measured," +
				"sci.signal=average lifecycle production,sci.source=script": 360,
		}, values(all["sci.carbon.intensity"]))
		require.Equal(t, map[string]float64{"sci.source=script": 130}, values(all["sci.carbon.intensity.age"]))
		require.Equal(t, map[string]float64{"sci.functional_unit=request": 1000}, values(all["sci.functional_units"]))
		near(t, map[string]float64{"sci.functional_unit=request": 0.875e-3}, values(all["sci.score"]))
		require.Equal(t, map[string]float64{"error.type=_OTHER,sci.source=scope": 0}, values(all["sci.meter.errors"]))
		require.Equal(t, map[string]float64{"": 0}, values(all["sci.meter.missing"]))
		require.Equal(t, map[string]float64{
			`sci.boundary=cpu\,psu_loss\,rest,sci.embodied.source=by heart,sci.nature=estimated,sci.policy=reserved,` +
				`sci.pue=1.2,sci.pue.source=given,sci.reservation=limit,sci.scope=script`: 1,
		}, values(all["sci.info"]))
		require.NotContains(t, all, "hw.energy", "off unless asked for")
		require.NotContains(t, all, "hw.host.energy")
	})
}

// The whole of a metric, as an exporter gets it.
func TestShape(t *testing.T) {
	bubble(t, full(), func(t *testing.T, r *rig) {
		r.run()
		point := func(account string, joules float64) metricdata.DataPoint[float64] {
			return metricdata.DataPoint[float64]{Value: joules, Attributes: attribute.NewSet(
				attribute.String("sci.account", account), attribute.String("sci.nature", "estimated"))}
		}
		metricdatatest.AssertEqual(t, metricdata.Metrics{
			Name: "sci.energy", Unit: "J",
			Description: "Energy charged to the software, at the input of the IT equipment: rest and supply loss are in, PUE is not.",
			Data: metricdata.Sum[float64]{
				Temporality: metricdata.CumulativeTemporality, IsMonotonic: true,
				DataPoints: []metricdata.DataPoint[float64]{point("_idle", 1875), point("_unattributed", 1250)},
			},
		}, r.collect()["sci.energy"], metricdatatest.IgnoreTimestamp())
	})
}

func TestNoGrid(t *testing.T) {
	bubble(t, sparse(), func(t *testing.T, r *rig) {
		r.meter.Count("request", 1000)
		r.run()
		all := r.collect()
		near(t, map[string]float64{"sci.account=_idle,sci.component=embodied": 0.5}, values(all["sci.emissions"]))
		require.Equal(t, map[string]float64{"": 3125}, values(all["sci.energy.unpriced"]))
		require.Equal(t, map[string]float64{"sci.functional_unit=request": 1000}, values(all["sci.functional_units"]))
		for _, name := range []string{"sci.carbon.intensity", "sci.carbon.intensity.age", "sci.emissions.correction", "sci.score", "sci.water"} {
			require.NotContains(t, all, name)
		}
	})
}

func TestGridOfAYear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))) // a bubble starts in 2000
		reader := sdk.NewManualReader()
		m := measure(t, metertest.New(4, pkg()), sparse(), meter.WithGrid(intensity.Country("IE")))
		register(t, m, reader)
		time.Sleep(time.Minute)
		synctest.Wait()
		all := collect(t, reader)
		require.Len(t, values(all["sci.carbon.intensity"]), 1)
		for attrs, v := range values(all["sci.carbon.intensity"]) {
			require.Contains(t, attrs, "sci.grid.zone=IRL,sci.nature=estimated")
			require.Positive(t, v)
		}
		require.NotContains(t, all, "sci.carbon.intensity.age", "the average of a year is of no age")
	})
}

// A grid that ends leaves the emissions where they are, and says so.
func TestGridEnds(t *testing.T) {
	bubble(t, full(), func(t *testing.T, r *rig) {
		r.run()
		before := values(r.collect()["sci.emissions"])
		time.Sleep(2*time.Hour - 200*time.Second)
		r.meter.Count("request", 1)
		r.run()
		_ = r.collect() // ends the window that has a price for a part
		r.meter.Count("request", 1)
		r.run()
		all := r.collect()
		require.NotContains(t, all, "sci.carbon.intensity")
		require.NotContains(t, all, "sci.score", "a part has no price")
		require.Equal(t, map[string]float64{"": 1}, values(all["sci.meter.missing"]))
		require.Greater(t, values(all["sci.energy.unpriced"])[""], 3125.0)
		after := values(all["sci.emissions"])
		for k, v := range before {
			require.GreaterOrEqual(t, after[k], v, k)
		}
	})
}

func TestNoWork(t *testing.T) {
	bubble(t, full(), func(t *testing.T, r *rig) {
		r.meter.Count("request", 1000)
		r.run()
		require.Contains(t, r.collect(), "sci.score")
		r.run()
		all := r.collect()
		require.NotContains(t, all, "sci.score", "a window without work")
		require.Equal(t, map[string]float64{"sci.functional_unit=request": 1000}, values(all["sci.functional_units"]))
		require.Equal(t, map[string]float64{
			"sci.account=_idle,sci.nature=estimated": 3750, "sci.account=_unattributed,sci.nature=estimated": 2500,
		}, values(all["sci.energy"]))
	})
}

func TestNothingCounted(t *testing.T) {
	bubble(t, full(), func(t *testing.T, r *rig) {
		r.run()
		require.NotContains(t, r.collect(), "sci.functional_units")
	})
}

func TestMarginal(t *testing.T) {
	bubble(t, meter.Options(full(), meter.WithPolicy(meter.Marginal)), func(t *testing.T, r *rig) {
		r.meter.Count("request", 1000)
		r.run()
		got := values(r.collect()["sci.score"])
		require.Len(t, got, 1)
		require.Contains(t, got, "sci.functional_unit=request,sci.idle_excluded=true")
	})
}

// A kind that is counted beside its sort has a score, the sort has none.
func TestKindsOfTokens(t *testing.T) {
	bubble(t, full(), func(t *testing.T, r *rig) {
		r.meter.Count("token", 300)
		r.meter.Count("token.input", 100)
		r.run()
		all := r.collect()
		near(t, map[string]float64{"sci.functional_unit=token.input": 0.875e-2}, values(all["sci.score"]))
		require.Len(t, values(all["sci.functional_units"]), 2)
	})
}

func TestScoreWindow(t *testing.T) {
	per := func(r *rig) float64 { return values(r.collect()["sci.score"])["sci.functional_unit=request"] }
	bubble(t, full(), func(t *testing.T, r *rig) {
		r.meter.Count("request", 1000)
		r.work(30)
		require.Zero(t, per(r), "no window is complete")
		r.work(29) // the next tick would be too late
		first := per(r)
		require.InEpsilon(t, 59*8.75e-3/1000, first, 1e-9)
		r.meter.Count("request", 500)
		r.work(30)
		require.Equal(t, first, per(r), "the next is not complete")
		r.work(30)
		require.InEpsilon(t, 60*8.75e-3/500, per(r), 1e-9)
	})
	bubble(t, full(), func(t *testing.T, r *rig) {
		r.meter.Count("request", 1000)
		r.work(10)
		require.InEpsilon(t, 10*8.75e-3/1000, per(r), 1e-9)
	}, otelsci.WithScoreWindow(10*time.Second))
	bubble(t, full(), func(t *testing.T, r *rig) {
		r.meter.Count("request", 1000)
		r.run()
		require.NotContains(t, r.collect(), "sci.score")
	}, otelsci.WithoutScore())
}

func TestSourceFails(t *testing.T) {
	bubble(t, full(), func(t *testing.T, r *rig) {
		r.run()
		before := r.collect()
		r.machine.Fail("package-0", errors.New("gone"))
		r.run()
		all := r.collect()
		require.Equal(t, map[string]float64{
			"error.type=_OTHER,sci.source=package-0": 101, "error.type=_OTHER,sci.source=scope": 0,
		}, values(all["sci.meter.errors"]), "of 100 ticks and a reading")
		require.Equal(t, map[string]float64{"": 1}, values(all["sci.meter.missing"]))
		require.Equal(t, zoneJoules(before, "package-0"), zoneJoules(all, "package-0"))
		require.Greater(t, zoneJoules(all, "rest"), zoneJoules(before, "rest"), "the others are counted on")
	})
}

func zoneJoules(all map[string]metricdata.Metrics, zone string) units.Energy {
	for _, p := range data(all["sci.zone.energy"]) {
		if v, _ := p.Attributes.Value("sci.zone"); v.AsString() == zone {
			return units.Energy(p.Value)
		}
	}
	return 0
}

// Units that are together are of several sorts: they have no score.
func TestNoScoreOfOthers(t *testing.T) {
	bubble(t, full(), func(t *testing.T, r *rig) {
		for i := range 70 {
			r.meter.Count(fmt.Sprint("unit ", i), 1)
		}
		r.run()
		all := r.collect()
		require.Equal(t, 7.0, values(all["sci.functional_units"])["sci.functional_unit=_OTHER"])
		require.Len(t, values(all["sci.score"]), 63)
		require.NotContains(t, values(all["sci.score"]), "sci.functional_unit=_OTHER")
	})
}

// A meter does not go on with another signal than it began with.
func TestSignalChanges(t *testing.T) {
	grid := steady(360)
	grid.Points = append(grid.Points, grid.Points[0])
	grid.Points[0].End = grid.Points[0].Start.Add(time.Hour + 150*time.Second)
	grid.Points[1].Start = grid.Points[0].End
	grid.Points[1].Signal = intensity.AverageLifecycle(intensity.Consumption)
	bubble(t, meter.Options(full(), meter.WithGrid(grid)), func(t *testing.T, r *rig) {
		r.run()
		require.Contains(t, r.collect(), "sci.carbon.intensity")
		r.run()
		all := r.collect()
		require.NotContains(t, all, "sci.carbon.intensity")
		require.Equal(t, map[string]float64{"": 1562.5}, values(all["sci.energy.unpriced"]))
	})
}

func TestCounterThatSaidNothing(t *testing.T) {
	bubble(t, full(), func(t *testing.T, r *rig) {
		require.NotContains(t, r.collect(), "hw.energy")
		r.run()
		require.Contains(t, r.collect(), "hw.energy")
	}, otelsci.WithHardwareMetrics())
}
