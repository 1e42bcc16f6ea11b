package meter_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
)

func TestTasksOverlap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(1e-12))
		m := begin(t, bare(machine, meter.WithPolicy(meter.Proportional)))
		a := m.Begin("a")
		machine.Run(time.Second, work("package-0", 30))
		b := m.Begin("b")
		b.Count("request", 1)
		machine.Run(time.Second, work("package-0", 60))
		ua, err := a.End(t.Context())
		require.NoError(t, err)
		machine.Run(time.Second, work("package-0", 90))
		ub, err := b.End(t.Context())
		require.NoError(t, err)
		require.Equal(t, "a", ua.Name)
		require.Equal(t, joules(30), ua.Microjoules)
		require.Equal(t, joules(50), ub.Microjoules)
		require.Equal(t, 1.0, ua.R("request"), "a window that is open sees it too")
	})
}

func TestEndTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(1))
		m := begin(t, bare(machine))
		task := m.Begin("task")
		machine.Run(time.Second, work("package-0", 30))
		first, err := task.End(t.Context())
		require.NoError(t, err)
		machine.Run(time.Second, work("package-0", 30))
		second, err := task.End(t.Context())
		require.NoError(t, err)
		require.Equal(t, first, second)
		require.Equal(t, "not measured", task.Lap().String(), "no lap after the end")
	})
}

// TestCancelled: a context that ends costs precision, not the result.
func TestCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := &gate{zone: measured()}
		machine := metertest.New(2)
		machine.Whole()
		m := begin(t, meter.WithSource(g), meter.WithScope(machine.Scope()))
		task := m.Begin("task")
		time.Sleep(2500 * time.Millisecond)
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		s, err := m.Read(cancelled)
		require.NoError(t, err)
		require.NoError(t, s.Missing, "where nothing is to be waited for, a reading is taken")
		require.Equal(t, 2500*time.Millisecond, s.At.Sub(s.Start))

		time.Sleep(time.Second) // the tick at 3 s
		open := g.hold()
		time.Sleep(time.Second) // the tick at 4 s hangs
		u, err := task.End(cancelled)
		require.NoError(t, err)
		require.Equal(t, 3*time.Second, u.Duration(), "up to the last tick")
		require.ErrorIs(t, u.Missing, context.Canceled)
		require.Positive(t, u.Microjoules)
		open()
	})
}

func TestMeasure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(1e-12))
		m := begin(t, bare(machine, meter.WithPolicy(meter.Proportional)))
		failed := errors.New("failed")
		for _, want := range []error{nil, failed} {
			ctx, cancel := context.WithCancel(t.Context())
			u, err := m.Measure(ctx, "job", func(inner context.Context) error {
				require.Equal(t, ctx, inner)
				machine.Run(time.Second, work("package-0", 30))
				cancel()
				return want
			})
			require.Equal(t, want, err)
			require.Equal(t, joules(10), u.Microjoules)
			require.Equal(t, "job", u.Name)
		}
		require.PanicsWithValue(t, "f", func() {
			_, _ = m.Measure(t.Context(), "job", func(context.Context) error { panic("f") })
		})
		u, err := m.Measure(t.Context(), "after", func(context.Context) error { machine.Run(time.Second, work("package-0", 30)); return nil })
		require.NoError(t, err, "a panic in f passes through and leaves nothing behind")
		require.Equal(t, joules(10), u.Microjoules)
	})
}

// TestNilIsSafe calls every method of what may be nil.
func TestNilIsSafe(t *testing.T) {
	for _, v := range []any{(*meter.Meter)(nil), (*meter.Task)(nil), (*meter.Account)(nil)} {
		typ := reflect.TypeOf(v)
		for i := range typ.NumMethod() {
			method := typ.Method(i)
			in := []reflect.Value{reflect.ValueOf(v)}
			for j := 1; j < method.Type.NumIn(); j++ {
				in = append(in, argument(method.Type.In(j)))
			}
			require.NotPanics(t, func() { method.Func.Call(in) }, "%v.%s", typ, method.Name)
		}
	}
	var m *meter.Meter
	_, err := m.Read(t.Context())
	require.ErrorIs(t, err, meter.ErrStopped)
	task := m.Begin("task")
	require.Nil(t, task)
	_, err = task.End(t.Context())
	require.ErrorIs(t, err, meter.ErrStopped)
	ran := false
	failed := errors.New("failed")
	_, err = m.Measure(t.Context(), "job", func(context.Context) error { ran = true; return failed })
	require.Equal(t, failed, err)
	require.True(t, ran)
	_, err = m.Measure(t.Context(), "job", func(context.Context) error { return nil })
	require.ErrorIs(t, err, meter.ErrStopped)
	require.NoError(t, m.Stop())
	s := meter.Snapshot{At: time.Now()}
	m.Last(&s)
	require.Zero(t, s)
}

// argument makes a value to call a method with.
func argument(typ reflect.Type) reflect.Value {
	switch typ {
	case reflect.TypeFor[context.Context]():
		return reflect.ValueOf(context.Background())
	case reflect.TypeFor[func(context.Context) error]():
		return reflect.ValueOf(func(context.Context) error { return nil })
	case reflect.TypeFor[func(context.Context)]():
		return reflect.ValueOf(func(context.Context) {})
	}
	if typ.Kind() == reflect.Pointer {
		return reflect.New(typ.Elem())
	}
	return reflect.Zero(typ)
}
