package meter

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/powercaptest"
)

// BenchmarkTick is the tick alone, which no exported method is: nobody asked,
// and so nothing is settled before enough has happened.
func BenchmarkTick(b *testing.B) {
	const counter = "/sys/class/net/lo/statistics/rx_bytes"
	if _, err := os.Stat(counter); err != nil {
		b.Skip("needs Linux: ", err)
	}
	tree := powercaptest.New(b)
	for dir, name := range map[string]string{"intel-rapl:0": "package-0", "intel-rapl:1": "package-1"} {
		tree.Zone(dir, name, 0, powercaptest.IntelRange)
		tree.Zone(dir+":0", "dram", 0, powercaptest.DRAMRange)
		for _, zone := range []string{dir, dir + ":0"} {
			tree.Remove(zone, "energy_uj")
			require.NoError(b, os.Symlink(counter, tree.Path(zone, "energy_uj")))
		}
	}
	m, err := Start(b.Context(), WithRoots("", tree.Root), WithInterval(time.Hour))
	require.NoError(b, err)
	defer func() { require.NoError(b, m.Stop()) }()
	// The goroutine that would read next sleeps for an hour.
	b.ReportAllocs()
	for b.Loop() {
		m.sample(false)
	}
	require.Len(b, m.buffer, 4)
	require.NoError(b, m.missing)
}
