package estimate

import (
	"context"
	"time"

	"github.com/shirou/gopsutil/v3/common"
	"github.com/shirou/gopsutil/v3/cpu"
	"github.com/shirou/gopsutil/v3/mem"

	"github.com/scimeter/scimeter/internal/machine"
)

// All of gopsutil is behind this file: the facts of a machine where the files
// of Linux do not have them, and CPU time off Linux.

// fill completes f with the model of the processor and the memory. On Linux
// that is needed where cpuinfo names no model, as on ARM.
func fill(f *machine.Facts, proc, sys string) {
	ctx := context.WithValue(context.Background(), common.EnvKey, common.EnvMap{
		common.HostProcEnvKey: proc, common.HostSysEnvKey: sys,
	})
	if f.Model == "" {
		if infos, err := cpu.InfoWithContext(ctx); err == nil && len(infos) > 0 {
			f.Model, f.Vendor = infos[0].ModelName, infos[0].VendorID
		}
	}
	if f.MemoryBytes == 0 {
		if m, err := mem.VirtualMemoryWithContext(ctx); err == nil {
			f.MemoryBytes = m.Total
		}
	}
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
