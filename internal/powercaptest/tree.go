// Package powercaptest makes trees of files that look like the powercap class
// of Linux, symbolic links included, for tests on machines without counters.
package powercaptest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Ranges of common counters in µJ: (2^32 - 1) units of 61035 nJ, 15258 nJ,
// 15300 nJ and 1 J, as intel_rapl_common.c computes them.
const (
	IntelRange = 262143328850
	AMDRange   = 65532610987
	DRAMRange  = 65712999613
	PsysRange  = 4294967295000000
)

// A Tree is a fake /sys with a /proc beside it.
type Tree struct {
	Root string // what stands for /sys
	Proc string // what stands for /proc

	tb testing.TB
}

// New returns a tree of an Intel machine (a Xeon of the Skylake kind, no
// hypervisor) without any zone.
func New(tb testing.TB) *Tree {
	tb.Helper()
	dir := tb.TempDir()
	t := &Tree{Root: filepath.Join(dir, "sys"), Proc: filepath.Join(dir, "proc"), tb: tb}
	t.mkdir(t.class())
	t.mkdir(t.devices())
	t.mkdir(t.Proc)
	t.CPU("GenuineIntel", 6, 0x55, "fpu sse")
	t.Busy(0)
	return t
}

// CPU sets what /proc/cpuinfo says. The word hypervisor in flags makes the
// machine a virtual one.
func (t *Tree) CPU(vendor string, family, model int, flags string) {
	t.tb.Helper()
	t.write(filepath.Join(t.Proc, "cpuinfo"), fmt.Sprintf(
		"processor\t: 0\nvendor_id\t: %s\ncpu family\t: %d\nmodel\t\t: %d\nphysical id\t: 0\nflags\t\t: %s\n\n",
		vendor, family, model, flags), 0o444)
}

// Busy sets the CPU time that /proc/stat says was used, of one CPU.
func (t *Tree) Busy(d time.Duration) {
	t.tb.Helper()
	ticks := d / (10 * time.Millisecond)
	t.write(filepath.Join(t.Proc, "stat"), fmt.Sprintf(
		"cpu  %d 0 0 1000000 0 0 0 0 0 0\ncpu0 %d 0 0 1000000 0 0 0 0 0 0\nintr 1\n", ticks, ticks), 0o444)
}

// Zone makes the zone dir, such as "intel-rapl:0:1", with a name, a counter and
// its range, both in µJ, and its control type and link if need be. The zone
// above has to be made first.
func (t *Tree) Zone(dir, name string, energy, top uint64) {
	t.tb.Helper()
	t.Dir(dir)
	t.Set(dir, "name", name+"\n")
	t.Set(dir, "enabled", "1\n")
	t.Set(dir, "max_energy_range_uj", strconv.FormatUint(top, 10)+"\n")
	t.SetEnergy(dir, energy)
}

// Dir makes the zone directory dir, empty, and the link to it.
func (t *Tree) Dir(dir string) {
	t.tb.Helper()
	control, _, _ := strings.Cut(dir, ":")
	t.mkdir(filepath.Join(t.devices(), control))
	t.link(control)
	t.mkdir(t.path(dir))
	t.link(dir)
}

// SetEnergy sets the counter of a zone, in µJ.
func (t *Tree) SetEnergy(dir string, uj uint64) {
	t.tb.Helper()
	t.Set(dir, "energy_uj", strconv.FormatUint(uj, 10)+"\n")
}

// Set writes a file of a zone in place, as the kernel does: a descriptor that
// is open sees it. The counter is readable by its owner alone.
func (t *Tree) Set(dir, file, text string) {
	t.tb.Helper()
	mode := os.FileMode(0o444)
	if file == "energy_uj" {
		mode = 0o400
	}
	t.write(filepath.Join(t.path(dir), file), text, mode)
}

// Remove removes a file of a zone, or with the file "" the zone and its link.
// Unlike sysfs, an open descriptor of the file stays readable.
func (t *Tree) Remove(dir, file string) {
	t.tb.Helper()
	if file == "" {
		t.check(os.Remove(filepath.Join(t.class(), dir)))
	}
	t.check(os.RemoveAll(filepath.Join(t.path(dir), file)))
}

// MakeUnreadable takes all permissions of a file away. Root reads it still.
func (t *Tree) MakeUnreadable(dir, file string) {
	t.tb.Helper()
	t.check(os.Chmod(filepath.Join(t.path(dir), file), 0))
}

// MakeReadable lets everybody read a file.
func (t *Tree) MakeReadable(dir, file string) {
	t.tb.Helper()
	t.check(os.Chmod(filepath.Join(t.path(dir), file), 0o444))
}

// Share lets other users enter the tree.
func (t *Tree) Share() {
	t.tb.Helper()
	dir := filepath.Dir(t.Root)
	t.check(os.Chmod(dir, 0o755))
	t.check(os.Chmod(filepath.Dir(dir), 0o755))
}

// Mask empties the real directory and leaves the links, as container runtimes
// do.
func (t *Tree) Mask() {
	t.tb.Helper()
	t.check(os.RemoveAll(t.devices()))
	t.mkdir(t.devices())
}

// Path returns the real path of a file of a zone.
func (t *Tree) Path(dir, file string) string { return filepath.Join(t.path(dir), file) }

func (t *Tree) class() string   { return filepath.Join(t.Root, "class", "powercap") }
func (t *Tree) devices() string { return filepath.Join(t.Root, "devices", "virtual", "powercap") }

// path returns the real directory of a zone: children lie in their parents.
func (t *Tree) path(dir string) string { return filepath.Join(t.devices(), nested(dir)) }

// nested returns "a/a:0/a:0:1" for "a:0:1".
func nested(dir string) string {
	path := ""
	for i := range len(dir) {
		if dir[i] == ':' {
			path = filepath.Join(path, dir[:i])
		}
	}
	return filepath.Join(path, dir)
}

func (t *Tree) link(name string) {
	t.tb.Helper()
	err := os.Symlink(filepath.Join("..", "..", "devices", "virtual", "powercap", nested(name)),
		filepath.Join(t.class(), name))
	if !os.IsExist(err) {
		t.check(err)
	}
}

func (t *Tree) mkdir(path string) {
	t.tb.Helper()
	t.check(os.MkdirAll(path, 0o755))
}

// write changes a file in place by one call where its length stays.
func (t *Tree) write(path, text string, mode os.FileMode) {
	t.tb.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.check(os.WriteFile(path, []byte(text), mode))
		return
	}
	t.check(os.Chmod(path, 0o600))
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	t.check(err)
	defer f.Close()
	_, err = f.WriteAt([]byte(text), 0)
	t.check(err)
	if info.Size() != int64(len(text)) {
		t.check(f.Truncate(int64(len(text))))
	}
	t.check(f.Chmod(info.Mode()))
}

func (t *Tree) check(err error) {
	t.tb.Helper()
	if err != nil {
		t.tb.Fatal(err)
	}
}
