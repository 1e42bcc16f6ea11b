package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/exporters/jsonl"
)

// output runs the program and returns what it prints.
func output(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = run(context.Background(), args, &out, &errs)
	return code, out.String(), errs.String()
}

// What makes no sense is one line that says what is accepted.
func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"no epochs":       {[]string{"-epochs", "0"}, "1 to 1000000"},
		"zone":            {[]string{"-zone", "Atlantis"}, "cloud region"},
		"budget":          {[]string{"-budget", "3 m"}, "want carbon or energy"},
		"without a unit":  {[]string{"-budget", "3"}, "want carbon or energy"},
		"negative budget": {[]string{"-budget", "-3g"}, "above 0"},
		"no budget":       {[]string{"-budget", "0 J"}, "above 0"},
		"seed":            {[]string{"-seed", "-1"}, "-help"},
		"no folder":       {[]string{"-dir", ""}, "a folder"},
		"argument":        {[]string{"IE"}, `"IE"`},
	} {
		t.Run(name, func(t *testing.T) {
			code, out, errs := output(t, c.args...)
			require.Equal(t, 2, code)
			require.Empty(t, out)
			require.Contains(t, errs, c.want)
			require.Equal(t, 1, strings.Count(errs, "\n"), errs)
		})
	}
	code, _, errs := output(t, "-h")
	require.Zero(t, code)
	for _, name := range []string{"-epochs", "-budget", "-dir", "-zone", "-seed"} {
		require.Contains(t, errs, name)
	}
}

func TestBudgetFlag(t *testing.T) {
	o, err := parse([]string{"-budget", "50 mgCO2e"})
	require.NoError(t, err)
	require.EqualValues(t, 0.05, o.budget.Carbon)
	require.Zero(t, o.budget.Energy)
	o, err = parse([]string{"-budget", "1Wh"})
	require.NoError(t, err)
	require.EqualValues(t, 3600, o.budget.Energy)
	require.Zero(t, o.budget.Carbon)
}

// On this machine as it is, without its counters: what is estimated says so, a
// budget ends the run, and a larger one lets it go on.
func TestProgram(t *testing.T) {
	t.Setenv("HOST_SYS", t.TempDir())
	t.Setenv("SCIMETER_INTERVAL", "10ms")
	dir := filepath.Join(t.TempDir(), "a", "run")
	code, out, errs := output(t, "-dir", dir, "-epochs", "500", "-budget", "0.1ugCO2e", "-zone", "IE")
	require.Equal(t, 3, code, errs)
	require.Regexp(t, `^training: stopped early in epoch \d+ of 500: meter: budget: .* used of 0\.1 µgCO2e\n$`, errs)
	require.Contains(t, out, "of 500 epochs, starts: 1")
	over := 0
	f, err := os.Open(filepath.Join(dir, "usage.jsonl"))
	require.NoError(t, err)
	defer f.Close()
	for e, err := range jsonl.Read(f) {
		require.NoError(t, err)
		if c, complete := e.Usage.Carbon(); c >= 1e-7 {
			require.True(t, complete)
			over++
		}
	}
	require.Positive(t, over, "what stopped it was metered")
	require.LessOrEqual(t, over, 2, "the reading that found it, and the last")

	code, out, errs = output(t, "-dir", dir, "-epochs", "2", "-zone", "IE")
	require.Zero(t, code, errs)
	require.Regexp(t, `\nlevel=INFO msg=epoch n=2 loss=0\.\d+ accuracy=0\.\d+ samples=\d+ used=".*J, .*CO2e, .*s, .*W"\n`, out)
	require.Contains(t, out, "trained 2 of 2 epochs, starts: 2; loss 0.")
	require.Regexp(t, `\n  energy   estimated, ±\d+ % \(1σ\), from estimate/cpu.*; nothing is counted: no counter of this machine can be read\n`, out)
	require.Regexp(t, `\n  score    .*CO2e per 1000 sample.train \(.*, 95 %\), estimated\n`, out)

	code, _, errs = output(t, "-dir", dir, "-seed", "2")
	require.Equal(t, 2, code)
	require.Contains(t, errs, "give its -seed, or another -dir")

	t.Setenv("SCIMETER_PUE", "0.5")
	code, _, errs = output(t, "-dir", dir)
	require.Equal(t, 2, code, errs)
}
