// Package sysfs reads cards from the files of Linux alone, without any library
// of a vendor: AMD cards (amdgpu), Intel cards (xe, i915), NVIDIA Jetson
// modules (INA3221) and NVIDIA Grace modules (ACPI power meters).
//
// Files stay open and are read with one system call each. A card that sleeps
// is never touched: the file that tells so, power/runtime_status, is kept by
// the kernel's power management and does not wake it.
package sysfs

import (
	"github.com/scimeter/scimeter/gpu/internal/driver"
)

// Drivers returns the drivers for a tree of sysfs, one of each kind, none of
// which has been opened. An empty root stands for $HOST_SYS, and /sys where
// that is not set.
func Drivers(root string) []driver.Driver { return DriversOf(Disk(root)) }

// DriversOf is Drivers for a tree of another make.
func DriversOf(t Tree) []driver.Driver {
	return []driver.Driver{
		&set{name: "amdgpu", tree: t, find: findAMD},
		&set{name: "xe", tree: t, find: findXe},
		&set{name: "i915", tree: t, find: findI915},
		&set{name: "ina3221", tree: t, find: findINA3221},
		&set{name: "grace", tree: t, find: findGrace},
	}
}
