package gpu_test

import (
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

func TestReadCounter(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		require.Equal(t, source.Reading{Zone: "gpu/GPU-0", At: time.Now()}, r.read()["gpu/GPU-0"])
		time.Sleep(time.Hour)
		require.Equal(t, source.Reading{Zone: "gpu/GPU-0", Total: 1_080_000 * joule, At: time.Now()}, r.read()["gpu/GPU-0"])
		require.Equal(t, []source.Zone{{
			ID: "gpu/GPU-0", Name: "0000:3b:00.0", Model: "NVIDIA H100 80GB HBM3", Kind: source.GPU, Level: source.AtBoard,
			Socket: -1, Die: -1, Period: 100 * time.Millisecond, Unit: 1000,
			Origin: source.Origin{Method: source.Counted, Name: "fake/counter", Sigma: 0.05},
		}}, r.Report().Found)
		s := r.Device("GPU-0").Status()
		require.Equal(t, gpu.Working, s.State)
		require.Equal(t, 300*units.Watt, s.Power)
		require.Equal(t, 1_080_000*joule, s.Total)
	}, gputest.Spec{Power: 300, PCI: "0000:3b:00.0", Model: "NVIDIA H100 80GB HBM3"})
}

// Power is read ten times a second in between.
func TestReadPower(t *testing.T) {
	for name, spec := range map[string]gputest.Spec{
		"now":                               {NoCounter: true},
		"case P3: on average over a second": {NoCounter: true, Mean: time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			spec.Power = 100
			bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
				time.Sleep(2 * time.Second)
				r.read()
				before := r.last["gpu/GPU-0"]
				time.Sleep(5 * time.Second)
				m.Cards()[0].Draw(700)
				time.Sleep(10 * time.Second)
				r.read()
				after := r.last["gpu/GPU-0"]
				require.Equal(t, 15*time.Second, after.At.Sub(before.At))
				require.Equal(t, spec.Mean/2, time.Since(after.At), "a mean is of the time before")
				require.Equal(t, spec.Mean > 0, after.Quality&source.Late != 0)
				// A step is off by half of the 100 ms between two samples, 30 J, and
				// half a mean lies before it.
				want := 500 + 7000 - 600*spec.Mean.Seconds()/2
				require.InDelta(t, want, (after.Total - before.Total).Joules(), 31)
				require.Zero(t, after.Missing)
				origin := r.Report().Found[0].Origin
				require.Equal(t, source.Sampled, origin.Method)
				require.Contains(t, []string{"fake/power", "fake/average"}, origin.Name)
			}, spec)
		})
	}
}

// case C4 to C7, as a reading tells them.
func TestReadRepairsACounter(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		card := m.Cards()[0]
		r.run(10*time.Second, "")
		require.Equal(t, 3000*joule, r.last["gpu/GPU-0"].Total)
		card.Reset(0)
		require.Equal(t, source.Reset|source.Bridged, r.run(time.Second, "gpu/GPU-0"))
		require.Equal(t, 3300*joule, r.last["gpu/GPU-0"].Total)
		card.Reset(9_000_000 * joule)
		require.Equal(t, source.Implausible|source.Bridged, r.run(time.Second, "gpu/GPU-0"))
		require.Equal(t, 3600*joule, r.last["gpu/GPU-0"].Total)
		require.Zero(t, r.run(10*time.Second, "gpu/GPU-0"))
		require.Equal(t, 6600*joule, r.last["gpu/GPU-0"].Total)
		require.Zero(t, r.last["gpu/GPU-0"].Missing)
		require.Equal(t, source.Reset|source.Implausible|source.Bridged, r.Device("GPU-0").Status().Quality)
	}, gputest.Spec{Power: 300})
}

// A counter that never moves is no counter.
func TestReadStuckCounter(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		m.Cards()[0].Freeze(true)
		q := r.run(time.Minute, "gpu/GPU-0")
		require.Equal(t, source.Stuck|source.Bridged|source.Gap, q)
		last := r.last["gpu/GPU-0"]
		require.InDelta(t, 18_000, last.Total.Joules()+300*last.Missing.Seconds(), 1, "what is not counted is missing")
		require.Less(t, last.Missing, 7*time.Second)
	}, gputest.Spec{Power: 300})
}

// case S8: a card that sleeps is left alone.
func TestReadSleepingCard(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		r.run(5*time.Second, "")
		card := m.Cards()[0]
		card.Draw(0)
		card.Sleep()
		r.run(time.Hour, "")
		require.Equal(t, gpu.Asleep, r.state("GPU-0"))
		require.NoError(t, r.err)
		require.Equal(t, 1500*joule, r.last["gpu/GPU-0"].Total)
		require.Zero(t, r.last["gpu/GPU-0"].Missing)
		card.Fail(nil)
		card.Draw(300)
		r.run(5*time.Second, "")
		require.Equal(t, 3000*joule, r.last["gpu/GPU-0"].Total)
	}, gputest.Spec{Power: 300})
}

// case B2: 8 cards at 1 Hz are asked once a second each.
func TestReadAsksOnce(t *testing.T) { t.Run("case B2: 8 cards at 1 Hz", readAsksOnce) }

func readAsksOnce(t *testing.T) {
	specs := make([]gputest.Spec, 8)
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		before := make([]int, 8)
		for i, c := range m.Cards() {
			before[i] = c.Calls()
			require.Equal(t, 1, before[i], "to open it")
		}
		r.run(100*time.Second, "")
		for i, c := range m.Cards() {
			require.Equal(t, 100, c.Calls()-before[i])
			require.Zero(t, c.Lists())
		}
	}, specs...)
}

// case B1: a read allocates nothing.
func TestReadAllocatesNothing(t *testing.T) {
	t.Run("case B1: a read allocates nothing", readAllocatesNothing)
}

func readAllocatesNothing(t *testing.T) {
	r, err := gpu.Open(cards(8).Option())
	require.NoError(t, err)
	defer r.Close()
	dst, err := r.Read(nil)
	require.NoError(t, err)
	require.Len(t, dst, 8)
	require.Zero(t, testing.AllocsPerRun(1000, func() { dst, err = r.Read(dst[:0]) }))
	require.NoError(t, err)
	holds := r.Holds(nil)
	require.Len(t, holds, 8)
	require.Zero(t, testing.AllocsPerRun(1000, func() { holds = r.Holds(holds[:0]) }), "between two lists")
}

func TestSourceContract(t *testing.T) {
	for name, spec := range map[string]gputest.Spec{
		"counter": {Power: 300}, "power": {Power: 300, NoCounter: true},
		"average": {Power: 300, NoCounter: true, Mean: time.Second}, "module": {Power: 300, Module: true},
	} {
		t.Run(name, func(t *testing.T) {
			metertest.TestSource(t, func() (meter.Source, error) { return gpu.Open(gputest.New(spec).Option()) })
		})
	}
	t.Run("cards come and go", func(t *testing.T) {
		var m *gputest.Machine
		n := 0
		metertest.TestSource(t, func() (meter.Source, error) {
			m = cards(3)
			return gpu.Open(m.Option())
		}, metertest.Between(func() {
			n++
			c := m.Cards()[n%3]
			switch n % 7 {
			case 1:
				c.Lose()
			case 3:
				c.Fail(errors.New("busy"))
			case 5:
				c.Reset(0)
			default:
				m.Cards()[0].Fail(nil)
				m.Cards()[1].Fail(nil)
			}
		}))
	})
	t.Run("nothing at all", func(t *testing.T) {
		metertest.TestSource(t, func() (meter.Source, error) { return gpu.Auto(gputest.New().Option()), nil })
	})
	t.Run("allocations", func(t *testing.T) {
		metertest.TestSource(t, func() (meter.Source, error) { return gpu.Open(cards(8).Option()) }, metertest.WithoutAllocations())
	})
}

// With a meter, from one line.
func TestMeter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)))
		machine := metertest.New(2, metertest.Package(0))
		m := metertest.Start(t, machine, meter.WithSource(gpu.Auto(gputest.New(gputest.Spec{Power: 300}).Option())), meter.WithoutRest(), meter.WithEfficiency(1, 0))
		task := m.Begin("job")
		machine.Run(time.Hour, metertest.Phase{Busy: time.Hour})
		used, err := task.End(t.Context())
		require.NoError(t, err)
		require.Equal(t, 1_080_000*joule, used.Microjoules)
	})
}

func TestOpenNothing(t *testing.T) {
	m := gputest.New()
	_, err := gpu.Open(m.Option())
	require.ErrorIs(t, err, gpu.ErrNoDevices)
	require.EqualError(t, err, "gpu: open: no card can be read: gpu/fake: open: no such card (nothing, unless this machine has one: in a container, name the sysfs of the machine in HOST_SYS)")
	require.Equal(t, 1, m.Counts().Close)

	r := gpu.Auto(m.Option())
	defer r.Close()
	got, err := r.Read(nil)
	require.NoError(t, err)
	require.Empty(t, got)
	require.Len(t, r.Report().Skipped, 1)
	require.Empty(t, r.Report().Assumed)
}

func TestOpenFailing(t *testing.T) {
	m := gputest.New(gputest.Spec{})
	m.FailOpen(gpu.ErrNotBuiltIn)
	_, err := gpu.Open(m.Option())
	require.ErrorIs(t, err, gpu.ErrNotBuiltIn)
	m.FailOpen(nil)
	m.Cards()[0].Fail(gpu.ErrPermission)
	_, err = gpu.Open(m.Option())
	require.ErrorIs(t, err, gpu.ErrPermission)
	require.NotEmpty(t, gpu.Remedy(err))
}

// case G4 at the start, and a virtual GPU: what is never told is not supported.
func TestOpenProbes(t *testing.T) {
	t.Run("a counter that is refused at first", func(t *testing.T) {
		m := gputest.New(gputest.Spec{Power: 300})
		m.Cards()[0].Refuse(2)
		r, err := gpu.Open(m.Option())
		require.NoError(t, err)
		defer r.Close()
		require.Equal(t, source.Counted, r.Report().Found[0].Origin.Method)
	})
	t.Run("a counter that is always refused", func(t *testing.T) {
		m := gputest.New(gputest.Spec{Power: 300})
		m.Cards()[0].Refuse(math.MaxInt)
		r, err := gpu.Open(m.Option())
		require.NoError(t, err)
		defer r.Close()
		require.Equal(t, source.Sampled, r.Report().Found[0].Origin.Method)
	})
	t.Run("neither energy nor power", func(t *testing.T) {
		m := gputest.New(gputest.Spec{NoCounter: true, NoPower: true})
		_, err := gpu.Open(m.Option())
		require.ErrorIs(t, err, gpu.ErrNotSupported)
		require.NotEmpty(t, gpu.Remedy(err))
	})
}

// A driver that hangs when it is opened does not keep the program from starting.
func TestOpenBlocked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := gputest.New(gputest.Spec{Power: 300})
		unblock := m.BlockOpen()
		start := time.Now()
		r := gpu.Auto(m.Option())
		require.Equal(t, 2*time.Second, time.Since(start))
		start = time.Now()
		patient := gpu.Auto(m.Option(), gpu.WithWait(time.Minute))
		require.Equal(t, time.Minute, time.Since(start))
		require.ErrorIs(t, patient.Close(), gpu.ErrStalled)
		require.ErrorIs(t, r.Report().Skipped[0].Err, gpu.ErrStalled)
		unblock()
		synctest.Wait()
		got, err := r.Read(nil)
		require.NoError(t, err)
		require.Len(t, got, 1, "it is taken in when it is ready")
		require.Len(t, r.Report().Found, 1)
		require.NoError(t, r.Close())
	})
}

// The cards of the worked examples (c) and (d), read as a meter does.
func TestWorkedExamples(t *testing.T) {
	t.Run("c: 4.32 MJ in two hours", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
			r.run(2*time.Hour, "")
			require.Equal(t, 4_320_000*joule, r.last[first].Total)
		}, gputest.Spec{Power: 600})
	})
	t.Run("d: 16 h of 420 W, and 8 h idle at 110 W", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
			r.Attribute()
			m.Cards()[0].SetProcesses(gputest.Process{PID: 1, Weight: 1})
			r.run(16*time.Hour, "")
			require.Equal(t, 24_192_000*joule, r.last[first].Total)
			require.Equal(t, 24_192_000*joule, r.attribute()[first].Energy)
			m.Cards()[0].Draw(110)
			m.Cards()[0].SetProcesses()
			r.run(8*time.Hour, "")
			require.Equal(t, 27_360_000*joule, r.last[first].Total)
			require.Equal(t, 3_168_000*joule, r.attribute()[first].Idle)
			idle, ok := r.Device(first).Idle()
			require.True(t, ok)
			require.Equal(t, 110*units.Watt, idle)
		}, gputest.Spec{Power: 420})
	})
}
