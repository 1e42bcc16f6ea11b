package meter_test

import (
	"errors"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// bare leaves a machine with nothing but its zones.
func bare(m *metertest.Machine, opts ...meter.Option) meter.Option {
	return meter.Options(append([]meter.Option{m.Options(), meter.WithoutRest(), meter.WithSite(sci.Site{PUE: 1})}, opts...)...)
}

func begin(t *testing.T, opts ...meter.Option) *meter.Meter {
	t.Helper()
	m, err := meter.Start(t.Context(), opts...)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, m.Stop()) })
	return m
}

// window returns what a machine uses while it runs.
func window(t *testing.T, m *meter.Meter, run func()) meter.Usage {
	t.Helper()
	task := m.Begin("window")
	run()
	u, err := task.End(t.Context())
	require.NoError(t, err)
	require.Equal(t, u.Machine, u.Microjoules+u.Others+u.IdleUnreserved)
	return u
}

func package0(watts units.Power) source.Zone {
	z := metertest.Package(0)
	z.Idle = watts
	return z
}

func used(zone string, j float64) map[string]units.Microjoules {
	return map[string]units.Microjoules{zone: joules(j)}
}

func TestPolicies(t *testing.T) {
	for name, tt := range map[string]struct {
		policy               meter.Policy
		charged, other, idle float64
	}{
		"case 36: marginal":     {meter.Marginal, 12.5, 37.5, 50},
		"case 36: proportional": {meter.Proportional, 25, 37.5, 37.5},
		"case 36: reserved":     {meter.Reserved, 18.75, 37.5, 43.75},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				machine := metertest.New(8, package0(10))
				m := begin(t, bare(machine, meter.WithPolicy(tt.policy), meter.WithReservation(meter.Reservation{CPUs: 1})))
				u := window(t, m, func() {
					machine.Run(5*time.Second, metertest.Phase{Own: time.Second, Busy: 4 * time.Second, Energy: used("package-0", 100)})
				})
				require.Equal(t, joules(tt.charged), u.Microjoules)
				require.Equal(t, joules(tt.other), u.Others)
				require.Equal(t, joules(tt.idle), u.IdleUnreserved)
				require.Equal(t, joules(100), u.Machine)
			})
		})
	}
}

func TestShares(t *testing.T) {
	t.Run("case 37: CPU time beyond that of the machine is carried", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			machine := metertest.New(8, package0(0.000001))
			m := begin(t, bare(machine, meter.WithPolicy(meter.Proportional)))
			u := window(t, m, func() {
				machine.Run(5*time.Second, metertest.Phase{Own: 4010 * time.Millisecond, Busy: 4 * time.Second, Energy: used("package-0", 100)})
			})
			require.Equal(t, joules(100), u.Microjoules)
			require.Zero(t, u.Others)
			u = window(t, m, func() {
				machine.Run(5*time.Second, metertest.Phase{Own: 990 * time.Millisecond, Busy: 4 * time.Second, Energy: used("package-0", 100)})
			})
			require.InDelta(t, 25, float64(u.Energy()), 0.01, "the carried 10 ms are paid for here")
		})
	})
	t.Run("case 41: less than idle is idle", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			machine := metertest.New(8, package0(10))
			m := begin(t, bare(machine, meter.WithReservation(meter.Reservation{CPUs: 2})))
			u := window(t, m, func() {
				machine.Run(5*time.Second, metertest.Phase{Own: time.Second, Busy: 4 * time.Second, Energy: used("package-0", 30)})
			})
			require.Equal(t, joules(7.5), u.Microjoules)
			require.Equal(t, u.Microjoules, u.Static)
			require.Zero(t, u.Others)
			require.Equal(t, joules(22.5), u.IdleUnreserved)
		})
	})
	t.Run("case 43: nobody works", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			machine := metertest.New(8, package0(6))
			m := begin(t, bare(machine, meter.WithPolicy(meter.Proportional)))
			u := window(t, m, func() { machine.Run(5*time.Second, metertest.Phase{Energy: used("package-0", 30)}) })
			require.Zero(t, u.Microjoules)
			require.Equal(t, joules(30), u.IdleUnreserved)
		})
	})
	t.Run("dynamic energy of a machine in which nobody works is of others", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			machine := metertest.New(8, package0(6))
			m := begin(t, bare(machine, meter.WithReservation(meter.Reservation{CPUs: 8})))
			u := window(t, m, func() { machine.Run(5*time.Second, metertest.Phase{Energy: used("package-0", 50)}) })
			require.Equal(t, joules(30), u.Microjoules)
			require.Equal(t, joules(20), u.Others)
		})
	})
	t.Run("case 42: pinned to socket 1, nothing of package 0", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			p1 := metertest.Package(1)
			p1.Idle = 0.000001
			machine := metertest.New(8, package0(0.000001), p1)
			machine.Pin(1, 2)
			m := begin(t, bare(machine, meter.WithPolicy(meter.Proportional)))
			u := window(t, m, func() {
				machine.Run(5*time.Second, metertest.Phase{Own: 2 * time.Second, Busy: 4 * time.Second, Energy: map[string]units.Microjoules{
					"package-0": joules(80), "package-1": joules(60),
				}})
			})
			require.Zero(t, u.Zones[0].Charged)
			require.InDelta(t, 30, u.Zones[1].Charged.Joules(), 1e-5)
		})
	})
	t.Run("case 46: asleep, nothing flows", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			machine := metertest.New(8, package0(10))
			m := begin(t, bare(machine, meter.WithReservation(meter.WholeMachine()), meter.WithGrid(intensity.Country("FR"))))
			u := window(t, m, func() {
				machine.Run(2*time.Second, metertest.Phase{Own: time.Second, Busy: time.Second, Energy: used("package-0", 30)})
				machine.Suspend(time.Hour)
				machine.Run(3*time.Second, metertest.Phase{Own: time.Second, Busy: time.Second, Energy: used("package-0", 40)})
			})
			require.Equal(t, joules(50), u.Static, "10 W for the 5 s awake")
			require.Equal(t, time.Hour, u.Suspended)
			require.Equal(t, 5*time.Second, u.Duration())
		})
	})
	t.Run("the machine as the scope", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			machine := metertest.New(8, package0(10))
			machine.Whole()
			m := begin(t, bare(machine))
			u := window(t, m, func() { machine.Run(5*time.Second, metertest.Phase{Energy: used("package-0", 100)}) })
			require.Equal(t, joules(100), u.Microjoules)
			require.Equal(t, u.Machine, u.Microjoules)
		})
	})
}

// TestReadErrorsLoseNothing: the energy of the gap is shared by the CPU time of
// the gap, and priced by the intensities it crosses.
func TestReadErrorsLoseNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(0.000001))
		m := begin(t, bare(machine, meter.WithPolicy(meter.Proportional), meter.WithGrid(halves(time.Now(), 100, 500))))
		broken := errors.New("input/output error")
		u := window(t, m, func() {
			machine.Run(100*time.Second, metertest.Phase{Own: 100 * time.Second, Busy: 100 * time.Second, Energy: used("package-0", 1000)})
			machine.Fail("package-0", broken)
			machine.Run(200*time.Second, metertest.Phase{Own: 100 * time.Second, Busy: 200 * time.Second, Energy: used("package-0", 2000)})
			var s meter.Snapshot
			m.Last(&s)
			require.ErrorIs(t, s.Missing, broken)
			require.Len(t, m.Sources().Skipped, 1)
			machine.Run(200*time.Second, metertest.Phase{Busy: 200 * time.Second, Energy: used("package-0", 2000)})
			machine.Fail("package-0", nil)
			machine.Run(time.Second, metertest.Phase{Busy: time.Second, Energy: used("package-0", 10)})
		})
		require.NoError(t, u.Missing)
		// 1000 J of ours, and of 4000 J in the gap a quarter: 100 of 400 CPU-s.
		require.InDelta(t, 2000, float64(u.Energy()), 0.1)
		require.Equal(t, joules(5010), u.Machine)
		// The gap is even: half of it at 100 g/kWh, half at 500.
		want := (1000*100 + 1000*300) / 3.6e6
		require.InDelta(t, want, float64(u.Operational), 0.005*want)
	})
}

func TestScopeErrorsLoseNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(0.000001))
		m := begin(t, bare(machine, meter.WithPolicy(meter.Proportional)))
		u := window(t, m, func() {
			machine.FailScope(meter.ErrDenominator)
			machine.Run(10*time.Second, metertest.Phase{Own: 5 * time.Second, Busy: 10 * time.Second, Energy: used("package-0", 100)})
			s, err := m.Read(t.Context())
			require.NoError(t, err)
			require.ErrorIs(t, s.Missing, meter.ErrDenominator)
			require.Zero(t, s.Machine)
			machine.FailScope(nil)
		})
		require.InDelta(t, 50, float64(u.Energy()), 1e-3)
		require.Equal(t, joules(100), u.Machine)
	})
}

// TestUnsettled: energy waits until enough work was done to share it by.
func TestUnsettled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(1))
		m := begin(t, bare(machine, meter.WithPolicy(meter.Proportional)))
		machine.Run(30*time.Second+time.Millisecond, metertest.Phase{Own: 10 * time.Millisecond, Busy: 100 * time.Millisecond, Energy: used("package-0", 60)})
		var s meter.Snapshot
		m.Last(&s)
		require.Zero(t, s.Machine)
		require.InDelta(t, 60, s.Zones[0].Counter.Joules(), 0.1)
		machine.Run(31*time.Second, metertest.Phase{Own: 10 * time.Millisecond, Busy: 100 * time.Millisecond, Energy: used("package-0", 60)})
		m.Last(&s)
		require.InDelta(t, 120, s.Machine.Joules(), 3, "a minute is long enough")
		machine.Run(time.Second, metertest.Phase{Own: time.Millisecond, Busy: 10 * time.Millisecond, Energy: used("package-0", 2)})
		s, err := m.Read(t.Context())
		require.NoError(t, err)
		require.Equal(t, joules(122), s.Machine, "a reading settles")
	})
}

// TestConserved: whatever scopes and policies, what is charged, of others and
// idle is the machine, zone by zone, and the accounts are the scope.
func TestConserved(t *testing.T) {
	for seed := range uint64(40) {
		synctest.Test(t, func(t *testing.T) {
			r := rand.New(rand.NewPCG(seed, 1))
			zones := []source.Zone{metertest.Package(0), metertest.Package(1), metertest.DRAM(0)}
			wall := metertest.Package(2)
			wall.Level, wall.Origin.Method = source.AtNodeAC, source.Estimated
			zones = append(zones[:1+r.IntN(3)], wall)
			for i := range zones {
				zones[i].Idle = units.Power(r.IntN(3) * r.IntN(50))
			}
			machine := metertest.New(1+r.IntN(64), zones...)
			opts := []meter.Option{
				machine.Options(), meter.WithPolicy(meter.Policy(r.IntN(4))), meter.WithRest(units.Power(r.IntN(100)), 0.5),
				meter.WithEfficiency(0.8+0.2*r.Float64(), 0.02), meter.WithSite(sci.Site{PUE: units.PUE(1 + r.Float64())}),
				meter.WithInterval(time.Duration(100+r.IntN(3000)) * time.Millisecond),
			}
			if r.IntN(2) == 0 {
				opts = append(opts, meter.WithReservation(meter.Reservation{CPUs: 0.5 + r.Float64(), MemoryGB: r.Float64()}))
			}
			if r.IntN(3) > 0 {
				opts = append(opts, meter.WithGrid(halves(time.Now(), units.Intensity(r.IntN(900)), units.Intensity(r.IntN(900)))))
			}
			if r.IntN(4) == 0 {
				machine.Whole()
			}
			if r.IntN(4) == 0 {
				machine.Pin(r.IntN(2), 2)
			}
			m := begin(t, opts...)
			before, err := m.Read(t.Context())
			require.NoError(t, err)
			total := map[string]units.Microjoules{}
			for range 1 + r.IntN(12) {
				p := metertest.Phase{Energy: map[string]units.Microjoules{}}
				p.Busy = time.Duration(r.Int64N(int64(40 * time.Second)))
				p.Own = time.Duration(r.Int64N(int64(p.Busy) + int64(time.Second)))
				for _, z := range zones {
					p.Energy[z.ID] = units.Microjoules(r.Uint64N(5e9))
					total[z.ID] += p.Energy[z.ID]
				}
				if r.IntN(3) == 0 {
					machine.Fail(zones[0].ID, errors.New("later"))
				}
				machine.Run(time.Duration(1+r.Int64N(int64(90*time.Second))), p)
				machine.Fail(zones[0].ID, nil)
				check(t, m)
			}
			after, err := m.Read(t.Context())
			require.NoError(t, err)
			u, err := after.Sub(before)
			require.NoError(t, err)
			conserved(t, u)
			for _, z := range u.Zones {
				if want, ok := total[z.Zone.ID]; ok && u.Missing == nil && z.Total != 0 {
					require.Equal(t, want, z.Total, z.Zone.ID)
				}
			}
		})
	}
}

// check reads a meter and holds what is true at any time.
func check(t *testing.T, m *meter.Meter) {
	t.Helper()
	s, err := m.Read(t.Context())
	require.NoError(t, err)
	require.Equal(t, s.Machine, s.Microjoules+s.Others+s.IdleUnreserved)
	u, err := s.Sub(s)
	require.NoError(t, err)
	require.Zero(t, u.Microjoules)
}

func conserved(t *testing.T, u meter.Usage) {
	t.Helper()
	var machine, charged, accounts, unpriced units.Microjoules
	var grams, inAccounts units.Carbon
	for _, z := range u.Zones {
		require.Equal(t, z.Total, z.Charged+z.Others+z.IdleUnreserved, z.Zone.ID)
		require.LessOrEqual(t, z.Static, z.Charged)
		machine += z.Total
		charged += z.Charged
		grams += z.Operational
	}
	for _, a := range u.Accounts {
		accounts += a.Microjoules
		unpriced += a.Unpriced
		inAccounts += a.Operational
	}
	require.Equal(t, u.Machine, machine)
	require.Equal(t, u.Microjoules, charged)
	require.Equal(t, int64(u.Microjoules), int64(accounts)+u.Pending)
	require.LessOrEqual(t, u.Unpriced, u.Microjoules)
	require.InEpsilon(t, float64(u.Operational)+1, float64(grams)+1, 1e-9)
	if u.Pending == 0 {
		require.Equal(t, u.Unpriced, unpriced)
		require.InEpsilon(t, float64(u.Operational)+1, float64(inAccounts)+1, 1e-9)
	}
	var stepped units.FacilityEnergy
	var booked units.Carbon
	for _, s := range u.Steps {
		require.False(t, s.End.Before(s.Start))
		stepped += s.Energy
		booked += s.Booked
	}
	require.InEpsilon(t, float64(u.Facility)+1, float64(stepped)+1, 1e-9)
	require.InEpsilon(t, float64(u.Operational)+1, float64(booked)+1, 1e-9)
}

// TestRoundingIsCumulative: a share that is no whole number of microjoules is
// rounded as a sum, however often the meter reads.
func TestRoundingIsCumulative(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, package0(0.000001))
		m := begin(t, bare(machine, meter.WithPolicy(meter.Proportional), meter.WithInterval(10*time.Millisecond)))
		u := window(t, m, func() {
			for range 1000 {
				machine.Run(time.Second, metertest.Phase{Own: time.Second, Busy: 3 * time.Second, Energy: map[string]units.Microjoules{"package-0": 100}})
			}
		})
		require.Equal(t, units.Microjoules(100_000), u.Machine)
		require.InDelta(t, 33_333, float64(u.Microjoules), 1)
	})
}

// TestStraddling: energy that was read once over a change of intensity has the
// price of both sides, by time.
func TestStraddling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signal := intensity.AverageLifecycle(intensity.Production)
		at := func(s float64) time.Time { return time.Now().Add(time.Duration(s * 1e9)) }
		point := func(from, to float64, v units.Intensity) intensity.Point {
			return intensity.Point{Start: at(from), End: at(to), Value: v, Signal: signal, Quality: intensity.Measured, Zone: "script"}
		}
		// Case A3: 1000 J over 20 s, 30 and then 100 g/kWh; here 7 s and 13 s.
		grid := &intensity.Series{Points: []intensity.Point{point(-1, 17, 30), point(17, 1000, 100)}}
		machine := metertest.New(8, package0(0.000001))
		m := begin(t, bare(machine, meter.WithPolicy(meter.Proportional), meter.WithInterval(time.Hour), meter.WithGrid(grid)))
		machine.Run(10*time.Second, metertest.Phase{Own: time.Second, Busy: time.Second})
		u := window(t, m, func() {
			machine.Run(20*time.Second, metertest.Phase{Own: time.Second, Busy: time.Second, Energy: used("package-0", 1000)})
		})
		require.InEpsilon(t, (350.0*30+650*100)/3.6e6, float64(u.Operational), 1e-9)
		require.Len(t, u.Steps, 2, "one for each intensity")
		conserved(t, u)
	})
}
