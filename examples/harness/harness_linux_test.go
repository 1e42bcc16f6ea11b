package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/exporters/jsonl"
	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/sci"
)

// The test is the harness where it is told so, and a command that is metered.
func TestMain(m *testing.M) {
	switch os.Getenv("HARNESS_TEST") {
	case "harness":
		os.Unsetenv("HARNESS_TEST")
		os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
	case "metered":
		inner, err := meter.Start(context.Background(), meter.WithGrid(intensity.Country("FR")))
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println("parent", inner.Method().Parent)
		_ = inner.Stop()
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// harness returns a command that is this test as the harness.
func harness(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), "HARNESS_TEST=harness")
	return cmd
}

// said runs it.
func said(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	cmd := harness(t, args...)
	var o, e bytes.Buffer
	cmd.Stdout, cmd.Stderr = &o, &e
	err := cmd.Run()
	if cmd.ProcessState == nil {
		require.NoError(t, err)
	}
	return cmd.ProcessState.ExitCode(), o.String(), e.String()
}

const spin = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done; "

func TestExitCodes(t *testing.T) {
	for script, want := range map[string]int{"exit 0": 0, "exit 7": 7, "kill -KILL $$": 137, "kill -TERM $$": 143} {
		code, out, errs := said(t, "-quiet", "--", "sh", "-c", "echo output; "+script)
		require.Equal(t, want, code, script+errs)
		require.Equal(t, "output\n", out, "the output of the command is its own")
		require.Empty(t, errs)
	}
	for _, args := range [][]string{{}, {"-scope", "x", "--", "true"}, {"-budget", "many", "--", "true"}, {"-o", "x.pdf", "--", "true"}, {"-journal", "/no/such/folder/j", "--", "true"}, {"--", "/no/such/command"}} {
		code, _, errs := said(t, args...)
		require.Equal(t, exitSelf, code, args)
		require.Contains(t, errs, "harness: ")
	}
	code, _, errs := said(t, "-h")
	require.Zero(t, code)
	require.Equal(t, help, errs)
}

func TestSignalsPassThrough(t *testing.T) {
	cmd := harness(t, "-quiet", "--", "sh", "-c", "trap 'echo got it; exit 9' USR1; echo ready; while :; do sleep 0.01; done")
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	b := make([]byte, 6)
	_, err = out.Read(b)
	require.NoError(t, err)
	require.NoError(t, cmd.Process.Signal(syscall.SIGUSR1))
	rest := make([]byte, 100)
	n, _ := out.Read(rest)
	require.Equal(t, "got it\n", string(rest[:n]))
	_ = cmd.Wait()
	require.Equal(t, 9, cmd.ProcessState.ExitCode())
}

// Short-lived children are all charged: waited for, in their own session, and
// where nobody waits.
func TestChildrenAreCharged(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "run.jsonl")
	script := "for n in 1 2 3 4 5 6 7 8; do (" + spin + ") & done; wait; for n in 1 2 3 4; do setsid sh -c '" + spin + "' & done; wait"
	for _, scope := range []string{"auto", "tree"} {
		t.Run(scope, func(t *testing.T) {
			before := usedByChildren(t)
			code, _, errs := said(t, "-zone", "FR", "-scope", scope, "-name", scope, "-journal", path, "--", "sh", "-c", script)
			require.Zero(t, code, errs)
			used := usedByChildren(t) - before // the harness too
			f, err := os.Open(path)
			require.NoError(t, err)
			defer f.Close()
			u, err := jsonl.Sum(jsonl.Read(f), scope)
			require.NoError(t, err)
			require.InDelta(t, used.Seconds(), u.Own.Seconds(), 0.35*used.Seconds()+0.2, "of the system's own account, in ticks of 10 ms")
			require.Greater(t, u.Own, used/2)
		})
	}
}

// usedByChildren is the CPU time of all that this test has waited for.
func usedByChildren(t *testing.T) time.Duration {
	t.Helper()
	var r syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_CHILDREN, &r))
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// What it writes passes our own verification.
func TestReports(t *testing.T) {
	dir := t.TempDir()
	file := func(name string) string { return filepath.Join(dir, name) }
	code, _, errs := said(t, "-zone", "FR", "-o", file("r.json"), "-o", file("r.html"), "-o", file("r.md"), "--", "sh", "-c", spin)
	require.Zero(t, code, errs)
	b, err := os.ReadFile(file("r.json"))
	require.NoError(t, err)
	d, err := sci.ParseDisclosure(bytes.TrimSpace(b))
	require.NoError(t, err)
	require.Empty(t, sci.Verify(d))
	for _, v := range sci.Conform(d, sci.GSF11) {
		require.NotEqual(t, sci.Fail, v.Outcome, "%s: %s", v.Rule, v.Evidence)
	}
	for _, name := range []string{"r.html", "r.md"} {
		b, err := os.ReadFile(file(name))
		require.NoError(t, err)
		require.Contains(t, string(b), "sh", name)
	}
	require.Contains(t, errs, "per run")

	code, _, errs = said(t, "-o", file("e.json"), "--", "sh", "-c", spin)
	require.Zero(t, code)
	require.Contains(t, errs, "no score", "without a grid there is none")
	b, err = os.ReadFile(file("e.json"))
	require.NoError(t, err)
	require.Contains(t, string(b), `"scimeter.usage/1"`)
}

// A command that has a meter of its own says so: nothing is counted twice.
func TestNestedMeter(t *testing.T) {
	cmd := harness(t, "-quiet", "--", "env", "HARNESS_TEST=metered", os.Args[0])
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	parent := strings.TrimSpace(strings.TrimPrefix(string(out), "parent"))
	require.Len(t, parent, 16, "%s", out)
}

func TestBudgetEndsTheCommand(t *testing.T) {
	began := time.Now()
	code, _, errs := said(t, "-budget", "1 mJ", "--", "sh", "-c", "while :; do :; done")
	require.Equal(t, 143, code, errs)
	require.Contains(t, errs, "ending the command")
	require.Less(t, time.Since(began), time.Minute)
}
