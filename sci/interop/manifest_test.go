package interop_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/sci/interop"
)

func TestManifestWithoutOutputsIsRun(t *testing.T) {
	b := manifest(t, "chain")
	doc, err := interop.Read("chain.yml", bytes.ReplaceAll(b, []byte("requests: 0}"), []byte("requests: 6}")))
	require.NoError(t, err)
	d := doc.Disclosure
	require.Equal(t, interop.FormatImpactFramework, doc.Format)
	require.Contains(t, codes(doc.Notes), "if_computed")
	require.Contains(t, codes(doc.Notes), "if_embodied_disks")
	require.Equal(t, sci.Exactly(1234+6+77), d.Unit.Total)
	require.Len(t, d.Components, 1)
	c := d.Components[0]
	require.InEpsilon(t, c.Operational.Value+c.Embodied.Value, c.Carbon.Value, 1e-12)
	require.InEpsilon(t, c.Carbon.Value/1317, d.Result.Score.Value, 1e-12)
	require.Equal(t, 417.3, c.Grid.Value.Value)
	require.Equal(t, 27, doc.At("/components/0/intensity/g_per_kwh").Line)
	require.Equal(t, "417.3", doc.At("/components/0/intensity/g_per_kwh").Text)
}

// What an output states is read as it stands, right or wrong.
func TestOutputsAreStatements(t *testing.T) {
	const output = `
name: made
aggregation: {metrics: [carbon, sci], type: both}
initialize: {plugins: {sci: {method: Sci, path: builtin, config: {functional-unit: requests}}}}
tree:
  children:
    web:
      pipeline: {compute: [sci]}
      inputs: [{timestamp: "2026-03-01T00:00:00Z", duration: 60, carbon: 100, requests: 10}, {timestamp: "2026-03-01T00:01:00Z", duration: 60, carbon: 100, requests: 1000}]
      outputs: [{timestamp: "2026-03-01T00:00:00Z", duration: 60, carbon: 100, requests: 10, sci: 10}, {timestamp: "2026-03-01T00:01:00Z", duration: 60, carbon: 100, requests: 1000, sci: 0.1}]
  aggregated: {carbon: 200, sci: 5.05}
`
	doc, err := interop.Read("made.yml", []byte(output))
	require.NoError(t, err)
	require.Equal(t, sci.Exactly(5.05), doc.Disclosure.Result.Score, "the mean of rates that it prints")
	require.Equal(t, sci.Exactly(200), doc.Disclosure.Result.Carbon)
	require.Equal(t, sci.Exactly(1010), doc.Disclosure.Unit.Total)
	require.Equal(t, 11, doc.At("/result/score_g").Line)

	run, err := interop.Run([]byte(output), interop.Strict)
	require.NoError(t, err)
	require.InEpsilon(t, 200.0/1010, run.Root.Aggregated["sci"], 1e-12)
	run, err = interop.Run([]byte(output), interop.Compat)
	require.NoError(t, err)
	require.Equal(t, 5.05, run.Root.Aggregated["sci"])
}

func TestManifestThatCannotBeRunIsReadByItsInputs(t *testing.T) {
	doc, err := interop.Read("x.yml", []byte(`
name: x
initialize: {plugins: {grid: {method: WattTime, path: "@some/plugin"}}}
tree:
  defaults: {pue: 1.3}
  children:
    group:
      children:
        a: {pipeline: {compute: [grid]}, inputs: [{timestamp: "2026-03-01T00:00:00Z", duration: 3600, energy: 2.5, device/emissions-embodied: 1000, device/expected-lifespan: 36000}]}
`))
	require.NoError(t, err)
	require.Equal(t, []string{"if_not_run"}, codes(doc.Notes))
	require.Contains(t, doc.Notes[0].Message, "@some/plugin")
	a := doc.Disclosure.Components[0].Parts[0]
	require.Equal(t, &sci.Figure{Value: 2.5, Within: 0.05}, a.Facility)
	require.Equal(t, 1.3, a.Site.PUE.Value)
	require.Equal(t, sci.Exactly(10), a.Hardware[0].Lifespan)
	require.Equal(t, sci.Exactly(1), a.Hardware[0].Reserved)
	require.Equal(t, 9, doc.At("/components/0/parts/0/facility_kwh").Line)
}

// An exported manifest runs to the score that was stated.
func TestExportedManifestRuns(t *testing.T) {
	d := maker{newRand()}.disclosure()
	d.Unit = sci.FunctionalUnit{Name: "request", Scale: 1000, Total: sci.Exactly(250000)}
	d.Result.Operational, d.Result.Embodied = sci.Exactly(400), sci.Exactly(100)
	var b bytes.Buffer
	require.NoError(t, interop.WriteImpactFramework(&b, d))
	require.True(t, strings.Contains(b.String(), "# 250000 / 1000"))
	for _, mode := range []interop.Mode{interop.Strict, interop.Compat} {
		got, err := interop.Run(b.Bytes(), mode)
		require.NoError(t, err)
		require.Equal(t, 2.0, got.Root.Child("system-total").Outputs[0]["sci"])
	}
}
