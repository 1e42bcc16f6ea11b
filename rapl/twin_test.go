package rapl_test

import (
	"errors"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/powercaptest"
	"github.com/scimeter/scimeter/rapl"
)

// dies makes a package of two dies.
func dies(tree *powercaptest.Tree, a, b uint64) {
	tree.CPU("AuthenticAMD", 23, 8, "fpu")
	tree.Zone("intel-rapl:0", "package-0-die-0", a, ra)
	tree.Zone("intel-rapl:1", "package-0-die-1", b, ra)
}

func TestMirroredDies(t *testing.T) {
	bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
		dies(tree, 500e6, 500e6)
		f := newFaults()
		r := open(t, tree, f.option())
		for i := range 40 {
			uj := uint64(500e6 + (i+1)*100e6)
			tree.SetEnergy("intel-rapl:0", uj)
			tree.SetEnergy("intel-rapl:1", uj+61) // read a moment later
			require.EqualValues(t, uj-500e6, node(t, r, read(t, r, time.Second)), "case 26: counted once at each step")
			require.Equal(t, []string{"rapl/package-0-die-0"}, found(r))
			require.ErrorIs(t, skipped(r)["rapl/package-0-die-1"].Err, rapl.ErrMirror)
		}
		calls := f.calls["intel-rapl:1"]
		read(t, r, 5*time.Minute)
		require.Equal(t, calls, f.calls["intel-rapl:1"], "case 26: once it is sure, it is not read any more")
	})
}

func TestDiesThatStartAlike(t *testing.T) {
	bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
		dies(tree, 0, 0)
		r := open(t, tree)
		tree.SetEnergy("intel-rapl:0", 100e6)
		tree.SetEnergy("intel-rapl:1", 104e6)
		require.EqualValues(t, 100e6, node(t, r, read(t, r, time.Second)), "it may be a mirror: 4 J are 5 ms at 1000 W")
		tree.SetEnergy("intel-rapl:0", 200e6)
		tree.SetEnergy("intel-rapl:1", 210e6)
		require.EqualValues(t, 200e6, node(t, r, read(t, r, time.Second)))
		require.Equal(t, []string{"rapl/package-0-die-0", "rapl/package-0-die-1"}, found(r), "they differ")
		tree.SetEnergy("intel-rapl:0", 300e6)
		tree.SetEnergy("intel-rapl:1", 320e6)
		got := read(t, r, time.Second)
		require.EqualValues(t, 300e6+110e6, node(t, r, got), "from the difference on, and no energy held back")
		require.Equal(t, 2*time.Second, got["rapl/package-0-die-1"].Missing)
	})
}

func TestLowestDieIsLost(t *testing.T) {
	bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
		dies(tree, 500e6, 500e6)
		f := newFaults()
		r := open(t, tree, f.option())
		step := func(uj uint64) {
			tree.SetEnergy("intel-rapl:0", uj)
			tree.SetEnergy("intel-rapl:1", uj)
		}
		for i := range uint64(40) {
			step(600e6 + i*100e6)
			read(t, r, time.Second)
		}
		f.fail("intel-rapl:0", syscall.ENODEV)
		_, err := try(r, time.Second)
		require.ErrorIs(t, err, syscall.ENODEV)
		f.opens["intel-rapl:0"] = syscall.ENOENT
		_, err = try(r, time.Minute)
		require.True(t, err == nil || errors.Is(err, syscall.ENOENT))
		require.Equal(t, []string{"rapl/package-0-die-1"}, found(r), "the mirror takes its place")

		f.read("intel-rapl:0", nil)
		delete(f.opens, "intel-rapl:0")
		before := sum(read(t, r, time.Second))
		read(t, r, time.Minute)
		require.Equal(t, []string{"rapl/package-0-die-1"}, found(r), "and keeps it: two would count twice")
		step(5000e6)
		require.LessOrEqual(t, sum(read(t, r, time.Second))-before, uint64(500e6))
	})
}

func sum(got map[string]reading) uint64 {
	var n uint64
	for _, x := range got {
		n += uint64(x.Total)
	}
	return n
}

func TestMirroredMemory(t *testing.T) {
	bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
		dies(tree, 100e6, 900e6)
		tree.Zone("intel-rapl:0:0", "dram", 7e6, ra)
		tree.Zone("intel-rapl:1:0", "dram", 7e6, ra)
		r := open(t, tree)
		require.Equal(t, []string{"rapl/package-0-die-0", "rapl/package-0-die-0/dram", "rapl/package-0-die-1"}, found(r))
	})
}
