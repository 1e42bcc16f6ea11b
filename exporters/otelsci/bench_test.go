package otelsci_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/scimeter/scimeter/exporters/otelsci"
	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
)

// many is a snapshot with so many accounts, eight zones and two failures.
func many(accounts int) *script {
	s := &script{}
	s.Signal = intensity.AverageLifecycle(intensity.Production)
	s.Own, s.Effort.CPU = time.Hour, time.Second
	s.Failures = []meter.Failure{{Source: "package-0", Type: "_OTHER", N: 1}, {Source: "scope", Type: "timeout", N: 1}}
	for i := range 8 {
		s.Zones = append(s.Zones, meter.ZoneTotal{Zone: metertest.Package(i)})
	}
	for i := range accounts {
		s.own(account(fmt.Sprint("route ", i), meter.Label{Key: "http.route", Value: fmt.Sprint("/", i)}), 1, 1,
			meter.Count{Unit: "request", N: 1})
	}
	return s
}

// tick moves s to the next reading, as a meter does between two collections.
func (s *script) tick() {
	s.At = s.At.Add(time.Second)
	s.Effort.Reads++
	s.Effort.Took = time.Millisecond
	for i := range s.Zones {
		s.Zones[i].Counter += 30e6
		s.Zones[i].Charged += 10e6
	}
}

// BenchmarkCallback is our part of a collection: an SDK that throws all away.
// Each has a new reading, as when it comes after a tick or more. The score is
// not in it: once a window it takes, and allocates, what Snapshot.Sub does.
func BenchmarkCallback(b *testing.B) {
	for _, accounts := range []int{2, 1000} {
		b.Run(fmt.Sprintf("accounts=%d", accounts), func(b *testing.B) {
			c, s := &capturing{}, many(accounts)
			_, err := otelsci.RegisterScript(s, &meter.Method{Interval: time.Second}, otelsci.WithoutScore(),
				otelsci.WithMeterProvider(c), otelsci.WithAccountLimit(accounts), otelsci.WithHardwareMetrics())
			require.NoError(b, err)
			c.collect()
			b.ReportAllocs()
			for b.Loop() {
				s.tick()
				c.collect()
			}
		})
	}
}

// BenchmarkCollect is a whole collection, with the part of the SDK.
func BenchmarkCollect(b *testing.B) {
	for _, accounts := range []int{2, 1000} {
		b.Run(fmt.Sprintf("accounts=%d", accounts), func(b *testing.B) {
			reader := sdk.NewManualReader()
			s := many(accounts)
			_, err := otelsci.RegisterScript(s, &meter.Method{Interval: time.Second}, otelsci.WithoutScore(),
				otelsci.WithAccountLimit(accounts), otelsci.WithHardwareMetrics(), otelsci.WithMeterProvider(sdk.NewMeterProvider(sdk.WithReader(reader))))
			require.NoError(b, err)
			var rm metricdata.ResourceMetrics
			b.ReportAllocs()
			for b.Loop() {
				s.tick()
				if err := reader.Collect(context.Background(), &rm); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
