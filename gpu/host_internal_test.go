package gpu

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// procOf makes a procfs of a host with a process that has that status, in the
// namespace with that name.
func procOf(t *testing.T, pid, namespace, status string) string {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip("needs the namespaces of Linux")
	}
	root := t.TempDir()
	link := func(pid, ns string) {
		require.NoError(t, os.MkdirAll(filepath.Join(root, pid, "ns"), 0o755))
		require.NoError(t, os.Symlink(ns, filepath.Join(root, pid, "ns/pid")))
	}
	link("1", initialPIDs)
	if pid != "1" {
		link(pid, namespace)
	}
	require.NoError(t, os.WriteFile(filepath.Join(root, pid, "status"), []byte(status), 0o600))
	stat := pid + " (train) R 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 12345 0 0\n"
	require.NoError(t, os.WriteFile(filepath.Join(root, pid, "stat"), []byte(stat), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(root, "stat"), []byte("cpu  1 2 3 4\nbtime 1700000000\n"), 0o600))
	return root
}

// case A10: by the procfs of the host a process is found by what the kernel
// says its number is here, if it is in our namespace; and else never.
func TestHostProcesses(t *testing.T) {
	own, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		t.Skip("needs /proc")
	}
	const status = "Name:\ttrain\nNSpid:\t4242\t17\nThreads:\t1\n"
	t.Run("in our namespace", func(t *testing.T) {
		h := &host{proc: procOf(t, "4242", own, status)}
		pid, ok := h.inner(4242)
		require.True(t, ok)
		require.Equal(t, 17, pid)
		require.Equal(t, time.Unix(1700000123, 450e6), h.started(4242, time.Time{}))
	})
	t.Run("in another", func(t *testing.T) {
		h := &host{proc: procOf(t, "4242", "pid:[1]", status)}
		_, ok := h.inner(4242)
		require.False(t, ok)
	})
	t.Run("in a procfs that is not that of the host", func(t *testing.T) {
		root := procOf(t, "4242", own, status)
		require.NoError(t, os.Remove(filepath.Join(root, "1/ns/pid")))
		require.NoError(t, os.Symlink("pid:[1]", filepath.Join(root, "1/ns/pid")))
		_, ok := (&host{proc: root}).inner(4242)
		require.False(t, ok)
	})
	t.Run("our own number", func(t *testing.T) {
		h := &host{proc: procOf(t, "4242", own, status)}
		if h.comparable() {
			t.Skip("numbers are those of the host here")
		}
		_, _, ok := h.known(os.Getpid(), time.Time{})
		require.False(t, ok, "a number is not matched because it is ours")
		pid, _, ok := h.known(4242, time.Time{})
		require.True(t, ok)
		require.Equal(t, 17, pid)
	})
}

func TestParseNSpid(t *testing.T) {
	for in, want := range map[string]int{
		"NSpid:\t4242\t17\n":                  17,
		"Name:\tx\nNSpid:\t4242\t30\t17\nx\n": 17,
		"NSpid:\t4242\n":                      0,
		"NSpid:\n":                            0,
		"NSpid:\t4242\t-1\n":                  0,
		"NSpid:\t4242\tx\n":                   0,
		"":                                    0,
	} {
		got, ok := parseNSpid([]byte(in))
		require.Equal(t, want > 0, ok, "%q", in)
		if ok {
			require.Equal(t, want, got)
		}
	}
}

func FuzzParseNSpid(f *testing.F) {
	f.Add([]byte("NSpid:\t4242\t17\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if pid, ok := parseNSpid(b); ok {
			require.Positive(t, pid)
		}
	})
}

// The root of sysfs reaches NVML, which asks it for sockets and new cards.
func TestSysReachesNVML(t *testing.T) {
	root := t.TempDir()
	require.Contains(t, fmt.Sprintf("%+v", nvmlDriver(root)), root)
	t.Setenv("HOST_SYS", "/host/sys")
	require.Contains(t, fmt.Sprintf("%+v", nvmlDriver("")), "/host/sys")
}
