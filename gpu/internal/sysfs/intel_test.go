package sysfs_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
)

// xe makes a card as drivers/gpu/drm/xe/xe_hwmon.c shows it since Linux 6.8:
// channel 1 is the card, channel 2 its package.
func xe(tr *tree) (bus, hwmon string) {
	tr.t.Helper()
	bus = tr.card("card0", "0000:03:00.0", "xe", "0x8086", "0x0bd5")
	hwmon = tr.hwmon(bus, "hwmon3", "xe")
	tr.set(hwmon+"/energy1_input", "70000000\n")
	tr.set(hwmon+"/energy1_label", "card\n")
	tr.set(hwmon+"/energy2_input", "40000000\n")
	tr.set(hwmon+"/energy2_label", "pkg\n")
	tr.set(hwmon+"/power1_max", "600000000\n")
	tr.set(hwmon+"/power1_rated_max", "1000000000\n")
	return bus, hwmon
}

func TestXe(t *testing.T) {
	t.Run("case S1: the card, not the card and its package", func(t *testing.T) {
		tr := newTree(t)
		_, hwmon := xe(tr)
		d := tr.open("xe", 1)[0]
		from := read(t, d)
		tr.set(hwmon+"/energy1_input", "75000000\n")
		tr.set(hwmon+"/energy2_input", "44000000\n")
		require.Equal(t, 5.0, joules(t, from, read(t, d)))
		require.Equal(t, driver.Identity{
			ID: "0000:03:00.0", Model: "Intel Data Center GPU Max 1550", PCI: "0000:03:00.0",
			Kind: source.GPU, Level: source.AtBoard, Socket: -1, MaxPower: 1000,
			Source: "xe/energy1", Detail: "class/drm/card0/device",
		}, d.Identity())
	})
	t.Run("case S3: a turn of the hidden register takes 209 s at 1.25 times 1000 W", func(t *testing.T) {
		tr := newTree(t)
		_, hwmon := xe(tr)
		d := tr.open("xe", 1)[0]
		from := read(t, d)
		tr.set(hwmon+"/energy1_input", "75782000000\n") // 600 s later, two turns of 262144 J lost
		to := read(t, d)
		require.Equal(t, 75712.0, joules(t, from, to))
		require.Equal(t, 64, to.Width)
		require.Equal(t, 209715200*time.Microsecond, to.Hidden)
		require.Greater(t, 600*time.Second, to.Hidden)
	})
	t.Run("the package alone, where the card has no register", func(t *testing.T) {
		tr := newTree(t)
		_, hwmon := xe(tr)
		tr.remove(hwmon + "/energy1_input")
		tr.remove(hwmon + "/energy1_label")
		tr.set(hwmon+"/power2_max", "200000000\n")
		d := tr.open("xe", 1)[0]
		require.Equal(t, source.AtChip, d.Identity().Level)
		require.Equal(t, "xe/energy2", d.Identity().Source)
		require.EqualValues(t, 200, d.Identity().MaxPower)
		require.EqualValues(t, 40000000, read(t, d).Counter)
	})
	t.Run("one file without a label, before Linux 6.8", func(t *testing.T) {
		tr := newTree(t)
		_, hwmon := xe(tr)
		for _, f := range []string{"energy1_label", "energy2_input", "energy2_label", "power1_max", "power1_rated_max"} {
			tr.remove(hwmon + "/" + f)
		}
		d := tr.open("xe", 1)[0]
		require.Equal(t, source.AtChip, d.Identity().Level)
		require.Positive(t, read(t, d).Hidden, "a bound where no limit is known")
	})
	t.Run("no file of energy", func(t *testing.T) {
		tr := newTree(t)
		_, hwmon := xe(tr)
		tr.remove(hwmon + "/energy1_input")
		tr.remove(hwmon + "/energy2_input")
		_, skipped, err := tr.drv("xe").Open()
		require.Error(t, err)
		require.Len(t, skipped, 1)
		require.NotEmpty(t, skipped[0].Remedy)
	})
	t.Run("a card that sleeps", func(t *testing.T) {
		tr := newTree(t)
		bus, _ := xe(tr)
		tr.set(bus+"/power/runtime_status", "suspended\n")
		d := tr.open("xe", 1)[0]
		require.ErrorIs(t, d.Read(new(driver.Sample)), driver.ErrAsleep)
		require.NotContains(t, tr.touched(), "energy1_input")
		require.NotContains(t, tr.touched(), "power1_max")
	})
}

func TestI915(t *testing.T) {
	t.Run("case S2: the device, not its tiles", func(t *testing.T) {
		tr := newTree(t)
		bus := tr.card("card0", "0000:03:00.0", "i915", "0x8086", "0x56c0")
		for n, name := range map[string]string{"hwmon1": "i915_gt0", "hwmon2": "i915", "hwmon3": "i915_gt1"} {
			tr.set(tr.hwmon(bus, n, name)+"/energy1_input", "1000000\n")
		}
		d := tr.open("i915", 1)[0]
		from := read(t, d)
		for n, uj := range map[string]string{"hwmon1": "5000000\n", "hwmon2": "10000000\n", "hwmon3": "6000000\n"} {
			tr.set(bus+"/hwmon/"+n+"/energy1_input", uj)
		}
		require.Equal(t, 9.0, joules(t, from, read(t, d)))
		require.Equal(t, "i915/energy1", d.Identity().Source)
		require.Positive(t, from.Hidden)
	})
	t.Run("graphics of a processor", func(t *testing.T) {
		tr := newTree(t)
		tr.card("card0", "0000:00:02.0", "i915", "0x8086", "0x4680")
		devices, skipped, err := tr.drv("i915").Open()
		require.Empty(t, devices)
		require.ErrorContains(t, err, "i915: look in ")
		require.Len(t, skipped, 1)
		require.ErrorContains(t, skipped[0].Err, "graphics of a processor")
	})
}
