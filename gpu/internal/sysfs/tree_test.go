package sysfs_test

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/gpu/internal/sysfs"
)

// A tree is a /sys with symbolic links as the kernel makes them, and a record
// of which files were opened and read. Files of PCI devices have colons in their
// paths, so that it is made when the test runs.
type tree struct {
	sysfs.Tree
	t    testing.TB
	root string

	mu     sync.Mutex // guards what follows
	opened []string
	read   []string
	faults map[string]error // of reads, by the end of the path
	once   bool             // a fault happens once
	hang   chan struct{}    // reads of energy wait for it
}

func newTree(t testing.TB) *tree {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("no file on Windows has the colon of a PCI address")
	}
	root := t.TempDir()
	return &tree{Tree: sysfs.Disk(root), t: t, root: root, faults: map[string]error{}}
}

// set writes a file as the kernel fills it; a folder is made where it misses.
func (tr *tree) set(path, text string) {
	tr.t.Helper()
	full := filepath.Join(tr.root, path)
	require.NoError(tr.t, os.MkdirAll(filepath.Dir(full), 0o755))
	require.NoError(tr.t, os.WriteFile(full, []byte(text), 0o644)) // in place: descriptors stay valid
}

func (tr *tree) remove(path string) {
	tr.t.Helper()
	require.NoError(tr.t, os.RemoveAll(filepath.Join(tr.root, path)))
}

func (tr *tree) link(path, target string) {
	tr.t.Helper()
	full := filepath.Join(tr.root, path)
	require.NoError(tr.t, os.MkdirAll(filepath.Dir(full), 0o755))
	require.NoError(tr.t, os.Symlink(target, full))
}

// card makes a PCI device with a node of the direct rendering manager
// (drivers/gpu/drm/drm_sysfs.c), bound to a driver, and returns its folder.
func (tr *tree) card(node, pci, drv, vendor, device string) string {
	tr.t.Helper()
	bus := "devices/pci0000:00/0000:00:01.0/" + pci
	tr.set(bus+"/vendor", vendor+"\n")
	tr.set(bus+"/device", device+"\n")
	tr.set(bus+"/power/runtime_status", "active\n") // drivers/base/power/sysfs.c
	tr.set("bus/pci/drivers/"+drv+"/bind", "")
	tr.link(bus+"/driver", "../../../../bus/pci/drivers/"+drv)
	tr.set(bus+"/drm/"+node+"/dev", "226:0\n")
	tr.link(bus+"/drm/"+node+"/device", "../../../"+pci)
	tr.link("class/drm/"+node, "../../"+bus+"/drm/"+node)
	tr.set(bus+"/drm/"+node+"/"+node+"-DP-1/status", "disconnected\n")
	tr.link("class/drm/"+node+"-DP-1", "../../"+bus+"/drm/"+node+"/"+node+"-DP-1")
	tr.set("class/drm/version", "drm 1.1.0 20060810\n")
	return bus
}

// hwmon makes a folder of sensors of a device (drivers/hwmon/hwmon.c).
func (tr *tree) hwmon(dir, n, name string) string {
	tr.t.Helper()
	at := dir + "/hwmon/" + n
	tr.set(at+"/name", name+"\n")
	tr.link("class/hwmon/"+n, "../../"+at)
	return at
}

func (tr *tree) Open(file string) (sysfs.File, error) {
	tr.mu.Lock()
	tr.opened = append(tr.opened, filepath.Base(file))
	tr.mu.Unlock()
	f, err := tr.Tree.Open(file)
	if err != nil {
		return nil, err
	}
	return &recorded{File: f, tree: tr, path: file}, nil
}

type recorded struct {
	sysfs.File
	tree *tree
	path string
}

func (r *recorded) Read(b []byte) (int, error) {
	r.tree.mu.Lock()
	r.tree.read = append(r.tree.read, filepath.Base(r.path))
	hang := r.tree.hang
	for end, err := range r.tree.faults {
		if strings.HasSuffix(r.path, end) {
			if r.tree.once {
				delete(r.tree.faults, end)
			}
			r.tree.mu.Unlock()
			return 0, err
		}
	}
	r.tree.mu.Unlock()
	if hang != nil && strings.HasSuffix(r.path, "energy1_input") {
		<-hang
	}
	return r.File.Read(b)
}

func (tr *tree) fault(end string, err error, once bool) {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.faults[end], tr.once = err, once
}

// touched returns which files that only the card can fill were opened or read.
func (tr *tree) touched() []string {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	var names []string
	for _, name := range append(tr.opened, tr.read...) {
		if name == "gpu_metrics" || strings.HasPrefix(name, "power1_") || strings.HasPrefix(name, "energy") {
			names = append(names, name)
		}
	}
	return names
}

// drv returns the driver of a name over the tree.
func (tr *tree) drv(name string) driver.Driver {
	tr.t.Helper()
	for _, d := range sysfs.DriversOf(tr) {
		if d.Name() == name {
			tr.t.Cleanup(func() { require.NoError(tr.t, d.Close()) })
			return d
		}
	}
	tr.t.Fatalf("no driver %s", name)
	return nil
}

// open returns the devices of a driver, of which there are n.
func (tr *tree) open(name string, n int) []driver.Device {
	tr.t.Helper()
	devices, skipped, err := tr.drv(name).Open()
	require.NoError(tr.t, err)
	require.Empty(tr.t, skipped)
	require.Len(tr.t, devices, n)
	return devices
}

func read(t testing.TB, d driver.Device) driver.Sample {
	t.Helper()
	var s driver.Sample
	require.NoError(t, d.Read(&s))
	require.False(t, s.At.IsZero())
	return s
}

// joules is what a counter rose by.
func joules(t testing.TB, from, to driver.Sample) float64 {
	t.Helper()
	require.True(t, from.CounterOK)
	require.True(t, to.CounterOK)
	require.Equal(t, from.UnitPJ, to.UnitPJ)
	require.Equal(t, from.Shift, to.Shift)
	return float64(to.Counter-from.Counter) * float64(from.UnitPJ) / float64(uint64(1)<<from.Shift) / 1e12
}

// A table is a gpu_metrics table: what the kernel lays out by the structs of
// drivers/gpu/drm/amd/include/kgd_pp_interface.h.
type table struct {
	format, content      uint8
	size                 int
	power, energy, clock int // offsets
}

var (
	table13     = table{1, 3, 120, 22, 24, 32}
	table14     = table{1, 4, 288, 10, 24, 32}
	table16     = table{1, 6, 384, 10, 88, 96}
	table16New  = table{1, 6, 1664, 10, 16, 24}
	table17     = table{1, 7, 2208, 10, 24, 32}
	table18     = table{1, 8, 3360, 10, 24, 32}
	table15     = table{1, 5, 360, 10, 88, 96}
	tableFuture = table{1, 11, 4000, 10, 24, 32}
	tableAPU    = table{2, 1, 120, 40, 64, 32}
)

// bytes returns a table in which everything that is not given is unsupported,
// which is all ones.
func (l table) bytes(watts uint16, energy, clock uint64) string {
	b := make([]byte, l.size)
	for i := range b {
		b[i] = 0xff
	}
	binary.LittleEndian.PutUint16(b, uint16(l.size))
	b[2], b[3] = l.format, l.content
	binary.LittleEndian.PutUint16(b[l.power:], watts)
	binary.LittleEndian.PutUint64(b[l.energy:], energy)
	binary.LittleEndian.PutUint64(b[l.clock:], clock)
	return string(b)
}

var errRemoteIO = errors.New("remote I/O error")
