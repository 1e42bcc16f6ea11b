package gpu_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu"
	"github.com/scimeter/scimeter/gpu/gputest"
)

// fleet is a machine with three cards, of one model or of several.
func fleet(models ...string) *gputest.Machine {
	m := gputest.New()
	ids := []string{"GPU-8932f937", "GPU-8935aaaa", "GPU-1fff"}
	for i, model := range models {
		m.Plug(gputest.Spec{ID: ids[i], Model: model, Power: 100})
	}
	return m
}

func same() *gputest.Machine { return fleet("H100", "H100", "H100") }

func mixed() *gputest.Machine { return fleet("A10", "H100", "H100") }

// read returns the cards that are read.
func read(t *testing.T, m *gputest.Machine, opts ...gpu.Option) (ids []string, r *gpu.Reader) {
	t.Helper()
	r = gpu.Auto(append(opts, m.Option())...)
	t.Cleanup(func() { r.Close() })
	for _, d := range r.Devices() {
		ids = append(ids, d.ID())
	}
	return ids, r
}

func TestSelect(t *testing.T) {
	for _, c := range []struct {
		name string
		spec []string
		want []string
		err  error
	}{
		{"by index, in the order of NVML", []string{"2", "0"}, []string{"GPU-8932f937", "GPU-1fff"}, nil},
		{"in one string", []string{"2, 0"}, []string{"GPU-8932f937", "GPU-1fff"}, nil},
		{"by UUID", []string{"GPU-8935aaaa"}, []string{"GPU-8935aaaa"}, nil},
		{"by a prefix", []string{"GPU-1"}, []string{"GPU-1fff"}, nil},
		{"by a prefix that several have", []string{"GPU-893"}, nil, gpu.ErrAmbiguousSelection},
		{"all", []string{"all"}, []string{"GPU-8932f937", "GPU-8935aaaa", "GPU-1fff"}, nil},
		{"an index that is not there", []string{"3", "0"}, []string{"GPU-8932f937"}, gpu.ErrNoSuchDevice},
		{"a UUID that is not there", []string{"GPU-f"}, nil, gpu.ErrNoSuchDevice},
		{"a partition that is not there", []string{"MIG-1"}, nil, gpu.ErrNoSuchDevice},
		{"below zero", []string{"-1"}, nil, gpu.ErrNoSuchDevice},
		{"nothing", nil, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			ids, r := read(t, mixed(), gpu.Select(c.spec...))
			require.Equal(t, c.want, ids)
			rep := r.Report()
			require.Len(t, rep.Skipped, 3-len(c.want)+btoi(c.err != nil))
			if c.err != nil {
				require.ErrorIs(t, rep.Skipped[0].Err, c.err)
				require.NotEmpty(t, rep.Skipped[0].Remedy)
			}
			for _, s := range rep.Skipped[btoi(c.err != nil):] {
				require.ErrorIs(t, s.Err, gpu.ErrNotSelected)
			}
			for _, h := range r.Holdings() {
				require.Equal(t, gpu.Holding{Zone: h.Zone, Share: 1, By: "gpu.Select", Assumed: true}, h)
			}
		})
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestSelectSlice(t *testing.T) {
	m := same()
	m.Cards()[1].SetSlices(
		gputest.Slice{ID: "MIG-a1", Compute: 1, Memory: 1}, gputest.Slice{ID: "MIG-b3", Compute: 3, Memory: 4})
	ids, r := read(t, m, gpu.Select("MIG-b3"))
	require.Equal(t, []string{"GPU-8935aaaa"}, ids)
	require.Equal(t, []gpu.Holding{{Zone: "gpu/GPU-8935aaaa", Share: 0.5, By: "gpu.Select"}}, r.Holdings())
	_, r = read(t, m)
	require.ErrorIs(t, r.Holdings()[1].Shared, gpu.ErrSharedMIG)
	require.NoError(t, r.Holdings()[0].Shared)
	_, r = read(t, m, gpu.Select("MIG-"))
	require.ErrorIs(t, r.Report().Skipped[0].Err, gpu.ErrAmbiguousSelection)
	_, r = read(t, m, gpu.Select("MIG-a1", "MIG-b3"))
	require.InDelta(t, 0.5+1.0/7, r.Holdings()[0].Share, 1e-12)
}

func TestSelectByEnvironment(t *testing.T) {
	all := []string{"GPU-8932f937", "GPU-8935aaaa", "GPU-1fff"}
	for _, c := range []struct {
		name    string
		machine *gputest.Machine
		env     map[string]string
		want    []string
		by      string
	}{
		{"nothing says", mixed(), nil, all, "visible"},
		{"CUDA, one model", same(), map[string]string{"CUDA_VISIBLE_DEVICES": "1"}, all[1:2], "CUDA_VISIBLE_DEVICES"},
		{"CUDA, several models", mixed(), map[string]string{"CUDA_VISIBLE_DEVICES": "1"}, nil, ""},
		{"CUDA, by PCI address", mixed(), map[string]string{"CUDA_VISIBLE_DEVICES": "1", "CUDA_DEVICE_ORDER": "PCI_BUS_ID"}, all[1:2], "CUDA_VISIBLE_DEVICES"},
		{"CUDA, by UUID", mixed(), map[string]string{"CUDA_VISIBLE_DEVICES": "GPU-1fff"}, all[2:], "CUDA_VISIBLE_DEVICES"},
		{"CUDA stops at what is not valid", same(), map[string]string{"CUDA_VISIBLE_DEVICES": "0,-1,1"}, all[:1], "CUDA_VISIBLE_DEVICES"},
		{"CUDA hides all", same(), map[string]string{"CUDA_VISIBLE_DEVICES": ""}, nil, ""},
		{"CUDA comes first", same(), map[string]string{"CUDA_VISIBLE_DEVICES": "0", "NVIDIA_VISIBLE_DEVICES": "all"}, all[:1], "CUDA_VISIBLE_DEVICES"},
		{"NVIDIA, all", mixed(), map[string]string{"NVIDIA_VISIBLE_DEVICES": "all"}, all, "NVIDIA_VISIBLE_DEVICES"},
		{"NVIDIA, none", mixed(), map[string]string{"NVIDIA_VISIBLE_DEVICES": "none"}, nil, ""},
		{"NVIDIA, void", mixed(), map[string]string{"NVIDIA_VISIBLE_DEVICES": "void"}, all, "visible"},
		{"NVIDIA, by UUID", mixed(), map[string]string{"NVIDIA_VISIBLE_DEVICES": "GPU-1fff"}, all[2:], "NVIDIA_VISIBLE_DEVICES"},
		{"NVIDIA, numbers of the host", mixed(), map[string]string{"NVIDIA_VISIBLE_DEVICES": "5,6,7"}, all, "NVIDIA_VISIBLE_DEVICES"},
		{"NVIDIA, one of those shown", mixed(), map[string]string{"NVIDIA_VISIBLE_DEVICES": "1"}, all[1:2], "NVIDIA_VISIBLE_DEVICES"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for k, v := range c.env {
				c.machine.Setenv(k, v)
			}
			ids, r := read(t, c.machine)
			require.Equal(t, c.want, ids)
			for _, h := range r.Holdings() {
				require.Equal(t, c.by, h.By)
			}
			for _, s := range r.Report().Skipped {
				require.NotEmpty(t, s.Remedy, "%v", s.Err)
			}
		})
	}
}

// Several cards, none selected, and processes that are not known: somebody has
// to say.
func TestSelectInAContainer(t *testing.T) {
	m := mixed()
	m.Contain()
	ids, r := read(t, m)
	require.Empty(t, ids)
	rep := r.Report()
	require.Len(t, rep.Skipped, 3)
	require.ErrorIs(t, rep.Skipped[0].Err, gpu.ErrSeveral)
	require.Contains(t, rep.Skipped[0].Remedy, "gpu.Select")
	require.NoError(t, r.Rescan(t.Context()))
	require.Equal(t, rep, r.Report(), "looking again finds the same")

	ids, _ = read(t, m, gpu.Select("all"))
	require.Len(t, ids, 3)
	m.Setenv("CUDA_VISIBLE_DEVICES", "GPU-1fff")
	ids, _ = read(t, m)
	require.Equal(t, []string{"GPU-1fff"}, ids)

	one := fleet("H100")
	one.Contain()
	ids, r = read(t, one)
	require.Len(t, ids, 1, "one card that is visible is ours")
	require.Equal(t, "assumed exclusive: 1 of 1", r.Report().Assumed[0].Value)
}

// A selection is by name once it was made: a card that comes first later does
// not take it over.
func TestSelectByIndexStays(t *testing.T) {
	m := same()
	_, r := read(t, m, gpu.Select("0"))
	m.PlugFirst(gputest.Spec{ID: "GPU-new"})
	require.NoError(t, r.Rescan(t.Context()))
	require.Len(t, r.Devices(), 1)
	require.Equal(t, "GPU-8932f937", r.Devices()[0].ID())
}

// A partitioned card that comes later can be selected by a partition.
func TestSelectSliceAfterRescan(t *testing.T) {
	m := fleet("H100")
	_, r := read(t, m, gpu.Select("MIG-b3"))
	require.Empty(t, r.Devices())
	m.Plug(gputest.Spec{ID: "GPU-new"}).SetSlices(gputest.Slice{ID: "MIG-b3", Compute: 3, Memory: 4})
	require.NoError(t, r.Rescan(t.Context()))
	require.Len(t, r.Devices(), 1)
	require.InDelta(t, 0.5, r.Holdings()[0].Share, 1e-12)
}

// What CUDA hides are cards of NVIDIA.
func TestSelectLeavesOthers(t *testing.T) {
	m := gputest.New(gputest.Spec{ID: "0000:03:00.0"}, gputest.Spec{ID: "GPU-1"})
	m.Setenv("CUDA_VISIBLE_DEVICES", "")
	ids, _ := read(t, m)
	require.Equal(t, []string{"0000:03:00.0"}, ids)
}

// CUDA takes what stands before the first number that no card has.
func TestCUDAStopsAtWhatIsNotThere(t *testing.T) {
	m := same()
	m.Setenv("CUDA_VISIBLE_DEVICES", "1,7,0")
	ids, r := read(t, m)
	require.Equal(t, []string{"GPU-8935aaaa"}, ids)
	require.ErrorIs(t, r.Report().Skipped[0].Err, gpu.ErrNoSuchDevice)
}

// Sysfs shows a container all cards of the machine: its own are those that it
// can open, unless somebody says otherwise.
func TestContainerHasWhatItCanOpen(t *testing.T) {
	m := gputest.New(gputest.Spec{ID: "0000:03:00.0", Node: "dri/renderD128"}, gputest.Spec{ID: "0000:04:00.0", Node: "dri/renderD129"})
	m.Hide("dri/renderD128")
	ids, _ := read(t, m)
	require.Len(t, ids, 2, "on a host")
	m.Contain()
	ids, r := read(t, m)
	require.Equal(t, []string{"0000:04:00.0"}, ids)
	rep := r.Report()
	require.Len(t, rep.Skipped, 1)
	require.Equal(t, "gpu/0000:03:00.0", rep.Skipped[0].What)
	require.ErrorIs(t, rep.Skipped[0].Err, gpu.ErrNotGiven)
	require.NotEmpty(t, rep.Skipped[0].Remedy)
	require.Len(t, r.Holds(nil), 2)
	ids, _ = read(t, m, gpu.Select("all"))
	require.Len(t, ids, 2)
}
