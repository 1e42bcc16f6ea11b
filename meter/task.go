package meter

import (
	"context"
	"sync"
	"time"
)

// A Task is a window with a name: what is used from [Meter.Begin] to
// [Task.End]. Windows overlap freely and are never parts of one another. It is
// safe for concurrent use; all methods of a nil Task do nothing.
type Task struct {
	meter *Meter
	name  string

	mu     sync.Mutex // guards all below
	begin  Snapshot
	lap    Snapshot
	result Usage
	err    error
	ended  bool
}

// Begin starts a window with a reading of its own.
func (m *Meter) Begin(name string) *Task {
	if m == nil {
		return nil
	}
	t := &Task{meter: m, name: tidy(name)}
	t.begin = m.readSoon()
	t.lap = t.begin
	return t
}

// soon is how long a window that has no context of its own waits for a reading,
// before it takes that of the last tick.
const soon = time.Second

func (m *Meter) readSoon() Snapshot {
	ctx, cancel := context.WithTimeout(context.Background(), soon)
	defer cancel()
	s, _ := m.Read(ctx) // of a meter that is not nil: never an error
	return s
}

// Count adds n units of work that was done, as [Meter.Count] does: windows that
// are open at the same time all see it.
func (t *Task) Count(unit string, n float64) {
	if t != nil {
		t.meter.Count(unit, n)
	}
}

// Lap returns what was used since the lap before, or since Begin.
func (t *Task) Lap() Usage {
	if t == nil {
		return Usage{}
	}
	now := t.meter.readSoon()
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended {
		return Usage{}
	}
	u, err := now.Sub(t.lap)
	if err != nil { // another lap was taken in between
		return Usage{}
	}
	t.lap, u.Name = now, t.name
	return u
}

// End returns what was used since Begin. When ctx ends first, what came after
// the last tick is left out; that costs precision, not the result. A second
// End returns the same.
func (t *Task) End(ctx context.Context) (Usage, error) {
	if t == nil {
		return Usage{}, ErrStopped
	}
	now, err := t.meter.Read(ctx)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended {
		return t.result, t.err
	}
	t.ended = true
	if err == nil {
		t.result, err = now.Sub(t.begin)
	}
	t.result.Name, t.err = t.name, err
	return t.result, err
}

// Measure runs f and returns what was used meanwhile, beside the error of f. A
// nil Meter runs f all the same, and says [ErrStopped] only if f does not fail.
// A panic of f passes through, and nothing is returned.
func (m *Meter) Measure(ctx context.Context, name string, f func(context.Context) error) (Usage, error) {
	t := m.Begin(name)
	failed := f(ctx)
	u, err := t.End(context.WithoutCancel(ctx))
	if failed != nil {
		return u, failed
	}
	return u, err
}
