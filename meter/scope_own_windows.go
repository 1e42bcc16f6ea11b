package meter

import (
	"syscall"
	"time"
)

// ownCPUTime returns the CPU time of this process, in steps of the scheduler's
// tick.
func ownCPUTime() (time.Duration, error) {
	self, err := syscall.GetCurrentProcess()
	if err != nil {
		return 0, err
	}
	var made, ended, kernel, user syscall.Filetime
	if err := syscall.GetProcessTimes(self, &made, &ended, &kernel, &user); err != nil {
		return 0, err
	}
	return span100ns(kernel) + span100ns(user), nil
}

// span100ns reads a Filetime as a duration: Filetime.Nanoseconds counts from
// 1970, which is for instants.
func span100ns(f syscall.Filetime) time.Duration {
	return time.Duration(uint64(f.HighDateTime)<<32|uint64(f.LowDateTime)) * 100
}
