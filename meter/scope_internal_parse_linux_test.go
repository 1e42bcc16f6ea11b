package meter

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"
)

func TestFindCgroup(t *testing.T) {
	for _, tt := range []struct {
		name      string
		mountinfo string // $D is a directory of the test
		cgroup    string
		path      string
		make      string // directory of the cgroup below $D
		dir, top  string
		err       error
	}{
		{
			name:      "unified",
			mountinfo: "24 30 0:26 / $D/fs rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n",
			path:      "/system.slice/api.service", make: "fs/system.slice/api.service",
			dir: "fs/system.slice/api.service", top: "fs",
		},
		{
			name: "hybrid, with version 1 beside it",
			mountinfo: "31 23 0:28 / $D/fs rw - tmpfs tmpfs rw\n32 31 0:29 / $D/fs/cpu rw - cgroup cgroup rw,cpu\n" +
				"41 31 0:38 / $D/fs/unified rw,relatime - cgroup2 cgroup2 rw\n",
			cgroup: "1:cpu:/v1\n0::/x\n", make: "fs/unified/x", dir: "fs/unified/x", top: "fs/unified",
		},
		{
			name:      "a part of the hierarchy is mounted",
			mountinfo: "41 31 0:38 /docker/abc $D/fs ro - cgroup2 cgroup2 rw\n",
			cgroup:    "0::/docker/abc/job\n", make: "fs/job", dir: "fs/job", top: "fs",
		},
		{
			name:      "the root of the hierarchy",
			mountinfo: "41 31 0:38 / $D/fs ro - cgroup2 cgroup2 rw\n",
			cgroup:    "0::/\n", make: "fs", dir: "fs", top: "fs",
		},
		{
			name:      "not in the part that is mounted",
			mountinfo: "41 31 0:38 /docker/abc $D/fs ro - cgroup2 cgroup2 rw\n",
			cgroup:    "0::/docker/abcd\n", make: "fs/d", err: os.ErrNotExist,
		},
		{
			name: "the machine's own, mounted in a container",
			mountinfo: "41 31 0:38 / $D/fs ro - cgroup2 cgroup2 rw\n" +
				"42 31 0:38 /../.. $D/host/sys/fs/cgroup ro - cgroup2 cgroup2 rw\n",
			path: "/system.slice", make: "host/sys/fs/cgroup/system.slice",
			dir: "host/sys/fs/cgroup/system.slice", top: "host/sys/fs/cgroup",
		},
		{
			name:      "a directory below the mount",
			mountinfo: "41 31 0:38 / $D/fs rw - cgroup2 cgroup2 rw\n",
			path:      "$D/fs/a", make: "fs/a", dir: "fs/a", top: "fs",
		},
		{
			name:      "white space in the name",
			mountinfo: `41 31 0:38 / $D/a\040b rw - cgroup2 cgroup2 rw` + "\n",
			path:      "x", make: "a b/x", dir: "a b/x", top: "a b",
		},
		{
			name:      "it does not leave the mount",
			mountinfo: "41 31 0:38 / $D/fs rw - cgroup2 cgroup2 rw\n",
			path:      "/../../out", make: "out", err: os.ErrNotExist,
		},
		{
			name:      "version 1 only",
			mountinfo: "32 31 0:29 / $D/fs/cpu rw - cgroup cgroup rw,cpu\n", path: "/x", err: ErrNoCgroup,
		},
		{name: "none", mountinfo: "22 27 0:21 / /proc rw - proc proc rw\n", path: "/x", err: ErrNoCgroup},
		{
			name:      "mounted, and this process is in version 1",
			mountinfo: "41 31 0:38 / $D/fs rw - cgroup2 cgroup2 rw\n", cgroup: "1:cpu:/v1\n", err: ErrNoCgroup,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d := t.TempDir()
			in := func(s string) string { return os.Expand(s, func(string) string { return d }) }
			place(t, in(tt.mountinfo), d, "self/mountinfo")
			place(t, tt.cgroup, d, "self/cgroup")
			place(t, "usage_usec 1\n", d, tt.make, "cpu.stat")
			roots := scopeRoots{proc: "/proc", sys: d + "/host/sys", self: d + "/self"}
			got, err := findCgroup(roots, in(tt.path))
			if tt.err != nil {
				require.ErrorIs(t, err, tt.err)
				require.NotEmpty(t, scopeError("x", err).(*ScopeError).Remedy)
				return
			}
			require.NoError(t, err)
			require.Equal(t, cgroupDir{dir: filepath.Join(d, tt.dir), top: filepath.Join(d, tt.top)}, got)
		})
	}
}

func TestParseUsage(t *testing.T) {
	got, err := parseUsage([]byte("usage_usec 175087721\nuser_usec 121196270\n"))
	require.NoError(t, err)
	require.Equal(t, 175087721*time.Microsecond, got)
	for _, text := range []string{"", "usage_usec 12", "usage_usec \n", "usage_usec x\n", "usage_usecs 1\n", "user_usec 1\n", "usage_usec -1\n"} {
		_, err := parseUsage([]byte(text))
		require.Error(t, err, "%q", text)
	}
}

// TestTreeOfFiles has a tree in files, as of a machine whose procfs is mounted
// elsewhere. Descriptors are kept, so a file changed in place is a PID that was
// used again.
func TestTreeOfFiles(t *testing.T) {
	for _, lists := range []bool{true, false} {
		s, dir, clocks := fakeHost(t)
		stat := func(pid, parent, start, used string) {
			place(t, pid+" (x) S "+parent+" 0 0 0 0 0 0 0 0 0 "+used+" 0 0 0 20 0 1 0 "+start+" 0\n", dir, "proc", pid, "stat")
		}
		stat("1000000", "1", "5", "700")
		stat("1000001", "1000000", "6", "100")
		stat("1000002", "1", "6", "100")
		if lists {
			place(t, "", dir, "proc/1/task/1/children")
			place(t, "", dir, "proc/1000000/task/1000000/children")
			place(t, "1000001 ", dir, "proc/1000000/task/1000003/children")
		}
		tree := newTreeScope(1000000)
		tree.scopeRoots, tree.clock = s.scopeRoots, s.clock
		var c CPU
		ticks := 100
		read := func() time.Duration {
			t.Helper()
			ticks++
			place(t, fmt.Sprintf("cpu  %d 0 0 0\ncpu0 1 0 0 0\ncpu1 1 0 0 0\ncpu2 1 0 0 0\ncpu3 1 0 0 0\n", ticks), dir, "proc/stat")
			clocks[unix.CLOCK_MONOTONIC] += time.Millisecond
			require.NoError(t, tree.Read(&c))
			return c.Own
		}
		require.Zero(t, read())
		stat("1000001", "1000000", "6", "110")
		stat("1000000", "1", "5", "702")
		stat("1000002", "1", "6", "900")
		require.Equal(t, 120*time.Millisecond, read(), "who is not below is not charged")
		stat("1000001", "1000000", "999999999", "50")
		require.Equal(t, 620*time.Millisecond, read(), "case 38: a new start is a new process")
		stat("1000001", "1000000", "999999999", "20")
		require.Equal(t, 620*time.Millisecond, read(), "times of the kernel do not fall; if so, nothing does")
		stat("1000001", "1000000", "999999999", "60")
		require.Equal(t, 720*time.Millisecond, read())
		require.NoError(t, tree.Close())
		require.Equal(t, 720*time.Millisecond, read(), "after Close it reads on")
		require.NoError(t, tree.Close())
	}
}

func FuzzMountinfo(f *testing.F) {
	f.Add([]byte("41 31 0:38 / /sys/fs/cgroup/unified rw,relatime shared:3 - cgroup2 cgroup2 rw\n"), "/a")
	f.Add([]byte(`1 2 3 /x\040 /a\011\ - cgroup2`), "/x /b")
	f.Fuzz(func(t *testing.T, b []byte, p string) {
		mounts, _ := parseMountinfo(b)
		for _, m := range mounts {
			if dir, ok := m.dir(filepath.Clean("/" + p)); ok && filepath.IsAbs(m.point) {
				require.True(t, within(dir, filepath.Clean(m.point)) || within(dir, m.point), "%q %q", dir, m.point)
			}
		}
	})
}

func FuzzCgroupFiles(f *testing.F) {
	f.Add([]byte("usage_usec 12\n"))
	f.Add([]byte("max 100000\n"))
	f.Add([]byte("200000 100000\n"))
	f.Add([]byte("9:cpu:/\n0::/a b\n"))
	f.Add([]byte("MemTotal:  123 kB\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if used, err := parseUsage(b); err == nil {
			require.GreaterOrEqual(t, used, time.Duration(0))
		}
		if p, ok := parseCgroup(b); ok {
			require.True(t, filepath.IsAbs(p))
		}
		for _, pid := range parsePIDs(b, nil) {
			require.Positive(t, pid)
		}
		cpus, ok := parseCPUMax(b)
		require.Equal(t, ok, cpus > 0)
		n, limited := parseMemoryMax(b)
		l := cgroupLimits{cpus: cpus, bytes: n, memory: limited, total: max(1, parseMeminfoTotal(b))}
		for _, share := range l.reserve(nil, 4) {
			require.True(t, share >= 0 && share <= 1, share)
		}
	})
}
