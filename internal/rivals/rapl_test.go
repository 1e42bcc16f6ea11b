package rivals_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/prometheus/procfs/sysfs"
	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/rapl"
)

// counterFile is a file of sysfs that the kernel fills anew at each read, on
// every Linux machine: what a real energy_uj costs, less the register.
const counterFile = "/sys/class/net/lo/statistics/rx_bytes"

// tree is a machine of one package whose counter is a link to counterFile.
func tree(tb testing.TB) string {
	tb.Helper()
	if _, err := os.Stat(counterFile); err != nil {
		tb.Skip("needs sysfs: ", err)
	}
	root := tb.TempDir()
	dir := filepath.Join(root, "devices", "virtual", "powercap", "intel-rapl", "intel-rapl:0")
	require.NoError(tb, os.MkdirAll(dir, 0o755))
	class := filepath.Join(root, "class", "powercap")
	require.NoError(tb, os.MkdirAll(class, 0o755))
	require.NoError(tb, os.Symlink("../../devices/virtual/powercap/intel-rapl/intel-rapl:0", filepath.Join(class, "intel-rapl:0")))
	for file, text := range map[string]string{"name": "package-0\n", "max_energy_range_uj": "262143328850\n"} {
		require.NoError(tb, os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600))
	}
	require.NoError(tb, os.Symlink(counterFile, filepath.Join(dir, "energy_uj")))
	return root
}

func BenchmarkZone(b *testing.B) {
	root := tree(b)

	b.Run("scimeter", func(b *testing.B) {
		r, err := rapl.Open(root)
		require.NoError(b, err)
		defer r.Close()
		z := r.Zones()[0]
		b.ReportAllocs()
		for b.Loop() {
			if _, err := z.Total(); err != nil {
				b.Fatal(err)
			}
		}
	})

	b.Run("procfs", func(b *testing.B) {
		fs, err := sysfs.NewFS(root)
		require.NoError(b, err)
		zones, err := sysfs.GetRaplZones(fs)
		require.NoError(b, err)
		require.Len(b, zones, 1)
		b.ReportAllocs()
		for b.Loop() {
			if _, err := zones[0].GetEnergyMicrojoules(); err != nil {
				b.Fatal(err)
			}
		}
	})
}
