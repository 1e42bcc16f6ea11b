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
	checkRegisters(t, s, map[string]float64{"rapl/package-0": 50, "rapl/package-0/dram": 5})
	for _, m := range s.Models {
		require.NotContains(t, m.Zone, "rapl/")
	}
	text := output(t, "-for", "100ms")
	require.Contains(t, text, "counted, from rapl/msr")
	require.Regexp(t, `register +rapl/package-0: \d+ µJ before, \d+ µJ after, anew from 0 behind 262 kJ, in\s+\S+/energy_uj`, text)
}

// What the kernel's files have moved by is what the meter has counted of them,
// but for the time between its reading and that of the file.
func checkRegisters(t *testing.T, s stranger, watts map[string]float64) {
	t.Helper()
	require.Len(t, s.Registers, len(watts), "one for each that is summed")
	first, last := s.Samples[0], s.Samples[len(s.Samples)-1]
	for _, r := range s.Registers {
		require.Equal(t, "energy_uj", filepath.Base(r.File))
		require.EqualValues(t, 262143328850, r.Range)
		moved := float64(r.End.Value-r.Begin.Value) / 1e6
		apart := r.Begin.At.Sub(first.At).Abs() + r.End.At.Sub(last.At).Abs() + 20*time.Millisecond // and of the ticks of the file
		for _, z := range s.Usage.Zones {
			if z.ID == r.Zone {
				require.InDelta(t, float64(z.Counter)/1e6, moved, watts[r.Zone]*apart.Seconds(), r.Zone)
			}
		}
	}
}

// Where nothing is counted, that is said, with what the figure is made of.
func TestModels(t *testing.T) {
	t.Setenv("HOST_SYS", t.TempDir()) // without counters
	s := ask(t)
	require.Empty(t, s.Registers)
	require.NotEmpty(t, s.Models)
	require.Equal(t, "estimate/cpu", s.Models[0].Zone)
	require.Regexp(t, `W idle to .* with \d+ CPUs busy`, s.Models[0].Coefficients)
	require.Equal(t, s.Usage.Busy, s.Models[0].Busy)
	require.Equal(t, s.Usage.Duration, s.Models[0].Duration)
	require.Regexp(t, `model +estimate/cpu: nothing was counted\. .* idle to`, output(t, "-for", "100ms"))
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
