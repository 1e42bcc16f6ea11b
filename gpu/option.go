package gpu

import (
	"os"
	"strings"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/units"
)

// An Option changes how Open and Auto work.
type Option func(*config)

type config struct {
	drivers []driver.Driver // nil: those of this machine
	sys     string
	proc    string
	spec    []string // of Select
	idle    map[string]units.Power
}

// Select reads these cards alone: by index in the order of nvidia-smi, by UUID
// or a prefix that only one has ("GPU-8932"), by the UUID of a MIG partition,
// by the ID of another card, such as its PCI address, or "all". A string may
// hold several, with commas between them.
//
// Without it, the cards are those that CUDA_VISIBLE_DEVICES names, or
// NVIDIA_VISIBLE_DEVICES, or all that can be seen. A container that shows
// several and names none has to select.
func Select(spec ...string) Option {
	return func(c *config) {
		c.spec = []string{}
		for _, s := range spec {
			for part := range strings.SplitSeq(s, ",") {
				if part = strings.TrimSpace(part); part != "" {
					c.spec = append(c.spec, part)
				}
			}
		}
	}
}

// WithSys sets the root of sysfs, where cards are found that have no NVML. It
// is $HOST_SYS or /sys by default.
func WithSys(root string) Option { return func(c *config) { c.sys = root } }

// WithProc sets the root of procfs, which tells whose processes are on a card.
// It is $HOST_PROC or /proc by default. In a container the procfs of the host
// is needed to know a process by the number that a driver gives.
func WithProc(root string) Option { return func(c *config) { c.proc = root } }

// WithIdlePower says what a card draws when nothing runs, by its ID. Without it
// that is learned by [Reader.Attribute].
func WithIdlePower(id string, p units.Power) Option {
	return func(c *config) {
		if c.idle == nil {
			c.idle = map[string]units.Power{}
		}
		c.idle[id] = p
	}
}

// WithDriver reads cards by d alone, in place of those of this machine. It is
// what package gpu/gputest is made of.
func WithDriver(d driver.Driver) Option {
	return func(c *config) { c.drivers = append(c.drivers, d) }
}

func newConfig(opts []Option) *config {
	c := &config{}
	for _, opt := range opts {
		opt(c)
	}
	if c.proc == "" {
		c.proc = os.Getenv("HOST_PROC")
	}
	if c.proc == "" {
		c.proc = "/proc"
	}
	if c.drivers == nil {
		c.drivers = drivers(c.sys)
	}
	return c
}
