package estimate_test

import (
	"errors"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/estimate"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

const cascadeLake = "vendor_id\t: GenuineIntel\ncpu family\t: 6\nmodel\t\t: 85\n" +
	"model name\t: Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz\nflags\t\t: fpu hypervisor\n"

// host makes the files of a machine and returns a Config for it.
func host(t testing.TB, files map[string]string) estimate.Config {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	return estimate.Config{Proc: filepath.Join(root, "proc"), Sys: filepath.Join(root, "sys")}
}

// script is CPU time that a test sets.
type script struct {
	busy time.Duration
	err  error
}

func (s *script) read() (time.Duration, error) { return s.busy, s.err }

func open(t testing.TB, c estimate.Config) *estimate.Source {
	t.Helper()
	s, err := estimate.Open(c)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

func read(t testing.TB, s *estimate.Source) []source.Reading {
	t.Helper()
	got, err := s.Read(nil)
	require.NoError(t, err)
	return got
}

func TestWorkedExampleA(t *testing.T) {
	c := host(t, map[string]string{"proc/cpuinfo": cascadeLake, "proc/meminfo": "MemTotal: 16777216 kB\n", "sys/devices/system/cpu/online": "0-3\n"})
	synctest.Test(t, func(t *testing.T) {
		load := script{busy: 77 * time.Hour}
		c.Busy = load.read
		s := open(t, c)
		require.Equal(t, []source.Zone{{
			ID: "estimate/cpu", Name: "cpu", Model: "Intel(R) Xeon(R) Platinum 8259CL CPU @ 2.50GHz",
			Kind: source.CPU, Level: source.AtNodeAC, Socket: -1, Die: -1, Idle: 2.56,
			Origin: source.Origin{
				Method: source.Estimated, Name: "estimate/ccf-cascade-lake", Sigma: 0.40,
				Detail: "0.64 to 3.97 W per CPU at the wall, ccf 2021",
			},
		}}, s.Report().Found, "16 GB for 4 CPUs are in the row")
		require.Equal(t, units.Microjoules(0), read(t, s)[0].Total)

		time.Sleep(3600 * time.Second)
		load.busy += 900 * time.Second
		got := read(t, s)
		require.Equal(t, []source.Reading{{Zone: "estimate/cpu", Total: 12_213_000_000, At: time.Now()}}, got)
		require.Equal(t, units.Microjoules(9_216_000_000+2_997_000_000), got[0].Total)
	})
}

// line is a straight model whose power is no round number.
var line = estimate.Calibrated(7.0/3, 41.0/7, source.AtNodeAC)

func TestTotalDoesNotDependOnSampling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var load script
		c := estimate.Config{Model: line, Busy: load.read, CPUs: 3, MemoryGB: -1}
		once, often := open(t, c), open(t, c)
		random := rand.New(rand.NewPCG(1, 2))
		before := units.Microjoules(0)
		for range 5000 {
			step := time.Duration(random.Int64N(int64(10 * time.Second)))
			time.Sleep(step)
			load.busy += time.Duration(random.Float64() * 3 * float64(step)).Truncate(10 * time.Millisecond)
			got := read(t, often)[0]
			require.GreaterOrEqual(t, got.Total, before)
			require.Zero(t, got.Quality)
			before = got.Total
		}
		total := read(t, once)[0]
		require.Zero(t, total.Quality)
		require.Equal(t, total.Total, before)
	})
}

func TestFailedReadLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		load := script{}
		s := open(t, estimate.Config{Model: estimate.TDP(100), Busy: func() (time.Duration, error) { return load.read() }, CPUs: 2, MemoryGB: 10})
		time.Sleep(10 * time.Second)
		load = script{err: fs.ErrPermission}
		got, err := s.Read(make([]source.Reading, 0, 2))
		var e *estimate.LoadError
		require.ErrorAs(t, err, &e)
		require.ErrorIs(t, err, fs.ErrPermission)
		require.Len(t, got, 1, "memory does not depend on load")
		require.Equal(t, "estimate/memory", got[0].Zone)
		require.Equal(t, units.Microjoules(28_400_000), got[0].Total)

		time.Sleep(10 * time.Second)
		load = script{busy: 20 * time.Second}
		got = read(t, s)
		require.Equal(t, units.Microjoules(20*12e6+20*29e6), got[0].Total, "20 s at half load")
		require.Equal(t, units.Microjoules(56_800_000), got[1].Total)
	})
}

func TestAbsurdLoad(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		load := script{busy: time.Hour}
		s := open(t, estimate.Config{Model: estimate.Calibrated(10, 30, source.AtNodeAC), Busy: load.read, CPUs: 2})
		time.Sleep(time.Second)
		load.busy += 1000 * time.Hour
		got := read(t, s)[0]
		require.Equal(t, source.Implausible, got.Quality)
		require.Equal(t, units.Microjoules(30e6), got.Total, "no more than all CPUs busy")

		time.Sleep(time.Second)
		load.busy = 0
		got = read(t, s)[0]
		require.Equal(t, source.Reset, got.Quality)
		require.Equal(t, units.Microjoules(40e6), got.Total)

		time.Sleep(time.Second)
		load.busy += time.Second
		got = read(t, s)[0]
		require.Zero(t, got.Quality)
		require.Equal(t, units.Microjoules(60e6), got.Total)
		require.Equal(t, got.Total, read(t, s)[0].Total, "no time, no energy")
	})
}

func TestBentCurve(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var load script
		s := open(t, estimate.Config{
			Model: estimate.Model{Curve: estimate.Teads{TDP: 100}, Level: source.AtChip, Name: "estimate/teads", Sigma: 0.6},
			Busy:  load.read, CPUs: 4, MemoryGB: -1,
		})
		require.Equal(t, units.Power(12), s.Report().Found[0].Idle)
		time.Sleep(10 * time.Second)
		load.busy += 20 * time.Second
		require.Equal(t, units.Microjoules(750e6), read(t, s)[0].Total, "10 s at 75 W")
		load.busy += 10 * time.Millisecond
		require.Equal(t, units.Microjoules(750e6), read(t, s)[0].Total, "a tick in no time is of the next interval")
		time.Sleep(10 * time.Second)
		load.busy += 4*time.Second - 10*time.Millisecond
		require.Equal(t, units.Microjoules(1070e6), read(t, s)[0].Total, "10 s at 32 W")
	})
}

func TestTickAheadOfTheClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var load script
		model := estimate.Model{Curve: estimate.Teads{TDP: 100}, Level: source.AtChip}
		s := open(t, estimate.Config{Model: model, Busy: load.read, CPUs: 1, MemoryGB: -1})
		time.Sleep(time.Millisecond)
		load.busy += 10 * time.Millisecond
		require.Equal(t, units.Microjoules(102_000), read(t, s)[0].Total, "1 ms at 102 W")
		time.Sleep(9 * time.Millisecond)
		got := read(t, s)[0]
		require.Equal(t, units.Microjoules(1_020_000), got.Total, "9 ms at 102 W: the rest of the tick")
		require.Zero(t, got.Quality)
		time.Sleep(10 * time.Millisecond)
		require.Equal(t, units.Microjoules(1_140_000), read(t, s)[0].Total, "10 ms at 12 W")
	})
}

func TestLadder(t *testing.T) {
	epyc := "model name\t: AMD EPYC 8024P 8-Core Processor\nvendor_id : AuthenticAMD\ncpu family : 25\nmodel : 160\nphysical id : 0\n"
	given := estimate.Calibrated(40, 200, source.AtNodeDC)
	for _, tt := range []struct {
		name, cpuinfo string
		dmi           string
		model         estimate.Model
		origin        string
		level         source.Level
		sigma         float64
		idle          units.Power
		memoryGB      float64 // of which the zone is
	}{
		{"calibrated", cascadeLake, "", given, "estimate/calibrated", source.AtNodeDC, 0.35, 40, 0},
		{"calibrated at the chip", cascadeLake, "", estimate.Calibrated(4, 20, source.AtChip), "estimate/calibrated", source.AtChip, 0.45, 4, 64},
		{"row", cascadeLake, "", estimate.Model{}, "estimate/ccf-cascade-lake", source.AtNodeAC, 0.40, 5.12, 32},
		{"row of small servers", "vendor_id : GenuineIntel\nmodel name : Intel(R) Xeon(R) CPU E5-2620 v3 @ 2.40GHz\n", "", estimate.Model{}, "estimate/ccf-haswell", source.AtNodeAC, 0.60, 15.2, 32},
		{"TDP of two packages", epyc + "\nphysical id : 1\n", "", estimate.Model{}, "estimate/tdp", source.AtChip, 0.60, 21.6, 64},
		{"TDP is not of a virtual machine", epyc + "flags : hypervisor\n", "", estimate.Model{}, "estimate/ccf-average-aws", source.AtNodeAC, 0.85, 5.92, 32},
		{"unknown in a cloud", "model name : x\n", "Google", estimate.Model{}, "estimate/ccf-average-gcp", source.AtNodeAC, 0.85, 5.44, 32},
		{"unknown", "model name : x\n", "", estimate.Model{}, "estimate/ccf-average-aws", source.AtNodeAC, 0.85, 5.92, 32},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := host(t, map[string]string{
				"proc/cpuinfo": tt.cpuinfo, "proc/meminfo": "MemTotal: 67108864 kB\n", "proc/stat": "cpu  1 2 3 4\n",
				"sys/devices/system/cpu/online": "0-7\n", "sys/class/dmi/id/sys_vendor": tt.dmi,
			})
			c.Model, c.Busy = tt.model, new(script).read
			r := open(t, c).Report()
			require.Equal(t, tt.origin, r.Found[0].Origin.Name)
			require.Equal(t, tt.level, r.Found[0].Level)
			require.Equal(t, tt.sigma, r.Found[0].Origin.Sigma)
			require.InDelta(t, float64(tt.idle), float64(r.Found[0].Idle), 1e-12)
			require.Equal(t, "cpu power model", r.Assumed[0].What)
			require.NotEmpty(t, r.Assumed[0].Remedy)
			for _, z := range r.Found {
				t.Run("case 52: "+z.ID, func(t *testing.T) {
					require.Equal(t, source.Estimated, z.Origin.Method)
					require.Equal(t, source.NatureEstimated, z.Origin.Weight())
					require.Positive(t, z.Origin.Sigma)
					require.Zero(t, z.IdleSigma)
				})
			}
			if tt.memoryGB == 0 {
				require.Len(t, r.Found, 1)
				return
			}
			require.Len(t, r.Found, 2)
			require.Equal(t, tt.level, r.Found[1].Level)
			require.InDelta(t, 0.284*tt.memoryGB, float64(r.Found[1].Idle), 1e-12)
		})
	}
}

func TestModelRefused(t *testing.T) {
	for name, m := range map[string]estimate.Model{
		"no level": {Curve: estimate.Teads{TDP: 1}},
		"falling":  estimate.Calibrated(2, 1, source.AtChip),
		"no power": estimate.Calibrated(0, 0, source.AtChip),
		"no TDP":   estimate.TDP(0),
		"negative": {Curve: estimate.Teads{TDP: 1}, Level: source.AtChip, Sigma: -1},
		"curve":    {Curve: estimate.Cubic{}, Level: source.AtChip},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := estimate.Open(estimate.Config{Model: m, Busy: new(script).read})
			var e *estimate.ModelError
			require.ErrorAs(t, err, &e)
		})
	}
	s := open(t, estimate.Config{Model: estimate.Model{Curve: estimate.Teads{TDP: 1}, Level: source.AtChip}, Busy: new(script).read})
	require.Equal(t, 0.85, s.Report().Found[0].Origin.Sigma, "who says no uncertainty has the widest")
}

func TestOwnRows(t *testing.T) {
	c := host(t, map[string]string{"proc/cpuinfo": cascadeLake})
	c.Busy, c.CPUs, c.MemoryGB = new(script).read, 2, -1
	c.Rows = []estimate.Row{{Name: "cascade-lake", Idle: 1, Max: 2, Source: "lab 2026"}}
	require.Equal(t, "estimate/lab-cascade-lake", open(t, c).Report().Found[0].Origin.Name)
	c.Rows[0].Name = "other"
	require.Equal(t, "estimate/ccf-average-aws", open(t, c).Report().Found[0].Origin.Name)
	c.Rows[0].Name = "average-aws"
	c.Proc = t.TempDir()
	require.Equal(t, 0.85, open(t, c).Report().Found[0].Origin.Sigma)
	c.Rows[0].Sigma = 0.5
	require.Equal(t, 0.5, open(t, c).Report().Found[0].Origin.Sigma)
}

func TestNoCPUTime(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("procfs")
	}
	for name, stat := range map[string]string{"absent": "", "corrupt": "cpu  x\n"} {
		t.Run(name, func(t *testing.T) {
			files := map[string]string{"proc/cpuinfo": cascadeLake}
			if stat != "" {
				files["proc/stat"] = stat
			}
			c := host(t, files)
			_, err := estimate.Open(c)
			var e *estimate.LoadError
			require.ErrorAs(t, err, &e)
			require.Equal(t, filepath.Join(c.Proc, "stat"), e.Path)
			require.Contains(t, err.Error(), "HOST_PROC")
			require.Equal(t, stat == "", errors.Is(err, fs.ErrNotExist))
		})
	}
}

func TestStat(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("procfs")
	}
	c := host(t, map[string]string{"proc/stat": "cpu  100 0 0 4000 0 0 0 0 0 0\ncpu0 1\n", "proc/cpuinfo": cascadeLake})
	t.Setenv("HOST_PROC", c.Proc)
	t.Setenv("HOST_SYS", c.Sys)
	stat := filepath.Join(c.Proc, "stat")
	s := open(t, estimate.Config{Model: estimate.Calibrated(0, 10, source.AtNodeAC), CPUs: 10})
	require.Contains(t, s.Report().Found[0].Model, "8259CL")
	require.NoError(t, os.WriteFile(stat, []byte("cpu  120 10 10 9000 9 5 5 7 3 3\n"), 0o600))
	require.Equal(t, units.Microjoules(0.5*10e6/10), read(t, s)[0].Total, "50 ticks of CPU time")
	require.NoError(t, os.WriteFile(stat, []byte("garbage"), 0o600))
	got, err := s.Read(nil)
	require.Error(t, err)
	require.Empty(t, got)
	require.NoError(t, os.WriteFile(stat, []byte("cpu  130 10 10 9000 9 5 5 7 3 3\n"), 0o600))
	require.Equal(t, units.Microjoules(0.6*10e6/10), read(t, s)[0].Total)
}

func TestOpenMemory(t *testing.T) {
	c := host(t, map[string]string{"proc/meminfo": "MemTotal: 67108864 kB\n"})
	synctest.Test(t, func(t *testing.T) {
		s := estimate.OpenMemory(c)
		require.Len(t, s.Report().Found, 1)
		z := s.Report().Found[0]
		require.Equal(t, source.Memory, z.Kind)
		require.Equal(t, source.AtChip, z.Level)
		require.Equal(t, 0.50, z.Origin.Sigma)
		require.InDelta(t, 18.176, float64(z.Idle), 1e-12)
		time.Sleep(1000 * time.Second)
		require.Equal(t, units.Microjoules(18_176_000_000), read(t, s)[0].Total)
		require.NoError(t, s.Close())
		_, err := s.Read(nil)
		require.ErrorIs(t, err, estimate.ErrClosed)
	})
	require.Equal(t, units.Power(2*0.284), estimate.OpenMemory(estimate.Config{MemoryGB: 2}).Report().Found[0].Idle)
	none := estimate.OpenMemory(estimate.Config{MemoryGB: -1})
	require.Empty(t, none.Report().Found)
	require.Empty(t, read(t, none))
}

func TestThisMachine(t *testing.T) {
	s, err := estimate.Open(estimate.Config{})
	var e *estimate.LoadError
	if errors.As(err, &e) {
		t.Skip(err)
	}
	require.NoError(t, err)
	first := read(t, s)
	require.Len(t, first, len(s.Report().Found))
	for i, second := range read(t, s) {
		require.Equal(t, s.Report().Found[i].ID, second.Zone)
		require.GreaterOrEqual(t, second.Total, first[i].Total)
	}
	require.NoError(t, s.Close())
	require.NoError(t, s.Close())
	_, err = s.Read(nil)
	require.ErrorIs(t, err, estimate.ErrClosed)
}

func TestConcurrentReads(t *testing.T) {
	s := open(t, estimate.Config{Model: line, Busy: new(script).read})
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() {
			last := units.Microjoules(0)
			for range 20 {
				got, err := s.Read(nil)
				if err != nil || got[0].Total < last {
					t.Errorf("read %v after %v: %v", got, last, err)
				}
				last = got[0].Total
			}
			s.Report()
		})
	}
	group.Wait()
}

func TestReadAllocatesNothing(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("off Linux the system is asked in other ways")
	}
	s := open(t, estimate.Config{MemoryGB: 1 << 20})
	buf := make([]source.Reading, 0, 4)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		got, err := s.Read(buf)
		if err != nil || len(got) != 2 {
			panic("no reading")
		}
	}))
}

func BenchmarkRead(b *testing.B) {
	s := open(b, estimate.Config{})
	buf := make([]source.Reading, 0, 4)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Read(buf); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkReadScripted is what is left without the kernel's part.
func BenchmarkReadScripted(b *testing.B) {
	s := open(b, estimate.Config{Busy: new(script).read})
	buf := make([]source.Reading, 0, 4)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Read(buf); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkOpen(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		s, err := estimate.Open(estimate.Config{})
		if err != nil {
			b.Fatal(err)
		}
		s.Close()
	}
}

// cpuinfo of ARM has numbers and no name: gopsutil knows whose they are.
func TestARM(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("procfs")
	}
	c := host(t, map[string]string{
		"proc/cpuinfo": "processor\t: 0\nBogoMIPS\t: 243.75\nCPU implementer\t: 0x41\nCPU architecture: 8\nCPU variant\t: 0x3\nCPU part\t: 0xd0c\nCPU revision\t: 1\n\n",
		"proc/meminfo": "MemTotal: 8388608 kB\n", "sys/class/dmi/id/sys_vendor": "Amazon EC2\n",
	})
	c.Busy, c.CPUs = new(script).read, 2
	z := open(t, c).Report().Found[0]
	require.Equal(t, "Neoverse-N1", z.Model)
	require.Equal(t, "estimate/ccf-graviton2", z.Origin.Name)
}
