package otelsci_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/scimeter/scimeter/exporters/otelsci"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// hardware is a machine with a zone of every sort; each uses 7 J.
func hardware(t *testing.T, opts ...otelsci.Option) map[string]metricdata.Metrics {
	core, psys, gpu, fan, dram := pkg(), pkg(), pkg(), pkg(), metertest.DRAM(0)
	core.ID, core.Name, core.Parent, core.Beside = "core-0", "core", "package-0", true
	psys.ID, psys.Name, psys.Kind, psys.Level, psys.Beside = "psys-0", "psys", source.Platform, source.AtNodeDC, true
	gpu.ID, gpu.Name, gpu.Model, gpu.Kind, gpu.Level = "gpu-0", "gpu", "NVIDIA H100 80GB HBM3", source.GPU, source.AtBoard
	fan.ID, fan.Name, fan.Beside, fan.Origin.Method = "model-0", "model", true, source.Estimated
	dram.Parent, dram.Idle = "package-0", 1
	all := []source.Zone{pkg(), core, psys, gpu, fan, dram}
	machine := metertest.New(4, all...)
	m := measure(t, machine, sparse())
	reader := sdk.NewManualReader()
	register(t, m, reader, opts...)
	energy := map[string]units.Microjoules{}
	for _, z := range all {
		energy[z.ID] = 7e6
	}
	machine.Run(10*time.Second, metertest.Phase{Own: time.Second, Busy: 5 * time.Second, Energy: energy})
	synctest.Wait()
	_, err := m.Read(t.Context())
	require.NoError(t, err)
	return collect(t, reader)
}

func TestHardware(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := hardware(t, otelsci.WithHardwareMetrics())
		require.Equal(t, map[string]float64{
			"hw.id=package-0,hw.name=package-0,hw.type=cpu,sci.nature=measured":                                       7,
			"hw.id=gpu-0,hw.model=NVIDIA H100 80GB HBM3,hw.name=gpu,hw.type=gpu,hw.vendor=NVIDIA,sci.nature=measured": 7,
			"hw.id=dram-0,hw.name=dram-0,hw.parent=package-0,hw.type=memory,sci.nature=measured":                      7,
		}, values(all["hw.energy"]), "neither cores, which are in the package, nor estimates")
		require.Equal(t, map[string]float64{"hw.id=psys-0,hw.name=psys,sci.nature=measured": 7}, values(all["hw.host.energy"]))
		charged := values(all["sci.zone.energy"])
		require.Len(t, charged, 5, "three that are counted, rest and loss: none that stands beside")
		require.Len(t, values(all["sci.zone.missing"]), 6)
	})
}

func TestHardwareIsOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all := hardware(t)
		require.Contains(t, all, "sci.zone.energy")
		require.NotContains(t, all, "hw.energy")
		require.NotContains(t, all, "hw.host.energy")
	})
}

// A card that comes later has series from then on.
func TestHotPlug(t *testing.T) {
	bubble(t, full(), func(t *testing.T, r *rig) {
		r.run()
		require.Len(t, values(r.collect()["hw.energy"]), 1)
		gpu := pkg()
		gpu.ID, gpu.Kind = "gpu-0", source.GPU
		r.machine.Plug(gpu)
		r.run()
		r.machine.Run(10*time.Second, metertest.Phase{Own: time.Second, Busy: time.Second,
			Energy: map[string]units.Microjoules{"package-0": 1e6, "gpu-0": 5e6}})
		synctest.Wait()
		_, err := r.meter.Read(t.Context())
		require.NoError(t, err)
		all := r.collect()
		require.Len(t, values(all["hw.energy"]), 2)
		for attrs := range values(all["sci.info"]) {
			require.Contains(t, attrs, `sci.boundary=cpu\,gpu\,psu_loss\,rest`)
		}
		var now meter.Snapshot
		r.meter.Last(&now)
		require.Equal(t, now.Microjoules, microjoules(all["sci.energy"]))
		require.Equal(t, now.Microjoules, microjoules(all["sci.zone.energy"]))
	}, otelsci.WithHardwareMetrics())
}

// What a meter of the whole machine has to say of carbon and water is in what
// the meters of its services say.
func TestMachineScope(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(4, pkg())
		machine.Whole()
		m, err := meter.Start(t.Context(), machine.Options(), full(), meter.WithEfficiency(1, 0))
		require.NoError(t, err)
		defer m.Stop()
		reader := sdk.NewManualReader()
		register(t, m, reader)
		m.Count("request", 10)
		machine.Run(100*time.Second, metertest.Phase{Own: 100 * time.Second, Busy: 100 * time.Second,
			Energy: map[string]units.Microjoules{"package-0": 3000e6}})
		synctest.Wait()
		_, err = m.Read(t.Context())
		require.NoError(t, err)
		all := collect(t, reader)
		require.NotContains(t, all, "sci.emissions")
		require.NotContains(t, all, "sci.emissions.correction")
		require.NotContains(t, all, "sci.water")
		require.Equal(t, units.Microjoules(5000e6), microjoules(all["sci.energy"]))
		require.Contains(t, values(all["sci.zone.energy"]),
			"hw.type=cpu,sci.nature=measured,sci.scope=script,sci.source=metertest,sci.zone=package-0", "all of it, not a share")
		require.Contains(t, all, "sci.score")
	})
}
