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
	callback metric.Registration // nil: nothing is registered
	once     sync.Once
	err      error
}

// Register emits what m counts through OpenTelemetry, in every collection of
// every reader, until [Registration.Unregister]. The instruments are listed in
// the comment of the package. Nothing is read for it: the figures are those of
// the last tick of m.
//
// Totals count from the start of m, so register right after it. A meter must be
// registered once with a MeterProvider, and no second meter whose scope is in
// that of the first, or contains it: the SDK would add their series up. See
// [Registration.Unregister] for how to register anew.
//
// The error says which option or instrument is refused; nothing is registered
// then. A nil Meter registers nothing.
func Register(m *meter.Meter, opts ...Option) (*Registration, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	if m == nil {
		return &Registration{}, nil
	}
	return c.register(m, methodOf(m))
}

// methodOf returns how the figures of m are made, which every window tells: one
// of no length will do.
func methodOf(m *meter.Meter) *meter.Method {
	var now meter.Snapshot
	m.Last(&now)
	u, err := now.Sub(now)
	if err != nil || u.Method == nil { // of one meter, in order: never
		return &meter.Method{}
	}
	return u.Method
}

// register registers the callback of a collector of m.
func (c config) register(m laster, method *meter.Method) (*Registration, error) {
	provider := c.provider
	if provider == nil {
		provider = otel.GetMeterProvider()
	}
	scope := provider.Meter(ScopeName, metric.WithInstrumentationVersion(Version), metric.WithSchemaURL(schemaURL))
	col := newCollector(m, method, c)
	var all []metric.Observable
	var errs []error
	for i, in := range table {
		if !col.emits(i) {
			continue
		}
		made, err := in.create(scope)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		col.instruments[i] = made
		all = append(all, made)
	}
	if len(errs) > 0 {
		return nil, errors.Join(errs...)
	}
	callback, err := scope.RegisterCallback(col.collect, all...)
	if err != nil {
		return nil, fmt.Errorf("otelsci: register: %w", err)
	}
	return &Registration{callback: callback}, nil
}

// Unregister ends it: no further collection has the series. A second one does
// nothing and returns the same.
func (r *Registration) Unregister() error {
	if r == nil || r.callback == nil {
		return nil
	}
	r.once.Do(func() {
		if err := r.callback.Unregister(); err != nil {
			r.err = fmt.Errorf("otelsci: unregister: %w", err)
		}
	})
	return r.err
}
