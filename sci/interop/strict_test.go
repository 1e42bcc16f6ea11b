package interop_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/sci/interop"
)

func codes(notes []sci.Finding) []string {
	var out []string
	for _, n := range notes {
		out = append(out, n.Code)
	}
	return out
}

func strict(t *testing.T, name string) *interop.Computed {
	t.Helper()
	got, err := interop.Run(manifest(t, name), interop.Strict)
	require.NoError(t, err)
	return got
}

func TestStrictIsTheSumOverTheSum(t *testing.T) {
	got := strict(t, "sync")
	var carbon, units float64
	for _, n := range got.Root.Children {
		for _, s := range n.Outputs {
			carbon += s["carbon"].(float64)
			units += s["requests"].(float64)
		}
	}
	require.InEpsilon(t, 36+111, units, 1e-12, "nothing is lost on the way to the grid")
	require.InEpsilon(t, carbon/units, got.Root.Aggregated["sci"], 1e-12)
	require.InEpsilon(t, carbon, got.Root.Aggregated["carbon"], 1e-12)
	require.Subset(t, codes(got.Notes), []string{"if_mean_of_rates", "if_last_sample", "if_padding", "if_copy_unknown"})
}

func TestStrictKeepsTheLastSampleAndTheWindowHalfOpen(t *testing.T) {
	const form = `
initialize:
  plugins:
    grid:
      method: TimeSync
      path: builtin
      config: {start-time: "2026-03-01T00:00:00Z", end-time: "2026-03-01T00:00:05Z", interval: 5, allow-padding: true}
      parameter-metadata: {inputs: {load: {aggregation-method: {time: avg, component: avg}}, joules: {aggregation-method: {time: sum, component: sum}}}}
tree:
  pipeline: {compute: [grid]}
  inputs:
    - {timestamp: "2026-03-01T00:00:00Z", duration: 3, load: 5, joules: 30}
    - {timestamp: "2026-03-01T00:00:03Z", duration: 4, load: 1, joules: 8}
`
	got, err := interop.Run([]byte(form), interop.Strict)
	require.NoError(t, err)
	require.Len(t, got.Root.Outputs, 1, "what starts at the end is not in")
	require.Equal(t, 3.4, got.Root.Outputs[0]["load"])
	require.Equal(t, 34.0, got.Root.Outputs[0]["joules"], "half of the second sample")
	require.Contains(t, codes(got.Notes), "if_last_sample")

	got, err = interop.Run([]byte(form), interop.Compat)
	require.NoError(t, err)
	require.Equal(t, 3.2, got.Root.Outputs[0]["load"], "as the Impact Framework's own tests have it")
	require.Len(t, got.Root.Outputs, 2)
}

func TestStrictHasNoAverageOfNothing(t *testing.T) {
	got := strict(t, "sync").Root.Child("north")
	require.NotNil(t, got)
	require.Equal(t, 41.5, got.Outputs[0]["watts"], "over the three seconds in which there was something")
}

func TestStrictEmbodiesWhatItsSourceSays(t *testing.T) {
	got := strict(t, "embodied")
	plain := got.Root.Child("plain").Outputs
	hour := 3600.0 / 126144000
	require.InEpsilon(t, 1e6*hour, plain[0]["embodied-carbon"], 1e-12)
	require.InEpsilon(t, (1e6+(71-16)*533.0/384*1000+3*150000)*hour, plain[1]["embodied-carbon"], 1e-12, "no charge for a virtual CPU")
	require.InEpsilon(t, (1e6+2*100000+5*50000)*0.37*1801/126144000, plain[2]["embodied-carbon"], 1e-12)
	require.Subset(t, codes(got.Notes), []string{"if_embodied_vcpu", "if_embodied_disks", "if_embodied_memory"})

	const sockets = `
initialize: {plugins: {m: {method: SciEmbodied, path: builtin}}}
tree:
  pipeline: {compute: [m]}
  inputs: [{timestamp: "2026-03-01T00:00:00Z", duration: 126144000, cpu-sockets: 2, memory: 384}]
`
	two, err := interop.Run([]byte(sockets), interop.Strict)
	require.NoError(t, err)
	require.InEpsilon(t, 1610791.6666666667, two.Root.Outputs[0]["embodied-carbon"], 1e-12, "Cloud Carbon Footprint's m5")
}

func TestStrictPairsPointsAndRefusesToDivideByNothing(t *testing.T) {
	got := strict(t, "chain")
	out := got.Root.Child("web").Outputs
	require.InEpsilon(t, 0.9-17.25/40*0.4, out[0]["cpu-falling"], 1e-12, "a falling curve falls")
	require.NotContains(t, out[1], "sci", "no units, no score")
	require.Subset(t, codes(got.Notes), []string{"if_points_sorted", "if_units_zero", "if_rounded"})
}

func TestPluginsThatAreNotRun(t *testing.T) {
	for method, want := range map[string]string{
		"{method: Shell, path: builtin}":            "p (Shell): it runs a shell",
		"{method: CSVLookup, path: builtin}":        "p (CSVLookup): it reads files or the network",
		"{method: Anything, path: \"@some/where\"}": `p (Anything): it is code from "@some/where"`,
		"{method: GroupBy, path: builtin}":          "p (GroupBy): it is not built in",
	} {
		for _, mode := range []interop.Mode{interop.Strict, interop.Compat} {
			_, err := interop.Run([]byte("initialize:\n  plugins:\n    p: "+method+"\ntree: {inputs: []}"), mode)
			require.ErrorIs(t, err, interop.ErrPlugin)
			require.ErrorContains(t, err, want)
			require.ErrorContains(t, err, "line 3")
		}
	}
	random := strings.Replace(string(manifest(t, "mock")), "randint: {}", "randint: {load: {min: 1, max: 9}}", 1)
	_, err := interop.Run([]byte(random), interop.Compat)
	require.ErrorIs(t, err, interop.ErrPlugin)
	require.ErrorContains(t, err, "random")
}

func TestRunRefuses(t *testing.T) {
	const form = "initialize: {plugins: {p: %s}}\ntree: {pipeline: {compute: [p]}, inputs: [{timestamp: \"2026-03-01T00:00:00Z\", duration: 60, a: 1, z: 0, w: \"= 2 * a\"}]}"
	for plugin, want := range map[string]string{
		"{method: Sum, path: builtin, config: {input-parameters: [a], output-parameter: b}}": "arithmetic expressions",
	} {
		_, err := interop.Run(fmt.Appendf(nil, form, plugin), interop.Strict)
		require.ErrorIs(t, err, interop.ErrParameter)
		require.ErrorContains(t, err, want)
	}
	plain := strings.Replace(form, ", w: \"= 2 * a\"", "", 1)
	for plugin, want := range map[string]string{
		"{method: Sum, path: builtin, config: {input-parameters: [q], output-parameter: b}}":                              "q is <nil>, not a number",
		"{method: Divide, path: builtin, config: {numerator: a, denominator: z, output: b}}":                              "z is 0",
		"{method: Divide, path: builtin, config: {numerator: a, denominator: 0, output: b}}":                              "denominator is 0",
		"{method: Exponent, path: builtin, config: {input-parameter: z, exponent: -1, output-parameter: b}}":              "b of \"\" comes to +Inf",
		"{method: Interpolation, path: builtin, config: {x: [2, 3], y: [1, 2], input-parameter: a, output-parameter: b}}": "not within 2 and 3",
		"{method: TimeConverter, path: builtin, config: {input-parameter: a, original-time-unit: fortnight}}":             "fortnight",
	} {
		_, err := interop.Run(fmt.Appendf(nil, plain, plugin), interop.Strict)
		require.ErrorIs(t, err, interop.ErrParameter, plugin)
		require.ErrorContains(t, err, want)
	}
	_, err := interop.Run([]byte("tree: {}"), 0)
	require.ErrorContains(t, err, "neither Strict nor Compat")
	_, err = interop.Run([]byte("a: 1"), interop.Strict)
	require.ErrorIs(t, err, interop.ErrFormat)
}

// The kind of cases that needs the Impact Framework's own model.
func TestCasesOfEmbodiedIFCompat(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "testdata", "cases.json"))
	require.NoError(t, err)
	var cases []struct {
		ID, Kind string
		Inputs   struct {
			Duration float64 `json:"duration_s"`
			VCPUs    float64 `json:"vCPUs"`
			Config   map[string]float64
		}
		Expected, Published map[string]any
	}
	require.NoError(t, json.Unmarshal(text, &cases))
	ran := 0
	for _, c := range cases {
		if c.Kind != "embodied_if_compat" {
			continue
		}
		ran++
		t.Run("case "+c.ID, func(t *testing.T) {
			in := map[string]float64{"duration": c.Inputs.Duration}
			if c.Inputs.VCPUs > 0 {
				in["vCPUs"] = c.Inputs.VCPUs
			}
			config := map[string]float64{}
			for short, long := range map[string]string{"be": "baseline-emissions", "life": "lifespan"} {
				if v, ok := c.Inputs.Config[short]; ok {
					config[long] = v
				}
			}
			got, err := interop.CompatEmbodied(in, config)
			require.NoError(t, err)
			require.Equal(t, c.Expected["embodied_g"], got)
			require.Equal(t, c.Published["embodied_g"], got)
		})
	}
	require.Equal(t, 4, ran)
	_, err = interop.CompatEmbodied(nil, nil)
	require.ErrorIs(t, err, interop.ErrParameter)
}

func FuzzRun(f *testing.F) {
	for _, name := range []string{"chain", "sync", "embodied", "mock", "mapping"} {
		b, err := os.ReadFile(filepath.Join("testdata", "if", name+".yml"))
		require.NoError(f, err)
		f.Add(b, true)
		f.Add(b, false)
	}
	f.Fuzz(func(t *testing.T, b []byte, strict bool) {
		mode := interop.Compat
		if strict {
			mode = interop.Strict
		}
		got, err := interop.Run(b, mode)
		if err != nil {
			var e *interop.Error
			require.True(t, errors.As(err, &e), "%T", err)
			return
		}
		_, err = json.Marshal(got.Root) // refuses NaN and Inf
		require.NoError(t, err)
	})
}
