package nvml

import (
	"errors"
	"strings"

	"github.com/scimeter/scimeter/gpu/internal/driver"
)

// Why there is no NVML; test with [errors.Is]. Around them stands a
// [LibraryError], which names the paths, or a [DriverError], which has the code.
var (
	// ErrNotBuiltIn reports a build without go-nvml.
	ErrNotBuiltIn = errors.New("NVIDIA support not built in (needs linux and cgo)")

	// ErrStatic reports a program without a dynamic linker.
	ErrStatic = errors.New("NVML needs the dynamic linker, and this program is linked statically")

	// ErrNoLibrary reports that no path holds the library of the driver.
	ErrNoLibrary = errors.New("no NVIDIA driver library")

	// ErrNotNVML reports a file under the name of the library that is no
	// library, or another one.
	ErrNotNVML = errors.New("not the NVIDIA driver library")

	// ErrNoDevices reports a driver that shows no card, or none that can be
	// measured.
	ErrNoDevices = errors.New("the NVIDIA driver shows no card that can be measured")

	// ErrSharedModule reports a counter that may hold a module of which several
	// cards are part.
	ErrSharedModule = errors.New("several cards share a module, and the counter may hold all of it")
)

// An Attempt is one path that was tried.
type Attempt struct {
	Path  string
	Found bool  // there is a file
	Err   error // of the dynamic linker, as it says it
}

// A LibraryError says that no library was loaded, and what was tried.
type LibraryError struct {
	Err    error // ErrNotBuiltIn, ErrStatic, ErrNoLibrary or ErrNotNVML
	Tried  []Attempt
	Remedy string
}

// Error names the paths, and says what to do.
func (e *LibraryError) Error() string {
	text := "gpu: open nvml: " + e.Err.Error()
	if paths := e.Paths(); len(paths) > 0 {
		text += "; tried " + strings.Join(paths, ", ")
	}
	for _, a := range e.Tried {
		if a.Found && a.Err != nil {
			text += "; " + a.Err.Error()
		}
	}
	return withRemedy(text, e.Remedy)
}

// Unwrap returns e.Err.
func (e *LibraryError) Unwrap() error { return e.Err }

// Paths returns what was tried, in order.
func (e *LibraryError) Paths() []string {
	var paths []string
	for _, a := range e.Tried {
		paths = append(paths, a.Path)
	}
	return paths
}

// A DriverError is a code that NVML returned.
type DriverError struct {
	Op   string // such as "init" or "read"
	Card string // UUID or "card 3"; "": not of one card
	Code Code
}

// Error says what was tried, on which card, the code, and what to do.
func (e *DriverError) Error() string {
	text := "gpu: nvml: " + e.Op
	if e.Card != "" {
		text += " " + e.Card
	}
	return withRemedy(text+": "+e.Code.String(), e.remedy())
}

// Unwrap returns what the code means to package gpu, such as
// [driver.ErrLost]; nil: nothing special.
func (e *DriverError) Unwrap() error { return meanings[e.Code].cause }

func (e *DriverError) remedy() string { return meanings[e.Code].remedy }

// Remedy returns what a person can do about an error of this package, or "".
func Remedy(err error) string {
	if e, ok := errors.AsType[*LibraryError](err); ok {
		return e.Remedy
	}
	if e, ok := errors.AsType[*DriverError](err); ok && e.remedy() != "" {
		return e.remedy()
	}
	switch {
	case errors.Is(err, ErrNoDevices):
		return devicesRemedy
	case errors.Is(err, driver.ErrNotSupported):
		return unsupportedRemedy
	case errors.Is(err, ErrStatic):
		return staticRemedy
	case errors.Is(err, ErrSharedModule):
		return sharedRemedy
	}
	return ""
}

const (
	builtInRemedy = "build for linux with CGO_ENABLED=1 and a C compiler, without the tag nonvml"
	staticRemedy  = "leave out -static, or build with the tag nonvml"
	libraryRemedy = "install the NVIDIA driver; in a container ask for its tools " +
		"with docker run --gpus all and NVIDIA_DRIVER_CAPABILITIES=utility"
	notNVMLRemedy = "put the file of the installed driver back, or remove the one under its name"
	devicesRemedy = "see what nvidia-smi -L lists; in a container ask for cards " +
		"with docker run --gpus all or NVIDIA_VISIBLE_DEVICES=all"
	sharedRemedy      = "none needed: the power of each card is read in place of its counter"
	unsupportedRemedy = "virtual GPUs are measured on their host; a Jetson has an INA3221 monitor instead"
)

func withRemedy(text, remedy string) string {
	if remedy == "" {
		return text
	}
	return text + " (" + remedy + ")"
}
