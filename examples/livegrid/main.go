// Livegrid is a service that knows what a request emits, by the grid of the
// moment: with the live figures of Great Britain, which need no key, and the
// annual figure of the country behind them.
//
//	go run ./examples/livegrid
//	go run ./examples/livegrid -offline     # figures that are made up, no network
//
// What a service of your own needs of it is chain, in grid.go, and the first
// lines of serve, below.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/scimeter/scimeter/meter"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	context.AfterFunc(ctx, stop) // the second interrupt ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run is the whole program. It returns the exit code: 0, 1 where it does not
// work, 2 where what was asked for makes no sense.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args)
	if err == nil {
		err = serve(ctx, o, stdout)
	}
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stderr, help)
		return 0
	}
	fmt.Fprintln(stderr, "livegrid:", strings.ReplaceAll(err.Error(), "\n", "; "))
	var option *meter.OptionError // such as a wrong SCIMETER_PUE
	if errors.Is(err, errUsage) || errors.As(err, &option) {
		return 2
	}
	return 1
}

// serve runs the service until its time is over or ctx ends, and reports all
// the while. The meter refreshes the grid by itself: no request waits for it.
func serve(ctx context.Context, o options, stdout io.Writer) error {
	grid, about, err := chain(o)
	if err != nil {
		return err
	}
	m, err := meter.Start(ctx, meter.FromEnv(), meter.WithGrid(grid))
	if err != nil {
		return err
	}
	defer m.Stop()
	fmt.Fprintln(stdout, "livegrid: "+about)

	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", o.addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: handler(m), ReadHeaderTimeout: 5 * time.Second}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	url := "http://" + listener.Addr().String() + "/"
	fmt.Fprintln(stdout, "livegrid: at "+url)

	if o.duration > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, o.duration)
		defer cancel()
	}
	asked := make(chan struct{})
	go func() { defer close(asked); request(ctx, url, o.rate) }()
	err = report(ctx, m, grid, o.every, stdout)
	<-asked
	err = errors.Join(err, server.Close())
	if failed := <-served; !errors.Is(failed, http.ErrServerClosed) {
		err = errors.Join(err, failed)
	}
	return err
}
