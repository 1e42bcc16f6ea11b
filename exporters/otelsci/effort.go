package otelsci

import (
	"context"

	"go.opentelemetry.io/otel/metric"

	"github.com/scimeter/scimeter/meter"
)

// An effort is the series of what it costs to measure, and of what was missed.
type effort struct {
	took metric.Float64Histogram
	read int // the last reading whose duration is in took

	time, energy rising
	failures     []failures
}

// failures is the series of one source and sort of error.
type failures struct {
	source, sort string
	total        rising
	opts         options
}

// newEffort has the series of the scope from the start: so there is one even
// while nothing has failed, and sums of it begin at 0.
func newEffort() effort {
	var e effort
	e.of("scope", "_OTHER")
	return e
}

// of returns the series of a source and sort of error. There are at most six
// sorts, and of sources what the meter was started with.
func (e *effort) of(source, sort string) *failures {
	for i := range e.failures {
		if f := &e.failures[i]; f.source == source && f.sort == sort {
			return f
		}
	}
	e.failures = append(e.failures, failures{
		source: source, sort: sort, opts: with(sourceKey.String(source), errorKey.String(sort)),
	})
	return &e.failures[len(e.failures)-1]
}

// observe observes the effort so far. Where no clock tells the CPU time there
// is none of it, nor of its energy.
func (e *effort) observe(ctx context.Context, o observer, s *meter.Snapshot) {
	for _, f := range s.Failures {
		e.of(f.Source, f.Type).total.to(float64(f.N))
	}
	for i := range e.failures {
		f := &e.failures[i]
		o.see(meterErrors, float64(f.total), f.opts)
	}
	if s.Effort.CPU > 0 {
		o.see(meterTime, e.time.to(s.Effort.CPU.Seconds()), nil)
		if s.Own > 0 {
			o.see(meterEnergy, e.energy.to(float64(s.MeterEnergy())), nil)
		}
	}
	missing := 0.0
	if s.Missing != nil {
		missing = 1
	}
	o.see(meterMissing, missing, nil)
	e.record(ctx, s)
}

// record records how long the last reading took, unless another reader has had
// it recorded. It is recorded for all of them.
func (e *effort) record(ctx context.Context, s *meter.Snapshot) {
	if s.Effort.Reads <= e.read || s.Effort.Took <= 0 {
		return
	}
	e.read = s.Effort.Reads
	e.took.Record(ctx, s.Effort.Took.Seconds())
}
