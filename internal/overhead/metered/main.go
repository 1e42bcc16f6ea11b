// Command metered does nothing but to have a meter that reads every second,
// until its standard input ends. It prints how long the start took, and at the
// end what the meter says that it cost. See ./internal/overhead.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
)

func main() {
	sys := flag.String("sys", "", "root of sysfs; empty: that of this machine")
	flag.Parse()
	began := time.Now()
	m, err := meter.Start(context.Background(), meter.WithRoots("", *sys), meter.WithGrid(intensity.Country("FR")))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(time.Since(began).Nanoseconds())
	_, _ = io.Copy(io.Discard, os.Stdin)
	began = time.Now()
	err = m.Stop()
	stop := time.Since(began)
	var s meter.Snapshot
	m.Last(&s)
	fmt.Println(stop.Nanoseconds(), s.Effort.Reads, s.Effort.CPU.Nanoseconds(), s.Effort.Errors)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
