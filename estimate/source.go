package estimate

import (
	"sync"
	"time"

	"github.com/scimeter/scimeter/internal/machine"
	"github.com/scimeter/scimeter/source"
)

// Config says what to estimate and from what. The zero Config is this machine,
// with the best model that its processor allows.
type Config struct {
	Proc string // root of procfs; "": HOST_PROC, then /proc
	Sys  string // root of sysfs; "": HOST_SYS, then /sys

	// Model is used in place of the ladder, if its Curve is not nil.
	Model Model

	// Rows are used in place of the embedded table, if there are any.
	Rows []Row

	// Busy returns the busy time of all CPUs together since some instant, in
	// place of what the system says. It is called once by Open and by each
	// Read.
	Busy func() (busy time.Duration, err error)

	CPUs     int     // CPUs of the machine; 0: those that are online now
	MemoryGB float64 // memory of the machine; 0: what it says; negative: estimate none
}

// A Source estimates what a machine draws. It has a zone for the processors,
// or for the whole machine at the wall, and one for memory that the first does
// not hold. It is safe for concurrent use.
type Source struct {
	report source.Report

	mu     sync.Mutex // guards what follows
	load   load       // nil: no zone depends on it
	zones  []zone
	closed bool
}

type zone struct {
	id    string
	fixed bool // the same power at any load
	integral
}

// Open starts to estimate the machine: all CPUs of it, whatever part of them
// the caller may use. It is refused with a [*LoadError] where CPU time cannot
// be read, and with a [*ModelError] where a model that was given is none.
func Open(c Config) (*Source, error) {
	facts := c.facts()
	model, err := c.choose(facts)
	if err != nil {
		return nil, err
	}
	l, busy, err := openLoad(c)
	if err != nil {
		return nil, err
	}
	s := &Source{load: l}
	now := time.Now()
	s.add(cpuZone(model, facts), false, newIntegral(model.Curve, facts.CPUs, now, busy))
	s.assume(model, facts)
	if gb, why := extraMemory(model, facts, c.Model.Curve != nil); gb > 0 {
		level := source.AtChip
		if model.Level == source.AtNodeAC {
			level = source.AtNodeAC
		}
		s.addMemory(memoryZone(gb, level, why), now)
	}
	return s, nil
}

// OpenMemory estimates the memory of the machine alone, at the chip, for a
// machine whose counters have the processors and not the memory. It uses Proc,
// Sys and MemoryGB of c, reads no CPU time and never fails; where the size of
// the memory is not known it has no zone.
func OpenMemory(c Config) *Source {
	s := &Source{}
	if gb := float64(c.facts().MemoryBytes) / gigabyte; gb > 0 {
		s.addMemory(memoryZone(gb, source.AtChip, ""), time.Now())
	}
	return s
}

// facts reads what the machine says of itself, unless c says it.
func (c Config) facts() machine.Facts {
	f := machine.Read(procRoot(c), sysRoot(c))
	if c.CPUs > 0 {
		f.CPUs = c.CPUs
	}
	if c.MemoryGB > 0 {
		f.MemoryBytes = uint64(min(c.MemoryGB, 1<<20) * gigabyte)
	}
	fill(&f, procRoot(c))
	if c.MemoryGB < 0 {
		f.MemoryBytes = 0
	}
	return f
}

func (s *Source) add(z source.Zone, fixed bool, g integral) {
	s.report.Found = append(s.report.Found, z)
	s.zones = append(s.zones, zone{z.ID, fixed, g})
}

// addMemory adds memory, whose power is the same at any load.
func (s *Source) addMemory(z source.Zone, now time.Time) {
	s.add(z, true, newIntegral(Linear{z.Idle, z.Idle}, 1, now, 0))
	s.report.Assumed = append(s.report.Assumed, source.Assumption{
		What: "memory power", Value: z.Idle.String(), Why: z.Origin.Detail,
		Remedy: "use a machine whose counters have DRAM, or give its power as part of estimate.Calibrated",
	})
}

// Report returns the zones, and the model that they rest on as an assumption.
func (s *Source) Report() source.Report { return source.Report{}.Merge(s.report) }

// Read appends a reading of each zone to dst. It allocates nothing where dst
// has room. If the CPU time cannot be read, the zones that depend on it are
// left out, and the next read that succeeds counts that interval too.
func (s *Source) Read(dst []source.Reading) ([]source.Reading, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := time.Now()
	busy, err := s.busy()
	if s.closed {
		return dst, err
	}
	at := before.Add(time.Since(before) / 2)
	for i := range s.zones {
		z := &s.zones[i]
		if z.fixed {
			z.advance(at, z.busy)
			dst = append(dst, source.Reading{Zone: z.id, Total: z.total, At: at})
			continue
		}
		if err == nil {
			quality := z.advance(at, busy)
			dst = append(dst, source.Reading{Zone: z.id, Total: z.total, At: at, Quality: quality})
		}
	}
	return dst, err
}

func (s *Source) busy() (time.Duration, error) {
	if s.closed {
		return 0, ErrClosed
	}
	if s.load == nil {
		return 0, nil
	}
	return s.load.busy()
}

// MaxInterval returns 0: however seldom a Source is read, nothing is lost.
func (s *Source) MaxInterval() time.Duration { return 0 }

// Close closes what Open opened. A second Close does nothing.
func (s *Source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	if s.load == nil {
		return nil
	}
	return s.load.close()
}
