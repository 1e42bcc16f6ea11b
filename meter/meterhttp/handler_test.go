package meterhttp_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/meterhttp"
	"github.com/scimeter/scimeter/meter/metertest"
)

// begin meters a machine whose counter a test drives.
func begin(t testing.TB, opts ...meter.Option) (*meter.Meter, *metertest.Machine) {
	t.Helper()
	pkg := metertest.Package(0)
	pkg.Idle = 1e-9
	machine := metertest.New(2, pkg)
	m, err := meter.Start(t.Context(), append([]meter.Option{machine.Options(), meter.WithoutRest(), meter.WithPolicy(meter.Marginal)}, opts...)...)
	require.NoError(t, err)
	t.Cleanup(func() { _ = m.Stop() })
	return m, machine
}

func names(t *testing.T, m *meter.Meter) map[string]float64 {
	t.Helper()
	s, err := m.Read(t.Context())
	require.NoError(t, err)
	counts := map[string]float64{}
	for _, a := range s.Accounts {
		for _, c := range a.Counts {
			require.Equal(t, meterhttp.Request, c.Unit)
			require.Equal(t, []meter.Label{{Key: meterhttp.RouteKey, Value: a.Account.Name()}}, a.Account.Labels())
			counts[a.Account.Name()] += c.N
		}
	}
	return counts
}

func get(t *testing.T, h http.Handler, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	return w
}

func TestHandlerChargesPatterns(t *testing.T) {
	m, _ := begin(t)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /users/{id}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.PathValue("id"), r.Pattern) })
	mux.HandleFunc("/static/", func(w http.ResponseWriter, r *http.Request) {})
	h := meterhttp.Handler(m, mux)
	for i := range 100 {
		require.Equal(t, fmt.Sprint(i, "GET /users/{id}"), get(t, h, fmt.Sprint("/users/", i)).Body.String())
	}
	get(t, h, "/static/a.js")
	require.Equal(t, http.StatusNotFound, get(t, h, "/etc/passwd").Code)
	require.Equal(t, http.StatusTemporaryRedirect, get(t, h, "/static").Code)
	require.Equal(t, map[string]float64{"GET /users/{id}": 100, "/static/": 2, meterhttp.Unmatched: 1}, names(t, m))
}

func TestPanicsPassAndCount(t *testing.T) {
	m, _ := begin(t)
	h := meterhttp.Route(m, "GET /x", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	require.PanicsWithValue(t, http.ErrAbortHandler, func() { get(t, h, "/x") })
	require.Equal(t, map[string]float64{"GET /x": 1}, names(t, m))
}

func TestNilMeterIsNotThere(t *testing.T) {
	mux := http.NewServeMux()
	require.Equal(t, http.Handler(mux), meterhttp.Handler(nil, mux))
	require.Equal(t, http.Handler(mux), meterhttp.Route(nil, "x", mux))
}

// A real server: a stream is flushed as it is written, a connection is hijacked,
// and HTTP/2 is spoken.
func TestRealServer(t *testing.T) {
	m, _ := begin(t)
	mux := http.NewServeMux()
	proceed := make(chan struct{})
	mux.HandleFunc("/stream", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "one")
		w.(http.Flusher).Flush()
		<-proceed
		fmt.Fprintln(w, r.Proto)
	})
	mux.HandleFunc("/hijack", func(w http.ResponseWriter, _ *http.Request) {
		conn, buf, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer conn.Close()
		fmt.Fprint(buf, "HTTP/1.1 101 Switching Protocols\r\n\r\nhello\n")
		_ = buf.Flush()
	})
	server := httptest.NewUnstartedServer(meterhttp.Handler(m, mux))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()

	res, err := server.Client().Get(server.URL + "/stream")
	require.NoError(t, err)
	defer res.Body.Close()
	lines := bufio.NewReader(res.Body)
	line, err := lines.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "one\n", line, "before the handler is done")
	close(proceed)
	line, err = lines.ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "HTTP/2.0\n", line)

	plain := httptest.NewServer(meterhttp.Handler(m, mux))
	defer plain.Close()
	conn, err := net.Dial("tcp", strings.TrimPrefix(plain.URL, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	fmt.Fprint(conn, "GET /hijack HTTP/1.1\r\nHost: x\r\n\r\n")
	b, err := io.ReadAll(conn)
	require.NoError(t, err)
	require.Contains(t, string(b), "hello")
	require.Eventually(t, func() bool { return names(t, m)["/hijack"] == 1 && names(t, m)["/stream"] == 1 }, 10*time.Second, time.Millisecond)
}

func TestOnDone(t *testing.T) {
	m, machine := begin(t)
	var means []meter.Mean
	h := meterhttp.Route(m, "GET /x", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		machine.Run(time.Millisecond, metertest.Phase{Own: time.Millisecond, Busy: time.Millisecond, Energy: energy(1_000_000)})
	}), meterhttp.OnDone(func(ctx context.Context, a *meter.Account) {
		if mean, ok := a.Mean(meterhttp.Request); ok {
			means = append(means, mean)
		}
		require.Equal(t, httptest.NewRequest(http.MethodGet, "/x", nil).Context(), ctx)
	}))
	get(t, h, "/x")
	require.Empty(t, means, "nothing was split yet")
	_, err := m.Read(t.Context())
	require.NoError(t, err)
	get(t, h, "/x")
	require.Len(t, means, 1)
	require.Equal(t, 2.0, means[0].Units)
	require.InDelta(t, 0.5, float64(means[0].Energy), 1e-9)
	require.False(t, means[0].Priced, "no grid was named")
}

// Ten thousand requests at once, some of which panic: all that was charged is
// owned, to the microjoule.
func TestManyAtOnce(t *testing.T) {
	m, machine := begin(t, meter.WithInterval(10*time.Millisecond))
	mux := http.NewServeMux()
	for i := range 50 {
		mux.HandleFunc(fmt.Sprintf("GET /%d/{x}", i), func(_ http.ResponseWriter, r *http.Request) {
			if i%7 == 0 {
				panic(http.ErrAbortHandler)
			}
		})
	}
	h := meterhttp.Handler(m, mux)
	var all sync.WaitGroup
	for i := range 10_000 {
		all.Go(func() {
			defer func() { _ = recover() }()
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, fmt.Sprintf("/%d/%d", i%50, i), nil))
		})
	}
	for range 20 {
		machine.Run(time.Millisecond, metertest.Phase{Own: time.Millisecond, Busy: time.Millisecond, Energy: energy(1_234_567)})
	}
	all.Wait()
	s, err := m.Read(t.Context())
	require.NoError(t, err)
	sum, n := int64(0), 0.0
	for _, a := range s.Accounts {
		sum += int64(a.Microjoules)
		for _, c := range a.Counts {
			n += c.N
		}
	}
	require.Equal(t, int64(s.Microjoules), sum+s.Pending)
	require.Positive(t, s.Microjoules)
	require.Equal(t, 10_000.0, n)
}

// Labels that a request came with are there within it and after it.
func TestLabelsStay(t *testing.T) {
	m, err := meter.Start(t.Context(), meter.WithAttribution(meter.CPUSamples))
	require.NoError(t, err)
	defer m.Stop()
	seen := map[string]string{}
	h := meterhttp.Route(m, "GET /x", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		for _, l := range goroutineLabels(t) {
			seen[l.key] = l.value
		}
	}))
	ctx := pprof.WithLabels(t.Context(), pprof.Labels("mine", "yes"))
	pprof.SetGoroutineLabels(ctx)
	defer pprof.SetGoroutineLabels(t.Context())
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodGet, "/x", nil))
	require.Equal(t, "yes", seen["mine"])
	require.Contains(t, seen, meter.MarkLabel)
	after := goroutineLabels(t)
	require.Equal(t, []label{{"mine", "yes"}}, after)
}

type label struct{ key, value string }

// goroutineLabels are those of this goroutine, by the profile of all.
func goroutineLabels(t *testing.T) (labels []label) {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, pprof.Lookup("goroutine").WriteTo(&b, 1))
	// Of each stack a line "# labels: {...}" stands above it; ours has this function.
	for block := range strings.SplitSeq(b.String(), "\n\n") {
		if !strings.Contains(block, "goroutineLabels") {
			continue
		}
		for line := range strings.Lines(block) {
			rest, ok := strings.CutPrefix(strings.TrimSpace(line), "# labels: ")
			if !ok {
				continue
			}
			var m map[string]string
			require.NoError(t, json.Unmarshal([]byte(rest), &m))
			for k, v := range m {
				labels = append(labels, label{k, v})
			}
		}
	}
	return labels
}
