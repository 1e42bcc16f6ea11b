package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"time"
)

const help = `livegrid serves requests and reports what each emits, by the grid of the moment.

  -place place     a country (GB), a zone (DE) or a cloud region (aws:eu-west-2)
  -provider name   ukgrid (default, no key),
                   electricitymaps (key in ELECTRICITYMAPS_TOKEN),
                   watttime (WATTTIME_USER and WATTTIME_PASSWORD; marginal)
  -cache dir       keep figures there, so that a restart in an outage has them
  -offline         ukgrid with figures that are made up, without a network
  -addr address    where to listen (default 127.0.0.1:0)
  -every duration  time between two reports (default 10s)
  -for duration    how long to serve; 0: until interrupted (default)
  -rate n          requests a second that it sends to itself (default 20)

Environment: SCIMETER_PUE and what else meter.FromEnv reads.
`

// errUsage reports arguments that make no sense.
var errUsage = errors.New("see -help")

type options struct {
	place, provider, cache, addr string
	offline                      bool
	every, duration              time.Duration
	rate                         int
}

func parse(args []string) (options, error) {
	var o options
	flags := flag.NewFlagSet("livegrid", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // errors are one line, printed by run
	flags.StringVar(&o.place, "place", "GB", "")
	flags.StringVar(&o.provider, "provider", "ukgrid", "")
	flags.StringVar(&o.cache, "cache", "", "")
	flags.StringVar(&o.addr, "addr", "127.0.0.1:0", "")
	flags.BoolVar(&o.offline, "offline", false, "")
	flags.DurationVar(&o.every, "every", 10*time.Second, "")
	flags.DurationVar(&o.duration, "for", 0, "")
	flags.IntVar(&o.rate, "rate", 20, "")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return o, err
	case err != nil:
		return o, fmt.Errorf("%w (%w)", err, errUsage)
	case flags.NArg() > 0:
		return o, fmt.Errorf("unexpected argument %q (%w)", flags.Arg(0), errUsage)
	case o.every < 100*time.Millisecond || o.duration < 0:
		return o, fmt.Errorf("-every is at least 100ms, and -for not negative (%w)", errUsage)
	case o.rate < 0 || o.rate > 1000:
		return o, fmt.Errorf("-rate is 0 to 1000 (%w)", errUsage)
	case o.offline && o.provider != "ukgrid":
		return o, fmt.Errorf("-offline has figures of ukgrid alone (%w)", errUsage)
	}
	return o, nil
}
