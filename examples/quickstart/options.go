package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
)

const help = `quickstart works for ten seconds and reports what that has used.

  -zone place    grid: a country (IE), a cloud region (aws:eu-west-1) or world (default)
  -for duration  how long to work, 100ms to 1h (default 10s)
  -gpu           graphics cards as well: NVIDIA, AMD, Intel, Jetson
  -json          the report as JSON, with the raw counters
  -metrics       OpenTelemetry metrics on standard output as well

Environment: SCIMETER_ZONE, SCIMETER_PUE and what else meter.FromEnv reads.
`

// Shorter than shortest, the kernel's count of CPU time is too coarse.
const (
	shortest = 100 * time.Millisecond
	longest  = time.Hour
)

// errUsage reports arguments that make no sense.
var errUsage = errors.New("see -help")

type options struct {
	grid     meter.Grid // nil: not asked for
	duration time.Duration
	gpu      bool
	json     bool
	metrics  bool
}

func parse(args []string) (options, error) {
	o := options{duration: 10 * time.Second}
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // errors are one line, printed by run
	flags.Func("zone", "", o.setZone)
	flags.Func("for", "", o.setDuration)
	flags.BoolVar(&o.gpu, "gpu", false, "")
	flags.BoolVar(&o.json, "json", false, "")
	flags.BoolVar(&o.metrics, "metrics", false, "")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return o, err
	case err != nil:
		return o, fmt.Errorf("%w (%w)", err, errUsage)
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q (%w)", flags.Arg(0), errUsage)
	case o.json && o.metrics:
		return o, fmt.Errorf("-json and -metrics both write to standard output: choose one (%w)", errUsage)
	}
	return o, nil
}

func (o *options) setZone(text string) (err error) {
	o.grid, err = meter.ParseGrid(text)
	return err
}

func (o *options) setDuration(text string) error {
	d, err := time.ParseDuration(text)
	if err != nil || d < shortest || d > longest {
		return errors.New("want 100ms to 1h, such as 10s")
	}
	o.duration = d
	return nil
}

// meter returns the options of the meter; a later one replaces an earlier one.
// The world average is asked for by name, as there is no default for a place.
func (o *options) meter() []meter.Option {
	opts := []meter.Option{meter.WithGrid(intensity.World()), meter.FromEnv()}
	if o.grid != nil {
		opts = append(opts, meter.WithGrid(o.grid))
	}
	if o.gpu {
		opts = append(opts, cards())
	}
	return opts
}
