package rapl_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/powercaptest"
	"github.com/scimeter/scimeter/rapl"
)

// counterFile is a file of sysfs that is filled anew at each read and that
// every Linux machine has.
const counterFile = "/sys/class/net/lo/statistics/rx_bytes"

// sysfsTree is a machine of n packages whose counters are links to counterFile.
func sysfsTree(tb testing.TB, n int) *powercaptest.Tree {
	tb.Helper()
	if _, err := os.Stat(counterFile); err != nil {
		tb.Skip("needs sysfs: ", err)
	}
	tree := powercaptest.New(tb)
	for i := range n {
		dir := "intel-rapl:" + string(rune('0'+i))
		tree.Zone(dir, "package-"+string(rune('0'+i)), 0, ri)
		tree.Remove(dir, "energy_uj")
		require.NoError(tb, os.Symlink(counterFile, tree.Path(dir, "energy_uj")))
	}
	return tree
}

func BenchmarkZone(b *testing.B) {
	r, err := rapl.Open(sysfsTree(b, 1).Root)
	require.NoError(b, err)
	defer r.Close()
	z := r.Zones()[0]
	b.ReportAllocs()
	for b.Loop() {
		if _, err := z.Total(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRead(b *testing.B) {
	r, err := rapl.Open(sysfsTree(b, 4).Root)
	require.NoError(b, err)
	defer r.Close()
	var readings []reading
	b.ReportAllocs()
	for b.Loop() {
		if readings, err = r.Read(readings[:0]); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/4, "ns/zone")
}

func BenchmarkOpen(b *testing.B) {
	tree := powercaptest.Load(b, filepath.Join("testdata", "xeon2.txtar"))
	b.ReportAllocs()
	for b.Loop() {
		r, err := rapl.Open(tree.Root)
		if err != nil {
			b.Fatal(err)
		}
		r.Close()
	}
}

func TestReadAllocatesNothing(t *testing.T) {
	r, err := rapl.Open(sysfsTree(t, 4).Root)
	require.NoError(t, err)
	defer r.Close()
	readings := make([]reading, 0, 8)
	z := r.Zones()[0]
	require.Zero(t, testing.AllocsPerRun(200, func() {
		readings, _ = r.Read(readings[:0])
		_, _ = z.Total()
	}))
	require.Len(t, readings, 4)
}
