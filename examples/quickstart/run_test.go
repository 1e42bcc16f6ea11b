package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/units"
)

// What makes no sense is one line that says what is accepted.
func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"zone":          {[]string{"-zone", "Atlantis"}, "cloud region"},
		"no zone":       {[]string{"-zone", ""}, "cloud region"},
		"negative":      {[]string{"-for", "-1s"}, "want 100ms to 1h"},
		"zero":          {[]string{"-for", "0"}, "want 100ms to 1h"},
		"too short":     {[]string{"-for", "99ms"}, "want 100ms to 1h"},
		"too long":      {[]string{"-for", "1h1s"}, "want 100ms to 1h"},
		"no duration":   {[]string{"-for", "ten"}, "want 100ms to 1h"},
		"unknown flag":  {[]string{"-fro", "1s"}, "-help"},
		"argument":      {[]string{"IE"}, `"IE"`},
		"two on stdout": {[]string{"-json", "-metrics"}, "choose one"},
	} {
		t.Run(name, func(t *testing.T) { refused(t, c.args, c.want) })
	}
	t.Run("environment", func(t *testing.T) {
		t.Setenv("SCIMETER_PUE", "0.9")
		refused(t, nil, "SCIMETER_PUE: want at least 1")
	})
}

func refused(t *testing.T, args []string, want string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	require.Equal(t, 2, run(t.Context(), args, &stdout, &stderr))
	require.Empty(t, stdout.String())
	require.Contains(t, stderr.String(), want)
	require.Equal(t, 1, strings.Count(stderr.String(), "\n"), stderr.String())
}

func TestHelp(t *testing.T) {
	var stderr bytes.Buffer
	require.Zero(t, run(t.Context(), []string{"-h"}, io.Discard, &stderr))
	for _, name := range []string{"-zone", "-for", "-gpu", "-json", "-metrics"} {
		require.Contains(t, stderr.String(), name)
	}
}

func TestZone(t *testing.T) {
	s := ask(t)
	require.Equal(t, "WLD", s.Grid.Zone)
	require.NotNil(t, s.World, "nobody named a place: the spread is told")

	t.Setenv("SCIMETER_ZONE", "FR")
	require.Equal(t, "FRA", ask(t).Grid.Zone, "the environment is heard")
	require.Equal(t, "IRL", ask(t, "-zone", "aws:eu-west-1").Grid.Zone, "the flag wins")
}

func TestText(t *testing.T) {
	text := output(t, "-for", "100ms")
	for _, pattern := range []string{
		`^This process has used .*J, .*CO2e, .*W, estimated\.\n`,
		`\nWORK: `, `\n  hash +\d+ +SHA-256`, `\n  sort +\d+ `, `\n  all +.*J +.*W\n`,
		`\nSOURCES: `, `\n  found +\S+: (counted|estimated), from `, `\n  assumed +pue: `, `Better: `,
		`\nENERGY: `, `component +machine +charged`, `\n  all .*J .* % .* to .*the sum\n`, `\n  counted +\d+ %`, `policy \w+`,
		`\nCARBON: `, `\n  grid +World: 473 gCO2e/kWh`, `vintage 2024`, `average of the world`, `-zone IE`,
		`\n  facility +.*PUE`, `\n  operational +O = .*95 %`, `\n  embodied +M = .*95 %`, `\n  together +C = O \+ M = .*95 %`, `\n  water `,
		`\nSCI \(GSF 1\.1\): `, `\n  hash +\S+ \S+CO2e per 1000000 hash \(.*–.*, 95 %\), estimated`, `per 1000 sort `,
		`\nMEASURING: `, `\n  reading +\d+ times`,
	} {
		require.Regexp(t, regexp.MustCompile(pattern), text)
	}
	checkTable(t, text)
	for line := range strings.Lines(text) {
		require.NotContains(t, line, "%!", "a verb without its figure")
		require.Equal(t, strings.TrimRight(line, " \n")+"\n", line)
	}
}

// Power times time is energy, as printed.
func checkTable(t *testing.T, text string) {
	t.Helper()
	rows := regexp.MustCompile(`(?m)^  (?:hash|sort|all) .* {3,}(\S+) {3,}\S+ {3,}(\S+ \S*J) {3,}(\S+ \S*W)$`).FindAllStringSubmatch(text, -1)
	require.Len(t, rows, 3)
	for _, row := range rows {
		d, err := time.ParseDuration(row[1])
		require.NoError(t, err)
		var energy units.Energy
		var power units.Power
		require.NoError(t, energy.Set(row[2]))
		require.NoError(t, power.Set(row[3]))
		require.InEpsilon(t, float64(power.For(d)), float64(energy), 0.02, "three digits each: %v", row)
	}
}

func TestMetrics(t *testing.T) {
	text := output(t, "-for", "100ms", "-metrics")
	var export struct {
		ScopeMetrics []struct {
			Metrics []struct{ Name, Unit string }
		}
	}
	require.NoError(t, json.NewDecoder(strings.NewReader(text)).Decode(&export))
	unitOf := map[string]string{}
	for _, m := range export.ScopeMetrics[0].Metrics {
		unitOf[m.Name] = m.Unit
	}
	require.Equal(t, "J", unitOf["sci.energy"])
	require.Contains(t, unitOf, "sci.emissions")
	require.Contains(t, unitOf, "sci.functional_units")
	require.Contains(t, text, "\nSCI (GSF 1.1): ", "the report follows")
}

// An interrupt ends the work, not the report.
func TestInterrupt(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	var stdout bytes.Buffer
	began := time.Now()
	require.Zero(t, run(ctx, []string{"-for", "1h"}, &stdout, writer(func(line string) {
		if strings.HasPrefix(line, "quickstart:") {
			time.AfterFunc(20*time.Millisecond, interrupt)
		}
	})))
	require.Less(t, time.Since(began), time.Minute)
	require.Contains(t, stdout.String(), "per 1000000 hash")
	require.NotContains(t, stdout.String(), "per 1000 sort", "which was not begun")
}

// A writer is told each write.
type writer func(string)

func (w writer) Write(b []byte) (int, error) {
	w(string(b))
	return len(b), nil
}

// Elsewhere than on a terminal, progress is a line per phase.
func TestProgress(t *testing.T) {
	var stderr bytes.Buffer
	require.Zero(t, run(t.Context(), []string{"-for", "100ms"}, io.Discard, &stderr))
	lines := strings.Split(strings.TrimSpace(stderr.String()), "\n")
	require.Len(t, lines, 3)
	require.Equal(t, "quickstart: hashing and sorting for 100ms, measured meanwhile", lines[0])
	require.True(t, strings.HasPrefix(lines[1], "hash: "))
	require.True(t, strings.HasPrefix(lines[2], "sort: "))
}
