package otelsci

import (
	"errors"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/metric"
)

// An Option changes what [Register] emits, or where to. A value that makes no
// sense is an error of Register.
type Option func(*config) error

type config struct {
	provider metric.MeterProvider // nil: the global one
	hardware bool
	score    bool
	window   time.Duration
	accounts int
}

// Defaults of what is emitted.
const (
	DefaultAccountLimit = 512         // accounts told apart
	DefaultScoreWindow  = time.Minute // over which sci.score is taken
)

// OtherAccount is the sci.account of all that are not told apart.
const OtherAccount = "_OTHER"

func newConfig(opts []Option) (config, error) {
	c := config{score: true, window: DefaultScoreWindow, accounts: DefaultAccountLimit}
	var errs []error
	for _, opt := range opts {
		errs = append(errs, opt(&c))
	}
	return c, errors.Join(errs...)
}

// WithMeterProvider says where to register; the default is the global
// MeterProvider.
func WithMeterProvider(p metric.MeterProvider) Option {
	return func(c *config) error {
		if p == nil {
			return errors.New("otelsci: WithMeterProvider: want a MeterProvider, not nil; leave the option out for the global one")
		}
		c.provider = p
		return nil
	}
}

// WithHardwareMetrics adds hw.energy and hw.power, and hw.host.energy and
// hw.host.power: what the components of the host have used and draw, whoever
// caused it. Switch them on for one meter of a host only: several would count
// each component several times.
func WithHardwareMetrics() Option {
	return func(c *config) error {
		c.hardware = true
		return nil
	}
}

// WithoutScore leaves out sci.score, as where it is computed from the counters
// anyway.
func WithoutScore() Option {
	return func(c *config) error {
		c.score = false
		return nil
	}
}

// WithScoreWindow says how much time sci.score is taken over, one second to a
// day; the default is [DefaultScoreWindow]. A window ends with the first
// collection at or after that time, so that it is never shorter than the time
// between two collections.
func WithScoreWindow(d time.Duration) Option {
	return func(c *config) error {
		if d < time.Second || d > 24*time.Hour {
			return fmt.Errorf("otelsci: WithScoreWindow: want 1s to 24h, such as 1m, not %v", d)
		}
		c.window = d
		return nil
	}
}

// WithAccountLimit says how many accounts are told apart; the default is
// [DefaultAccountLimit]. Further ones are together [OtherAccount]. The accounts
// that every meter has do not count.
func WithAccountLimit(n int) Option {
	return func(c *config) error {
		if n < 0 {
			return fmt.Errorf("otelsci: WithAccountLimit: want at least 0, not %d", n)
		}
		c.accounts = n
		return nil
	}
}
