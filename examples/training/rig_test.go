package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/exporters/jsonl"
	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/units"
)

// The scripted machine has 10 W of idle power and 20 W of work, of which half is
// ours: 15 W and, with 3.6 MJ/kWh and 3600 g/kWh, 15 mg a second. Each batch
// takes a tenth of that.
const (
	stepTime  = 100 * time.Millisecond
	stepUsage = units.Microjoules(1.5e6)
)

// Eleven batches are an epoch, the last one of which is shorter; twelve epochs
// are the run.
const (
	testDigits = 10*batchSize + 16
	testSteps  = 11
	testEpochs = 12
)

// A script is a start of a run on the scripted machine.
type script struct {
	dir    string
	budget meter.Budget
	every  time.Duration                    // 0: saveEach
	after  func(step int, interrupt func()) // each batch
	early  func(t *testing.T, err error)    // nil: it does not stop early
}

// run runs it, within a bubble, and returns what it prints, and how many batches
// it has learned from.
func (s script) run(t *testing.T) (output string, steps int) {
	t.Helper()
	machine := metertest.New(4, metertest.Package(0))
	m := metertest.Start(t, machine, meter.WithPolicy(meter.Proportional), meter.WithIdlePower("package-0", 10, 0),
		meter.WithGrid(intensity.Fixed{Value: 3600, Signal: intensity.AverageLifecycle(intensity.Production)}))
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var out bytes.Buffer
	tr := newTrainer(options{epochs: testEpochs, budget: s.budget, dir: s.dir, seed: 1, digits: testDigits}, m, &out)
	if s.every > 0 {
		tr.every = s.every
	}
	tr.step = func() {
		machine.Run(stepTime, metertest.Phase{
			Own: stepTime, Busy: 2 * stepTime, Energy: map[string]units.Microjoules{"package-0": 3e6},
		})
		steps++
		if s.after != nil {
			s.after(steps, interrupt)
		}
	}
	err := tr.train(ctx)
	if s.early == nil {
		require.NoError(t, err)
	} else {
		require.ErrorIs(t, err, errEarly)
		s.early(t, err)
	}
	require.NoError(t, m.Stop())
	return out.String(), steps
}

// journal returns what the starts of a run have used together; only lines that
// were cut off are missing.
func journal(t *testing.T, dir string) meter.Usage {
	t.Helper()
	f, err := os.Open(filepath.Join(dir, "usage.jsonl"))
	require.NoError(t, err)
	defer f.Close()
	u, err := jsonl.Sum(jsonl.Read(f), runName)
	if err != nil {
		var line *jsonl.LineError
		require.ErrorAs(t, err, &line)
	}
	return u
}

// weights returns those of the checkpoint, and how far it is.
func weights(t *testing.T, dir string) (all []uint64, epoch, batch int) {
	t.Helper()
	c, err := load(filepath.Join(dir, "checkpoint.json"), 1, testDigits)
	require.NoError(t, err)
	return bits(c.Network), c.Epoch, c.Batch
}

// same requires that two runs have used and learned the same.
func same(t *testing.T, want, got string) {
	t.Helper()
	u, v := journal(t, want), journal(t, got)
	require.Equal(t, u.Microjoules, v.Microjoules)
	require.Equal(t, u.Machine, v.Machine)
	require.Equal(t, u.Others, v.Others)
	require.Equal(t, u.Static, v.Static)
	require.Equal(t, u.IdleUnreserved, v.IdleUnreserved)
	require.Equal(t, u.Own, v.Own)
	require.Equal(t, u.Measured, v.Measured)
	require.Equal(t, u.Counts, v.Counts)
	require.InEpsilon(t, float64(u.Operational), float64(v.Operational), 1e-9)
	require.InEpsilon(t, float64(u.Embodied), float64(v.Embodied), 1e-9)
	sameWeights(t, want, got)
}

func sameWeights(t *testing.T, want, got string) {
	t.Helper()
	a, epoch, batch := weights(t, want)
	b, e, bt := weights(t, got)
	require.Equal(t, []int{epoch, batch}, []int{e, bt})
	require.Equal(t, a, b, "to the last bit")
}
