package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"time"

	"github.com/scimeter/scimeter/exporters/jsonl"
	"github.com/scimeter/scimeter/meter"
)

// How the network learns. All are choices of ours, that work.
const (
	digitsEach  = 20_000 // in an epoch
	digitsCheck = 1000   // that it never learns from
	batchSize   = 32
	rate        = 0.05
)

// saveEach is how much of a run a crash may cost, at most.
const saveEach = 10 * time.Second

// What is counted, and what the run is called in its journal.
const (
	unitSample = "sample.train"
	unitFlop   = "flop"
	runName    = "train"
)

// errEarly reports a run that is not over: it has used up its budget, or was told
// to end.
var errEarly = errors.New("stopped early")

// A trainer is one start of a run, which goes on where the start before ended.
type trainer struct {
	options
	meter  *meter.Meter
	out    io.Writer
	log    *slog.Logger
	known  []digit // that it learns from
	unseen []digit
	every  time.Duration
	step   func() // after each batch: of a test, which lets a scripted machine work

	*checkpoint
	journal *jsonl.Journal
	task    *meter.Task
	begin   meter.Snapshot
	learnt  int       // digits since the last checkpoint
	saved   time.Time // when that was
}

func newTrainer(o options, m *meter.Meter, out io.Writer) *trainer {
	return &trainer{
		options: o, meter: m, out: out, log: plain(out), every: saveEach, step: func() {},
		known: makeDigits(o.digits, o.seed), unseen: makeDigits(digitsCheck, ^o.seed),
	}
}

func (t *trainer) checkpointFile() string { return filepath.Join(t.dir, "checkpoint.json") }
func (t *trainer) journalFile() string    { return filepath.Join(t.dir, "usage.jsonl") }

// train goes on with the run until all epochs are done, its budget is used up,
// or ctx ends, and reports what all starts together have used.
func (t *trainer) train(ctx context.Context) (err error) {
	if err := os.MkdirAll(t.dir, 0o755); err != nil {
		return err
	}
	if t.checkpoint, err = load(t.checkpointFile(), t.seed, t.digits); err != nil {
		return err
	}
	if t.journal, err = jsonl.Open(t.journalFile()); err != nil {
		return err
	}
	defer t.journal.Close()
	if t.Epoch < t.epochs {
		err = t.run(ctx)
	}
	if err != nil && !errors.Is(err, errEarly) {
		return err
	}
	return errors.Join(err, t.report())
}

// run is the part that is metered. What was spent before is of the journal.
func (t *trainer) run(ctx context.Context) error {
	spent, err := jsonl.Spent(t.journalFile(), runName)
	if err != nil {
		return err
	}
	if t.Epoch+t.Batch > 0 {
		t.log.Info("resumed", "epoch", t.Epoch+1, "batch", t.Batch, "before", spent.Energy, "carbon", spent.Carbon)
	}
	warned := make(chan meter.BudgetUse, 1) // it comes once
	limit := t.budget
	limit.Spent, limit.Warn = spent, func(u meter.BudgetUse) { warned <- u }
	ctx, stop := t.meter.Budget(ctx, limit)
	defer stop()

	if t.begin, err = t.meter.Read(ctx); err != nil {
		return err
	}
	t.task = t.meter.Begin(runName)
	t.saved = time.Now()
	for t.Epoch < t.epochs && ctx.Err() == nil {
		if err := t.epoch(ctx, warned); err != nil {
			return err
		}
	}
	if err := t.save(true); err != nil {
		return err
	}
	if t.Epoch < t.epochs {
		return fmt.Errorf("%w in epoch %d of %d: %w", errEarly, t.Epoch+1, t.epochs, context.Cause(ctx))
	}
	return nil
}

// epoch goes on with the epoch that is under way, until it is over or ctx ends.
func (t *trainer) epoch(ctx context.Context, warned <-chan meter.BudgetUse) error {
	order := t.order()
	for first := t.Batch * batchSize; first < len(order); first = t.Batch * batchSize {
		if ctx.Err() != nil {
			return nil
		}
		batch := order[first:min(first+batchSize, len(order))]
		t.Loss += t.Network.learn(batch, rate)
		t.Batch++
		t.learnt += len(batch)
		t.step()
		select {
		case u := <-warned:
			t.log.Warn("the budget is nearly used up", "energy", u.Energy, "carbon", u.Carbon)
		default:
		}
		if time.Since(t.saved) >= t.every {
			if err := t.save(false); err != nil {
				return err
			}
		}
	}
	loss := t.Loss / float64(len(order))
	t.Losses = append(t.Losses, loss)
	t.Epoch, t.Batch, t.Loss = t.Epoch+1, 0, 0
	right := t.Network.accuracy(t.unseen)
	if err := t.save(false); err != nil {
		return err
	}
	used := t.task.Lap()
	t.log.Info("epoch", "n", t.Epoch, "loss", fmt.Sprintf("%.4f", loss), "accuracy", right, "samples", used.R(unitSample), "used", used)
	return nil
}

// order is that of the digits in the epoch: another one in each, and the same one
// whenever it is asked for.
func (t *trainer) order() []*digit {
	order := make([]*digit, len(t.known))
	random := rand.New(rand.NewPCG(t.seed, uint64(t.Epoch)))
	for i, from := range random.Perm(len(t.known)) {
		order[i] = &t.known[from]
	}
	return order
}

// saveBound is how long a reading for the journal is waited for.
const saveBound = 2 * time.Second

// save writes down how far the run is, then what it took. A crash in between
// loses a line of the journal, with the energy and the digits in it, and books
// nothing twice: what is counted is in a checkpoint.
func (t *trainer) save(final bool) error {
	if err := t.write(t.checkpointFile()); err != nil {
		return err
	}
	t.task.Count(unitSample, float64(t.learnt))
	t.task.Count(unitFlop, float64(t.learnt)*flops)
	t.learnt = 0

	ctx, cancel := context.WithTimeout(context.Background(), saveBound) // that of the run may have ended
	defer cancel()
	now, err := t.meter.Read(ctx)
	if err != nil {
		return err
	}
	usage, err := now.Sub(t.begin)
	if err != nil {
		return err
	}
	usage.Name = runName
	t.saved = time.Now()
	return t.journal.Write(jsonl.Entry{Run: runName, At: now.At, Final: final, Usage: usage})
}
