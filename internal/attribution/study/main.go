// Command study holds the attributions of package meter against work whose cost
// is known, and prints what it finds as Markdown: the tables of
// docs/attribution.md.
//
//	go run ./internal/attribution/study -cpu 20s -runs 3
//
// Three kinds of request, which cost CPU time as 1:2:4, come at random from as
// many workers as -workers says. Two meters watch the same work: one splits it by
// the time in flight, one by samples of the CPU.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"time"
)

// options are how the study is run.
type options struct {
	cpu     time.Duration // that the process uses in a run
	runs    int           // of each mix
	workers int
	window  time.Duration // of the profile
	cycle   time.Duration
	mixes   string
	raw     io.Writer // one line for each run, method and kind
}

func main() {
	o := options{raw: io.Discard}
	flag.DurationVar(&o.cpu, "cpu", 20*time.Second, "how much CPU time a run takes")
	flag.IntVar(&o.runs, "runs", 3, "how many runs there are of each mix")
	flag.IntVar(&o.workers, "workers", 16, "how many requests are under way at once")
	flag.DurationVar(&o.window, "window", time.Second, "how long a profile runs")
	flag.DurationVar(&o.cycle, "cycle", time.Second, "in how long it runs once")
	flag.StringVar(&o.mixes, "mixes", "cpu,io,fan,gc,rare", "which mixes to run")
	raw := flag.String("raw", "", "file to write each run to")
	flag.Parse()
	if err := o.study(os.Stdout, *raw); err != nil {
		fmt.Fprintln(os.Stderr, "study:", err)
		os.Exit(1)
	}
}

func (o *options) study(w io.Writer, raw string) error {
	if raw != "" {
		f, err := os.Create(raw)
		if err != nil {
			return err
		}
		defer f.Close()
		o.raw = f
	}
	fmt.Fprintf(o.raw, "# Source: go run ./internal/attribution/study -cpu %v -runs %d -workers %d -window %v -cycle %v -mixes %s\n",
		o.cpu, o.runs, o.workers, o.window, o.cycle, o.mixes)
	fmt.Fprintf(o.raw, "# Licence: as the module. Vintage: %s, %s.\n", time.Now().Format(time.DateOnly), runtime.Version())
	fmt.Fprintln(o.raw, "mix,run,method,cpu_seconds,samples,misbooked,unattributed,kind,truth,share,low,high,inside")
	o.head(w)
	work := calibrate()
	for name := range strings.SplitSeq(o.mixes, ",") {
		m, ok := mixes[name]
		if !ok {
			return fmt.Errorf("mix %q: not one of cpu, io, fan, gc, rare", name)
		}
		m.name = name
		truth, err := m.truth(work, o.workers)
		if err != nil {
			return err
		}
		var all []outcome
		for run := range o.runs {
			got, err := o.run(context.Background(), &m, work)
			if err != nil {
				return err
			}
			for _, r := range got {
				r.judge(truth)
				r.raw(o.raw, name, run)
				all = append(all, r)
			}
		}
		report(w, name, all)
	}
	return nil
}
