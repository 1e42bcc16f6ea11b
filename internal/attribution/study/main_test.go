package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
)

func TestJudge(t *testing.T) {
	r := outcome{done: [kinds]int64{4, 2, 1}, share: [kinds]float64{0.2, 0.3, 0.3}, sigma: [kinds]float64{0, 0.1, 0.01}, unattributed: 0.2}
	r.judge([kinds]float64{1, 2, 4})
	for kind := range kinds {
		require.InDelta(t, 1.0/3, r.truth[kind], 1e-12)
	}
	require.InDelta(t, (1.0/3-0.25)*2/2*1, r.misbooked, 1e-12, "0.25, 0.375 and 0.375 of what is attributed")
	require.InDelta(t, 0.25, r.worst, 1e-12)
	low, high := r.interval(1)
	require.InDelta(t, 0.3-1.96*0.03, low, 1e-12)
	require.InDelta(t, 0.3+1.96*0.03+0.2, high, 1e-12)
	require.True(t, r.inside(1))
	r.truth[1] = 0.2
	require.False(t, r.inside(1))
}

func TestPick(t *testing.T) {
	m := mix{often: [kinds]float64{0, 1, 0}}
	for range 100 {
		require.Equal(t, 1, m.pick(newRand()))
	}
}

// A short form of all of it: whether it runs and writes, not what comes out.
func TestStudy(t *testing.T) {
	if testing.Short() {
		t.Skip("works for some CPU-seconds")
	}
	raw := filepath.Join(t.TempDir(), "raw.csv")
	o := options{cpu: 300 * time.Millisecond, runs: 1, workers: 4, window: 100 * time.Millisecond, cycle: 100 * time.Millisecond, mixes: "cpu,io,fan,rare"}
	var out strings.Builder
	if err := o.study(&out, raw); err != nil {
		require.ErrorIs(t, err, meter.ErrNoSource)
		t.Skip(err)
	}
	text, err := os.ReadFile(raw)
	require.NoError(t, err)
	require.Equal(t, 3+4*2*kinds, strings.Count(string(text), "\n"))
	require.NotContains(t, string(text), "NaN")
	require.Contains(t, out.String(), "| io | cpu-samples |")
	o.mixes = "coffee"
	require.ErrorContains(t, o.study(&out, ""), "coffee")
}
