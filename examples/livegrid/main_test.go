package main

import (
	"bytes"
	"context"
	"net/http"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/ukgrid"
)

// output runs the program and returns what it prints.
func output(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), args, &out, &errs)
	return code, out.String(), errs.String()
}

// The whole program, without a network.
func TestOffline(t *testing.T) {
	t.Setenv("HOST_SYS", t.TempDir()) // without counters
	dir := t.TempDir()
	code, out, errs := output(t, "-offline", "-for", "700ms", "-every", "300ms", "-cache", dir)
	require.Zero(t, code, errs)
	require.Contains(t, out, "is zone GB of ukgrid (certain), average direct consumption\n")
	require.Regexp(t, `\n\d+ requests in \d+ms: [\d.]+ .?gCO2e per request \(.*95 %\), estimated\n`, out)
	require.Regexp(t, `  grid     \d+ gCO2e/kWh in GB, average direct consumption, ±\d+ % \(1σ\)\n`, out)
	require.Regexp(t, `  source   ukgrid(/hold)?: NESO Carbon Intensity API, CC BY 4.0\n`, out)
	require.Regexp(t, `  stage    (live, measured|the figure before, held|forecast of the provider), (\d+m)?\d+s since `, out)
	days, err := filepath.Glob(filepath.Join(dir, "p-ukgrid", "*", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, days)
}

func TestUsage(t *testing.T) {
	for _, name := range []string{"ELECTRICITYMAPS_TOKEN", "WATTTIME_USER", "WATTTIME_PASSWORD"} {
		t.Setenv(name, "")
	}
	for _, c := range []struct {
		args []string
		code int
		text string
	}{
		{[]string{"-help"}, 0, "-provider name"},
		{[]string{"-provider", "gridx"}, 2, `no provider "gridx"`},
		{[]string{"-offline", "-provider", "watttime"}, 2, "of ukgrid alone"},
		{[]string{"-every", "1ms"}, 2, "at least 100ms"},
		{[]string{"x"}, 2, `unexpected argument "x"`},
		{[]string{"-place", "northeurope"}, 1, "ambiguous"},
		{[]string{"-place", "FR"}, 1, "ukgrid has no zone that is known for FR (France)"},
		{[]string{"-provider", "electricitymaps", "-place", "DE"}, 1, "set ELECTRICITYMAPS_TOKEN"},
		{[]string{"-provider", "watttime", "-place", "us-west-2"}, 1, "set WATTTIME_USER"},
	} {
		code, out, errs := output(t, c.args...)
		require.Equal(t, c.code, code, "%v: %s", c.args, errs)
		require.Contains(t, errs, c.text, c.args)
		require.Empty(t, out)
	}
}

// From a place to a chain, for each provider.
func TestChain(t *testing.T) {
	t.Setenv("ELECTRICITYMAPS_TOKEN", "token")
	t.Setenv("WATTTIME_USER", "user")
	t.Setenv("WATTTIME_PASSWORD", "password")
	for _, c := range []struct {
		provider, place, zone string
		behind                bool // there is an annual figure
	}{
		{"ukgrid", "aws:eu-west-2", "zone GB of ukgrid", true},
		{"electricitymaps", "aws:eu-central-1", "zone DE of electricitymaps", true},
		{"electricitymaps", "US-CAL-CISO", "zone US-CAL-CISO of electricitymaps", true},
		{"watttime", "watttime:CAISO_NORTH", "zone CAISO_NORTH of watttime", false},
	} {
		grid, about, err := chain(options{provider: c.provider, place: c.place})
		require.NoError(t, err, c.place)
		require.Contains(t, about, c.zone)
		p, err := grid.At(time.Date(2024, 6, 1, 0, 0, 0, 0, time.UTC))
		if !c.behind {
			require.ErrorIs(t, err, intensity.ErrGap, c.place)
			require.Equal(t, intensity.ShortRunMarginal, grid.Signal().Kind)
			continue
		}
		require.NoError(t, err, c.place)
		require.Equal(t, "annual figure", stage(p))
		require.Equal(t, grid.Signal(), p.InPlaceOf)
		require.Empty(t, age(p, time.Now()))
	}
}

// Each stage has its name, and a held figure the age of the one it is.
func TestStages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(time.Date(2026, 3, 28, 12, 10, 0, 0, time.UTC)))
		grid, err := intensity.NewChain(intensity.ChainConfig{
			Live:    []intensity.Live{{Provider: ukgrid.New(ukgrid.Config{Fetch: fetch.Options{Transport: fake{}}}), Zone: "GB"}},
			History: 10 * 24 * time.Hour,
		})
		require.NoError(t, err)
		for range 3 {
			_, err = grid.Refresh(t.Context())
			require.NoError(t, err)
		}
		now := time.Now()
		for at, want := range map[time.Duration]string{
			-time.Hour:          "live, measured",
			0:                   "the figure before, held",
			3 * time.Hour:       "forecast of the provider",
			54 * time.Hour:      "modelled from the past days",
			-9 * 24 * time.Hour: "live, measured",
		} {
			p, err := grid.At(now.Add(at))
			require.NoError(t, err)
			require.Equal(t, want, stage(p), "%v: %v", at, p.Origin)
		}
		held, err := grid.At(now)
		require.NoError(t, err)
		require.Equal(t, ", 10m0s since the last figure ended", age(held, now), "11:30 to 12:00 is the last")
	})
}

// What the fake says nothing of is refused, as the service does.
func TestFake(t *testing.T) {
	for _, path := range []string{"/", "/intensity", "/intensity/x/y"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://fake"+path, nil)
		require.NoError(t, err)
		resp, err := fake{}.RoundTrip(r)
		require.NoError(t, err)
		require.Equal(t, http.StatusBadRequest, resp.StatusCode, path)
		require.NoError(t, resp.Body.Close())
	}
}
