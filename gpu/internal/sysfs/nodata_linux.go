package sysfs

import (
	"errors"
	"syscall"
)

// noData reports whether the kernel says that a sensor is switched off.
func noData(err error) bool { return errors.Is(err, syscall.ENODATA) }
