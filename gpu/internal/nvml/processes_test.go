//go:build linux && cgo && !nonvml

package nvml_test

import (
	"testing"
	"time"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/stretchr/testify/require"
)

// list lists the processes of a card that must answer.
func list(t *testing.T, c driver.Device) []driver.Process {
	t.Helper()
	procs, err := c.Processes()
	require.NoError(t, err)
	return procs
}

func TestProcesses(t *testing.T) {
	_, cards := open(t, 1)
	opened := time.Now().UnixMicro()
	shop.state.set(procs, 3)

	t.Run("case A6: not found is no sample, and no error", func(t *testing.T) {
		shop.state.set(utilCode, 6)
		require.Equal(t, []driver.Process{
			{PID: 1000, Memory: 1 << 30}, {PID: 1001}, {PID: 1002, Memory: 1 << 30},
		}, list(t, cards[0]))
	})
	t.Run("case A5: memory of all ones is not known", func(t *testing.T) {
		require.Zero(t, list(t, cards[0])[1].Memory)
	})
	t.Run("case A6: a number of samples of 0", func(t *testing.T) {
		shop.state.set(utilCode, 0)
		require.Zero(t, list(t, cards[0])[0].Weight)
	})
	t.Run("case A8: the first call asks for what is newer than Open", func(t *testing.T) {
		require.InDelta(t, opened, shop.state.get(utilSince), 5e6)
	})

	first := shop.state.get(utilSince) - 3_000_000 // the clock is ahead of all stamps
	shop.state.set(utilCount, 2)
	t.Run("case A8: samples that are not new weigh nothing", func(t *testing.T) {
		shop.state.set(utilStamp, first)
		for _, p := range list(t, cards[0]) {
			require.Zero(t, p.Weight)
		}
	})
	t.Run("case A8: new samples weigh the time since, and the next call begins there", func(t *testing.T) {
		since := shop.state.get(utilSince)
		shop.state.set(utilStamp, since+2_000_000)
		got := list(t, cards[0])
		require.Equal(t, 1.0, got[0].Weight) // 50 % of 2 s
		require.Equal(t, 0.5, got[1].Weight) // 25 %
		require.Zero(t, got[2].Weight)
	})
	t.Run("case A8: a clock that was set back behind the stamps", func(t *testing.T) {
		before := shop.state.get(utilSince)
		shop.state.set(utilStamp, before+3600e6)
		list(t, cards[0]) // the newest stamp is of the future now
		shop.state.set(utilStamp, 0)
		list(t, cards[0])
		require.LessOrEqual(t, shop.state.get(utilSince), time.Now().UnixMicro())
		require.GreaterOrEqual(t, shop.state.get(utilSince), before)
	})
}

// The driver's stamps go on from one call to the next, without a gap.
func TestLastSeen(t *testing.T) {
	_, cards := open(t, 1)
	shop.state.set(utilCount, 1)
	shop.state.set(procs, 1)
	list(t, cards[0])
	stamp := shop.state.get(utilSince)
	for range 3 {
		stamp += 7 // µs: all of them before the clock of the machine
		shop.state.set(utilStamp, stamp)
		list(t, cards[0])
		list(t, cards[0])
		require.Equal(t, stamp, shop.state.get(utilSince), "case A8")
	}
}

func TestGrowingLists(t *testing.T) {
	t.Run("case A7: samples grow once", func(t *testing.T) {
		_, cards := open(t, 1)
		shop.state.set(procs, 2)
		shop.state.set(utilCount, 2)
		shop.state.set(utilStamp, time.Now().UnixMicro()+1000)
		shop.state.set(utilGrow, 1)
		got := list(t, cards[0])
		require.Len(t, got, 2)
		require.Positive(t, got[0].Weight)
		require.Equal(t, int64(4), shop.state.get(utilCalls))
	})
	t.Run("case A7: samples grow every time", func(t *testing.T) {
		_, cards := open(t, 1)
		shop.state.set(procs, 2)
		shop.state.set(utilCount, 2)
		shop.state.set(utilGrow, 1000)
		for _, p := range list(t, cards[0]) {
			require.Equal(t, -1.0, p.Weight)
		}
		require.Equal(t, int64(4), shop.state.get(utilCalls), "asked once more, and not again")
	})
	t.Run("the list of processes", func(t *testing.T) {
		_, cards := open(t, 1)
		shop.state.set(procs, 40)
		shop.state.set(utilCode, 3)
		shop.state.set(procsGrow, 1)
		require.Len(t, list(t, cards[0]), 40)
		shop.state.set(procsGrow, 1000)
		_, err := cards[0].Processes()
		require.ErrorContains(t, err, "go-nvml panicked")
	})
}

func TestProcessesThatEnded(t *testing.T) {
	_, cards := open(t, 1)
	shop.state.set(procs, 1)
	shop.state.set(utilCount, 3)
	shop.state.set(utilStamp, time.Now().UnixMicro()+1_000_000)
	got := list(t, cards[0])
	require.Len(t, got, 3)
	require.Equal(t, []int{1000, 1001, 1002}, []int{got[0].PID, got[1].PID, got[2].PID})
	require.Greater(t, got[1].Weight, got[2].Weight)
	require.Positive(t, got[2].Weight)
}

func TestMPSClients(t *testing.T) {
	_, cards := open(t, 1)
	shop.state.set(procs, 2)
	shop.state.set(mps, 2)
	shop.state.set(utilCode, 3)
	require.Equal(t, []driver.Process{
		{PID: 1000, Weight: -1, Memory: 1 << 30},
		{PID: 1001, Weight: -1, Memory: 1 << 30, MPS: true},
		{PID: 1002, Weight: -1, MPS: true},
	}, list(t, cards[0]))
}

func TestProcessErrors(t *testing.T) {
	_, cards := open(t, 1)
	for c, want := range map[int64]error{
		3: driver.ErrNotSupported, 4: driver.ErrPermission, 15: driver.ErrLost, 1: driver.ErrDriverGone,
	} {
		shop.state.put(0, procsCode, c)
		_, err := cards[0].Processes()
		require.ErrorIs(t, err, want)
	}
	shop.state.put(0, procsCode, 6)
	require.Empty(t, list(t, cards[0]))
}

func TestMIG(t *testing.T) {
	shop.state.reset(1)
	shop.state.set(migOn, 1)
	shop.state.set(migCount, 2)
	shop.state.set(procs, 1)
	_, cards, err := tryOpen(t, 0)
	require.NoError(t, err)
	require.True(t, cards[0].Identity().MIG)

	one, three := "MIG-00000000-0000-0000-0000-000000000000", "MIG-00000000-0000-0000-0000-000000000001"
	parts, err := cards[0].Slices()
	require.NoError(t, err)
	require.Equal(t, []driver.Slice{{ID: one, Compute: 1, Memory: 1}, {ID: three, Compute: 3, Memory: 4}}, parts)
	require.Equal(t, []driver.Process{
		{PID: 2000, Weight: -1, Memory: 1 << 30, Instance: one},
		{PID: 2100, Weight: -1, Memory: 1 << 30, Instance: three},
	}, list(t, cards[0]))
	require.Zero(t, shop.state.get(utilCalls), "utilisation does not work there")

	shop.state.set(migCount, 0)
	parts, err = cards[0].Slices()
	require.NoError(t, err)
	require.Empty(t, parts)

	shop.state.put(0, procsCode, 4)
	shop.state.set(migCount, 1)
	_, err = cards[0].Processes()
	require.ErrorIs(t, err, driver.ErrPermission)
}

func TestNoMIG(t *testing.T) {
	_, cards := open(t, 1)
	parts, err := cards[0].Slices()
	require.NoError(t, err)
	require.Empty(t, parts)
}
