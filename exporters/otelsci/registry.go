package otelsci

import (
	"fmt"
	"reflect"
	"slices"
	"sync"
	"weak"

	"go.opentelemetry.io/otel/metric"
)

// registered is the one state that this package has. Two registrations may be
// made by packages that do not know of one another, and the API of
// OpenTelemetry does not tell what a MeterProvider has: nothing narrower than
// the process can find out that the SDK would add both up.
var registered registry

// A registry is what is registered where. It keeps nothing alive: a provider
// keeps its callbacks, they keep their collectors, and these are what is kept
// here, weakly.
type registry struct {
	mu  sync.Mutex // guards all
	all []weak.Pointer[collector]
}

// A RegisteredError reports that a meter counts some of the same energy as one
// that its MeterProvider has already. The SDK would add both up, so it is not
// registered.
type RegisteredError struct {
	Scope, ID           string // of the meter that was refused
	OtherScope, OtherID string // of that which is registered; the same ID: it is the same
}

// Error says which meter is refused, and what to do.
func (e *RegisteredError) Error() string {
	if e.ID == e.OtherID {
		return fmt.Sprintf("otelsci: register the meter of %s: it is registered with this MeterProvider already; Unregister it first, or leave this out", e.Scope)
	}
	return fmt.Sprintf("otelsci: register the meter of %s: that of %s, which counts some of the same energy, is registered with this MeterProvider already; Unregister that first, or register only the one that was started first",
		e.Scope, e.OtherScope)
}

// claim takes c in, unless what it would emit is emitted by another.
func (r *registry) claim(c *collector) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = slices.DeleteFunc(r.all, func(w weak.Pointer[collector]) bool { return w.Value() == nil })
	for _, w := range r.all {
		if o := w.Value(); o != nil && same(o.provider, c.provider) && o.doubles(c) {
			return &RegisteredError{c.method.Scope, c.method.ID, o.method.Scope, o.method.ID}
		}
	}
	r.all = append(r.all, weak.Make(c))
	return nil
}

// release lets c go.
func (r *registry) release(c *collector) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.all = slices.DeleteFunc(r.all, func(w weak.Pointer[collector]) bool { return w.Value() == c })
}

// doubles reports whether series of c and o have the same energy in them. Those
// of the machine are told apart from those of what runs on it.
func (c *collector) doubles(o *collector) bool {
	if c.subject == nil || o.subject == nil {
		return false
	}
	return c.subject == o.subject || c.machine == o.machine && c.subject.Covers(o.subject)
}

// same reports whether two providers are one. Of those that are no pointers
// nobody can tell: values may be equal and yet two, or not be comparable.
func same(a, b metric.MeterProvider) bool {
	return reflect.TypeOf(a).Kind() == reflect.Pointer && reflect.TypeOf(b).Kind() == reflect.Pointer && a == b
}
