package rapl_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"github.com/scimeter/scimeter/rapl"
)

// hostile deeds put in the place of a file what the kernel never has there, and
// what a reader would wait for or read for ever.
var hostile = []deed{
	{"a pipe", false, func(path string) error {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		return unix.Mkfifo(path, 0o600)
	}},
	{"a device", false, func(path string) error {
		if err := os.RemoveAll(path); err != nil {
			return err
		}
		return os.Symlink("/dev/zero", path)
	}},
	{"endless", true, func(path string) error { return os.Truncate(path, 1<<40) }},
}

// TestHostileTree does that to every file: before Open and while it is read.
// Where anything waits, the test never ends.
func TestHostileTree(t *testing.T) {
	whole := killTree(t)
	for _, rel := range victims(t, whole) {
		info, err := os.Stat(filepath.Join(filepath.Dir(whole.Root), rel))
		require.NoError(t, err)
		for _, d := range hostile {
			if d.text && info.IsDir() {
				continue
			}
			t.Run(filepath.Base(rel)+" "+d.name, func(t *testing.T) {
				tree := killTree(t)
				require.NoError(t, d.do(filepath.Join(filepath.Dir(tree.Root), rel)))
				r, err := rapl.Open(tree.Root, rapl.WithProc(tree.Proc))
				if err == nil {
					_, _ = r.Read(nil)
					require.NoError(t, r.Close())
				}
				tree = killTree(t)
				synctest.Test(t, func(t *testing.T) { kill(t, tree, rel, d) })
			})
		}
	}
}
