package nvml_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const goNVML = "github.com/NVIDIA/go-nvml/pkg/nvml"

// requireEnv names the variable that turns a skipped test into a failed one.
const requireEnv = "TEST_REQUIRE_GCC"

// need skips without a tool, or fails where skipping is not allowed.
func need(t testing.TB, tool string) {
	t.Helper()
	if _, err := exec.LookPath(tool); err == nil {
		return
	}
	if os.Getenv(requireEnv) != "" {
		t.Fatalf("no %s in PATH, and %s is set", tool, requireEnv)
	}
	t.Skipf("no %s in PATH, which this needs to build programs and a stand-in for NVIDIA's library", tool)
}

// goTool runs go for another target.
func goTool(t *testing.T, env []string, args ...string) string {
	t.Helper()
	need(t, "go")
	cmd := exec.CommandContext(t.Context(), "go", args...)
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	return string(out)
}

// The builds themselves are those of CI; what is in them shows here in a moment.
func TestTargetsWithoutNVML(t *testing.T) {
	for _, target := range []string{"linux/amd64", "linux/arm64", "darwin/arm64", "windows/amd64", "freebsd/amd64"} {
		t.Run("case L6: "+target, func(t *testing.T) {
			t.Parallel()
			goos, goarch, _ := strings.Cut(target, "/")
			env := []string{"GOOS=" + goos, "GOARCH=" + goarch, "CGO_ENABLED=0"}
			deps := strings.Fields(goTool(t, env, "list", "-deps", "."))
			require.NotContains(t, deps, goNVML)
			require.Contains(t, goTool(t, env, "list", "-f", "{{.GoFiles}}", "."), "stub.go")
		})
	}
}

func TestStubSaysWhatIsNeeded(t *testing.T) {
	for _, c := range []struct {
		name  string
		env   []string
		flags []string
	}{
		{"case L6: no cgo", []string{"CGO_ENABLED=0"}, nil},
		{"case L6: tag nonvml", nil, []string{"-tags=nonvml"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			program := filepath.Join(t.TempDir(), "probe.exe")
			args := append([]string{"build", "-C", "testdata/probe", "-buildvcs=false", "-o", program}, c.flags...)
			goTool(t, c.env, args...)
			out, err := exec.CommandContext(t.Context(), program).CombinedOutput()
			require.NoError(t, err, "%s", out)
			require.Equal(t, "error: gpu: open nvml: NVIDIA support not built in (needs linux and cgo) "+
				"(build for linux with CGO_ENABLED=1 and a C compiler, without the tag nonvml)\n"+
				"remedy: build for linux with CGO_ENABLED=1 and a C compiler, without the tag nonvml\nalive\n", string(out))
		})
	}
}
