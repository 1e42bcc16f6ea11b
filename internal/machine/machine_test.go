package machine_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/machine"
)

func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	return root
}

func TestRead(t *testing.T) {
	cpu := func(n, socket string) string {
		return "processor\t: " + n + "\nvendor_id\t: AuthenticAMD\ncpu family\t: 25\nmodel\t\t: 1\n" +
			"model name\t: AMD EPYC 7R13 Processor\nphysical id\t: " + socket + "\nflags\t\t: fpu hypervisor sse\n\n"
	}
	root := tree(t, map[string]string{
		"proc/cpuinfo":                    cpu("0", "0") + cpu("1", "1"),
		"proc/meminfo":                    "MemTotal:       16384000 kB\nMemFree: 1 kB\n",
		"sys/devices/system/cpu/online":   "0-7\n",
		"sys/class/dmi/id/sys_vendor":     "Amazon EC2\n",
		"sys/class/dmi/id/chassis_type":   "1\n",
		"sys/class/dmi/id/bios_vendor":    "Amazon EC2\n",
		"sys/class/dmi/id/product_serial": "x\n",
	})
	got := machine.Read(filepath.Join(root, "proc"), filepath.Join(root, "sys"))
	require.Equal(t, machine.Facts{
		Vendor: "AuthenticAMD", Model: "AMD EPYC 7R13 Processor", Family: 25, Code: 1,
		Sockets: 2, CPUs: 8, Hypervisor: true, MemoryBytes: 16384000 << 10, Cloud: "aws",
	}, got)
}

func TestClouds(t *testing.T) {
	for _, tt := range []struct{ file, text, want string }{
		{"sys_vendor", "Amazon EC2", "aws"},
		{"bios_version", "4.11.amazon", "aws"},
		{"product_name", "Google Compute Engine", "gcp"},
		{"chassis_asset_tag", "7783-7084-3265-9085-8269-3286-77", "azure"},
		{"sys_vendor", "Microsoft Corporation", ""},
		{"sys_vendor", "Dell Inc.", ""},
	} {
		root := tree(t, map[string]string{"class/dmi/id/" + tt.file: tt.text + "\n"})
		require.Equal(t, tt.want, machine.Read(root, root).Cloud, tt.text)
	}
}

func TestChassis(t *testing.T) {
	for text, want := range map[string]machine.Chassis{"10": machine.Laptop, "3": machine.Desktop, "23": machine.Server, "1": 0, "x": 0} {
		root := tree(t, map[string]string{"class/dmi/id/chassis_type": text + "\n"})
		require.Equal(t, want, machine.Read(root, root).Chassis, text)
	}
}

func TestReadOfNothing(t *testing.T) {
	got := machine.Read(t.TempDir(), t.TempDir())
	require.Positive(t, got.CPUs)
	require.Equal(t, 1, got.Sockets)
	require.Zero(t, got.MemoryBytes)
}

func FuzzRead(f *testing.F) {
	f.Add("model name : x\nphysical id: 0\n", "MemTotal: 1 kB", "0-3")
	f.Fuzz(func(t *testing.T, cpuinfo, meminfo, online string) {
		if strings.Contains(online, "-") && len(online) > 8 {
			return
		}
		root := tree(t, map[string]string{"cpuinfo": cpuinfo, "meminfo": meminfo, "devices/system/cpu/online": online})
		got := machine.Read(root, root)
		require.Positive(t, got.CPUs)
		require.Positive(t, got.Sockets)
	})
}
