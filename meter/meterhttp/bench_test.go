package meterhttp_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/meterhttp"
	"github.com/scimeter/scimeter/units"
)

func energy(uj uint64) map[string]units.Microjoules {
	return map[string]units.Microjoules{"package-0": units.Microjoules(uj)}
}

// live meters this process as it is, since it can be sampled.
func live(b *testing.B, how meter.Attribution) *meter.Meter {
	b.Helper()
	m, err := meter.Start(b.Context(), meter.WithAttribution(how))
	require.NoError(b, err)
	b.Cleanup(func() { _ = m.Stop() })
	return m
}

// BenchmarkRequest tells what a request costs more than the bare handler.
func BenchmarkRequest(b *testing.B) {
	mux := http.NewServeMux()
	bare := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	mux.Handle("GET /users/{id}", bare)
	for _, how := range []meter.Attribution{meter.InFlight, meter.Weights, meter.CPUSamples} {
		m := live(b, how)
		for name, h := range map[string]http.Handler{
			"bare": bare, "Route": meterhttp.Route(m, "GET /users/{id}", bare),
			"mux": mux, "Handler": meterhttp.Handler(m, mux),
		} {
			b.Run(how.String()+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				r, w := httptest.NewRequest(http.MethodGet, "/users/7", nil), httptest.NewRecorder()
				for b.Loop() {
					h.ServeHTTP(w, r)
				}
			})
		}
	}
}

func TestRouteAllocatesNothing(t *testing.T) {
	m, _ := begin(t)
	h := meterhttp.Route(m, "GET /x", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	r, w := httptest.NewRequest(http.MethodGet, "/x", nil), httptest.NewRecorder()
	h.ServeHTTP(w, r)
	require.Zero(t, testing.AllocsPerRun(1000, func() { h.ServeHTTP(w, r) }))
}
