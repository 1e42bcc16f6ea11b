package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/units"
)

// saveTest is how often the runs save that are killed: after four batches, or at
// the end of an epoch.
const saveTest = 4 * stepTime

// kill runs the test of that name in another process, with what args say, until it
// has printed a line that last accepts, and kills it.
func kill(t *testing.T, args string, last func(line string) bool) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	cmd.Env = append(os.Environ(), "TRAINING_TEST="+args)
	stdin, err := cmd.StdinPipe() // nothing comes of it: who reads it waits
	require.NoError(t, err)
	defer stdin.Close()
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(out)
	for lines.Scan() && !last(lines.Text()) {
	}
	require.NoError(t, cmd.Process.Kill())
	_ = cmd.Wait()
	require.False(t, cmd.ProcessState.Success(), "it was killed before its end")
}

// victim is the process that is killed: it prints the number of each batch, and
// waits after the one it is told to, if any.
func victim(t *testing.T, args string) {
	stop, dir, _ := strings.Cut(args, " ")
	synctest.Test(t, func(t *testing.T) {
		script{dir: dir, every: saveTest, after: func(step int, _ func()) {
			fmt.Println(step)
			if strconv.Itoa(step) == stop {
				_, _ = io.Copy(io.Discard, os.Stdin)
			}
		}}.run(t)
	})
}

// position returns how many batches are in the checkpoint.
func position(t *testing.T, dir string) int {
	_, epoch, batch := weights(t, dir)
	return epoch*testSteps + batch
}

// Killed between two batches, a run loses what it did since it saved, which it
// does again: it ends as if nothing had been.
func TestKilled(t *testing.T) {
	if args := os.Getenv("TRAINING_TEST"); args != "" {
		victim(t, args)
		return
	}
	want, dir := whole(t), t.TempDir()
	for _, at := range []int{3, 4, 6, 11, 12, 25, 1} {
		from := position(t, dir)
		kill(t, fmt.Sprint(at, " ", dir), func(line string) bool { return line == strconv.Itoa(at) })
		now := position(t, dir)
		require.Less(t, from+at-now, int(saveTest/stepTime)+1, "no more than one interval is lost")
		require.Equal(t, units.Microjoules(now)*stepUsage, journal(t, dir).Microjoules)
	}
	synctest.Test(t, func(t *testing.T) { script{dir: dir, every: saveTest}.run(t) })
	same(t, want, dir)
}

// Killed at any time, even while it saves, it loses an interval at most, and
// never books one twice.
func TestKilledAnyTime(t *testing.T) {
	if args := os.Getenv("TRAINING_TEST"); args != "" {
		victim(t, args)
		return
	}
	want, dir := whole(t), t.TempDir()
	kills := 0
	for _, at := range []int{5, 9, 14, 19, 7, 21} {
		kill(t, "never "+dir, func(line string) bool { return line == strconv.Itoa(at) })
		kills++
		booked := int(journal(t, dir).Microjoules / stepUsage)
		require.LessOrEqual(t, booked, position(t, dir))
		require.LessOrEqual(t, position(t, dir)-booked, kills*int(saveTest/stepTime))
		if position(t, dir) > testSteps*testEpochs/2 {
			break
		}
	}
	synctest.Test(t, func(t *testing.T) { script{dir: dir, every: saveTest}.run(t) })
	sameWeights(t, want, dir)
	a, b := journal(t, want), journal(t, dir)
	require.LessOrEqual(t, b.Microjoules, a.Microjoules)
	require.LessOrEqual(t, a.Microjoules-b.Microjoules, units.Microjoules(kills)*units.Microjoules(saveTest/stepTime)*stepUsage)
	require.LessOrEqual(t, b.R(unitSample), a.R(unitSample))
}

// The program itself, on the machine as it is, in real time.
func TestProgramKilled(t *testing.T) {
	if dir := os.Getenv("TRAINING_TEST"); dir != "" {
		run(context.Background(), []string{"-dir", dir, "-epochs", "2"}, os.Stdout, os.Stderr)
		return
	}
	t.Setenv("HOST_SYS", t.TempDir()) // without counters
	want, dir := t.TempDir(), filepath.Join(t.TempDir(), "run")
	code, _, errs := output(t, "-dir", want, "-epochs", "2")
	require.Zero(t, code, errs)
	began := time.Now()
	kill(t, dir, func(line string) bool { return strings.HasPrefix(line, "level=INFO msg=epoch n=1 ") })
	lived := time.Since(began)
	before := journal(t, dir)
	require.Positive(t, before.Microjoules)
	require.Less(t, before.Duration(), lived)

	code, out, errs := output(t, "-dir", dir, "-epochs", "2")
	require.Zero(t, code, errs)
	require.Contains(t, out, "msg=resumed epoch=")
	require.Contains(t, out, "starts: 2;")
	a, err := load(filepath.Join(want, "checkpoint.json"), 1, digitsEach)
	require.NoError(t, err)
	b, err := load(filepath.Join(dir, "checkpoint.json"), 1, digitsEach)
	require.NoError(t, err)
	require.Equal(t, bits(a.Network), bits(b.Network), "to the last bit")
	require.Equal(t, a.Losses, b.Losses)
	u := journal(t, dir)
	require.Greater(t, u.Microjoules, before.Microjoules)
	require.LessOrEqual(t, u.R(unitSample), 2.0*digitsEach)
	require.GreaterOrEqual(t, u.R(unitSample), 1.0*digitsEach, "one epoch may have been cut off while it was saved")
}
