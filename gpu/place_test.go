package gpu_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
	"github.com/scimeter/scimeter/gpu/internal/driver"
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

// A fleet has one card, found by a driver of that name.
type fleetOf struct {
	crooked
	name string
}

func (f *fleetOf) Name() string { return f.name }

func (f *fleetOf) Open() ([]driver.Device, []source.Skip, error) { return []driver.Device{f}, nil, nil }

func of(name string, id driver.Identity) gpu.Option {
	f := &fleetOf{name: name}
	f.id = id
	f.answer = func(s *driver.Sample) error {
		*s = driver.Sample{Instant: 100, InstantOK: true}
		return nil
	}
	return gpu.WithDriver(f)
}

// case S12: a card is in a module of its maker that is next to it, or not known
// to be elsewhere; module and module of one socket are the same.
func TestBesideModule(t *testing.T) {
	module := driver.Identity{ID: "grace/module-0", Kind: source.Module, Level: source.AtModule, Socket: 0}
	card := func(socket int) driver.Identity {
		return driver.Identity{ID: "GPU-1", Kind: source.GPU, Socket: socket}
	}
	for name, c := range map[string]struct {
		first, second gpu.Option
		beside        bool
	}{
		"of the same socket":          {of("nvml", card(0)), of("grace", module), true},
		"of another socket":           {of("nvml", card(1)), of("grace", module), false},
		"of a socket that is unknown": {of("nvml", card(-1)), of("grace", module), true},
		"of another maker":            {of("amdgpu", card(0)), of("grace", module), false},
		"of another maker, in PCI":    {of("xe", card(-1)), of("grace", module), false},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := gpu.Open(c.first, c.second)
			require.NoError(t, err)
			defer r.Close()
			found := r.Report().Found
			require.Len(t, found, 2)
			require.Equal(t, c.beside, found[0].Beside)
			require.False(t, found[1].Beside)
			require.Equal(t, -1, found[0].Socket, "of no one socket")
		})
	}
	t.Run("NVML and the kernel of one module", func(t *testing.T) {
		same := module
		same.ID = "GPU-1"
		r, err := gpu.Open(of("nvml", same), of("grace", module))
		require.NoError(t, err)
		defer r.Close()
		found := r.Report().Found
		require.False(t, found[0].Beside)
		require.True(t, found[1].Beside)
	})
	t.Run("a processor is no card", func(t *testing.T) {
		cpu := driver.Identity{ID: "grace/cpu-0", Kind: source.CPU, Level: source.AtChip}
		r, err := gpu.Open(of("grace", cpu))
		require.NoError(t, err)
		defer r.Close()
		require.Len(t, r.Report().Found, 1)
		require.Empty(t, r.Holds(nil))
		require.Empty(t, r.Report().Assumed)
	})
}

// The sensors of consumer cards are worse, and one that was compared is better.
func TestSensorError(t *testing.T) {
	for model, want := range map[string]float64{
		"NVIDIA H100 80GB HBM3": 0.05, "NVIDIA GeForce RTX 4090": 0.1, "NVIDIA RTX A6000": 0.05, "AMD 1002:744c": 0.1, "": 0.05,
	} {
		r, err := gpu.Open(of("nvml", driver.Identity{ID: "GPU-1", Model: model}))
		require.NoError(t, err)
		require.Equal(t, want, r.Report().Found[0].Origin.Sigma, model)
		require.NoError(t, r.Close())
	}
	r, err := gpu.Open(of("nvml", driver.Identity{ID: "GPU-1"}), gpu.WithSensorError("GPU-1", 0.01), gpu.WithSensorError("GPU-1", math.NaN()))
	require.NoError(t, err)
	defer r.Close()
	require.Equal(t, 0.01, r.Report().Found[0].Origin.Sigma)
}
