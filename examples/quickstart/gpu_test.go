package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// build builds the quickstart as a user might.
func build(t *testing.T, env []string, flags ...string) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "quickstart")
	command := exec.Command("go", append(append([]string{"build", "-buildvcs=false"}, flags...), "-o", program, ".")...)
	command.Env = append(os.Environ(), env...)
	out, err := command.CombinedOutput()
	require.NoError(t, err, string(out))
	return program
}

// report runs a program for a moment.
func report(t *testing.T, program string, args ...string) string {
	t.Helper()
	out, err := exec.Command(program, append(args, "-for", "100ms")...).CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "\nSCI (GSF 1.1): ")
	return string(out)
}

func needsGCC(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("gcc"); err != nil {
		require.Empty(t, os.Getenv("TEST_REQUIRE_GCC"), "there has to be a gcc")
		t.Skip("no gcc")
	}
}

// Whatever the build, what was tried for cards is told, and what to do.
func TestGPU(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the tests of this are for Linux")
	}
	t.Run("without cgo", func(t *testing.T) {
		text := report(t, build(t, []string{"CGO_ENABLED=0"}), "-gpu")
		require.Regexp(t, `skipped +gpu/nvml: .*not built in \(needs linux and cgo\) \(build\s+for linux with CGO_ENABLED=1`, text)
		require.Contains(t, text, "gpu/amdgpu", "which need no cgo")
	})
	t.Run("with cgo", func(t *testing.T) {
		needsGCC(t)
		text := report(t, build(t, []string{"CGO_ENABLED=1"}), "-gpu")
		require.Contains(t, text, "quickstart: building again with package gpu\n")
		require.Regexp(t, `(skipped|found) +gpu`, text)
		require.NotContains(t, text, "left out of this build")
	})
	t.Run("bound at the start", func(t *testing.T) {
		needsGCC(t)
		// Some distributions have their linker do so. NVML would end the program.
		program := build(t, []string{"CGO_ENABLED=1"}, "-ldflags=-linkmode=external -extldflags=-Wl,-z,now")
		report(t, program)
		t.Setenv("CGO_LDFLAGS", "-Wl,-z,now")
		require.NotContains(t, report(t, program, "-gpu"), "left out of this build", "it is built again with another linking")
	})
	t.Run("no go command", func(t *testing.T) {
		needsGCC(t)
		program := build(t, []string{"CGO_ENABLED=1"})
		t.Setenv("PATH", t.TempDir())
		require.Regexp(t, `skipped +gpu: left out of this build.*\s+.*Better:\s+with\s+the\s+sources:\s+go\s+run\s+-tags\s+nvml`, report(t, program, "-gpu"))
	})
}
