package rapl_test

import (
	"errors"
	"io/fs"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/powercaptest"
	"github.com/scimeter/scimeter/rapl"
)

func TestReadErrors(t *testing.T) {
	t.Run("case 16: EINVAL in between loses nothing", func(t *testing.T) {
		bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
			tree.Zone("intel-rapl:0", "package-0", 100e6, ri)
			f := newFaults()
			r := open(t, tree, f.option())
			tree.SetEnergy("intel-rapl:0", 150e6)
			require.EqualValues(t, 50e6, read(t, r, time.Second)["rapl/package-0"].Total)

			f.fail("intel-rapl:0", syscall.EINVAL)
			got, err := try(r, time.Second)
			require.ErrorIs(t, err, syscall.EINVAL)
			require.EqualError(t, err, "rapl: read package-0 (intel-rapl:0): invalid argument")
			require.Empty(t, got, "an unknown interval is no zero")
			require.ErrorIs(t, skipped(r)["rapl/package-0"].Err, syscall.EINVAL)
			require.Empty(t, found(r))

			f.read("intel-rapl:0", nil)
			tree.SetEnergy("intel-rapl:0", 250e6)
			x := read(t, r, time.Second)["rapl/package-0"]
			require.EqualValues(t, 150e6, x.Total)
			require.Zero(t, x.Missing)
			require.Equal(t, []string{"rapl/package-0"}, found(r))
		})
	})
}

func TestPartialRead(t *testing.T) {
	t.Run("case 17: one of two fails once", func(t *testing.T) {
		bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
			tree.Zone("intel-rapl:0", "package-0", 0, ri)
			tree.Zone("intel-rapl:1", "package-1", 0, ri)
			f := newFaults()
			r := open(t, tree, f.option())
			tree.SetEnergy("intel-rapl:0", 250e6)
			tree.SetEnergy("intel-rapl:1", 250e6)
			f.fail("intel-rapl:1", syscall.EIO)
			got, err := try(r, time.Second)
			require.ErrorIs(t, err, syscall.EIO)
			require.Len(t, got, 1, "partial: the other is delivered beside the error")
			require.EqualValues(t, 250e6, got["rapl/package-0"].Total)

			f.read("intel-rapl:1", nil)
			tree.SetEnergy("intel-rapl:0", 500e6)
			tree.SetEnergy("intel-rapl:1", 500e6)
			require.EqualValues(t, 1000e6, node(t, r, read(t, r, time.Second)))
		})
	})

	t.Run("case 17: all that fails is told", func(t *testing.T) {
		bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
			for _, n := range []string{"0", "1", "2"} {
				tree.Zone("intel-rapl:"+n, "package-"+n, 0, ri)
			}
			f := newFaults()
			r := open(t, tree, f.option())
			f.fail("intel-rapl:0", syscall.EINVAL)
			f.fail("intel-rapl:1", syscall.EIO)
			got, err := try(r, time.Second)
			require.ErrorIs(t, err, syscall.EINVAL)
			require.ErrorIs(t, err, syscall.EIO)
			require.Contains(t, got, "rapl/package-2")
		})
	})
}

func TestRepeatedRead(t *testing.T) {
	t.Run("case 20: EAGAIN is asked once, EINTR again", func(t *testing.T) {
		bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
			tree.Zone("intel-rapl:0", "package-0", 0, ri)
			f := newFaults()
			r := open(t, tree, f.option())
			before := f.calls["intel-rapl:0"]
			f.fail("intel-rapl:0", syscall.EAGAIN)
			_, err := try(r, time.Second)
			require.ErrorIs(t, err, syscall.EAGAIN)
			require.Equal(t, before+1, f.calls["intel-rapl:0"])

			interrupts := 3
			f.read("intel-rapl:0", func(b []byte) (int, error) {
				if interrupts--; interrupts >= 0 {
					return 0, syscall.EINTR
				}
				return copy(b, "5000000\n"), nil
			})
			require.EqualValues(t, 5e6, read(t, r, time.Second)["rapl/package-0"].Total)

			f.fail("intel-rapl:0", syscall.EINTR)
			_, err = try(r, time.Second)
			require.ErrorIs(t, err, syscall.EINTR, "for ever is an error too")
		})
	})
}

func TestContents(t *testing.T) {
	for _, s := range []string{
		"", "\n", "abc", "12 34", "-1", "18446744073709551616\n", "0x10\n", "1e3\n", "1234567890123456789012345678901234567890\n",
	} {
		t.Run("case 19: "+s, func(t *testing.T) {
			bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
				tree.Zone("intel-rapl:0", "package-0", 100e6, ri)
				f := newFaults()
				r := open(t, tree, f.option())
				f.read("intel-rapl:0", text(s))
				if s == "" {
					f.read("intel-rapl:0", func([]byte) (int, error) { return 0, nil })
				}
				_, err := try(r, time.Second)
				e, ok := errors.AsType[*rapl.ZoneError](err)
				require.True(t, ok)
				require.Equal(t, "parse", e.Op)
				require.Equal(t, "rapl/package-0", e.Zone)
				f.read("intel-rapl:0", nil)
				tree.SetEnergy("intel-rapl:0", 150e6)
				x := read(t, r, time.Second)["rapl/package-0"]
				require.EqualValues(t, 50e6, x.Total, "the baseline is untouched")
				require.Zero(t, x.Missing)
			})
		})
	}
}

func TestZoneGoesAndComes(t *testing.T) {
	bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
		tree.Zone("intel-rapl:0", "package-0", 0, ri)
		tree.Zone("intel-rapl:1", "package-1", 100e6, ri)
		f := newFaults()
		r := open(t, tree, f.option())
		tree.SetEnergy("intel-rapl:1", 150e6)
		require.EqualValues(t, 50e6, read(t, r, time.Second)["rapl/package-1"].Total)

		tree.Remove("intel-rapl:1", "")
		f.fail("intel-rapl:1", syscall.ENODEV)
		got, err := try(r, time.Second)
		require.ErrorIs(t, err, syscall.ENODEV, "case 18: the loss is told")
		require.Contains(t, got, "rapl/package-0", "the other is delivered")
		require.NotContains(t, got, "rapl/package-1")
		calls := f.calls["intel-rapl:1"]
		read(t, r, time.Second)
		require.Equal(t, calls, f.calls["intel-rapl:1"], "the descriptor is closed")
		require.Equal(t, []string{"rapl/package-0"}, found(r))

		_, err = try(r, 10*time.Second)
		require.ErrorIs(t, err, syscall.ENOENT, "the tree was looked at")
		f.read("intel-rapl:1", nil)
		tree.Zone("intel-rapl:1", "package-1", 20e6, ri)
		x := read(t, r, 20*time.Second)["rapl/package-1"]
		require.EqualValues(t, 50e6, x.Total, "case 18: a new baseline, 0 J, the total goes on")
		require.Equal(t, 32*time.Second, x.Missing, "since the last good read")
		tree.SetEnergy("intel-rapl:1", 21e6)
		require.EqualValues(t, 51e6, read(t, r, time.Second)["rapl/package-1"].Total)
		require.Equal(t, []string{"rapl/package-0", "rapl/package-1"}, found(r))
	})
}

func TestZoneIsPluggedIn(t *testing.T) {
	bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
		tree.Zone("intel-rapl:0", "package-0", 0, ri)
		r := open(t, tree)
		tree.Zone("intel-rapl:1", "package-1", 100e6, ri)
		x := read(t, r, time.Minute)["rapl/package-1"]
		require.Zero(t, x.Total)
		require.Equal(t, time.Minute, x.Missing, "before it was found")
		require.Equal(t, []string{"rapl/package-0", "rapl/package-1"}, found(r))
	})
}

func TestZoneIsReplaced(t *testing.T) {
	bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
		tree.Zone("intel-rapl:0", "package-0", 100e6, ri)
		r := open(t, tree)
		tree.Remove("intel-rapl:0", "")
		tree.Zone("intel-rapl:0", "package-0", 120e6, ri) // another file at the same path
		x := read(t, r, time.Minute)["rapl/package-0"]
		require.Zero(t, x.Total, "another counter has another baseline")
		tree.SetEnergy("intel-rapl:0", 121e6)
		require.EqualValues(t, 1e6, read(t, r, time.Second)["rapl/package-0"].Total)
	})
}

func TestPermissionIsLost(t *testing.T) {
	bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
		tree.Zone("intel-rapl:0", "package-0", 0, ri)
		tree.Zone("intel-rapl:1", "package-1", 100e6, ri)
		f := newFaults()
		r := open(t, tree, f.option())
		f.fail("intel-rapl:1", syscall.ENODEV)
		f.opens["intel-rapl:1"] = &fs.PathError{Op: "open", Path: "energy_uj", Err: syscall.EACCES}
		var denials int
		for range 300 {
			_, err := try(r, time.Second)
			if errors.Is(err, rapl.ErrPermission) {
				denials++
			}
		}
		require.Equal(t, 1, denials, "case 21: told once, not per tick")
		skip := skipped(r)["rapl/package-1"]
		require.ErrorIs(t, skip.Err, fs.ErrPermission)
		require.Contains(t, skip.Remedy, "CAP_DAC_READ_SEARCH")

		delete(f.opens, "intel-rapl:1")
		f.read("intel-rapl:1", nil)
		tree.SetEnergy("intel-rapl:1", 130e6)
		x := read(t, r, time.Minute)["rapl/package-1"]
		require.EqualValues(t, 30e6, x.Total, "the same file goes on where it was")
		require.Zero(t, x.Missing)
	})
}

func TestNothingIsLeft(t *testing.T) {
	bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
		tree.Zone("intel-rapl:0", "package-0", 0, ri)
		f := newFaults()
		r := open(t, tree, f.option())
		z := r.Zones()[0]
		f.fail("intel-rapl:0", syscall.ENODEV)
		for range 3 {
			got, err := try(r, time.Second)
			require.Error(t, err, "no reading at all is never a success")
			require.Empty(t, got)
		}
		_, err := z.Total()
		require.ErrorIs(t, err, syscall.ENODEV)
	})
}

func TestClosed(t *testing.T) {
	tree := powercaptest.New(t)
	tree.Zone("intel-rapl:0", "package-0", 0, ri)
	r, err := rapl.Open(tree.Root)
	require.NoError(t, err)
	z := r.Zones()[0]
	require.NoError(t, r.Close())
	require.NoError(t, r.Close())
	got, err := r.Read(nil)
	require.ErrorIs(t, err, rapl.ErrClosed)
	require.ErrorIs(t, err, fs.ErrClosed)
	require.Empty(t, got)
	_, err = z.Total()
	require.ErrorIs(t, err, rapl.ErrClosed)
}
