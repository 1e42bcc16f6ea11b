package gpu_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
)

// Everything at once. What is wrong is found by the race detector.
func TestConcurrentUse(t *testing.T) {
	m := cards(3)
	r, err := gpu.Open(m.Option())
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	var all sync.WaitGroup
	each := func(f func()) {
		all.Go(func() {
			for ctx.Err() == nil {
				f()
			}
		})
	}
	for range 2 {
		each(func() { r.Read(nil) })
		each(func() { r.Begin().End() })
	}
	each(func() { r.Begin().Final(ctx) })
	each(func() { r.Attribute() })
	each(func() { r.Report() })
	each(func() { r.Holdings() })
	each(func() { r.MaxInterval() })
	each(func() { r.Rescan(ctx) })
	each(func() {
		for _, d := range r.Devices() {
			d.Status()
			d.Index()
			d.Idle()
		}
	})
	each(func() {
		c := m.Cards()[rand.IntN(3)]
		switch rand.IntN(5) {
		case 0:
			c.Lose()
		case 1:
			c.Reset(0)
		case 2:
			time.AfterFunc(time.Millisecond, c.Block())
		default:
			c.Fail(nil)
		}
		c.SetProcesses(gputest.Process{PID: 1})
		time.Sleep(time.Millisecond)
	})
	all.Wait()
	for _, c := range m.Cards() {
		c.Fail(nil)
	}
	require.NoError(t, r.Close())
	require.Equal(t, 1, m.Counts().Close)
}

// case L8: a thousand times from eight goroutines.
func TestOpenCloseStorm(t *testing.T) {
	m := cards(2)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 125 {
				r, err := gpu.Open(m.Option())
				if err != nil || len(r.Devices()) != 2 || r.Close() != nil {
					t.Error("open, devices or close:", err)
				}
			}
		})
	}
	all.Wait()
	require.Equal(t, gputest.Counts{Open: 1000, Close: 1000}, m.Counts())
}

// Close beside everything else.
func TestCloseInTheMiddle(t *testing.T) {
	for range 20 {
		r, err := gpu.Open(cards(2).Option())
		require.NoError(t, err)
		var all sync.WaitGroup
		for _, f := range []func(){
			func() { r.Read(nil) },
			func() { r.Begin().Final(t.Context()) },
			func() { r.Attribute() },
			func() { r.Rescan(t.Context()) },
			func() { r.Close() },
		} {
			all.Go(f)
		}
		all.Wait()
		require.NoError(t, r.Close())
		_, err = r.Read(nil)
		require.ErrorIs(t, err, gpu.ErrClosed)
		require.ErrorIs(t, r.Rescan(t.Context()), gpu.ErrClosed)
		_, err = r.Attribute()
		require.ErrorIs(t, err, gpu.ErrClosed)
	}
}
