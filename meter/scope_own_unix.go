//go:build unix && !linux

package meter

import (
	"syscall"
	"time"
)

// ownCPUTime returns the CPU time of this process, to the microsecond.
func ownCPUTime() (time.Duration, error) {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return 0, err
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano()), nil
}
