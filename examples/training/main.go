// Training trains a small network to read digits, and knows what that emits:
// energy and carbon of each epoch, a budget that it stops at, and what all of it
// has used, over interrupts, crashes and restarts.
//
//	go run ./examples/training -zone IE -budget 50mg
//	go run ./examples/training -zone IE -budget 100mg    # goes on
//
// What a training run of your own needs of it is trainer.go.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/scimeter/scimeter/meter"
)

func main() {
	// Slurm and Kubernetes send SIGTERM some time before they kill.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second interrupt ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the whole program. It returns the exit code: 0, 1 where it does not
// work, 2 where what was asked for makes no sense, 3 where it has stopped early.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args)
	if err == nil {
		err = train(ctx, o, stdout)
	}
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stderr, help)
		return 0
	}
	fmt.Fprintln(stderr, "training:", strings.ReplaceAll(err.Error(), "\n", "; "))
	var option *meter.OptionError // such as a wrong SCIMETER_PUE
	switch {
	case errors.Is(err, errUsage) || errors.As(err, &option):
		return 2
	case errors.Is(err, errEarly):
		return 3
	}
	return 1
}

func train(ctx context.Context, o options, stdout io.Writer) error {
	m, err := meter.Start(ctx, o.meter()...)
	if err != nil {
		return err
	}
	defer m.Stop()
	return newTrainer(o, m, stdout).train(ctx)
}

// plain prints lines without a time: each has how long its epoch took.
func plain(w io.Writer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			if len(groups) == 0 && a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
}
