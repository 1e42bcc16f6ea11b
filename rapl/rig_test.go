package rapl_test

import (
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/internal/powercaptest"
	"github.com/scimeter/scimeter/rapl"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

type reading = source.Reading

// bubble runs f on a tree with time that only sleep moves.
func bubble(t *testing.T, f func(t *testing.T, tree *powercaptest.Tree)) {
	t.Helper()
	tree := powercaptest.New(t)
	synctest.Test(t, func(t *testing.T) { f(t, tree) })
}

func open(t *testing.T, tree *powercaptest.Tree, opts ...rapl.Option) *rapl.Reader {
	t.Helper()
	r, err := rapl.Open(tree.Root, opts...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, r.Close()) })
	return r
}

// read lets d pass and reads; nothing may fail.
func read(t *testing.T, r *rapl.Reader, d time.Duration) map[string]source.Reading {
	t.Helper()
	got, err := try(r, d)
	require.NoError(t, err)
	return got
}

func try(r *rapl.Reader, d time.Duration) (map[string]source.Reading, error) {
	time.Sleep(d)
	readings, err := r.Read(nil)
	got := map[string]source.Reading{}
	for _, x := range readings {
		got[x.Zone] = x
	}
	return got, err
}

// node returns the energy of the zones that make the sum.
func node(t *testing.T, r *rapl.Reader, got map[string]source.Reading) units.Microjoules {
	t.Helper()
	var sum units.Microjoules
	for _, z := range r.Report().Found {
		if !z.Beside {
			require.Contains(t, got, z.ID)
			sum += got[z.ID].Total
		}
	}
	return sum
}

// found returns the IDs of the zones that are found, those beside with a star.
func found(r *rapl.Reader) []string {
	var ids []string
	for _, z := range r.Report().Found {
		id := z.ID
		if z.Beside {
			id += "*"
		}
		ids = append(ids, id)
	}
	return ids
}

func skipped(r *rapl.Reader) map[string]source.Skip {
	skips := map[string]source.Skip{}
	for _, s := range r.Report().Skipped {
		skips[s.What] = s
	}
	return skips
}

// faults opens real files and answers as it is told in their place.
type faults struct {
	mu    sync.Mutex
	reads map[string]func(b []byte) (int, error) // by directory: asked before the file
	opens map[string]error
	calls map[string]int
}

func newFaults() *faults {
	return &faults{
		reads: map[string]func(b []byte) (int, error){}, opens: map[string]error{}, calls: map[string]int{},
	}
}

func (f *faults) option() rapl.Option {
	return rapl.WithOpener(func(path string) (rapl.Device, error) {
		dir := filepath.Base(filepath.Dir(path))
		f.mu.Lock()
		defer f.mu.Unlock()
		if err := f.opens[dir]; err != nil {
			return nil, err
		}
		dev, err := rapl.OpenFile(path)
		if err != nil {
			return nil, err
		}
		return &faulty{Device: dev, dir: dir, f: f}, nil
	})
}

func (f *faults) read(dir string, how func(b []byte) (int, error)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reads[dir] = how
}

func (f *faults) fail(dir string, err error) {
	f.read(dir, func([]byte) (int, error) { return 0, err })
}

type faulty struct {
	rapl.Device
	dir string
	f   *faults
}

func (d *faulty) Read(b []byte) (int, error) {
	d.f.mu.Lock()
	defer d.f.mu.Unlock()
	d.f.calls[d.dir]++
	if how := d.f.reads[d.dir]; how != nil {
		return how(b)
	}
	return d.Device.Read(b)
}

// text answers with s.
func text(s string) func(b []byte) (int, error) {
	return func(b []byte) (int, error) { return strings.NewReader(s).Read(b) }
}
