package gpu

import (
	"errors"
	"io/fs"
	"strings"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/gpu/internal/nvml"
	"github.com/scimeter/scimeter/source"
)

// Why there is nothing to read; test with [errors.Is]. The error around them
// carries what was tried and what to do, see [Remedy].
var (
	// ErrNotBuiltIn reports a program that was built without cgo, or not for
	// Linux, and so cannot ask NVML.
	ErrNotBuiltIn = nvml.ErrNotBuiltIn

	// ErrNoLibrary reports that the library of a driver is nowhere.
	ErrNoLibrary = nvml.ErrNoLibrary

	// ErrNotNVML reports a library that has the name of NVML and is another.
	ErrNotNVML = nvml.ErrNotNVML

	// ErrStatic reports a program that is linked statically, and so cannot call
	// NVML.
	ErrStatic = nvml.ErrStatic

	// ErrSharedModule reports cards that share a module, of which each may count
	// all: their power is read in place of their counters.
	ErrSharedModule = nvml.ErrSharedModule

	// ErrNoDevices reports that a driver is there and has no card.
	ErrNoDevices = nvml.ErrNoDevices

	// ErrNotSupported reports a card that tells neither energy nor power, as a
	// virtual GPU.
	ErrNotSupported = driver.ErrNotSupported

	// ErrPermission reports what this process may not read. It is also an
	// [fs.ErrPermission].
	ErrPermission error = permissionError{}
)

// States of one card, as Read and Report tell them.
var (
	// ErrLost reports a card that has fallen off the bus.
	ErrLost = driver.ErrLost

	// ErrResetRequired reports a card that works again after a reset.
	ErrResetRequired = driver.ErrResetRequired

	// ErrDriverGone reports a driver that was replaced or unloaded.
	ErrDriverGone = driver.ErrDriverGone

	// ErrStalled reports a card that has not answered for five seconds.
	ErrStalled = errors.New("the driver does not answer")

	// ErrNotSelected reports a card that is there and was not asked for.
	ErrNotSelected = errors.New("not selected")

	// ErrAmbiguousSelection reports a selection of which it is not known which
	// card it means.
	ErrAmbiguousSelection = errors.New("it is not known which card that is")

	// ErrNoSuchDevice reports a selection that matches no card.
	ErrNoSuchDevice = errors.New("no such card")

	// ErrNotGiven reports a card of the machine that sysfs shows to a container
	// and that the container was not given.
	ErrNotGiven = errors.New("not given to this container")

	// ErrSeveral reports that a container shows several cards, and that nothing
	// tells which of them are this program's.
	ErrSeveral = errors.New("several cards and none selected")

	// ErrElsewhere reports a card whose energy another zone has in it.
	ErrElsewhere = errors.New("counted with another card")

	// ErrClosed reports the use of a closed Reader. It is also an [fs.ErrClosed].
	ErrClosed error = closedError{}
)

// A LibraryError says that the library of NVML was not loaded, and which paths
// were tried.
type LibraryError = nvml.LibraryError

// A DriverError is a code that NVML returned, by number.
type DriverError = nvml.DriverError

type closedError struct{}

func (closedError) Error() string        { return "gpu: read: reader is closed" }
func (closedError) Is(target error) bool { return target == fs.ErrClosed }

type permissionError struct{}

func (permissionError) Error() string { return "no permission to read the card" }
func (permissionError) Is(target error) bool {
	return target == fs.ErrPermission || target == driver.ErrPermission
}

// A DeviceError is a failure to use one card.
type DeviceError struct {
	Device string // ID, such as "GPU-…"
	Op     string // "open", "read", "list processes" or "close"
	Err    error
}

// Error says which card, what was tried, and the cause.
func (e *DeviceError) Error() string { return "gpu: " + e.Op + " " + e.Device + ": " + e.Err.Error() }

// Unwrap returns e.Err.
func (e *DeviceError) Unwrap() error { return e.Err }

// Is makes e an [ErrPermission] where a driver was refused.
func (e *DeviceError) Is(target error) bool {
	return target == ErrPermission && errors.Is(e.Err, driver.ErrPermission)
}

// An UnavailableError says that no card can be read: what was tried, and for
// each why not.
type UnavailableError struct {
	Skipped []source.Skip
}

// Error lists what was tried, each with what to do about it.
func (e *UnavailableError) Error() string {
	var b strings.Builder
	b.WriteString("gpu: open: no card can be read")
	for i, s := range e.Skipped {
		b.WriteString([]string{": ", "; "}[min(i, 1)])
		b.WriteString(s.What + ": " + trim(s.Err.Error()))
		if s.Remedy != "" && !strings.Contains(s.Err.Error(), s.Remedy) {
			b.WriteString(" (" + s.Remedy + ")")
		}
	}
	return b.String()
}

// Unwrap returns why not, for each that was tried.
func (e *UnavailableError) Unwrap() []error {
	errs := make([]error, len(e.Skipped))
	for i, s := range e.Skipped {
		errs[i] = s.Err
	}
	return errs
}

func trim(text string) string { return strings.TrimPrefix(text, "gpu: ") }

// Remedy returns what a person can do about an error of this package, or "".
func Remedy(err error) string {
	if r := nvml.Remedy(err); r != "" {
		return r
	}
	for _, row := range remedies {
		if errors.Is(err, row.err) {
			return row.text
		}
	}
	return ""
}

var remedies = []struct {
	err  error
	text string
}{
	{driver.ErrPermission, "let this process read the card: run it as a member of the groups video and render, or as root"},
	{ErrResetRequired, "reset the card: nvidia-smi --gpu-reset, or restart the machine"},
	{ErrLost, "look at the kernel's log (Xid 79); restart the machine, or the container if others still see the card"},
	{ErrDriverGone, "the driver was replaced while this program ran: restart it if the card does not come back"},
	{ErrStalled, "it is taken in when it answers; look at the kernel's log: a reset may be under way, or cards take long to start without persistence mode"},
	{ErrNotSelected, `name it: gpu.Select("all"), or its index or UUID`},
	{ErrAmbiguousSelection, "name cards by UUID, as nvidia-smi -L lists them, or set CUDA_DEVICE_ORDER=PCI_BUS_ID"},
	{ErrNoSuchDevice, "nvidia-smi -L lists the cards with their UUIDs"},
	{ErrNotGiven, `give the container the card with --device, as /dev/kfd and /dev/dri for AMD; if it is measured for others: gpu.Select("all")`},
	{ErrSeveral, `name those of this program: gpu.Select, by index or UUID, or gpu.Select("all")`},
}
