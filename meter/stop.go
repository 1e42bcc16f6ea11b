package meter

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Stop takes a last reading, ends the meter's goroutines, closes sources and
// scope, and waits for all that for at most two seconds. The error names what
// did not answer in time; once it does, the rest is closed too. A second Stop
// does nothing and returns the same.
func (m *Meter) Stop() error {
	if m == nil {
		return nil
	}
	m.once.Do(func() {
		m.stopped = m.shutdown()
		living.leave(m)
	})
	return m.stopped
}

// stopBound is how long Stop waits for what does not answer.
const stopBound = 2 * time.Second

// errGone is why nothing is read any more.
var errGone = errors.New("a source did not answer when the meter was stopped")

func (m *Meter) shutdown() error {
	m.stop()
	bound, cancel := context.WithTimeout(context.Background(), stopBound)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- m.finish() }()
	select {
	case err := <-ended:
		return err
	case <-bound.Done():
		close(m.gone)
		return fmt.Errorf("meter: stop: %s does not answer: %w", m.busyWith(), bound.Err())
	}
}

// finish takes the last reading, and waits for the goroutines and closes.
func (m *Meter) finish() error {
	m.running.Wait()
	var errs []error
	for i, s := range m.sources {
		m.reads.Store(int32(i))
		errs = append(errs, s.Close())
	}
	m.reads.Store(atScope)
	return errors.Join(append(errs, closeScope(m.scope))...)
}

// What is waited for, beside a source.
const (
	atScope = -1 - iota
	atGrid
)

// busyWith names what is waited for. It asks nobody, who might not answer.
func (m *Meter) busyWith() string {
	switch i := int(m.reads.Load()); i {
	case atScope:
		return "the scope, " + m.Method().Scope
	case atGrid:
		return "the grid"
	default:
		return m.names[i]
	}
}

// nameOf names a source by its first zone.
func nameOf(s Source) string {
	if found := s.Report().Found; len(found) > 0 {
		return found[0].ID
	}
	return fmt.Sprintf("%T", s)
}
