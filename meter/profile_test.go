package meter_test

import (
	"bytes"
	"context"
	"runtime/pprof"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
)

// profiled returns a real CPU profile of f, or skips where somebody takes one.
func profiled(t testing.TB, f func()) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := pprof.StartCPUProfile(&b); err != nil {
		t.Skip(err)
	}
	f()
	pprof.StopCPUProfile()
	return b.Bytes()
}

// spinUntil works for the label until enough is true, for at most 20 s.
func spinUntil(t *testing.T, enough func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !enough(); {
		require.True(t, time.Now().Before(deadline), "not within 20 s")
		turn(100_000)
	}
}

func TestReadProfile(t *testing.T) {
	began := time.Now()
	b := profiled(t, func() {
		pprof.Do(t.Context(), pprof.Labels(meter.MarkLabel, "A", "user", "B"), func(context.Context) {
			spinUntil(t, func() bool { return time.Since(began) > 300*time.Millisecond })
		})
	})
	got, err := meter.ReadProfile(b)
	require.NoError(t, err)
	if got["A"] == 0 {
		t.Skip("the kernel sent no sample")
	}
	require.Less(t, got["A"], uint64(3000), "samples, and not nanoseconds")
	require.NotContains(t, got, "B")

	want := map[string]uint64{"A": 60, "B": 1, "": 12}
	got, err = meter.ReadProfile(encodeProfile(want))
	require.NoError(t, err)
	require.Equal(t, want, got)
	got, err = meter.ReadProfile(encodeProfile(nil))
	require.NoError(t, err)
	require.Empty(t, got)
}

func TestReadProfileRefuses(t *testing.T) {
	whole := encodeProfile(map[string]uint64{"A": 60})
	for name, b := range map[string][]byte{
		"nothing":             nil,
		"no gzip":             []byte("cpu"),
		"cut":                 whole[:len(whole)-9],
		"of no samples":       compressed(message(nil, 6, nil)),
		"a varint cut":        compressed([]byte{0x12, 0x80}),
		"a string too long":   compressed([]byte{0x32, 0x7f, 'x'}),
		"of another wire":     compressed([]byte{0x13}),
		"more than there are": compressed(append(message(nil, 1, integer(nil, 1, 0)), message(message(nil, 6, []byte("samples")), 2, integer(nil, 31, 1))...)),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := meter.ReadProfile(b)
			require.Error(t, err)
			require.Empty(t, got)
		})
	}
}

func FuzzDecodeProfile(f *testing.F) {
	f.Add(message(message(nil, 1, integer(nil, 1, 1)), 6, []byte("samples")))
	f.Add([]byte{0x0a, 0x04, 0x08, 0x01, 0x10, 0x02, 0x12, 0x03, 0x12, 0x01, 0x05, 0x32, 0x00, 0x32, 0x07, 's', 'a', 'm', 'p', 'l', 'e', 's'})
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := meter.DecodeProfile(b)
		if err != nil {
			require.Empty(t, got)
		}
		sum := uint64(0)
		for _, n := range got {
			require.Positive(t, n)
			sum += n
		}
		require.LessOrEqual(t, sum, uint64(len(b))<<32)
	})
}

func BenchmarkReadProfile(b *testing.B) {
	profile := profiled(b, func() {
		for began := time.Now(); time.Since(began) < time.Second; {
			turn(100_000)
		}
	})
	b.ReportMetric(float64(len(profile)), "bytes")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := meter.ReadProfile(profile); err != nil {
			b.Fatal(err)
		}
	}
}
