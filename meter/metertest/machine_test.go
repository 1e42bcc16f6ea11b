package metertest_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

func energies(t *testing.T, s meter.Source) map[string]units.Microjoules {
	t.Helper()
	got, err := s.Read(nil)
	require.NoError(t, err)
	m := map[string]units.Microjoules{}
	for _, r := range got {
		m[r.Zone] = r.Total
	}
	return m
}

func TestMachineIsExactAtAnyInstant(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := metertest.New(4, metertest.Package(0), metertest.DRAM(12))
		s, scope := m.Source(), m.Scope()
		began := time.Now()
		// 7 s is no divisor of anything here: each figure is rounded down.
		go m.Run(7*time.Second, metertest.Phase{
			Own: time.Second, Busy: 2 * time.Second,
			Energy: map[string]units.Microjoules{"package-0": 1<<63 + 1, "dram-12": 1},
		})
		rng := rand.New(rand.NewPCG(1, 2))
		var c meter.CPU
		for at := time.Duration(0); at < 7*time.Second; at += time.Duration(rng.Int64N(int64(time.Second))) {
			time.Sleep(time.Until(began.Add(at)))
			synctest.Wait()
			require.NoError(t, scope.Read(&c))
			require.Equal(t, at/7, c.Own)
			require.Equal(t, at*2/7, c.Busy)
			got := energies(t, s)
			require.Zero(t, got["dram-12"], "a microjoule is used when it is whole")
			require.InEpsilon(t, float64(1<<63)*at.Seconds()/7+1, float64(got["package-0"])+1, 1e-9)
		}
		time.Sleep(time.Until(began.Add(7 * time.Second)))
		synctest.Wait()
		want := map[string]units.Microjoules{"package-0": 1<<63 + 1, "dram-12": 1}
		require.Equal(t, want, energies(t, s), "at the end it is all used")
		time.Sleep(time.Hour)
		require.Equal(t, want, energies(t, s), "and then no more")
		busy, err := m.Busy()
		require.NoError(t, err)
		require.Equal(t, 2*time.Second, busy)
	})
}

// Several programs run phases of their own while others read.
func TestMachineConserves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := metertest.New(8, metertest.Package(0))
		s := m.Source()
		var running sync.WaitGroup
		var own time.Duration
		var energy units.Microjoules
		rng := rand.New(rand.NewPCG(3, 4))
		for range 5 {
			var phases []metertest.Phase
			for range 20 {
				p := metertest.Phase{
					Own:    time.Duration(rng.Int64N(1e9)),
					Energy: map[string]units.Microjoules{"package-0": units.Microjoules(rng.Uint64N(1e9))},
				}
				own, energy = own+p.Own, energy+p.Energy["package-0"]
				phases = append(phases, p)
			}
			running.Go(func() {
				for i, p := range phases {
					m.Run(time.Duration(i+1)*137*time.Millisecond, p)
				}
			})
		}
		for range 5 {
			running.Go(func() {
				last := units.Microjoules(0)
				for range 1000 {
					now := energies(t, s)["package-0"]
					require.GreaterOrEqual(t, now, last)
					last = now
					time.Sleep(31 * time.Millisecond)
				}
			})
		}
		running.Wait()
		var c meter.CPU
		require.NoError(t, m.Scope().Read(&c))
		require.Equal(t, own, c.Own)
		require.Equal(t, energy, energies(t, s)["package-0"])
	})
}

func TestMachineRefusesWhatIsNotThere(t *testing.T) {
	m := metertest.New(1, metertest.Package(0))
	require.PanicsWithValue(t, `metertest: run: the machine has no zone "pkg"`, func() {
		m.Run(0, metertest.Phase{Energy: map[string]units.Microjoules{"pkg": 1}})
	})
	require.Panics(t, func() { m.Pin(2, 2) })
}

func TestMachineFailsWhatItIsTold(t *testing.T) {
	m := metertest.New(2, metertest.Package(0), metertest.DRAM(0))
	s := m.Source()
	gone := errors.New("gone")
	m.Fail("dram-0", gone)
	got, err := s.Read(nil)
	require.ErrorIs(t, err, gone)
	require.Len(t, got, 1)
	require.Equal(t, "dram-0", s.Report().Skipped[0].What)
	m.Run(0, metertest.Phase{Energy: map[string]units.Microjoules{"dram-0": 5}})
	m.Fail("dram-0", nil)
	require.EqualValues(t, 5, energies(t, s)["dram-0"], "what was used meanwhile")

	m.FailScope(gone)
	require.ErrorIs(t, m.Scope().Read(new(meter.CPU)), gone)
	_, err = m.Busy()
	require.ErrorIs(t, err, gone)

	other := m.Source()
	require.False(t, m.Closed())
	require.NoError(t, s.Close())
	require.True(t, m.Closed())
	require.Len(t, energies(t, other), 2, "each source is closed for itself")
}

func TestMachineScope(t *testing.T) {
	m := metertest.New(8, metertest.Package(0))
	m.Reserve(map[source.Kind]float64{source.CPU: 0.25})
	m.Pin(1, 2)
	m.Suspend(time.Minute)
	m.Run(0, metertest.Phase{Own: 1, Busy: 2})
	var c meter.CPU
	for range 2 { // memory of c is used again
		require.NoError(t, m.Scope().Read(&c))
		half := meter.CPU{CPUs: 4, Reserved: c.Reserved}
		ours := half
		ours.Own, ours.Busy = 1, 2
		require.Equal(t, meter.CPU{
			Own: 1, Busy: 2, Suspend: time.Minute, CPUs: 8,
			Reserved: map[source.Kind]float64{source.CPU: 0.25}, Sockets: []meter.CPU{half, ours},
		}, c)
	}
	m.Whole()
	require.NoError(t, m.Scope().Read(&c))
	require.True(t, c.Whole)
}

// What Start gives is the script and nothing of the machine below it.
func TestStart(t *testing.T) {
	machine := metertest.New(4, metertest.Package(0))
	var m *meter.Meter
	t.Run("meter", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m = metertest.Start(t, machine, meter.WithGrid(intensity.Country("FR")),
				meter.WithReservation(meter.WholeMachine()), meter.WithIdlePower("package-0", 10, 0))
			u, err := m.Measure(t.Context(), "", func(context.Context) error {
				machine.Run(time.Hour, metertest.Phase{
					Own: time.Hour, Busy: 2 * time.Hour,
					Energy: map[string]units.Microjoules{"package-0": 72_000e6},
				})
				return nil
			})
			require.NoError(t, err)
			require.EqualValues(t, 72_000e6, u.Machine, "no rest and no loss")
			require.EqualValues(t, 54_000e6, u.Microjoules, "10 W of idle, and half of the other 10 W")
			require.Equal(t, units.FacilityEnergy(54_000), u.Facility, "PUE is 1")
			require.InEpsilon(t, 1, float64(u.Embodied), 1e-12, "1 g an hour")
			require.Len(t, u.Zones, 1)
			require.False(t, machine.Closed())
		})
	})
	require.True(t, machine.Closed(), "stopped at the end of the test")
}
