package machine_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/scimeter/scimeter/internal/machine"
)

// Pipes in the place of all files: where one of them is waited for, the test
// never ends.
func TestReadOfPipes(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{
		"cpuinfo", "meminfo", "devices/system/cpu/online", "class/dmi/id/sys_vendor", "class/dmi/id/chassis_type",
		"bus/pci/devices/0000:01:00.0/vendor", "bus/pci/devices/0000:02:00.0/class",
	} {
		path := filepath.Join(root, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, unix.Mkfifo(path, 0o600))
	}
	require.NoError(t, os.WriteFile(filepath.Join(root, "bus/pci/devices/0000:02:00.0/vendor"), []byte("0x10de\n"), 0o600))
	got := machine.Read(root, root)
	require.Positive(t, got.CPUs)
	require.Zero(t, got.MemoryBytes)
	require.Zero(t, machine.CountCards(root))
}
