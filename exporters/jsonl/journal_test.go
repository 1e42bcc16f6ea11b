package jsonl_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/exporters/jsonl"
	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

// start starts a program that is metered, on a machine of its own.
func start(t testing.TB) (*meter.Meter, *metertest.Machine) {
	t.Helper()
	machine := metertest.New(1, metertest.Package(0))
	m, err := meter.Start(t.Context(), machine.Options(), meter.WithPolicy(meter.Proportional), meter.WithoutRest(), meter.WithSite(sci.Site{PUE: 1}),
		meter.WithGrid(intensity.Fixed{Value: 360, Signal: intensity.AverageLifecycle(intensity.Production)}))
	require.NoError(t, err)
	t.Cleanup(func() { _ = m.Stop() })
	return m, machine
}

func work(machine *metertest.Machine, d time.Duration, j uint64) {
	machine.Run(d, metertest.Phase{Own: d, Busy: d, Energy: map[string]units.Microjoules{"package-0": units.Microjoules(j * 1e6)}})
}

// A run over three starts, one of which was cut off: each counts once.
func TestRestarts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "run.jsonl")
	for i := range 3 {
		synctest.Test(t, func(t *testing.T) {
			m, machine := start(t)
			j, err := jsonl.Open(path)
			require.NoError(t, err)
			defer j.Close()
			ctx, cancel := context.WithCancel(t.Context())
			followed := make(chan error, 1)
			go func() { followed <- j.Follow(ctx, m, "train", 10*time.Second) }()
			synctest.Wait()
			work(machine, 35*time.Second, 350)
			cancel()
			require.NoError(t, <-followed)
			if i == 1 { // it crashes while it writes
				f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
				require.NoError(t, err)
				_, err = f.WriteString(`{"schema":"scimeter.journal/1","run":"train","st`)
				require.NoError(t, err)
				require.NoError(t, f.Close())
			}
			other, machine := start(t)
			task := other.Begin("x")
			work(machine, time.Second, 1)
			u, err := task.End(t.Context())
			require.NoError(t, err)
			j, err = jsonl.Open(path)
			require.NoError(t, err)
			require.NoError(t, j.Write(jsonl.Entry{Run: "another", At: u.To, Usage: u}))
			require.NoError(t, j.Close())
		})
	}
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	u, err := jsonl.Sum(jsonl.Read(bytes.NewReader(b)), "train")
	var line *jsonl.LineError
	require.ErrorAs(t, err, &line)
	require.Equal(t, units.Microjoules(3*350e6), u.Microjoules)
	require.Equal(t, 3*35*time.Second, u.Measured)

	spent, err := jsonl.Spent(path, "train")
	require.NoError(t, err)
	require.InDelta(t, 1050, float64(spent.Energy), 1e-6)
	require.InDelta(t, float64(u.Operational+u.Embodied), float64(spent.Carbon), 1e-12)
	all, _ := jsonl.Sum(jsonl.Read(bytes.NewReader(b)), "")
	require.Equal(t, units.Microjoules(3*351e6), all.Microjoules)
	none, err := jsonl.Spent(path+".none", "train")
	require.NoError(t, err)
	require.Zero(t, none)
}

func TestLinesThatCannotBeRead(t *testing.T) {
	for text, want := range map[string]string{
		`{"schema":"scimeter.journal/2","run":"x"}`: "newer version",
		`{"schema":"scimeter.journal/1","run":"x"}`: "without a usage",
		`nonsense`: "jsonl: line 1: invalid character",
	} {
		_, err := jsonl.Sum(jsonl.Read(strings.NewReader(text+"\n")), "")
		require.ErrorContains(t, err, want)
	}
	path := filepath.Join(t.TempDir(), "x")
	require.NoError(t, os.WriteFile(path, []byte(`{"schema":"scimeter.journal/2"}`), 0o600))
	_, err := jsonl.Spent(path, "")
	require.ErrorContains(t, err, "newer version", "what is there and cannot be read is not nothing")
	require.NoError(t, os.WriteFile(path, []byte("nonsense\n"), 0o600))
	_, err = jsonl.Spent(path, "")
	require.ErrorContains(t, err, "invalid character", "what is damaged is not what was cut off")
	j, err := jsonl.Open(path)
	require.NoError(t, err)
	require.ErrorContains(t, j.Write(jsonl.Entry{Run: "x"}), "of no window")
	require.NoError(t, j.Close())
	_, err = jsonl.Open(filepath.Join(path, "y"))
	require.Error(t, err)
}

// TestKilled kills a program that writes all the time, and reads what it left.
func TestKilled(t *testing.T) {
	if path := os.Getenv("JSONL_TEST_WRITE"); path != "" {
		writeForEver(t, path)
	}
	path := filepath.Join(t.TempDir(), "run.jsonl")
	for range 3 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		cmd.Env = append(os.Environ(), "JSONL_TEST_WRITE="+path)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		// It tells what is on the disk for sure: so much is never lost.
		var said int
		for said < 20 {
			_, err := fmt.Fscanln(out, &said)
			require.NoError(t, err)
		}
		require.NoError(t, cmd.Process.Kill())
		_ = cmd.Wait()
		f, err := os.Open(path)
		require.NoError(t, err)
		n := 0
		for _, err := range jsonl.Read(f) {
			var line *jsonl.LineError
			if err != nil {
				require.ErrorAs(t, err, &line)
				continue
			}
			n++
		}
		require.NoError(t, f.Close())
		require.GreaterOrEqual(t, n, said)
	}
}

func writeForEver(t *testing.T, path string) {
	m, machine := start(t)
	task := m.Begin("x")
	work(machine, 10*time.Millisecond, 1)
	u, err := task.End(t.Context())
	j, openErr := jsonl.Open(path)
	if err := errors.Join(err, openErr); err != nil {
		t.Fatal(err)
	}
	for n := 1; ; n++ {
		if err := j.Write(jsonl.Entry{Run: "x", At: u.To, Usage: u}); err != nil {
			t.Fatal(err)
		}
		fmt.Println(n)
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("{}\n\n{\"schema\":\"scimeter.journal/1\"}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		u, _ := jsonl.Sum(jsonl.Read(bytes.NewReader(b)), "")
		require.GreaterOrEqual(t, u.Energy(), units.Energy(0))
	})
}
