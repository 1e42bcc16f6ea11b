package nvml

import (
	"io/fs"
	"strconv"
	"strings"
)

// socket returns the socket next to a card, by the first processor that Linux
// lists for it (Documentation/ABI/testing/sysfs-bus-pci, local_cpulist, and
// sysfs-devices-system-cpu, physical_package_id); -1: not known.
func socket(sys fs.FS, pci string) int {
	cpus, err := fs.ReadFile(sys, "bus/pci/devices/"+pci+"/local_cpulist")
	if err != nil || pci == "" {
		return -1
	}
	first := strings.TrimSpace(string(cpus))
	if i := strings.IndexAny(first, "-,"); i >= 0 {
		first = first[:i]
	}
	if _, err := strconv.ParseUint(first, 10, 31); err != nil {
		return -1
	}
	id, err := fs.ReadFile(sys, "devices/system/cpu/cpu"+first+"/topology/physical_package_id")
	if err != nil {
		return -1
	}
	n, err := strconv.ParseUint(strings.TrimSpace(string(id)), 10, 31)
	if err != nil {
		return -1
	}
	return int(n)
}
