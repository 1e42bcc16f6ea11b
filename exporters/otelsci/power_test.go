package otelsci_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	sdk "go.opentelemetry.io/otel/sdk/metric"

	"github.com/scimeter/scimeter/exporters/otelsci"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// use lets the package draw so many joules in so many seconds, and reads.
func (r *rig) use(joules units.Microjoules, seconds time.Duration) {
	r.t.Helper()
	r.machine.Run(seconds*time.Second, metertest.Phase{Own: seconds * time.Second, Busy: seconds * time.Second,
		Energy: map[string]units.Microjoules{"package-0": joules * 1e6}})
	synctest.Wait()
	_, err := r.meter.Read(r.t.Context())
	require.NoError(r.t, err)
}

const pkgPower = "hw.id=package-0,hw.name=package-0,hw.type=cpu,sci.nature=calculated"

func TestPower(t *testing.T) {
	bubble(t, full(), func(t *testing.T, r *rig) {
		power := func() map[string]float64 { return values(r.collect()["hw.power"]) }
		r.use(300, 10)
		require.Empty(t, power(), "one reading is no power")
		r.use(300, 10)
		require.Equal(t, map[string]float64{pkgPower: 30}, power())
		require.Equal(t, map[string]float64{pkgPower: 30}, power(), "the same snapshot")
		r.machine.Run(time.Millisecond, metertest.Phase{Energy: map[string]units.Microjoules{"package-0": 1e6}})
		_, err := r.meter.Read(t.Context())
		require.NoError(t, err)
		require.Equal(t, map[string]float64{pkgPower: 30}, power(), "1 kW, but of less than a tick")
		r.machine.Run(10*time.Second-time.Millisecond, metertest.Phase{Energy: map[string]units.Microjoules{"package-0": 499e6}})
		r.use(0, 0)
		require.Equal(t, map[string]float64{pkgPower: 50}, power(), "nothing of it is lost")
		r.use(0, 10)
		require.Empty(t, power(), "the counter stands still")
		r.use(400, 10)
		require.Equal(t, map[string]float64{pkgPower: 20}, power(), "since it stood")
	}, otelsci.WithHardwareMetrics())
}

// A zone that does not answer has a power for two ticks yet; the next one is
// the mean over all of the time.
func TestPowerOfWhatDoesNotAnswer(t *testing.T) {
	bubble(t, full(), func(t *testing.T, r *rig) {
		power := func() map[string]float64 { return values(r.collect()["hw.power"]) }
		r.use(300, 10)
		require.Empty(t, power())
		r.use(300, 10)
		require.Len(t, power(), 1)
		r.machine.Fail("package-0", errors.New("gone"))
		r.use(40, 1)
		require.Equal(t, map[string]float64{pkgPower: 30}, power())
		r.use(40, 1)
		require.Empty(t, power())
		r.machine.Fail("package-0", nil)
		r.use(80, 2)
		require.Equal(t, map[string]float64{pkgPower: 40}, power())
	}, otelsci.WithHardwareMetrics())
}

// Readers that collect at the same time see the same, whatever they did before.
func TestPowerOfTwoReaders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &rig{t: t, machine: metertest.New(4, pkg())}
		r.meter = measure(t, r.machine, full())
		often, seldom := sdk.NewManualReader(), sdk.NewManualReader(sdk.WithTemporalitySelector(deltas))
		mp := sdk.NewMeterProvider(sdk.WithReader(often), sdk.WithReader(seldom))
		_, err := otelsci.Register(r.meter, otelsci.WithMeterProvider(mp), otelsci.WithHardwareMetrics())
		require.NoError(t, err)
		for i := range units.Microjoules(20) {
			r.use(100+10*i, 10)
			got := values(collect(t, often)["hw.power"])
			if i > 0 {
				require.Equal(t, map[string]float64{pkgPower: float64(10 + i)}, got)
			}
			if i%3 == 0 {
				require.Equal(t, got, values(collect(t, seldom)["hw.power"]))
			}
		}
	})
}

// A counter that moves slower than the meter ticks has a mean over two moves.
func TestPowerOfASlowCounter(t *testing.T) {
	slow := pkg()
	slow.Period = 10 * time.Second
	var s script
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	s.Zones = []meter.ZoneTotal{{Zone: slow, Counter: 1}}
	reader := sdk.NewManualReader()
	mp := sdk.NewMeterProvider(sdk.WithReader(reader))
	_, err := otelsci.RegisterScript(&s, &meter.Method{Interval: time.Second}, otelsci.WithMeterProvider(mp), otelsci.WithHardwareMetrics())
	require.NoError(t, err)
	for second := range 61 {
		s.At = at.Add(time.Duration(second) * time.Second)
		s.Zones[0].Counter = 1 + units.Microjoules(second/10)*200e6
		got := values(collect(t, reader)["hw.power"])
		if second < 20 {
			require.Empty(t, got)
			continue
		}
		require.Equal(t, map[string]float64{pkgPower: 20}, got)
	}
}

func TestPowerOfTheHost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		psys := pkg()
		psys.ID, psys.Name, psys.Kind, psys.Level, psys.Beside = "psys-0", "psys", source.Platform, source.AtNodeDC, true
		r := &rig{t: t, machine: metertest.New(4, pkg(), psys), reader: sdk.NewManualReader()}
		r.meter = measure(t, r.machine, full())
		register(t, r.meter, r.reader, otelsci.WithHardwareMetrics())
		for range 2 {
			r.machine.Run(10*time.Second, metertest.Phase{Energy: map[string]units.Microjoules{"package-0": 100e6, "psys-0": 900e6}})
			r.use(0, 0)
			_ = r.collect()
		}
		all := r.collect()
		require.Equal(t, map[string]float64{pkgPower: 10}, values(all["hw.power"]))
		require.Equal(t, map[string]float64{"hw.id=psys-0,hw.name=psys,sci.nature=calculated": 90}, values(all["hw.host.power"]))
		check(t, all)
	})
}
