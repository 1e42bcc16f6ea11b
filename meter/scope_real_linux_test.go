package meter_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
)

// spin starts a shell that works until it is killed.
func spin(t *testing.T) *exec.Cmd {
	t.Helper()
	return start(t, "while :; do :; done")
}

func start(t *testing.T, script string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", script)
	if err := cmd.Start(); err != nil {
		t.Skip("no shell here:", err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd
}

// readUntil reads s until it has used so much; the shells work on meanwhile.
func readUntil(t *testing.T, s meter.Scope, used time.Duration) meter.CPU {
	t.Helper()
	var c meter.CPU
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); {
		require.NoError(t, s.Read(&c))
		if c.Own >= used {
			return c
		}
	}
	require.GreaterOrEqual(t, c.Own, used, "in 20 s")
	return c
}

// loop works for some tenths of a second.
const loop = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done"

func TestTreeOfRealChildren(t *testing.T) {
	tree, self := meter.Tree(os.Getpid()), meter.Process()
	defer closeScope(t, tree)
	defer closeScope(t, self)
	var c, before, after meter.CPU
	require.NoError(t, tree.Read(&c))
	require.Zero(t, c.Own)
	require.NoError(t, self.Read(&before))

	// Grandchildren too: two at once, both waited for by their parent.
	cmd := start(t, "("+loop+")& ("+loop+")& wait; "+loop)
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	last := c.Own
	for running := true; running; {
		select {
		case err := <-done:
			require.NoError(t, err)
			running = false
		default:
		}
		require.NoError(t, tree.Read(&c))
		require.GreaterOrEqual(t, c.Own, last)
		last = c.Own
	}
	require.NoError(t, tree.Read(&c))
	require.NoError(t, self.Read(&after))
	children := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	require.Greater(t, children, 50*time.Millisecond)
	used := children + after.Own - before.Own
	// Four processes with four times of 10 ms each; and of a child that ends
	// between two reads, on a busy machine what it used in between.
	require.InDelta(t, used, c.Own, float64(100*time.Millisecond)+0.25*float64(used))
}

func TestTreeOfAnotherProcess(t *testing.T) {
	cmd := spin(t)
	tree := meter.Tree(cmd.Process.Pid)
	defer closeScope(t, tree)
	c := readUntil(t, tree, 100*time.Millisecond)
	require.LessOrEqual(t, c.Own, c.Busy)
	require.Equal(t, "tree "+strconv.Itoa(cmd.Process.Pid), tree.String())
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	last := c.Own
	for range 3 {
		require.NoError(t, tree.Read(&c), "what it used stays true")
		require.GreaterOrEqual(t, c.Own, last)
	}
	err := meter.Tree(cmd.Process.Pid).Read(&c)
	require.ErrorIs(t, err, os.ErrNotExist)
	require.ErrorIs(t, meter.Tree(-1).Read(&c), os.ErrNotExist)
}

// cgroup2 returns where version 2 is mounted here.
func cgroup2(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("/proc/self/mountinfo")
	require.NoError(t, err)
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); strings.Contains(line, " - cgroup2 ") && f[3] == "/" {
			return f[4]
		}
	}
	t.Skip("no cgroup v2 here")
	return ""
}

func TestCgroupOfABusyProcess(t *testing.T) {
	mount := cgroup2(t)
	name := fmt.Sprintf("scimeter-test-%d", os.Getpid())
	dir := filepath.Join(mount, name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Skip("no cgroup may be made here:", err)
	}
	t.Cleanup(func() {
		require.Eventually(t, func() bool { return os.Remove(dir) == nil }, 5*time.Second, time.Millisecond)
	})
	cmd := spin(t)
	if err := os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte(strconv.Itoa(cmd.Process.Pid)), 0); err != nil {
		t.Skip("no process may be moved here:", err)
	}
	usage := func() time.Duration {
		b, err := os.ReadFile(filepath.Join(dir, "cpu.stat"))
		require.NoError(t, err)
		us, err := strconv.ParseInt(strings.Fields(string(b))[1], 10, 64)
		require.NoError(t, err)
		return time.Duration(us) * time.Microsecond
	}
	s, byDir := meter.Cgroup("/"+name), meter.Cgroup(dir)
	defer closeScope(t, s)
	defer closeScope(t, byDir)
	c := readUntil(t, s, 200*time.Millisecond)
	for range 10 {
		low := usage()
		require.NoError(t, s.Read(&c))
		require.GreaterOrEqual(t, c.Own, low)
		require.NoError(t, byDir.Read(&c))
		require.LessOrEqual(t, c.Own, usage())
	}
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	require.NoError(t, s.Read(&c))
	last := c.Own
	require.Equal(t, usage(), last)

	require.Eventually(t, func() bool { return os.Remove(dir) == nil }, 5*time.Second, time.Millisecond)
	require.ErrorIs(t, s.Read(&c), os.ErrNotExist)
	require.ErrorIs(t, s.Read(&c), os.ErrNotExist)
	require.NoError(t, os.Mkdir(dir, 0o755))
	cmd = spin(t)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "cgroup.procs"), []byte(strconv.Itoa(cmd.Process.Pid)), 0))
	require.Eventually(t, func() bool { return usage() > last }, 20*time.Second, time.Millisecond)
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	require.NoError(t, s.Read(&c))
	require.Equal(t, last+usage(), c.Own, "a new group of that name counts on")
}

func TestCgroupThatIsNot(t *testing.T) {
	cgroup2(t)
	s := meter.Cgroup("/no/such.slice")
	err := s.Read(&meter.CPU{})
	require.ErrorIs(t, err, os.ErrNotExist)
	var typed *meter.ScopeError
	require.ErrorAs(t, err, &typed)
	require.Equal(t, "cgroup /no/such.slice", typed.Scope)
	require.Equal(t, s.String(), typed.Scope)
	require.Contains(t, typed.Remedy, "/proc/<pid>/cgroup")
}

// BenchmarkTree reads a tree of 51 processes, without and with a look for new
// members.
func BenchmarkTree(b *testing.B) {
	cmd := exec.Command("/bin/sh", "-c", "for i in 1 2 3 4 5 6 7 8 9 10; do (sleep 60 & sleep 60 & sleep 60 & sleep 60 & wait) & done; echo; wait")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	require.NoError(b, err)
	if err := cmd.Start(); err != nil {
		b.Skip("no shell here:", err)
	}
	defer func() {
		_ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		_ = cmd.Wait()
	}()
	_, err = out.Read(make([]byte, 1))
	require.NoError(b, err)
	s := meter.Tree(cmd.Process.Pid)
	defer closeScope(b, s)
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			require.NoError(b, s.Read(&meter.CPU{}))
		}
	})
	b.Run("first", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			first := meter.Tree(cmd.Process.Pid)
			require.NoError(b, first.Read(&meter.CPU{}))
			closeScope(b, first)
		}
	})
}
