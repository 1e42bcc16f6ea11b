package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
)

const help = `training trains a small network and reports what that has used.

  -epochs n       how often to go through all digits (default 50)
  -budget amount  carbon or energy that it may use, over all restarts, such as
                  "50 mgCO2e", 0.2g, 500J or 1Wh (default: no limit)
  -dir folder     where checkpoint and journal are: a run that is there goes on
                  (default: scimeter-training in the folder for temporary files)
  -zone place     grid: a country (IE), a cloud region (aws:eu-west-1) or world (default)
  -seed n         of weights, digits and their order (default 1)

It exits with 3 where it has stopped early, by its budget or by a signal: start
it again to go on.

Environment: SCIMETER_ZONE, SCIMETER_PUE and what else meter.FromEnv reads.
`

// mostEpochs bounds -epochs.
const mostEpochs = 1_000_000

// errUsage reports arguments that make no sense.
var errUsage = errors.New("see -help")

type options struct {
	epochs int
	budget meter.Budget
	dir    string
	grid   meter.Grid // nil: not asked for
	seed   uint64
	digits int // in an epoch; not a flag
}

func parse(args []string) (options, error) {
	o := options{digits: digitsEach, dir: filepath.Join(os.TempDir(), "scimeter-training")}
	flags := flag.NewFlagSet("training", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // errors are one line, printed by run
	flags.IntVar(&o.epochs, "epochs", 50, "")
	flags.Func("budget", "", o.setBudget)
	flags.StringVar(&o.dir, "dir", o.dir, "")
	flags.Func("zone", "", o.setZone)
	flags.Uint64Var(&o.seed, "seed", 1, "")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return o, err
	case err != nil:
		return o, fmt.Errorf("%w (%w)", err, errUsage)
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q (%w)", flags.Arg(0), errUsage)
	case o.epochs < 1 || o.epochs > mostEpochs:
		return o, fmt.Errorf("-epochs is 1 to %d (%w)", mostEpochs, errUsage)
	case o.dir == "":
		return o, fmt.Errorf("-dir is the name of a folder (%w)", errUsage)
	}
	return o, nil
}

func (o *options) setZone(text string) (err error) {
	o.grid, err = meter.ParseGrid(text)
	return err
}

// setBudget takes what has a unit of mass as carbon, and else as energy.
func (o *options) setBudget(text string) error {
	b := meter.Budget{}
	_, bare := strconv.ParseFloat(text, 64)
	if bare == nil || b.Carbon.Set(text) != nil && b.Energy.Set(text) != nil || b.Carbon <= 0 && b.Energy <= 0 {
		return errors.New(`want carbon or energy above 0, such as "50 mgCO2e" or 500J`)
	}
	o.budget = b
	return nil
}

// meter returns the options of the meter; a later one replaces an earlier one.
// The world average is asked for by name, as there is no default for a place.
func (o *options) meter() []meter.Option {
	opts := []meter.Option{meter.WithGrid(intensity.World()), meter.FromEnv()}
	if o.grid != nil {
		opts = append(opts, meter.WithGrid(o.grid))
	}
	return opts
}
