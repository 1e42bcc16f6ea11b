package meter_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/scimeter/scimeter/meter"
)

// A scopeRoot is a procfs and a sysfs as a container has them mounted.
type scopeRoot struct{ proc, sys string }

func newScopeRoot(t *testing.T) scopeRoot {
	t.Helper()
	dir := t.TempDir()
	r := scopeRoot{proc: filepath.Join(dir, "proc"), sys: filepath.Join(dir, "sys")}
	t.Setenv("HOST_PROC", r.proc)
	t.Setenv("HOST_SYS", r.sys)
	return r
}

func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

// stat writes a /proc/stat in which each CPU has been busy for so many ticks.
func (r scopeRoot) stat(t *testing.T, cpus []int, busy ...int) {
	t.Helper()
	var sum int
	var lines strings.Builder
	for i, cpu := range cpus {
		sum += busy[i]
		fmt.Fprintf(&lines, "cpu%d %d 0 0 500 60 0 0 7 8 9\n", cpu, busy[i])
	}
	write(t, filepath.Join(r.proc, "stat"), fmt.Sprintf("cpu  %d 0 0 1000 120 0 0 14 16 18\n%sintr 12 0 0\nctxt 5\n", sum, lines.String()))
}

func (r scopeRoot) cpu(t *testing.T, cpu, socket int) {
	t.Helper()
	write(t, filepath.Join(r.sys, fmt.Sprintf("devices/system/cpu/cpu%d/topology/physical_package_id", cpu)), fmt.Sprintf("%d\n", socket))
}

func (r scopeRoot) online(t *testing.T, list string) {
	t.Helper()
	write(t, filepath.Join(r.sys, "devices/system/cpu/online"), list+"\n")
}

func closeScope(t testing.TB, s meter.Scope) {
	t.Helper()
	require.NoError(t, s.(interface{ Close() error }).Close())
}

func TestProcessScope(t *testing.T) {
	r := newScopeRoot(t)
	r.online(t, "0-3")
	r.stat(t, []int{0, 1, 2, 3}, 100, 200, 300, 400)
	s := meter.Process()
	defer closeScope(t, s)
	require.Equal(t, "process", s.String())
	var before, after, c meter.CPU
	require.NoError(t, s.Read(&before))
	require.Equal(t, 10*time.Second, before.Busy, "idle, iowait, steal and guest are out")
	require.Equal(t, 4, before.CPUs)
	require.False(t, before.Whole)
	require.Nil(t, before.Sockets)

	own := processTime(t)
	require.NoError(t, s.Read(&c))
	require.GreaterOrEqual(t, c.Own, own)
	require.LessOrEqual(t, c.Own, processTime(t))
	require.GreaterOrEqual(t, c.Own, before.Own)

	r.stat(t, []int{0, 1, 2, 3}, 100, 200, 350, 400)
	require.NoError(t, s.Read(&after))
	require.Equal(t, 10*time.Second+500*time.Millisecond, after.Busy)
	r.stat(t, []int{0, 1, 2, 3}, 100, 200, 300, 400)
	require.NoError(t, s.Read(&after))
	require.Equal(t, 10*time.Second+500*time.Millisecond, after.Busy, "it never falls")
}

func processTime(t *testing.T) time.Duration {
	t.Helper()
	var ts unix.Timespec
	require.NoError(t, unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &ts))
	return time.Duration(ts.Nano())
}

func TestScopeWithoutDenominator(t *testing.T) {
	t.Run("fewer CPUs than are online", func(t *testing.T) {
		r := newScopeRoot(t)
		r.online(t, "0-63")
		r.stat(t, []int{0, 1}, 100, 200)
		err := meter.Process().Read(&meter.CPU{})
		require.ErrorIs(t, err, meter.ErrDenominator)
		require.ErrorContains(t, err, "lists 2 CPUs, 64 are online")
		var typed *meter.ScopeError
		require.ErrorAs(t, err, &typed)
		require.Equal(t, "process", typed.Scope)
		require.Contains(t, typed.Remedy, "HOST_PROC")
		require.Equal(t, 1, strings.Count(err.Error(), "meter:"))
	})
	t.Run("the machine needs none", func(t *testing.T) {
		r := newScopeRoot(t)
		r.online(t, "0-63")
		r.stat(t, []int{0, 1}, 100, 200)
		var c meter.CPU
		require.NoError(t, meter.Machine().Read(&c))
		require.Equal(t, meter.CPU{Own: 3 * time.Second, Busy: 3 * time.Second, CPUs: 64, Whole: true}, c)
	})
	t.Run("no procfs", func(t *testing.T) {
		newScopeRoot(t)
		for _, s := range []meter.Scope{meter.Process(), meter.Cgroup(""), meter.Tree(os.Getpid())} {
			err := s.Read(&meter.CPU{})
			require.ErrorIs(t, err, meter.ErrDenominator, s)
			require.ErrorIs(t, err, os.ErrNotExist, s)
		}
		require.ErrorIs(t, meter.Machine().Read(&meter.CPU{}), os.ErrNotExist)
	})
	t.Run("nonsense", func(t *testing.T) {
		for _, text := range []string{"", "cpu", "cpu  1 2 3 4", "cpu  1 2 3\n", "cpu  a b c d\n", "intr 0\n"} {
			r := newScopeRoot(t)
			write(t, filepath.Join(r.proc, "stat"), text)
			require.Error(t, meter.Process().Read(&meter.CPU{}), "%q", text)
		}
	})
	t.Run("sysfs hidden", func(t *testing.T) {
		r := newScopeRoot(t)
		r.stat(t, []int{0, 1, 2}, 100, 200, 300)
		var c meter.CPU
		require.NoError(t, meter.Process().Read(&c))
		require.Equal(t, 3, c.CPUs, "the lines are all there is to count")
	})
}

func TestManyCPUs(t *testing.T) {
	r := newScopeRoot(t)
	r.online(t, "0-511")
	cpus, busy := make([]int, 512), make([]int, 512)
	for i := range cpus {
		cpus[i], busy[i] = i, 1e8+i
	}
	r.stat(t, cpus, busy...)
	var c meter.CPU
	require.NoError(t, meter.Process().Read(&c))
	require.Equal(t, 512, c.CPUs)
}

// TestPinnedToASocket makes a machine on which this process, wherever it may
// run here, is in socket 1 of two.
func TestPinnedToASocket(t *testing.T) {
	var may unix.CPUSet
	if err := unix.SchedGetaffinity(os.Getpid(), &may); err != nil {
		t.Skip("affinity is not to be read here:", err)
	}
	r := newScopeRoot(t)
	var cpus, busy []int
	var list []string
	for cpu, in1 := 0, 0; len(cpus)-in1 < 2 || in1 < may.Count(); cpu++ {
		if socket := 0; len(cpus)-in1 < 2 || may.IsSet(cpu) {
			if may.IsSet(cpu) {
				socket = 1
				in1++
			}
			r.cpu(t, cpu, socket)
			cpus, busy, list = append(cpus, cpu), append(busy, 100+900*(1-socket)), append(list, fmt.Sprint(cpu))
		}
	}
	r.online(t, strings.Join(list, ","))
	r.stat(t, cpus, busy...)
	s := meter.Process()
	defer closeScope(t, s)

	t.Run("case 42: nothing of the other socket is ours", func(t *testing.T) {
		var c meter.CPU
		for range 2 {
			require.NoError(t, s.Read(&c))
			require.Len(t, c.Sockets, 2)
			require.Zero(t, c.Sockets[0].Own)
			require.Equal(t, 20*time.Second, c.Sockets[0].Busy)
			require.Equal(t, 2, c.Sockets[0].CPUs)
			require.Equal(t, c.Own, c.Sockets[1].Own)
			require.Equal(t, time.Duration(may.Count())*time.Second, c.Sockets[1].Busy)
			require.Equal(t, may.Count(), c.Sockets[1].CPUs)
			require.Equal(t, c.Busy, c.Sockets[0].Busy+c.Sockets[1].Busy)
		}
	})
	t.Run("a socket without numbers is none", func(t *testing.T) {
		write(t, filepath.Join(r.sys, "devices/system/cpu/cpu"+list[0]+"/topology/physical_package_id"), "-1\n")
		var c meter.CPU
		require.NoError(t, meter.Process().Read(&c))
		require.Nil(t, c.Sockets)
	})
}

func TestMachineScope(t *testing.T) {
	s := meter.Machine()
	defer closeScope(t, s)
	var c meter.CPU
	require.NoError(t, s.Read(&c))
	require.Equal(t, c.Busy, c.Own)
	require.True(t, c.Whole)
	require.Positive(t, c.Busy)
	require.Positive(t, c.CPUs)
	require.Equal(t, "machine", s.String())
}

// scopesHere are those that can be read on this machine.
func scopesHere(t testing.TB) map[string]meter.Scope {
	t.Helper()
	here := map[string]meter.Scope{}
	for name, s := range map[string]meter.Scope{
		"process": meter.Process(), "machine": meter.Machine(), "cgroup": meter.Cgroup(""), "tree": meter.Tree(os.Getpid()),
	} {
		if err := s.Read(&meter.CPU{}); err != nil {
			require.True(t, errors.Is(err, meter.ErrNoCgroup) || errors.Is(err, meter.ErrDenominator), err)
			continue
		}
		here[name] = s
	}
	require.Contains(t, here, "machine")
	return here
}

func TestScopesAllocateNothing(t *testing.T) {
	for name, s := range scopesHere(t) {
		if name == "tree" {
			continue // a look for new members allocates
		}
		var c meter.CPU
		require.NoError(t, s.Read(&c))
		require.Zero(t, testing.AllocsPerRun(100, func() { _ = s.Read(&c) }), name)
		closeScope(t, s)
		require.NoError(t, s.Read(&c), "%s reads on after Close", name)
		closeScope(t, s)
	}
}

func BenchmarkScope(b *testing.B) {
	for name, s := range scopesHere(b) {
		b.Run(name, func(b *testing.B) {
			var c meter.CPU
			b.ReportAllocs()
			for b.Loop() {
				if err := s.Read(&c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func ExampleProcess() {
	s := meter.Process()
	var c meter.CPU
	if err := s.Read(&c); err != nil {
		fmt.Println(err) // says what to do
		return
	}
	fmt.Println(s, c.Own > 0, c.CPUs > 0)
	// Output: process true true
}
