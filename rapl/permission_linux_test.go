package rapl_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/powercaptest"
	"github.com/scimeter/scimeter/rapl"
)

// TestPermission needs a user whom permissions stop: as root it runs itself
// again as nobody.
func TestPermission(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Run("case 33", testPermission)
		return
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=^TestPermission$", "-test.v")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	cmd.Dir = "/"
	cmd.Env = []string{"TMPDIR=/tmp"}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "--- PASS: TestPermission/case_33/none_of_two", "it did run")
}

func testPermission(t *testing.T) {
	t.Run("none of two", func(t *testing.T) {
		tree := twoPackages(t)
		tree.MakeUnreadable("intel-rapl:0", "energy_uj")
		tree.MakeUnreadable("intel-rapl:1", "energy_uj")
		_, err := rapl.Open(tree.Root)
		require.ErrorIs(t, err, rapl.ErrPermission)
		require.ErrorIs(t, err, fs.ErrPermission)
		e, ok := errors.AsType[*rapl.PermissionError](err)
		require.True(t, ok)
		require.Equal(t, []string{tree.Path("intel-rapl:0", "energy_uj"), tree.Path("intel-rapl:1", "energy_uj")}, e.Paths)
		require.Contains(t, e.Remedy, "CAP_DAC_READ_SEARCH")
		require.Contains(t, err.Error(), e.Remedy)
	})
	t.Run("one of two", func(t *testing.T) {
		tree := twoPackages(t)
		tree.MakeUnreadable("intel-rapl:1", "energy_uj")
		synctest.Test(t, func(t *testing.T) {
			r := open(t, tree)
			require.Equal(t, []string{"rapl/package-0"}, found(r))
			skip := skipped(r)["rapl/package-1"]
			require.ErrorIs(t, skip.Err, rapl.ErrPermission)
			require.Contains(t, skip.Remedy, "CAP_DAC_READ_SEARCH")
			for range 100 {
				require.Len(t, read(t, r, time.Second), 1, "told at Open, not per tick")
			}
			tree.MakeReadable("intel-rapl:1", "energy_uj")
			require.Len(t, read(t, r, time.Minute), 2)
			require.Empty(t, skipped(r))
		})
	})
	t.Run("the class", func(t *testing.T) {
		tree := twoPackages(t)
		require.NoError(t, os.Chmod(tree.Root+"/class/powercap", 0))
		defer os.Chmod(tree.Root+"/class/powercap", 0o755)
		_, err := rapl.Open(tree.Root)
		require.ErrorIs(t, err, rapl.ErrPermission)
	})
	t.Run("taken away while it is read", func(t *testing.T) {
		tree := twoPackages(t)
		synctest.Test(t, func(t *testing.T) {
			r := open(t, tree)
			tree.SetEnergy("intel-rapl:1", 5e6)
			tree.MakeUnreadable("intel-rapl:1", "energy_uj")
			for range 100 {
				got := read(t, r, time.Second)
				require.EqualValues(t, 5e6, got["rapl/package-1"].Total, "an open descriptor goes on")
			}
		})
	})
}

func twoPackages(t *testing.T) *powercaptest.Tree {
	tree := powercaptest.New(t)
	tree.Zone("intel-rapl:0", "package-0", 0, ri)
	tree.Zone("intel-rapl:1", "package-1", 0, ri)
	return tree
}
