package rapl_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/powercaptest"
	"github.com/scimeter/scimeter/rapl"
	"github.com/scimeter/scimeter/source"
)

// pkg0 is what is found of a package with memory.
var pkg0 = []string{"rapl/package-0", "rapl/package-0/dram"}

// A zone that loses its name is the one it was for as long as its counter is
// the same file, and so are those below it.
func TestNameIsLost(t *testing.T) {
	for how, lose := range map[string]func(tree *powercaptest.Tree, dir string){
		"removed": func(tree *powercaptest.Tree, dir string) { tree.Remove(dir, "name") },
		"emptied": func(tree *powercaptest.Tree, dir string) { tree.Set(dir, "name", "\n") },
	} {
		for _, dir := range []string{"intel-rapl:0", "intel-rapl:0:0"} {
			t.Run(dir+" "+how, func(t *testing.T) {
				bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
					r := openPackage(t, tree)
					lose(tree, dir)
					total := readings(t, tree, r)
					require.Equal(t, pkg0, found(r), "and no zone of another name")
					require.Empty(t, r.Report().Skipped)

					tree.Set(dir, "name", map[string]string{"intel-rapl:0": "package-0\n", "intel-rapl:0:0": "dram\n"}[dir])
					require.Greater(t, readings(t, tree, r)[pkg0[0]].Total, total[pkg0[0]].Total)
					require.Equal(t, pkg0, found(r))
					require.Empty(t, r.Report().Skipped)
				})
			})
		}
	}
}

// A name that means nothing makes another zone, of which nothing stays when the
// name is right again.
func TestNameIsGarbage(t *testing.T) {
	bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
		r := openPackage(t, tree)
		tree.Set("intel-rapl:0", "name", "garbage\n")
		time.Sleep(2 * time.Minute)
		_, err := r.Read(nil)
		require.ErrorContains(t, err, "package-0", "the loss is told")
		require.Contains(t, found(r), "rapl/intel-rapl:0*")
		require.Contains(t, skipped(r), "rapl/package-0")

		tree.Set("intel-rapl:0", "name", "package-0\n")
		readings(t, tree, r)
		require.Equal(t, pkg0, found(r))
		require.Empty(t, r.Report().Skipped, "no ghost of it")
		require.Len(t, r.Zones(), 2)
	})
}

// A directory that has no name when it is first seen is kept beside the sum,
// until it has one.
func TestNameComesLate(t *testing.T) {
	bubble(t, func(t *testing.T, tree *powercaptest.Tree) {
		tree.Zone("intel-rapl:1", "package-1", 1e6, ri)
		tree.Remove("intel-rapl:1", "name")
		r := openPackage(t, tree)
		require.Contains(t, found(r), "rapl/intel-rapl:1*")
		tree.Set("intel-rapl:1", "name", "package-1\n")
		readings(t, tree, r)
		require.ElementsMatch(t, append([]string{"rapl/package-1"}, pkg0...), found(r))
		require.Empty(t, r.Report().Skipped)
	})
}

func openPackage(t *testing.T, tree *powercaptest.Tree) *rapl.Reader {
	t.Helper()
	tree.Zone("intel-rapl:0", "package-0", 1e6, ri)
	tree.Zone("intel-rapl:0:0", "dram", 1e6, powercaptest.DRAMRange)
	return open(t, tree)
}

// readings lets both zones use 20 W for as long as it takes until the tree has
// been looked at again, and reads once more.
func readings(t *testing.T, tree *powercaptest.Tree, r *rapl.Reader) map[string]source.Reading {
	t.Helper()
	var got map[string]source.Reading
	for range 130 {
		add(t, tree, "intel-rapl:0", 20)
		add(t, tree, "intel-rapl:0:0", 20)
		got, _ = try(r, time.Second)
	}
	require.Contains(t, got, pkg0[0])
	return got
}
