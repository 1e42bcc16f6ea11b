package meter_test

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
)

// closer is a scope that counts how often it is closed, and may hang.
type closer struct {
	meter.Scope
	closed atomic.Int64
	hang   atomic.Pointer[chan struct{}]
	err    error
}

func (c *closer) Read(cpu *meter.CPU) error {
	if h := c.hang.Load(); h != nil {
		<-*h
	}
	return c.Scope.Read(cpu)
}

func (c *closer) Close() error {
	c.closed.Add(1)
	return c.err
}

func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(0.000001))
		scope := &closer{Scope: machine.Scope()}
		m, err := meter.Start(t.Context(), bare(machine), meter.WithScope(scope), meter.WithPolicy(meter.Proportional))
		require.NoError(t, err)
		first, err := m.Read(t.Context())
		require.NoError(t, err)
		machine.Run(500*time.Millisecond, work("package-0", 30))
		require.NoError(t, m.Stop())
		require.True(t, machine.Closed())
		require.EqualValues(t, 1, scope.closed.Load())
		synctest.Wait() // no goroutine is left that would wait for the clock

		machine.Run(10*time.Second, work("package-0", 1000))
		for range 2 {
			s, err := m.Read(t.Context())
			require.NoError(t, err)
			u, err := s.Sub(first)
			require.NoError(t, err)
			require.Equal(t, joules(30), u.Machine, "the last reading was taken, and none after it")
			require.Equal(t, 500*time.Millisecond, u.Duration())
			require.NoError(t, m.Stop())
			require.EqualValues(t, 1, scope.closed.Load())
		}
		m.Count("request", 1)
		task := m.Begin("late")
		u, err := task.End(t.Context())
		require.NoError(t, err)
		require.Zero(t, u.Microjoules)
	})
}

func TestStopTellsOfErrors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(1))
		broken := errors.New("broken")
		scope := &closer{Scope: machine.Scope(), err: broken}
		m, err := meter.Start(t.Context(), bare(machine), meter.WithScope(scope))
		require.NoError(t, err)
		require.ErrorIs(t, m.Stop(), broken)
		require.ErrorIs(t, m.Stop(), broken, "the same again")
		require.True(t, machine.Closed())
	})
}

// TestStopIsBounded: whatever hangs is named, and closed when it answers.
func TestStopIsBounded(t *testing.T) {
	hung := func(t *testing.T, m *meter.Meter, want string) {
		t.Helper()
		began := time.Now()
		err := m.Stop()
		require.ErrorContains(t, err, "meter: stop: "+want+" does not answer")
		require.Equal(t, 2*time.Second, time.Since(began))
		require.Equal(t, err, m.Stop())
		require.Equal(t, 2*time.Second, time.Since(began), "the second does not wait")
		_, err = m.Read(t.Context())
		require.NoError(t, err, "the last tick answers")
		_ = m.Begin("late").Lap()
	}
	start := func(t *testing.T) (*meter.Meter, *gate, *closer) {
		t.Helper()
		g := &gate{zone: measured()}
		scope := &closer{Scope: metertest.New(2).Scope()}
		m, err := meter.Start(t.Context(), meter.WithSource(g), meter.WithScope(scope))
		require.NoError(t, err)
		return m, g, scope
	}
	t.Run("a source that hangs in a tick", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m, g, scope := start(t)
			open := g.hold()
			time.Sleep(5 * time.Second)
			hung(t, m, "package-0")
			require.Zero(t, g.closed.Load())
			open()
			synctest.Wait()
			require.EqualValues(t, 1, g.closed.Load())
			require.EqualValues(t, 1, scope.closed.Load())
		})
	})
	t.Run("a source that hangs in the last reading", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m, g, _ := start(t)
			open := g.hold()
			hung(t, m, "package-0")
			open()
		})
	})
	t.Run("a scope that hangs", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m, _, scope := start(t)
			c := make(chan struct{})
			scope.hang.Store(&c)
			hung(t, m, "the scope, script")
			close(c)
		})
	})
	t.Run("a source that hangs when it is closed", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			c := make(chan struct{})
			m, err := meter.Start(t.Context(), meter.WithSource(&slow{gate{zone: measured()}, c}), meter.WithScope(metertest.New(2).Scope()))
			require.NoError(t, err)
			hung(t, m, "package-0")
			close(c)
		})
	})
}

// slow is a source that takes its time to close.
type slow struct {
	gate
	open chan struct{}
}

func (s *slow) Close() error {
	<-s.open
	return nil
}

// TestNoGoroutineIsLeft on the real clock.
func TestNoGoroutineIsLeft(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		m, err := meter.Start(t.Context(), metertest.New(1, package0(1)).Options(), meter.WithGrid(&live{Series: gridOf(time.Hour, 1), every: time.Hour}))
		require.NoError(t, err)
		require.NoError(t, m.Stop())
	}
	deadline := time.Now().Add(5 * time.Second)
	for runtime.NumGoroutine() > before && time.Now().Before(deadline) {
		runtime.Gosched()
	}
	require.LessOrEqual(t, runtime.NumGoroutine(), before)
}
