package otelsci_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/exemplar"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/scimeter/scimeter/exporters/otelsci"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/units"
)

// A span says what a request of its kind takes in the mean, once there were
// enough of them, and a histogram has exemplars that lead to it.
func TestNoteRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		host := metertest.New(4, pkg())
		m := measure(t, host, full(), meter.WithPolicy(meter.Marginal))
		a := m.Ledger().Account("GET /x")
		spans := tracetest.NewSpanRecorder()
		tracer := sdktrace.NewTracerProvider(sdktrace.WithSpanProcessor(spans)).Tracer("test")
		reader := sdk.NewManualReader()
		note, err := otelsci.NoteRequests("request", sdk.NewMeterProvider(sdk.WithReader(reader), sdk.WithExemplarFilter(exemplar.AlwaysOnFilter)))
		require.NoError(t, err)
		request := func() {
			ctx, span := tracer.Start(context.Background(), "GET /x")
			r := a.Begin()
			host.Run(10*time.Millisecond, metertest.Phase{Own: 10 * time.Millisecond, Busy: 20 * time.Millisecond,
				Energy: map[string]units.Microjoules{"package-0": 2e6}})
			r.End()
			a.Count("request", 1)
			note(ctx, a)
			span.End()
		}
		for range 99 {
			request()
		}
		_, err = m.Read(t.Context())
		require.NoError(t, err)
		for _, s := range spans.Ended() {
			require.Empty(t, s.Attributes(), "of the first hundred it says nothing")
		}
		request()
		mean, ok := a.Mean("request")
		require.True(t, ok)
		last := spans.Ended()[99]
		got := attribute.NewSet(last.Attributes()...)
		energy, ok := got.Value("sci.request.energy")
		require.True(t, ok)
		require.Equal(t, float64(mean.Energy), energy.AsFloat64())
		require.Positive(t, energy.AsFloat64())
		nature, _ := got.Value("sci.nature")
		require.Equal(t, "estimated", nature.AsString())
		method, _ := got.Value("sci.attribution.method")
		require.Equal(t, "in-flight", method.AsString())

		var all metricdata.ResourceMetrics
		require.NoError(t, reader.Collect(t.Context(), &all))
		h := all.ScopeMetrics[0].Metrics[0]
		require.Equal(t, "sci.request.energy", h.Name)
		require.Equal(t, "J", h.Unit)
		points := h.Data.(metricdata.Histogram[float64]).DataPoints
		require.Len(t, points, 1)
		require.EqualValues(t, 1, points[0].Count)
		require.Len(t, points[0].Exemplars, 1)
		id := last.SpanContext().TraceID()
		require.Equal(t, id[:], points[0].Exemplars[0].TraceID)
	})
}

func TestNoteRequestsWithoutASpan(t *testing.T) {
	_, err := otelsci.NoteRequests("", nil)
	require.ErrorContains(t, err, "want a unit")
	note, err := otelsci.NoteRequests("request", nil)
	require.NoError(t, err)
	note(context.Background(), nil)
	require.Zero(t, testing.AllocsPerRun(100, func() { note(context.Background(), nil) }))
}
