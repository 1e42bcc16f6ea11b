package meter

import (
	"time"

	"golang.org/x/sys/unix"
)

// A scopeClock reads a clock of the kernel by its number. None of those used
// here follows the date.
type scopeClock func(id int32) (time.Duration, error)

func kernelClock(id int32) (time.Duration, error) {
	var ts unix.Timespec
	if err := unix.ClockGettime(id, &ts); err != nil {
		return 0, err
	}
	return time.Duration(ts.Nano()), nil
}

// newKernelClock returns kernelClock without the system call for the monotonic
// clock, of which the runtime has its own way of reading.
func newKernelClock() scopeClock {
	var since time.Time
	var then time.Duration
	return func(id int32) (time.Duration, error) {
		if id == unix.CLOCK_MONOTONIC && !since.IsZero() {
			return then + time.Since(since), nil
		}
		now, err := kernelClock(id)
		if id == unix.CLOCK_MONOTONIC && err == nil {
			since, then = time.Now(), now
		}
		return now, err
	}
}

// A sleepClock tells how long the machine has slept since its first reading.
type sleepClock struct {
	began       bool
	first, last time.Duration
}

// read returns the sleep and the time now on CLOCK_MONOTONIC, which stands
// still in sleep. CLOCK_BOOTTIME is read first, so that what passes between the
// two makes their difference too small, never too large, and the largest seen
// is the nearest.
func (s *sleepClock) read(clock scopeClock) (sleep, now time.Duration, err error) {
	apart, now, err := clocksApart(clock)
	if err != nil {
		return 0, 0, err
	}
	if !s.began {
		// In a time namespace the two began apart. Twice more, in case that
		// this process was held up between them.
		for range 2 {
			again, _, err := clocksApart(clock)
			if err != nil {
				return 0, 0, err
			}
			apart = max(apart, again)
		}
		s.began, s.first = true, apart
	}
	s.last = max(s.last, apart-s.first)
	return s.last, now, nil
}

func clocksApart(clock scopeClock) (apart, mono time.Duration, err error) {
	boot, err := clock(unix.CLOCK_BOOTTIME)
	if err != nil {
		return 0, 0, err
	}
	mono, err = clock(unix.CLOCK_MONOTONIC)
	return boot - mono, mono, err
}
