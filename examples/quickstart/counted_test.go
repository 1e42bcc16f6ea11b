package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A machine with counters, as the kernel shows them: a package that draws 50 W
// and its memory, which draws 5 W.
func TestCountedFiguresAddUp(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("powercap is of Linux")
	}
	sys := t.TempDir()
	t.Setenv("HOST_SYS", sys)
	counters := map[string]uint64{
		zone(t, sys, "intel-rapl:0", "package-0"):           50,
		zone(t, sys, "intel-rapl:0/intel-rapl:0:0", "dram"): 5,
		zone(t, sys, "intel-rapl:0/intel-rapl:0:1", "core"): 30,
		zone(t, sys, "intel-rapl:1", "psys"):                90,
	}
	stop := advance(t, counters)
	defer stop()

	s := ask(t, "-zone", "FR")
	checkAll(t, s)
	methods := map[string]string{}
	for _, z := range s.Sources.Found {
		methods[z.Method] = z.Source
	}
	require.Equal(t, "rapl/msr", methods["counted"])
	require.Equal(t, "FRA", s.Grid.Zone)
	require.Nil(t, s.World, "a place was named")
	for _, z := range s.Usage.Zones {
		if z.Kind == "cpu" && !z.Beside {
			require.Positive(t, z.Charged)
		}
	}
	require.Contains(t, output(t, "-for", "100ms"), "counted, from rapl/msr")
}

// zone makes a zone of powercap and returns its counter.
func zone(t *testing.T, sys, path, name string) string {
	t.Helper()
	dir := filepath.Join(sys, "devices/virtual/powercap/intel-rapl", filepath.FromSlash(path))
	require.NoError(t, os.MkdirAll(dir, 0o755))
	for file, text := range map[string]string{"name": name, "energy_uj": "000000000000", "max_energy_range_uj": "262143328850"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, file), []byte(text+"\n"), 0o644))
	}
	class := filepath.Join(sys, "class/powercap")
	require.NoError(t, os.MkdirAll(class, 0o755))
	target, err := filepath.Rel(class, dir)
	require.NoError(t, err)
	require.NoError(t, os.Symlink(target, filepath.Join(class, filepath.Base(dir))))
	return filepath.Join(dir, "energy_uj")
}

// advance lets counters run at so many watts, until stop is called.
func advance(t *testing.T, watts map[string]uint64) (stop func()) {
	t.Helper()
	files := map[*os.File]uint64{}
	for path, w := range watts {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		require.NoError(t, err)
		files[f] = w
	}
	began, done, ended := time.Now(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for ticks := time.Tick(time.Millisecond); ; {
			select {
			case <-done:
				return
			case <-ticks:
			}
			for f, w := range files {
				// Of one length, so that no reader finds a part of it.
				fmt.Fprintf(&at{f}, "%012d\n", w*uint64(time.Since(began).Microseconds()))
			}
		}
	}()
	return func() {
		close(done)
		<-ended
		for f := range files {
			f.Close()
		}
	}
}

// at writes at the start of a file.
type at struct{ *os.File }

func (f *at) Write(b []byte) (int, error) { return f.WriteAt(b, 0) }
