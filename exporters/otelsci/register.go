package otelsci

import (
	"errors"
	"fmt"
	"sync"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/metric"

	"github.com/scimeter/scimeter/meter"
)

// A Registration is what [Register] has registered. It is safe for concurrent
// use; all methods of a nil Registration do nothing.
type Registration struct {
	callback  metric.Registration // nil: nothing is registered
	collector *collector
	once      sync.Once
	err       error
}

// Register emits what m counts through OpenTelemetry, in every collection of
// every reader, until [Registration.Unregister]. The instruments are listed in
// the comment of the package. Nothing is read for it: the figures are those of
// the last tick of m.
//
// Totals count from the start of m, so register right after it. A meter is
// registered once with a MeterProvider, and no second meter that counts some of
// the same energy: the SDK would add their series up. A second one is refused
// with a [*RegisteredError], until [Registration.Unregister].
//
// The error says which meter, option or instrument is refused; nothing is
// registered then. A nil Meter registers nothing.
func Register(m *meter.Meter, opts ...Option) (*Registration, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	if m == nil {
		return &Registration{}, nil
	}
	return c.register(m, m.Method())
}

// register registers the callback of a collector of m.
func (c config) register(m laster, method *meter.Method) (*Registration, error) {
	if c.provider == nil {
		c.provider = otel.GetMeterProvider()
	}
	col := newCollector(m, method, c)
	if err := registered.claim(col); err != nil {
		return nil, err
	}
	callback, err := col.register()
	if err != nil {
		registered.release(col)
		return nil, err
	}
	return &Registration{callback: callback, collector: col}, nil
}

// register makes the instruments, and registers what observes them.
func (c *collector) register() (metric.Registration, error) {
	scope := c.provider.Meter(ScopeName, metric.WithInstrumentationVersion(Version), metric.WithSchemaURL(schemaURL))
	took, err := table[meterDuration].createHistogram(scope)
	c.effort.took = took
	errs := []error{err}
	var all []metric.Observable
	for i, in := range table {
		if in.kind == histogram || !c.emits(i) {
			continue
		}
		made, err := in.create(scope)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		c.instruments[i] = made
		all = append(all, made)
	}
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	callback, err := scope.RegisterCallback(c.collect, all...)
	if err != nil {
		return nil, fmt.Errorf("otelsci: register: %w", err)
	}
	return callback, nil
}

// Unregister ends it: no further collection has the series, but of
// sci.meter.read.duration, which SDKs keep as it was. The meter may then be
// registered again. A second Unregister does nothing and returns the same.
func (r *Registration) Unregister() error {
	if r == nil || r.callback == nil {
		return nil
	}
	r.once.Do(func() {
		if err := r.callback.Unregister(); err != nil {
			r.err = fmt.Errorf("otelsci: unregister: %w", err)
			return // it may emit still
		}
		registered.release(r.collector)
	})
	return r.err
}
