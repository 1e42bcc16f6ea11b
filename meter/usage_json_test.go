package meter_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

var update = flag.Bool("update", false, "write testdata anew")

// sample is a window of which everything is known: a third of 600 J dynamic and
// a quarter of 400 J static at the chip, in 20 s.
func sample(t *testing.T, opts ...meter.Option) meter.Usage {
	t.Helper()
	pkg := package0(20)
	pkg.IdleSigma, pkg.Period, pkg.Unit = 0.1, time.Millisecond, 61
	machine := metertest.New(8, pkg)
	m := begin(t, append([]meter.Option{
		machine.Options(), meter.WithReservation(meter.Reservation{CPUs: 2}), meter.WithRest(60, 0.5), meter.WithEfficiency(0.92, 0.02),
		meter.WithSite(sci.Site{PUE: 1.4, PUESigma: 0.05, WUE: new(units.WUE(0.5)), EWIF: new(units.EWIF(2))}),
		meter.WithHardware(sci.Server{Embodied: 1200 * units.Kilogram, Memory: 400 * units.Kilogram, Source: "maker"}),
	}, opts...)...)
	u := window(t, m, func() {
		m.Count("request", 40)
		machine.Run(20*time.Second, metertest.Phase{Own: 5 * time.Second, Busy: 15 * time.Second, Energy: used("package-0", 1000)})
	})
	u.Effort = meter.Effort{} // of the real clock, and of who comes first in one instant
	return u
}

func TestGoldenJSON(t *testing.T) {
	const golden = "testdata/usage.json"
	var text []byte
	synctest.Test(t, func(t *testing.T) {
		u := sample(t, meter.WithGrid(gridOf(10*time.Second, 320, 380)))
		indented, err := json.MarshalIndent(u, "", "  ")
		require.NoError(t, err)
		text = bytes.ReplaceAll(indented, []byte(u.Method.ID), []byte("0123456789abcdef")) // another each time
	})
	if *update {
		require.NoError(t, os.WriteFile(golden, append(text, '\n'), 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err)
	require.JSONEq(t, string(want), string(text))
}

// decode returns the usage as a reader of JSON sees it.
func decode(t *testing.T, u meter.Usage) map[string]any {
	t.Helper()
	text, err := json.Marshal(u)
	require.NoError(t, err)
	var got map[string]any
	require.NoError(t, json.Unmarshal(text, &got))
	return got
}

func TestJSON(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got := decode(t, sample(t, meter.WithGrid(gridOf(10*time.Second, 320, 380))))
		require.Equal(t, "scimeter.usage/1", got["schema"])
		require.Equal(t, 40.0, got["counts"].(map[string]any)["request"])
		// What a stranger recomputes: parts are the whole, and O is Σ E·I.
		parts := 0.0
		for _, z := range got["zones"].([]any) {
			zone := z.(map[string]any)
			parts += zone["charged_microjoules"].(float64)
			require.Equal(t, zone["total_microjoules"], zone["charged_microjoules"].(float64)+zone["others_microjoules"].(float64)+zone["idle_unreserved_microjoules"].(float64))
		}
		require.Equal(t, got["energy_microjoules"], parts)
		grams := 0.0
		for i, s := range got["steps"].([]any) {
			step := s.(map[string]any)
			grams += step["facility_energy_joules"].(float64) / 3.6e6 * []float64{320, 380}[i]
		}
		near(t, got["operational_grams"].(float64), grams)
		near(t, got["carbon_grams"].(float64), grams+got["embodied_grams"].(float64))

		machine := metertest.New(8, package0(1))
		m := begin(t, bare(machine))
		machine.Fail("package-0", errors.New("broken"))
		blind := decode(t, window(t, m, func() { machine.Run(time.Second, metertest.Phase{}) }))
		for _, key := range []string{"signal", "water_litres", "suspended_seconds"} {
			require.NotContains(t, blind, key, "what is not known is absent")
		}
		require.Equal(t, "broken", blind["missing"])
		machine.Fail("package-0", nil)
		unpriced := decode(t, window(t, m, func() { machine.Run(time.Second, work("package-0", 5)) }))
		require.NotContains(t, unpriced, "carbon_grams", "a lower bound is no figure")
		for _, part := range append([]any{unpriced}, append(append(unpriced["zones"].([]any), unpriced["accounts"].([]any)[1]), unpriced["steps"].([]any)...)...) {
			require.NotContains(t, part, "operational_grams", "there is none, rather than 0")
		}
		require.NotContains(t, unpriced, "missing")
		require.Positive(t, unpriced["unpriced_microjoules"])
	})
	text, err := json.Marshal(map[string]any{"usage": meter.Usage{}})
	require.NoError(t, err)
	require.Equal(t, `{"usage":null}`, string(text))
}

// TestJSONKeysNameTheirUnit: a number with a dimension says it.
func TestJSONKeysNameTheirUnit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bare := map[string]bool{ // without a dimension
			"counted_fraction": true, "relative_uncertainty": true, "meter_reads": true, "meter_errors": true, "pue": true, "pue_uncertainty": true,
			"rest_relative_uncertainty": true, "supply_efficiency": true, "supply_efficiency_uncertainty": true, "host_share": true, "host_memory_share": true,
		}
		maps := map[string]bool{"counts": true, "reserved": true, "energy_uncertainty_joules": true, "carbon_uncertainty_grams": true}
		var walk func(key string, v any)
		walk = func(key string, v any) {
			switch v := v.(type) {
			case map[string]any:
				for k, inner := range v {
					if !maps[key] {
						walk(k, inner)
					}
				}
			case []any:
				for _, inner := range v {
					walk(key, inner)
				}
			case float64:
				if bare[key] {
					return
				}
				unit := key[strings.LastIndex(key, "_")+1:]
				if strings.HasSuffix(key, "_per_kwh") {
					unit = "kwh"
				}
				require.Contains(t, []string{"joules", "microjoules", "grams", "litres", "seconds", "watts", "kwh"}, unit, key)
			}
		}
		walk("", decode(t, sample(t, meter.WithGrid(gridOf(10*time.Second, 320, 380)))))
	})
}
