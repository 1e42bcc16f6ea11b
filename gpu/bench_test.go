package gpu_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
	"github.com/scimeter/scimeter/source"
)

// cards returns a machine with n cards that draw 300 W.
func cards(n int) *gputest.Machine {
	specs := make([]gputest.Spec, n)
	for i := range specs {
		specs[i] = gputest.Spec{ID: fmt.Sprintf("GPU-%d", i), Power: 300}
	}
	return gputest.New(specs...)
}

func BenchmarkRead(b *testing.B) {
	for _, n := range []int{1, 8} {
		b.Run(fmt.Sprintf("%d cards", n), func(b *testing.B) {
			r, err := gpu.Open(cards(n).Option())
			require.NoError(b, err)
			defer r.Close()
			dst := make([]source.Reading, 0, n)
			b.ReportAllocs()
			for b.Loop() {
				dst, err = r.Read(dst[:0])
			}
			require.NoError(b, err)
			require.Len(b, dst, n)
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/card")
		})
	}
}

func BenchmarkWindow(b *testing.B) {
	r, err := gpu.Open(cards(1).Option())
	require.NoError(b, err)
	defer r.Close()
	b.ReportAllocs()
	for b.Loop() {
		_, err = r.Begin().End()
	}
	require.NoError(b, err)
}
