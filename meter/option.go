package meter

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"syscall"
	"time"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// An Option changes what [Start] would choose by itself. A value that makes no
// sense is an error of Start.
type Option func(*config) error

type config struct {
	sources      []Source
	grid         Grid
	scope        Scope // as given; nil: not
	used         Scope // nil: not yet
	policy       Policy
	reservation  *Reservation
	cpusBy       string // what declared its CPUs, if not WithReservation
	server       sci.Server
	accelerators sci.AcceleratorTable // nil: that of package sci
	site         sci.Site
	interval     time.Duration
	rest         units.Power
	restSigma    float64
	efficiency   float64
	effSigma     float64
	restGiven    bool
	effGiven     bool
	countersOnly bool
	idle         map[string]idlePower
	proc, sys    string
	attribution  Attribution
	maxAccounts  int // 0: MaxAccounts
	profiler     profiler
	window       time.Duration // of a profile; 0: ProfileWindow
	cycle        time.Duration
	anyScope     bool // in tests: profiles are scripted, as the scope is
}

type idlePower struct {
	power units.Power
	sigma float64
}

// An OptionError is an option with a value that cannot be used.
type OptionError struct {
	Option string // such as "WithInterval" or "SCIMETER_PUE"
	Want   string // what is accepted
	Err    error  // may be nil
}

// Error says which option, and what is accepted.
func (e *OptionError) Error() string {
	text := "meter: " + e.Option + ": want " + e.Want
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns e.Err.
func (e *OptionError) Unwrap() error { return e.Err }

// Options makes one option of several.
func Options(opts ...Option) Option {
	return func(c *config) error {
		var errs []error
		for _, opt := range opts {
			if opt != nil {
				errs = append(errs, opt(c))
			}
		}
		return errors.Join(errs...)
	}
}

// WithSource adds a source, which the meter owns from then on, even if Start
// fails. A source that has the processors, or the whole machine, takes the
// place of the one that the meter would find.
func WithSource(s Source) Option {
	return func(c *config) error {
		if s == nil {
			return &OptionError{Option: "WithSource", Want: "a source, not nil"}
		}
		c.sources = append(c.sources, s)
		return nil
	}
}

// WithGrid names the grid that the machine is fed from, without which carbon
// has no operational part and there is no score.
func WithGrid(g Grid) Option {
	return func(c *config) error {
		if g == nil {
			return &OptionError{Option: "WithGrid", Want: `a grid such as intensity.Country("FR"), not nil`}
		}
		c.grid = g
		return nil
	}
}

// WithScope says whose energy is charged; the default is [Process].
func WithScope(s Scope) Option {
	return func(c *config) error {
		if s == nil {
			return &OptionError{Option: "WithScope", Want: "a scope such as meter.Process(), not nil"}
		}
		c.scope = s
		return nil
	}
}

// WithPolicy says who pays for what flows anyway; the default is [Auto].
func WithPolicy(p Policy) Option {
	return func(c *config) error {
		if p > Marginal {
			return &OptionError{Option: "WithPolicy", Want: "Auto, Reserved, Proportional or Marginal"}
		}
		c.policy = p
		return nil
	}
}

// WithReservation declares what of the machine is set aside for the scope, in
// place of what the limits of its control group say.
func WithReservation(r Reservation) Option {
	return func(c *config) error {
		if err := r.check(); err != nil {
			return &OptionError{Option: "WithReservation", Want: "CPUs, memory and GPUs of at least 0, and one above, or the whole machine", Err: err}
		}
		c.reservation, c.cpusBy = &r, ""
		return nil
	}
}

// WithHardware says what the machine embodies, in place of a default for its
// size.
func WithHardware(s sci.Server) Option {
	return func(c *config) error {
		if err := s.Check(); err != nil {
			return &OptionError{Option: "WithHardware", Want: "a server whose figures are not negative", Err: err}
		}
		c.server = s
		return nil
	}
}

// WithSite says where the machine stands. What it leaves open keeps its
// default.
func WithSite(s sci.Site) Option {
	return func(c *config) error {
		if err := s.Check(); err != nil {
			return &OptionError{Option: "WithSite", Want: "a PUE of at least 1 and water factors of at least 0", Err: err}
		}
		c.site = s
		return nil
	}
}

// Intervals between two readings.
const (
	DefaultInterval = time.Second
	MinInterval     = 10 * time.Millisecond
)

// WithInterval says how often the sources are read, at least every
// [MinInterval]; the default is [DefaultInterval]. A counter that would wrap
// unseen is read more often. A machine at rest, where nothing could be shared
// out yet, is read less often, up to every eighth interval, if all sources allow
// it; whoever asks gets a reading at once.
func WithInterval(d time.Duration) Option {
	return func(c *config) error {
		if d < MinInterval || d > time.Hour {
			return &OptionError{Option: "WithInterval", Want: fmt.Sprintf("%v to 1h, such as 1s", MinInterval)}
		}
		c.interval = d
		return nil
	}
}

// WithRest gives the power of what no counter sees, such as fans, disks and
// network, with its relative standard uncertainty.
func WithRest(p units.Power, sigma float64) Option {
	return func(c *config) error {
		if !(p >= 0) || !(sigma >= 0) || float64(p)+sigma > 1e6 {
			return &OptionError{Option: "WithRest", Want: "a power of at most 1 MW and an uncertainty of at least 0"}
		}
		c.rest, c.restSigma, c.restGiven = p, sigma, true
		return nil
	}
}

// WithEfficiency gives the efficiency of the power supply, above 0 and at most
// 1, with its absolute standard uncertainty.
func WithEfficiency(eta, sigma float64) Option {
	return func(c *config) error {
		if !(eta > 0.1) || eta > 1 || !(sigma >= 0) || sigma > 1 {
			return &OptionError{Option: "WithEfficiency", Want: "an efficiency within 0.1 and 1, such as 0.94, and its uncertainty"}
		}
		c.efficiency, c.effSigma, c.effGiven = eta, sigma, true
		return nil
	}
}

// WithoutRest leaves out all that no source reads: the rest of the machine and
// the loss of its power supply. The figures are then a part of the truth, and
// say so.
func WithoutRest() Option {
	return func(c *config) error {
		c.rest, c.restSigma, c.restGiven = 0, 0, true
		c.efficiency, c.effSigma, c.effGiven = 1, 0, true
		return nil
	}
}

// WithCountersOnly refuses to start where the processors have no counter that
// can be read, rather than to estimate.
func WithCountersOnly() Option {
	return func(c *config) error {
		c.countersOnly = true
		return nil
	}
}

// WithIdlePower gives the power that a zone draws when nothing runs, as found
// by calibration, with its relative standard uncertainty.
func WithIdlePower(zone string, p units.Power, sigma float64) Option {
	return func(c *config) error {
		if zone == "" || !(p > 0) || !(sigma >= 0) || float64(p)+sigma > 1e9 {
			return &OptionError{Option: "WithIdlePower", Want: "the ID of a zone, a power above 0 and an uncertainty of at least 0"}
		}
		if c.idle == nil {
			c.idle = map[string]idlePower{}
		}
		c.idle[zone] = idlePower{p, sigma}
		return nil
	}
}

// WithRoots says where procfs and sysfs of the machine are mounted, as in a
// container that has them at /host/proc and /host/sys. An empty root keeps its
// default: HOST_PROC or /proc, HOST_SYS or /sys. One that is no directory fails
// [Start].
func WithRoots(proc, sys string) Option {
	return func(c *config) error {
		err := errors.Join(checkRoot(proc), checkRoot(sys))
		if err != nil {
			return &OptionError{Option: "WithRoots", Want: `directories where procfs and sysfs are mounted, or ""`, Err: err}
		}
		c.proc, c.sys = proc, sys
		return nil
	}
}

func checkRoot(dir string) error {
	if dir == "" {
		return nil
	}
	info, err := os.Stat(dir)
	if err == nil && !info.IsDir() {
		err = &fs.PathError{Op: "stat", Path: dir, Err: syscall.ENOTDIR}
	}
	return err
}

// A Reservation is what of a machine is set aside for a scope.
type Reservation struct {
	Whole    bool    // all of it; then nothing else is given
	CPUs     float64 // how many
	MemoryGB float64
	GPUs     float64 // held
	OfGPUs   int     // that the machine has; 0: those that are seen
}

// WholeMachine declares that the machine serves the scope alone, as a virtual
// machine with one service does.
func WholeMachine() Reservation { return Reservation{Whole: true} }

var errReservation = errors.New("negative, not finite, or nothing at all")

func (r Reservation) check() error {
	sum := 0.0
	for _, f := range []float64{r.CPUs, r.MemoryGB, r.GPUs} {
		if !(f >= 0) || f > 1e12 {
			return errReservation
		}
		sum += f
	}
	if r.OfGPUs < 0 || r.OfGPUs > 0 && r.GPUs > float64(r.OfGPUs) {
		return errReservation
	}
	if sum == 0 && !r.Whole {
		return errReservation
	}
	if sum > 0 && r.Whole {
		return errWhole
	}
	return nil
}

var errWhole = errors.New("a part of the machine beside all of it; declare the one or the other")

// fit refuses CPUs that a machine with so many does not have: a part of it
// would otherwise pass for all.
func (c *config) fit(cpus int) error {
	if r := c.reservation; r == nil || cpus <= 0 || r.CPUs <= float64(cpus) {
		return nil
	}
	return &OptionError{
		Option: cmp.Or(c.cpusBy, "WithReservation"),
		Want:   fmt.Sprintf("at most the %d CPUs of this machine, not %g; declare all of it as the whole machine", cpus, c.reservation.CPUs),
	}
}

// shares returns r as shares of a machine; what r leaves open is absent.
func (r Reservation) shares(cpus int, memoryGB float64, gpus int) map[source.Kind]float64 {
	if r.Whole {
		return map[source.Kind]float64{source.CPU: 1, source.Memory: 1, source.GPU: 1}
	}
	shares := map[source.Kind]float64{}
	set := func(k source.Kind, part, whole float64) {
		if part > 0 && whole > 0 {
			shares[k] = min(1, part/whole)
		}
	}
	set(source.CPU, r.CPUs, float64(cpus))
	set(source.Memory, r.MemoryGB, memoryGB)
	set(source.GPU, r.GPUs, float64(max(gpus, r.OfGPUs)))
	return shares
}

// reserve works out what is set aside and by what.
func (c *config) reserve(cpu *CPU, memoryGB float64, gpus int) (shares map[source.Kind]float64, by string) {
	switch {
	case c.reservation != nil:
		return c.reservation.shares(cpu.CPUs, memoryGB, gpus), "declared"
	case len(cpu.Reserved) > 0:
		return maps.Clone(cpu.Reserved), "limit"
	}
	return nil, ""
}
