// Quickstart does ten seconds of work and tells what the work has used: energy
// by component, carbon, a score per operation, and where each figure is from.
//
//	go run ./examples/quickstart -zone IE
//
// All that a program needs to be metered is in the two functions measure, below.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/source"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // the second interrupt ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the whole program. It returns the exit code: 0, 1 where nothing can be
// measured, 2 where what was asked for makes no sense.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args)
	if err == nil && o.gpu {
		again(ctx, args, stdout, stderr)
	}
	if err == nil {
		err = quickstart(ctx, o, stdout, stderr)
	}
	if err == nil {
		return 0
	}
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stderr, help)
		return 0
	}
	fmt.Fprintln(stderr, "quickstart:", strings.ReplaceAll(err.Error(), "\n", "; "))
	var option *meter.OptionError // such as a wrong SCIMETER_PUE
	if errors.Is(err, errUsage) || errors.As(err, &option) {
		return 2
	}
	return 1
}

func quickstart(ctx context.Context, o options, stdout, stderr io.Writer) error {
	began := time.Now()
	m, err := meter.Start(ctx, o.meter()...)
	if err != nil {
		return err
	}
	defer m.Stop()
	starting := time.Since(began)
	p := newProgress(stderr)
	p.line("quickstart: hashing and sorting for %v, measured meanwhile", o.duration)

	flush := func() error { return nil }
	if o.metrics {
		if flush, err = publish(m, stdout); err != nil {
			return err
		}
	}

	r, err := measure(ctx, m, o.duration, p)
	if err := errors.Join(err, flush()); err != nil {
		return err
	}
	r.starting = starting
	if o.json {
		return writeJSON(stdout, r)
	}
	return writeText(stdout, r)
}

// A result is what was measured, and what is needed to check it.
type result struct {
	phases   []phase
	usage    meter.Usage // of the whole run
	samples  []sample
	counters []register
	end      meter.Snapshot
	sources  source.Report

	starting time.Duration // what meter.Start took
}

// A phase is one kind of work and what it has used.
type phase struct {
	job
	usage meter.Usage
}

// measure does each job for its part of the time. When ctx ends, so does the
// work, and what was done until then is the result.
func measure(ctx context.Context, m *meter.Meter, d time.Duration, p *progress) (*result, error) {
	r := &result{}
	log := newRecorder(m)
	all := jobs()
	for _, j := range all {
		usage, err := j.measure(ctx, m, d/time.Duration(len(all)), func(done float64) {
			log.note()
			p.show(j, done)
		})
		if err != nil {
			return nil, err
		}
		log.note()
		p.line("%s: %v", j.unit, usage)
		r.phases = append(r.phases, phase{j, usage})
		if ctx.Err() != nil {
			break
		}
	}
	return r, r.finish(log)
}

// measure does the job as a task of the meter: begin, count what was done, end.
func (j job) measure(ctx context.Context, m *meter.Meter, d time.Duration, meanwhile func(done float64)) (meter.Usage, error) {
	task := m.Begin(j.unit)
	done := 0.0
	for n := range j.work(ctx, d) {
		task.Count(j.unit, n)
		done += n
		meanwhile(done)
	}
	return task.End(context.WithoutCancel(ctx))
}
