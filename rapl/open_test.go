package rapl_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/powercaptest"
	"github.com/scimeter/scimeter/rapl"
)

var without = []struct {
	name   string
	make   func(t *testing.T, tree *powercaptest.Tree)
	want   error
	remedy string
}{
	{"case 32: masked", func(t *testing.T, tree *powercaptest.Tree) {
		tree.Zone("intel-rapl:0", "package-0", 0, ri)
		tree.Mask()
	}, rapl.ErrMasked, "bind mount the host's /sys/devices/virtual/powercap"},
	{"case 32: masked in a virtual machine", func(t *testing.T, tree *powercaptest.Tree) {
		tree.CPU("GenuineIntel", 6, 85, "hypervisor")
		tree.Zone("intel-rapl:0", "package-0", 0, ri)
		tree.Mask()
	}, rapl.ErrMasked, "HOST_SYS=/host/sys"},
	{"case 32: an empty class", func(*testing.T, *powercaptest.Tree) {}, rapl.ErrNoCounters, "intel_rapl_msr"},
	{"case 32: no class", func(t *testing.T, tree *powercaptest.Tree) {
		require.NoError(t, os.RemoveAll(filepath.Join(tree.Root, "class")))
	}, rapl.ErrNoCounters, ""},
	{"a class that is a file", func(t *testing.T, tree *powercaptest.Tree) {
		path := filepath.Join(tree.Root, "class", "powercap")
		require.NoError(t, os.Remove(path))
		require.NoError(t, os.WriteFile(path, nil, 0o600))
	}, rapl.ErrNoCounters, ""},
	{"a control type alone", func(t *testing.T, tree *powercaptest.Tree) {
		tree.Zone("intel-rapl:0", "package-0", 0, ri)
		tree.Remove("intel-rapl:0", "")
	}, rapl.ErrNoCounters, "intel_rapl_msr"},
	{"zones of power alone", func(t *testing.T, tree *powercaptest.Tree) {
		tree.Zone("intel-rapl:0", "package-0", 0, ri)
		tree.Remove("intel-rapl:0", "energy_uj")
	}, rapl.ErrNoCounters, ""},
	{"a virtual machine", func(t *testing.T, tree *powercaptest.Tree) {
		tree.CPU("AuthenticAMD", 25, 1, "fpu hypervisor")
	}, rapl.ErrVirtual, "estimate"},
	{"nothing readable", func(t *testing.T, tree *powercaptest.Tree) {
		tree.Zone("intel-rapl:0", "package-0", 0, ri)
		tree.Set("intel-rapl:0", "energy_uj", "junk")
	}, rapl.ErrNoCounters, ""},
}

func TestNoCounters(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("elsewhere the reason is the system")
	}
	for _, tt := range without {
		t.Run(tt.name, func(t *testing.T) {
			tree := powercaptest.New(t)
			tt.make(t, tree)
			r, err := rapl.Open(tree.Root)
			require.Nil(t, r)
			for _, is := range []error{rapl.ErrNoCounters, rapl.ErrMasked, rapl.ErrVirtual, rapl.ErrPermission} {
				require.Equal(t, is == tt.want, errors.Is(err, is), "%v is %v", err, is)
			}
			e, ok := errors.AsType[*rapl.UnavailableError](err)
			require.True(t, ok)
			require.Equal(t, filepath.Join(tree.Root, "class", "powercap"), e.Path)
			require.Equal(t, e.Remedy, rapl.Remedy(err))
			require.Contains(t, e.Remedy, tt.remedy)
			require.Contains(t, err.Error(), e.Remedy, "the text has the remedy")
		})
	}
}

func TestPartlyMasked(t *testing.T) {
	tree := powercaptest.New(t)
	tree.Zone("intel-rapl:0", "package-0", 0, ri)
	tree.Zone("intel-rapl:1", "package-1", 0, ri)
	require.NoError(t, os.RemoveAll(filepath.Dir(tree.Path("intel-rapl:1", "name"))))
	r := open(t, tree)
	require.Equal(t, []string{"rapl/package-0"}, found(r))
	require.ErrorIs(t, skipped(r)["intel-rapl:1"].Err, rapl.ErrMasked)
}

func TestOneBadZone(t *testing.T) {
	tree := powercaptest.New(t)
	tree.Zone("intel-rapl:0", "package-0", 0, ri)
	tree.Zone("intel-rapl:1", "package-1", 0, ri)
	tree.Set("intel-rapl:1", "energy_uj", "junk")
	r := open(t, tree)
	require.Equal(t, []string{"rapl/package-0"}, found(r))
	require.ErrorContains(t, skipped(r)["rapl/package-1"].Err, "not a decimal number")
	tree.SetEnergy("intel-rapl:1", 100e6)
	got, err := r.Read(nil)
	require.NoError(t, err)
	require.Len(t, got, 2, "it is back")
	require.Zero(t, got[1].Total)
	require.Positive(t, got[1].Missing)
}

func TestRoots(t *testing.T) {
	tree := powercaptest.New(t)
	tree.Zone("intel-rapl:0", "package-0", 0, ri)
	above := filepath.Dir(tree.Root)
	works := func(root string, opts ...rapl.Option) {
		t.Helper()
		r, err := rapl.Open(root, opts...)
		require.NoError(t, err)
		require.Len(t, r.Zones(), 1)
		require.NoError(t, r.Close())
	}
	works(tree.Root)
	works(tree.Root+"/", rapl.WithProc(tree.Proc))
	works(above)
	t.Setenv("HOST_SYS", tree.Root)
	works("")
	t.Setenv("HOST_SYS", t.TempDir())
	works(tree.Root)
	_, err := rapl.Open("")
	require.Error(t, err)
}

func TestFlatCopy(t *testing.T) {
	root := t.TempDir()
	for dir, name := range map[string]string{"intel-rapl:0": "package-0", "intel-rapl:0:1": "dram"} {
		path := filepath.Join(root, "class", "powercap", dir)
		require.NoError(t, os.MkdirAll(path, 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(path, "name"), []byte(name+"\n"), 0o600))
		require.NoError(t, os.WriteFile(filepath.Join(path, "energy_uj"), []byte("1\n"), 0o600))
	}
	r, err := rapl.Open(root)
	require.NoError(t, err)
	defer r.Close()
	require.Equal(t, []string{"rapl/package-0", "rapl/package-0/dram"}, found(r))
}

func TestErrorText(t *testing.T) {
	err := error(&rapl.PermissionError{Paths: []string{"/a", "/b"}, Remedy: "be root"})
	require.EqualError(t, err, "rapl: open /a, /b: permission denied (be root)")
	require.ErrorIs(t, err, fs.ErrPermission)
	require.ErrorIs(t, err, rapl.ErrPermission)
	require.NotErrorIs(t, err, rapl.ErrNoCounters)
	require.Empty(t, rapl.Remedy(errors.New("other")))
}
