package meter

import (
	"errors"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
)

// envPrefix is what the names start with that [FromEnv] reads.
const envPrefix = "SCIMETER_"

// FromEnv sets options from the environment:
//
//	SCIMETER_ZONE           grid: a country ("FR", "FRA"), a cloud region or "world"
//	SCIMETER_PUE            PUE of the site, at least 1
//	SCIMETER_WUE            L of water per kWh at the IT equipment
//	SCIMETER_EWIF           L of water per kWh of electricity
//	SCIMETER_SCOPE          process, machine, or cgroup:/path
//	SCIMETER_POLICY         auto, reserved, proportional or marginal
//	SCIMETER_ATTRIBUTION    in-flight, weights or cpu-samples
//	SCIMETER_CPUS           CPUs set aside for the scope, at most those of the machine
//	SCIMETER_MEMORY_GB      memory set aside for it
//	SCIMETER_WHOLE_MACHINE  true: the machine serves the scope alone; in place of CPUs and memory
//	SCIMETER_REST           power of what no counter sees, such as "60 W"; "none": left out
//	SCIMETER_EFFICIENCY     efficiency of the power supply, such as 0.94
//	SCIMETER_COUNTERS_ONLY  true: refuse to estimate
//	SCIMETER_INTERVAL       time between two readings, such as 1s
//	SCIMETER_PARENT         the meter around this program: see [Meter.Environ]
//
// A name that starts with SCIMETER_ and is not one of these, or a value that
// does not read, fails [Start]. A variable that is empty counts as not set.
func FromEnv() Option {
	return func(c *config) error {
		env := environment{config: c}
		list := os.Environ()
		slices.Sort(list)
		for _, entry := range list {
			name, value, _ := strings.Cut(entry, "=")
			key, ours := strings.CutPrefix(name, envPrefix)
			if !ours || value == "" {
				continue
			}
			if err := env.set(key, value); err != nil {
				return err
			}
		}
		return env.finish()
	}
}

// environment gathers what several variables say together.
type environment struct {
	*config
	reservation Reservation
}

func (e *environment) set(key, value string) error {
	read, known := variables[key]
	if !known {
		return &OptionError{Option: tidy(envPrefix + key), Want: "one of " + strings.Join(variableNames(), ", ")}
	}
	if err := read.set(e, value); err != nil {
		if inner, ok := errors.AsType[*OptionError](err); ok {
			err = inner.Err
		}
		return &OptionError{Option: envPrefix + key, Want: read.want + ", not " + strconv.Quote(value), Err: err}
	}
	return nil
}

func (e *environment) finish() error {
	r := e.reservation
	switch {
	case r == Reservation{}:
		return nil
	case r.Whole && r != WholeMachine():
		return &OptionError{
			Option: envPrefix + "WHOLE_MACHINE",
			Want:   "it alone, or SCIMETER_CPUS and SCIMETER_MEMORY_GB: all of the machine is set aside, or a part of it; unset the one or the others",
		}
	}
	if err := WithReservation(r)(e.config); err != nil {
		return err
	}
	e.cpusBy = envPrefix + "CPUS"
	return nil
}

func variableNames() []string {
	var names []string
	for key := range variables {
		names = append(names, envPrefix+key)
	}
	slices.Sort(names)
	return names
}

type variable struct {
	want string
	set  func(e *environment, value string) error
}

// variables is written once and never changed.
var variables = map[string]variable{
	"ZONE": {"a country such as FR, a cloud region such as aws:eu-west-1, or world", func(e *environment, v string) error {
		g, err := ParseGrid(v)
		e.grid = g
		return err
	}},
	"PUE": {"at least 1", func(e *environment, v string) error { return e.site.PUE.Set(v) }},
	"WUE": {"litres per kWh, such as 0.2", func(e *environment, v string) error {
		e.site.WUE = new(units.WUE)
		return e.site.WUE.Set(v)
	}},
	"EWIF": {"litres per kWh, such as 1.5", func(e *environment, v string) error {
		e.site.EWIF = new(units.EWIF)
		return e.site.EWIF.Set(v)
	}},
	"SCOPE":         {"process, machine or cgroup:/path", (*environment).setScope},
	"POLICY":        {"auto, reserved, proportional or marginal", (*environment).setPolicy},
	"ATTRIBUTION":   {"in-flight, weights or cpu-samples", (*environment).setAttribution},
	"CPUS":          {"a number above 0", func(e *environment, v string) error { return setAmount(&e.reservation.CPUs, v) }},
	"MEMORY_GB":     {"a number above 0", func(e *environment, v string) error { return setAmount(&e.reservation.MemoryGB, v) }},
	"WHOLE_MACHINE": {"true or false", func(e *environment, v string) error { return setBool(&e.reservation.Whole, v) }},
	"REST":          {`a power such as "60 W", or none`, (*environment).setRest},
	"EFFICIENCY":    {"within 0.1 and 1, such as 0.94", (*environment).setEfficiency},
	"COUNTERS_ONLY": {"true or false", func(e *environment, v string) error { return setBool(&e.countersOnly, v) }},
	"PARENT":        {"what Meter.Environ returns", func(_ *environment, v string) error { return checkID(v) }},
	"INTERVAL": {"10ms to 1h, such as 1s", func(e *environment, v string) error {
		d, err := time.ParseDuration(v)
		if err != nil {
			return err
		}
		return WithInterval(d)(e.config)
	}},
}

// ParseGrid returns the grid that a text names: a country or cloud region as
// [intensity.Lookup] knows them, or "world", the mean of all countries.
func ParseGrid(text string) (Grid, error) {
	if strings.EqualFold(text, "world") {
		return intensity.World(), nil
	}
	return intensity.Lookup(text)
}

func (e *environment) setScope(v string) error {
	path, cgroup := strings.CutPrefix(v, "cgroup:")
	switch {
	case cgroup && path == strings.Map(printing, path):
		e.scope = Cgroup(path)
	case v == "process":
		e.scope = Process()
	case v == "machine":
		e.scope = Machine()
	default:
		return strconv.ErrSyntax
	}
	return nil
}

// printing returns what a path may hold: it is told in figures and reports.
func printing(r rune) rune {
	if r == utf8.RuneError || unprintable(r) {
		return -1
	}
	return r
}

func (e *environment) setAttribution(v string) error {
	if e.attribution.Set(v) != nil {
		return strconv.ErrSyntax
	}
	return nil
}

func (e *environment) setPolicy(v string) error {
	if e.policy.Set(v) != nil {
		return strconv.ErrSyntax
	}
	return nil
}

func (e *environment) setRest(v string) error {
	if v == "none" {
		return WithoutRest()(e.config)
	}
	var p units.Power
	if err := p.Set(v); err != nil {
		return err
	}
	return WithRest(p, RestSigma)(e.config)
}

func (e *environment) setEfficiency(v string) error {
	var eta float64
	if err := setFloat(&eta, v); err != nil {
		return err
	}
	return WithEfficiency(eta, EfficiencySigma)(e.config)
}

func setFloat(f *float64, v string) error {
	x, err := strconv.ParseFloat(v, 64)
	*f = x
	return err
}

// setAmount sets f to a number above 0.
func setAmount(f *float64, v string) error {
	if err := setFloat(f, v); err != nil {
		return err
	}
	if !(*f > 0) || *f > math.MaxFloat64 {
		return strconv.ErrRange
	}
	return nil
}

func setBool(b *bool, v string) error {
	x, err := strconv.ParseBool(v)
	*b = x
	return err
}
