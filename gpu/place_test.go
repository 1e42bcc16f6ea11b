package gpu_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
	"github.com/scimeter/scimeter/source"
)

// case S11: a card that two drivers find is read by the first that can.
func TestOneCardTwoDrivers(t *testing.T) {
	nothing := gputest.Spec{ID: "GPU-1", PCI: "0000:03:00.0", NoCounter: true, NoPower: true}
	card := gputest.Spec{ID: "0000:03:00.0", PCI: "0000:03:00.0", Power: 100}
	t.Run("the first can", func(t *testing.T) {
		better := card
		better.ID = "GPU-1"
		r, err := gpu.Open(gputest.New(better).Option(), gputest.New(card).Option())
		require.NoError(t, err)
		defer r.Close()
		rep := r.Report()
		require.Len(t, rep.Found, 1)
		require.Equal(t, "gpu/GPU-1", rep.Found[0].ID)
		require.ErrorIs(t, rep.Skipped[0].Err, gpu.ErrElsewhere)
		got, err := r.Read(nil)
		require.NoError(t, err)
		require.Len(t, got, 1)
	})
	t.Run("only the second can", func(t *testing.T) {
		r, err := gpu.Open(gputest.New(nothing).Option(), gputest.New(card).Option())
		require.NoError(t, err)
		defer r.Close()
		rep := r.Report()
		require.Len(t, rep.Found, 1)
		require.Equal(t, "gpu/0000:03:00.0", rep.Found[0].ID)
		require.ErrorIs(t, rep.Skipped[0].Err, gpu.ErrNotSupported)
		got, err := r.Read(nil)
		require.NoError(t, err)
		require.Len(t, got, 1)
	})
}

// case S12: what a module has in it is not counted twice.
func TestModule(t *testing.T) {
	module := gputest.Spec{ID: "grace/module-0", Power: 900, Module: true}
	r, err := gpu.Open(gputest.New(gputest.Spec{ID: "GPU-1", Power: 500}).Option(), gputest.New(module).Option())
	require.NoError(t, err)
	defer r.Close()
	found := r.Report().Found
	require.Len(t, found, 2)
	require.True(t, found[0].Beside)
	require.Equal(t, "gpu/grace/module-0", found[0].Parent)
	require.Equal(t, source.Module, found[1].Kind)
	require.Equal(t, source.AtModule, found[1].Level)
	require.Equal(t, 0, found[1].Socket)
	require.False(t, found[1].Beside)
	used, err := r.Begin().End()
	require.NoError(t, err)
	require.Len(t, used.Devices, 2)
	require.Equal(t, used.Devices[1].Energy, used.Energy())
}
