package meter_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

func TestSigma(t *testing.T) {
	for name, tt := range map[string]struct {
		samples, all int64
		sigma        float64
		ok           bool
	}{
		"a tenth of 5700, one CPU-minute": {570, 5700, 0.0397, true},
		"a half":                          {100, 200, 0.0707, true},
		"all":                             {500, 500, 0, true},
		"too few":                         {99, 100_000, 0, false},
		"not sampled":                     {0, 0, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			a := meter.AccountTotal{Samples: tt.samples, AllSamples: tt.all}
			sigma, ok := a.Sigma()
			require.Equal(t, tt.ok, ok)
			require.Equal(t, tt.ok, a.Enough())
			require.InDelta(t, tt.sigma, sigma, 5e-5)
		})
	}
}

func TestGoldenJSONOfSamples(t *testing.T) {
	const golden = "testdata/usage_sampled.json"
	var text []byte
	synctest.Test(t, func(t *testing.T) {
		wait(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC))
		m, machine, p := sampledMeter(t, meter.WithGrid(gridOf(time.Hour, 320)), meter.WithHardware(sci.Server{Embodied: 1200 * units.Kilogram, Source: "maker"}))
		p.show(map[*meter.Account]uint64{m.Ledger().Account("A"): 300, m.Ledger().Account("B"): 80, nil: 20})
		from, err := m.Read(t.Context())
		require.NoError(t, err)
		workFor(machine, 4*time.Second+time.Millisecond, 40)
		u := last(t, m, from)
		u.Effort = meter.Effort{}
		got := again(t, u)
		require.Equal(t, int64(400), got.Accounts[1].AllSamples)
		sum, err := got.Add(meter.Usage{})
		require.NoError(t, err)
		again(t, sum)
		text, err = json.MarshalIndent(u, "", "  ")
		require.NoError(t, err)
		text = bytes.ReplaceAll(text, []byte(u.Method.ID), []byte("0123456789abcdef"))
	})
	if *update {
		require.NoError(t, os.WriteFile(golden, append(text, '\n'), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.JSONEq(t, string(want), string(text))
}

// A sum of usages has the samples of both.
func TestSamplesAdd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m, machine, p := sampledMeter(t, meter.WithProfile(time.Second, time.Second))
		a := m.Ledger().Account("A")
		p.show(map[*meter.Account]uint64{a: 75, nil: 25})
		first := window(t, m, func() { workFor(machine, 3500*time.Millisecond, 7) })
		p.show(map[*meter.Account]uint64{m.Ledger().Account("B"): 75, nil: 25})
		second := window(t, m, func() { workFor(machine, 3500*time.Millisecond, 7) })
		sum, err := first.Add(second)
		require.NoError(t, err)
		got := owners(t, sum.Accounts)
		a1, b1 := owners(t, first.Accounts)["A"], owners(t, second.Accounts)["B"]
		require.Positive(t, a1.Samples)
		require.Positive(t, b1.Samples)
		require.Equal(t, a1.AllSamples+b1.AllSamples, got["B"].AllSamples)
		require.Equal(t, b1.Samples, got["B"].Samples)
	})
}

func TestCPUSamplesAreOfThisProcess(t *testing.T) {
	for _, scope := range []meter.Scope{meter.Machine(), meter.Tree(os.Getpid()), metertest.New(2, metertest.Package(0)).Scope()} {
		m, err := meter.Start(t.Context(), meter.WithScope(scope), meter.WithAttribution(meter.CPUSamples),
			meter.WithSource(metertest.New(2, metertest.Package(0)).Source()))
		if err == nil {
			_ = m.Stop()
		}
		if errors.Is(err, errors.ErrUnsupported) {
			continue // a scope that only Linux has
		}
		require.ErrorIs(t, err, meter.ErrOtherScope, scope)
		var option *meter.OptionError
		require.ErrorAs(t, err, &option)
		require.ErrorContains(t, err, scope.String())
	}
}

func TestProfileOptions(t *testing.T) {
	for name, tt := range map[string][2]time.Duration{
		"too short": {time.Millisecond, time.Second}, "longer than its cycle": {2 * time.Second, time.Second}, "too seldom": {time.Second, time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := meter.Start(t.Context(), meter.WithProfile(tt[0], tt[1]))
			var option *meter.OptionError
			require.ErrorAs(t, err, &option)
			require.Equal(t, "WithProfile", option.Option)
		})
	}
	_, err := meter.Start(t.Context(), meter.WithAttribution(17))
	require.ErrorContains(t, err, "CPUSamples")
	for a := meter.InFlight; a <= meter.CPUSamples; a++ {
		var b meter.Attribution
		require.NoError(t, b.Set(a.String()))
		require.Equal(t, a, b)
	}
}
