package gpu

import (
	"os"
	"strings"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/accum"
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
	shares  map[string]float64
	sigmas  map[string]float64
	wait    time.Duration
	mine    func(pid int, started time.Time) bool
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

// WithSys sets the root of sysfs, where cards are found that have no NVML, and
// where those are that have. It is $HOST_SYS or /sys by default.
func WithSys(root string) Option { return func(c *config) { c.sys = root } }

// WithProc sets the root of procfs, which tells whose processes are on a card.
// It is $HOST_PROC or /proc by default. In a container the procfs of the host
// is needed to know a process by the number that a driver gives.
func WithProc(root string) Option { return func(c *config) { c.proc = root } }

// WithIdlePower says what a card draws when nothing runs, by its ID. Without it
// that is learned by [Reader.Attribute] and [Reader.Holds]. What is no power is
// not taken.
func WithIdlePower(id string, p units.Power) Option {
	return func(c *config) {
		if uw, ok := accum.Microwatts(p); !ok || uw == 0 {
			return
		}
		if c.idle == nil {
			c.idle = map[string]units.Power{}
		}
		c.idle[id] = p
	}
}

// WithWait says how long to wait for drivers to open: a machine with many cards
// and without persistence mode takes longer than Auto waits. 0 and less leave it
// as it is.
func WithWait(atMost time.Duration) Option { return func(c *config) { c.wait = atMost } }

// WithSensorError says how far off the sensor of a card is, by its ID, as a
// relative standard uncertainty: 0.01 for one that was compared with a meter at
// the wall. Without it 0.05 is taken, and 0.1 for cards that are made for
// consumers. What is not above 0, or above 1, is not taken.
func WithSensorError(id string, sigma float64) Option {
	return func(c *config) {
		if !(sigma > 0 && sigma <= 1) {
			return
		}
		if c.sigmas == nil {
			c.sigmas = map[string]float64{}
		}
		c.sigmas[id] = sigma
	}
}

// WithShare declares what part of a card is this program's, by its ID: above 0,
// and 1 at most. It is for cards that are shared by time, as with the replicas of
// NVIDIA's device plugin for Kubernetes, and that a container cannot tell from
// its own.
func WithShare(id string, share float64) Option {
	return func(c *config) {
		if !(share > 0) {
			return
		}
		if c.shares == nil {
			c.shares = map[string]float64{}
		}
		c.shares[id] = min(share, 1)
	}
}

// WithProcesses says which processes on a card are this program's, by the number
// they have here and when they started. Those are by default, on a host, this
// process and those that it started, and in a container all that it shows.
// mine is called by several goroutines.
func WithProcesses(mine func(pid int, started time.Time) bool) Option {
	return func(c *config) { c.mine = mine }
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
