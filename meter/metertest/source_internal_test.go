package metertest

import (
	"errors"
	"math"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A broken source is a good one but for what its fields replace.
type broken struct {
	n      int // reads so far
	closed bool

	report  func() source.Report
	reading func(n int, r *source.Reading)
	read    func(n int, dst []source.Reading) ([]source.Reading, error)
	late    func(dst []source.Reading) ([]source.Reading, error) // after Close
	close   func(again bool) error
}

func (b *broken) Report() source.Report {
	if b.report != nil {
		return b.report()
	}
	return source.Report{Found: []source.Zone{Package(0)}}
}

func (b *broken) Read(dst []source.Reading) ([]source.Reading, error) {
	if b.closed {
		if b.late != nil {
			return b.late(dst)
		}
		return dst, errClosed
	}
	b.n++
	if b.read != nil {
		return b.read(b.n, dst)
	}
	r := source.Reading{Zone: "package-0", Total: 1000, At: time.Now()}
	if b.reading != nil {
		b.reading(b.n, &r)
	}
	return append(dst, r), nil
}

func (b *broken) Close() error {
	again := b.closed
	b.closed = true
	if b.close != nil {
		return b.close(again)
	}
	return nil
}

var errDevice = errors.New("device")

// described is a source whose zone is described otherwise.
func described(change func(z *source.Zone)) broken {
	return broken{report: func() source.Report {
		z := Package(0)
		change(&z)
		return source.Report{Found: []source.Zone{z}}
	}}
}

// reported is a source whose report says that of a zone it has, and more.
func reported(r source.Report) broken {
	r.Found = append(r.Found, Package(0))
	return broken{report: func() source.Report { return r }}
}

// changing is a source that describes its zone anew each time.
func changing() broken {
	n := new(atomic.Int32)
	return described(func(z *source.Zone) { z.Die = int(n.Add(1)) })
}

func taken(change func(n int, r *source.Reading)) broken { return broken{reading: change} }

func TestCheckSource(t *testing.T) {
	good := func(n int, dst []source.Reading) []source.Reading {
		return append(dst, source.Reading{Zone: "package-0", Total: 1, At: time.Now()})
	}
	for _, tt := range []struct {
		name   string
		source broken
		want   string // "": nothing is wrong
	}{
		{"nothing", broken{}, ""},
		{"nothing, where a zone fails and another answers", broken{
			report: func() source.Report { return source.Report{Found: []source.Zone{Package(0), DRAM(0)}} },
			read:   func(n int, dst []source.Reading) ([]source.Reading, error) { return good(n, dst), errDevice },
		}, ""},
		{"nothing, where no zone is found and the reason told", broken{
			report: func() source.Report {
				return source.Report{Skipped: []source.Skip{{What: "gpu", Err: errDevice}}}
			},
			read: func(_ int, dst []source.Reading) ([]source.Reading, error) { return dst, nil },
		}, ""},
		{"nothing, where a reading is late and says so", taken(func(_ int, r *source.Reading) {
			r.At, r.Quality = r.At.Add(-time.Second), source.Late
		}), ""},

		{"zone without ID", described(func(z *source.Zone) { z.ID = "" }), `zone "": no ID`},
		{"zone of the meter", described(func(z *source.Zone) { z.ID = "rest" }), "that of a zone of the meter"},
		{"zone without kind", described(func(z *source.Zone) { z.Kind = 0 }), "no kind"},
		{"zone of an unknown kind", described(func(z *source.Zone) { z.Kind = 99 }), "no kind"},
		{"zone without level", described(func(z *source.Zone) { z.Level = 0 }), "no level"},
		{"zone without method", described(func(z *source.Zone) { z.Origin.Method = 0 }), "no method"},
		{"zone of an unknown nature", described(func(z *source.Zone) { z.Origin.Nature = 9 }), "unknown nature"},
		{"zone without a name of its origin", described(func(z *source.Zone) { z.Origin.Name = "" }), "no name"},
		{"zone with a sigma that is no number", described(func(z *source.Zone) { z.Origin.Sigma = math.NaN() }), "uncertainty"},
		{"zone with infinite idle power", described(func(z *source.Zone) { z.Idle = units.Power(math.Inf(1)) }), "idle power"},
		{"zone with a socket below -1", described(func(z *source.Zone) { z.Socket = -2 }), "socket"},
		{"zone in itself", described(func(z *source.Zone) { z.Parent = z.ID }), "own parent"},
		{"zone with a period below 0", described(func(z *source.Zone) { z.Period = -1 }), "period"},
		{"zone that changes", changing(), "described anew"},
		{"two zones of one ID", reported(source.Report{Found: []source.Zone{Package(0)}}), `two zones "package-0"`},
		{"found and skipped", reported(source.Report{Skipped: []source.Skip{{What: "package-0", Err: errDevice}}}), "both found and skipped"},
		{"skipped without a reason", reported(source.Report{Skipped: []source.Skip{{What: "gpu"}}}), "without a reason"},
		{"skipped without a name", reported(source.Report{Skipped: []source.Skip{{Err: errDevice}}}), "without a name"},
		{"assumption without a value", reported(source.Report{Assumed: []source.Assumption{{What: "x"}}}), "assumption"},
		{"report that panics", broken{report: func() source.Report { panic("no report") }}, "panic: no report"},

		{"reading of another zone", taken(func(_ int, r *source.Reading) { r.Zone = "gpu-0" }), `"gpu-0" is not in the report`},
		{"reading twice", broken{read: func(n int, dst []source.Reading) ([]source.Reading, error) {
			return good(n, good(n, dst)), nil
		}}, "twice"},
		{"dst is overwritten", broken{read: func(n int, dst []source.Reading) ([]source.Reading, error) {
			return good(n, dst[:0]), nil
		}}, "append to it"},
		{"dst is dropped", broken{read: func(n int, _ []source.Reading) ([]source.Reading, error) {
			return good(n, nil), nil
		}}, "append to it"},
		{"dst is lost beside an error", broken{read: func(int, []source.Reading) ([]source.Reading, error) {
			return nil, errDevice
		}}, "append to it"},
		{"silence", broken{read: func(_ int, dst []source.Reading) ([]source.Reading, error) { return dst, nil }}, "there is no error"},
		{"never an answer", broken{read: func(_ int, dst []source.Reading) ([]source.Reading, error) { return dst, errDevice }}, "ever answered"},
		{"total falls", taken(func(n int, r *source.Reading) {
			if n == 50 {
				r.Total--
			}
		}), "total fell"},
		{"total jumps", taken(func(n int, r *source.Reading) {
			if n >= 50 {
				r.Total = 1 << 60
			}
		}), "than any machine draws"},
		{"time without monotonic clock", taken(func(_ int, r *source.Reading) { r.At = r.At.Round(0) }), "monotonic"},
		{"no time", taken(func(_ int, r *source.Reading) { r.At = time.Time{} }), "without a time"},
		{"time to come", taken(func(_ int, r *source.Reading) { r.At = r.At.Add(time.Hour) }), "after the end"},
		{"time long ago", taken(func(_ int, r *source.Reading) { r.At = r.At.Add(-time.Hour) }), "not marked late"},
		{"time goes back", taken(func(n int, r *source.Reading) {
			r.At, r.Quality = r.At.Add(-time.Duration(n)*time.Hour), source.Late
		}), "went back"},
		{"missing falls", taken(func(n int, r *source.Reading) { r.Missing = time.Duration(200 - n) }), "missing time fell"},
		{"missing below 0", taken(func(_ int, r *source.Reading) { r.Missing = -1 }), "below 0"},
		{"read panics", taken(func(n int, _ *source.Reading) {
			if n == 3 {
				panic("at the disco")
			}
		}), "panic: at the disco"},

		{"read after close", broken{late: func(dst []source.Reading) ([]source.Reading, error) { return dst, nil }}, "read after close: no error"},
		{"reading after close", broken{late: func(dst []source.Reading) ([]source.Reading, error) { return good(0, dst), errClosed }}, "read after close: 1"},
		{"panic after close", broken{late: func([]source.Reading) ([]source.Reading, error) { panic("closed") }}, "read after close: panic: closed"},
		{"close fails", broken{close: func(bool) error { return errDevice }}, "close: device"},
		{"close twice is an error", broken{close: func(again bool) error {
			if again {
				return errDevice
			}
			return nil
		}}, ""},
		{"close twice panics", broken{close: func(again bool) error {
			if again {
				panic("twice")
			}
			return nil
		}}, "second close: panic: twice"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			errs := checkSource(func() (meter.Source, error) { s := tt.source; return &s, nil })
			if tt.want == "" {
				require.Empty(t, errs)
				return
			}
			require.ErrorContains(t, errors.Join(errs...), tt.want)
			require.Less(t, len(errs), 10, "each fault once")
		})
	}
}

func TestCheckOpen(t *testing.T) {
	errs := checkSource(func() (meter.Source, error) { return nil, errDevice })
	require.Len(t, errs, 1)
	require.ErrorIs(t, errs[0], errDevice)
	require.EqualError(t, errors.Join(checkSource(func() (meter.Source, error) { return nil, nil })...),
		"metertest: source: open: no source and no error")

	opened := 0
	errs = checkSource(func() (meter.Source, error) {
		if opened++; opened > 1 {
			return nil, errDevice
		}
		return &broken{}, nil
	})
	require.Len(t, errs, 1, "a source that was closed can be opened again")
}

func TestCheckAllocations(t *testing.T) {
	keep := make([]*int, 1)
	hungry := func() (meter.Source, error) {
		return &broken{reading: func(n int, _ *source.Reading) { keep[0] = &n }}, nil
	}
	require.Empty(t, checkSource(hungry), "advice, not a rule")
	errs := checkSource(hungry, WithoutAllocations())
	require.Len(t, errs, 1)
	require.ErrorContains(t, errs[0], "allocations, though dst has room")
}

// The race detector finds what Report and Read share; a panic of the one beside
// the other is found without it.
func TestCheckBeside(t *testing.T) {
	reading := new(atomic.Bool)
	errs := checkSource(func() (meter.Source, error) {
		return &broken{
			reading: func(int, *source.Reading) {
				reading.Store(true)
				time.Sleep(100 * time.Microsecond) // so that a report falls into it
				reading.Store(false)
			},
			report: func() source.Report {
				if reading.Load() {
					panic("busy")
				}
				time.Sleep(10 * time.Microsecond)
				return source.Report{Found: []source.Zone{Package(0)}}
			},
		}, nil
	})
	require.EqualError(t, errors.Join(errs...), "metertest: source: report beside read: panic: busy")
}
