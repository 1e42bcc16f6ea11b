package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/scimeter/scimeter/exporters/jsonl"
	"github.com/scimeter/scimeter/meter"
)

// measure runs the command, and returns its exit code. The error is of the
// harness: the command may have run all the same.
func measure(o options, in io.Reader, out, errs io.Writer) (int, error) {
	say := func(format string, args ...any) {
		if !o.quiet {
			fmt.Fprintf(errs, "harness: "+format+"\n", args...)
		}
	}
	cmd := exec.Command(o.command[0], o.command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, errs
	b, err := enclose(o.scope, cmd)
	if err != nil {
		return exitSelf, err
	}
	defer b.end()
	opts := []meter.Option{meter.FromEnv(), meter.WithScope(b.scope)}
	if o.grid != nil {
		opts = append(opts, meter.WithGrid(o.grid))
	}
	m, err := meter.Start(context.Background(), opts...)
	if err != nil {
		return exitSelf, err
	}
	defer m.Stop()
	cmd.Env = append(cmd.Environ(), m.Environ()) // a child that has a meter counts none of it again
	say("%s", b.what)
	r := &running{options: o, m: m, cmd: cmd, say: say, errs: errs, group: b}
	return r.run()
}

// A running is a command that is measured.
type running struct {
	options
	m     *meter.Meter
	cmd   *exec.Cmd
	say   func(string, ...any)
	errs  io.Writer
	group *enclosure
}

func (r *running) run() (int, error) {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, forwarded...)
	defer signal.Stop(signals)
	task := r.m.Begin(r.name)
	budget, spent, err := r.limit()
	if err != nil {
		return exitSelf, err
	}
	ended := make(chan struct{})
	journalled, err := r.follow(ended) // before there is anything to write
	if err == nil {
		err = r.cmd.Start()
	}
	if err != nil {
		spent()
		close(ended)
		return exitSelf, errors.Join(err, <-journalled)
	}
	r.group.started(r.cmd.Process.Pid)
	var beside sync.WaitGroup
	beside.Go(func() { r.forward(signals, budget, ended) })
	beside.Go(func() { r.show(ended) })
	failed := r.cmd.Wait()
	r.group.settle()
	task.Count("run", 1)
	u, err := task.End(context.Background())
	close(ended)
	beside.Wait()
	spent()
	err = errors.Join(err, <-journalled, r.write(u))
	if left := r.group.left(); left > 0 {
		r.say("%d processes that it started run on, and are measured no more", left)
	}
	r.say("%v", u)
	if score, err := u.Score("run"); err == nil {
		r.say("%v", score)
	}
	return exitCode(failed), err
}

// limit returns a context that ends when the budget is used up, by this run and
// those before it that the journal knows.
func (r *running) limit() (context.Context, func() meter.BudgetUse, error) {
	if r.journal != "" {
		spent, err := jsonl.Spent(r.journal, r.name)
		if err != nil {
			return nil, nil, err
		}
		r.budget.Spent = spent
	}
	ctx, stop := r.m.Budget(context.Background(), r.budget)
	return ctx, stop, nil
}

// forward hands signals on to the command, and ends it when the budget does.
func (r *running) forward(signals chan os.Signal, budget context.Context, ended chan struct{}) {
	over := budget.Done()
	for {
		select {
		case s := <-signals:
			if fromTerminal(s) {
				continue // it went to the command as well
			}
			_ = r.cmd.Process.Signal(s)
		case <-over:
			over = nil
			var used *meter.BudgetError
			if errors.As(context.Cause(budget), &used) {
				r.say("%v: ending the command", used)
				_ = r.cmd.Process.Signal(syscall.SIGTERM)
			}
		case <-ended:
			return
		}
	}
}

// follow keeps a journal, if one was asked for. What it comes to is in the
// channel, after all has ended.
func (r *running) follow(ended chan struct{}) (chan error, error) {
	result := make(chan error, 1)
	if r.journal == "" {
		result <- nil
		return result, nil
	}
	j, err := jsonl.Open(r.journal)
	if err != nil {
		result <- nil
		return result, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() { <-ended; cancel() }()
	go func() { result <- errors.Join(j.Follow(ctx, r.m, r.name, tick), j.Close()) }()
	return result, nil
}

// show moves a line on a terminal.
func (r *running) show(ended chan struct{}) {
	f, ok := r.errs.(*os.File)
	if ok {
		info, err := f.Stat()
		ok = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	if !ok || r.quiet {
		return
	}
	ticks := time.NewTicker(tick)
	defer ticks.Stop()
	var s, begin meter.Snapshot
	r.m.Last(&begin)
	for {
		select {
		case <-ended:
			fmt.Fprint(f, "\r\x1b[K")
			return
		case <-ticks.C:
			s = meter.Snapshot{}
			r.m.Last(&s)
			if u, err := s.Sub(begin); err == nil {
				fmt.Fprintf(f, "\r\x1b[K%s: %v", r.name, u)
			}
		}
	}
}

// exitCode is what a shell would say.
func exitCode(err error) int {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		if err != nil {
			return exitSelf
		}
		return 0
	}
	if s, ok := exit.Sys().(syscall.WaitStatus); ok && s.Signaled() {
		return 128 + int(s.Signal())
	}
	return exit.ExitCode()
}
