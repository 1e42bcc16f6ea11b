package otelsci_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/scimeter/scimeter/exporters/otelsci"
	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/source"
)

// cards runs f in a bubble with a rig that has cards; f's collect lets so much
// time go by first.
func cards(t *testing.T, machine *gputest.Machine, f func(t *testing.T, collect func(time.Duration) map[string]metricdata.Metrics)) {
	t.Helper()
	r, err := gpu.Open(machine.Option(), gpu.Select("all"))
	require.NoError(t, err)
	host := metertest.New(4, pkg())
	m := measure(t, host, sparse(), meter.WithSource(r))
	reader := sdk.NewManualReader()
	register(t, m, reader, otelsci.WithHardwareMetrics())
	f(t, func(d time.Duration) map[string]metricdata.Metrics {
		host.Run(d, metertest.Phase{})
		synctest.Wait()
		_, err := m.Read(t.Context())
		require.NoError(t, err)
		return collect(t, reader)
	})
}

const (
	h100 = "hw.id=gpu/GPU-0,hw.model=NVIDIA H100 80GB HBM3,hw.name=gpu-0,hw.type=gpu,hw.vendor=NVIDIA,sci.nature="
	fake = "hw.id=gpu/GPU-1,hw.model=Fake GPU,hw.name=gpu-1,hw.type=gpu,sci.nature="
)

func TestCards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := gputest.New(gputest.Spec{Model: "NVIDIA H100 80GB HBM3", Power: 300, Tick: -1}, gputest.Spec{Power: 50, Tick: -1})
		cards(t, machine, func(t *testing.T, collect func(time.Duration) map[string]metricdata.Metrics) {
			all := collect(10 * time.Second)
			require.NotContains(t, all, "hw.power", "of one reading")
			all = collect(10 * time.Second)
			require.Equal(t, map[string]float64{h100 + "measured": 6000, fake + "measured": 1000}, values(all["hw.energy"]))
			require.Equal(t, map[string]float64{h100 + "calculated": 300, fake + "calculated": 50}, values(all["hw.power"]))
			require.Equal(t, map[string]float64{"sci.zone=gpu/GPU-0": 0, "sci.zone=gpu/GPU-1": 0, "sci.zone=package-0": 0},
				values(all["sci.zone.missing"]))
			machine.Cards()[0].Draw(700)
			require.Equal(t, map[string]float64{h100 + "calculated": 700, fake + "calculated": 50}, values(collect(10 * time.Second)["hw.power"]))
			check(t, all)
		})
	})
}

// A card that is lost has no power, and its time is missing; the other goes on.
// One that comes back has the power of the time in which it counted.
func TestCardIsLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := gputest.New(gputest.Spec{Model: "NVIDIA H100 80GB HBM3", Power: 300, Tick: -1}, gputest.Spec{Power: 50, Tick: -1})
		cards(t, machine, func(t *testing.T, collect func(time.Duration) map[string]metricdata.Metrics) {
			missing := func(all map[string]metricdata.Metrics) map[string]float64 { return values(all["sci.zone.missing"]) }
			_ = collect(10 * time.Second)
			before := collect(10 * time.Second)
			require.Len(t, values(before["hw.power"]), 2)
			machine.Cards()[0].Unplug()
			all := collect(100 * time.Second)
			require.Equal(t, map[string]float64{fake + "calculated": 50}, values(all["hw.power"]))
			require.InDelta(t, 100, missing(all)["sci.zone=gpu/GPU-0"], 2, "a tick more or less")
			require.Zero(t, missing(all)["sci.zone=gpu/GPU-1"])
			require.Equal(t, values(before["hw.energy"])[h100+"measured"], values(all["hw.energy"])[h100+"measured"])
			machine.Cards()[0].Replug()
			all = collect(100 * time.Second)
			require.InEpsilon(t, 300, values(all["hw.power"])[h100+"calculated"], 0.02, "what is missing is in no mean")
			all = collect(10 * time.Second)
			require.InEpsilon(t, 300, values(all["hw.power"])[h100+"calculated"], 1e-6)
			require.Greater(t, values(all["hw.energy"])[h100+"measured"], values(before["hw.energy"])[h100+"measured"])
			last := missing(all)["sci.zone=gpu/GPU-0"]
			require.Equal(t, last, missing(collect(10 * time.Second))["sci.zone=gpu/GPU-0"], "no more")
		})
	})
}

// A card that does not answer at the start is missing until it does, and then has
// the series of any other.
func TestCardAnswersLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := gputest.New(gputest.Spec{Model: "NVIDIA H100 80GB HBM3", Power: 300, Tick: -1}, gputest.Spec{Power: 50, Tick: -1})
		unblock := machine.Cards()[0].Block()
		defer unblock()
		zones := func(all map[string]metricdata.Metrics) (n int) {
			for attrs := range values(all["sci.zone.energy"]) {
				if strings.Contains(attrs, "sci.zone=gpu/") {
					n++
					require.Contains(t, attrs, "sci.source=fake/counter")
				}
			}
			return n
		}
		cards(t, machine, func(t *testing.T, collect func(time.Duration) map[string]metricdata.Metrics) {
			all := collect(10 * time.Second)
			require.InDelta(t, 10, values(all["sci.zone.missing"])["sci.zone=gpu/GPU-0"], 1e-6)
			require.Equal(t, 1, zones(all))
			unblock()
			_ = collect(10 * time.Second)
			all = collect(100 * time.Second)
			require.Equal(t, 2, zones(all))
			require.InDelta(t, 300*109, values(all["hw.energy"])[h100+"measured"], 600)
			require.Equal(t, 300.0, values(all["hw.power"])[h100+"calculated"])
			require.InDelta(t, 11, values(all["sci.zone.missing"])["sci.zone=gpu/GPU-0"], 2)
			check(t, all)
		})
	})
}

// A module is a type of its own, of which the cards are no part that is summed.
func TestModule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := gputest.New(gputest.Spec{Model: "NVIDIA Grace", Power: 500, Tick: -1, Module: true})
		cards(t, machine, func(t *testing.T, collect func(time.Duration) map[string]metricdata.Metrics) {
			_ = collect(10 * time.Second)
			all := collect(10 * time.Second)
			require.Equal(t, map[string]float64{
				"hw.id=gpu/GPU-0,hw.model=NVIDIA Grace,hw.name=gpu-0,hw.type=module,hw.vendor=NVIDIA,sci.nature=measured": 10_000,
			}, values(all["hw.energy"]))
			for attrs := range values(all["sci.zone.energy"]) {
				require.NotContains(t, attrs, "hw.type=cpu", "it is in the module")
			}
		})
	})
}

func TestVendor(t *testing.T) {
	for origin, want := range map[string]string{
		"nvml/counter": "NVIDIA", "amdgpu/gpu_metrics-1.3/counter": "AMD", "xe/energy1/counter": "Intel",
		"i915/energy/counter": "Intel", "ina3221/VDD_GPU_SOC/power": "NVIDIA", "mine": "",
	} {
		card := pkg()
		card.Kind, card.Model, card.Origin.Name = source.GPU, "Tesla V100-SXM2-16GB", origin
		var s script
		s.Zones = []meter.ZoneTotal{{Zone: card, Counter: 7e6}}
		reader := s.play(t, otelsci.WithHardwareMetrics())
		points := data(collect(t, reader)["hw.energy"])
		require.Len(t, points, 1)
		v, _ := points[0].Attributes.Value("hw.vendor")
		require.Equal(t, want, v.AsString(), origin)
	}
}
