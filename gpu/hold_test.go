package gpu_test

import (
	"errors"
	"math"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// us is this program on a card, and them another.
func us(weight float64) gputest.Process {
	return gputest.Process{PID: os.Getpid(), Started: born, Weight: weight}
}

func them(pid int, weight float64) gputest.Process {
	return gputest.Process{PID: 1<<22 + pid, Started: born, Weight: weight}
}

const selectCards = "select the cards of this program: gpu.Select, or CUDA_VISIBLE_DEVICES"

// Whose a card is goes by reservation, until the list shows others on it.
func TestHolds(t *testing.T) {
	whole := source.Hold{Zone: first, Static: 1, Dynamic: 1, Assumed: true, Why: "visible", Remedy: selectCards}
	split := func(static, dynamic float64) source.Hold {
		return source.Hold{Zone: first, Static: static, Dynamic: dynamic, Why: "processes on the card"}
	}
	for _, c := range []struct {
		name string
		on   []gputest.Process
		env  map[string]string
		opts []gpu.Option
		box  bool
		want source.Hold
	}{
		{name: "nobody is on it", want: whole},
		{name: "this program alone", on: []gputest.Process{us(3)}, want: whole},
		{name: "a process of others, as busy as three of ours", on: []gputest.Process{us(3), them(1, 1)}, want: split(0.5, 0.75)},
		{name: "others alone", on: []gputest.Process{them(1, 1), them(2, 1)}, want: split(0, 0)},
		{name: "the driver tells of no busy time", on: []gputest.Process{us(-1), them(1, -1), them(2, -1)}, want: split(1./3, 1./3)},
		{name: "nobody was busy", on: []gputest.Process{us(0), them(1, 0)}, want: split(0.5, 0.5)},
		{name: "of a variable", env: map[string]string{"CUDA_VISIBLE_DEVICES": "GPU-0"}, on: []gputest.Process{us(1)},
			want: source.Hold{Zone: first, Static: 1, Dynamic: 1, Assumed: true, Why: "CUDA_VISIBLE_DEVICES"}},
		{name: "selected", opts: []gpu.Option{gpu.Select("0")},
			want: source.Hold{Zone: first, Static: 1, Dynamic: 1, Assumed: true, Why: "gpu.Select"}},
		{name: "MPS, ours alone", on: []gputest.Process{mps(us(2))}, want: whole},
		{name: "MPS of others, beside us", on: []gputest.Process{us(3), mps(them(1, 1)), mps(them(2, 0))}, want: split(0.5, 0.75)},
		{name: "MPS of both", on: []gputest.Process{mps(us(1)), mps(them(1, 1))},
			want: source.Hold{Zone: first, Unknown: true, Why: "shared through MPS\na process of others uses the card (1)"}},
		{name: "a container, one process: it may be ours", box: true, on: []gputest.Process{them(1, 1)}, want: whole},
		{name: "a container, our number on the host is somebody else", box: true, on: []gputest.Process{us(1)}, want: whole},
		{name: "a container, more processes than it has", box: true, on: []gputest.Process{us(1), them(1, 1)},
			want: source.Hold{Zone: first, Unknown: true, Why: "a process of others uses the card (2)"}},
		{name: "a container, MPS", box: true, on: []gputest.Process{mps(them(1, 1))},
			want: source.Hold{Zone: first, Unknown: true, Why: "shared through MPS"}},
		{name: "a container, time-slicing that was declared", box: true, on: []gputest.Process{them(1, 1), them(2, 1)},
			opts: []gpu.Option{gpu.WithShare("GPU-0", 0.25)},
			want: source.Hold{Zone: first, Static: 0.25, Dynamic: 0.25, Why: "gpu.WithShare"}},
		{name: "declared, and known who is on it", on: []gputest.Process{us(1), them(1, 3), them(2, 0)},
			opts: []gpu.Option{gpu.WithShare("GPU-0", 0.5)},
			want: source.Hold{Zone: first, Static: 0.5, Dynamic: 0.25, Why: "gpu.WithShare, and processes on the card"}},
		{name: "declared as nonsense", opts: []gpu.Option{gpu.WithShare("GPU-0", math.NaN()), gpu.WithShare("GPU-0", -1)}, want: whole},
		{name: "declared as more than there is", opts: []gpu.Option{gpu.WithShare("GPU-0", 7)},
			want: source.Hold{Zone: first, Static: 1, Dynamic: 1, Why: "gpu.WithShare"}},
		{name: "processes that were named", on: []gputest.Process{us(1), them(1, 3)},
			opts: []gpu.Option{gpu.WithProcesses(func(pid int, at time.Time) bool { return pid == 1<<22+1 && at.Equal(born) })},
			want: split(0.5, 0.75)},
	} {
		t.Run(c.name, func(t *testing.T) {
			held(t, c.opts, func(m *gputest.Machine) {
				m.Cards()[0].SetProcesses(c.on...)
				for k, v := range c.env {
					m.Setenv(k, v)
				}
				if c.box {
					m.Contain()
				}
			}, func(got []source.Hold) {
				require.Len(t, got, 1)
				if c.want.Unknown || !c.want.Assumed && c.want.Why == "processes on the card" {
					require.Contains(t, got[0].Remedy, "gpu.WithShare")
					got[0].Remedy = ""
				}
				require.Equal(t, c.want, got[0])
			}, gputest.Spec{Power: 100})
		})
	}
}

func mps(p gputest.Process) gputest.Process {
	p.MPS = true
	return p
}

// held opens a machine that set has set up, and tells what is held of it.
func held(t *testing.T, opts []gpu.Option, set func(*gputest.Machine), see func([]source.Hold), specs ...gputest.Spec) {
	t.Helper()
	bubble(t, func(t *testing.T, m *gputest.Machine, _ *rig) {
		set(m)
		r := gpu.Auto(append(opts, m.Option())...)
		defer r.Close()
		time.Sleep(10 * time.Second)
		see(r.Holds(nil))
	}, specs...)
}

// A partition is held by its slices: the larger of 7 of compute and 8 of memory.
func TestHoldsSlices(t *testing.T) {
	one, three, four := gputest.Slice{ID: "MIG-1", Compute: 1, Memory: 1}, gputest.Slice{ID: "MIG-3", Compute: 3, Memory: 4}, gputest.Slice{ID: "MIG-4", Compute: 4, Memory: 5}
	in := func(p gputest.Process, slice string) gputest.Process {
		p.Instance, p.Weight = slice, -1
		return p
	}
	for _, c := range []struct {
		name  string
		parts []gputest.Slice
		opts  []gpu.Option
		on    []gputest.Process
		box   bool
		want  source.Hold
	}{
		{name: "1g of 7", parts: []gputest.Slice{one, three}, opts: []gpu.Option{gpu.Select("MIG-1")},
			want: source.Hold{Static: 1. / 7, Dynamic: 1. / 7, Why: "MIG partition, by gpu.Select"}},
		{name: "3g, which has half of the memory", parts: []gputest.Slice{one, three}, opts: []gpu.Option{gpu.Select("MIG-3")},
			want: source.Hold{Static: 0.5, Dynamic: 0.5, Why: "MIG partition, by gpu.Select"}},
		{name: "of more than there is, of the sum", parts: []gputest.Slice{three, four}, opts: []gpu.Option{gpu.Select("MIG-3")},
			want: source.Hold{Static: 28. / 63, Dynamic: 28. / 63, Why: "MIG partition, by gpu.Select"}},
		{name: "in a container, what it shows", parts: []gputest.Slice{three}, box: true,
			want: source.Hold{Static: 0.5, Dynamic: 0.5, Assumed: true, Why: "MIG partitions, visible"}},
		{name: "on a host, none selected and nobody there", parts: []gputest.Slice{one, three},
			want: source.Hold{Unknown: true, Why: "partitioned by MIG"}},
		{name: "on a host, by who is on them", parts: []gputest.Slice{one, three}, on: []gputest.Process{in(us(0), "MIG-3"), in(them(1, 0), "MIG-3"), in(them(2, 0), "MIG-1")},
			want: source.Hold{Static: 0.25, Dynamic: 0.25, Why: "processes on the card"}},
		{name: "on a host, ours alone on one", parts: []gputest.Slice{one, three}, on: []gputest.Process{in(us(0), "MIG-1")},
			want: source.Hold{Static: 1. / 7, Dynamic: 1. / 7, Why: "processes on the card"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			held(t, c.opts, func(m *gputest.Machine) {
				m.Cards()[0].SetSlices(c.parts...)
				m.Cards()[0].SetProcesses(c.on...)
				if c.box {
					m.Contain()
				}
			}, func(got []source.Hold) {
				require.Len(t, got, 1)
				require.InDelta(t, c.want.Static, got[0].Static, 1e-15)
				require.InDelta(t, c.want.Dynamic, got[0].Dynamic, 1e-15)
				c.want.Zone, c.want.Static, c.want.Dynamic = first, got[0].Static, got[0].Dynamic
				if c.opts == nil {
					require.NotEmpty(t, got[0].Remedy)
				}
				c.want.Remedy = got[0].Remedy
				require.Equal(t, c.want, got[0])
			}, gputest.Spec{Power: 100})
		})
	}
}

// In a container that shows several cards and names none, nothing is held.
func TestHoldsSeveral(t *testing.T) {
	held(t, nil, (*gputest.Machine).Contain, func(got []source.Hold) {
		require.Len(t, got, 2)
		for i, h := range got {
			require.Equal(t, []string{"gpu/GPU-0", "gpu/GPU-1"}[i], h.Zone)
			require.True(t, h.Unknown)
			require.Zero(t, h.Static+h.Dynamic)
			require.Contains(t, h.Remedy, "gpu.Select")
		}
	}, gputest.Spec{}, gputest.Spec{})
	held(t, []gpu.Option{gpu.Select("1")}, (*gputest.Machine).Contain, func(got []source.Hold) {
		require.Equal(t, []source.Hold{
			{Zone: "gpu/GPU-1", Static: 1, Dynamic: 1, Assumed: true, Why: "gpu.Select"},
			{Zone: first, Why: "not selected by gpu.Select", Remedy: got[1].Remedy},
		}, got)
	}, gputest.Spec{}, gputest.Spec{})
}

// A card that is here and does not answer is held too; one that tells nothing is
// no card.
func TestHoldsUnread(t *testing.T) {
	held(t, nil, func(m *gputest.Machine) { m.Cards()[1].Fail(errors.New("broken")) }, func(got []source.Hold) {
		require.Len(t, got, 2)
		require.Equal(t, "gpu/GPU-1", got[1].Zone)
		require.Equal(t, 1.0, got[1].Static)
	}, gputest.Spec{Power: 1}, gputest.Spec{Power: 1}, gputest.Spec{NoCounter: true, NoPower: true})
}

// Drivers are asked every five seconds at most, a stuck one delays once by a
// tenth of a second, and one that refuses the list leaves things as they are.
func TestHoldsAsksRarely(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		card := m.Cards()[0]
		var dst []source.Hold
		for range 20 {
			dst = r.Holds(dst[:0])
			time.Sleep(time.Second)
		}
		require.Equal(t, 4, card.Lists())
		card.SetProcesses(us(1), them(1, 1))
		require.False(t, r.Holds(nil)[0].Assumed)
		require.ErrorIs(t, r.Holdings()[0].Shared, gpu.ErrSharedForeign)
		unblock := card.Block()
		time.Sleep(5 * time.Second)
		for _, wait := range []time.Duration{100 * time.Millisecond, 0} {
			start := time.Now()
			require.Equal(t, 0.5, r.Holds(nil)[0].Static, "by the last list")
			require.Equal(t, wait, time.Since(start))
		}
		unblock()
		time.Sleep(5 * time.Second)
		card.Fail(errors.New("broken"))
		require.Equal(t, 0.5, r.Holds(nil)[0].Static, "by the last list that there was")
		card.Fail(nil)
		card.SetProcesses()
		time.Sleep(5 * time.Second)
		require.True(t, r.Holds(nil)[0].Assumed, "nobody is there any more")
		require.NoError(t, r.Close())
		require.Empty(t, r.Holds(nil))
	}, gputest.Spec{Power: 100})
}

// What Holds asks for is not lost to Attribute, and who has left has its part.
func TestHoldsLeavesAttribute(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		r.Attribute()
		card := m.Cards()[0]
		card.SetProcesses(us(6), them(1, 2))
		time.Sleep(5 * time.Second)
		r.Holds(nil)
		card.SetProcesses(us(1))
		time.Sleep(5 * time.Second)
		got := r.attribute()[first]
		require.Equal(t, 1000*joule, got.Energy)
		require.Len(t, got.Parts, 2)
		require.InDelta(t, 3.5, got.Parts[0].Energy.Joules()/got.Parts[1].Energy.Joules(), 1e-6, "7 of ours to 2 of theirs")
	}, gputest.Spec{Power: 100})
}

// What a card draws when nothing runs is given, or seen.
func TestReaderIdle(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		_, _, ok := r.Idle(first)
		require.False(t, ok)
		r.Holds(nil)
		time.Sleep(10 * time.Second)
		r.Holds(nil)
		p, sigma, ok := r.Idle(first)
		require.True(t, ok)
		require.Equal(t, 60*units.Watt, p)
		require.Equal(t, 0.05, sigma)
		_, _, ok = r.Idle("gpu/other")
		require.False(t, ok)
	}, gputest.Spec{Power: 60})
	r, err := gpu.Open(cards(1).Option(), gpu.WithIdlePower("GPU-0", 70), gpu.WithIdlePower("GPU-0", units.Power(math.NaN())))
	require.NoError(t, err)
	defer r.Close()
	p, sigma, ok := r.Idle(first)
	require.True(t, ok)
	require.Equal(t, 70*units.Watt, p)
	require.Zero(t, sigma)
	require.Equal(t, p, r.Report().Found[0].Idle)
}
