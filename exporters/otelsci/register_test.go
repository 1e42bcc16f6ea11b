package otelsci_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/metric/noop"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/scimeter/scimeter/exporters/otelsci"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
)

func TestUnregister(t *testing.T) {
	bubble(t, full(), func(t *testing.T, r *rig) {
		r.run()
		require.NotEmpty(t, r.collect())
		require.NoError(t, r.reg.Unregister())
		require.Empty(t, r.collect())
		require.NoError(t, r.reg.Unregister(), "a second one does nothing")
	})
}

func TestRegisterAgainAfterUnregister(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reader := sdk.NewManualReader()
		mp := sdk.NewMeterProvider(sdk.WithReader(reader))
		m := measure(t, metertest.New(4, pkg()), full())
		first, err := otelsci.Register(m, otelsci.WithMeterProvider(mp))
		require.NoError(t, err)
		require.NoError(t, first.Unregister())
		_, err = otelsci.Register(m, otelsci.WithMeterProvider(mp))
		require.NoError(t, err)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		var now meter.Snapshot
		m.Last(&now)
		require.Equal(t, now.Microjoules, microjoules(collect(t, reader)["sci.energy"]))
		require.NotZero(t, now.Microjoules)
	})
}

func TestNil(t *testing.T) {
	reader := sdk.NewManualReader()
	reg := register(t, nil, reader)
	var rm metricdata.ResourceMetrics
	require.NoError(t, reader.Collect(t.Context(), &rm))
	require.Empty(t, rm.ScopeMetrics)
	require.NoError(t, reg.Unregister())
	require.NoError(t, (*otelsci.Registration)(nil).Unregister())
}

func TestGlobalProvider(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		before := otel.GetMeterProvider()
		t.Cleanup(func() { otel.SetMeterProvider(before) })
		reader := sdk.NewManualReader()
		otel.SetMeterProvider(sdk.NewMeterProvider(sdk.WithReader(reader)))
		m := measure(t, metertest.New(4, pkg()), full())
		reg, err := otelsci.Register(m)
		require.NoError(t, err)
		time.Sleep(2 * time.Minute)
		synctest.Wait()
		require.Positive(t, microjoules(collect(t, reader)["sci.energy"]))
		require.NoError(t, reg.Unregister())
		require.Empty(t, collect(t, reader))
	})
}

func TestOptionsRefused(t *testing.T) {
	for want, opt := range map[string]otelsci.Option{
		"otelsci: WithMeterProvider: want a MeterProvider, not nil; leave the option out for the global one": otelsci.WithMeterProvider(nil),
		"otelsci: WithScoreWindow: want 1s to 24h, such as 1m, not 10ms":                                     otelsci.WithScoreWindow(10 * time.Millisecond),
		"otelsci: WithScoreWindow: want 1s to 24h, such as 1m, not 25h0m0s":                                  otelsci.WithScoreWindow(25 * time.Hour),
		"otelsci: WithAccountLimit: want at least 0, not -1":                                                 otelsci.WithAccountLimit(-1),
	} {
		reg, err := otelsci.Register(nil, opt)
		require.EqualError(t, err, want)
		require.Nil(t, reg)
	}
}

// A refusing SDK makes no gauges.
type refusing struct{ noop.MeterProvider }

type refusingMeter struct {
	noop.Meter
}

var errRefused = errors.New("no gauges here")

func (refusing) Meter(string, ...metric.MeterOption) metric.Meter { return refusingMeter{} }

func (refusingMeter) Float64ObservableGauge(string, ...metric.Float64ObservableGaugeOption) (metric.Float64ObservableGauge, error) {
	return nil, errRefused
}

func (refusingMeter) RegisterCallback(metric.Callback, ...metric.Observable) (metric.Registration, error) {
	panic("registered in spite of an error")
}

func TestInstrumentRefused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := measure(t, metertest.New(4, pkg()), full())
		_, err := otelsci.Register(m, otelsci.WithMeterProvider(refusing{}))
		require.ErrorIs(t, err, errRefused)
		require.ErrorContains(t, err, "otelsci: create sci.carbon.intensity: no gauges here")
		require.ErrorContains(t, err, "otelsci: create sci.info: no gauges here")
	})
}

// A capturing SDK keeps the callback, and does nothing with what it observes.
type capturing struct {
	noop.MeterProvider
	callback metric.Callback
}

type capturingMeter struct {
	noop.Meter
	to *capturing
}

func (c *capturing) Meter(string, ...metric.MeterOption) metric.Meter {
	return capturingMeter{to: c}
}

func (m capturingMeter) RegisterCallback(f metric.Callback, _ ...metric.Observable) (metric.Registration, error) {
	m.to.callback = f
	return noop.Registration{}, nil
}

// collect is a collection without the part of the SDK.
func (c *capturing) collect() { _ = c.callback(context.Background(), noop.Observer{}) }

func TestCollectionAllocatesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &capturing{}
		m := measure(t, metertest.New(4, pkg()), full())
		_, err := otelsci.Register(m, otelsci.WithMeterProvider(c), otelsci.WithHardwareMetrics())
		require.NoError(t, err)
		m.Count("request", 1)
		time.Sleep(time.Minute)
		synctest.Wait()
		c.collect() // ends a window, and makes the series
		c.collect()
		require.Zero(t, testing.AllocsPerRun(100, c.collect))
	})
	c, s := &capturing{}, many(10)
	_, err := otelsci.RegisterScript(s, &meter.Method{Interval: time.Second}, otelsci.WithoutScore(),
		otelsci.WithMeterProvider(c), otelsci.WithHardwareMetrics())
	require.NoError(t, err)
	c.collect()
	require.Zero(t, testing.AllocsPerRun(100, func() { // a reading each, with a power and a duration
		s.tick()
		c.collect()
	}))
}
