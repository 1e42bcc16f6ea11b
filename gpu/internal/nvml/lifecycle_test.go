//go:build linux && cgo && !nonvml

package nvml_test

import (
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/gpu/internal/nvml"
	"github.com/stretchr/testify/require"
)

// plugged is a sysfs in which so many cards have NVIDIA's kernel driver.
func plugged(n int) func(*nvml.Options) {
	sys := fstest.MapFS{}
	for i := range n {
		sys["bus/pci/drivers/nvidia/0000:3"+string(rune('b'+i))+":00.0"] = &fstest.MapFile{}
	}
	return func(o *nvml.Options) { o.Sys = sys }
}

func TestOpenCloseStorm(t *testing.T) {
	t.Run("case L8: 1000 times from 8 goroutines", func(t *testing.T) {
		shop.state.reset(2)
		lib := shop.library(t)
		failed := make(chan error, 8)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 1000 {
					if err := once(lib); err != nil {
						failed <- err
						return
					}
				}
			})
		}
		all.Wait()
		close(failed)
		require.NoError(t, <-failed)
		require.Zero(t, shop.state.get(inits))
		require.Positive(t, shop.state.get(initCalls))
		require.Equal(t, shop.state.get(initCalls), shop.state.get(shutdownCalls))
	})
}

func once(lib string) error {
	d := nvml.New(nvml.Options{Paths: []string{lib}})
	cards, _, err := d.Open()
	if err != nil {
		return err
	}
	var s driver.Sample
	if err := cards[0].Read(&s); err != nil {
		return err
	}
	return d.Close()
}

func TestTwoDriversShareOneStart(t *testing.T) {
	a, ofA := open(t, 1)
	b := nvml.New(nvml.Options{Paths: []string{shop.library(t)}})
	ofB, _, err := b.Open()
	require.NoError(t, err)
	require.Equal(t, int64(1), shop.state.get(initCalls))

	require.NoError(t, a.Close())
	require.True(t, read(t, ofB[0]).CounterOK)
	require.NoError(t, b.Close())
	require.NoError(t, b.Close(), "twice")
	require.Equal(t, int64(1), shop.state.get(shutdownCalls))
	for _, c := range []driver.Device{ofA[0], ofB[0]} {
		calls := shop.state.get(fieldsCalls)
		require.ErrorIs(t, c.Read(new(driver.Sample)), driver.ErrDriverGone)
		_, err := c.Processes()
		require.ErrorIs(t, err, driver.ErrDriverGone)
		require.Equal(t, calls, shop.state.get(fieldsCalls), "a stale handle was used")
	}
}

func TestFailedInitLeavesNothing(t *testing.T) {
	shop.state.reset(1)
	shop.state.set(initCode, 9)
	d := nvml.New(nvml.Options{Paths: []string{shop.library(t)}})
	for range 3 {
		_, _, err := d.Open()
		require.ErrorIs(t, err, driver.ErrDriverGone)
		require.NoError(t, d.Close())
	}
	require.Zero(t, shop.state.get(shutdownCalls))
	shop.state.set(initCode, 0) // the kernel module is loaded
	cards, _, err := d.Rescan()
	require.NoError(t, err)
	require.Len(t, cards, 1)
	require.NoError(t, d.Close())
	require.Zero(t, shop.state.get(inits))
}

func TestDriverGone(t *testing.T) {
	again := func(t *testing.T, d *nvml.Driver, f func() ([]driver.Device, error)) {
		t.Helper()
		cards, err := f()
		require.NoError(t, err)
		require.Equal(t, "GPU-00000000-0000-0000-0000-000000000000", cards[0].Identity().ID)
		require.Equal(t, uint64(1_000_000), read(t, cards[0]).Counter)
		require.Equal(t, int64(2), shop.state.get(initCalls))
		require.Equal(t, int64(1), shop.state.get(inits))
		require.NoError(t, d.Close())
	}
	t.Run("case G5: NVML was shut down by others, Rescan", func(t *testing.T) {
		d, cards := open(t, 1, plugged(1))
		shop.state.set(inits, 0)
		require.ErrorIs(t, cards[0].Read(new(driver.Sample)), driver.ErrDriverGone)
		again(t, d, func() ([]driver.Device, error) {
			cards, _, err := d.Rescan()
			return cards, err
		})
	})
	t.Run("case G5: NVML was shut down by others, Close and Open", func(t *testing.T) {
		d, cards := open(t, 1)
		shop.state.set(inits, 0)
		require.ErrorIs(t, cards[0].Read(new(driver.Sample)), driver.ErrDriverGone)
		require.NoError(t, d.Close())
		again(t, d, func() ([]driver.Device, error) {
			cards, _, err := d.Open()
			return cards, err
		})
	})
	t.Run("case G5: with two drivers open", func(t *testing.T) {
		d, _ := open(t, 1)
		other := nvml.New(nvml.Options{Paths: []string{shop.library(t)}})
		_, _, err := other.Open()
		require.NoError(t, err)
		shop.state.set(inits, 0)
		cards, _, err := d.Rescan()
		require.NoError(t, err)
		require.True(t, read(t, cards[0]).CounterOK)
		_, _, err = other.Rescan()
		require.NoError(t, err)
		require.True(t, read(t, cards[0]).CounterOK, "the second does not take it from the first")
		require.NoError(t, other.Close())
	})
	t.Run("an update of the driver", func(t *testing.T) {
		d, cards := open(t, 1)
		shop.state.put(0, code, 18)
		shop.state.set(initCode, 18)
		require.ErrorIs(t, cards[0].Read(new(driver.Sample)), driver.ErrDriverGone)
		for range 2 {
			_, _, err := d.Rescan()
			require.ErrorContains(t, err, "start this program anew")
		}
	})
}

func TestRescan(t *testing.T) {
	t.Run("case G6: a new card, while indices move", func(t *testing.T) {
		d, cards := open(t, 1, plugged(2))
		old := cards[0].Identity().ID
		shop.state.reset(2)
		shop.state.set(inits, 1)
		shop.state.set(initCalls, 1)
		shop.state.put(0, serial, 7)
		shop.state.put(1, serial, 0)
		cards, _, err := d.Rescan()
		require.NoError(t, err)
		require.Len(t, cards, 2)
		require.Equal(t, int64(2), shop.state.get(initCalls))
		require.Equal(t, old, cards[1].Identity().ID)
		require.Equal(t, 1, cards[1].Identity().Index)
		require.Equal(t, uint64(2_000_000), read(t, cards[1]).Counter)
	})
	t.Run("nothing new: the driver goes on", func(t *testing.T) {
		d, cards := open(t, 2, plugged(2))
		again, _, err := d.Rescan()
		require.NoError(t, err)
		require.Len(t, again, 2)
		require.Equal(t, int64(1), shop.state.get(initCalls))
		require.True(t, read(t, cards[0]).CounterOK)
	})
	t.Run("case G2: a lost card that comes back", func(t *testing.T) {
		d, cards := open(t, 2, plugged(2))
		shop.state.put(1, code, 15)
		require.ErrorIs(t, cards[1].Read(new(driver.Sample)), driver.ErrLost)
		left, skipped, err := d.Rescan()
		require.NoError(t, err)
		require.Len(t, left, 1)
		require.Len(t, skipped, 1)
		require.Equal(t, int64(2), shop.state.get(initCalls))
		require.True(t, read(t, left[0]).CounterOK)

		shop.state.put(1, code, 0)
		shop.state.put(1, energyMJ, 0)
		back, _, err := d.Rescan()
		require.NoError(t, err)
		require.Len(t, back, 2)
		require.Zero(t, read(t, back[1]).Counter)
	})
}

// case G3: a card whose driver does not answer.
func TestStuckCard(t *testing.T) {
	d, cards := open(t, 2, plugged(2))
	shop.state.put(0, blocks, 1)
	shop.state.set(block, 1)
	ended := make(chan error)
	go func() { ended <- cards[0].Read(new(driver.Sample)) }()
	require.Eventually(t, func() bool { return shop.state.get(blocked) == 1 }, 5*time.Second, time.Millisecond)

	t.Run("case G3: the other card is read", func(t *testing.T) {
		require.True(t, read(t, cards[1]).CounterOK)
	})
	t.Run("case G3: Close does not wait, and leaves NVML up", func(t *testing.T) {
		require.NoError(t, d.Close())
		require.Equal(t, int64(1), shop.state.get(inits))
		require.ErrorIs(t, cards[1].Read(new(driver.Sample)), driver.ErrDriverGone)
	})
	t.Run("case G3: the last call shuts NVML down", func(t *testing.T) {
		shop.state.set(block, 0)
		require.NoError(t, <-ended)
		require.Zero(t, shop.state.get(inits))
		require.Equal(t, int64(1), shop.state.get(shutdownCalls))
	})
}

func TestOpenWhileACallIsStuck(t *testing.T) {
	d, cards := open(t, 2)
	shop.state.put(1, blocks, 1)
	shop.state.set(block, 1)
	ended := make(chan error)
	go func() { ended <- cards[1].Read(new(driver.Sample)) }()
	require.Eventually(t, func() bool { return shop.state.get(blocked) == 1 }, 5*time.Second, time.Millisecond)
	require.NoError(t, d.Close())
	shop.state.put(1, blocks, 0) // for new calls it is well
	again, _, err := d.Open()
	require.NoError(t, err)
	require.Equal(t, int64(1), shop.state.get(initCalls), "it was never shut down")
	shop.state.set(block, 0)
	require.NoError(t, <-ended)
	require.Equal(t, int64(1), shop.state.get(inits), "shut down under the new driver")
	require.True(t, read(t, again[0]).CounterOK)
}
