package gpu_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
	"github.com/scimeter/scimeter/source"
)

const ms = time.Millisecond

// window measures from one instant to another after the start.
func window(r *rig, from, to time.Duration) *gpu.Window {
	time.Sleep(from)
	w := r.Begin()
	time.Sleep(to - from)
	return w
}

func TestWindow(t *testing.T) {
	h100 := gputest.Spec{Power: 700}
	t.Run("case E1: edges are extrapolated by the power", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
			w := window(r, 37*ms, 263*ms)
			used, err := w.End()
			require.NoError(t, err)
			require.Equal(t, 226*ms, used.To.Sub(used.From))
			d := used.Devices[0]
			require.InDelta(t, 158.2, d.Energy.Joules(), 3.5, "5 ms between two looks at the counter")
			require.Less(t, d.Edge.Joules(), 7.0)
			require.Equal(t, source.NatureMeasured, d.Nature)
			require.Zero(t, d.Missing)

			start := time.Now()
			used, err = w.Final(t.Context())
			require.NoError(t, err)
			require.LessOrEqual(t, time.Since(start), 100*ms, "the next move")
			require.InDelta(t, 158.2, used.Devices[0].Energy.Joules(), 3.5)
			require.Less(t, used.Devices[0].Edge.Joules(), 2.0)
			require.Equal(t, used.Devices[0].Energy, used.Energy())
		}, h100)
	})
	t.Run("case E2: a window without a move is estimated, and not zero", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
			used, err := window(r, 10*ms, 60*ms).End()
			require.NoError(t, err)
			require.Equal(t, 35*joule, used.Devices[0].Energy)
			require.Equal(t, source.NatureEstimated, used.Devices[0].Nature)
		}, h100)
	})
	t.Run("case E3: long windows are off by less than raw edges", func(t *testing.T) {
		for phase := 3 * ms; phase < 100*ms; phase += 13 * ms {
			bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
				r.run(10*time.Second, "")
				w := window(r, phase, 4321*ms)
				want := 0.7 * float64(4321-phase.Milliseconds())
				used, err := w.End()
				require.NoError(t, err)
				require.InDelta(t, want*1, used.Devices[0].Energy.Joules(), 36, "half a period of the end")
				used, err = w.Final(t.Context())
				require.NoError(t, err)
				require.InDelta(t, want, used.Devices[0].Energy.Joules(), 4)
				require.Less(t, used.Devices[0].Edge.Joules(), 3.0)
			}, h100)
		}
	})
	t.Run("case E4: a counter that is late is extrapolated by one period", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
			time.Sleep(50 * ms)
			w := r.Begin()
			m.Cards()[0].Freeze(true)
			time.Sleep(350 * ms)
			used, err := w.Final(t.Context())
			require.NoError(t, err)
			require.Equal(t, 70*joule, used.Devices[0].Energy)
			require.Equal(t, source.NatureEstimated, used.Devices[0].Nature)
		}, h100)
	})
	t.Run("case E5: an end without a beginning, and a second one", func(t *testing.T) {
		bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
			w := r.Begin()
			_, err := w.End()
			require.NoError(t, err)
			_, err = w.End()
			require.ErrorIs(t, err, gpu.ErrNoWindow)
			for _, w := range []*gpu.Window{nil, {}} {
				_, err = w.End()
				require.ErrorIs(t, err, gpu.ErrNoWindow)
				_, err = w.Final(t.Context())
				require.ErrorIs(t, err, gpu.ErrNoWindow)
			}
			require.NoError(t, r.Close())
			_, err = r.Begin().End()
			require.ErrorIs(t, err, gpu.ErrClosed)
		}, h100)
	})
	t.Run("power that is integrated", func(t *testing.T) {
		for _, mean := range []time.Duration{0, time.Second} {
			bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
				time.Sleep(3 * time.Second)
				w := window(r, 37*ms, 263*ms)
				used, err := w.Final(t.Context())
				require.NoError(t, err)
				require.InDelta(t, 158.2, used.Devices[0].Energy.Joules(), 0.001)
				require.Equal(t, source.NatureMeasured, used.Devices[0].Nature)
			}, gputest.Spec{Power: 700, NoCounter: true, Mean: mean})
		}
	})
}

// A window that begins long after the last reading does not take in what was
// used before.
func TestWindowAfterSilence(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		time.Sleep(time.Hour)
		used, err := window(r, 37*ms, 10_037*ms).Final(t.Context())
		require.NoError(t, err)
		require.InDelta(t, 3000, used.Devices[0].Energy.Joules(), 2)
	}, gputest.Spec{Power: 300})
}

// Windows nest and overlap, and know nothing of each other.
func TestWindowsOverlap(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		outer := window(r, 37*ms, time.Second)
		inner := window(r, 0, 2*time.Second)
		a, err := inner.Final(t.Context())
		require.NoError(t, err)
		b, err := outer.Final(t.Context())
		require.NoError(t, err)
		require.InDelta(t, 600, a.Energy().Joules(), 2)
		require.InDelta(t, 300*b.To.Sub(b.From).Seconds(), b.Energy().Joules(), 2)
	}, gputest.Spec{Power: 300})
}

// A card that is lost in a window has missing time, and one that hangs delays
// the window by a tenth of a second.
func TestWindowOfALostCard(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		time.Sleep(time.Second)
		w := r.Begin()
		time.Sleep(4 * time.Second)
		r.read()
		m.Card("GPU-0").Lose()
		unblock := m.Card("GPU-1").Block()
		defer unblock()
		time.Sleep(2 * time.Second)
		start := time.Now()
		used, err := w.End()
		require.ErrorIs(t, err, gpu.ErrLost)
		require.Equal(t, 100*ms, time.Since(start))
		require.InDelta(t, 1200, used.Devices[0].Energy.Joules(), 40)
		require.Equal(t, 2*time.Second, used.Devices[0].Missing)
		require.InDelta(t, 400, used.Devices[1].Energy.Joules(), 20)
		require.Equal(t, 2*time.Second, used.Devices[1].Missing)
		require.Equal(t, source.Gap, used.Devices[1].Quality)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err = w.Final(ctx)
		require.NoError(t, err)
	}, two()...)
}

// The period is measured by windows.
func TestWindowMeasuresThePeriod(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		require.Equal(t, 100*ms, r.Device("GPU-0").Status().Period)
		for range 30 {
			_, err := r.Begin().Final(t.Context())
			require.NoError(t, err)
		}
		require.InDelta(t, 60, r.Device("GPU-0").Status().Period.Milliseconds(), 5)
	}, gputest.Spec{Power: 300, Tick: 60 * ms})
}

// case B3: a million windows leave nothing behind.
func TestWindowsLeaveNothing(t *testing.T) { t.Run("case B3: a million windows", windowsLeaveNothing) }

func windowsLeaveNothing(t *testing.T) {
	windows := 1_000_000
	if raced || testing.Short() {
		windows = 20_000
	}
	r, err := gpu.Open(cards(1).Option())
	require.NoError(t, err)
	defer r.Close()
	use := func() (goroutines int, heap uint64) {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return runtime.NumGoroutine(), m.HeapAlloc
	}
	goroutines, heap := use()
	for i := range windows {
		w := r.Begin()
		if i%4 == 0 {
			_, err = w.End()
		}
	}
	require.NoError(t, err)
	after, heapAfter := use()
	require.LessOrEqual(t, after, goroutines)
	require.Less(t, heapAfter, heap+1<<20)
}

// A window ends with its Reader.
func TestWindowFinalAfterClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r, err := gpu.Open(cards(1).Option())
		require.NoError(t, err)
		w := r.Begin()
		time.Sleep(time.Second)
		_, err = w.End()
		require.NoError(t, err)
		require.NoError(t, r.Close())
		used, err := w.Final(t.Context())
		require.NoError(t, err)
		require.InDelta(t, 300, used.Energy().Joules(), 30)
	})
}

// A card that answers long after a window began: what it used in between is
// shared out by time, and that is a guess.
func TestWindowOfACardThatAnswersLate(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		r.run(10*time.Second, "")
		unblock := m.Cards()[0].Block()
		time.Sleep(5 * time.Second)
		w := r.Begin()
		time.Sleep(5 * time.Second)
		unblock()
		synctest.Wait()
		time.Sleep(10 * time.Second)
		used, err := w.Final(t.Context())
		require.NoError(t, err)
		x := used.Devices[0]
		require.InDelta(t, 300*used.To.Sub(used.From).Seconds(), x.Energy.Joules(), 40)
		require.Equal(t, source.NatureEstimated, x.Nature)
	}, gputest.Spec{Power: 300})
}

// What is remarked in a window is its own, though the same was said before.
func TestWindowQualityIsItsOwn(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		for i, reset := range []bool{true, false, true} {
			r.run(5*time.Second, "")
			w := r.Begin()
			r.run(5*time.Second, "")
			if reset {
				m.Cards()[0].Reset(0)
			}
			r.run(5*time.Second, "")
			used, err := w.End()
			require.NoError(t, err)
			require.Equal(t, reset, used.Devices[0].Quality&source.Reset != 0, "window %d", i)
		}
	}, gputest.Spec{Power: 300})
}

// Where power stands in for a counter that failed, every window and reading says
// so.
func TestWindowOfAFailedCounter(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		m.Cards()[0].Freeze(true)
		r.run(20*time.Second, "")
		for range 2 {
			used, err := window(r, time.Second, 3*time.Second).Final(t.Context())
			require.NoError(t, err)
			require.InDelta(t, 600, used.Energy().Joules(), 1)
			require.Equal(t, source.NatureEstimated, used.Devices[0].Nature)
			require.Equal(t, source.Bridged, r.run(time.Second, first))
		}
	}, gputest.Spec{Power: 300})
}

// case B3: windows of a card that has stopped to answer leave nothing behind
// either.
func TestWindowsOfAStuckCardLeaveNothing(t *testing.T) {
	t.Run("case B3: of a card that does not answer", windowsOfAStuckCardLeaveNothing)
}

func windowsOfAStuckCardLeaveNothing(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		m.Cards()[0].Fail(errors.New("broken"))
		heap := func() uint64 {
			runtime.GC()
			var s runtime.MemStats
			runtime.ReadMemStats(&s)
			return s.HeapAlloc
		}
		for range 2000 {
			time.Sleep(2 * ms)
			r.Begin()
		}
		before := heap()
		for range 10_000 {
			time.Sleep(2 * ms)
			r.Begin()
		}
		require.Less(t, heap(), before+1<<19)
	}, gputest.Spec{Power: 300})
}

// Final waits for all cards at once.
func TestFinalOfSeveralStuckCards(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, r *rig) {
		w := r.Begin()
		time.Sleep(time.Second)
		for _, c := range m.Cards() {
			defer c.Block()()
		}
		w.End()
		start := time.Now()
		_, err := w.Final(t.Context())
		require.NoError(t, err)
		require.Equal(t, 300*ms, time.Since(start))
	}, gputest.Spec{Power: 1}, gputest.Spec{Power: 1}, gputest.Spec{Power: 1})
}
