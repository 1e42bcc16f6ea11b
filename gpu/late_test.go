package gpu_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
	"github.com/scimeter/scimeter/source"
)

// What a card draws at rest is that of the time in which it was counted: not of
// the time before its first answer, nor of that in which it was switched off.
func TestIdlePowerIsOfCountedTime(t *testing.T) {
	for name, away := range map[string]func(*gputest.Card) (back func()){
		"before its first answer": (*gputest.Card).Block,
		"switched off": func(c *gputest.Card) func() {
			c.Draw(0)
			time.AfterFunc(2*time.Second, c.Sleep)
			return func() { c.Fail(nil); c.Draw(80) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := gputest.New(gputest.Spec{ID: "GPU-a", Power: 80})
				back := away(m.Card("GPU-a"))
				r := gpu.Auto(m.Option())
				defer r.Close()
				live := func(d time.Duration) {
					for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(time.Second) {
						_, _ = r.Read(nil)
						r.Holds(nil)
					}
				}
				live(33 * time.Second)
				back()
				live(time.Minute)
				p, ok := r.Device("GPU-a").Idle()
				require.True(t, ok)
				require.InDelta(t, 80, float64(p), 0.01)
			})
		})
	}
}

// What cannot be read yet is told as held, so that nobody takes the rest for all.
func TestHoldsOfWhatDoesNotAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := gputest.New(gputest.Spec{ID: "GPU-a"}, gputest.Spec{ID: "GPU-b"})
		unblock := m.Card("GPU-a").Block()
		r := gpu.Auto(m.Option())
		defer r.Close()
		holds := r.Holds(nil)
		require.Len(t, holds, 2)
		require.True(t, holds[0].Unread)
		require.False(t, holds[1].Unread)
		unblock()
		time.Sleep(time.Second)
		_, err := r.Read(nil)
		require.NoError(t, err)
		require.False(t, r.Holds(nil)[0].Unread)
	})
	synctest.Test(t, func(t *testing.T) {
		m := gputest.New(gputest.Spec{ID: "GPU-a"})
		unblock := m.BlockOpen()
		r := gpu.Auto(m.Option())
		defer r.Close()
		require.Equal(t, []source.Hold{{
			Zone: "gpu/fake", Unknown: true, Unread: true, Driver: true, Why: gpu.ErrStalled.Error(), Remedy: gpu.Remedy(gpu.ErrStalled),
		}}, r.Holds(nil))
		unblock()
		time.Sleep(2 * time.Second)
		_, err := r.Read(nil)
		require.NoError(t, err)
		holds := r.Holds(nil)
		require.Len(t, holds, 1)
		require.Equal(t, "gpu/GPU-a", holds[0].Zone)
	})
}

// A meter of another scope says whose processes are on a card.
func TestFollow(t *testing.T) {
	member := func(ours, known bool) func(int, time.Time) (bool, bool) {
		return func(pid int, at time.Time) (bool, bool) { return ours == (pid == 1<<22+1) && at.Equal(born), known }
	}
	for _, c := range []struct {
		name   string
		member func(int, time.Time) (bool, bool)
		opts   []gpu.Option
		box    bool
		want   source.Hold
	}{
		{name: "one of them", member: member(true, true), want: source.Hold{Static: 0.5, Dynamic: 0.25, Why: "processes on the card"}},
		{name: "the other", member: member(false, true), want: source.Hold{Static: 0.5, Dynamic: 0.75, Why: "processes on the card"}},
		{name: "it cannot tell", member: member(true, false), want: source.Hold{Unknown: true, Why: gpu.ErrSharedUnknown.Error()}},
		{name: "in a container that does not show the host", member: member(true, true), box: true,
			want: source.Hold{Unknown: true, Why: gpu.ErrSharedUnknown.Error()}},
		{name: "an option comes first", member: member(true, false),
			opts: []gpu.Option{gpu.WithProcesses(func(pid int, _ time.Time) bool { return pid == 1<<22+2 })},
			want: source.Hold{Static: 0.5, Dynamic: 0.75, Why: "processes on the card"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			bubble(t, func(t *testing.T, m *gputest.Machine, _ *rig) {
				m.Cards()[0].SetProcesses(them(1, 1), them(2, 3))
				if c.box {
					m.Contain()
				}
				r := gpu.Auto(append(c.opts, m.Option())...)
				defer r.Close()
				r.Follow(c.member)
				time.Sleep(10 * time.Second)
				got := r.Holds(nil)
				require.Len(t, got, 1)
				c.want.Zone, c.want.Remedy = first, got[0].Remedy
				require.NotEmpty(t, got[0].Remedy)
				require.Equal(t, c.want, got[0])
			}, gputest.Spec{Power: 100})
		})
	}
}

// What is assumed of cards is said of those of which it is assumed.
func TestReportAssumesOnlyWhatIsAssumed(t *testing.T) {
	bubble(t, func(t *testing.T, m *gputest.Machine, _ *rig) {
		m.Cards()[0].SetProcesses(us(1), them(1, 3))
		r := gpu.Auto(m.Option())
		defer r.Close()
		time.Sleep(10 * time.Second)
		r.Holds(nil)
		rep := r.Report()
		require.Len(t, rep.Assumed, 1)
		require.Equal(t, "assumed exclusive: 1 of 2", rep.Assumed[0].Value)
		require.NotContains(t, rep.Assumed[0].Why, "gpu/GPU-0")
	}, gputest.Spec{Power: 100}, gputest.Spec{Power: 100})
}
