package rapl

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/scimeter/scimeter/source"
)

const (
	// minInterval is the shortest time between readings that makes sense: the
	// millisecond between updates is a tenth of it. [E]
	minInterval = 10 * time.Millisecond

	// anyInterval is for zones whose range is not known.
	anyInterval = time.Minute
)

// A Reader reads all energy counters of a machine. It is safe for concurrent
// use, owns no goroutine and logs nothing. Close releases its descriptors.
type Reader struct {
	sys, proc string
	host      host
	platform  bool
	open      opener

	mu      sync.Mutex // guards what follows and the zones
	closed  bool
	zones   []*Zone // in order of package, die and domain
	byKey   map[key]*Zone
	aside   []source.Skip // zones that are not used, of the last walk
	masked  []string
	pending []error // found by a walk, not yet told

	opened time.Time
	next   time.Time     // of the next walk
	pause  time.Duration // until the walk after that, while something is lost

	stat sysStat
	buf  [valueSize]byte
}

// An Option changes how Open works.
type Option func(*Reader)

// WithProc sets the root of procfs, which tells the maker of the processor and
// how busy it is. Without it Open takes the directory "proc" beside the root
// of sysfs if that holds a cpuinfo, then $HOST_PROC, then /proc.
func WithProc(root string) Option { return func(r *Reader) { r.proc = root } }

// WithPlatform counts the psys zones in place of packages and memory, where
// the machine has any. What psys covers is up to the board; Report compares.
func WithPlatform() Option { return func(r *Reader) { r.platform = true } }

// Open finds the counters below root, the root of sysfs, and takes their first
// values, from which on energy is counted. An empty root stands for $HOST_SYS,
// or /sys; a root that holds a "sys" with class/powercap may be given too.
//
// Zones that are not usable are listed in the Report and do not fail the rest.
// If none is, the error is an [*UnavailableError] with [ErrNoCounters],
// [ErrMasked] or [ErrVirtual], or a [*PermissionError], all with a remedy.
func Open(root string, opts ...Option) (*Reader, error) {
	r := &Reader{open: openFile, byKey: map[key]*Zone{}}
	for _, opt := range opts {
		opt(r)
	}
	r.sys = sysRoot(root)
	if r.proc == "" {
		r.proc = procRoot(r.sys)
	}
	r.host = readHost(r.proc, r.sys)
	r.opened = time.Now()
	if err := r.verdict(r.walk(r.opened)); err != nil {
		r.Close()
		return nil, err
	}
	r.start()
	r.stat.open(r.proc)
	return r, nil
}

// start ends Open: what the report tells is no news, and nothing is missing.
func (r *Reader) start() {
	r.pending = nil
	found := func(z *Zone) bool { return z.key.domain == DomainPsys && z.err == nil }
	r.platform = r.platform && slices.ContainsFunc(r.zones, found)
	for _, z := range r.zones {
		z.missing = 0
		z.desc.Beside = z.key.beside(r.platform)
	}
}

func sysRoot(root string) string {
	if root == "" {
		root = os.Getenv("HOST_SYS")
	}
	if root == "" {
		root = "/sys"
	}
	if !isDir(filepath.Join(root, "class")) && isDir(filepath.Join(root, "sys", "class")) {
		return filepath.Join(root, "sys")
	}
	return root
}

func procRoot(sys string) string {
	beside := filepath.Join(filepath.Dir(filepath.Clean(sys)), "proc")
	if _, err := os.Stat(filepath.Join(beside, "cpuinfo")); err == nil {
		return beside
	}
	if root := os.Getenv("HOST_PROC"); root != "" {
		return root
	}
	return "/proc"
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

func (r *Reader) class() string { return filepath.Join(r.sys, "class", "powercap") }

// verdict says why there is nothing to read, or returns nil.
func (r *Reader) verdict(walked error) error {
	var faults []error
	var paths []string
	for _, z := range r.zones {
		if z.err == nil {
			return nil
		}
		if e, ok := errors.AsType[*PermissionError](z.err); ok {
			paths = append(paths, e.Paths...)
			continue
		}
		faults = append(faults, z.err)
	}
	switch {
	case len(paths) > 0:
		return &PermissionError{Paths: paths, Remedy: permissionRemedy}
	case denied(walked):
		return &PermissionError{Paths: []string{r.class()}, Remedy: permissionRemedy}
	case len(faults) > 0:
		return r.unavailable(fmt.Errorf("%w: %w", ErrNoCounters, errors.Join(faults...)), "")
	case len(r.masked) > 0:
		return r.unavailable(ErrMasked, maskedRemedy)
	case walked != nil && !errors.Is(walked, fs.ErrNotExist):
		return r.unavailable(fmt.Errorf("%w: %w", ErrNoCounters, walked), "")
	case runtime.GOOS != "linux":
		return r.unavailable(fmt.Errorf("%w: %w", ErrNoCounters, errors.ErrUnsupported), "")
	case r.host.virtual:
		return r.unavailable(ErrVirtual, virtualRemedy)
	}
	return r.unavailable(ErrNoCounters, missingRemedy)
}

func (r *Reader) unavailable(err error, remedy string) error {
	return &UnavailableError{Path: r.class(), Err: err, Remedy: remedy}
}

// Zones returns the zones that are known, those that stand beside the sum
// included. One that is plugged in later is found later.
func (r *Reader) Zones() []*Zone {
	r.mu.Lock()
	defer r.mu.Unlock()
	zones := make([]*Zone, 0, len(r.zones))
	for _, z := range r.zones {
		if z.twin.of == nil {
			zones = append(zones, z)
		}
	}
	return zones
}

// MaxInterval returns the longest time between two reads that loses no wrap of
// any counter, even if every zone draws four times what it can. It is never
// below 10 ms, and a minute where no range is known.
func (r *Reader) MaxInterval() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	shortest := time.Duration(0)
	for _, z := range r.zones {
		if d := z.interval(); d > 0 && (shortest == 0 || d < shortest) {
			shortest = d
		}
	}
	if shortest == 0 {
		return anyInterval
	}
	return shortest
}

// Read reads every zone, one right after the other, and appends the readings
// to dst. The error joins what failed, and what was read stands beside it. A
// zone whose read fails is told each time, one that is lost only once: from
// then on the Report says so. It is an error if nothing at all was read.
// Nothing is allocated unless something fails or the tree is looked at again,
// which happens once a minute.
func (r *Reader) Read(dst []source.Reading) ([]source.Reading, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return dst, ErrClosed
	}
	now := time.Now()
	if r.tend(now) {
		now = time.Now()
	}
	errs := r.pending
	r.pending = nil
	before := len(dst)
	for _, z := range r.zones {
		if z.dev == nil || z.watch.stuck {
			continue
		}
		q, err := z.take(&now)
		if err != nil {
			errs = append(errs, err)
		}
		if z.proven && (z.err == nil || z.watch.stuck) {
			dst = append(dst, z.reading(q))
		}
	}
	for _, z := range r.compareTwins() {
		dst = append(dst, z.reading(0))
	}
	if len(dst) == before && len(errs) == 0 {
		return dst, fmt.Errorf("rapl: read %s: %w is left", r.class(), ErrNoCounters)
	}
	return dst, errors.Join(errs...)
}

// Close closes all descriptors. It may be called more than once.
func (r *Reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.closed = true
	for _, z := range r.zones {
		z.shut()
	}
	r.stat.close()
	return nil
}
