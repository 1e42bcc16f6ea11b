package main

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/exporters/jsonl"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/units"
)

// whole runs the run in one piece, and returns its folder.
func whole(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		_, steps := script{dir: dir}.run(t)
		require.Equal(t, testEpochs*testSteps, steps)
	})
	return dir
}

func interrupted(t *testing.T, err error) {
	t.Helper()
	require.ErrorIs(t, err, context.Canceled)
}

// What is printed is what was used, epoch by epoch and together.
func TestFigures(t *testing.T) {
	dir := t.TempDir()
	var text string
	synctest.Test(t, func(t *testing.T) { text, _ = script{dir: dir}.run(t) })
	lines := regexp.MustCompile(`msg=epoch n=(\d+) loss=([\d.]+) accuracy=[\d.]+ samples=336 used="16\.5 J, 16\.7 mgCO2e, 1\.1s, 15 W"`).FindAllStringSubmatch(text, -1)
	require.Len(t, lines, testEpochs, text)
	losses := make([]float64, testEpochs)
	for i, line := range lines {
		require.Equal(t, strconv.Itoa(i+1), line[1])
		losses[i], _ = strconv.ParseFloat(line[2], 64)
	}
	require.Less(t, losses[testEpochs-1], losses[0]/2)

	u := journal(t, dir)
	require.Equal(t, testEpochs*testSteps*stepUsage, u.Microjoules)
	require.Equal(t, testEpochs*testSteps*stepTime, u.Duration())
	require.EqualValues(t, testEpochs*testDigits, u.R(unitSample))
	require.EqualValues(t, testEpochs*testDigits*12800, u.R(unitFlop), "4·35·64 + 6·64·10 each")
	require.InEpsilon(t, 0.198, float64(u.Operational), 1e-9, "198 J at 1 mg each")
	require.InEpsilon(t, 0.5*13.2/3600, float64(u.Embodied), 1e-9, "half of 1 g an hour")
	require.Contains(t, text, "\ntrained 12 of 12 epochs, starts: 1; loss ")
	require.Contains(t, text, "\n  used     198 J, 200 mgCO2e, 13.2s, 15 W\n")
	require.Contains(t, text, "100 % counted by hardware\n")
	require.Regexp(t, `\n  score    49\.6 mgCO2e per 1000 sample\.train \(.*, 95 %\), estimated\n`, text)
}

// Interrupted again and again, between any two batches, the run is the same.
func TestInterrupted(t *testing.T) {
	want := whole(t)
	for name, every := range map[string]time.Duration{"saved each epoch": 0, "saved within epochs": 300 * time.Millisecond} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			rng := rand.New(rand.NewPCG(1, 2))
			synctest.Test(t, func(t *testing.T) {
				done, starts := 0, 1
				for done < testEpochs*testSteps-1 {
					at := min(1+rng.IntN(30), testEpochs*testSteps-1-done)
					if starts == 3 {
						at = testSteps - done%testSteps // the end of an epoch
					}
					text, steps := script{dir: dir, every: every, early: interrupted, after: func(step int, interrupt func()) {
						if step == at {
							interrupt()
						}
					}}.run(t)
					require.Equal(t, at, steps, "it stops at once")
					done += steps
					require.Contains(t, text, "starts: "+strconv.Itoa(starts))
					require.Equal(t, units.Microjoules(done)*stepUsage, journal(t, dir).Microjoules)
					starts++
					time.Sleep(time.Hour) // nothing is charged for that
				}
				text, steps := script{dir: dir, every: every}.run(t)
				require.Equal(t, 1, steps)
				require.Contains(t, text, "msg=resumed epoch=12 batch=10")
				require.Greater(t, starts, 5)
			})
			same(t, want, dir)
		})
	}
}

// A run that is over is told, and not run again.
func TestOver(t *testing.T) {
	want := whole(t)
	dir := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		script{dir: dir}.run(t)
		text, steps := script{dir: dir}.run(t)
		require.Zero(t, steps)
		require.NotContains(t, text, "level=")
		require.Contains(t, text, "trained 12 of 12 epochs, starts: 1;")
	})
	same(t, want, dir)
}

// A line that was cut off takes one interval with it, digits and energy; what the
// network has learned is in the checkpoint.
func TestTornLine(t *testing.T) {
	want := whole(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "usage.jsonl")
	const every = 400 * time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		script{dir: dir, every: every, early: interrupted, after: func(step int, interrupt func()) {
			if step == 5*testSteps+6 {
				interrupt()
			}
		}}.run(t)
	})
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	lines := strings.SplitAfter(strings.TrimSpace(string(text)), "\n")
	full := journal(t, dir)
	// The last line is gone, or cut off within, or short of its last byte.
	last := lines[len(lines)-1]
	before := strings.TrimSuffix(string(text), last+"\n")
	for _, n := range []int{0, 1, len(last) / 2, len(last) - 1} {
		require.NoError(t, os.WriteFile(path, []byte(before+last[:n]), 0o600))
		spent, err := jsonl.Spent(path, runName)
		require.NoError(t, err)
		lost := float64(full.Energy() - spent.Energy)
		require.Positive(t, lost)
		require.LessOrEqual(t, lost, 15*every.Seconds()+1e-9)
	}
	var end string
	synctest.Test(t, func(t *testing.T) { end, _ = script{dir: dir, every: every}.run(t) })
	require.Contains(t, end, "\n  journal  jsonl: line")
	sameWeights(t, want, dir)
	a, b := journal(t, want), journal(t, dir)
	lost := a.Microjoules - b.Microjoules
	require.Equal(t, 2*stepUsage, lost, "batches 5 and 6 of the epoch came after the save of batch 4")
	require.EqualValues(t, 2*batchSize, a.R(unitSample)-b.R(unitSample), "with their digits: the score is that of what is known")
}

// The budget ends the run within one tick of the meter, by what was metered, over
// all restarts. A larger one lets it go on to the same end.
func TestBudget(t *testing.T) {
	want := whole(t)
	const tick, perSecond = 1.0, 15e-3 + 0.5/3600
	stopped := func(t *testing.T, err error) {
		var over *meter.BudgetError
		require.ErrorAs(t, err, &over)
	}
	for name, c := range map[string]struct {
		budget meter.Budget
		rate   float64 // of it, each second
	}{
		"carbon": {meter.Budget{Carbon: 0.1}, perSecond},
		"energy": {meter.Budget{Energy: 100}, 15},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			used := func() float64 {
				u := journal(t, dir)
				if c.budget.Carbon > 0 {
					g, complete := u.Carbon()
					require.True(t, complete)
					return float64(g)
				}
				return float64(u.Energy())
			}
			limit := float64(c.budget.Carbon) + float64(c.budget.Energy)
			synctest.Test(t, func(t *testing.T) {
				_, steps := script{dir: dir, budget: c.budget, early: interrupted, after: func(step int, interrupt func()) {
					if step == 25 {
						interrupt()
					}
				}}.run(t)
				require.Equal(t, 25, steps)

				text, _ := script{dir: dir, budget: c.budget, early: stopped}.run(t)
				require.GreaterOrEqual(t, used(), limit)
				require.Less(t, used(), limit+c.rate*(tick+stepTime.Seconds()), "a tick, and the batch that is under way then")
				require.Equal(t, 1, strings.Count(text, "nearly used up"), text)

				before := used()
				_, steps = script{dir: dir, budget: c.budget, early: stopped}.run(t)
				require.Zero(t, steps, "nothing is left to start with")
				require.Equal(t, before, used())

				script{dir: dir}.run(t)
			})
			same(t, want, dir)
		})
	}
}
