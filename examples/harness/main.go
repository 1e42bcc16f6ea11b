// Harness runs a command and tells what it, and everything that it starts, has
// used: energy, carbon, and a score per run.
//
//	go install github.com/scimeter/scimeter/examples/harness@latest
//	harness -zone FR -journal run.jsonl -- python3 train.py
//
// The command gets all signals, and its exit code is that of the harness. What is
// said goes to standard error, so that the output of the command stays its own.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/scimeter/scimeter/meter"
)

const help = `usage: harness [flags] -- command [argument...]

  -zone place      grid: a country (FR), a cloud region (aws:eu-west-1) or world
  -name name       what the work is called in reports (default: the command)
  -journal file    a line of JSON each second, on the disk: nothing is lost by a crash
  -o file          the report: .json, .html, .md; may be given more than once
  -budget amount   stop the command at so much carbon, such as 500g, or energy, such as 2kWh
  -scope kind      auto, cgroup or tree (default auto: cgroup where one can be made)
  -quiet           say nothing

Environment: SCIMETER_ZONE, SCIMETER_PUE and what else meter.FromEnv reads.
Exit code: that of the command; 128 and the number of the signal that ended it;
125 if it was not measured or started.
`

// exitSelf is the exit code for what went wrong before the command ran.
const exitSelf = 125

func main() { os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) }

// run is the whole program.
func run(args []string, in io.Reader, out, errs io.Writer) int {
	o, err := parse(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(errs, help)
		return 0
	}
	if err != nil {
		fmt.Fprintln(errs, "harness:", err)
		return exitSelf
	}
	code, err := measure(o, in, out, errs)
	if err != nil {
		fmt.Fprintln(errs, "harness:", strings.ReplaceAll(err.Error(), "\n", "\n  "))
	}
	return code
}

type options struct {
	grid    meter.Grid
	name    string
	journal string
	reports []string
	budget  meter.Budget
	scope   string
	quiet   bool
	command []string
}

var errUsage = errors.New("see harness -h")

func parse(args []string) (options, error) {
	o := options{scope: "auto"}
	f := flag.NewFlagSet("harness", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Func("zone", "", func(text string) (err error) { o.grid, err = meter.ParseGrid(text); return err })
	f.StringVar(&o.name, "name", "", "")
	f.StringVar(&o.journal, "journal", "", "")
	f.Func("o", "", o.report)
	f.Func("budget", "", o.setBudget)
	f.StringVar(&o.scope, "scope", o.scope, "")
	f.BoolVar(&o.quiet, "quiet", false, "")
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, fmt.Errorf("%w (%w)", err, errUsage)
	}
	o.command = f.Args()
	switch {
	case len(o.command) == 0:
		return o, fmt.Errorf("name a command after -- (%w)", errUsage)
	case o.scope != "auto" && o.scope != "cgroup" && o.scope != "tree":
		return o, fmt.Errorf("-scope %s: want auto, cgroup or tree (%w)", o.scope, errUsage)
	}
	if o.name == "" {
		o.name = o.command[0]
	}
	return o, nil
}

func (o *options) report(path string) error {
	for _, form := range []string{".json", ".html", ".md"} {
		if strings.HasSuffix(path, form) {
			o.reports = append(o.reports, path)
			return nil
		}
	}
	return errors.New("want a file that ends in .json, .html or .md")
}

// setBudget takes an amount of carbon or of energy.
func (o *options) setBudget(text string) error {
	if err := o.budget.Carbon.Set(text); err == nil && o.budget.Carbon > 0 {
		return nil
	}
	o.budget.Carbon = 0
	if err := o.budget.Energy.Set(text); err != nil || !(o.budget.Energy > 0) {
		return errors.New("want carbon such as 500g, or energy such as 2kWh")
	}
	return nil
}

// tick is the time between two lines of a journal, and of progress.
const tick = time.Second
