package nvml

import (
	"strconv"

	"github.com/scimeter/scimeter/gpu/internal/driver"
)

// A Code is what a function of NVML returns, by the numbers of nvmlReturn_t in
// nvml.h. Codes are compared; their texts differ between drivers.
type Code uint32

// The codes that something is made of here.
const (
	Success          Code = 0
	Uninitialized    Code = 1
	InvalidArgument  Code = 2
	NotSupported     Code = 3
	NoPermission     Code = 4
	NotFound         Code = 6
	InsufficientSize Code = 7
	DriverNotLoaded  Code = 9
	Timeout          Code = 10
	FunctionNotFound Code = 13
	GPUIsLost        Code = 15
	ResetRequired    Code = 16
	OperatingSystem  Code = 17
	VersionMismatch  Code = 18 // of library and kernel module
	NotReady         Code = 27
	GPUNotFound      Code = 28
	InvalidState     Code = 29
	Unknown          Code = 999

	// Panicked is not NVML's: a wrapper function of go-nvml panicked on an
	// answer that it did not expect.
	Panicked Code = 1 << 31
)

type meaning struct {
	what   string
	remedy string
	cause  error // of package driver; nil: none that package gpu knows
}

var meanings = map[Code]meaning{
	Uninitialized:   {"NVML was shut down", "", driver.ErrDriverGone},
	InvalidArgument: {"invalid argument", "", nil},
	NotSupported:    {"not supported", "", driver.ErrNotSupported},
	NoPermission: {"no permission", "let this user open /dev/nvidiactl and /dev/nvidia0…, " +
		"or ask the administrator for what is reserved to root", driver.ErrPermission},
	NotFound:         {"not found", "", nil},
	InsufficientSize: {"the answer did not fit", "", nil},
	DriverNotLoaded: {"the kernel module is not loaded", "load it with modprobe nvidia, " +
		"or start the container on a host that has it", driver.ErrDriverGone},
	Timeout:          {"timeout", "", nil},
	FunctionNotFound: {"this driver has no such function", "install a newer driver", driver.ErrNotSupported},
	GPUIsLost: {"the card has fallen off the bus", "look for Xid 79 in the kernel's log, " +
		"check power and seat of the card, and restart the machine", driver.ErrLost},
	ResetRequired: {"the card needs a reset", "end what uses it and run nvidia-smi --gpu-reset",
		driver.ErrResetRequired},
	OperatingSystem: {"the operating system refused access", "give the container the card " +
		"with docker run --gpus all or a device plugin, /dev/nvidiactl included", nil},
	VersionMismatch: {"library and kernel module are of different versions", "restart the machine " +
		"or reload the kernel module after an update of the driver, then start this program anew", driver.ErrDriverGone},
	NotReady: {"the card is not ready", "wait until it has started or come back from a reset", nil},
	GPUNotFound: {"the card is not there", "see whether lspci shows it, and rescan " +
		"when it is back", driver.ErrLost},
	InvalidState: {"the card is in no state for this", "wait until its reset or change of mode is over", nil},
	Unknown: {"unknown error", "in a container the devices may have been taken away, " +
		"as systemctl daemon-reload does: create it anew", nil},
	Panicked: {"go-nvml panicked on the answer", "", nil},
}

// String says what c means, and its number.
func (c Code) String() string {
	if c == Success {
		return "success"
	}
	what := "unfamiliar answer"
	if m, ok := meanings[c]; ok {
		what = m.what
	}
	if c == Panicked {
		return what
	}
	return what + " (NVML code " + strconv.FormatUint(uint64(c), 10) + ")"
}

// grave reports whether c is about the card or the driver as a whole, so that
// asking for something else is no use.
func (c Code) grave() bool {
	switch c {
	case Uninitialized, DriverNotLoaded, GPUIsLost, ResetRequired, VersionMismatch, GPUNotFound:
		return true
	}
	return false
}
