package meter

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/scimeter/scimeter/internal/procfs"
	"github.com/scimeter/scimeter/source"
)

func place(t *testing.T, text string, path ...string) {
	t.Helper()
	name := filepath.Join(path...)
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	require.NoError(t, os.WriteFile(name, []byte(text), 0o600))
}

// fakeHost is a process scope on a machine of files, with clocks of its own.
func fakeHost(t *testing.T) (s *processScope, dir string, clocks map[int32]time.Duration) {
	t.Helper()
	dir = t.TempDir()
	place(t, "0-3\n", dir, "sys/devices/system/cpu/online")
	place(t, "cpu  100 0 0 0\ncpu0 25 0 0 0\ncpu1 25 0 0 0\ncpu2 25 0 0 0\ncpu3 25 0 0 0\nintr 0\n", dir, "proc/stat")
	place(t, "MemTotal: 1024 kB\n", dir, "proc/meminfo")
	place(t, "9:cpu:/v1\n0::/a/b\n", dir, "self/cgroup")
	place(t, "31 23 0:28 / "+dir+"/cg rw,relatime shared:1 - cgroup2 cgroup2 rw\n", dir, "self/mountinfo")
	place(t, "usage_usec 5\n", dir, "cg/a/b/cpu.stat")
	clocks = map[int32]time.Duration{unix.CLOCK_BOOTTIME: time.Hour, unix.CLOCK_MONOTONIC: time.Hour, unix.CLOCK_PROCESS_CPUTIME_ID: 0}
	s = newProcessScope()
	s.under(filepath.Join(dir, "proc"), filepath.Join(dir, "sys"))
	s.self = filepath.Join(dir, "self")
	s.clock = func(id int32) (time.Duration, error) {
		at, ok := clocks[id]
		if !ok {
			return 0, unix.EINVAL
		}
		return at, nil
	}
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s, dir, clocks
}

func TestScopeClocks(t *testing.T) {
	t.Run("case 46: suspend", func(t *testing.T) {
		s, _, clocks := fakeHost(t)
		clocks[unix.CLOCK_BOOTTIME] -= 7 * time.Hour // a time namespace
		var c CPU
		require.NoError(t, s.Read(&c))
		require.Zero(t, c.Suspend)
		clocks[unix.CLOCK_BOOTTIME] += 3605 * time.Second
		clocks[unix.CLOCK_MONOTONIC] += 5 * time.Second
		require.NoError(t, s.Read(&c))
		require.Equal(t, time.Hour, c.Suspend)
		clocks[unix.CLOCK_MONOTONIC] += time.Millisecond // the two are not read at once
		require.NoError(t, s.Read(&c))
		require.Equal(t, time.Hour, c.Suspend, "it never falls")
	})
	t.Run("a clock that falls", func(t *testing.T) {
		s, _, clocks := fakeHost(t)
		var c CPU
		clocks[unix.CLOCK_PROCESS_CPUTIME_ID] = 100
		require.NoError(t, s.Read(&c))
		clocks[unix.CLOCK_PROCESS_CPUTIME_ID] = 90
		require.NoError(t, s.Read(&c))
		require.Equal(t, time.Duration(100), c.Own)
	})
	t.Run("case 47: the date is not asked for", func(t *testing.T) {
		s, _, clocks := fakeHost(t)
		require.NotContains(t, clocks, int32(unix.CLOCK_REALTIME), "it would be an error")
		require.NoError(t, s.Read(&CPU{}))
	})
}

func TestBusyTimeStandsStill(t *testing.T) {
	s, dir, clocks := fakeHost(t)
	var c CPU
	require.NoError(t, s.Read(&c))
	clocks[unix.CLOCK_PROCESS_CPUTIME_ID] += 490 * time.Millisecond
	require.NoError(t, s.Read(&c), "a tick may be due")
	clocks[unix.CLOCK_PROCESS_CPUTIME_ID] += 10 * time.Millisecond
	err := s.Read(&c)
	require.ErrorIs(t, err, ErrDenominator)
	require.ErrorContains(t, err, "stands still at 1s while the scope used 500ms")
	place(t, "cpu  150 0 0 0\ncpu0 75 0 0 0\ncpu1 25 0 0 0\ncpu2 25 0 0 0\ncpu3 25 0 0 0\nintr 0\n", dir, "proc/stat")
	require.NoError(t, s.Read(&c), "it moves again")
	require.Equal(t, 500*time.Millisecond, c.Own)
}

func TestVirtualStat(t *testing.T) {
	s, dir, _ := fakeHost(t)
	place(t, "0-7\n", dir, "sys/devices/system/cpu/present")
	require.NoError(t, s.Read(&CPU{}), "four of eight are online")
	b, err := os.ReadFile(filepath.Join(dir, "self/mountinfo"))
	require.NoError(t, err)
	s.looked = false
	place(t, string(b)+"90 22 0:50 /proc/stat "+dir+"/proc/stat rw - fuse.lxcfs lxcfs rw\n", dir, "self/mountinfo")
	err = s.Read(&CPU{})
	require.ErrorIs(t, err, ErrDenominator)
	require.ErrorContains(t, err, "lists 4 CPUs, 8 are present")
	place(t, "0-3\n", dir, "sys/devices/system/cpu/present")
	require.NoError(t, s.Read(&CPU{}), "it shows all of them")
}

func TestStatThatFailsIsOpenedAnew(t *testing.T) {
	s, dir, _ := fakeHost(t)
	stat := filepath.Join(dir, "proc/stat")
	require.NoError(t, os.Rename(stat, stat+".kept"))
	require.NoError(t, os.Mkdir(stat, 0o755)) // opens, and fails to read
	var c CPU
	require.ErrorIs(t, s.Read(&c), unix.EISDIR)
	require.NoError(t, os.Remove(stat))
	require.NoError(t, os.Rename(stat+".kept", stat))
	require.NoError(t, s.Read(&c))
	require.Equal(t, time.Second, c.Busy)
}

func TestBusyTimeOfManyCPUs(t *testing.T) {
	s, dir, clocks := fakeHost(t)
	text := "cpu  6400 0 0 0\n"
	for cpu := range 64 {
		text += fmt.Sprintf("cpu%d 100 0 0 0\n", cpu)
	}
	place(t, text, dir, "proc/stat")
	place(t, "0-63\n", dir, "sys/devices/system/cpu/online")
	var c CPU
	require.NoError(t, s.Read(&c))
	clocks[unix.CLOCK_PROCESS_CPUTIME_ID] += 64*20*time.Millisecond - 1
	require.NoError(t, s.Read(&c), "all of them may have worked for less than two ticks")
	clocks[unix.CLOCK_PROCESS_CPUTIME_ID]++
	require.ErrorIs(t, s.Read(&c), ErrDenominator)
}

func TestSandboxWithoutBusyTime(t *testing.T) {
	s, dir, clocks := fakeHost(t)
	place(t, "cpu  0 0 0 0\ncpu0 0 0 0 0\ncpu1 0 0 0 0\ncpu2 0 0 0 0\ncpu3 0 0 0 0\n", dir, "proc/stat")
	var c CPU
	require.NoError(t, s.Read(&c))
	clocks[unix.CLOCK_PROCESS_CPUTIME_ID] = time.Second
	require.ErrorIs(t, s.Read(&c), ErrDenominator)
}

func TestReservation(t *testing.T) {
	s, dir, clocks := fakeHost(t)
	read := func() map[source.Kind]float64 {
		t.Helper()
		var c CPU
		clocks[unix.CLOCK_MONOTONIC] += scopeLookAgain
		clocks[unix.CLOCK_BOOTTIME] += scopeLookAgain
		require.NoError(t, s.Read(&c))
		return c.Reserved
	}
	require.Empty(t, read(), "no limit is no reservation")
	place(t, "max 100000\n", dir, "cg/a/b/cpu.max")
	place(t, "max\n", dir, "cg/a/b/memory.max")
	place(t, "100\n", dir, "cg/a/b/cpu.weight")
	require.Empty(t, read(), "max is none, and a weight is none")
	place(t, "150000 100000\n", dir, "cg/a/b/cpu.max")
	place(t, "524288\n", dir, "cg/a/b/memory.max")
	require.Equal(t, map[source.Kind]float64{source.CPU: 0.375, source.Memory: 0.5}, read())
	place(t, "50000 50000\n", dir, "cg/a/cpu.max")
	place(t, "262144\n", dir, "cg/memory.max")
	require.Equal(t, map[source.Kind]float64{source.CPU: 0.25, source.Memory: 0.25}, read(), "the tightest on the path")
	place(t, "50000 100000\n", dir, "cg/a/b/cpu.max")
	place(t, "131072\n", dir, "cg/a/memory.max")
	require.Equal(t, map[source.Kind]float64{source.CPU: 0.125, source.Memory: 0.125}, read(), "wherever it stands")
	place(t, "1000000 100000\n", dir, "cg/a/cpu.max")
	place(t, "max\n", dir, "cg/a/memory.max")
	place(t, "1000000 100000\n", dir, "cg/a/b/cpu.max")
	place(t, "99999999999\n", dir, "cg/memory.max")
	place(t, "99999999999\n", dir, "cg/a/b/memory.max")
	require.Equal(t, map[source.Kind]float64{source.CPU: 1, source.Memory: 1}, read(), "no more than the machine")
	place(t, "0\n", dir, "cg/memory.max")
	require.Equal(t, map[source.Kind]float64{source.CPU: 1, source.Memory: 0}, read())
	place(t, "9:cpu:/v1\n", dir, "self/cgroup")
	require.Empty(t, read(), "version 1 only")
}

func TestLooksAgainAfterAMinute(t *testing.T) {
	s, dir, clocks := fakeHost(t)
	var c CPU
	require.NoError(t, s.Read(&c))
	require.Equal(t, 4, c.CPUs)
	place(t, "0-1\n", dir, "sys/devices/system/cpu/online")
	place(t, "cpu  100 0 0 0\ncpu0 25 0 0 0\ncpu1 25 0 0 0\nintr 0\n", dir, "proc/stat")
	clocks[unix.CLOCK_MONOTONIC] += scopeLookAgain - 1
	require.NoError(t, s.Read(&c))
	require.Equal(t, 4, c.CPUs)
	clocks[unix.CLOCK_MONOTONIC]++
	require.NoError(t, s.Read(&c))
	require.Equal(t, 2, c.CPUs)
	place(t, "0-7\n", dir, "sys/devices/system/cpu/online")
	clocks[unix.CLOCK_MONOTONIC] += scopeLookAgain
	require.ErrorIs(t, s.Read(&c), ErrDenominator)
	require.ErrorIs(t, s.Read(&c), ErrDenominator, "until it is right again")
}

// TestCgroupPinned moves a cgroup between the sockets of a machine.
func TestCgroupPinned(t *testing.T) {
	p, dir, clocks := fakeHost(t)
	s := newCgroupScope("/a/b")
	s.scopeRoots, s.clock = p.scopeRoots, p.clock
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	for cpu, socket := range []string{"0", "0", "1", "1"} {
		place(t, socket+"\n", dir, "sys/devices/system/cpu", "cpu"+string(rune('0'+cpu)), "topology/physical_package_id")
	}
	place(t, "150000 100000\n", dir, "cg/a/cpu.max")
	place(t, "524288\n", dir, "cg/a/memory.max")
	place(t, "0-3\n", dir, "cg/cpuset.cpus.effective")
	var c CPU
	read := func(used string) []CPU {
		t.Helper()
		clocks[unix.CLOCK_MONOTONIC] += scopeLookAgain
		clocks[unix.CLOCK_BOOTTIME] += scopeLookAgain
		place(t, "usage_usec "+used+"\nuser_usec 1\n", dir, "cg/a/b/cpu.stat")
		require.NoError(t, s.Read(&c))
		return c.Sockets
	}
	require.Nil(t, read("1000"), "it may run in both")
	place(t, "2-3\n", dir, "cg/a/cpuset.cpus.effective")
	half := 500 * time.Millisecond
	require.Equal(t, []CPU{
		{Busy: half, CPUs: 2, Reserved: map[source.Kind]float64{source.CPU: 0}},
		{Own: 2 * time.Millisecond, Busy: half, CPUs: 2, Reserved: map[source.Kind]float64{source.CPU: 0.75}},
	}, read("3000"))
	require.Equal(t, map[source.Kind]float64{source.CPU: 0.375, source.Memory: 0.5}, c.Reserved)
	require.Equal(t, 3*time.Millisecond, c.Own)
	place(t, "0\n", dir, "cg/a/b/cpuset.cpus.effective")
	moved := read("7000")
	require.Equal(t, 4*time.Millisecond, moved[0].Own)
	require.Equal(t, 2*time.Millisecond, moved[1].Own)
	require.Zero(t, moved[1].Reserved[source.CPU])
	require.Zero(t, testing.AllocsPerRun(10, func() { _ = s.Read(&c) }), "pinned")

	require.NoError(t, os.Remove(filepath.Join(dir, "cg/a/b/cpuset.cpus.effective")))
	require.NoError(t, os.Remove(filepath.Join(dir, "cg/a/cpuset.cpus.effective")))
	require.Nil(t, read("8000"))
	require.Equal(t, 8*time.Millisecond, c.Own)
	read("500")
	require.Equal(t, 8*time.Millisecond+500*time.Microsecond, c.Own, "made again, it counts on")
}

func TestOfflineCPUKeepsItsTime(t *testing.T) {
	var s scopeStat
	dir := t.TempDir()
	place(t, "cpu  30 0 0 0\ncpu0 10 0 0 0\ncpu1 20 0 0 0\n", dir, "stat")
	require.NoError(t, s.open(dir))
	defer s.close()
	require.NoError(t, s.readAll())
	place(t, "cpu  35 0 0 0\ncpu0 15 0 0 0\n", dir, "stat")
	require.NoError(t, s.readAll())
	require.Equal(t, 1, s.lines)
	require.Equal(t, []time.Duration{15 * procfs.Tick, 20 * procfs.Tick}, s.each)
}
