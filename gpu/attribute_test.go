package gpu_test

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// attribute shares out, and checks that the parts make up the card.
func (r *rig) attribute() map[string]gpu.Attribution {
	r.t.Helper()
	split, err := r.Attribute()
	r.err = err
	got := map[string]gpu.Attribution{}
	for _, a := range split {
		sum := a.Idle + a.Unattributed
		for _, p := range a.Parts {
			sum += p.Energy
		}
		require.Equal(r.t, a.Energy, sum, "parts, idle and unattributed make up the card")
		got[a.Zone] = a
	}
	return got
}

var born = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

func TestAttribute(t *testing.T) {
	a, b := gputest.Process{PID: 11, Started: born, Weight: 60}, gputest.Process{PID: 22, Started: born, Weight: 20}
	run := func(name string, spec gputest.Spec, f func(t *testing.T, c *gputest.Card, r *rig)) {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
				r.Attribute() // from now on
				f(t, m.Cards()[0], r)
			}, spec)
		})
	}
	// idle lets the card be alone for long enough that its idle power is known.
	idle := func(c *gputest.Card, r *rig) {
		draws := c.Used
		before := draws()
		time.Sleep(10 * time.Second)
		r.attribute()
		require.Positive(r.t, draws()-before)
	}
	run("case A1: idle, then by the time that each kept it busy", gputest.Spec{Power: 80}, func(t *testing.T, c *gputest.Card, r *rig) {
		idle(c, r)
		c.Draw(300)
		c.SetProcesses(a, b)
		time.Sleep(10 * time.Second)
		got := r.attribute()[first]
		require.Equal(t, gpu.Attribution{
			Zone: first, From: got.From, To: got.To, Energy: 3000 * joule, Idle: 800 * joule, Method: gpu.ByBusy,
			Parts: []gpu.Part{{PID: 11, Started: born, Energy: 1650 * joule}, {PID: 22, Started: born, Energy: 550 * joule}},
		}, got)
		require.Equal(t, 10*time.Second, got.To.Sub(got.From))
		p, ok := r.Device("GPU-0").Idle()
		require.True(t, ok)
		require.Equal(t, 80*units.Watt, p)
	})
	run("case A2: without a process the rest is nobody's", gputest.Spec{Power: 80}, func(t *testing.T, c *gputest.Card, r *rig) {
		idle(c, r)
		c.Draw(300)
		time.Sleep(10 * time.Second)
		got := r.attribute()[first]
		require.Equal(t, 800*joule, got.Idle)
		require.Equal(t, 2200*joule, got.Unattributed)
		require.Equal(t, gpu.Nobody, got.Method)
		require.NoError(t, got.Why)
	})
	run("case A3: idle is never more than there is", gputest.Spec{Power: 80}, func(t *testing.T, c *gputest.Card, r *rig) {
		idle(c, r)
		c.Draw(50)
		c.SetProcesses(a)
		time.Sleep(10 * time.Second)
		got := r.attribute()[first]
		require.Equal(t, 500*joule, got.Idle)
		require.Equal(t, []gpu.Part{{PID: 11, Started: born}}, got.Parts)
	})
	run("case A5: a weight that is not known is none", gputest.Spec{Power: 100}, func(t *testing.T, c *gputest.Card, r *rig) {
		c.SetProcesses(gputest.Process{PID: 11, Weight: -1, Memory: math.MaxUint64}, gputest.Process{PID: 22, Weight: 7, Memory: 1})
		time.Sleep(10 * time.Second)
		got := r.attribute()[first]
		require.Equal(t, gpu.Equally, got.Method)
		require.Equal(t, got.Parts[0].Energy, got.Parts[1].Energy)
		require.True(t, got.IdleAssumed, "nobody saw the card idle")
		require.Equal(t, 200*joule, got.Idle, "a fifth of the highest mean")
	})
	run("case A6: processes that were not busy share equally", gputest.Spec{Power: 100}, func(t *testing.T, c *gputest.Card, r *rig) {
		c.SetProcesses(gputest.Process{PID: 11}, gputest.Process{PID: 22})
		time.Sleep(10 * time.Second)
		got := r.attribute()[first]
		require.NoError(t, r.err)
		require.Equal(t, gpu.Equally, got.Method)
		require.Equal(t, []units.Microjoules{400 * joule, 400 * joule}, []units.Microjoules{got.Parts[0].Energy, got.Parts[1].Energy})
	})
	run("case A9: a number that is used again is another process", gputest.Spec{Power: 100}, func(t *testing.T, c *gputest.Card, r *rig) {
		again := a
		again.Started = born.Add(time.Minute)
		c.SetProcesses(a, again)
		time.Sleep(10 * time.Second)
		got := r.attribute()[first]
		require.Len(t, got.Parts, 2)
		require.Equal(t, got.Parts[0].PID, got.Parts[1].PID)
		require.NotEqual(t, got.Parts[0].Started, got.Parts[1].Started)
	})
	run("the clients of MPS are one group", gputest.Spec{Power: 100}, func(t *testing.T, c *gputest.Card, r *rig) {
		c.SetProcesses(gputest.Process{PID: 1, MPS: true, Weight: 5}, gputest.Process{PID: 2, MPS: true, Weight: 25}, b)
		time.Sleep(10 * time.Second)
		got := r.attribute()[first]
		require.Equal(t, []gpu.Part{{MPS: true, Energy: 480 * joule}, {PID: 22, Started: born, Energy: 320 * joule}}, got.Parts)
		require.ErrorIs(t, r.Holdings()[0].Shared, gpu.ErrSharedMPS)
	})
	run("a process that is not known has its part, which is nobody's", gputest.Spec{Power: 100}, func(t *testing.T, c *gputest.Card, r *rig) {
		c.SetProcesses(a, gputest.Process{PID: 0, Weight: 20})
		time.Sleep(10 * time.Second)
		got := r.attribute()[first]
		require.Equal(t, 600*joule, got.Parts[0].Energy)
		require.Equal(t, 200*joule, got.Unattributed)
		require.ErrorIs(t, got.Why, gpu.ErrForeign)
		c.SetProcesses(a, gputest.Process{PID: 0})
		time.Sleep(10 * time.Second)
		require.Equal(t, 800*joule, r.attribute()[first].Parts[0].Energy)
	})
	run("too soon is no answer, and loses nothing", gputest.Spec{Power: 100}, func(t *testing.T, c *gputest.Card, r *rig) {
		time.Sleep(4 * time.Second)
		require.Empty(t, r.attribute())
		require.Equal(t, 1, c.Lists())
		time.Sleep(time.Second)
		require.Equal(t, 500*joule, r.attribute()[first].Energy)
		require.Equal(t, 2, c.Lists())
	})
	run("a card that hangs", gputest.Spec{Power: 100}, func(t *testing.T, c *gputest.Card, r *rig) {
		unblock := c.Block()
		time.Sleep(5 * time.Second)
		start := time.Now()
		require.Empty(t, r.attribute())
		require.Equal(t, time.Second, time.Since(start))
		unblock()
		time.Sleep(5 * time.Second)
		require.Equal(t, 1100*joule, r.attribute()[first].Energy, "nothing is lost")
	})
	run("uses", gputest.Spec{Power: 100}, func(t *testing.T, c *gputest.Card, r *rig) {
		c.SetProcesses(a, b)
		time.Sleep(10 * time.Second)
		uses, err := r.Uses(nil)
		require.NoError(t, err)
		require.Equal(t, []source.Use{
			{Zone: first, PID: 11, Started: born, Weight: 600}, {Zone: first, PID: 22, Started: born, Weight: 200},
		}, uses)
	})
}

// case A10: in a container, a number of the host is never taken for one of ours.
func TestAttributeInAContainer(t *testing.T) {
	t.Run("case A10: a number of the host is not ours", attributeInAContainer)
}

func attributeInAContainer(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		m.Contain()
		r.Attribute()
		m.Cards()[0].SetProcesses(gputest.Process{PID: 1, Weight: 1}, gputest.Process{PID: 2, Weight: 1})
		time.Sleep(10 * time.Second)
		got := r.attribute()[first]
		require.Empty(t, got.Parts)
		require.Equal(t, 800*joule, got.Unattributed)
		require.ErrorIs(t, got.Why, gpu.ErrForeign)
		require.ErrorIs(t, r.Holdings()[0].Shared, gpu.ErrSharedForeign)
		m.Cards()[0].SetProcesses()
		time.Sleep(20 * time.Second)
		r.attribute()
		_, ok := r.Device("GPU-0").Idle()
		require.False(t, ok, "that a container shows no process does not say that there is none")
	}, gputest.Spec{Power: 100})
}

func TestAttributeSlices(t *testing.T) {
	one, three := gputest.Slice{ID: "MIG-1", Compute: 1, Memory: 1}, gputest.Slice{ID: "MIG-3", Compute: 3, Memory: 3}
	mig := func(t *testing.T, f func(m *gputest.Machine, r *rig), parts ...gputest.Slice) {
		bubble(t, func(t *testing.T, m *gputest.Machine, _ *rig) {
			m.Cards()[0].SetSlices(parts...)
			r, err := gpu.Open(m.Option())
			require.NoError(t, err)
			defer r.Close()
			rig := &rig{Reader: r, t: t}
			rig.attribute()
			f(m, rig)
		}, gputest.Spec{Power: 70})
	}
	t.Run("case A4: partitions have their slices, and what none holds is nobody's", func(t *testing.T) {
		mig(t, func(m *gputest.Machine, r *rig) {
			time.Sleep(10 * time.Second)
			got := r.attribute()[first]
			require.Equal(t, []gpu.Part{{Instance: "MIG-1", Energy: 100 * joule}, {Instance: "MIG-3", Energy: 300 * joule}}, got.Parts)
			require.Equal(t, 300*joule, got.Unattributed)
			require.Zero(t, got.Idle)
			require.Equal(t, gpu.BySlice, got.Method)
		}, one, three)
	})
	t.Run("processes share their partition", func(t *testing.T) {
		mig(t, func(m *gputest.Machine, r *rig) {
			m.Cards()[0].SetProcesses(
				gputest.Process{PID: 1, Weight: -1, Instance: "MIG-3"}, gputest.Process{PID: 2, Weight: -1, Instance: "MIG-3"})
			time.Sleep(10 * time.Second)
			require.Equal(t, []gpu.Part{
				{Instance: "MIG-1", Energy: 100 * joule},
				{PID: 1, Instance: "MIG-3", Energy: 150 * joule}, {PID: 2, Instance: "MIG-3", Energy: 150 * joule},
			}, r.attribute()[first].Parts)
		}, one, three)
	})
}

// case X1: 20,000 random cards are made up of their parts. attribute checks.
func TestAttributeConserves(t *testing.T) { t.Run("case X1: 20,000 random cards", attributeConserves) }

func attributeConserves(t *testing.T) {
	rounds := 20_000 / 8
	if raced {
		rounds /= 10
	}
	specs := make([]gputest.Spec, 8)
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		rng := rand.New(rand.NewPCG(8, 20_000))
		seen := 0
		for range rounds {
			for _, c := range m.Cards() {
				c.Draw(units.Power(rng.Float64() * 700))
				if rng.IntN(20) == 0 {
					c.Reset(0)
				}
				on := make([]gputest.Process, rng.IntN(5))
				for i := range on {
					on[i] = gputest.Process{PID: rng.IntN(9), Weight: rng.Float64()*3 - 0.2, MPS: rng.IntN(9) == 0}
				}
				c.SetProcesses(on...)
			}
			time.Sleep(5*time.Second + time.Duration(rng.Int64N(int64(10*time.Second))))
			seen += len(r.attribute())
			require.NoError(t, r.err)
		}
		require.Equal(t, 8*rounds, seen)
	}, specs...)
}

// Idle power that was learned holds for a day; what is given always.
func TestIdlePower(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		r.attribute()
		for _, p := range []units.Power{80, 60, 90} {
			m.Cards()[0].Draw(p)
			time.Sleep(10 * time.Second)
			r.attribute()
		}
		got, ok := r.Device("GPU-0").Idle()
		require.True(t, ok)
		require.Equal(t, 60*units.Watt, got, "the lowest")
		m.Cards()[0].SetProcesses(gputest.Process{PID: 1})
		time.Sleep(25 * time.Hour)
		r.attribute()
		_, ok = r.Device("GPU-0").Idle()
		require.False(t, ok)
	}, gputest.Spec{})
	r, err := gpu.Open(cards(1).Option(), gpu.WithIdlePower("GPU-0", 70))
	require.NoError(t, err)
	defer r.Close()
	got, ok := r.Device(first).Idle()
	require.True(t, ok)
	require.Equal(t, 70*units.Watt, got)
}
