//go:build linux && cgo && !nonvml

package nvml

import (
	"fmt"
	"os"
	"strings"

	"github.com/NVIDIA/go-nvml/pkg/dl"
	"github.com/NVIDIA/go-nvml/pkg/nvml"
)

// Where a code were not the one of nvml.h, this would not compile.
const _ = -uint((nvml.ERROR_UNINITIALIZED ^ nvml.Return(Uninitialized)) | (nvml.ERROR_INVALID_ARGUMENT ^ nvml.Return(InvalidArgument)) |
	(nvml.ERROR_NOT_SUPPORTED ^ nvml.Return(NotSupported)) | (nvml.ERROR_NO_PERMISSION ^ nvml.Return(NoPermission)) |
	(nvml.ERROR_NOT_FOUND ^ nvml.Return(NotFound)) | (nvml.ERROR_INSUFFICIENT_SIZE ^ nvml.Return(InsufficientSize)) |
	(nvml.ERROR_DRIVER_NOT_LOADED ^ nvml.Return(DriverNotLoaded)) | (nvml.ERROR_TIMEOUT ^ nvml.Return(Timeout)) |
	(nvml.ERROR_FUNCTION_NOT_FOUND ^ nvml.Return(FunctionNotFound)) | (nvml.ERROR_GPU_IS_LOST ^ nvml.Return(GPUIsLost)) |
	(nvml.ERROR_RESET_REQUIRED ^ nvml.Return(ResetRequired)) | (nvml.ERROR_OPERATING_SYSTEM ^ nvml.Return(OperatingSystem)) |
	(nvml.ERROR_LIB_RM_VERSION_MISMATCH ^ nvml.Return(VersionMismatch)) | (nvml.ERROR_NOT_READY ^ nvml.Return(NotReady)) |
	(nvml.ERROR_GPU_NOT_FOUND ^ nvml.Return(GPUNotFound)) | (nvml.ERROR_INVALID_STATE ^ nvml.Return(InvalidState)) |
	(nvml.ERROR_UNKNOWN ^ nvml.Return(Unknown)))

// A symbol is a function of NVML by all names it has had, the newest first.
type symbol int

const (
	symCount symbol = iota
	symHandle
	symUUID
	symName
	symPCI
	symCapability
	symMemory
	symMIGMode
	symFields
	symEnergy
	symPower
	symLimit
	symMIGCount
	symMIGHandle
	symAttributes
	symProcesses
	symMPS
	symUtilisation
	symbolCount
)

var symbolNames = [symbolCount][]string{
	symCount:      {"nvmlDeviceGetCount_v2", "nvmlDeviceGetCount"},
	symHandle:     {"nvmlDeviceGetHandleByIndex_v2", "nvmlDeviceGetHandleByIndex"},
	symUUID:       {"nvmlDeviceGetUUID"},
	symName:       {"nvmlDeviceGetName"},
	symPCI:        {"nvmlDeviceGetPciInfo_v3", "nvmlDeviceGetPciInfo_v2", "nvmlDeviceGetPciInfo"},
	symCapability: {"nvmlDeviceGetCudaComputeCapability"},
	symMemory:     {"nvmlDeviceGetMemoryInfo"},
	symMIGMode:    {"nvmlDeviceGetMigMode"},
	symFields:     {"nvmlDeviceGetFieldValues"},
	symEnergy:     {"nvmlDeviceGetTotalEnergyConsumption"},
	symPower:      {"nvmlDeviceGetPowerUsage"},
	symLimit:      {"nvmlDeviceGetEnforcedPowerLimit"},
	symMIGCount:   {"nvmlDeviceGetMaxMigDeviceCount"},
	symMIGHandle:  {"nvmlDeviceGetMigDeviceHandleByIndex"},
	symAttributes: {"nvmlDeviceGetAttributes_v2", "nvmlDeviceGetAttributes"},
	symProcesses: {
		"nvmlDeviceGetComputeRunningProcesses_v3", "nvmlDeviceGetComputeRunningProcesses_v2",
		"nvmlDeviceGetComputeRunningProcesses",
	},
	symMPS: {
		"nvmlDeviceGetMPSComputeRunningProcesses_v3", "nvmlDeviceGetMPSComputeRunningProcesses_v2",
		"nvmlDeviceGetMPSComputeRunningProcesses",
	},
	symUtilisation: {"nvmlDeviceGetProcessUtilization"},
}

// needed are looked up before anything is called: go-nvml starts and ends with
// them. A library with the first has the second.
var needed = []string{"nvmlInit_v2", "nvmlShutdown"}

// A goNVML is the library as go-nvml calls it.
type goNVML struct {
	api  nvml.Interface     // nil: not loaded
	pin  *dl.DynamicLibrary // never closed: the program stays bound to its functions
	has  [symbolCount]bool
	seen bool // has is filled in
}

func native() Library { return &goNVML{} }

// Load looks through paths for NVML, without calling any of it.
func (l *goNVML) Load(paths []string) error {
	if l.api != nil {
		return nil
	}
	if static() {
		return &LibraryError{Err: ErrStatic, Remedy: staticRemedy}
	}
	fault := &LibraryError{Err: ErrNoLibrary, Remedy: libraryRemedy}
	for _, path := range paths {
		lib, a := preflight(path)
		if lib != nil {
			l.pin = lib
			l.api = nvml.New(nvml.WithLibraryPath(path))
			return nil
		}
		if a.Found {
			fault.Err, fault.Remedy = ErrNotNVML, notNVMLRemedy
		}
		fault.Tried = append(fault.Tried, a)
	}
	return fault
}

// static reports whether this program has no dynamic linker: then the functions
// of its C library are no symbols that can be looked up, and those of NVML
// stay addresses of nothing. The empty name is that of the program.
func static() bool {
	program := dl.New("", dl.RTLD_LAZY)
	if program.Open() != nil {
		return true
	}
	defer program.Close()
	return program.Lookup("free") != nil
}

// preflight opens path on the side, where its symbols are seen by nobody; nil:
// it is not there or not NVML.
func preflight(path string) (*dl.DynamicLibrary, Attempt) {
	a := Attempt{Path: path}
	lib := dl.New(path, dl.RTLD_LAZY|dl.RTLD_LOCAL)
	if a.Err = lib.Open(); a.Err != nil {
		a.Found = exists(path) || names(a.Err)
		return nil, a
	}
	a.Found = true
	for _, name := range needed {
		if a.Err = lib.Lookup(name); a.Err != nil {
			a.Err = fmt.Errorf("%s has no function %s", path, name)
			lib.Close()
			return nil, a
		}
	}
	return lib, a
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return strings.Contains(path, "/") && err == nil
}

// names reports whether the dynamic linker found a file of its own that it did
// not like: its message starts with the path then.
func names(err error) bool {
	path, _, ok := strings.Cut(err.Error(), ": ")
	return ok && exists(path)
}

// Init starts NVML. Whatever it answers, the library is loaded then.
func (l *goNVML) Init() Code {
	code := Code(l.api.Init())
	if code == Success && !l.seen {
		for s, names := range symbolNames {
			l.has[s] = l.found(names)
		}
		l.seen = true
	}
	return code
}

func (l *goNVML) found(names []string) bool {
	for _, name := range names {
		if l.api.Extensions().LookupSymbol(name) == nil {
			return true
		}
	}
	return false
}

func (l *goNVML) Shutdown() Code { return Code(l.api.Shutdown()) }

func (l *goNVML) Count() (int, Code) {
	if !l.has[symCount] {
		return 0, FunctionNotFound
	}
	n, ret := l.api.DeviceGetCount()
	return n, Code(ret)
}

func (l *goNVML) Card(i int) (Card, Code) {
	if !l.has[symHandle] {
		return nil, FunctionNotFound
	}
	dev, ret := l.api.DeviceGetHandleByIndex(i)
	return &goCard{has: &l.has, dev: dev}, Code(ret)
}

// A goCard is a handle of go-nvml.
type goCard struct {
	has    *[symbolCount]bool
	dev    nvml.Device
	values [batchFields]nvml.FieldValue
}

// ask calls a function of one result if the driver has it.
func ask[T any](c *goCard, s symbol, call func() (T, nvml.Return)) (v T, code Code) {
	if !c.has[s] {
		return v, FunctionNotFound
	}
	v, ret := call()
	return v, Code(ret)
}

func (c *goCard) Describe(d *Description) Code {
	uuid, code := ask(c, symUUID, c.dev.GetUUID)
	if code != Success {
		return code
	}
	d.UUID = uuid
	d.Name, _ = ask(c, symName, c.dev.GetName)
	if pci, code := ask(c, symPCI, c.dev.GetPciInfo); code == Success {
		// As sysfs writes it, to which NVML's own text adds zeros.
		d.PCI = fmt.Sprintf("%04x:%02x:%02x.0", pci.Domain, pci.Bus, pci.Device)
	}
	if c.has[symCapability] {
		if major, minor, ret := c.dev.GetCudaComputeCapability(); ret == nvml.SUCCESS {
			d.Major, d.Minor = major, minor
		}
	}
	if memory, code := ask(c, symMemory, c.dev.GetMemoryInfo); code == Success {
		d.Memory = memory.Total
	}
	if c.has[symMIGMode] {
		current, _, ret := c.dev.GetMigMode()
		d.MIG = ret == nvml.SUCCESS && current == nvml.DEVICE_MIG_ENABLE
	}
	return Success
}

// Fields reads at most as many fields as a batch has.
func (c *goCard) Fields(fields []Field) Code {
	if !c.has[symFields] {
		return FunctionNotFound
	}
	values := c.values[:min(len(fields), batchFields)]
	for i := range values {
		values[i] = nvml.FieldValue{FieldId: fields[i].ID, ScopeId: fields[i].Scope}
	}
	ret := c.dev.GetFieldValues(values)
	for i := range values {
		v := &values[i]
		fields[i].Code, fields[i].Type, fields[i].Raw = Code(v.NvmlReturn), v.ValueType, v.Value
	}
	return Code(ret)
}

func (c *goCard) Energy() (uint64, Code) {
	if !c.has[symEnergy] {
		return 0, FunctionNotFound
	}
	v, ret := c.dev.GetTotalEnergyConsumption()
	return v, Code(ret)
}

func (c *goCard) Power() (uint32, Code) {
	if !c.has[symPower] {
		return 0, FunctionNotFound
	}
	v, ret := c.dev.GetPowerUsage()
	return v, Code(ret)
}

func (c *goCard) Limit() (uint32, Code) { return ask(c, symLimit, c.dev.GetEnforcedPowerLimit) }

func (c *goCard) Slices() ([]MIG, Code) {
	if !c.has[symMIGHandle] {
		return nil, FunctionNotFound
	}
	n, code := ask(c, symMIGCount, c.dev.GetMaxMigDeviceCount)
	if code != Success {
		return nil, code
	}
	var migs []MIG
	for i := range n {
		dev, ret := c.dev.GetMigDeviceHandleByIndex(i)
		if ret != nvml.SUCCESS { // most often not found: fewer than the most that there may be
			continue
		}
		if m, code := (&goCard{has: c.has, dev: dev}).slice(); code == Success {
			migs = append(migs, m)
		}
	}
	return migs, Success
}

// slice describes the partition that c is. A part of an instance has its own
// number of slices, and the memory of all of the instance.
func (c *goCard) slice() (MIG, Code) {
	uuid, code := ask(c, symUUID, c.dev.GetUUID)
	if code != Success {
		return MIG{}, code
	}
	m := MIG{Card: c, UUID: uuid}
	if a, code := ask(c, symAttributes, c.dev.GetAttributes); code == Success {
		m.Memory = a.MemorySizeMB << 20
		m.Compute = int(a.ComputeInstanceSliceCount)
		if m.Compute == 0 {
			m.Compute = int(a.GpuInstanceSliceCount)
		}
	}
	return m, Success
}

// Processes lists what computes. Code Panicked says that the list changed in a
// way which go-nvml does not expect.
func (c *goCard) Processes() (_ []Use, code Code) {
	defer recovered(&code)
	infos, code := ask(c, symProcesses, c.dev.GetComputeRunningProcesses)
	return uses(infos), code
}

func (c *goCard) MPSClients() (_ []Use, code Code) {
	defer recovered(&code)
	infos, code := ask(c, symMPS, c.dev.GetMPSComputeRunningProcesses)
	return uses(infos), code
}

func uses(infos []nvml.ProcessInfo) []Use {
	list := make([]Use, 0, len(infos))
	for _, p := range infos {
		list = append(list, Use{p.Pid, p.UsedGpuMemory})
	}
	return list
}

// Utilisation lists samples newer than since. go-nvml asks for their number
// first, and panics if there are more when it asks for them.
func (c *goCard) Utilisation(since uint64) (_ []Busy, code Code) {
	defer recovered(&code)
	if !c.has[symUtilisation] {
		return nil, FunctionNotFound
	}
	samples, ret := c.dev.GetProcessUtilization(since)
	if len(samples) == 0 && samples != nil && ret == nvml.ERROR_INSUFFICIENT_SIZE {
		return nil, Success // the number was 0
	}
	list := make([]Busy, 0, len(samples))
	for _, s := range samples {
		list = append(list, Busy{s.Pid, s.TimeStamp, s.SmUtil})
	}
	return list, Code(ret)
}

func recovered(code *Code) {
	if recover() != nil {
		*code = Panicked
	}
}
