package meter_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

// owners are the accounts of u by name.
func owners(t *testing.T, accounts []meter.AccountTotal) map[string]meter.AccountTotal {
	t.Helper()
	out := map[string]meter.AccountTotal{}
	for _, a := range accounts {
		require.NotContains(t, out, a.Account.Name())
		out[a.Account.Name()] = a
	}
	return out
}

// shared checks that the accounts own all of what was charged.
func shared(t *testing.T, u meter.Usage) {
	t.Helper()
	var m float64
	for _, a := range u.Accounts {
		m += float64(a.Embodied)
	}
	require.InDelta(t, float64(u.Embodied), m, 1e-9*float64(u.Embodied)+1e-12)
	conserved(t, u)
}

// busyMeter meters a machine on which only this scope works, with no idle power.
func busyMeter(t *testing.T, opts ...meter.Option) (*meter.Meter, *metertest.Machine) {
	t.Helper()
	machine := metertest.New(2, package0(1e-9))
	return begin(t, bare(machine, append([]meter.Option{meter.WithPolicy(meter.Marginal)}, opts...)...)), machine
}

func workFor(machine *metertest.Machine, d time.Duration, j float64) {
	machine.Run(d, metertest.Phase{Own: d, Busy: d, Energy: used("package-0", j)})
}

func TestAccountsInFlight(t *testing.T) {
	for name, tt := range map[string]struct {
		weight float64 // of A
		a, b   float64
	}{
		"case 44: requests that overlap share the time": {1, 15, 15},
		"case 44: with weights 2:1":                     {2, 16.666667, 13.333333},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				// One reading at the end: within an interval power is constant.
				m, machine := busyMeter(t, meter.WithInterval(time.Hour))
				a, b := m.Ledger().Account("A"), m.Ledger().Account("B")
				u := window(t, m, func() {
					ra := a.BeginWeight(tt.weight)
					workFor(machine, time.Second, 10)
					rb := b.Begin()
					workFor(machine, time.Second, 10)
					ra.End()
					workFor(machine, time.Second, 10)
					rb.End()
				})
				got := owners(t, u.Accounts)
				require.InDelta(t, tt.a, got["A"].Microjoules.Joules(), 1.5e-6)
				require.InDelta(t, tt.b, got["B"].Microjoules.Joules(), 1.5e-6)
				require.Zero(t, got[meter.UnattributedAccount].Microjoules)
				require.Equal(t, joules(30), u.Microjoules)
				shared(t, u)
			})
		})
	}
}

func TestAccountsOfNoTime(t *testing.T) {
	t.Run("case 45: a request of 0 ns", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m, machine := busyMeter(t)
			u := window(t, m, func() {
				m.Ledger().Begin("A").End()
				workFor(machine, 10*time.Second, 30)
			})
			got := owners(t, u.Accounts)
			require.Zero(t, got["A"].Microjoules)
			require.Equal(t, joules(30), got[meter.UnattributedAccount].Microjoules, "nobody else was there")
			shared(t, u)
		})
	})
	t.Run("case 45: 10 000 at once", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m, machine := busyMeter(t)
			var all sync.WaitGroup
			u := window(t, m, func() {
				for i := range 10_000 {
					a := m.Ledger().Account(fmt.Sprint(i % 100))
					all.Go(func() {
						defer a.Begin().End()
						time.Sleep(time.Duration(i) * time.Millisecond)
						a.Count("request", 1)
					})
				}
				workFor(machine, 10*time.Second, 30)
				all.Wait()
			})
			require.Equal(t, joules(30), u.Microjoules)
			require.Equal(t, 10_000.0, u.R("request"))
			require.Zero(t, owners(t, u.Accounts)[meter.UnattributedAccount].Microjoules)
			shared(t, u)
		})
	})
	t.Run("case 45: nothing is allocated", func(t *testing.T) {
		m, _ := busyMeter(t)
		a := m.Ledger().Account("A")
		a.Count("request", 1)
		require.Zero(t, testing.AllocsPerRun(1000, func() {
			defer a.Begin().End()
			a.Count("request", 1)
		}))
	})
}

func TestAccountsByWeight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, machine := busyMeter(t, meter.WithAttribution(meter.Weights))
		a, b := m.Ledger().Account("A"), m.Ledger().Account("B")
		u := window(t, m, func() {
			a.Begin().End() // of another attribution
			workFor(machine, 10*time.Second+time.Millisecond, 30)
			a.Charge(20e6)
			b.Charge(9e6)
			m.Ledger().Account("").Charge(1e6)
		})
		got := owners(t, u.Accounts)
		require.Equal(t, joules(20), got["A"].Microjoules)
		require.Equal(t, joules(9), got["B"].Microjoules)
		require.Equal(t, joules(1), got[meter.UnattributedAccount].Microjoules)
		require.Equal(t, meter.Weights, u.Method.Attribution)
		shared(t, u)

		u = window(t, m, func() { workFor(machine, 10*time.Second, 30) })
		require.Equal(t, joules(30), owners(t, u.Accounts)[meter.UnattributedAccount].Microjoules, "what was charged before is spent")
		shared(t, u)

		var from, to meter.Snapshot
		m.Last(&from)
		workFor(machine, 30*time.Second+time.Millisecond, 30)
		m.Last(&to)
		u, err := to.Sub(from)
		require.NoError(t, err)
		require.Positive(t, u.Pending, "for a minute, unless somebody asks")
		shared(t, u)
		_, err = m.Read(t.Context())
		require.NoError(t, err)
		from = to
		to = meter.Snapshot{}
		m.Last(&to)
		u, err = to.Sub(from)
		require.NoError(t, err)
		require.Negative(t, u.Pending, "of what was charged before")
		shared(t, u)
	})
}

// Over many intervals of a few microjoules nobody is rounded away.
func TestAccountsAreRoundedFairly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, machine := busyMeter(t, meter.WithAttribution(meter.Weights))
		names := []string{"A", "B", "C", "D", "E", "F", "G"}
		u := window(t, m, func() {
			for range 1000 {
				for _, n := range names {
					m.Ledger().Account(n).Charge(1)
				}
				workFor(machine, time.Second, 3e-6)
				_, err := m.Read(t.Context())
				require.NoError(t, err)
			}
		})
		for _, n := range names {
			require.InDelta(t, 3e-3/7, owners(t, u.Accounts)[n].Microjoules.Joules(), 4e-6, n)
		}
		shared(t, u)
	})
}

func TestAccountsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, machine := busyMeter(t, meter.WithMaxAccounts(10))
		u := window(t, m, func() {
			for i := range 1_000_000 {
				r := m.Ledger().Account("user", meter.Label{Key: "id", Value: fmt.Sprint(i)}).Begin()
				if i >= 20 {
					r.End()
				}
			}
			workFor(machine, 10*time.Second, 30)
		})
		require.Len(t, u.Accounts, 10+3)
		require.Equal(t, joules(15), owners10(u)[meter.OverflowAccount])
		shared(t, u)
	})
}

func owners10(u meter.Usage) map[string]units.Microjoules {
	sums := map[string]units.Microjoules{}
	for _, a := range u.Accounts {
		sums[a.Account.Name()] += a.Microjoules
	}
	return sums
}

func TestAccountNames(t *testing.T) {
	m, _ := busyMeter(t)
	l := m.Ledger()
	a := l.Account("GET /x", meter.Label{Key: "tenant", Value: "b"}, meter.Label{Key: "model", Value: "m"})
	require.Same(t, a, l.Account("GET /x", meter.Label{Key: "model", Value: "m"}, meter.Label{Key: "tenant", Value: "b"}), "in any order")
	require.NotSame(t, a, l.Account("GET /x", meter.Label{Key: "tenant", Value: "c"}))
	require.Equal(t, "__idle", l.Account(meter.IdleAccount).Name())
	require.NotContains(t, l.Account("a\x00b\x1b[31m").Name(), "\x1b")
	require.Equal(t, meter.UnattributedAccount, l.Account("").Name())

	var none *meter.Meter
	none.Ledger().Begin("x").End()
	none.Ledger().Account("x").Count("request", 1)
	none.Ledger().Account("x").Charge(1)
	(meter.Region{}).End()
}

// Units that are counted for an account are those of the scope, too.
func TestAccountCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, machine := busyMeter(t)
		a, b := m.Ledger().Account("A"), m.Ledger().Account("B")
		a.Count("request", 5)
		u := window(t, m, func() {
			a.Count("request", 2)
			b.Count("request", 3)
			b.Count("token.output", 7)
			m.Count("request", 1)
			for _, wrong := range []float64{-1, 0} {
				a.Count("request", wrong)
			}
			workFor(machine, time.Second, 1)
		})
		require.Equal(t, 6.0, u.R("request"))
		require.Equal(t, []meter.Count{{Unit: "request", N: 2}}, owners(t, u.Accounts)["A"].Counts)
		require.Equal(t, 7.0, u.R("token.output"))
	})
}

// Regions of a million shapes, in any order, and ended twice: all that is charged
// is owned, and by nobody twice.
func TestAccountsConserve(t *testing.T) {
	for seed := range uint64(20) {
		synctest.Test(t, func(t *testing.T) {
			wait(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC))
			r := rand.New(rand.NewPCG(seed, 1))
			machine := metertest.New(2, metertest.Package(0), card("gpu/0", h100))
			opts := []meter.Option{machine.Options(), meter.WithAttribution(meter.Attribution(seed % 2)), meter.WithSite(sci.Site{PUE: 1.3})}
			if seed%3 > 0 {
				// A grid that does not know every hour.
				opts = append(opts, meter.WithGrid(gridOf(7*time.Second, 100, 300, 50)))
			}
			m := begin(t, opts...)
			task := m.Begin("all")
			var open []meter.Region
			for range 200 {
				a := m.Ledger().Account(fmt.Sprint(r.IntN(12)))
				switch r.IntN(4) {
				case 0:
					open = append(open, a.BeginWeight(r.Float64()*3-0.5))
				case 1:
					if n := len(open); n > 0 {
						i := r.IntN(n)
						open[i].End()
						if r.IntN(5) > 0 {
							open = append(open[:i], open[i+1:]...)
						}
					}
				case 2:
					a.Charge(r.ExpFloat64())
				case 3:
					d := time.Duration(r.IntN(1500)) * time.Millisecond
					machine.Run(d, metertest.Phase{Own: d, Busy: 2 * d, Energy: map[string]units.Microjoules{
						"package-0": units.Microjoules(r.IntN(1e8)), "gpu/0": units.Microjoules(r.IntN(1e9))}})
				}
			}
			u, err := task.End(context.Background())
			require.NoError(t, err)
			shared(t, u)
			full := u
			full.Accounts = u.Full()
			shared(t, full)
			require.NotContains(t, owners(t, full.Accounts), meter.IdleAccount)
			again(t, u)
		})
	}
}

// A snapshot into memory that is used again allocates nothing, accounts or not.
func TestAccountsAllocateNothing(t *testing.T) {
	m, _ := busyMeter(t)
	for i := range 100 {
		a := m.Ledger().Account(fmt.Sprint(i))
		a.Count("request", 1)
		a.Begin()
	}
	var s meter.Snapshot
	m.Last(&s)
	m.Last(&s)
	require.Zero(t, testing.AllocsPerRun(100, func() { m.Last(&s) }))
}
