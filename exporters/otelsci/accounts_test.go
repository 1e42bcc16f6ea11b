package otelsci_test

import (
	"fmt"
	"reflect"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
	sdk "go.opentelemetry.io/otel/sdk/metric"

	"github.com/scimeter/scimeter/exporters/otelsci"
	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/units"
)

// A script is a meter that says what it is told to.
type script struct{ meter.Snapshot }

func (s *script) Last(to *meter.Snapshot) { *to = s.Snapshot }

// account makes an account. Package meter makes none but its own yet.
func account(name string, labels ...meter.Label) *meter.Account {
	a := &meter.Account{}
	set := func(field string, v any) {
		f := reflect.ValueOf(a).Elem().FieldByName(field)
		reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem().Set(reflect.ValueOf(v))
	}
	set("name", name)
	set("labels", labels)
	return a
}

// own adds an account that owns so many joules and grams.
func (s *script) own(a *meter.Account, joules uint64, grams units.Carbon, counts ...meter.Count) {
	t := meter.Totals{Microjoules: units.Microjoules(joules * 1e6), Operational: grams}
	s.Accounts = append(s.Accounts, meter.AccountTotal{Account: a, Totals: t, Counts: counts})
	s.Microjoules += t.Microjoules
}

// play registers s.
func (s *script) play(t *testing.T, opts ...otelsci.Option) *sdk.ManualReader {
	t.Helper()
	reader := sdk.NewManualReader()
	mp := sdk.NewMeterProvider(sdk.WithReader(reader))
	_, err := otelsci.RegisterScript(s, &meter.Method{}, append(opts, otelsci.WithMeterProvider(mp))...)
	require.NoError(t, err)
	return reader
}

func TestLabels(t *testing.T) {
	var s script
	s.Signal = intensity.AverageLifecycle(intensity.Production)
	search := account("search", meter.Label{Key: "http.route", Value: "/search"}, meter.Label{Key: "tenant", Value: ""},
		meter.Label{Key: "sci.component", Value: "mine"}, meter.Label{Value: "no key"})
	s.own(search, 3, 2)
	all := collect(t, s.play(t))
	require.Equal(t, map[string]float64{
		"http.route=/search,sci.account=search,sci.component=mine": 3,
	}, values(all["sci.energy"]))
	require.Equal(t, map[string]float64{
		"http.route=/search,sci.account=search,sci.component=operational": 2,
	}, values(all["sci.emissions"]), "what is ours comes last")
}

// Past the limit accounts are together, where they stay.
func TestAccountLimit(t *testing.T) {
	var s script
	s.own(account(meter.IdleAccount), 1000, 0)
	for i := range 4 {
		s.own(account(fmt.Sprint("route ", i)), 1<<i, 0)
	}
	s.own(account(meter.UnattributedAccount), 500, 0)
	reader := s.play(t, otelsci.WithAccountLimit(2))
	want := map[string]float64{
		"sci.account=_idle": 1000, "sci.account=_unattributed": 500,
		"sci.account=route 0": 1, "sci.account=route 1": 2, "sci.account=_OTHER": 4 + 8,
	}
	require.Equal(t, want, values(collect(t, reader)["sci.energy"]))
	s.own(account(otelsci.OtherAccount), 16, 0) // of the meter's own limit
	s.own(account("route 1"), 32, 0)            // of another ledger
	want["sci.account=_OTHER"] += 16
	want["sci.account=route 1"] += 32
	all := collect(t, reader)
	require.Equal(t, want, values(all["sci.energy"]))
	require.Equal(t, s.Microjoules, microjoules(all["sci.energy"]))
}

func TestDefaultAccountLimit(t *testing.T) {
	var s script
	for i := range 2000 {
		s.own(account(fmt.Sprint("route ", i)), 1, 0)
	}
	all := collect(t, s.play(t))
	got := values(all["sci.energy"])
	require.Len(t, got, otelsci.DefaultAccountLimit+1)
	require.Equal(t, 2000.0-otelsci.DefaultAccountLimit, got["sci.account=_OTHER"])
}

func TestCountsOfAccounts(t *testing.T) {
	var s script
	s.own(account("search"), 1, 0, meter.Count{Unit: "request", N: 30}, meter.Count{Unit: "token", N: 900})
	s.own(account("buy"), 1, 0, meter.Count{Unit: "request", N: 5})
	s.Counts = []meter.Count{{Unit: "request", N: 42}, {Unit: "token", N: 900}, {Unit: "job", N: 1}}
	require.Equal(t, map[string]float64{
		"sci.account=search,sci.functional_unit=request": 30,
		"sci.account=search,sci.functional_unit=token":   900,
		"sci.account=buy,sci.functional_unit=request":    5,
		"sci.functional_unit=request":                    7, // for no account
		"sci.functional_unit=job":                        1,
	}, values(collect(t, s.play(t))["sci.functional_units"]))
}

func TestUnitLimit(t *testing.T) {
	var s script
	var counts []meter.Count
	for i := range 100 {
		counts = append(counts, meter.Count{Unit: fmt.Sprint("unit ", i), N: 1})
		s.Counts = append(s.Counts, meter.Count{Unit: fmt.Sprint("unit ", i), N: 3})
	}
	s.own(account("search"), 1, 0, counts...)
	got := values(collect(t, s.play(t))["sci.functional_units"])
	require.Len(t, got, 2*64)
	require.Equal(t, 37.0, got["sci.account=search,sci.functional_unit=_OTHER"])
	require.Equal(t, 74.0, got["sci.functional_unit=_OTHER"])
}

// Accounts with units of their own stay below what SDKs tell apart.
func TestPairLimit(t *testing.T) {
	var s script
	for i := range 500 {
		var counts []meter.Count
		for unit := range 10 {
			counts = append(counts, meter.Count{Unit: fmt.Sprint("unit ", unit), N: 1})
		}
		s.own(account(fmt.Sprint("route ", i)), 1, 0, counts...)
	}
	reader := s.play(t)
	all := collect(t, reader)
	require.Len(t, values(all["sci.functional_units"]), 1500+10)
	require.Equal(t, 5000.0, sum(all["sci.functional_units"]))
	require.Equal(t, values(all["sci.functional_units"]), values(collect(t, reader)["sci.functional_units"]))
}

// Sums of floats may fall by their last bit; a counter may not.
func TestCountersNeverFall(t *testing.T) {
	var s script
	s.Signal = intensity.AverageLifecycle(intensity.Production)
	s.own(account("search"), 1, 1)
	reader := s.play(t)
	_ = collect(t, reader)
	s.Accounts[0].Operational = 1 - 1e-16
	got := values(collect(t, reader)["sci.emissions"])
	require.Equal(t, map[string]float64{"sci.account=search,sci.component=operational": 1}, got)
	s.Accounts[0].Operational = -1e-17
	var fresh script
	fresh.Signal, fresh.Accounts = s.Signal, s.Accounts
	require.Equal(t, map[string]float64{"sci.account=search,sci.component=operational": 0},
		values(collect(t, fresh.play(t))["sci.emissions"]))
}
