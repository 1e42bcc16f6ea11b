package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"time"

	"go.opentelemetry.io/otel/exporters/stdout/stdoutmetric"
	"go.opentelemetry.io/otel/sdk/metric"

	"github.com/scimeter/scimeter/exporters/otelsci"
	"github.com/scimeter/scimeter/meter"
)

// publishEvery is how often the metrics are printed.
const publishEvery = 5 * time.Second

// publish prints what m counts as OpenTelemetry metrics, from time to time and
// for the last time in flush. A service has a MeterProvider already: for it,
// otelsci.Register(m) is all.
func publish(m *meter.Meter, w io.Writer) (flush func() error, err error) {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	exporter, err := stdoutmetric.New(stdoutmetric.WithEncoder(encoder))
	if err != nil {
		return nil, err
	}
	provider := metric.NewMeterProvider(metric.WithReader(
		metric.NewPeriodicReader(exporter, metric.WithInterval(publishEvery))))
	registration, err := otelsci.Register(m, otelsci.WithMeterProvider(provider))
	if err != nil {
		return nil, err
	}
	return func() error {
		return errors.Join(provider.Shutdown(context.Background()), registration.Unregister())
	}, nil
}
