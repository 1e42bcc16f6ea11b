// Package driver is what package gpu needs of a way to read cards: NVML, the
// files of amdgpu, xe, i915 and of modules, or the fake of gpu/gputest. A
// driver reads and says what it read; what is made of it, and what a lost or
// stuck card means, is decided once, in package gpu.
package driver

import (
	"errors"
	"time"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// What a card can answer beside an ordinary error. Drivers wrap these; package
// gpu tests for them and for nothing else.
var (
	ErrNotSupported  = errors.New("not supported by this card")      // of this quantity; three in a row are for good
	ErrPermission    = errors.New("no permission")                   // of this quantity
	ErrLost          = errors.New("the card has fallen off the bus") // until a rescan finds it
	ErrResetRequired = errors.New("the card needs a reset")
	ErrDriverGone    = errors.New("the driver was shut down or replaced") // one re-open may help
	ErrAsleep        = errors.New("the card sleeps")                      // reading would wake it: it draws next to nothing
)

// A Driver is one way to read cards. Its methods are called by one goroutine at
// a time, except where a Device says otherwise.
type Driver interface {
	Name() string // "nvml", "amdgpu", "xe", "i915", "ina3221", "grace", "fake"

	// Open finds the cards. What cannot be used is skipped, with a remedy; err
	// says that there is none at all, and why.
	Open() (devices []Device, skipped []source.Skip, err error)

	// Rescan finds them anew, after a hot-plug or a loss, and opens the driver
	// again where it went (ErrDriverGone). A card that was known before keeps its
	// Identity.ID. Devices may be read meanwhile, and a call of one may be stuck:
	// the driver sees to it that both do no harm.
	Rescan() (devices []Device, skipped []source.Skip, err error)

	Close() error
}

// A Device is one card, or one module that holds CPU, memory and GPU. Its
// methods may block in the driver of the system, are called by one goroutine
// at a time, and not again before they have returned.
type Device interface {
	Identity() Identity
	Read(dst *Sample) error // allocates nothing; what was not read is absent in dst
	Processes() ([]Process, error)
	Slices() ([]Slice, error) // of MIG; none: the card is not partitioned
}

// Identity is what does not change of a card.
type Identity struct {
	ID       string // stable between runs: "GPU-…" of NVML, PCI address elsewhere
	Index    int    // in the order of the driver; not an identity
	Model    string // as the maker calls it
	PCI      string // such as "0000:3b:00.0"; "": not known
	Kind     source.Kind
	Level    source.Level // AtBoard, or AtModule for Kind Module
	Socket   int          // whose CPU a module holds, or that a card is next to; -1: not known
	Node     string       // below /dev, that work on the card needs, such as "dri/renderD128"; "": not known
	Parent   string       // ID of a card that this one is reported with
	MIG      bool
	MaxPower units.Power   // what it never exceeds; 0: not known
	Window   time.Duration // Average is a mean over so long; 0: not known
	Period   time.Duration // how often the counter moves; 0: not known, 100 ms are taken
	Sigma    float64       // of the sensor, relative; 0: not known
	Source   string        // such as "nvml" or "amdgpu/gpu_metrics-1.3", for source.Origin
	Detail   string        // such as the path
}

// A Sample is one reading of a card. Fields with an ok of false are absent.
type Sample struct {
	Counter   uint64        // in units of UnitPJ / 2^Shift
	CounterOK bool          //
	UnitPJ    uint64        // picojoules of 2^Shift counts
	Shift     uint          // 0 where a count is of whole picojoules; 16 with UnitPJ 1e12 for counts of 2^-16 J
	Width     int           // bits of the counter: 64 never wraps, so that a fall is a reset
	Hidden    time.Duration // a narrow register behind the counter wraps unseen in so long at MaxPower; 0: none

	Instant   units.Power // drawn now
	InstantOK bool
	Average   units.Power // mean over Identity.Window before At
	AverageOK bool

	At   time.Time     // middle of the call, with a monotonic reading
	Took time.Duration // of the call
}

// A Process is a process on a card, by what the driver knows of it.
type Process struct {
	PID      int       // in the namespace of the host
	Started  time.Time // zero: not known
	Weight   float64   // busy time since the call before; negative: not known
	Memory   uint64    // bytes; 0: not known
	Instance string    // Slice.ID, of a partitioned card
	MPS      bool
}

// A Slice is a part of a partitioned card.
type Slice struct {
	ID      string // "MIG-…"
	Compute int    // slices of 7
	Memory  int    // slices of 8
}
