package nvml

// Values that NVML has for "not available", from nvml.h.
const (
	noInstance = 0xFFFFFFFF // of a GPU or compute instance: the card is not partitioned
	noValue    = ^uint64(0) // NVML_VALUE_NOT_AVAILABLE, -1
)

// A Library is what is needed of NVML as a whole. Only one call of Load, Init
// and Shutdown runs at a time; the rest is safe for concurrent use in between.
type Library interface {
	Load(paths []string) error // once found, it stays: later calls do nothing
	Init() Code
	Shutdown() Code
	Count() (int, Code)
	Card(i int) (Card, Code)
}

// A Card is a handle of NVML: valid from one Init to the next Shutdown, used by
// one goroutine at a time. A function that the driver lacks answers
// [FunctionNotFound].
type Card interface {
	Describe(*Description) Code
	Fields([]Field) Code      // ID and Scope are set, the rest is filled in
	Energy() (uint64, Code)   // mJ since the driver was loaded
	Power() (uint32, Code)    // mW
	Limit() (uint32, Code)    // mW, as enforced now
	Slices() ([]MIG, Code)    // of a partitioned card
	Processes() ([]Use, Code) // that compute
	MPSClients() ([]Use, Code)
	Utilisation(since uint64) ([]Busy, Code) // samples newer than since, in µs
}

// A Description is what does not change of a card. What the driver did not say
// is zero.
type Description struct {
	UUID, Name, PCI string
	Major, Minor    int // compute capability; 0: not known
	Memory          uint64
	MIG             bool // is partitioned now
}

// A Field is a value of nvmlDeviceGetFieldValues.
type Field struct {
	ID, Scope uint32
	Code      Code
	Type      uint32
	Raw       [8]byte // a C union: what of it is filled says Type
}

// A MIG is a partition of a card.
type MIG struct {
	Card
	UUID    string
	Compute int    // slices
	Memory  uint64 // bytes
}

// A Use is a process of a list.
type Use struct {
	PID    uint32
	Memory uint64 // bytes; all ones: not known
}

// A Busy is a sample of the utilisation of a process.
type Busy struct {
	PID uint32
	At  uint64 // µs since 1970
	SM  uint32 // percent of the time with a kernel resident
}
