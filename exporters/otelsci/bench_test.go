package otelsci_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/scimeter/scimeter/exporters/otelsci"
	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
)

// many is a snapshot with so many accounts.
func many(accounts int) *script {
	s := &script{}
	s.Signal = intensity.AverageLifecycle(intensity.Production)
	for i := range accounts {
		s.own(account(fmt.Sprint("route ", i), meter.Label{Key: "http.route", Value: fmt.Sprint("/", i)}), 1, 1,
			meter.Count{Unit: "request", N: 1})
	}
	return s
}

// BenchmarkCallback is our part of a collection: an SDK that throws all away.
func BenchmarkCallback(b *testing.B) {
	for _, accounts := range []int{2, 1000} {
		b.Run(fmt.Sprintf("accounts=%d", accounts), func(b *testing.B) {
			c := &capturing{}
			_, err := otelsci.RegisterScript(many(accounts), &meter.Method{},
				otelsci.WithMeterProvider(c), otelsci.WithAccountLimit(accounts))
			require.NoError(b, err)
			c.collect()
			b.ReportAllocs()
			for b.Loop() {
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
			_, err := otelsci.RegisterScript(many(accounts), &meter.Method{}, otelsci.WithAccountLimit(accounts),
				otelsci.WithMeterProvider(sdk.NewMeterProvider(sdk.WithReader(reader))))
			require.NoError(b, err)
			var rm metricdata.ResourceMetrics
			b.ReportAllocs()
			for b.Loop() {
				if err := reader.Collect(context.Background(), &rm); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
