package sysfs_test

import (
	"io/fs"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/gpu/internal/sysfs"
)

// flat is a tree in memory: files and links by the paths they are asked for.
type flat map[string]string

func (f flat) List(dir string) ([]string, error) {
	var names []string
	for path := range f {
		if rest, ok := strings.CutPrefix(path, dir+"/"); ok {
			name, _, _ := strings.Cut(rest, "/")
			names = append(names, name)
		}
	}
	if names == nil {
		return nil, fs.ErrNotExist
	}
	slices.Sort(names)
	return slices.Compact(names), nil
}

func (f flat) Target(link string) (string, error) {
	if to, ok := strings.CutPrefix(f[link], "-> "); ok {
		return to, nil
	}
	return "", fs.ErrNotExist
}

func (f flat) Open(file string) (sysfs.File, error) {
	if !f.Exists(file) {
		return nil, fs.ErrNotExist
	}
	return opened{f, file}, nil
}

func (f flat) Exists(file string) bool { _, ok := f[file]; return ok }
func (f flat) String() string          { return "memory" }

type opened struct {
	tree flat
	path string
}

func (o opened) Read(b []byte) (int, error) { return copy(b, o.tree[o.path]), nil }
func (o opened) Close() error               { return nil }

// open returns the first device of a driver, nil if there is none.
func (f flat) open(t *testing.T, name string) driver.Device {
	for _, d := range sysfs.DriversOf(f) {
		if d.Name() != name {
			continue
		}
		devices, _, err := d.Open()
		require.Equal(t, err != nil, len(devices) == 0)
		if len(devices) > 0 {
			return devices[0]
		}
	}
	return nil
}

// Whatever a table holds, what is read of it is finite, not negative and no
// sentinel.
func FuzzMetrics(f *testing.F) {
	for _, l := range []table{table13, table14, table15, table16, table16New, table17, table18, tableFuture} {
		f.Add([]byte(l.bytes(100, 7, second)[:112]), []byte(l.bytes(100, 7+6_553_600, 2*second)[:112]), 0)
		f.Add([]byte(l.bytes(math.MaxUint16, math.MaxUint64, 0)[:112]), []byte{}, l.size)
	}
	f.Fuzz(func(t *testing.T, one, two []byte, pad int) {
		rest := strings.Repeat("\xff", max(pad, 0)%5000)
		const dir = "class/drm/card0/device"
		tree := flat{
			dir: "-> ../../../0000:c1:00.0", dir + "/driver": "-> ../../bus/pci/drivers/amdgpu",
			dir + "/vendor": "0x1002\n", dir + "/device": "0x74a1\n",
			dir + "/hwmon/hwmon0/name":           "amdgpu\n",
			dir + "/hwmon/hwmon0/power1_average": "300000000\n",
			dir + "/gpu_metrics":                 string(one) + rest,
		}
		d := tree.open(t, "amdgpu")
		if d == nil {
			return // a table of a processor with graphics
		}
		for _, table := range [][]byte{one, two, one} {
			tree[dir+"/gpu_metrics"] = string(table) + rest
			var s driver.Sample
			require.NoError(t, d.Read(&s), "the sensors are there")
			require.True(t, s.InstantOK || s.AverageOK)
			require.Less(t, float64(s.Instant), 65535.0)
			require.Less(t, float64(s.Average), 65535.0)
			if s.CounterOK {
				require.Less(t, s.Counter, uint64(1<<56))
				require.EqualValues(t, 244140625, s.UnitPJ)
			}
		}
	})
}

func FuzzValues(f *testing.F) {
	f.Add("19000\n", "1500\n")
	f.Add("-1\n", "4294967295000\n")
	f.Add("", "-")
	f.Fuzz(func(t *testing.T, one, two string) {
		const rails, meters = "bus/i2c/drivers/ina3221/1-0040/hwmon/hwmon1", "class/hwmon/hwmon2/device"
		tree := flat{
			rails + "/name": "ina3221\n", rails + "/in1_label": "VDD_GPU_SOC\n",
			rails + "/in1_input": one, rails + "/curr1_input": two,
			meters + "/power1_oem_info": "Module Power Socket 0\n", meters + "/power1_average": one,
			meters + "/power1_average_interval": two,
		}
		for _, name := range []string{"ina3221", "grace"} {
			var s driver.Sample
			err := tree.open(t, name).Read(&s)
			require.Equal(t, err == nil, s.InstantOK || s.AverageOK)
			for _, w := range []float64{float64(s.Instant), float64(s.Average)} {
				require.GreaterOrEqual(t, w, 0.0)
				require.Less(t, w, 65535.0)
			}
		}
	})
}
