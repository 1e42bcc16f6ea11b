package sysfs_test

import (
	"io/fs"
	"path/filepath"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/gpu/internal/sysfs"
	"github.com/scimeter/scimeter/sci"
)

func TestDriversOfAnEmptyTree(t *testing.T) {
	root := t.TempDir()
	t.Setenv("HOST_SYS", root)
	var names []string
	for _, d := range sysfs.Drivers("") {
		names = append(names, d.Name())
		devices, skipped, err := d.Open()
		require.Empty(t, devices)
		require.Empty(t, skipped)
		require.EqualError(t, err, d.Name()+": look in "+root+": none here")
		require.NoError(t, d.Close())
	}
	require.Equal(t, []string{"amdgpu", "xe", "i915", "ina3221", "grace"}, names)
}

func TestRescan(t *testing.T) {
	tr := newTree(t)
	bus, hwmon := xe(tr)
	d := tr.drv("xe")
	first, _, err := d.Open()
	require.NoError(t, err)

	second, _, err := d.Rescan()
	require.NoError(t, err)
	require.Same(t, first[0], second[0], "what works is left alone")

	tr.card("card1", "0000:01:00.0", "xe", "0x8086", "0xe20b")
	tr.set(tr.hwmon("devices/pci0000:00/0000:00:01.0/0000:01:00.0", "hwmon7", "xe")+"/energy1_input", "5\n")
	third, _, err := d.Rescan()
	require.NoError(t, err)
	require.Len(t, third, 2)
	require.Equal(t, "0000:01:00.0", third[0].Identity().ID)
	require.Same(t, first[0], third[1], "case G6: it keeps its identity though the order changed")

	tr.fault(filepath.Base(hwmon)+"/energy1_input", syscall.ENODEV, true)
	require.ErrorIs(t, first[0].Read(new(driver.Sample)), driver.ErrLost)
	fourth, _, err := d.Rescan()
	require.NoError(t, err)
	require.NotSame(t, first[0], fourth[1], "what was lost is opened anew")
	require.Equal(t, first[0].Identity().ID, fourth[1].Identity().ID)
	require.EqualValues(t, 70000000, read(t, fourth[1]).Counter)
	require.ErrorIs(t, first[0].Read(new(driver.Sample)), driver.ErrDriverGone)

	tr.remove("class/drm/card0")
	tr.remove(bus)
	fifth, _, err := d.Rescan()
	require.NoError(t, err)
	require.Len(t, fifth, 1)
}

func TestCloseAndOpenAgain(t *testing.T) {
	tr := newTree(t)
	xe(tr)
	d := tr.drv("xe")
	for range 3 {
		devices, _, err := d.Open()
		require.NoError(t, err)
		read(t, devices[0])
		require.NoError(t, d.Close())
		require.NoError(t, d.Close())
		require.ErrorIs(t, devices[0].Read(new(driver.Sample)), driver.ErrDriverGone)
	}
}

// A Read that hangs in the kernel holds up neither Rescan nor Close, and closes
// its files itself when it returns.
func TestHungRead(t *testing.T) {
	tr := newTree(t)
	xe(tr)
	d := tr.drv("xe")
	devices, _, err := d.Open()
	require.NoError(t, err)
	synctest.Test(t, func(t *testing.T) {
		tr.hang = make(chan struct{})
		done := make(chan error)
		go func() { done <- devices[0].Read(new(driver.Sample)) }()
		synctest.Wait()
		again, _, err := d.Rescan()
		require.NoError(t, err)
		require.Same(t, devices[0], again[0], "no second call beside the first")
		require.NoError(t, d.Close())
		close(tr.hang)
		require.NoError(t, <-done)
		require.ErrorIs(t, devices[0].Read(new(driver.Sample)), driver.ErrDriverGone)
	})
}

// denied lets nobody open a file.
type denied struct {
	sysfs.Tree
	name string
}

func (d denied) Open(file string) (sysfs.File, error) {
	if filepath.Base(file) == d.name {
		return nil, &fs.PathError{Op: "open", Path: file, Err: syscall.EACCES}
	}
	return d.Tree.Open(file)
}

func TestPermission(t *testing.T) {
	tr := newTree(t)
	xe(tr)
	for _, d := range sysfs.DriversOf(denied{tr, "energy1_input"}) {
		if d.Name() != "xe" {
			continue
		}
		devices, skipped, err := d.Open()
		require.Error(t, err)
		require.Empty(t, devices)
		require.Len(t, skipped, 1)
		require.Equal(t, "xe/0000:03:00.0", skipped[0].What)
		require.ErrorIs(t, skipped[0].Err, driver.ErrPermission)
		require.ErrorIs(t, skipped[0].Err, syscall.EACCES)
		require.NotEmpty(t, skipped[0].Remedy)
	}
}

// The names given to accelerators are those that sci has its table by.
func TestModelsAreInTheTable(t *testing.T) {
	for _, device := range []string{"0x738c", "0x7408", "0x740c", "0x740f", "0x74a0", "0x74a1", "0x74a5", "0x75a3"} {
		tr := newTree(t)
		amd(tr, "card0", "0000:c1:00.0", device, table14.bytes(100, 7, second), "power1_average")
		name := tr.open("amdgpu", 1)[0].Identity().Model
		_, err := sci.Accelerators().Find(name, 0)
		require.NoError(t, err)
	}
}

func TestReadAllocatesNothing(t *testing.T) {
	tr := newTree(t)
	amd(tr, "card1", "0000:c1:00.0", "0x74a1", table14.bytes(100, 7, second), "power1_average")
	amd(tr, "card2", "0000:c2:00.0", "0x744c", tableFuture.bytes(100, 7, second), "power1_average")
	xe(tr)
	ina3221(tr, "hwmon8", "1-0040", "VDD_GPU_SOC")
	meter(tr, "hwmon9", "ACPI000D:00", "Module Power Socket 0", "600000000")
	n := 0
	for _, d := range sysfs.Drivers(tr.root) {
		t.Cleanup(func() { require.NoError(t, d.Close()) })
		devices, _, err := d.Open()
		if err != nil {
			continue
		}
		for _, dev := range devices {
			var s driver.Sample
			require.Zero(t, testing.AllocsPerRun(100, func() { require.NoError(t, dev.Read(&s)) }), dev.Identity().ID)
			n++
		}
	}
	require.Equal(t, 5, n)
}

func BenchmarkRead(b *testing.B) {
	tr := newTree(b)
	amd(tr, "card0", "0000:c1:00.0", "0x74a1", table14.bytes(100, 7, second), "power1_average")
	d := sysfs.Drivers(tr.root)[0]
	defer d.Close()
	devices, _, err := d.Open()
	require.NoError(b, err)
	var s driver.Sample
	b.ReportAllocs()
	for b.Loop() {
		if err := devices[0].Read(&s); err != nil {
			b.Fatal(err)
		}
	}
}
