package meter_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/units"
)

// learning starts a meter that has to find the idle power of a package.
func learning(t *testing.T, opts ...meter.Option) (*metertest.Machine, *meter.Meter) {
	t.Helper()
	machine := metertest.New(100, metertest.Package(0))
	opts = append([]meter.Option{meter.WithReservation(meter.WholeMachine())}, opts...)
	return machine, begin(t, bare(machine, opts...))
}

// busy and quiet let a machine of 100 CPUs work at so many watts.
func busy(watts, seconds float64) metertest.Phase {
	return metertest.Phase{Busy: time.Duration(50 * seconds * 1e9), Energy: used("package-0", watts*seconds)}
}

func quiet(watts, seconds float64) metertest.Phase {
	return metertest.Phase{Busy: time.Duration(seconds * 1e9), Energy: used("package-0", watts*seconds)}
}

const idleNote = "idle power of package-0"

func TestIdlePowerIsLearned(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine, m := learning(t)
		first := window(t, m, func() { machine.Run(20*time.Second, busy(200, 20)) })
		require.InDelta(t, 0.2*200*20, first.Static.Joules(), 1, "0.2 of the highest sustained power at first")
		note := assumed(m)[idleNote]
		require.Contains(t, note.Value, "40")
		require.Contains(t, note.Remedy, "WithIdlePower")

		machine.Run(9*time.Second, quiet(50, 9))
		require.Contains(t, assumed(m), idleNote, "nine quiet seconds are too few")
		machine.Run(10*time.Second, quiet(50, 10))
		require.NotContains(t, assumed(m), idleNote)
		machine.Run(40*time.Second, quiet(70, 40))

		later := window(t, m, func() { machine.Run(20*time.Second, busy(200, 20)) })
		require.InDelta(t, 50*20, later.Static.Joules(), 1, "the low quantile of quiet powers")

		s, err := m.Read(t.Context())
		require.NoError(t, err)
		require.InDelta(t, first.Machine.Joules()+19*50+40*70+later.Machine.Joules(), s.Machine.Joules(), 1)
		require.Less(t, first.Static, later.Static, "what is settled stays as it was")
	})
}

// TestIdlePowerOfAnIdleMachine: one that works too little to be settled every
// second is as quiet as can be.
func TestIdlePowerOfAnIdleMachine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine, m := learning(t)
		machine.Run(61*time.Second, metertest.Phase{Busy: 61 * time.Millisecond, Energy: used("package-0", 61*50)})
		require.NotContains(t, assumed(m), idleNote)
		u := window(t, m, func() { machine.Run(20*time.Second, busy(200, 20)) })
		require.InDelta(t, 50*20, u.Static.Joules(), 100)
	})
}

func TestIdlePowerIsGiven(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine, m := learning(t, meter.WithIdlePower("package-0", 33, 0.2))
		require.NotContains(t, assumed(m), idleNote)
		u := window(t, m, func() {
			machine.Run(60*time.Second, quiet(50, 60))
			machine.Run(20*time.Second, busy(200, 20))
		})
		require.Equal(t, units.Microjoules(33*80*1e6), u.Static)
		// All that is idle is ours, and none of the work: 0.2 of 2640 J.
		require.InDelta(t, 0.2*2640, u.EnergyUncertainty()["idle:package-0"], 1e-6)
	})
}
