package metertest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/source"
)

// TestSource checks that a source keeps the contract of [meter.Source], and
// fails t for each rule that it breaks. It opens the source by open several
// times, one after the other, reads it a hundred times and closes it.
//
// The rules: each zone of the report has an ID of its own that does not change,
// a kind, a level and a method, and no figure that is negative, infinite or not
// a number; what is skipped says why. Read appends to what it is given, once
// for each zone of the report and for no other, or returns an error; totals and
// missing times never fall; each reading was taken during its Read, by the
// monotonic clock, or is marked late. Report may be called beside Read: run the
// test with -race. After Close, Read returns an error and nothing else; a
// second Close does no harm. Nothing panics.
//
// Whether the figures are right is for tests of your own.
func TestSource(t *testing.T, open func() (meter.Source, error), opts ...SourceOption) {
	t.Helper()
	for _, err := range checkSource(open, opts...) {
		t.Error(err)
	}
}

// A SourceOption adds to what [TestSource] does.
type SourceOption func(*check)

// Between lets f run between one read and the next, such as to let the device
// that stands behind the source count on, or to take it away and bring it back.
func Between(f func()) SourceOption { return func(c *check) { c.between = f } }

// WithoutAllocations wants Read to allocate nothing where dst has room. That is
// no rule, but what a meter hopes for, which reads every second for months. As
// [testing.AllocsPerRun], it does not go with tests that run in parallel.
func WithoutAllocations() SourceOption { return func(c *check) { c.allocations = true } }

// reads is how often a source is read, and reports how often it is asked for
// its report meanwhile.
const (
	reads   = 100
	reports = 100
)

// A check is one run of TestSource.
type check struct {
	between     func()
	allocations bool

	errs  []error
	said  map[string]bool
	zones map[string]source.Zone // as reported first
	last  map[string]source.Reading
}

// checkSource returns what is wrong with a source, each fault once.
func checkSource(open func() (meter.Source, error), opts ...SourceOption) []error {
	c := &check{
		between: func() {}, said: map[string]bool{},
		zones: map[string]source.Zone{}, last: map[string]source.Reading{},
	}
	for _, opt := range opts {
		opt(c)
	}
	for _, part := range []func(meter.Source){c.alone, c.beside, c.allocates} {
		c.during("open", func() {
			s, err := open()
			switch {
			case err != nil:
				c.fault("open: %w", err)
			case s == nil:
				c.fault("open: no source and no error")
			default:
				part(s)
				c.close(s)
			}
		})
		clear(c.last)
	}
	return c.errs
}

// fault notes what is wrong, once.
func (c *check) fault(format string, args ...any) {
	err := fmt.Errorf("metertest: source: "+format, args...)
	if c.said[err.Error()] {
		return
	}
	c.said[err.Error()] = true
	c.errs = append(c.errs, err)
}

// during runs f; a panic is a fault.
func (c *check) during(what string, f func()) {
	if err := try(f); err != nil {
		c.fault("%s: %w", what, err)
	}
}

// try runs f and returns its panic as an error.
func try(f func()) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	f()
	return nil
}

// alone reads s again and again.
func (c *check) alone(s meter.Source) {
	for range reads {
		c.read(s)
		c.between()
	}
	if len(c.zones) > 0 && len(c.last) == 0 {
		c.fault("no zone ever answered")
	}
}

// beside reads s while another goroutine asks for its report. Faults of the
// readings are those of alone; what is new is left to the race detector.
func (c *check) beside(s meter.Source) {
	done := make(chan error, 1)
	go func() {
		done <- try(func() {
			for range reports {
				s.Report()
			}
		})
	}()
	var dst []source.Reading
	c.during("read beside report", func() {
		for range reads {
			dst, _ = s.Read(dst[:0])
		}
	})
	if err := <-done; err != nil {
		c.fault("report beside read: %w", err)
	}
}

// allocates looks at the memory that a read takes.
func (c *check) allocates(s meter.Source) {
	if !c.allocations {
		return
	}
	dst, _ := s.Read(make([]source.Reading, 0, 64))
	c.during("read", func() {
		if n := testing.AllocsPerRun(reads, func() { dst, _ = s.Read(dst[:0]) }); n > 0 {
			c.fault("read: %v allocations, though dst has room", n)
		}
	})
}

// close closes s twice, and reads it then.
func (c *check) close(s meter.Source) {
	c.during("close", func() {
		if err := s.Close(); err != nil {
			c.fault("close: %w", err)
		}
	})
	c.during("read after close", func() {
		got, err := s.Read(nil)
		if err == nil {
			c.fault("read after close: no error")
		}
		if len(got) > 0 {
			c.fault("read after close: %d readings", len(got))
		}
	})
	c.during("report after close", func() { s.Report() })
	c.during("second close", func() { _ = s.Close() })
}

var (
	errUnknown  = errors.New("is not in the report")
	errTwice    = errors.New("was read twice by one call")
	errNoAnswer = errors.New("is in the report and was not read, and there is no error")
)
