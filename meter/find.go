package meter

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/shirou/gopsutil/v3/mem"

	"github.com/scimeter/scimeter/estimate"
	"github.com/scimeter/scimeter/internal/machine"
	"github.com/scimeter/scimeter/rapl"
	"github.com/scimeter/scimeter/source"
)

func (c *config) facts() machine.Facts {
	f := machine.Read(rootOr(c.proc, "HOST_PROC", "/proc"), rootOr(c.sys, "HOST_SYS", "/sys"))
	if f.MemoryBytes == 0 && runtime.GOOS != "linux" { // which gopsutil reads from the same file
		if v, err := mem.VirtualMemory(); err == nil {
			f.MemoryBytes = v.Total
		}
	}
	return f
}

func rootOr(root, env, usual string) string {
	if root == "" {
		root = os.Getenv(env)
	}
	if root == "" {
		root = usual
	}
	return root
}

// count adds the counters of the processors, unless somebody named a source of
// them. It returns why there are none.
func (c *config) count(f machine.Facts) error {
	if c.has(source.CPU) || c.has(source.Platform) || c.moduled(f) {
		return nil
	}
	counters, err := rapl.Open(c.sys, c.raplOptions()...)
	if err == nil {
		c.sources = append(c.sources, counters)
	}
	return err
}

// estimate adds estimates of what has no counter: of the processors where
// uncounted says why, else of memory that they do not have in them.
func (c *config) estimate(f machine.Facts, m *Meter, uncounted error) error {
	// An estimate models the CPUs that the scope has as its denominator, from
	// the same reading of them.
	guess := estimate.Config{Proc: c.proc, Sys: c.sys, Busy: m.busy, CPUs: m.cpu.CPUs}
	if uncounted == nil {
		if c.counted() && !c.has(source.Memory) && !c.countersOnly && !f.Hypervisor {
			c.sources = append(c.sources, estimate.OpenMemory(guess))
		}
		return nil
	}
	if c.countersOnly {
		return fmt.Errorf("%w: estimates are refused: %w", ErrNoSource, uncounted)
	}
	model, err := estimate.Open(guess)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoSource, errors.Join(uncounted, err))
	}
	m.static.Skipped = append(m.static.Skipped, source.Skip{What: "rapl", Err: uncounted, Remedy: rapl.Remedy(uncounted)})
	c.sources = append(c.sources, model)
	return nil
}

// counted reports whether the processors are counted by the source that the
// meter found itself.
func (c *config) counted() bool {
	_, ok := c.sources[len(c.sources)-1].(*rapl.Reader)
	return ok
}

func (c *config) raplOptions() []rapl.Option {
	if c.proc == "" {
		return nil
	}
	return []rapl.Option{rapl.WithProc(c.proc)}
}

// has reports whether a source has a zone of that kind that is summed.
func (c *config) has(kind source.Kind) bool {
	for _, s := range c.sources {
		for _, z := range s.Report().Found {
			if z.Kind == kind && !z.Beside {
				return true
			}
		}
	}
	return false
}
