package meter_test

import (
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A fault is what happens to one file, link or directory of the machine.
type fault struct {
	name string
	of   func(mode fs.FileMode) bool // what it can happen to
	do   func(path string) error     // nil: it is no longer written, that is all
	kept bool                        // a file that is open stays the one that stands there
}

var (
	anything = func(fs.FileMode) bool { return true }
	aFile    = fs.FileMode.IsRegular
	aLink    = func(mode fs.FileMode) bool { return mode.Type() == fs.ModeSymlink }
)

var faults = []fault{
	{"removed", anything, os.RemoveAll, false},
	{"empty", aFile, overwritten(""), true},
	{"garbage", aFile, overwritten("\x00\xffgarbage\n\n"), true},
	{"negative", aFile, overwritten("-200000000\n"), true},
	{"huge", aFile, overwritten("99999999999999999999999999999999\n"), true},
	{"all ones", aFile, overwritten("18446744073709551615\n"), true},
	{"lower", aFile, overwritten("1000000\n"), true},
	{"endless", aFile, overwritten(strings.Repeat("cpu0 1 2 3\n", 1e4)), true},
	{"frozen", aFile, nil, true},
	{"a directory", anything, func(path string) error {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		return os.Mkdir(path, 0o755)
	}, false},
	{"a link to itself", anything, func(path string) error {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		return os.Symlink(path, path)
	}, false},
	{"led elsewhere", aLink, func(path string) error {
		if err := os.Remove(path); err != nil {
			return err
		}
		return os.Symlink(os.TempDir(), path)
	}, false},
}

var unreadable = fault{"unreadable", func(mode fs.FileMode) bool { return !aLink(mode) }, func(path string) error {
	return os.Chmod(path, 0)
}, true}

func overwritten(text string) func(path string) error {
	return func(path string) error { return os.WriteFile(path, []byte(text), 0o600) }
}

// TestKill lets every fault happen to every file of a machine, while a meter
// runs and before it starts.
func TestKill(t *testing.T) {
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) { killAll(t, f) })
	}
}

// TestKillUnreadable needs a user whom permissions stop: as root it runs itself
// again as nobody.
func TestKillUnreadable(t *testing.T) {
	if os.Geteuid() != 0 {
		killAll(t, unreadable)
		return
	}
	cmd := exec.CommandContext(t.Context(), "/proc/self/exe", "-test.run=^TestKillUnreadable$", "-test.v")
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	cmd.Dir = "/"
	cmd.Env = []string{"TMPDIR=/tmp"}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "--- PASS: TestKillUnreadable/proc/stat/while_it_runs", "it did run")
}

func killAll(t *testing.T, f fault) {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		t.Setenv("TMPDIR", "/dev/shm") // in memory, as the files of the kernel are
	}
	paths := newMortal(t).paths()
	for _, rel := range slices.Sorted(maps.Keys(paths)) {
		if !f.of(paths[rel]) {
			continue
		}
		t.Run(rel+"/while it runs", func(t *testing.T) { killRunning(t, rel, f) })
		t.Run(rel+"/before it starts", func(t *testing.T) { killBefore(t, rel, f) })
	}
}

// killPeriod is between two ticks, and what a fault lasts: longer than it takes
// to call a counter dead, and to look at the tree again.
const (
	killPeriod = 6 * time.Second
	killTicks  = 13
	healTicks  = 40 // at most, until all is as before
)

func killRunning(t *testing.T, rel string, f fault) {
	machine := newMortal(t)
	synctest.Test(t, func(t *testing.T) {
		w := machine.watch(t)
		for range 3 {
			w.tick()
		}
		require.NoError(t, w.shown.Missing)
		require.Empty(t, w.blame(), "nothing is wrong yet")
		require.NoError(t, machine.hurt(rel, f))
		shows := map[string]bool{}
		for range killTicks {
			w.tick()
			for _, what := range w.blame() {
				shows[what] = true
			}
		}
		for _, zone := range machine.dies(rel, f) {
			require.True(t, shows[zone], "%s: %s is nowhere blamed for it: %v", rel, zone, shows)
		}
		require.NoError(t, machine.heal())
		well := false
		for range healTicks {
			if well = w.tick() && w.well(); well {
				break
			}
		}
		require.True(t, well, "goes on once it is healed: %v, %+v", w.shown.Missing, w.m.Sources().Skipped)
	})
}

// killBefore wants a start to fail with a reason, or to give a meter that says
// what it lacks.
func killBefore(t *testing.T, rel string, f fault) {
	machine := newMortal(t)
	require.NoError(t, machine.hurt(rel, f))
	defer func() { require.NoError(t, machine.heal()) }() // what nobody may read, nobody can remove
	synctest.Test(t, func(t *testing.T) {
		m, err := meter.Start(t.Context(), machine.options()...)
		if err != nil {
			require.ErrorContains(t, err, "meter: ")
			require.Nil(t, m)
			return
		}
		w := &watcher{t: t, machine: machine, m: m, start: time.Now(), zones: map[string]meter.ZoneTotal{}}
		t.Cleanup(func() { require.NoError(t, m.Stop()) })
		matters := len(machine.zonesOf(rel)) > 0
		for i := 0; i < 3 || matters && i < killTicks && len(w.blame()) == 0; i++ {
			w.tick()
		}
		if matters {
			require.NotEmpty(t, w.blame(), "%s is missed", rel)
		}
	})
}

// TestKillDenominator spoils what all shares rest on. While it cannot be read
// nothing is shared out, and all of it is once it can.
func TestKillDenominator(t *testing.T) {
	spoil(t, func(t *testing.T, w *watcher) {
		require.Error(t, w.shown.Missing)
		require.Equal(t, w.before.Machine, w.shown.Machine)
		require.NoError(t, w.machine.heal())
		w.tick()
		require.NoError(t, w.shown.Missing)
		require.EqualValues(t, 3*killPeriod.Seconds()*120*1e6, w.shown.Machine, "nothing is lost")
	})
}

// TestKillDenominatorShows wants the report to say why nothing is shared out.
func TestKillDenominatorShows(t *testing.T) {
	spoil(t, func(t *testing.T, w *watcher) {
		about := func(s source.Skip) bool { return strings.Contains(s.Err.Error(), "stat") }
		skipped := w.m.Sources().Skipped
		require.True(t, slices.ContainsFunc(skipped, about), "%+v", skipped)
	})
}

// spoil spoils the busy time of the machine while a meter runs.
func spoil(t *testing.T, then func(t *testing.T, w *watcher)) {
	for _, f := range faults {
		if f.do == nil || !f.kept || f.name == "lower" {
			continue // not to be told from a machine at rest, see the test below
		}
		t.Run(f.name, func(t *testing.T) {
			machine := newMortal(t)
			synctest.Test(t, func(t *testing.T) {
				w := machine.watch(t)
				w.tick()
				require.NoError(t, machine.hurt("proc/stat", f))
				w.tick()
				then(t, w)
			})
		})
	}
}

// A busy time that stands still is told by what this process uses meanwhile.
func TestKillFrozenDenominator(t *testing.T) {
	machine := newMortal(t)
	synctest.Test(t, func(t *testing.T) {
		w := machine.watch(t)
		w.tick()
		require.NoError(t, machine.hurt("proc/stat", fault{}))
		w.tick()
		require.NoError(t, w.shown.Missing, "a machine at rest looks the same")
		burn(600 * time.Millisecond)
		w.tick()
		require.ErrorIs(t, w.shown.Missing, meter.ErrDenominator)
		require.NoError(t, machine.heal())
		w.tick()
		require.NoError(t, w.shown.Missing)
		require.EqualValues(t, 4*killPeriod.Seconds()*120*1e6, w.shown.Machine, "nothing is lost")
	})
}

// burn uses CPU time.
func burn(d time.Duration) {
	var begun, now unix.Timespec
	_ = unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &begun)
	for now = begun; now.Nano()-begun.Nano() < int64(d); {
		_ = unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &now)
	}
}

// TestKillNow is on the clock on the wall: a meter that reads every 10 ms while
// files come and go under it, with readers of its own beside.
func TestKillNow(t *testing.T) {
	machine := newMortal(t)
	m, err := meter.Start(t.Context(), append(machine.options(), meter.WithInterval(meter.MinInterval))...)
	require.NoError(t, err)
	w := &watcher{t: t, machine: machine, m: m, start: time.Now(), zones: map[string]meter.ZoneTotal{}}
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for range 2 {
		readers.Go(func() {
			var s meter.Snapshot
			for last := units.Microjoules(0); ; last = s.Machine {
				select {
				case <-stop:
					return
				case <-time.After(meter.MinInterval / 2):
				}
				m.Last(&s)
				assert.GreaterOrEqual(t, s.Machine, last)
				assert.Equal(t, s.Machine, s.Microjoules+s.Others+s.IdleUnreserved)
				m.Sources()
			}
		})
	}
	for _, rel := range []string{"proc/stat", "sys/devices/virtual/powercap/intel-rapl/intel-rapl:0/energy_uj", "sys/class/powercap"} {
		for _, f := range faults {
			if f.do == nil || !f.of(machine.paths()[rel]) || !f.kept && rel == "proc/stat" {
				continue // nobody takes the file of a kernel away
			}
			require.NoError(t, machine.hurt(rel, f))
			w.reads(3)
			require.NoError(t, machine.heal())
			w.reads(2)
		}
	}
	close(stop)
	readers.Wait()
	require.NoError(t, m.Stop())
	w.shown, err = m.Read(t.Context())
	require.NoError(t, err)
	w.sane()
	require.Positive(t, w.shown.Machine)
}
