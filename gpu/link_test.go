//go:build linux && cgo && !nonvml

package gpu_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// nowFlag binds all symbols at the start of a program, and lazyFlag, behind it,
// when they are called: the cure of the documentation.
const (
	nowFlag  = "-Wl,-z,now"
	lazyFlag = "-Wl,-z,lazy"
)

// linked builds the program of testdata/linked and runs it. It skips without a
// compiler, or fails where TEST_REQUIRE_GCC says that there has to be one.
func linked(t *testing.T, env []string, flags ...string) (out string, err error) {
	t.Helper()
	for _, tool := range []string{"go", "gcc"} {
		if _, err := exec.LookPath(tool); err != nil {
			if os.Getenv("TEST_REQUIRE_GCC") != "" {
				t.Fatalf("no %s in PATH, and TEST_REQUIRE_GCC is set", tool)
			}
			t.Skipf("no %s in PATH, which this needs to build a program", tool)
		}
	}
	program := filepath.Join(t.TempDir(), "linked")
	build := exec.CommandContext(t.Context(), "go", append([]string{"build", "-buildvcs=false", "-o", program}, append(flags, "./testdata/linked")...)...)
	build.Env = append(os.Environ(), env...)
	said, err := build.CombinedOutput()
	require.NoError(t, err, "%s", said)
	b, err := exec.CommandContext(t.Context(), program).CombinedOutput()
	return string(b), err
}

// A hardened build does not start without the driver, and does with the cure.
func TestLinkedNow(t *testing.T) {
	if len(driversHere(t)) > 0 {
		t.Skip("this machine has NVIDIA's driver, with which every build starts")
	}
	hardened := []string{"CGO_LDFLAGS=" + nowFlag} // as where gcc itself asks for it
	for _, c := range []struct {
		name  string
		env   []string
		flags []string
		lives bool
	}{
		{"case L7: as it comes", nil, nil, true},
		{"case L7: -z now dies", nil, []string{"-ldflags=-extldflags=" + nowFlag}, false},
		{"case L7: -z now of the environment dies", hardened, nil, false},
		{"case L7: with the cure", nil, []string{"-ldflags=-extldflags=" + nowFlag + ",-z,lazy"}, true},
		{"case L7: with the cure against the environment", hardened, []string{"-ldflags=-extldflags=" + lazyFlag}, true},
		{"case L7: without NVML", hardened, []string{"-tags=nonvml"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, err := linked(t, c.env, c.flags...)
			if c.lives {
				require.NoError(t, err, out)
				require.Contains(t, out, "alive")
				return
			}
			require.Error(t, err)
			require.NotContains(t, out, "alive")
			require.Contains(t, out, "undefined symbol: nvml")
		})
	}
}

// driversHere returns the files of the driver's library that a loader may find.
func driversHere(t *testing.T) (found []string) {
	t.Helper()
	for _, pattern := range []string{"/usr/lib*/libnvidia-ml.so.1", "/usr/lib/*/libnvidia-ml.so.1", "/usr/local/nvidia/lib64/libnvidia-ml.so.1"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		found = append(found, files...)
	}
	return found
}
