package gpu_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
)

const (
	first  = "gpu/GPU-0"
	second = "gpu/GPU-1"
)

func two() []gputest.Spec {
	return []gputest.Spec{{ID: "GPU-0", Power: 300}, {ID: "GPU-1", Power: 100}}
}

func TestLoss(t *testing.T) {
	t.Run("case G1: a lost card keeps its total, and the other counts on", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
			r.run(5*time.Second, "")
			m.Card("GPU-0").Lose()
			r.run(10*time.Second, "")
			require.ErrorIs(t, r.err, gpu.ErrLost)
			require.Equal(t, gpu.Lost, r.state("GPU-0"))
			require.Equal(t, 1500*joule, r.last[first].Total)
			require.Equal(t, 10*time.Second, r.last[first].Missing)
			require.Equal(t, source.Gap, r.last[first].Quality)
			require.Equal(t, source.Reading{Zone: second, Total: 1500 * joule, At: time.Now()}, r.last[second])
			require.Len(t, r.Report().Found, 1)
			require.Equal(t, first, r.Report().Skipped[0].What)
			require.NotEmpty(t, r.Report().Skipped[0].Remedy)
		}, two()...)
	})
	t.Run("case G2: it comes back, and what it counts from then on is counted", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
			r.run(5*time.Second, "")
			m.Card("GPU-0").Unplug()
			r.run(54*time.Second, "")
			require.Equal(t, 54*time.Second, r.last[first].Missing)
			m.Card("GPU-0").Reset(0)
			m.Card("GPU-0").Replug()
			r.run(time.Second, "")
			require.Equal(t, 1500*joule, r.last[first].Total)
			require.Equal(t, 55*time.Second, r.last[first].Missing)
			require.NotZero(t, r.last[first].Quality&(source.Gap|source.Reset))
			require.NoError(t, r.err)
			r.run(10*time.Second, "")
			require.Equal(t, 4500*joule, r.last[first].Total)
			require.Equal(t, 55*time.Second, r.last[first].Missing)
			require.Zero(t, r.last[first].Quality)
			require.Equal(t, 7000*joule, r.last[second].Total)
			require.Positive(t, m.Counts().Rescan)
			require.LessOrEqual(t, m.Counts().Rescan, 7, "with longer and longer pauses")
		}, two()...)
	})
	t.Run("case G3: a card that hangs is stalled, and loses nothing", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
			r.run(5*time.Second, "")
			card := m.Card("GPU-0")
			calls := card.Calls()
			unblock := card.Block()
			for i := range 30 {
				time.Sleep(time.Second - r.took)
				got := r.read()
				if i == 0 {
					require.Equal(t, 100*time.Millisecond, r.took, "once")
				} else {
					require.Zero(t, r.took)
				}
				require.NotContains(t, got, first)
				require.Contains(t, got, second)
				require.Zero(t, got[second].Quality)
				require.Equal(t, i >= 5, errors.Is(r.err, gpu.ErrStalled), "read %d: %v", i, r.err)
			}
			require.Equal(t, gpu.Stalled, r.state("GPU-0"))
			require.Equal(t, calls+1, card.Calls(), "no second call")
			require.Equal(t, 3500*joule, r.last[second].Total)
			unblock()
			synctest.Wait()
			r.read()
			require.NoError(t, r.err)
			require.Equal(t, 10_500*joule, r.last[first].Total)
			require.Zero(t, r.last[first].Missing)
		}, two()...)
	})
	t.Run("case G3: what a slow card says is late", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
			r.run(time.Second, "")
			unblock := m.Card("GPU-0").Block()
			r.read()
			time.Sleep(200 * time.Millisecond)
			unblock()
			synctest.Wait()
			said := time.Now()
			unblock = m.Card("GPU-0").Block()
			time.Sleep(time.Second)
			got := r.read()
			require.Equal(t, source.Late, got[first].Quality)
			require.Equal(t, said, got[first].At)
			require.Equal(t, 300*joule+90*joule, got[first].Total)
			unblock()
		}, two()...)
	})
	t.Run("case G4: a counter that is refused once is there the next time", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
			r.run(5*time.Second, "")
			m.Cards()[0].Refuse(2)
			require.Equal(t, source.Late, r.run(5*time.Second, first), "of the time before")
			require.Equal(t, 3000*joule, r.last[first].Total)
			m.Cards()[0].Refuse(3)
			require.Equal(t, source.Bridged|source.Late, r.run(5*time.Second, first), "three times in a row, it is not there")
			require.Equal(t, 4500*joule, r.last[first].Total)
			calls := m.Cards()[0].Calls()
			r.run(time.Second, "")
			require.Greater(t, m.Cards()[0].Calls(), calls+8, "power is read often instead")
		}, two()...)
	})
	t.Run("case G5: a driver that somebody shut is opened again", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
			r.run(5*time.Second, "")
			m.Card("GPU-0").Fail(driver.ErrDriverGone)
			r.run(time.Second, "")
			require.ErrorIs(t, r.err, gpu.ErrDriverGone)
			m.Card("GPU-0").Fail(nil)
			r.read()
			synctest.Wait()
			require.Equal(t, 1, m.Counts().Rescan)
			r.run(5*time.Second, "")
			require.NoError(t, r.err)
			require.Equal(t, 1, m.Counts().Rescan)
			require.Equal(t, 3300*joule, r.last[first].Total)
			require.Zero(t, r.last[first].Missing)
		}, two()...)
	})
	t.Run("case G6: a card that is added is found by looking again", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
			r.run(5*time.Second, "")
			m.PlugFirst(gputest.Spec{ID: "GPU-new", Power: 50})
			r.run(time.Second, "")
			require.NotContains(t, r.last, "gpu/GPU-new")
			require.NoError(t, r.Rescan(t.Context()))
			r.read()
			r.run(10*time.Second, "")
			require.Equal(t, 500*joule, r.last["gpu/GPU-new"].Total)
			require.Equal(t, 4800*joule, r.last[first].Total)
			require.Equal(t, 1600*joule, r.last[second].Total)
			require.Zero(t, r.last[first].Missing)
			require.Equal(t, 1, r.Device("GPU-0").Index(), "its index moved")
			require.Equal(t, 0, r.Device("GPU-new").Index())
		}, two()...)
	})
}

// An answer to a Read that has given up is none to the one after it.
func TestLateAnswerEndsNoOtherRead(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		time.Sleep(time.Second)
		late := m.Card("GPU-0").Block()
		r.read()
		slow := m.Card("GPU-1").Block()
		time.AfterFunc(20*time.Millisecond, late)
		time.AfterFunc(50*time.Millisecond, slow)
		got := r.read()
		require.Equal(t, 50*time.Millisecond, r.took)
		require.Contains(t, got, first)
		require.Equal(t, time.Now(), got[second].At)
		require.Zero(t, got[second].Quality)
	}, two()...)
}

// Of a card without a counter, a hole is missing.
func TestLossOfPower(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		r.run(5*time.Second, "")
		m.Cards()[0].Fail(errors.New("busy"))
		r.run(65*time.Second, "")
		require.Equal(t, gpu.Failing, r.state("GPU-0"))
		require.EqualError(t, r.err, "gpu: read GPU-0: busy")
		m.Cards()[0].Fail(nil)
		require.Equal(t, source.Gap, r.run(5*time.Second, first))
		last := r.last[first]
		require.InDelta(t, 75*300, last.Total.Joules()+300*last.Missing.Seconds(), 1)
		require.InDelta(t, 60, last.Missing.Seconds(), 0.2)
	}, gputest.Spec{Power: 300, NoCounter: true})
}

func TestNeedsReset(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		m.Cards()[0].Fail(driver.ErrResetRequired)
		r.run(5*time.Second, "")
		require.ErrorIs(t, r.err, gpu.ErrResetRequired)
		require.Equal(t, gpu.NeedsReset, r.state("GPU-0"))
		require.Equal(t, 5*time.Second, r.last[first].Missing)
		require.Contains(t, r.Report().Skipped[0].Remedy, "reset")
	}, two()...)
}

// A driver that hangs while it is asked who is on a card, or to be closed, is
// named, and bounded.
func TestCloseNamesWhatIsStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := gputest.New(two()...)
		r, err := gpu.Open(m.Option())
		require.NoError(t, err)
		unblock := m.Card("GPU-1").Block()
		_, err = r.Read(nil)
		require.NoError(t, err)
		start := time.Now()
		err = r.Close()
		require.ErrorIs(t, err, gpu.ErrStalled)
		require.EqualError(t, err, "gpu: close GPU-1: the driver does not answer")
		require.Equal(t, time.Second, time.Since(start))
		require.Zero(t, m.Counts().Close, "not while it is called")
		require.NoError(t, r.Close())
		_, err = r.Read(nil)
		require.ErrorIs(t, err, gpu.ErrClosed)
		unblock()
		synctest.Wait()
		require.Equal(t, 1, m.Counts().Close)
	})
}

// A card that refused, or slept, when it was opened is read once it does not.
func TestComesLater(t *testing.T) {
	t.Run("it refused", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
			m.Plug(gputest.Spec{ID: "GPU-2", Power: 50}).Fail(gpu.ErrPermission)
			require.NoError(t, r.Rescan(t.Context()))
			require.ErrorIs(t, r.Report().Skipped[0].Err, gpu.ErrPermission)
			m.Card("GPU-2").Fail(nil)
			require.NoError(t, r.Rescan(t.Context()))
			require.Empty(t, r.Report().Skipped)
			require.Contains(t, r.read(), "gpu/GPU-2")
			r.run(10*time.Second, "")
			require.Equal(t, 500*joule, r.last["gpu/GPU-2"].Total)
		}, two()...)
	})
	for name, spec := range map[string]gputest.Spec{"a counter": {Power: 50}, "power": {Power: 50, NoCounter: true}} {
		t.Run("it slept: "+name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := gputest.New(spec)
				m.Cards()[0].Sleep()
				r := &rig{Reader: gpu.Auto(m.Option()), t: t}
				defer r.Close()
				r.run(10*time.Second, "")
				require.NoError(t, r.err)
				require.ErrorIs(t, r.Report().Skipped[0].Err, driver.ErrAsleep)
				m.Cards()[0].Fail(nil)
				r.run(5*time.Second, "")
				from := r.last[first]
				require.NotZero(t, from)
				r.run(10*time.Second, "")
				require.Equal(t, 500*joule, r.last[first].Total-from.Total)
				m.Cards()[0].Sleep()
				r.run(10*time.Second, "")
				slept := r.last[first]
				require.Zero(t, slept.Missing)
				m.Cards()[0].Lose()
				r.run(10*time.Second, "")
				require.Equal(t, slept.Total, r.last[first].Total)
				require.InDelta(t, 10, r.last[first].Missing.Seconds(), 2.6)
			})
		})
	}
}

func TestStateNames(t *testing.T) {
	seen := map[string]bool{}
	for s := gpu.Unknown; s <= gpu.NeedsReset+1; s++ {
		require.NotEmpty(t, s.String())
		require.False(t, seen[s.String()])
		seen[s.String()] = true
	}
	require.Equal(t, "State(7)", (gpu.NeedsReset + 1).String())
	for s := gpu.Nobody; s <= gpu.BySlice+1; s++ {
		require.NotContains(t, seen, s.String())
		seen[s.String()] = true
	}
}

// A card that fails when it is opened, as in a reset, is looked for and taken in
// when it works; one that may not be read is not.
func TestFailingFromTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := gputest.New(two()...)
		m.Card("GPU-0").Fail(errors.New("not ready"))
		r, err := gpu.Open(m.Option())
		require.NoError(t, err)
		defer r.Close()
		rig := &rig{Reader: r, t: t}
		rig.run(5*time.Second, "")
		require.Len(t, r.Devices(), 1)
		m.Card("GPU-0").Fail(nil)
		rig.run(10*time.Second, "")
		require.Len(t, r.Devices(), 2)
		rescans := m.Counts().Rescan
		rig.run(time.Hour, "")
		require.Equal(t, rescans, m.Counts().Rescan)
	})
	synctest.Test(t, func(t *testing.T) {
		m := gputest.New(two()...)
		m.Card("GPU-0").Fail(gpu.ErrPermission)
		r, err := gpu.Open(m.Option())
		require.NoError(t, err)
		defer r.Close()
		(&rig{Reader: r, t: t}).run(time.Minute, "")
		require.Zero(t, m.Counts().Rescan)
	})
}

// case S8: what sleeps draws next to nothing, and nobody has measured that.
func TestAsleepIsEstimated(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		r.run(5*time.Second, "")
		m.Cards()[0].Sleep()
		m.Cards()[0].Draw(0)
		require.Equal(t, source.Bridged, r.run(5*time.Second, first))
		require.Zero(t, r.last[first].Missing)
		m.Cards()[0].Fail(nil)
		m.Cards()[0].Draw(300)
		require.Zero(t, r.run(5*time.Second, first))
		require.Equal(t, 3000*joule, r.last[first].Total)
	}, gputest.Spec{Power: 300})
}
