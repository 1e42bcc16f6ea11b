package otelsci

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/source"
)

// Attributes of a span, and of a request in a histogram.
const (
	requestEnergyKey    = attribute.Key("sci.request.energy")    // J
	requestEmissionsKey = attribute.Key("sci.request.emissions") // gCO2e
	attributionKey      = attribute.Key("sci.attribution.method")
)

// enoughRequests is how many there are to be before their mean is told of one.
// [E]
const enoughRequests = 100

// requestBounds are those of the buckets of the energy of a request in J: two in
// each ten, from what an empty handler takes to what a long generation does.
var requestBounds = []float64{1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100, 300, 1000}

// NoteRequests returns a function for the end of each request, as for
// meterhttp.OnDone. It sets on the span of the request what one of the units of its
// account takes in the mean: sci.request.energy in J and, where all has a price,
// sci.request.emissions in g, with sci.nature "estimated" and the method by which
// energy is split. Nobody measures a single request: the sums are those of the
// metrics. Of the first hundred of an account it says nothing.
//
// With a MeterProvider it also records a histogram of that name, so that its
// exemplars lead from expensive requests to their traces; nil leaves that out.
func NoteRequests(unit string, p metric.MeterProvider) (func(context.Context, *meter.Account), error) {
	if unit == "" {
		return nil, errors.New(`otelsci: NoteRequests: want a unit that is counted, such as meterhttp.Request`)
	}
	n := &noter{unit: unit}
	if p == nil {
		return n.note, nil
	}
	var err error
	n.histogram, err = p.Meter(ScopeName, metric.WithInstrumentationVersion(Version), metric.WithSchemaURL(schemaURL)).Float64Histogram(string(requestEnergyKey), metric.WithUnit("J"),
		metric.WithDescription("Energy of the work of a request: the mean of those of its account."),
		metric.WithExplicitBucketBoundaries(requestBounds...))
	if err != nil {
		return nil, err
	}
	return n.note, nil
}

// A noter notes what requests take.
type noter struct {
	unit      string
	histogram metric.Float64Histogram // nil: none
}

func (n *noter) note(ctx context.Context, a *meter.Account) {
	span := trace.SpanFromContext(ctx)
	if n.histogram == nil && !span.IsRecording() {
		return
	}
	mean, ok := a.Mean(n.unit)
	if !ok || mean.Units < enoughRequests {
		return
	}
	method := attributionKey.String(a.Attribution().String())
	nature := natureAttr(source.NatureEstimated)
	if span.IsRecording() {
		span.SetAttributes(requestEnergyKey.Float64(float64(mean.Energy)), nature, method)
		if mean.Priced {
			span.SetAttributes(requestEmissionsKey.Float64(float64(mean.Operational)))
		}
	}
	if n.histogram != nil {
		n.histogram.Record(ctx, float64(mean.Energy), metric.WithAttributes(accountKey.String(a.Name()), nature, method))
	}
}
