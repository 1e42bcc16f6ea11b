package rapl_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/powercaptest"
	"github.com/scimeter/scimeter/internal/sysfile"
	"github.com/scimeter/scimeter/rapl"
)

// A deed is what happens to one file while it is read.
type deed struct {
	name string
	text bool // it needs a file
	do   func(path string) error
}

var deeds = []deed{
	{"removed", false, os.RemoveAll},
	{"emptied", true, overwrite("")},
	{"garbage", true, overwrite("\x00\xffgarbage")},
	{"huge", true, overwrite("99999999999999999999999999999999")},
	{"a large number", true, overwrite("18446744073709551615")},
	{"zero", true, overwrite("0\n")},
	{"a directory", false, func(path string) error {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		return os.Mkdir(path, 0o755)
	}},
	{"a loop", false, func(path string) error {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		return os.Symlink(path, path)
	}},
}

func overwrite(text string) func(path string) error {
	return func(path string) error { return os.WriteFile(path, []byte(text), 0o600) }
}

// victims are all files, links and directories of a tree.
func victims(t *testing.T, tree *powercaptest.Tree) []string {
	var paths []string
	for _, root := range []string{tree.Root, tree.Proc} {
		require.NoError(t, filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
			rel, _ := filepath.Rel(filepath.Dir(tree.Root), path)
			paths = append(paths, rel)
			return err
		}))
	}
	return paths
}

func killTree(t *testing.T) *powercaptest.Tree {
	tree := powercaptest.New(t)
	tree.Zone("intel-rapl:0", "package-0", 200e6, ri)
	tree.Set("intel-rapl:0", "constraint_0_max_power_uw", "150000000\n")
	tree.Zone("intel-rapl:0:0", "dram", 100e6, powercaptest.DRAMRange)
	tree.Zone("intel-rapl:1", "package-1", 300e6, ri)
	return tree
}

// TestKill does every deed to every file while the tree is read.
func TestKill(t *testing.T) {
	whole := killTree(t)
	for _, rel := range victims(t, whole) {
		info, err := os.Stat(filepath.Join(filepath.Dir(whole.Root), rel))
		require.NoError(t, err)
		for _, d := range deeds {
			if d.text && info.IsDir() {
				continue
			}
			t.Run(filepath.Base(rel)+" "+d.name, func(t *testing.T) {
				tree := killTree(t)
				synctest.Test(t, func(t *testing.T) { kill(t, tree, rel, d) })
			})
		}
	}
}

func kill(t *testing.T, tree *powercaptest.Tree, rel string, d deed) {
	r := open(t, tree)
	run := &killRun{t: t, tree: tree, r: r, last: map[string]reading{}, start: time.Now()}
	for range 5 {
		run.tick()
	}
	require.NoError(t, d.do(filepath.Join(filepath.Dir(tree.Root), rel)))
	run.hurt = true
	for range 80 {
		run.tick()
	}
	if filepath.Base(rel) == "energy_uj" {
		require.NotEmpty(t, r.Report().Skipped, "a dead counter shows")
	}
	require.Len(t, unique(r), len(r.Report().Found)+len(r.Report().Skipped), "each is named once")
}

func unique(r *rapl.Reader) map[string]bool {
	names := map[string]bool{}
	for _, z := range r.Report().Found {
		names[z.ID] = true
	}
	for _, s := range r.Report().Skipped {
		names[s.What] = true
	}
	return names
}

func itoa(n uint64) string { return strconv.FormatUint(n, 10) }

type killRun struct {
	t     *testing.T
	tree  *powercaptest.Tree
	r     *rapl.Reader
	last  map[string]reading
	start time.Time
	n     uint64
	hurt  bool
}

// tick lets all zones use 20 W for a second, where there still are any, and
// holds that totals neither fall nor exceed what a zone can draw.
func (k *killRun) tick() {
	k.n++
	for dir, base := range map[string]uint64{"intel-rapl:0": 200e6, "intel-rapl:0:0": 100e6, "intel-rapl:1": 300e6} {
		k.set(k.tree.Path(dir, "energy_uj"), base+k.n*20e6)
	}
	stat := filepath.Join(k.tree.Proc, "stat")
	if f, err := write(stat); err == nil {
		_, _ = f.WriteString("cpu  " + itoa(1000000+k.n*100) + " 0 0 0 0\n")
		f.Close()
	}
	got, err := try(k.r, time.Second)
	if !k.hurt {
		require.NoError(k.t, err)
		require.Len(k.t, got, 3)
	}
	if err != nil {
		require.ErrorContains(k.t, err, "rapl: ")
	}
	for id, x := range got {
		require.GreaterOrEqual(k.t, x.Total, k.last[id].Total)
		require.GreaterOrEqual(k.t, x.Missing, k.last[id].Missing)
		require.False(k.t, x.At.Before(k.last[id].At))
		require.LessOrEqual(k.t, uint64(x.Total), k.n*20e6, "no more than was used")
		k.last[id] = x
	}
}

// write opens a file to write to; a pipe is none.
func write(path string) (*os.File, error) {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return nil, fs.ErrInvalid
	}
	return os.OpenFile(path, os.O_WRONLY, 0)
}

// set counts on, unless the file is broken: a broken counter stays broken.
func (k *killRun) set(path string, uj uint64) {
	b, err := sysfile.ReadFile(path, sysfile.Attribute)
	if err != nil || string(b) != itoa(uj-20e6)+"\n" {
		return
	}
	f, err := write(path)
	if err != nil {
		return
	}
	defer f.Close()
	_, _ = f.WriteString(itoa(uj) + "\n")
}

// TestFrozen stops every counter in turn while the machine works.
func TestFrozen(t *testing.T) {
	for dir, id := range map[string]string{
		"intel-rapl:0": "rapl/package-0", "intel-rapl:0:0": "rapl/package-0/dram", "intel-rapl:1": "rapl/package-1",
	} {
		t.Run(id, func(t *testing.T) {
			tree := killTree(t)
			synctest.Test(t, func(t *testing.T) {
				r := open(t, tree)
				for i := range uint64(40) {
					tree.Busy(time.Duration(i) * time.Second)
					for other := range map[string]bool{"intel-rapl:0": true, "intel-rapl:0:0": true, "intel-rapl:1": true} {
						if other != dir || i < 5 {
							add(t, tree, other, 20)
						}
					}
					_, _ = try(r, time.Second)
				}
				require.NotContains(t, found(r), id)
				require.Len(t, found(r), 2)
				require.ErrorIs(t, skipped(r)[id].Err, rapl.ErrStuck)
			})
		})
	}
}
