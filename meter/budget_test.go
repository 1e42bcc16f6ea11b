package meter_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/sci"
)

// Of 1 J a second, 3.6 MJ/kWh and 3600 g/kWh, each second emits 1 mg.
func budgeted(t *testing.T, b meter.Budget, f func(ctx context.Context, used func() meter.BudgetUse, work func(time.Duration))) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m, machine := busyMeter(t, meter.WithSite(sci.Site{PUE: 1}), meter.WithHardware(sci.Server{Embodied: 1e-9}),
			meter.WithGrid(intensity.Fixed{Value: 3600, Signal: intensity.AverageLifecycle(intensity.Production)}))
		ctx, stop := m.Budget(t.Context(), b)
		f(ctx, stop, func(d time.Duration) { workFor(machine, d, d.Seconds()) })
		stop()
	})
}

func TestBudgetStopsWithinATick(t *testing.T) {
	var warned atomic.Int32
	b := meter.Budget{Carbon: 0.1, Warn: func(meter.BudgetUse) { warned.Add(1) }}
	budgeted(t, b, func(ctx context.Context, stop func() meter.BudgetUse, work func(time.Duration)) {
		work(79 * time.Second)
		require.Zero(t, warned.Load())
		work(2 * time.Second)
		require.EqualValues(t, 1, warned.Load())
		require.NoError(t, ctx.Err())
		work(18 * time.Second)
		require.NoError(t, ctx.Err())
		work(2 * time.Second)
		require.ErrorIs(t, ctx.Err(), context.Canceled)
		var over *meter.BudgetError
		require.ErrorAs(t, context.Cause(ctx), &over)
		require.InDelta(t, 0.1, float64(over.Used.Carbon), 0.0011, "within one tick")
		require.GreaterOrEqual(t, float64(over.Used.Carbon), 0.1)
		require.Contains(t, over.Error(), "meter: budget: 10")
		require.EqualValues(t, 1, warned.Load(), "once")
		work(time.Minute)
		used := stop()
		require.InDelta(t, 0.161, float64(used.Carbon), 1e-6, "who goes on uses on")
		work(time.Minute)
		require.Equal(t, used, stop())
	})
}

func TestBudgetThatWasSpentBefore(t *testing.T) {
	var spent meter.BudgetUse
	budgeted(t, meter.Budget{Carbon: 0.1}, func(ctx context.Context, stop func() meter.BudgetUse, work func(time.Duration)) {
		work(60 * time.Second)
		spent = stop()
		require.InDelta(t, 0.06, float64(spent.Carbon), 1e-6)
		require.ErrorIs(t, context.Cause(ctx), context.Canceled)
		work(time.Hour)
		require.Equal(t, spent, stop(), "a second stop does nothing")
	})
	budgeted(t, meter.Budget{Carbon: 0.1, Spent: spent}, func(ctx context.Context, stop func() meter.BudgetUse, work func(time.Duration)) {
		work(39 * time.Second)
		require.NoError(t, ctx.Err())
		work(2 * time.Second)
		require.Error(t, ctx.Err())
		require.InDelta(t, 0.1, float64(stop().Carbon), 0.0011)
	})
}

func TestBudgetOfEnergy(t *testing.T) {
	budgeted(t, meter.Budget{Energy: 10}, func(ctx context.Context, _ func() meter.BudgetUse, work func(time.Duration)) {
		work(9 * time.Second)
		require.NoError(t, ctx.Err())
		work(2 * time.Second)
		require.EqualError(t, context.Cause(ctx), "meter: budget: 10 J used of 10 J")
	})
	var none *meter.Meter
	ctx, stop := none.Budget(t.Context(), meter.Budget{Energy: 1, Spent: meter.BudgetUse{Energy: 3}})
	require.NoError(t, ctx.Err())
	require.Equal(t, meter.BudgetUse{Energy: 3}, stop())
	require.Error(t, ctx.Err())
}

func TestBudgetOfWhichNothingIsLeft(t *testing.T) {
	budgeted(t, meter.Budget{Energy: 10, Spent: meter.BudgetUse{Energy: 11}}, func(ctx context.Context, _ func() meter.BudgetUse, _ func(time.Duration)) {
		var over *meter.BudgetError
		require.ErrorAs(t, context.Cause(ctx), &over, "at once")
	})
}
