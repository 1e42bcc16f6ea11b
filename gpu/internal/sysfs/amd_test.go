package sysfs_test

import (
	"math"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

const second = 1_000_000_000 // ns

// amd makes an Instinct card with a table, and sensors as
// drivers/gpu/drm/amd/pm/amdgpu_pm.c shows them. power is power1_average or
// power1_input.
func amd(tr *tree, node, pci, device, metrics, power string) (bus, hwmon string) {
	tr.t.Helper()
	bus = tr.card(node, pci, "amdgpu", "0x1002", device)
	hwmon = tr.hwmon(bus, "hwmon"+node[4:], "amdgpu")
	if metrics != "" {
		tr.set(bus+"/gpu_metrics", metrics)
	}
	tr.set(hwmon+"/"+power, "300000000\n")
	tr.set(hwmon+"/power1_cap", "500000000\n")
	tr.set(hwmon+"/power1_cap_max", "560000000\n")
	return bus, hwmon
}

func TestAMDCounter(t *testing.T) {
	for name, l := range map[string]table{
		"case S4: revision 1.3":                     table13,
		"case S4: revision 1.4":                     table14,
		"revision 1.7":                              table17,
		"revision 1.8":                              table18,
		"revision 1.5, after its self-check":        table15,
		"case S5: revision 1.6, older, at 88":       table16,
		"case S5: revision 1.6 of 1664 bytes at 16": table16New,
	} {
		t.Run(name, func(t *testing.T) {
			tr := newTree(t)
			bus, _ := amd(tr, "card0", "0000:c1:00.0", "0x74a1", l.bytes(100, 1<<40+5, second), "power1_average")
			d := tr.open("amdgpu", 1)[0]
			unsure := l.content == 5 || l.content == 6
			require.Equal(t, !unsure, read(t, d).CounterOK, "not used before a self-check where nobody has seen a card")

			tr.set(bus+"/gpu_metrics", l.bytes(100, 1<<40+5+6_553_600, 2*second))
			from := read(t, d)
			tr.set(bus+"/gpu_metrics", l.bytes(100, 1<<40+5+2*6_553_600, 3*second))
			to := read(t, d)
			require.Equal(t, 100.0, joules(t, from, to))
			require.Equal(t, 64, to.Width)
			require.Zero(t, to.Hidden)
			require.Equal(t, l.content >= 4, to.InstantOK, "curr_socket_power is of now, average_socket_power is a mean")
			require.Equal(t, l.content < 4, to.AverageOK)
			require.Equal(t, 100*units.Watt, to.Instant+to.Average)
		})
	}
}

func TestAMDIdentity(t *testing.T) {
	tr := newTree(t)
	bus, _ := amd(tr, "card1", "0000:c6:00.0", "0x744c", table13.bytes(20, 7, second), "power1_average")
	amd(tr, "card0", "0000:c1:00.0", "0x74a1", table14.bytes(100, 7, second), "power1_input")
	tr.set(bus+"/product_name", "Some Board\n")
	tr.card("card2", "0000:d0:00.0", "nvidia", "0x10de", "0x2330")
	devices := tr.open("amdgpu", 2)
	require.Equal(t, driver.Identity{
		ID: "0000:c1:00.0", Index: 0, Model: "AMD Instinct MI300X", PCI: "0000:c1:00.0",
		Kind: source.GPU, Level: source.AtBoard, Socket: -1, MaxPower: 560,
		Source: "amdgpu/gpu_metrics-1.4", Detail: "class/drm/card0/device",
	}, devices[0].Identity())
	require.Equal(t, "Some Board", devices[1].Identity().Model)
	_, err := devices[0].Processes()
	require.ErrorIs(t, err, driver.ErrNotSupported)
	slices, err := devices[0].Slices()
	require.NoError(t, err)
	require.Empty(t, slices)
}

func TestAMDFallsBackToPower(t *testing.T) {
	for name, c := range map[string]struct {
		metrics, file string
		instant       bool
	}{
		"case S5: a revision nobody knows":           {tableFuture.bytes(90, 5, second), "power1_average", false},
		"case S5: 1.3 of another size":               {table{1, 3, 122, 22, 24, 32}.bytes(90, 5, second), "power1_average", false},
		"case S6: energy is all ones":                {table13.bytes(math.MaxUint16, math.MaxUint64, second), "power1_average", false},
		"case S6: energy is the UINT_MAX of a Navi":  {table13.bytes(math.MaxUint16, math.MaxUint32, second), "power1_average", false},
		"case S6: with power1_input of Linux 6.6":    {table13.bytes(math.MaxUint16, math.MaxUint64, second), "power1_input", true},
		"no table at all, as of an older card":       {"", "power1_average", false},
		"a table cut short":                          {table14.bytes(90, 5, second)[:40], "power1_average", false},
		"an empty table":                             {"\x00", "power1_average", false},
		"both of the table and of the sensors agree": {table14.bytes(math.MaxUint16, math.MaxUint64, 0), "power1_input", true},
	} {
		t.Run(name, func(t *testing.T) {
			tr := newTree(t)
			amd(tr, "card0", "0000:c1:00.0", "0x744c", c.metrics, c.file)
			d := tr.open("amdgpu", 1)[0]
			require.Equal(t, "amdgpu/power", d.Identity().Source)
			s := read(t, d)
			require.False(t, s.CounterOK)
			require.Equal(t, c.instant, s.InstantOK)
			require.Equal(t, !c.instant, s.AverageOK)
			require.Equal(t, 300*units.Watt, s.Instant+s.Average)
		})
	}
}

// A counter that stands still, or counts in another unit, is refused before a
// joule of it is used.
func TestAMDSelfCheck(t *testing.T) {
	const watt = 1 << 16 // counts of a second
	type step struct {
		watts  uint16
		counts uint64 // since the step before
		ok     bool
	}
	for name, steps := range map[string][]step{
		"agrees":               {{100, 0, true}, {100, 100 * watt, true}, {100, 5, true}},
		"half is enough":       {{100, 0, true}, {100, 50 * watt, true}},
		"twice is not much":    {{100, 0, true}, {100, 200 * watt, true}},
		"stands still":         {{100, 0, true}, {100, 0, false}, {100, 0, false}, {100, 0, false}, {100, 100 * watt, false}},
		"ten times too fast":   {{100, 0, true}, {100, 1000 * watt, false}, {100, 1000 * watt, false}, {100, 1000 * watt, false}, {100, 100 * watt, false}},
		"a step in the load":   {{50, 0, true}, {700, 600 * watt, true}},
		"a burst, then agrees": {{50, 0, true}, {50, 400 * watt, false}, {50, 50 * watt, true}, {50, 400 * watt, true}},
		"nothing is drawn":     {{0, 0, true}, {0, 0, true}, {100, 100 * watt, true}},
	} {
		t.Run(name, func(t *testing.T) {
			tr := newTree(t)
			bus, _ := amd(tr, "card0", "0000:c1:00.0", "0x744c", table13.bytes(steps[0].watts, 1000, second), "power1_average")
			d := tr.open("amdgpu", 1)[0]
			energy := uint64(1000)
			for i, s := range steps {
				energy += s.counts
				tr.set(bus+"/gpu_metrics", table13.bytes(s.watts, energy, uint64(i+1)*second))
				got := read(t, d)
				require.Equal(t, s.ok, got.CounterOK, "step %d", i)
				require.True(t, got.AverageOK, "power is there to fall back to")
			}
		})
	}
}

// An interval too short to tell leaves the question open.
func TestAMDSelfCheckWaits(t *testing.T) {
	tr := newTree(t)
	bus, _ := amd(tr, "card0", "0000:c1:00.0", "0x74a1", table16New.bytes(100, 1000, second), "power1_average")
	d := tr.open("amdgpu", 1)[0]
	require.False(t, read(t, d).CounterOK)
	tr.set(bus+"/gpu_metrics", table16New.bytes(100, 1000+65536, second+10_000_000))
	require.False(t, read(t, d).CounterOK)
	tr.set(bus+"/gpu_metrics", table16New.bytes(100, 1000+1_310_720, second+200_000_000))
	require.True(t, read(t, d).CounterOK)
}

// The firmware of cards before Instinct MI200 counts in 32 bits, which the
// table widens: it wraps within minutes.
func TestAMDNarrowCounter(t *testing.T) {
	tr := newTree(t)
	bus, _ := amd(tr, "card0", "0000:03:00.0", "0x744c", table13.bytes(100, math.MaxUint32-15, second), "power1_average")
	d := tr.open("amdgpu", 1)[0]
	before := read(t, d)
	require.Equal(t, 32, before.Width)
	tr.set(bus+"/gpu_metrics", table13.bytes(100, 6_553_584, 2*second))
	after := read(t, d)
	turned := (after.Counter - before.Counter) & (1<<before.Width - 1)
	require.EqualValues(t, 16, after.Shift)
	require.Equal(t, 100.0, float64(turned)*float64(after.UnitPJ)/1e12/(1<<16))

	tr.set(bus+"/gpu_metrics", table13.bytes(100, 1<<32+5, second))
	wide := tr.open("amdgpu", 1)[0]
	require.Equal(t, 64, read(t, wide).Width, "a value that wide shows that it is not narrow")
}

func TestAMDPairOfDies(t *testing.T) {
	tr := newTree(t)
	amd(tr, "card0", "0000:c1:00.0", "0x7408", table13.bytes(400, 1<<40, second), "power1_average")
	_, hwmon := amd(tr, "card1", "0000:c6:00.0", "0x7408", table13.bytes(0, 0, second), "power1_average")
	tr.set(hwmon+"/power1_average", "0\n")
	amd(tr, "card2", "0000:c9:00.0", "0x7408", table13.bytes(410, 1<<41, second), "power1_average")
	amd(tr, "card3", "0000:cc:00.0", "0x7408", table13.bytes(0, 0, second), "power1_average")
	devices := tr.open("amdgpu", 4)
	t.Run("case S7: the pair is reported once", func(t *testing.T) {
		for i, parent := range []string{"", "0000:c1:00.0", "", "0000:c9:00.0"} {
			require.Equal(t, parent, devices[i].Identity().Parent)
			require.Equal(t, "AMD Instinct MI250X", devices[i].Identity().Model)
			var s driver.Sample
			err := devices[i].Read(&s)
			if parent == "" {
				require.NoError(t, err)
				require.True(t, s.CounterOK)
				continue
			}
			require.ErrorIs(t, err, driver.ErrNotSupported)
			require.False(t, s.CounterOK || s.InstantOK || s.AverageOK)
		}
	})
	t.Run("a second die alone is skipped", func(t *testing.T) {
		tr := newTree(t)
		amd(tr, "card1", "0000:c6:00.0", "0x740c", table13.bytes(0, 0, second), "power1_average")
		devices, skipped, err := tr.drv("amdgpu").Open()
		require.Error(t, err)
		require.Empty(t, devices)
		require.Len(t, skipped, 1)
		require.Contains(t, skipped[0].Remedy, "first die")
	})
	t.Run("0 W of another card is no pair", func(t *testing.T) {
		tr := newTree(t)
		amd(tr, "card0", "0000:c1:00.0", "0x744c", table13.bytes(20, 1, second), "power1_average")
		amd(tr, "card1", "0000:c6:00.0", "0x744c", table13.bytes(0, 0, second), "power1_average")
		require.Empty(t, tr.open("amdgpu", 2)[1].Identity().Parent)
	})
}

func TestAMDAsleep(t *testing.T) {
	t.Run("case S8: a card that sleeps is not touched", func(t *testing.T) {
		tr := newTree(t)
		bus, _ := amd(tr, "card0", "0000:03:00.0", "0x744c", table13.bytes(100, 1000, second), "power1_average")
		tr.set(bus+"/power/runtime_status", "suspended\n")
		d := tr.open("amdgpu", 1)[0]
		for _, status := range []string{"suspended\n", "suspending\n"} {
			tr.set(bus+"/power/runtime_status", status)
			var s driver.Sample
			require.ErrorIs(t, d.Read(&s), driver.ErrAsleep)
			require.False(t, s.CounterOK || s.InstantOK || s.AverageOK)
			require.False(t, s.At.IsZero())
		}
		require.Empty(t, tr.touched())
		require.Zero(t, d.Identity().MaxPower, "even the limit would wake it")

		tr.set(bus+"/power/runtime_status", "active\n")
		require.True(t, read(t, d).CounterOK)
		require.NotEmpty(t, tr.touched())
	})
	t.Run("case S8: nor one that fell asleep later", func(t *testing.T) {
		tr := newTree(t)
		bus, _ := amd(tr, "card0", "0000:03:00.0", "0x744c", table13.bytes(100, 1000, second), "power1_average")
		d := tr.open("amdgpu", 1)[0]
		read(t, d)
		before := len(tr.touched())
		require.NotZero(t, before)
		tr.set(bus+"/power/runtime_status", "suspended\n")
		require.ErrorIs(t, d.Read(new(driver.Sample)), driver.ErrAsleep)
		require.Len(t, tr.touched(), before)
	})
}

func TestAMDErrors(t *testing.T) {
	t.Run("case S9: EPERM once", func(t *testing.T) {
		tr := newTree(t)
		amd(tr, "card0", "0000:03:00.0", "0x67df", "", "power1_average")
		d := tr.open("amdgpu", 1)[0]
		tr.fault("power1_average", syscall.EPERM, true)
		var s driver.Sample
		err := d.Read(&s)
		require.ErrorIs(t, err, syscall.EPERM)
		require.NotErrorIs(t, err, driver.ErrPermission, "which would be for good")
		require.False(t, s.AverageOK)
		require.Equal(t, 300*units.Watt, read(t, d).Average)
	})
	t.Run("the table fails and the sensor does not", func(t *testing.T) {
		tr := newTree(t)
		amd(tr, "card0", "0000:03:00.0", "0x744c", table13.bytes(100, 1000, second), "power1_average")
		d := tr.open("amdgpu", 1)[0]
		tr.fault("gpu_metrics", syscall.EPERM, true)
		require.Equal(t, 300*units.Watt, read(t, d).Average)
	})
	for name, c := range map[string]struct{ err, want error }{
		"unplugged":     {syscall.ENODEV, driver.ErrLost},
		"no such thing": {syscall.EOPNOTSUPP, driver.ErrNotSupported}, // the second die, since Linux 6.9
	} {
		t.Run(name, func(t *testing.T) {
			tr := newTree(t)
			amd(tr, "card0", "0000:03:00.0", "0x67df", "", "power1_average")
			d := tr.open("amdgpu", 1)[0]
			tr.fault("power1_average", c.err, false)
			err := d.Read(new(driver.Sample))
			require.ErrorIs(t, err, c.want)
			require.ErrorIs(t, err, c.err)
			require.ErrorContains(t, err, "read class/drm/card0/device/hwmon/hwmon0/power1_average: ")
		})
	}
	t.Run("case 35 of rapl: the sentinel of hwmon", func(t *testing.T) {
		tr := newTree(t)
		_, hwmon := amd(tr, "card0", "0000:03:00.0", "0x67df", "", "power1_average")
		d := tr.open("amdgpu", 1)[0]
		for _, text := range []string{"4294967295000\n", "65535000000\n", "18446744073709551615\n"} {
			tr.set(hwmon+"/power1_average", text)
			var s driver.Sample
			require.Error(t, d.Read(&s))
			require.False(t, s.AverageOK, text)
			require.Zero(t, s.Average)
		}
	})
}

// The power of a processor with graphics has the CPU in it, which its own
// counters have, too.
func TestAMDProcessorWithGraphics(t *testing.T) {
	for name, make := range map[string]func(tr *tree){
		"by its table": func(tr *tree) {
			amd(tr, "card0", "0000:04:00.0", "0x1586", tableAPU.bytes(40, 0, second), "power1_input")
		},
		"by its rail of the north bridge": func(tr *tree) {
			_, hwmon := amd(tr, "card0", "0000:04:00.0", "0x15d8", "", "power1_average")
			tr.set(hwmon+"/in1_label", "vddnb\n")
		},
	} {
		t.Run(name, func(t *testing.T) {
			tr := newTree(t)
			make(tr)
			devices, skipped, err := tr.drv("amdgpu").Open()
			require.Empty(t, devices)
			require.ErrorContains(t, err, "amdgpu: look in ")
			require.Len(t, skipped, 1)
			require.Equal(t, "amdgpu/0000:04:00.0", skipped[0].What)
			require.ErrorContains(t, skipped[0].Err, "has the CPU in it")
		})
	}
	t.Run("Instinct MI300A is a module", func(t *testing.T) {
		tr := newTree(t)
		bus, _ := amd(tr, "card0", "0000:01:00.0", "0x74a0", table14.bytes(300, 9, second), "power1_input")
		tr.set(bus+"/local_cpulist", "48-71,144-167\n")
		tr.set("devices/system/cpu/cpu48/topology/physical_package_id", "2\n")
		id := tr.open("amdgpu", 1)[0].Identity()
		require.Equal(t, source.Module, id.Kind)
		require.Equal(t, source.AtModule, id.Level)
		require.Equal(t, 2, id.Socket)
	})
}
