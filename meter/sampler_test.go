package meter_test

import (
	"bytes"
	"context"
	"net/http/httptest"
	httppprof "net/http/pprof"
	"runtime"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/source"
)

// The traps of a profiler that a process has only one of. All of these take real
// profiles: what is asserted holds however slow the machine is.

// An own is a profile of somebody else.
type own struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *own) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(b)
}

// ended reports whether it was written down.
func (o *own) ended() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Len() > 0
}

// profiling meters this process by its real profile, and skips where somebody
// else takes one.
func profiling(t *testing.T, window, cycle time.Duration) *meter.Meter {
	t.Helper()
	if testing.Short() {
		t.Skip("takes profiles")
	}
	profiled(t, func() {})
	clean(t)
	return begin(t, meter.WithSource(steady{time.Now()}), meter.WithoutRest(), meter.WithPolicy(meter.Marginal),
		meter.WithInterval(50*time.Millisecond), meter.WithAttribution(meter.CPUSamples), meter.WithProfile(window, cycle))
}

// A steady source counts 1 kW, whatever happens.
type steady struct{ since time.Time }

func (s steady) Report() source.Report { return source.Report{Found: []source.Zone{package0(1e-9)}} }

func (s steady) Read(dst []source.Reading) ([]source.Reading, error) {
	now := time.Now()
	return append(dst, source.Reading{Zone: "package-0", Total: joules(1000 * now.Sub(s.since).Seconds()), At: now}), nil
}

func (s steady) Close() error { return nil }

// until waits for something to be true, for at most 20 s.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !is(); time.Sleep(time.Millisecond) {
		require.True(t, time.Now().Before(deadline), what)
	}
}

func failuresOf(t *testing.T, m *meter.Meter, sort string) (n int) {
	t.Helper()
	var s meter.Snapshot
	m.Last(&s)
	for _, f := range s.Failures {
		if f.Source == "profile" && f.Type == sort {
			n += f.N
		}
	}
	return n
}

// samplesOf are those of an account since the start, as far as they are split.
func samplesOf(m *meter.Meter, name string) (n int64) {
	var s meter.Snapshot
	m.Last(&s)
	for _, a := range s.Accounts {
		if a.Account.Name() == name {
			n = a.Samples
		}
	}
	return n
}

func TestProfileThatRunsAlready(t *testing.T) {
	m := profiling(t, 100*time.Millisecond, 150*time.Millisecond)
	var o own
	until(t, "the pause between two windows", func() bool { return pprof.StartCPUProfile(&o) == nil })
	seen := failuresOf(t, m, "in_use")
	until(t, "a window that is left out", func() bool { return failuresOf(t, m, "in_use") > seen+1 })
	require.False(t, o.ended(), "nobody stopped it")
	require.NoError(t, m.Stop())
	require.False(t, o.ended(), "nor when the meter did")
	pprof.StopCPUProfile()
	require.True(t, o.ended())
	_, err := meter.ReadProfile(o.b.Bytes())
	require.NoError(t, err)
}

func TestProfileWhileOursRuns(t *testing.T) {
	m := profiling(t, 100*time.Millisecond, 300*time.Millisecond)
	ask := func() *httptest.ResponseRecorder {
		r := httptest.NewRecorder()
		httppprof.Profile(r, httptest.NewRequestWithContext(t.Context(), "GET", "/debug/pprof/profile?seconds=1", nil))
		return r
	}
	until(t, "one that gets through, in a pause", func() bool { return ask().Code == 200 })
	resume := m.Ledger().Pause()
	require.Equal(t, 200, ask().Code, "at once")
	resume()
	until(t, "ours again", func() bool {
		err := pprof.StartCPUProfile(&own{})
		if err == nil {
			pprof.StopCPUProfile()
		}
		return err != nil
	})
}

// Somebody stops what he did not start, and starts his own: that stays his.
func TestProfileThatIsTaken(t *testing.T) {
	m := profiling(t, 300*time.Millisecond, 300*time.Millisecond)
	var o own
	until(t, "a window", func() bool {
		if err := pprof.StartCPUProfile(&own{}); err == nil {
			pprof.StopCPUProfile() // it was ours to stop
			return false
		}
		return true
	})
	left := func() int { return failuresOf(t, m, "taken") + failuresOf(t, m, "in_use") }
	seen := left()
	pprof.StopCPUProfile()
	if pprof.StartCPUProfile(&o) != nil {
		t.Skip("the window had ended just then, and the next begun")
	}
	until(t, "the end of the window", func() bool { return left() > seen+1 })
	require.False(t, o.ended(), "the meter stopped only what it started")
	pprof.StopCPUProfile()
	require.True(t, o.ended())
}

// Work that goes on after the region that started it is charged to its account.
func TestSamplesOfGoroutinesThatOutlive(t *testing.T) {
	m := profiling(t, 100*time.Millisecond, 100*time.Millisecond)
	ended := make(chan struct{})
	var stop atomic.Bool
	var all sync.WaitGroup
	defer all.Wait()
	defer stop.Store(true)
	r := m.Ledger().Begin("A")
	all.Go(func() {
		<-ended
		for !stop.Load() {
			turn(100_000)
		}
	})
	r.End()
	close(ended)
	until(t, "samples", func() bool { return samplesOf(m, "A") > 0 })
}

// What nobody asked for, as the collector, is shown and not spread.
func TestSamplesOfNobody(t *testing.T) {
	m := profiling(t, 100*time.Millisecond, 100*time.Millisecond)
	r := m.Ledger().Begin("A")
	kept := make([][]*int, 0, 1000)
	spinUntil(t, func() bool {
		for range 100 {
			part := make([]*int, 1000)
			for i := range part {
				part[i] = new(int)
			}
			if kept = append(kept, part); len(kept) == cap(kept) {
				kept = kept[:0]
			}
		}
		return samplesOf(m, meter.UnattributedAccount) > 0 && samplesOf(m, "A") > 0
	})
	r.End()
	runtime.KeepAlive(kept)
}

func TestSamplerEnds(t *testing.T) {
	m := profiling(t, time.Minute, time.Minute)
	until(t, "a window", func() bool {
		err := pprof.StartCPUProfile(&own{})
		if err == nil {
			pprof.StopCPUProfile()
		}
		return err != nil
	})
	began := time.Now()
	require.NoError(t, m.Stop())
	require.Less(t, time.Since(began), 2*time.Second)
	var text bytes.Buffer
	require.NoError(t, pprof.Lookup("goroutine").WriteTo(&text, 1))
	require.NotContains(t, text.String(), "(*sampler)")
	require.NotContains(t, text.String(), "profileWriter")
	profiled(t, func() {}) // is free again
}

// TestSamplesOfKnownWork: kinds that cost as 1:4, one of which waits. The bounds
// are those of a coin thrown by nobody in particular; internal/attribution/study
// has the figures.
func TestSamplesOfKnownWork(t *testing.T) {
	for name, wait := range map[string]time.Duration{"cpu": 0, "io": 5 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			m := profiling(t, 200*time.Millisecond, 200*time.Millisecond)
			light, heavy := m.Ledger().Account("light"), m.Ledger().Account("heavy")
			var all sync.WaitGroup
			deadline := time.Now().Add(2 * time.Second)
			var done [2]atomic.Int64
			for range 8 {
				all.Go(func() {
					for time.Now().Before(deadline) {
						_, r := light.BeginContext(context.Background())
						time.Sleep(wait)
						turn(100_000)
						r.End()
						done[0].Add(1)
						func() {
							defer heavy.Begin().End()
							turn(400_000)
							done[1].Add(1)
						}()
					}
				})
			}
			all.Wait()
			require.NoError(t, m.Stop())
			s, err := m.Read(t.Context())
			require.NoError(t, err)
			require.Zero(t, s.Pending)
			got := owners(t, s.Accounts)
			if n := got["heavy"].Samples + got["light"].Samples; n < 100 {
				t.Skipf("the machine gave time for %d samples", n)
			}
			ratio := float64(got["heavy"].Samples) / float64(got["heavy"].Samples+got["light"].Samples)
			require.InDelta(t, 0.8, ratio, 0.2)
			require.InDelta(t, ratio, float64(got["heavy"].Microjoules)/float64(got["heavy"].Microjoules+got["light"].Microjoules), 0.15)
		})
	}
}
