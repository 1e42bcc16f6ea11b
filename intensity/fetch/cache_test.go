package fetch_test

import (
	"bufio"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

// past is a day that settled long ago.
var past = time.Date(2001, 2, 3, 0, 0, 0, 0, time.UTC)

func withCache(c *fetch.Cache) func(*fetch.Service, *fetch.Options) {
	return func(_ *fetch.Service, o *fetch.Options) { o.Cache = c }
}

// days asks for n days from past on and returns the first figure of each; its
// tens and above say whether it is of this station (plus) or an older one.
func (s *station) days(t *testing.T, n int) []float64 {
	t.Helper()
	r, err := s.rangeOf(t.Context(), past, past.Add(time.Duration(n)*aDay))
	require.NoError(t, err)
	require.Len(t, r.Points, n*24)
	var first []float64
	for i, p := range r.Points {
		if i%24 == 0 {
			first = append(first, float64(p.Value))
		}
	}
	return first
}

func files(t *testing.T, dir string) []string {
	var found []string
	require.NoError(t, filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			found = append(found, name)
		}
		return err
	}))
	return found
}

func TestCacheOnDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "made", "when needed")
	first := newStation(fetchtest.Answers(ok("x")), withCache(&fetch.Cache{Dir: dir}))
	require.Equal(t, []float64{0, 0, 0}, first.days(t, 3))
	require.Len(t, files(t, dir), 3, "a file a day")

	cache := &fetch.Cache{Dir: dir}
	second := newStation(fetchtest.Answers(status(404, "")), withCache(cache))
	require.Equal(t, []float64{0, 0, 0}, second.days(t, 3), "another process needs no request")
	require.Zero(t, second.service.Count())
	require.NoError(t, cache.Err())

	other := hourly
	other.Zone = "xx" // of the same name on a file system that does not tell case
	_, err := second.Range(t.Context(), other, past, past.Add(aDay), second.load)
	require.ErrorIs(t, err, fetch.ErrNotFound)
}

// Case A31: a file that is damaged is asked for again, and written anew.
func TestCacheDamaged(t *testing.T) {
	for name, damage := range map[string]func([]byte) []byte{
		"case A31: truncated":         func(b []byte) []byte { return b[:len(b)/2] },
		"case A31: cut in its header": func(b []byte) []byte { return b[:20] },
		"case A31: empty":             func([]byte) []byte { return nil },
		"case A31: a bit":             func(b []byte) []byte { b[len(b)-40] ^= 1; return b },
		"case A31: longer":            func(b []byte) []byte { return append(b, ' ') },
		"case A31: another version": func(b []byte) []byte {
			return []byte(strings.Replace(string(b), "intensity day 2", "intensity day 3", 1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			newStation(fetchtest.Answers(ok("x")), withCache(&fetch.Cache{Dir: dir})).days(t, 1)
			file := files(t, dir)[0]
			b, err := os.ReadFile(file)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(file, damage(b), 0o644))
			for n, want := range []int{1, 0} {
				s := newStation(fetchtest.Answers(ok("x")), withCache(&fetch.Cache{Dir: dir}))
				s.plus = 100
				require.Equal(t, []float64{100}, s.days(t, 1))
				require.Equal(t, want, s.service.Count(), n)
			}
		})
	}
	t.Run("case A31: of another day", func(t *testing.T) {
		dir := t.TempDir()
		newStation(fetchtest.Answers(ok("x")), withCache(&fetch.Cache{Dir: dir})).days(t, 2)
		of := files(t, dir)
		require.NoError(t, os.Rename(of[0], of[1]))
		s := newStation(fetchtest.Answers(ok("x")), withCache(&fetch.Cache{Dir: dir}))
		require.Equal(t, []float64{0, 0}, s.days(t, 2))
		require.Equal(t, 1, s.service.Count())
	})
}

// Case A31: a directory that cannot be written, or made, is no error of a call.
func TestCacheNotWritable(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	dirs := map[string]string{"case A31: a file in its place": filepath.Join(file, "below")}
	if runtime.GOOS != "windows" && os.Getuid() != 0 {
		locked := filepath.Join(t.TempDir(), "locked")
		require.NoError(t, os.Mkdir(locked, 0o500))
		dirs["case A31: read-only"] = locked
	}
	if _, err := os.Stat("/proc/self"); err == nil {
		dirs["case A31: a file system that takes no files"] = "/proc/self"
	}
	for name, dir := range dirs {
		t.Run(name, func(t *testing.T) {
			cache := &fetch.Cache{Dir: dir}
			s := newStation(fetchtest.Answers(ok("x")), withCache(cache))
			s.days(t, 2)
			s.days(t, 2)
			require.Equal(t, 1, s.service.Count(), "in memory it works")
			require.Error(t, cache.Err(), "for whoever wants to know")
		})
	}
}

func TestCacheBound(t *testing.T) {
	cache := &fetch.Cache{Points: 10 * 24}
	s := newStation(fetchtest.Answers(ok("x")), withCache(cache))
	s.days(t, 10)
	s.days(t, 10)
	require.Equal(t, 1, s.service.Count())
	small := newStation(fetchtest.Answers(ok("x")), withCache(&fetch.Cache{Points: 9 * 24}))
	small.days(t, 10)
	r, err := small.rangeOf(t.Context(), past.Add(aDay), past.Add(10*aDay))
	require.NoError(t, err)
	require.Len(t, r.Points, 9*24)
	require.Equal(t, 1, small.service.Count(), "nine days are kept")
	_, err = small.rangeOf(t.Context(), past, past.Add(aDay))
	require.NoError(t, err)
	require.Equal(t, 2, small.service.Count(), "the oldest is not")
}

func TestCacheShared(t *testing.T) {
	dir := t.TempDir()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			s := newStation(fetchtest.Answers(ok("x")), withCache(&fetch.Cache{Dir: dir}))
			for range 5 {
				s.days(t, 20)
			}
		})
	}
	all.Wait()
	require.Len(t, files(t, dir), 20)
}

// TestCacheWriter is the process that TestCacheKilled kills.
func TestCacheWriter(t *testing.T) {
	dir := os.Getenv("SCIMETER_TEST_CACHE")
	if dir == "" {
		t.Skip("a part of TestCacheKilled")
	}
	q := hourly
	if os.Getenv("SCIMETER_TEST_SETTLE") == "never" {
		q.Settle = 0
	}
	os.Stdout.WriteString("ready\n")
	for plus := 100.0; ; plus += 100 {
		s := newStation(fetchtest.Answers(ok("x")), withCache(&fetch.Cache{Dir: dir}))
		s.plus = plus
		for _, f := range files(t, dir) {
			if strings.HasSuffix(f, "03.json") {
				os.Remove(f) // so that there is always something to write
			}
		}
		if _, err := s.Range(context.Background(), q, past, past.Add(40*aDay), s.load); err != nil {
			t.Fatal(err)
		}
	}
}

// Case A31: a process that is killed while it writes leaves whole files or none.
func TestCacheKilled(t *testing.T) {
	for range 5 {
		dir := t.TempDir()
		killWriter(t, dir, "")
		s := newStation(fetchtest.Answers(ok("x")), withCache(&fetch.Cache{Dir: dir}))
		s.plus = 7
		old := 0
		for _, v := range s.days(t, 40) {
			if v != 7 {
				require.Zero(t, int(v)%100, "a figure of the one or the other")
				old++
			}
		}
		require.GreaterOrEqual(t, old, 4, "case A31: what was whole is used")
	}
}

// Case A31: so it is with days that are not final, which wait for no disk.
func TestCacheKilledInAnOutage(t *testing.T) {
	for range 3 {
		dir := t.TempDir()
		killWriter(t, dir, "never")
		q := hourly
		q.Settle = 0
		s := newStation(fetchtest.Answers(status(401, "")), withCache(&fetch.Cache{Dir: dir}))
		r, err := s.Range(t.Context(), q, past, past.Add(40*aDay), s.load)
		require.ErrorIs(t, err, fetch.ErrAuth)
		require.GreaterOrEqual(t, len(r.Points), 4*24)
		require.Zero(t, len(r.Points)%24, "case A31: whole days")
		for _, p := range r.Points {
			require.Equal(t, p.Start.Hour(), int(p.Value)%100)
			require.GreaterOrEqual(t, float64(p.Value), 100.0)
		}
	}
}

// killWriter lets a process write days into dir and kills it meanwhile.
func killWriter(t *testing.T, dir, settle string) {
	cmd := exec.Command(os.Args[0], "-test.run=^TestCacheWriter$")
	cmd.Env = append(os.Environ(), "SCIMETER_TEST_CACHE="+dir, "SCIMETER_TEST_SETTLE="+settle)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, err = bufio.NewReader(out).ReadString('\n')
	require.NoError(t, err)
	for len(glob(t, dir)) < 5 {
		runtime.Gosched()
	}
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
}

func glob(t *testing.T, dir string) []string {
	found, err := filepath.Glob(filepath.Join(dir, "*", "*", "*.json"))
	require.NoError(t, err)
	return found
}

// What a killed writer left is removed after a while.
func TestCacheLitter(t *testing.T) {
	dir := t.TempDir()
	newStation(fetchtest.Answers(ok("x")), withCache(&fetch.Cache{Dir: dir})).days(t, 1)
	folder := filepath.Dir(files(t, dir)[0])
	for name, age := range map[string]time.Duration{"tmp-old": 2 * time.Hour, "tmp-young": 0} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), nil, 0o644))
		require.NoError(t, os.Chtimes(filepath.Join(folder, name), time.Time{}, time.Now().Add(-age)))
	}
	newStation(fetchtest.Answers(ok("x")), withCache(&fetch.Cache{Dir: dir})).days(t, 2)
	require.NoFileExists(t, filepath.Join(folder, "tmp-old"))
	require.FileExists(t, filepath.Join(folder, "tmp-young"))
}
