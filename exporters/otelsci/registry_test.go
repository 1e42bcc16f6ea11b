package otelsci_test

import (
	"errors"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
	sdk "go.opentelemetry.io/otel/sdk/metric"

	"github.com/scimeter/scimeter/exporters/otelsci"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/units"
)

// half is a phase of 100 s in which half of the work is ours; it uses 3000 J.
func half() metertest.Phase {
	return metertest.Phase{Own: 50 * time.Second, Busy: 100 * time.Second,
		Energy: map[string]units.Microjoules{"package-0": 3000e6}}
}

func TestRegisteredTwice(t *testing.T) {
	bubble(t, full(), func(t *testing.T, r *rig) {
		mp := sdk.NewMeterProvider(sdk.WithReader(sdk.NewManualReader()))
		reader := sdk.NewManualReader()
		again := sdk.NewMeterProvider(sdk.WithReader(reader))
		first, err := otelsci.Register(r.meter, otelsci.WithMeterProvider(again))
		require.NoError(t, err, "with another provider than that of the rig")
		reg, err := otelsci.Register(r.meter, otelsci.WithMeterProvider(again), otelsci.WithHardwareMetrics())
		require.Nil(t, reg)
		var twice *otelsci.RegisteredError
		require.ErrorAs(t, err, &twice)
		require.Equal(t, r.meter.Method().ID, twice.ID)
		require.Equal(t, twice.ID, twice.OtherID)
		require.EqualError(t, err, "otelsci: register the meter of script: it is registered with this MeterProvider already; "+
			"Unregister it first, or leave this out")
		r.run()
		all := collect(t, reader)
		require.Equal(t, units.Microjoules(3125e6), microjoules(all["sci.energy"]), "not doubled")
		require.NotContains(t, all, "hw.energy", "nothing of the second")

		require.NoError(t, first.Unregister())
		_, err = otelsci.Register(r.meter, otelsci.WithMeterProvider(again))
		require.NoError(t, err)
		require.NoError(t, first.Unregister(), "a second one lets go of nothing")
		_, err = otelsci.Register(r.meter, otelsci.WithMeterProvider(again))
		require.ErrorAs(t, err, &twice)
		_, err = otelsci.Register(r.meter, otelsci.WithMeterProvider(mp))
		require.NoError(t, err)
		require.Equal(t, units.Microjoules(3125e6), microjoules(collect(t, reader)["sci.energy"]))
	})
}

// Whichever of two nested meters comes first, the second is refused.
func TestRegisteredNested(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(4, pkg())
		outer, inner := measure(t, machine, full()), measure(t, machine, full())
		for _, pair := range [][2]*meter.Meter{{outer, inner}, {inner, outer}} {
			mp := sdk.NewMeterProvider(sdk.WithReader(sdk.NewManualReader()))
			_, err := otelsci.Register(pair[0], otelsci.WithMeterProvider(mp))
			require.NoError(t, err)
			_, err = otelsci.Register(pair[1], otelsci.WithMeterProvider(mp))
			var twice *otelsci.RegisteredError
			require.ErrorAs(t, err, &twice)
			require.Equal(t, pair[1].Method().ID, twice.ID)
			require.Equal(t, pair[0].Method().ID, twice.OtherID)
			require.ErrorContains(t, err, "Unregister that first, or register only the one that was started first")
			runtime.KeepAlive(mp)
		}
		// Of another machine, as a cgroup beside ours would be.
		mp := sdk.NewMeterProvider(sdk.WithReader(sdk.NewManualReader()))
		for range 2 {
			_, err := otelsci.Register(measure(t, metertest.New(4, pkg()), full()), otelsci.WithMeterProvider(mp))
			require.NoError(t, err)
		}
	})
}

// A meter of the machine stands beside one of what runs on it; their series are
// not added up.
func TestMachineBesideProcess(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		all, part := metertest.New(4, pkg()), metertest.New(4, pkg())
		all.Whole()
		reader := sdk.NewManualReader()
		mp := sdk.NewMeterProvider(sdk.WithReader(reader))
		whole, ours := measure(t, all, full()), measure(t, part, full())
		for _, m := range []*meter.Meter{whole, ours} {
			_, err := otelsci.Register(m, otelsci.WithMeterProvider(mp))
			require.NoError(t, err)
		}
		_, err := otelsci.Register(measure(t, all, full()), otelsci.WithMeterProvider(mp))
		require.Error(t, err, "a second one of the machine")
		whole.Count("request", 7)
		ours.Count("request", 1000)
		var running sync.WaitGroup
		running.Go(func() { all.Run(100*time.Second, half()) })
		part.Run(100*time.Second, half())
		running.Wait()
		synctest.Wait()
		for _, m := range []*meter.Meter{whole, ours} {
			_, err := m.Read(t.Context())
			require.NoError(t, err)
		}
		got := collect(t, reader)
		require.Equal(t, map[string]float64{
			"sci.account=_idle,sci.nature=estimated": 1875, "sci.account=_unattributed,sci.nature=estimated": 1250,
			"sci.account=_idle,sci.nature=estimated,sci.scope=script":         3750,
			"sci.account=_unattributed,sci.nature=estimated,sci.scope=script": 2500,
		}, values(got["sci.energy"]))
		near(t, map[string]float64{
			"sci.account=_idle,sci.component=operational":         0.225,
			"sci.account=_unattributed,sci.component=operational": 0.15,
			"sci.account=_idle,sci.component=embodied":            0.5,
		}, values(got["sci.emissions"]))
		require.Equal(t, map[string]float64{"sci.functional_unit=request": 1000, "sci.functional_unit=request,sci.scope=script": 7},
			values(got["sci.functional_units"]))
		require.Equal(t, map[string]float64{"": 0, "sci.scope=script": 0}, values(got["sci.energy.unpriced"]))
		require.Equal(t, map[string]float64{"sci.zone=package-0": 0, "sci.scope=script,sci.zone=package-0": 0},
			values(got["sci.zone.missing"]))
		require.Len(t, values(got["sci.score"]), 2)
	})
}

// What is refused by the SDK is not held against a second try.
func TestRefusalLetsGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := measure(t, metertest.New(4, pkg()), full())
		mp := &fickle{}
		_, err := otelsci.Register(m, otelsci.WithMeterProvider(mp))
		require.ErrorIs(t, err, errRefused)
		mp.willing = true
		_, err = otelsci.Register(m, otelsci.WithMeterProvider(mp))
		require.NoError(t, err)
		_, err = otelsci.Register(m, otelsci.WithMeterProvider(mp))
		require.ErrorContains(t, err, "already")
	})
}

// A fickle SDK registers callbacks only when it is willing, and never lets them
// go.
type fickle struct {
	noop.MeterProvider
	willing   bool
	callbacks []metric.Callback
}

type fickleMeter struct {
	noop.Meter
	to *fickle
}

type stuck struct{ noop.Registration }

func (f *fickle) Meter(string, ...metric.MeterOption) metric.Meter { return fickleMeter{to: f} }

func (m fickleMeter) RegisterCallback(f metric.Callback, _ ...metric.Observable) (metric.Registration, error) {
	if !m.to.willing {
		return nil, errRefused
	}
	m.to.callbacks = append(m.to.callbacks, f)
	return stuck{}, nil
}

func (stuck) Unregister() error { return errRefused }

// What may emit still is not registered a second time.
func TestUnregisterFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := measure(t, metertest.New(4, pkg()), full())
		mp := &fickle{willing: true}
		reg, err := otelsci.Register(m, otelsci.WithMeterProvider(mp))
		require.NoError(t, err)
		for range 2 {
			require.EqualError(t, reg.Unregister(), "otelsci: unregister: "+errRefused.Error())
		}
		_, err = otelsci.Register(m, otelsci.WithMeterProvider(mp))
		var twice *otelsci.RegisteredError
		require.ErrorAs(t, err, &twice)
	})
}

// A list is a provider whose values cannot be compared.
type list struct {
	noop.MeterProvider
	_ []int
}

// Of providers that are no pointers nobody can tell whether they are one.
func TestProvidersThatAreNoPointers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := measure(t, metertest.New(4, pkg()), full())
		for range 2 {
			for _, mp := range []metric.MeterProvider{list{}, noop.MeterProvider{}} {
				reg, err := otelsci.Register(m, otelsci.WithMeterProvider(mp))
				require.NoError(t, err)
				defer func() { require.NoError(t, reg.Unregister()) }()
			}
		}
	})
}

// Of many that register the same meter at once, one does.
func TestRegisterAtOnce(t *testing.T) {
	m := measure(t, metertest.New(4, pkg()), full())
	mp := sdk.NewMeterProvider(sdk.WithReader(sdk.NewManualReader()))
	errs := make(chan error, 16)
	var all sync.WaitGroup
	for range cap(errs) {
		all.Go(func() {
			_, err := otelsci.Register(m, otelsci.WithMeterProvider(mp))
			errs <- err
		})
	}
	all.Wait()
	close(errs)
	refused := 0
	for err := range errs {
		var twice *otelsci.RegisteredError
		if errors.As(err, &twice) {
			refused++
			continue
		}
		require.NoError(t, err)
	}
	require.Equal(t, 15, refused)
}

// The registry keeps nothing alive: what a program forgets is forgotten.
func TestRegistryForgets(t *testing.T) {
	before := settled()
	m := measure(t, metertest.New(4, pkg()), full())
	mp := sdk.NewMeterProvider(sdk.WithReader(sdk.NewManualReader()))
	_, err := otelsci.Register(m, otelsci.WithMeterProvider(mp))
	require.NoError(t, err)
	require.Equal(t, before+1, settled())
	runtime.KeepAlive(mp)
	mp = nil
	require.LessOrEqual(t, settled(), before)
}

// settled returns how much is registered, after what can be forgotten was.
func settled() int {
	runtime.GC()
	runtime.GC()
	return otelsci.Registered()
}
