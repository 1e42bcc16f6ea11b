package meter_test

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

// Profiles is a profiler that shows in each window the samples that it was told,
// by their mark.
type profiles struct {
	mu             sync.Mutex
	samples        map[string]uint64
	busy           error     // somebody else has a profile
	open           io.Writer // nil: none
	starts, stops  int
	stopsOfAnother int
}

// counts are how often a profile was started, stopped, and stopped that was not
// ours to stop.
func (s *profiles) counts() (starts, stops, others int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.starts, s.stops, s.stopsOfAnother
}

func (s *profiles) show(samples map[*meter.Account]uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.samples = map[string]uint64{}
	for a, n := range samples {
		s.samples[meter.Mark(a)] = n
	}
}

func (s *profiles) occupy(err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.busy = err
}

func (s *profiles) Start(w io.Writer) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.busy != nil {
		return s.busy
	}
	s.starts++
	s.open = w
	return nil
}

func (s *profiles) Stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stops++
	if s.open == nil {
		s.stopsOfAnother++
		return
	}
	s.write()
}

// write ends a profile. s.mu is held.
func (s *profiles) write() {
	_, _ = s.open.Write(encodeProfile(s.samples))
	s.open = nil
}

func (s *profiles) opened() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.open != nil
}

// take ends the profile of the meter, as somebody does who stops what he did not
// start.
func (s *profiles) take() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		return false
	}
	s.write()
	return true
}

// encodeProfile writes samples as runtime/pprof does, the strings last.
func encodeProfile(samples map[string]uint64) []byte {
	strings := []string{"", "samples", "count", "cpu", "nanoseconds", "scimeter.account", "route", "GET /"}
	text := func(s string) uint64 {
		if i := slices.Index(strings, s); i >= 0 {
			return uint64(i)
		}
		strings = append(strings, s)
		return uint64(len(strings) - 1)
	}
	var b []byte
	for _, t := range [][2]uint64{{1, 2}, {3, 4}} {
		b = message(b, 1, integer(integer(nil, 1, t[0]), 2, t[1]))
	}
	for mark, n := range samples {
		sample := message(nil, 1, binary.AppendUvarint(nil, 7))
		sample = message(sample, 2, binary.AppendUvarint(binary.AppendUvarint(nil, n), n*10_000_000))
		sample = message(sample, 3, integer(integer(nil, 1, text("route")), 2, text("GET /")))
		if mark != "" {
			sample = message(sample, 3, integer(integer(nil, 1, text("scimeter.account")), 2, text(mark)))
		}
		b = message(b, 2, sample)
	}
	b = integer(b, 10, 1e9)
	for _, s := range strings {
		b = message(b, 6, []byte(s))
	}
	return compressed(b)
}

func message(b []byte, field uint64, sub []byte) []byte {
	b = binary.AppendUvarint(b, field<<3|2)
	return append(binary.AppendUvarint(b, uint64(len(sub))), sub...)
}

func integer(b []byte, field, v uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(b, field<<3), v)
}

func compressed(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, _ = z.Write(b)
	_ = z.Close()
	return out.Bytes()
}

// sampledMeter meters a machine on which only this scope works, by samples.
func sampledMeter(t *testing.T, opts ...meter.Option) (*meter.Meter, *metertest.Machine, *profiles) {
	t.Helper()
	p := &profiles{}
	m, machine := busyMeter(t, append([]meter.Option{meter.WithAttribution(meter.CPUSamples), meter.WithProfiler(p)}, opts...)...)
	return m, machine, p
}

// last returns what was used since from, once the meter has stopped.
func last(t *testing.T, m *meter.Meter, from meter.Snapshot) meter.Usage {
	t.Helper()
	require.NoError(t, m.Stop())
	to, err := m.Read(t.Context())
	require.NoError(t, err)
	u, err := to.Sub(from)
	require.NoError(t, err)
	shared(t, u)
	return u
}

func TestCPUSamples(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, machine, p := sampledMeter(t)
		require.Equal(t, meter.CPUSamples, m.Ledger().Attribution())
		require.Equal(t, meter.CPUSamples, m.Method().Attribution)
		require.Equal(t, time.Second, m.Method().ProfileWindow)
		require.Equal(t, 5*time.Second, m.Method().ProfileCycle)
		a, b := m.Ledger().Account("A"), m.Ledger().Account("B", meter.Label{Key: "tenant", Value: "x"})
		p.show(map[*meter.Account]uint64{a: 60, b: 30, nil: 10})
		from, err := m.Read(t.Context())
		require.NoError(t, err)

		workFor(machine, 4*time.Second, 12)
		now, err := m.Read(t.Context())
		require.NoError(t, err)
		u, err := now.Sub(from)
		require.NoError(t, err)
		require.Equal(t, int64(joules(12)), u.Pending, "nobody waits for samples")
		shared(t, u)

		workFor(machine, 6500*time.Millisecond, 18)
		now, err = m.Read(t.Context())
		require.NoError(t, err)
		u, err = now.Sub(from)
		require.NoError(t, err)
		require.Positive(t, u.Pending)
		require.Less(t, u.Pending, int64(joules(10)))
		shared(t, u)

		u = last(t, m, from)
		require.Zero(t, u.Pending)
		got := owners(t, u.Accounts)
		require.Equal(t, joules(30), u.Microjoules)
		require.InDelta(t, 18, got["A"].Microjoules.Joules(), 5e-6)
		require.InDelta(t, 9, got["B"].Microjoules.Joules(), 5e-6)
		require.InDelta(t, 3, got[meter.UnattributedAccount].Microjoules.Joules(), 5e-6, "shown, and not spread")
		starts, stops, _ := p.counts()
		require.Equal(t, starts, stops)
		require.InDelta(t, 2.5, float64(starts), 0.5, "one second of five")
		n := int64(starts)
		require.Equal(t, 60*n, got["A"].Samples)
		require.Equal(t, 100*n, got["A"].AllSamples)
		require.Empty(t, u.Missing)
		again(t, u)
	})
}

// Few samples are gathered for up to a minute; energy without any is nobody's.
func TestCPUSamplesOfLittleWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, machine, p := sampledMeter(t)
		a := m.Ledger().Account("A")
		p.show(map[*meter.Account]uint64{a: 1, nil: 1})
		from, err := m.Read(t.Context())
		require.NoError(t, err)
		workFor(machine, 30*time.Second, 30)
		now, err := m.Read(t.Context())
		require.NoError(t, err)
		require.Equal(t, int64(joules(30)), now.Pending)
		workFor(machine, 41*time.Second, 41)
		now, err = m.Read(t.Context())
		require.NoError(t, err)
		u, err := now.Sub(from)
		require.NoError(t, err)
		require.Less(t, u.Pending, int64(joules(15)))
		got := owners(t, u.Accounts)
		require.Equal(t, got["A"].Microjoules, got[meter.UnattributedAccount].Microjoules)

		// Once nothing has waited for long, what comes is not late at once.
		p.show(nil)
		machine.Run(10*time.Minute, metertest.Phase{})
		u = window(t, m, func() {
			workFor(machine, time.Second, 1)
			machine.Run(9*time.Second, metertest.Phase{})
			p.show(map[*meter.Account]uint64{a: 100})
			machine.Run(20*time.Second, metertest.Phase{})
		})
		require.Equal(t, joules(1), owners(t, u.Accounts)["A"].Microjoules)
		require.Zero(t, owners(t, u.Accounts)[meter.UnattributedAccount].Microjoules)

		p.show(nil)
		u = window(t, m, func() { workFor(machine, 200*time.Second, 200) })
		shared(t, u)
		require.Less(t, owners(t, u.Accounts)["A"].Microjoules, joules(75))
		require.Greater(t, owners(t, u.Accounts)[meter.UnattributedAccount].Microjoules, joules(120))
	})
}

func TestCPUSamplesBesideAnotherProfile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, machine, p := sampledMeter(t)
		a := m.Ledger().Account("A")
		p.show(map[*meter.Account]uint64{a: 100})
		p.occupy(errors.New("cpu profiling already in use"))
		from, err := m.Read(t.Context())
		require.NoError(t, err)
		workFor(machine, 22*time.Second, 22)
		now, err := m.Read(t.Context())
		require.NoError(t, err)
		require.Equal(t, int64(joules(22)), now.Pending)
		require.Len(t, now.Failures, 1)
		require.Equal(t, "profile", now.Failures[0].Source)
		require.Equal(t, "in_use", now.Failures[0].Type)
		require.GreaterOrEqual(t, now.Failures[0].N, 4)
		_, stops, _ := p.counts()
		require.Zero(t, stops, "what it did not start it does not stop")

		p.occupy(nil)
		workFor(machine, 8*time.Second, 8)
		u := last(t, m, from)
		require.Equal(t, joules(30), owners(t, u.Accounts)["A"].Microjoules, "under the samples that came after")
		_, _, others := p.counts()
		require.Zero(t, others)
	})
}

func TestCPUSamplesOfAProfileThatIsTaken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, machine, p := sampledMeter(t)
		a := m.Ledger().Account("A")
		p.show(map[*meter.Account]uint64{a: 100})
		from, err := m.Read(t.Context())
		require.NoError(t, err)
		taken := false
		for range 5000 {
			workFor(machine, time.Millisecond, 0.001)
			taken = taken || p.take()
		}
		require.True(t, taken)
		workFor(machine, 1100*time.Millisecond, 1.1)
		now, err := m.Read(t.Context())
		require.NoError(t, err)
		require.Equal(t, []meter.Failure{{Source: "profile", Type: "taken", N: 1}}, now.Failures)
		_, _, others := p.counts()
		require.Zero(t, others)
		u := last(t, m, from)
		require.Equal(t, joules(6.1), owners(t, u.Accounts)["A"].Microjoules, "what it had shown still counts")
	})
}

func TestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, machine, p := sampledMeter(t, meter.WithProfile(time.Second, time.Second))
		a := m.Ledger().Account("A")
		p.show(map[*meter.Account]uint64{a: 100})
		workFor(machine, 100*time.Millisecond, 1)
		require.True(t, p.opened())
		began := time.Now()
		first, second := m.Ledger().Pause(), m.Ledger().Pause()
		require.Zero(t, time.Since(began))
		require.False(t, p.opened(), "at once, in the middle of a window")
		starts, _, _ := p.counts()
		workFor(machine, 3*time.Second, 1)
		first()
		first()
		workFor(machine, 3*time.Second, 1)
		again, _, _ := p.counts()
		require.Equal(t, starts, again, "somebody else has it paused")
		second()
		workFor(machine, 3*time.Second, 1)
		again, _, _ = p.counts()
		require.Greater(t, again, starts)
		s, err := m.Read(t.Context())
		require.NoError(t, err)
		require.Empty(t, s.Failures, "as was asked for")
		require.NoError(t, m.Stop())
		m.Ledger().Pause()()
	})
	var none *meter.Ledger
	none.Pause()()
	m, _ := busyMeter(t)
	m.Ledger().Pause()()
}

// The end of the meter is that of its window, and of what waits.
func TestCPUSamplesUntilTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, machine, p := sampledMeter(t)
		p.show(map[*meter.Account]uint64{m.Ledger().Account("A"): 3, nil: 1})
		from, err := m.Read(t.Context())
		require.NoError(t, err)
		workFor(machine, 500*time.Millisecond, 4)
		require.True(t, p.opened())
		u := last(t, m, from)
		require.Zero(t, u.Pending)
		require.Equal(t, joules(3), owners(t, u.Accounts)["A"].Microjoules)
		require.False(t, p.opened())
	})
}

func TestCPUSamplesAndCards(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &profiles{}
		machine := metertest.New(2, package0(1e-9), card("gpu/0", h100))
		m := begin(t, bare(machine, meter.WithPolicy(meter.Marginal), meter.WithAttribution(meter.CPUSamples), meter.WithProfiler(p)))
		a, b := m.Ledger().Account("A"), m.Ledger().Account("B")
		p.show(map[*meter.Account]uint64{a: 100})
		u := window(t, m, func() {
			a.Charge(1)
			b.Charge(1)
			machine.Run(12*time.Second, metertest.Phase{Own: 12 * time.Second, Busy: 12 * time.Second,
				Energy: map[string]units.Microjoules{"package-0": joules(12), "gpu/0": joules(4000)}})
		})
		shared(t, u)
		got := owners(t, u.Accounts)
		require.Positive(t, got["B"].Microjoules, "by what it was charged")
		require.GreaterOrEqual(t, got["A"].Microjoules-got["B"].Microjoules, joules(9))
		require.LessOrEqual(t, got["A"].Microjoules-got["B"].Microjoules, joules(12))
		require.Zero(t, got[meter.UnattributedAccount].Microjoules)
	})
}

// Whatever happens in between, all that is charged is owned or pending, and by
// the end it is owned.
func TestCPUSamplesConserve(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			wait(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC))
			r := rand.New(rand.NewPCG(seed, 2))
			p := &profiles{}
			machine := metertest.New(2, metertest.Package(0), card("gpu/0", h100))
			opts := []meter.Option{
				machine.Options(), meter.WithAttribution(meter.CPUSamples), meter.WithProfiler(p), meter.WithSite(sci.Site{PUE: 1.3}),
				meter.WithProfile(100*time.Millisecond, time.Duration(100+r.IntN(4000))*time.Millisecond),
			}
			if seed%3 > 0 {
				opts = append(opts, meter.WithGrid(gridOf(7*time.Second, 100, 300, 50)))
			}
			m := begin(t, opts...)
			from, err := m.Read(t.Context())
			require.NoError(t, err)
			before := from
			for range 100 {
				a := m.Ledger().Account(fmt.Sprint(r.IntN(12)))
				switch r.IntN(5) {
				case 0:
					p.show(map[*meter.Account]uint64{a: r.Uint64N(200), m.Ledger().Account("B"): r.Uint64N(2), nil: r.Uint64N(20)})
				case 1:
					p.occupy([]error{nil, errors.New("in use")}[r.IntN(2)])
				case 2:
					a.Charge(r.ExpFloat64())
				case 3:
					p.take()
				case 4:
					d := time.Duration(r.IntN(1500)) * time.Millisecond
					machine.Run(d, metertest.Phase{Own: d, Busy: 2 * d, Energy: map[string]units.Microjoules{
						"package-0": units.Microjoules(r.IntN(1e8)), "gpu/0": units.Microjoules(r.IntN(1e9))}})
					now, err := m.Read(t.Context())
					require.NoError(t, err)
					u, err := now.Sub(before)
					require.NoError(t, err)
					shared(t, u)
					again(t, u)
					before = now
				}
			}
			u := last(t, m, from)
			require.Zero(t, u.Pending)
			_, _, others := p.counts()
			require.Zero(t, others)
			full := u
			full.Accounts = u.Full()
			shared(t, full)
		})
	}
}
