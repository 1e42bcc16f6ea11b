package meter_test

import (
	"bytes"
	"context"
	"runtime/pprof"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
)

// labels returns those of the goroutine that calls it, as the profile of all
// goroutines has them: there is no other way to see them.
//
//go:noinline
func labels(t *testing.T) string {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, pprof.Lookup("goroutine").WriteTo(&text, 1))
	for block := range strings.SplitSeq(text.String(), "\n\n") {
		if !strings.Contains(block, "meter_test.labels") {
			continue
		}
		_, after, _ := strings.Cut(block, "# labels: ")
		line, _, _ := strings.Cut(after, "\n")
		return line
	}
	t.Fatal("no goroutine is here")
	return ""
}

// clean takes the labels off when the test is over: its goroutine is used for
// nothing else, but what it starts would have them.
func clean(t *testing.T) {
	t.Helper()
	t.Cleanup(func() { pprof.SetGoroutineLabels(context.Background()) })
}

func marking(t *testing.T) *meter.Ledger {
	t.Helper()
	clean(t)
	m, _ := busyMeter(t, meter.WithAttribution(meter.CPUSamples), meter.WithProfiler(&profiles{}))
	return m.Ledger()
}

func TestBeginMarksTheGoroutine(t *testing.T) {
	l := marking(t)
	a, b := l.Account("GET /x", meter.Label{Key: "tenant", Value: "b"}), l.Account("B")
	require.Empty(t, labels(t))
	r := a.Begin()
	require.Regexp(t, `^{"scimeter.account":"GET /x tenant=b #[0-9a-f]{8}.1"}$`, labels(t))
	child, done := make(chan string), make(chan struct{})
	go func() {
		child <- labels(t)
		<-done
		child <- labels(t)
	}()
	require.Equal(t, labels(t), <-child, "what is started inherits it")
	r.End()
	require.Empty(t, labels(t))
	done <- struct{}{}
	require.Contains(t, <-child, "GET /x", "as long as it lives")

	defer b.BeginWeight(3).End()
	require.Contains(t, labels(t), meter.Mark(b))
	require.NotEqual(t, meter.Mark(a), meter.Mark(l.Account("GET /x")))
	require.NotEqual(t, meter.Mark(b), meter.Mark(marking(t).Account("B")), "another meter, another mark")
}

func TestBeginContextKeepsLabels(t *testing.T) {
	l := marking(t)
	a, b := l.Account("A"), l.Account("B")
	type key struct{}
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "kept"))

	plain, r := a.BeginContext(ctx)
	require.Contains(t, labels(t), meter.Mark(a))
	require.Equal(t, "kept", plain.Value(key{}))
	mark, ok := pprof.Label(plain, meter.MarkLabel)
	require.True(t, ok)
	require.Equal(t, meter.Mark(a), mark)
	pprof.Do(plain, pprof.Labels("query", "q"), func(context.Context) {
		require.Contains(t, labels(t), meter.Mark(a), "what is labelled further down stays marked")
		require.Contains(t, labels(t), `"query":"q"`)
	})
	require.Contains(t, labels(t), meter.Mark(a))
	inner, nested := b.BeginContext(plain)
	require.Contains(t, labels(t), meter.Mark(b))
	require.NotContains(t, labels(t), meter.Mark(a))
	nested.End()
	require.Contains(t, labels(t), meter.Mark(a), "the region around it goes on")
	r.End()
	require.Empty(t, labels(t))

	labelled := pprof.WithLabels(ctx, pprof.Labels("service", "shop", "user", "u"))
	pprof.SetGoroutineLabels(labelled)
	before := labels(t)
	merged, r := a.BeginContext(labelled)
	require.Contains(t, labels(t), meter.Mark(a))
	require.Contains(t, labels(t), `"service":"shop", "user":"u"`)
	r.End()
	require.Equal(t, before, labels(t))

	cancel()
	for _, c := range []context.Context{plain, inner, merged} {
		derived, stop := context.WithTimeout(c, time.Hour)
		require.ErrorIs(t, derived.Err(), context.Canceled)
		stop()
	}
	pprof.SetGoroutineLabels(context.Background())

	m, _ := busyMeter(t)
	same, region := m.Ledger().Account("A").BeginContext(ctx)
	require.Equal(t, ctx, same, "by time in flight nothing is marked")
	require.Empty(t, labels(t))
	region.End()
	var none *meter.Account
	same, region = none.BeginContext(ctx)
	require.Equal(t, ctx, same)
	region.End()
}

func TestMarksAllocateNothing(t *testing.T) {
	a := marking(t).Account("A")
	require.Zero(t, testing.AllocsPerRun(1000, func() { defer a.Begin().End() }))
	require.LessOrEqual(t, testing.AllocsPerRun(1000, func() {
		_, r := a.BeginContext(t.Context())
		r.End()
	}), 1.0)
}

func TestDo(t *testing.T) {
	l := marking(t)
	a := l.Account("A")
	spun := func(context.Context) { turn(20_000_000) }
	cpu := a.Do(t.Context(), func(ctx context.Context) {
		require.Contains(t, labels(t), meter.Mark(a))
		_, ok := pprof.Label(ctx, meter.MarkLabel)
		require.True(t, ok)
		spun(ctx)
	})
	require.GreaterOrEqual(t, cpu, time.Duration(0))
	require.Empty(t, labels(t))
	require.PanicsWithValue(t, "f", func() { a.Do(t.Context(), func(context.Context) { panic("f") }) })
	require.Empty(t, labels(t), "a panic passes through and leaves nothing behind")
	ran := false
	(*meter.Account)(nil).Do(t.Context(), func(context.Context) { ran = true })
	require.True(t, ran)

	m, machine := busyMeter(t, meter.WithAttribution(meter.Weights))
	b, c := m.Ledger().Account("B"), m.Ledger().Account("C")
	weighed := b.Do(t.Context(), spun)
	if weighed == 0 {
		t.Skip("no clock of a thread here")
	}
	require.Greater(t, weighed, time.Millisecond)
	c.Charge(3 * weighed.Seconds())
	u := window(t, m, func() { workFor(machine, 10*time.Millisecond, 40) })
	got := owners(t, u.Accounts)
	require.InDelta(t, 10, got["B"].Microjoules.Joules(), 1e-5, "CPU seconds are the weight")
	require.InDelta(t, 30, got["C"].Microjoules.Joules(), 1e-5)
}

var sink uint64

// turn spins.
//
//go:noinline
func turn(n int) {
	x := uint64(88172645463325252)
	for range n {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	if x == 0 {
		sink++
	}
}

func BenchmarkBegin(b *testing.B) {
	start := func(b *testing.B, opts ...meter.Option) *meter.Account {
		b.Helper()
		m, err := meter.Start(b.Context(), append(benchOptions(benchTree(b, true)), opts...)...)
		if err != nil {
			b.Skip(err)
		}
		b.Cleanup(func() { _ = m.Stop() })
		return m.Ledger().Account("A")
	}
	b.Run("bare", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			func() { defer nothing() }()
		}
	})
	for _, how := range []meter.Attribution{meter.InFlight, meter.CPUSamples} {
		a := start(b, meter.WithAttribution(how))
		b.Run(how.String(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				func() { defer a.Begin().End() }()
			}
		})
		for name, ctx := range map[string]context.Context{
			"context": context.Background(), "labelled": pprof.WithLabels(context.Background(), pprof.Labels("user", "u")),
		} {
			b.Run(how.String()+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					_, r := a.BeginContext(ctx)
					r.End()
				}
			})
		}
	}
	pprof.SetGoroutineLabels(context.Background())
}

//go:noinline
func nothing() {}

// A meter that is started by labelled work is not a part of it.
func TestSamplerHasNoLabels(t *testing.T) {
	clean(t)
	pprof.Do(t.Context(), pprof.Labels(meter.MarkLabel, "another's"), func(context.Context) {
		busyMeter(t, meter.WithAttribution(meter.CPUSamples), meter.WithProfiler(&profiles{}))
	})
	found := false
	until(t, "its goroutine", func() bool {
		var text bytes.Buffer
		require.NoError(t, pprof.Lookup("goroutine").WriteTo(&text, 1))
		for block := range strings.SplitSeq(text.String(), "\n\n") {
			found = found || strings.Contains(block, "(*sampler).turn") && !strings.Contains(block, "# labels")
		}
		return found
	})
}
