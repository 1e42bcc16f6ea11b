package meter

import (
	"time"

	"golang.org/x/sys/unix"
)

// ownCPUTime returns the CPU time of this process, to the nanosecond.
func ownCPUTime() (time.Duration, error) { return kernelClock(unix.CLOCK_PROCESS_CPUTIME_ID) }
