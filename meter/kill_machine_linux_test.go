package meter_test

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/powercaptest"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/source"
)

// A mortal is a machine with two packages and two memories on files.
type mortal struct {
	t    *testing.T
	tree *powercaptest.Tree
	root string // of both sys and proc

	used map[string]uint64 // µJ by zone directory, since the start
	busy time.Duration
	ill  string // path of what is hurt; "": nothing
	kept map[string]relic
}

// A relic is what a path was before it was hurt.
type relic struct {
	mode fs.FileMode
	text string // of a file, or where a link leads
}

// counters are the zones by their directories: what they showed at the start,
// and the power that they never exceed, in W.
var counters = map[string]struct {
	id    string
	first uint64
	top   uint64
	limit float64
}{
	"intel-rapl:0":   {"rapl/package-0", 200e6, powercaptest.IntelRange, 1000},
	"intel-rapl:0:0": {"rapl/package-0/dram", 100e6, powercaptest.DRAMRange, 200},
	"intel-rapl:1":   {"rapl/package-1", 300e6, powercaptest.IntelRange, 1000},
	"intel-rapl:1:0": {"rapl/package-1/dram", 50e6, powercaptest.DRAMRange, 200},
}

func newMortal(t *testing.T) *mortal {
	tree := powercaptest.New(t)
	m := &mortal{t: t, tree: tree, root: filepath.Dir(tree.Root), used: map[string]uint64{}, busy: time.Hour}
	for _, dir := range slices.Sorted(maps.Keys(counters)) {
		c := counters[dir]
		name := "dram"
		if strings.Count(dir, ":") == 1 {
			name = "package-" + dir[len(dir)-1:]
		}
		tree.Zone(dir, name, c.first, c.top)
		tree.Set(dir, "constraint_0_max_power_uw", fmt.Sprintf("%.0f\n", c.limit/6*1e6))
	}
	for path, text := range map[string]string{
		"proc/meminfo":                   "MemTotal:       16000000 kB\nMemFree:  1000 kB\n",
		"sys/devices/system/cpu/online":  "0-1\n",
		"sys/devices/system/cpu/present": "0-1\n",
		"sys/class/dmi/id/chassis_type":  "23\n",
		"sys/class/dmi/id/sys_vendor":    "Nobody\n",
	} {
		path = filepath.Join(m.root, path)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	for path, mode := range m.paths() {
		if aFile(mode) { // the owner may write, who need not be root
			require.NoError(t, os.Chmod(filepath.Join(m.root, path), 0o600))
		}
	}
	m.work(0)
	return m
}

func (m *mortal) options() []meter.Option {
	return []meter.Option{
		meter.WithRoots(m.tree.Proc, m.tree.Root), meter.WithInterval(killPeriod), meter.WithoutRest(),
	}
}

// paths returns all paths of the machine below its root.
func (m *mortal) paths() map[string]fs.FileMode {
	paths := map[string]fs.FileMode{}
	for _, top := range []string{"sys", "proc"} {
		require.NoError(m.t, filepath.WalkDir(filepath.Join(m.root, top), func(path string, d fs.DirEntry, err error) error {
			require.NoError(m.t, err)
			rel, _ := filepath.Rel(m.root, path)
			info, err := d.Info()
			paths[rel] = info.Mode()
			return err
		}))
	}
	return paths
}

// work lets every package use 40 W and every memory 10 W for d, and one of two
// CPUs be busy. What is hurt, or lies in it, stays as it is.
func (m *mortal) work(d time.Duration) {
	for dir, c := range counters {
		m.used[dir] += uint64(d.Seconds() * c.limit / 20 * 1e6)
		m.put(m.tree.Path(dir, "energy_uj"), fmt.Sprintf("%d\n", c.first+m.used[dir]))
	}
	m.busy += d
	ticks := m.busy / (10 * time.Millisecond)
	m.put(filepath.Join(m.tree.Proc, "stat"), fmt.Sprintf(
		"cpu  %d 0 0 1000000 0 0 0 0 0 0\ncpu0 %d 0 0 500000 0 0 0 0 0 0\ncpu1 0 0 0 500000 0 0 0 0 0 0\nintr 1\n", ticks, ticks))
}

// put writes a file as the kernel does: one that is open sees it, and never a
// half of it. What is written grows.
func (m *mortal) put(path, text string) {
	if m.ill != "" && (path == m.ill || strings.HasPrefix(path, m.ill+"/")) {
		return
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	require.NoError(m.t, err)
	_, err = f.WriteString(text)
	require.NoError(m.t, err)
	require.NoError(m.t, f.Close())
}

// hurt does f to what stands at rel, and keeps what it was.
func (m *mortal) hurt(rel string, f fault) error {
	m.kept = map[string]relic{}
	m.ill = filepath.Join(m.root, rel)
	err := filepath.WalkDir(m.ill, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		r := relic{mode: info.Mode()}
		switch {
		case aLink(r.mode):
			r.text, err = os.Readlink(path)
		case aFile(r.mode):
			var b []byte
			b, err = os.ReadFile(path)
			r.text = string(b)
		}
		m.kept[path] = r
		return err
	})
	if err != nil || f.do == nil {
		return err
	}
	return f.do(m.ill)
}

// heal puts back what was there. A file that still is one is written in place.
func (m *mortal) heal() error {
	for _, path := range slices.Sorted(maps.Keys(m.kept)) { // parents first
		if err := m.kept[path].restore(path); err != nil {
			return err
		}
	}
	m.ill = ""
	return nil
}

func (r relic) restore(path string) error {
	info, err := os.Lstat(path)
	if err == nil && info.Mode().Type() != r.mode.Type() {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		err = fs.ErrNotExist
	}
	switch {
	case r.mode.IsDir():
		if err := os.MkdirAll(path, 0o755); err != nil {
			return err
		}
		return os.Chmod(path, r.mode.Perm())
	case aLink(r.mode):
		_ = os.Remove(path)
		return os.Symlink(r.text, path)
	}
	if err == nil {
		if err := os.Chmod(path, 0o600); err != nil {
			return err
		}
	}
	return os.WriteFile(path, []byte(r.text), 0o600)
}

// zonesOf returns the zones whose counter is at rel or in it.
func (m *mortal) zonesOf(rel string) []string {
	var ids []string
	for dir, c := range counters {
		path, _ := filepath.Rel(m.root, m.tree.Path(dir, "energy_uj"))
		if rel == path || strings.HasPrefix(path, rel+"/") {
			ids = append(ids, c.id)
		}
	}
	return ids
}

// dies returns the zones that cannot go unnoticed when f happens to rel while
// they are read. A file that is open stays readable, whatever its permissions.
func (m *mortal) dies(rel string, f fault) []string {
	if f.name == unreadable.name {
		return nil
	}
	return m.zonesOf(rel)
}

// A watcher looks on while a meter runs.
type watcher struct {
	t       *testing.T
	machine *mortal
	m       *meter.Meter
	start   time.Time
	shown   meter.Snapshot
	before  meter.Snapshot
	zones   map[string]meter.ZoneTotal
}

func (m *mortal) watch(t *testing.T) *watcher {
	started, err := meter.Start(t.Context(), m.options()...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, started.Stop()) })
	return &watcher{t: t, machine: m, m: started, start: time.Now(), zones: map[string]meter.ZoneTotal{}}
}

// tick lets the machine work for a period, at whose end the meter reads it, and
// checks what it says. It reports whether the counters were counted to the
// microjoule.
func (w *watcher) tick() bool {
	w.machine.work(killPeriod)
	time.Sleep(killPeriod)
	synctest.Wait()
	w.before = w.shown
	var err error
	w.shown, err = w.m.Read(w.t.Context())
	require.NoError(w.t, err)
	w.sane()
	exact := 0
	for _, c := range counters {
		grew := w.zone(w.shown, c.id).Counter - w.zone(w.before, c.id).Counter
		if uint64(grew) == uint64(killPeriod.Seconds()*c.limit/20*1e6) {
			exact++
		}
	}
	return exact == len(counters)
}

func (w *watcher) zone(s meter.Snapshot, id string) meter.ZoneTotal {
	for _, z := range s.Zones {
		if z.Zone.ID == id {
			return z
		}
	}
	return meter.ZoneTotal{}
}

// sane holds what is true of any meter at any time.
func (w *watcher) sane() {
	s, b := w.shown, w.before
	require.Equal(w.t, s.Machine, s.Microjoules+s.Others+s.IdleUnreserved, "conserved")
	for what, v := range map[string][2]float64{
		"machine": {float64(b.Machine), float64(s.Machine)}, "charged": {float64(b.Microjoules), float64(s.Microjoules)},
		"static": {float64(b.Static), float64(s.Static)}, "others": {float64(b.Others), float64(s.Others)},
		"idle": {float64(b.IdleUnreserved), float64(s.IdleUnreserved)}, "facility": {float64(b.Facility), float64(s.Facility)},
		"embodied": {float64(b.Embodied), float64(s.Embodied)}, "busy": {float64(b.Busy), float64(s.Busy)},
		"own": {float64(b.Own), float64(s.Own)},
	} {
		require.LessOrEqual(w.t, v[0], v[1], "%s never falls", what)
	}
	passed := time.Since(w.start).Seconds()
	limit := 0.0
	for _, z := range s.Zones {
		old := w.zones[z.Zone.ID]
		w.zones[z.Zone.ID] = z
		require.GreaterOrEqual(w.t, z.Counter, old.Counter, z.Zone.ID)
		require.GreaterOrEqual(w.t, z.Total, old.Total, z.Zone.ID)
		require.GreaterOrEqual(w.t, z.Charged, old.Charged, z.Zone.ID)
		require.GreaterOrEqual(w.t, z.Missing, old.Missing, z.Zone.ID)
		require.LessOrEqual(w.t, z.Total, z.Counter, z.Zone.ID)
		top := 1000.0 // of an estimate that stands in
		for _, c := range counters {
			if c.id == z.Zone.ID {
				top = c.limit
			}
		}
		require.LessOrEqual(w.t, z.Counter.Joules(), top*passed*1.01, "%s uses no more than it can", z.Zone.ID)
		limit += top
	}
	require.LessOrEqual(w.t, s.Machine.Joules(), limit*passed*1.01)
}

// blame returns what the report skips, and the zones of which there are
// remarks.
func (w *watcher) blame() []string {
	var all []string
	for _, skip := range w.m.Sources().Skipped {
		if skip.What != "carbon intensity" {
			all = append(all, skip.What)
		}
	}
	for _, z := range w.shown.Zones {
		if z.Quality&(source.Implausible|source.Reset|source.Stuck) != 0 {
			all = append(all, z.Zone.ID)
		}
	}
	return all
}

// well reports whether every counter is read as before. (A counter whose name
// was lost for a while may also be skipped by its place.)
func (w *watcher) well() bool {
	for _, c := range counters {
		found := func(z source.Zone) bool { return z.ID == c.id }
		skipped := func(s source.Skip) bool { return s.What == c.id }
		report := w.m.Sources()
		if !slices.ContainsFunc(report.Found, found) || slices.ContainsFunc(report.Skipped, skipped) {
			return false
		}
	}
	return w.shown.Missing == nil
}

// reads waits for so many ticks of the meter while the machine works.
func (w *watcher) reads(n int) {
	w.m.Last(&w.shown)
	until := w.shown.Effort.Reads + n
	for deadline := time.Now().Add(5 * time.Second); w.shown.Effort.Reads < until; {
		require.True(w.t, time.Now().Before(deadline), "the meter goes on")
		w.machine.work(meter.MinInterval)
		time.Sleep(meter.MinInterval / 2)
		w.before = w.shown
		var err error
		w.shown, err = w.m.Read(w.t.Context())
		require.NoError(w.t, err)
		w.sane()
	}
}
