package estimate_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/scimeter/scimeter/estimate"
	"github.com/scimeter/scimeter/internal/sysfile"
)

// A procfs of pipes is waited for nowhere, gopsutil included: else the test
// never ends.
func TestOpenOnPipes(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"cpuinfo", "meminfo", "stat", "devices/system/cpu/online", "devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq"} {
		path := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, unix.Mkfifo(path, 0o600))
	}
	_, err := estimate.Open(estimate.Config{Proc: root, Sys: root})
	require.ErrorIs(t, err, sysfile.ErrIrregular)

	busy := func() (time.Duration, error) { return 0, nil }
	s, err := estimate.Open(estimate.Config{Proc: root, Sys: root, Busy: busy})
	require.NoError(t, err, "what is not known has a default")
	require.NoError(t, s.Close())

	// A processor that cpuinfo does not name: its frequency is no fact we want.
	require.NoError(t, os.Remove(filepath.Join(root, "cpuinfo")))
	require.NoError(t, os.WriteFile(filepath.Join(root, "cpuinfo"), []byte("processor\t: 0\nCPU implementer\t: 0x41\n\n"), 0o600))
	s, err = estimate.Open(estimate.Config{Proc: root, Sys: root, Busy: busy})
	require.NoError(t, err)
	require.NoError(t, s.Close())
}
