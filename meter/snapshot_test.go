package meter_test

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// gate is a source with one zone that can be held up. It counts its reads.
type gate struct {
	zone   source.Zone
	reads  atomic.Int64
	joules atomic.Int64
	shut   atomic.Pointer[chan struct{}] // not nil: a read waits until it is closed
	closed atomic.Int64
}

func (g *gate) Report() source.Report { return source.Report{Found: []source.Zone{g.zone}} }

func (g *gate) Read(dst []source.Reading) ([]source.Reading, error) {
	if c := g.shut.Load(); c != nil {
		<-*c
	}
	g.reads.Add(1)
	total := units.Microjoules(g.joules.Add(1)) * 1e6
	return append(dst, source.Reading{Zone: g.zone.ID, Total: total, At: time.Now()}), nil
}

func (g *gate) Close() error {
	g.closed.Add(1)
	return nil
}

// hold lets all reads wait from now on until the function it returns is called.
func (g *gate) hold() (open func()) {
	c := make(chan struct{})
	g.shut.Store(&c)
	return func() {
		g.shut.Store(nil)
		close(c)
	}
}

func TestSubRefuses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(1))
		m, o := begin(t, bare(machine)), begin(t, bare(machine))
		read := func(m *meter.Meter) meter.Snapshot {
			s, err := m.Read(t.Context())
			require.NoError(t, err)
			return s
		}
		first := read(m)
		machine.Run(0, work("package-0", 10)) // of the same instant
		second := read(m)
		machine.Run(time.Second, work("package-0", 10))
		third := read(m)
		for _, pair := range [][2]meter.Snapshot{
			{first, third}, {first, second}, {third, read(o)}, {read(o), third}, {third, {}}, {{}, third}, {{}, {}},
		} {
			u, err := pair[0].Sub(pair[1])
			require.ErrorIs(t, err, meter.ErrUnrelated)
			require.Zero(t, u)
		}
		u, err := second.Sub(first)
		require.NoError(t, err)
		require.Equal(t, joules(10), u.Machine)
		require.Zero(t, u.Duration())
		require.NotContains(t, u.String(), "W", "no time, no power")
	})
}

// TestSnapshotsStay: what was read does not change when the meter goes on.
func TestSnapshotsStay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(1), metertest.DRAM(0))
		grid := gridOf(7*time.Second, 100, 200, 300, 400, 500, 600, 700, 800, 900)
		m := begin(t, machine.Options(), meter.WithGrid(grid))
		var kept []meter.Snapshot
		var then [][]meter.ZoneTotal
		var usages []meter.Usage
		first, err := m.Read(t.Context())
		require.NoError(t, err)
		var reused meter.Snapshot
		for i := range 8 {
			m.Count("request", 1)
			machine.Run(5*time.Second, work("package-0", 10))
			require.NoError(t, m.ReadInto(t.Context(), &reused))
			s, err := m.Read(t.Context())
			require.NoError(t, err)
			require.EqualValues(t, i+1, s.Counts[0].N)
			u, err := s.Sub(first)
			require.NoError(t, err)
			kept, then, usages = append(kept, s), append(then, slices.Clone(s.Zones)), append(usages, u)
		}
		for i, s := range kept {
			require.Equal(t, then[i], s.Zones)
			require.EqualValues(t, i+1, s.Counts[0].N)
			u, err := s.Sub(first)
			require.NoError(t, err)
			require.Equal(t, usages[i], u)
			conserved(t, u)
		}
		// A window does not share memory with its snapshots.
		usages[3].Zones[0].Charged, usages[3].Counts[0].N, usages[3].Steps[0].Booked = 1, 1e9, 1e9
		u, err := kept[3].Sub(first)
		require.NoError(t, err)
		require.EqualValues(t, 4, u.R("request"))
		conserved(t, u)
	})
}

// TestReaders holds under -race: snapshots share what never changes.
func TestReaders(t *testing.T) {
	source := &gate{zone: measured()}
	m, err := meter.Start(t.Context(), meter.WithSource(source), meter.WithScope(metertest.New(2).Scope()),
		meter.WithGrid(intensity.Country("FR")), meter.WithInterval(meter.MinInterval), meter.WithPolicy(meter.Proportional))
	require.NoError(t, err)
	start, err := m.Read(t.Context())
	require.NoError(t, err)
	var readers sync.WaitGroup
	for i := range 50 {
		readers.Go(func() {
			var s meter.Snapshot
			for range 20 {
				task := m.Begin("reader")
				task.Count("request", 1)
				if i%2 == 0 {
					m.Last(&s)
				} else if m.ReadInto(t.Context(), &s) != nil {
					return
				}
				if u, err := s.Sub(start); err == nil {
					_, _ = u.Reprice(intensity.Country("IE"))
					_, _ = u.MarshalJSON()
				}
				_ = task.Lap().String()
				_, _ = task.End(t.Context())
				_ = m.Sources()
			}
		})
	}
	readers.Wait()
	end, err := m.Read(t.Context())
	require.NoError(t, err)
	u, err := end.Sub(start)
	require.NoError(t, err)
	require.EqualValues(t, 1000, u.R("request"))
	conserved(t, u)
	require.NoError(t, m.Stop())
}

// TestReadIntoAllocatesNothing, once s has been filled.
func TestReadIntoAllocatesNothing(t *testing.T) {
	g, machine := &gate{zone: measured()}, metertest.New(2)
	machine.Whole()
	m := begin(t, meter.WithSource(g), meter.WithScope(machine.Scope()), meter.WithGrid(intensity.Country("FR")), meter.WithInterval(time.Hour))
	m.Count("request", 1)
	var s meter.Snapshot
	ctx := t.Context()
	read := func() {
		if err := m.ReadInto(ctx, &s); err != nil {
			t.Fatal(err)
		}
	}
	for range 300 { // the meter learns: what it knows of idle power is bounded
		read()
	}
	require.Zero(t, testing.AllocsPerRun(200, read))
	require.Zero(t, testing.AllocsPerRun(200, func() { m.Last(&s) }))
	require.Zero(t, testing.AllocsPerRun(200, func() { m.Count("request", 1) }))
	require.Positive(t, s.Microjoules)
}

func TestLastWaitsForNoHardware(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{zone: measured()}
		m := begin(t, meter.WithSource(g), meter.WithScope(metertest.New(2).Scope()), meter.WithPolicy(meter.Proportional))
		time.Sleep(2500 * time.Millisecond)
		open := g.hold()
		go func() { _, _ = m.Read(t.Context()) }() // hangs
		synctest.Wait()
		reads := g.reads.Load()
		var s meter.Snapshot
		m.Last(&s)
		require.Equal(t, reads, g.reads.Load())
		require.Equal(t, 2*time.Second, s.At.Sub(s.Start), "of the last tick")
		require.EqualValues(t, 2, s.Effort.Reads)
		open()
	})
}

// TestAccountsNeverFall: no account has less than nothing, in any window.
func TestAccountsNeverFall(t *testing.T) {
	for seed := range uint64(10) {
		synctest.Test(t, func(t *testing.T) {
			laps, whole := script(t, seed, meter.WithGrid(gridOf(41*time.Second, 1, 900, 333, 0, 77)),
				meter.WithSite(sci.Site{PUE: 1.37, WUE: new(units.WUE(0.3)), EWIF: new(units.EWIF(1.7))}))
			for _, u := range append(laps, whole) {
				for _, a := range u.Accounts {
					require.GreaterOrEqual(t, float64(a.Operational), 0.0)
					require.GreaterOrEqual(t, float64(a.Facility), 0.0)
					require.GreaterOrEqual(t, float64(a.Water), 0.0)
					require.LessOrEqual(t, a.Unpriced, a.Microjoules)
				}
				near(t, float64(u.Water), float64(u.Accounts[0].Water+u.Accounts[1].Water))
				require.Equal(t, meter.IdleAccount, u.Accounts[0].Account.Name())
				require.Equal(t, u.Static, u.Accounts[0].Microjoules)
				require.Equal(t, u.Embodied, u.Accounts[0].Embodied)
			}
		})
	}
}

func TestCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := begin(t, bare(metertest.New(1, package0(1))))
		zero := 0.0
		for _, n := range []float64{0, -1, zero / zero, 1 / zero, -1 / zero} {
			m.Count("request", n)
		}
		m.Count("", 1)
		s, err := m.Read(t.Context())
		require.NoError(t, err)
		require.Empty(t, s.Counts)

		m.Count(meter.OverflowUnit, 5)
		for i := range 200 {
			m.Count("unit-"+string(rune('A'+i)), 1)
			m.Count("unit-A", 1)
		}
		s, err = m.Read(t.Context())
		require.NoError(t, err)
		require.Len(t, s.Counts, 63)
		counts, total := map[string]float64{}, 0.0
		for _, c := range s.Counts {
			require.NotContains(t, counts, c.Unit)
			counts[c.Unit] = c.N
			total += c.N
		}
		require.Equal(t, 405.0, total)
		require.Equal(t, 201.0, counts["unit-A"])
		require.Equal(t, 5.0+200-62, counts[meter.OverflowUnit])
	})
}

// TestHotPlug: a zone that comes later counts from its first reading on.
func TestHotPlug(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		late := metertest.DRAM(1)
		late.Idle = 0.000001
		machine := metertest.New(8, package0(0.000001))
		m := begin(t, bare(machine, meter.WithPolicy(meter.Proportional)))
		u := window(t, m, func() {
			// Not at a tick, which might come between the next two.
			machine.Run(10*time.Second+time.Millisecond, metertest.Phase{Own: 5 * time.Second, Busy: 10 * time.Second, Energy: used("package-0", 100)})
			machine.Plug(late)
			machine.Run(0, metertest.Phase{Energy: used("dram-1", 5000)}) // before anybody looks
			machine.Run(10*time.Second, metertest.Phase{Own: 5 * time.Second, Busy: 10 * time.Second, Energy: used("package-0", 100)})
			machine.Run(10*time.Second, metertest.Phase{Own: 5 * time.Second, Busy: 10 * time.Second, Energy: used("dram-1", 70)})
		})
		require.Len(t, u.Zones, 2)
		require.Equal(t, joules(70), u.Zones[1].Total)
		require.InDelta(t, 35, u.Zones[1].Charged.Joules(), 1e-4)
		require.Equal(t, joules(270), u.Machine)
		conserved(t, u)
	})
}

// TestSameReadingAgain: work that was done while a source repeated itself pays
// for its next reading.
func TestSameReadingAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8)
		s := &stale{zone: package0(0.000001)}
		s.set(0)
		m := begin(t, meter.WithSource(s), meter.WithScope(machine.Scope()), meter.WithoutRest(), meter.WithPolicy(meter.Proportional))
		u := window(t, m, func() {
			machine.Run(10*time.Second, metertest.Phase{Own: 10 * time.Second, Busy: 10 * time.Second})
			machine.Run(2500*time.Millisecond, metertest.Phase{Busy: 2500 * time.Millisecond})
			s.set(joules(100))
			machine.Run(10*time.Second, metertest.Phase{Busy: 10 * time.Second})
		})
		require.Equal(t, joules(100), u.Machine)
		require.InDelta(t, 100*10.0/13, float64(u.Energy()), 0.01, "10 of the 13 s of work up to the tick that reads it were ours")
	})
}

// stale is a source that says what it read last.
type stale struct {
	zone source.Zone
	last atomic.Pointer[source.Reading]
}

func (s *stale) set(total units.Microjoules) {
	s.last.Store(&source.Reading{Zone: s.zone.ID, Total: total, At: time.Now()})
}

func (s *stale) Report() source.Report { return source.Report{Found: []source.Zone{s.zone}} }
func (s *stale) Close() error          { return nil }
func (s *stale) Read(dst []source.Reading) ([]source.Reading, error) {
	return append(dst, *s.last.Load()), nil
}
