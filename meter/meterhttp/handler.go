package meterhttp

import (
	"context"
	"net/http"
	"runtime/pprof"
	"sync"

	"github.com/scimeter/scimeter/meter"
)

// Request is the unit that each request counts as, when it is done.
const Request = "request"

// Unmatched is the account of requests that no pattern matches.
const Unmatched = "unmatched"

// RouteKey is the key of the label that has the pattern.
const RouteKey = "http.route"

// Route charges what h does to the account of a route, such as "GET /users/{id}".
// It costs two calls into the meter a request, and allocates nothing. With a nil
// Meter it returns h.
func Route(m *meter.Meter, name string, h http.Handler, opts ...Option) http.Handler {
	if m == nil {
		return h
	}
	return &route{config: newConfig(opts), account: accountOf(m, name), next: h}
}

func accountOf(m *meter.Meter, pattern string) *meter.Account {
	return m.Ledger().Account(pattern, meter.Label{Key: RouteKey, Value: pattern})
}

type route struct {
	*config
	account *meter.Account
	next    http.Handler
}

func (h *route) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.serve(h.account, h.next, w, r) }

// serve has next serve a request for an account. It counts as done whatever
// happens: a panic goes on to whoever recovers it.
func (c *config) serve(a *meter.Account, next http.Handler, w http.ResponseWriter, r *http.Request) {
	defer c.done(a, r, begin(r.Context(), a))
	next.ServeHTTP(w, r)
}

// begin starts a region. Profiler labels that the context has are kept beside the
// mark of the account, and are there again after it.
func begin(ctx context.Context, a *meter.Account) meter.Region {
	if a.Attribution() != meter.CPUSamples || !labelled(ctx) {
		return a.Begin()
	}
	_, region := a.BeginContext(ctx)
	return region
}

func labelled(ctx context.Context) (found bool) {
	pprof.ForLabels(ctx, func(string, string) bool {
		found = true
		return false
	})
	return found
}

func (c *config) done(a *meter.Account, r *http.Request, region meter.Region) {
	region.End()
	a.Count(Request, 1)
	if c.onDone != nil {
		c.onDone(r.Context(), a)
	}
}

// Handler charges what the handlers of mux do to the accounts of their patterns.
// It matches each request once more than mux alone does, to know the pattern
// before. With a nil Meter it returns mux.
func Handler(m *meter.Meter, mux *http.ServeMux, opts ...Option) http.Handler {
	if m == nil {
		return mux
	}
	return &handler{config: newConfig(opts), meter: m, mux: mux}
}

type handler struct {
	*config
	meter    *meter.Meter
	mux      *http.ServeMux
	accounts sync.Map // *meter.Account by pattern; there are as many as mux has
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, pattern := h.mux.Handler(r)
	if pattern == "" {
		pattern = Unmatched
	}
	a, ok := h.accounts.Load(pattern)
	if !ok {
		a, _ = h.accounts.LoadOrStore(pattern, accountOf(h.meter, pattern))
	}
	h.serve(a.(*meter.Account), h.mux, w, r)
}

// An Option changes how requests are charged.
type Option func(*config)

type config struct {
	onDone func(context.Context, *meter.Account)
}

func newConfig(opts []Option) *config {
	c := &config{}
	for _, opt := range opts {
		if opt != nil {
			opt(c)
		}
	}
	return c
}

// OnDone calls f when a request is done, before its span ends, with the context of
// the request: what a request of that account takes in the mean is told by
// [meter.Account.Mean]. f is called by many goroutines, and holds up the request.
// That of exporters/otelsci notes it on the span.
func OnDone(f func(ctx context.Context, a *meter.Account)) Option {
	return func(c *config) { c.onDone = f }
}
