package sci_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

// paths are files of cases, added one by one on the command line.
type paths []string

func (p *paths) String() string     { return strings.Join(*p, ",") }
func (p *paths) Set(s string) error { *p = append(*p, s); return nil }

var added = func() *paths {
	p := new(paths)
	flag.Var(p, "cases", "file of further cases, in the shape of testdata/cases.json; may be repeated")
	return p
}()

// A testCase is a figure somebody published or worked out, with its inputs.
type testCase struct {
	ID                 string
	Kind               string
	Source             string
	Inputs             json.RawMessage
	Expected           map[string]any
	Tolerance          tolerance
	Published          map[string]any
	PublishedTolerance tolerance `json:"published_tolerance"`
	PublishedWrong     bool      `json:"published_wrong"`
}

type tolerance struct{ Rel, Abs *float64 }

// near reports whether got is want, within 1e-9 where nothing else is said.
func (t tolerance) near(got, want float64) bool {
	rel, abs := 1e-9, 0.0
	if t.Rel != nil {
		rel = *t.Rel
	}
	if t.Abs != nil {
		abs = *t.Abs
	}
	return math.Abs(got-want) <= max(rel*math.Abs(want), abs)
}

// figures are what a case came to, by the keys of its expectation.
type figures map[string]float64

// kinds are the kinds of cases that are computed.
var kinds = map[string]func(json.RawMessage) (figures, error){
	"aggregation":        aggregation,
	"conformance":        conformance,
	"embodied_bottom_up": bottomUp,
	"embodied_ccf":       perSocket,
	"embodied_if_compat": embodiedIFCompat,
	"error":              anyShape,
	"operational_usage":  operationalUsage,
	"power_curve":        powerCurve,
	"sci":                systemScore,
	"sci_convert":        systemScore,
	"swi":                swi,
	"time_join":          timeJoin,
	"time_resample":      timeResample,
	"training":           training,
	"unit_conversion":    unitConversion,
	"water":              water,
}

// TestCases computes every case of testdata/cases.json and of the files given
// by -cases. A case in an added file takes the place of ours of the same id.
func TestCases(t *testing.T) {
	cases := readCases(t, "testdata/cases.json")
	ours := len(cases)
	for _, path := range *added {
		cases = append(cases, readCases(t, path)...)
	}
	replaced := map[string]bool{}
	for _, c := range cases[ours:] {
		replaced[c.ID] = true
	}
	for i, c := range cases {
		if i < ours && replaced[c.ID] {
			continue
		}
		t.Run(c.ID, c.run)
	}
}

func readCases(t *testing.T, path string) []testCase {
	t.Helper()
	data, err := os.ReadFile(path)
	require.NoError(t, err)
	var cases []testCase
	require.NoError(t, json.Unmarshal(data, &cases), path)
	require.NotEmpty(t, cases, path)
	return cases
}

func (c testCase) run(t *testing.T) {
	require.NotEmpty(t, c.Expected, "a case without an expectation tests nothing")
	compute, known := kinds[c.Kind]
	require.True(t, known, "unknown kind %q", c.Kind)
	got, err := compute(c.Inputs)
	c.checkError(t, err)
	for key, want := range c.Expected {
		if key != "error" {
			c.checkFigure(t, key, want, got)
		}
	}
	c.checkPublished(t, got)
}

func (c testCase) checkError(t *testing.T, err error) {
	t.Helper()
	code, fails := c.Expected["error"].(string)
	if !fails {
		require.NoError(t, err)
		return
	}
	require.ErrorIs(t, err, &sci.Error{Code: code})
}

// wrongWay maps the key of a figure that a wrong method gives to the key of the
// right one.
var wrongWay = map[string]string{
	"wrong_mean_of_rates":            "sci_g_per_unit",
	"wrong_mean_intensity_product_g": "operational_g",
}

func (c testCase) checkFigure(t *testing.T, key string, want any, got figures) {
	t.Helper()
	if want == nil {
		require.NotContains(t, got, key)
		return
	}
	if within, ok := want.(map[string]any); ok {
		for part, want := range within {
			c.checkFigure(t, key+"."+part, want, got)
		}
		return
	}
	if text, ok := want.(string); ok {
		require.Contains(t, got, key+"="+text)
		return
	}
	number, ok := want.(float64)
	require.True(t, ok, "%s is not a number", key)
	if right, wrong := wrongWay[key]; wrong {
		c.checkWrong(t, number, c.Expected[right], got[right])
		return
	}
	require.Contains(t, got, key)
	require.True(t, c.Tolerance.near(got[key], number), "%s: got %v, want %v", key, got[key], number)
}

// checkWrong holds that got is not the wrong figure, unless both ways lead to
// the same.
func (c testCase) checkWrong(t *testing.T, wrong float64, right any, got float64) {
	t.Helper()
	if number, ok := right.(float64); ok && c.Tolerance.near(number, wrong) {
		return
	}
	require.False(t, c.Tolerance.near(got, wrong), "got %v, the figure of the wrong method", got)
}

// checkPublished holds that what a source prints comes out within its rounding,
// or that something of it does not where the source is wrong.
func (c testCase) checkPublished(t *testing.T, got figures) {
	t.Helper()
	var differ []string
	for key, want := range c.Published {
		number, ok := want.(float64)
		require.True(t, ok, "published %s is not a number", key)
		require.Contains(t, got, key)
		near := c.PublishedTolerance
		if c.PublishedWrong {
			near = c.Tolerance
		}
		if !near.near(got[key], number) {
			differ = append(differ, fmt.Sprintf("%s: got %v, published %v", key, got[key], number))
		}
	}
	if c.PublishedWrong {
		require.NotEmpty(t, differ, "the published figures are wrong, and came out")
		return
	}
	require.Empty(t, differ)
}
