package estimate

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/shirou/gopsutil/v3/common"
	"github.com/shirou/gopsutil/v3/cpu"
	"github.com/shirou/gopsutil/v3/mem"

	"github.com/scimeter/scimeter/internal/machine"
	"github.com/scimeter/scimeter/internal/sysfile"
)

// All of gopsutil is behind this file: the facts of a machine where the files
// of Linux do not have them, and CPU time off Linux.

// fill completes f with the model of the processor, which cpuinfo does not name
// on ARM, and off Linux with the memory. Of the files below proc only cpuinfo is
// read, and only if it is one; of sysfs nothing is wanted.
func fill(f *machine.Facts, proc string) {
	if f.Model == "" && plain(proc) {
		ctx := context.WithValue(context.Background(), common.EnvKey, common.EnvMap{
			common.HostProcEnvKey: proc, common.HostSysEnvKey: os.DevNull,
		})
		if infos, err := cpu.InfoWithContext(ctx); err == nil && len(infos) > 0 {
			f.Model, f.Vendor = infos[0].ModelName, infos[0].VendorID
		}
	}
	if f.MemoryBytes == 0 && runtime.GOOS != "linux" {
		if m, err := mem.VirtualMemory(); err == nil {
			f.MemoryBytes = m.Total
		}
	}
}

// plain reports whether cpuinfo may be read by who does not look: it is a file,
// no pipe, and not too long. Off Linux there is none.
func plain(proc string) bool {
	if runtime.GOOS != "linux" {
		return true
	}
	_, err := sysfile.ReadFile(filepath.Join(proc, "cpuinfo"), sysfile.Table)
	return err == nil
}

// psutilLoad reads CPU time as the system gives it off Linux.
type psutilLoad struct{}

func (psutilLoad) busy() (time.Duration, error) {
	all, err := cpu.Times(false)
	if err != nil {
		return 0, &LoadError{Err: err, Remedy: "on macOS build with cgo"}
	}
	var seconds float64
	for _, t := range all {
		seconds += t.User + t.Nice + t.System + t.Irq + t.Softirq
	}
	return time.Duration(seconds * float64(time.Second)), nil
}

func (psutilLoad) close() error { return nil }
