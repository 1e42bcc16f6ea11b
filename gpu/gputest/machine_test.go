package gputest_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
	"github.com/scimeter/scimeter/units"
)

const joule = units.Microjoules(1e6)

// A counter moves in steps, by what was used up to each.
func TestCounterMovesInSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := gputest.New(gputest.Spec{Power: 700}, gputest.Spec{Power: 700, Tick: -1})
		r, err := gpu.Open(m.Option())
		require.NoError(t, err)
		defer r.Close()
		time.Sleep(250 * time.Millisecond)
		got, err := r.Read(nil)
		require.NoError(t, err)
		require.Equal(t, 140*joule, got[0].Total)
		require.Equal(t, 175*joule, got[1].Total)
		for _, c := range m.Cards() {
			require.Equal(t, 175*joule, c.Used())
			require.Equal(t, 2, c.Calls())
		}
		m.Cards()[0].Draw(0)
		time.Sleep(time.Second)
		got, err = r.Read(got[:0])
		require.NoError(t, err)
		require.Equal(t, 175*joule, got[0].Total)
	})
}

func TestMachine(t *testing.T) {
	m := gputest.New(gputest.Spec{}, gputest.Spec{})
	require.Equal(t, []string{"GPU-0", "GPU-1"}, []string{m.Cards()[0].ID(), m.Cards()[1].ID()})
	require.Nil(t, m.Card("GPU-2"))
	require.Same(t, m.Cards()[1], m.Card("GPU-1"))
	broken := errors.New("broken")
	m.FailOpen(broken)
	_, err := gpu.Open(m.Option())
	require.ErrorIs(t, err, broken)
	require.Equal(t, gputest.Counts{Open: 1, Close: 1}, m.Counts())
}
