package meter_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/units"
)

// text returns what a machine that uses so many joules in a time prints.
func text(t *testing.T, j float64, d time.Duration, grid ...meter.Option) string {
	t.Helper()
	machine := metertest.New(8, measured())
	machine.Whole()
	m := begin(t, append([]meter.Option{bare(machine)}, grid...)...)
	u := window(t, m, func() { machine.Run(d, metertest.Phase{Energy: used("package-0", j)}) })
	u.Embodied = 0 // depends on the machine
	return u.String()
}

func TestUsageString(t *testing.T) {
	for want, tt := range map[string]struct {
		joules float64
		d      time.Duration
		grid   []units.Intensity // by the hour
	}{
		"1.24 kWh, 312 gCO2e, 1h12m, 1.03 kW":        {1.24 * 3.6e6, 72*time.Minute + 10*time.Second, []units.Intensity{312 / 1.24, 312 / 1.24}},
		"6.5 J, 1.81 mgCO2e, 1.5s, 4.33 W":           {6.5, 1500 * time.Millisecond, []units.Intensity{1000}},
		"100 J, 0 gCO2e, 123ms, 810 W":               {100, 123456789 * time.Nanosecond, []units.Intensity{0}},
		"1 J, 0 gCO2e, 1.23ms, 812 W":                {1, 1231 * time.Microsecond, []units.Intensity{0}},
		"1 J, 0 gCO2e, 4.57s, 219 mW":                {1, 4567 * time.Millisecond, []units.Intensity{0}},
		"1 J, 0 gCO2e, 45.7s, 21.9 mW":               {1, 45678 * time.Millisecond, []units.Intensity{0}},
		"1 J, 0 gCO2e, 2m5s, 7.98 mW":                {1, 125300 * time.Millisecond, []units.Intensity{0}},
		"100 J, ≥ 0 gCO2e (no intensity), 10s, 10 W": {100, 10 * time.Second, nil},
		"100 J, ≥ 13.9 mgCO2e, 2h0m, 13.9 mW":        {100, 2 * time.Hour, []units.Intensity{1000}},
		"1 kWh, 100 gCO2e, 1h0m, 1 kW":               {3.6e6, time.Hour, []units.Intensity{100}},
		"27.8 Wh, 0 gCO2e, 1.23µs, 81.3 GW":          {1e5, 1230 * time.Nanosecond, []units.Intensity{0}},
	} {
		t.Run(want, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var opts []meter.Option
				if tt.grid != nil {
					opts = append(opts, meter.WithGrid(gridOf(time.Hour, tt.grid...)))
				}
				require.Equal(t, want, text(t, tt.joules, tt.d, opts...))
			})
		})
	}
	require.Equal(t, "not measured", meter.Usage{}.String())
}

// TestUsageInLogs: text for people, figures for machines.
func TestUsageInLogs(t *testing.T) {
	plain := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	options := &slog.HandlerOptions{ReplaceAttr: plain}
	synctest.Test(t, func(t *testing.T) {
		machine := metertest.New(8, measured())
		machine.Whole()
		m := begin(t, bare(machine, meter.WithGrid(gridOf(2*time.Hour, 312/1.24))))
		run := m.Begin("finetune")
		machine.Run(72*time.Minute+10*time.Second, metertest.Phase{Energy: used("package-0", 1.24*3.6e6)})
		lap := run.Lap()
		lap.Embodied = 0
		var out bytes.Buffer
		slog.New(slog.NewTextHandler(&out, options)).Info("epoch", "n", 3, "used", lap)
		require.Equal(t, `level=INFO msg=epoch n=3 used="1.24 kWh, 312 gCO2e, 1h12m, 1.03 kW"`+"\n", out.String())

		out.Reset()
		slog.New(slog.NewJSONHandler(&out, options)).Info("epoch", "used", lap)
		var got struct{ Used map[string]any }
		require.NoError(t, json.Unmarshal(out.Bytes(), &got))
		require.Equal(t, map[string]any{
			"energy_joules": 1.24 * 3.6e6, "carbon_grams": float64(lap.Operational), "duration_seconds": 4330.0,
			"power_watts": 1.24 * 3.6e6 / 4330, "nature": lap.Nature.String(),
		}, got.Used)
	})
	var out bytes.Buffer
	slog.New(slog.NewTextHandler(&out, options)).Info("epoch", "used", meter.Usage{})
	slog.New(slog.NewJSONHandler(&out, options)).Info("epoch", "used", meter.Usage{})
	require.Equal(t, "level=INFO msg=epoch used=\"not measured\"\n"+`{"level":"INFO","msg":"epoch","used":"not measured"}`+"\n", out.String())
}
