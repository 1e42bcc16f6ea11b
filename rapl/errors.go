package rapl

import (
	"errors"
	"io/fs"
	"strings"
)

// What Open returns when there is nothing to read; test with [errors.Is]. The
// error around them carries the place and the remedy, see [Remedy].
var (
	// ErrNoCounters reports that the machine shows no energy counter.
	ErrNoCounters = errors.New("no energy counter")

	// ErrMasked reports that the names of the counters are there and what they
	// point to is hidden, as container runtimes do.
	ErrMasked = errors.New("energy counters are masked")

	// ErrVirtual reports a virtual machine that was given no counters.
	ErrVirtual = errors.New("no energy counter in this virtual machine")

	// ErrPermission reports counters that this process may not read. It is
	// also an [fs.ErrPermission].
	ErrPermission = errors.New("no permission to read energy counters")
)

// States of one zone, as Read and Report tell them.
var (
	// ErrStuck reports a counter that does not move although the machine
	// works, as some virtual machines have. It is out of every sum until it
	// moves again.
	ErrStuck = errors.New("the counter does not move")

	// ErrMirror reports a zone that shows the counter of another one.
	ErrMirror = errors.New("the same counter as another zone")

	// ErrSaturated reports a total that reached 2^64 - 1 µJ and stays there.
	ErrSaturated = errors.New("the total is full")

	// ErrClosed reports the use of a closed Reader. It is also an [fs.ErrClosed].
	ErrClosed error = closedError{}
)

type closedError struct{}

func (closedError) Error() string        { return "rapl: read: reader is closed" }
func (closedError) Is(target error) bool { return target == fs.ErrClosed }

// An UnavailableError says that no counter can be read, and what to do.
type UnavailableError struct {
	Path   string // where the counters were looked for
	Err    error  // ErrNoCounters, ErrMasked or ErrVirtual, and what lies behind it
	Remedy string // what a person can do; "": nothing
}

// Error says where, why, and what to do about it.
func (e *UnavailableError) Error() string {
	return withRemedy("rapl: open "+e.Path+": "+e.Err.Error(), e.Remedy)
}

// Unwrap returns e.Err.
func (e *UnavailableError) Unwrap() error { return e.Err }

// A PermissionError lists the files that this process may not read.
type PermissionError struct {
	Paths  []string
	Remedy string
}

// Error lists the files, and says what to do about it.
func (e *PermissionError) Error() string {
	return withRemedy("rapl: open "+strings.Join(e.Paths, ", ")+": permission denied", e.Remedy)
}

// Is makes e an ErrPermission and an [fs.ErrPermission].
func (e *PermissionError) Is(target error) bool {
	return target == ErrPermission || target == fs.ErrPermission
}

// A ZoneError is a failure to use one zone.
type ZoneError struct {
	Zone string // ID, such as "rapl/package-0"
	Dir  string // directory of powercap, such as "intel-rapl:0"
	Op   string // "open", "read" or "parse"
	Err  error
}

// Error says which zone, what was tried, and the cause.
func (e *ZoneError) Error() string {
	return "rapl: " + e.Op + " " + strings.TrimPrefix(e.Zone, "rapl/") + " (" + e.Dir + "): " + e.Err.Error()
}

// Unwrap returns e.Err.
func (e *ZoneError) Unwrap() error { return e.Err }

// Remedy returns what a person can do about an error of this package, or "".
func Remedy(err error) string {
	if e, ok := errors.AsType[*PermissionError](err); ok {
		return e.Remedy
	}
	if e, ok := errors.AsType[*UnavailableError](err); ok {
		return e.Remedy
	}
	if errors.Is(err, ErrStuck) {
		return stuckRemedy
	}
	return ""
}

const (
	permissionRemedy = "run as root or with the capability CAP_DAC_READ_SEARCH " +
		"(setcap cap_dac_read_search+ep PROGRAM; AmbientCapabilities= in a systemd unit; capabilities.add in a container): " +
		"since Linux 5.10 only root may read energy counters (CVE-2020-8694)"
	maskedRemedy = "bind mount the host's /sys/devices/virtual/powercap, " +
		"or its whole /sys at /host/sys, read only, and set HOST_SYS=/host/sys"
	virtualRemedy = "ask who runs the host to pass counters on (QEMU: -accel kvm,rapl=true), or use an estimate"
	missingRemedy = "load the kernel module intel_rapl_msr, which also serves AMD"
	stuckRemedy   = "the hypervisor shows a counter that it does not serve: use an estimate"
)

func withRemedy(text, remedy string) string {
	if remedy == "" {
		return text
	}
	return text + " (" + remedy + ")"
}
