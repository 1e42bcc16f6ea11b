package meter

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/scimeter/scimeter/internal/machine"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// ErrStopped reports a meter that was never started: the nil Meter.
var ErrStopped = errors.New("meter: not started; keep going without figures, or see the error of meter.Start")

// A Meter turns sources of energy into what one scope has used. [Start] makes
// one, [Meter.Stop] ends it. It is safe for concurrent use. All methods of a
// nil Meter do nothing, so that instrumented code never has to ask.
//
// A meter owns one goroutine, which reads all sources at every tick, one more for
// a grid that is fetched, and one for CPU profiles, where they were asked for.
type Meter struct {
	present atomic.Pointer[Method] // method, for others than the goroutine of run
	method  *Method
	sharing sharing
	scope   Scope
	sources []Source

	lossPerUnit float64 // 1/η − 1
	whole       bool    // a zone measures the machine as a whole
	cards       int     // of the machine; 0: not known

	accelerators sci.AcceleratorTable

	config *config // as given, for what is chosen again
	facts  machine.Facts

	idlePower map[string]idlePower // as given, by zone

	requests chan *request
	asking   sync.Pool // of *request

	// What follows belongs to the goroutine of run, up to mu.
	cpu     CPU
	unread  error // why cpu is not of now
	buffer  []source.Reading
	holds   []source.Hold
	errs    []error       // of the last read, by source; the scope's is the last
	origin  CPU           // at the start
	longest time.Duration // for which sources may go unread; 0: no longer than an interval
	shared  bool          // at the last reading something was shared out
	sampled int           // readings so far
	weight  time.Duration // CPU time of one

	mu     sync.Mutex    // guards all below
	static source.Report // what was found and assumed, beside the sources' own reports
	zones  []*zone
	byID   map[string]*zone
	rest   *zone // of what no counter sees; its power may be 0

	restBefore units.Microjoules // of the rest, up to when its power was last chosen
	restSince  time.Time

	pricer    pricer
	embodied  float64
	start     time.Time
	at        time.Time // of the last tick
	last      CPU       // at the last tick, without Sockets and Reserved
	missing   error
	unshared  error         // why the scope did not answer at the last tick
	unfetched error         // why the grid was not fetched the last time
	shift     time.Duration // by which the clock was set since the start
	effort    Effort
	failures  []Failure

	corrections corrections

	counts   []Count
	idle     *Account
	accounts *Ledger
	splitter splitter
	sampler  *sampler // nil: none

	watches  []*watch
	watched  Snapshot // memory that is used again
	warnings []*watch

	stop    context.CancelFunc
	running sync.WaitGroup
	once    sync.Once
	stopped error
	ended   chan struct{} // closed when run has taken the last reading
	names   []string      // of the sources
	reads   atomic.Int32  // what is waited for: index of a source, or below
	gone    chan struct{} // closed when Stop gave up waiting
}

// Read takes a reading now and returns what was counted up to it. What could
// not be read is in [Snapshot.Missing]; an error says that there is no answer at
// all. When ctx ends first, the answer is that of the last tick. After
// [Meter.Stop] it is the last reading.
func (m *Meter) Read(ctx context.Context) (Snapshot, error) {
	var s Snapshot
	err := m.ReadInto(ctx, &s)
	return s, err
}

// ReadInto is [Meter.Read] into memory that is used again: once s has been
// filled, it allocates nothing. A copy of s from before shares that memory, and
// is not to be used any more; [Meter.Read] makes a snapshot that stays.
func (m *Meter) ReadInto(ctx context.Context, s *Snapshot) error {
	if m == nil {
		return ErrStopped
	}
	late := m.ask(ctx)
	m.Last(s)
	if late != nil {
		s.Missing = errors.Join(s.Missing, fmt.Errorf("meter: read: %w", late))
	}
	return nil
}

// Last fills s with what was counted up to the last tick, in the memory of s as
// [Meter.ReadInto] does. It touches no hardware and waits for none: exporters
// use it.
func (m *Meter) Last(s *Snapshot) {
	if s == nil {
		return
	}
	if m == nil {
		*s = Snapshot{}
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.snapshot(s)
}

// Count adds n units of work that was done. n is not negative and finite, or
// it counts for nothing. A unit is a word or a few, up to 128 bytes of UTF-8
// that prints: it is counted under what is left of another one.
func (m *Meter) Count(unit string, n float64) {
	if m == nil || !(n > 0) || n-n != 0 || unit == "" {
		return
	}
	unit = tidy(unit)
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.counts) >= countRoom-1 && countOf(m.counts, unit) < 0 {
		unit = OverflowUnit
	}
	m.counts = count(m.counts, unit, n)
}

// countRoom bounds how many units are told apart, [OverflowUnit] among them.
const countRoom = 64

func countOf(counts []Count, unit string) int {
	return slices.IndexFunc(counts, func(c Count) bool { return c.Unit == unit })
}

// count adds n to counts. A sum stays finite.
func count(counts []Count, unit string, n float64) []Count {
	i := countOf(counts, unit)
	if i < 0 {
		return append(counts, Count{unit, n})
	}
	counts[i].N = min(counts[i].N+n, math.MaxFloat64)
	return counts
}

// OverflowUnit counts what came after so many units that no more are told
// apart, 63.
const OverflowUnit = "_OTHER"

// Method returns how the figures are made now: what was given, chosen and
// assumed. Nobody is to change it. That of a nil Meter is nil.
func (m *Meter) Method() *Method {
	if m == nil {
		return nil
	}
	return m.present.Load()
}

// Sources tells what is read and what is not, why, and what is assumed, as it
// is now.
func (m *Meter) Sources() source.Report {
	if m == nil {
		return source.Report{}
	}
	var r source.Report
	for _, s := range m.sources {
		r = r.Merge(s.Report())
	}
	return m.amend(r)
}
