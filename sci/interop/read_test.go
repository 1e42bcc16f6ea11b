package interop_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/sci/interop"
)

func readFile(t *testing.T, path ...string) *interop.Document {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	require.NoError(t, err)
	doc, err := interop.Read(path[len(path)-1], b)
	require.NoError(t, err)
	return doc
}

func rounded(v, within float64) *sci.Figure { return &sci.Figure{Value: v, Within: within} }

func near(t *testing.T, want, within float64, got *sci.Figure) {
	t.Helper()
	require.NotNil(t, got)
	require.InEpsilon(t, want, got.Value, 1e-12)
	require.InDelta(t, within, got.Within, within*1e-9)
}

// The two forms of one score, shared with other projects, come to one figure.
func TestTheTwoFormsOfOneScore(t *testing.T) {
	dir := filepath.Join("..", "..", "..", "shared", "fixtures", "disclosures")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the shared fixtures are not here")
	}
	for _, name := range []string{"inventory-api-disclosure.md", "inventory-api-sci.yml"} {
		d := readFile(t, dir, name).Disclosure
		require.True(t, d.Result.Operational.Agrees(10576.08, 0), name)
		require.True(t, d.Result.Embodied.Agrees(46712.328767, 0), name)
		require.True(t, d.Result.Score.Agrees(2.2915363507, 0), name)
		require.Equal(t, 25e6, d.Unit.Total.Value, name)
		require.Equal(t, 1000.0, d.Unit.Scale, name)
		require.Len(t, d.Components, 3, name)
		require.Equal(t, time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), d.Period.End, name)
	}
}

func TestAnotherOrderOtherMarksOtherUnits(t *testing.T) {
	doc := readFile(t, "testdata", "gsf", "continental.md")
	d := doc.Disclosure
	require.Equal(t, interop.FormatGSF, doc.Format)
	require.Equal(t, sci.Software{Name: "Sortierwerk", Version: "7.2", Organization: "Parcelwaage GmbH"}, d.Software)
	require.Equal(t, time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), d.Period.Start)
	require.Equal(t, time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), d.Period.End)
	near(t, 1200, 50, d.Result.Score)
	require.Equal(t, 1e6, d.Unit.Scale)
	require.Equal(t, "parcel", d.Unit.Name)
	near(t, 480.5e6, 50000, d.Unit.Total)
	near(t, 1234.5, 0.05, d.Result.Facility)
	near(t, 1.25, 0.005, d.Site.PUE)
	near(t, 417.3, 0.05, d.Grid.Value)
	require.Equal(t, 2024, d.Grid.Vintage)
	require.Equal(t, "average", d.Grid.Kind)
	near(t, 61200, 50, d.Result.Embodied)
	near(t, 515157, 0.5, d.Result.Operational)
	require.Len(t, d.Components, 2)
	store, gateway := d.Components[0], d.Components[1]
	near(t, 1200, 50, store.Facility)
	near(t, 1290, 0.5, store.Power)
	require.Equal(t, sci.Exactly(744), store.Hours)
	near(t, 34.5, 0.0005, gateway.Facility)
	require.Equal(t, sci.Exactly(43800), store.Hardware[0].Lifespan)
	require.Equal(t, sci.Exactly(3), store.Hardware[0].RR)
	require.Equal(t, sci.Exactly(4), store.Hardware[0].ToR)
	near(t, 4.1e6, 50, store.Hardware[0].TE)
	near(t, 52200, 50, store.Hardware[0].M)
	near(t, 9005, 0.5, gateway.Hardware[0].M)
	require.Equal(t, sci.Exactly(35040), gateway.Hardware[0].Lifespan)
	require.Equal(t, sci.Exactly(1), gateway.Hardware[0].Share)
	require.Equal(t, []sci.BoundaryItem{{Name: "Scanners", Why: "belong to others"}}, d.Boundary.Excluded)
	require.Empty(t, doc.Notes)
	require.Equal(t, interop.Place{Line: 9, Column: 25, Text: "0,4173"}, doc.At("/intensity/g_per_kwh"))
	require.Equal(t, 17, doc.At("/components/1/power_w").Line)
	require.Equal(t, "34.500", doc.At("/components/1/facility_kwh").Text)
}

func TestOneRunAndAListOfParameters(t *testing.T) {
	doc := readFile(t, "testdata", "gsf", "bench.md")
	d := doc.Disclosure
	require.Equal(t, "Scribe writes down what is said, on the machine of who says it.", d.Software.Description)
	near(t, 4.6, 0.05, d.Result.Score)
	require.Equal(t, time.Date(2026, 7, 22, 0, 0, 0, 0, time.UTC), d.Period.Start)
	require.Equal(t, time.Date(2026, 7, 23, 0, 0, 0, 0, time.UTC), d.Period.End)
	require.Equal(t, "talk", d.Unit.Name)
	require.Equal(t, sci.Exactly(1), d.Unit.Total)
	near(t, 0.00102, 0.000005, d.Result.Facility)
	require.Nil(t, d.Site.PUE, "N/A is not a PUE")
	near(t, 0.00087, 0.000005, d.Components[0].Facility)
	near(t, 0.87, 0.0005, d.Components[0].Power)
	require.Equal(t, sci.Exactly(1), d.Components[0].Hours)
	require.Equal(t, sci.Exactly(0.0125), d.Components[1].Hours)
	require.Contains(t, d.Grid.Remark, "green tariff")
	near(t, 4.23, 0.005, d.Result.Embodied)
	near(t, 0.358, 0.0005, d.Result.Operational)
	h := d.Components[2].Hardware[0]
	near(t, 146520, 5, h.TE)
	near(t, 1.0125, 0.00005, h.Reserved)
	require.Equal(t, sci.Exactly(35040), h.Lifespan)
	require.Equal(t, 1.0, h.Share.Value)
	near(t, 4.23, 0.005, h.M)
	require.Equal(t, []string{"One machine — others differ"}, d.Method.Assumptions)
}

func TestIMP(t *testing.T) {
	doc := readFile(t, "testdata", "imp", "parcels.yml")
	d := doc.Disclosure
	require.Equal(t, interop.FormatIMP, doc.Format)
	near(t, 2.31, 0.005, d.Result.Score)
	require.Equal(t, 1000.0, d.Unit.Scale)
	require.Equal(t, "parcel", d.Unit.Name)
	require.Equal(t, time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC), d.Period.End, "720 hours are 30 days")
	require.Equal(t, rounded(120, 0.5), d.Components[0].IT, "before the PUE")
	require.Nil(t, d.Components[1].IT, "about 30 is no number")
	require.Equal(t, []sci.RegionShare{{Zone: "AT", Share: 0.6, Value: rounded(200, 0.5)}, {Zone: "DE", Share: 0.4, Value: rounded(700, 0.5)}}, d.Grid.Regions)
	require.Contains(t, d.Grid.Remark, "guarantees of origin")
	require.Equal(t, rounded(0.75, 0.005), d.Components[0].Hardware[0].Share)
	require.Equal(t, []sci.Conversion{{From: "parcels", To: "thousands of parcels", Factor: 1000, Why: "legible"}}, d.Unit.Conversions)
	require.Equal(t, 29, doc.At("/components/0/it_kwh").Line)
	require.Len(t, doc.Notes, 1)
	require.Equal(t, "number_unreadable", doc.Notes[0].Code)
	require.Equal(t, "/components/1/it_kwh", doc.Notes[0].Path)
}

// What a number with one mark and three digits is, the document has to show.
func TestAmbiguousNumbersAreNeverSilent(t *testing.T) {
	const form = "## Score\n**SCI score:** 1,234 gCO2eq per request\n## Energy\n**Total energy:** %s kWh\n## Embodied\n**Total embodied:** 7 g\n## Functional unit\n"
	for energy, want := range map[string]float64{"5": 1234, "12.5": 1234, "12,5": 1.234, "1,234,567": 1234, "1.234.567": 1.234} {
		doc, err := interop.Read("x.md", []byte(strings.ReplaceAll(form, "%s", energy)))
		require.NoError(t, err)
		require.Equal(t, want, doc.Disclosure.Result.Score.Value, energy)
		if energy != "5" {
			require.Empty(t, doc.Notes, energy)
			continue
		}
		require.Len(t, doc.Notes, 1)
		require.Equal(t, "number_ambiguous", doc.Notes[0].Code)
		require.Equal(t, sci.SeverityNote, doc.Notes[0].Severity)
		require.Equal(t, "/result/score_g", doc.Notes[0].Path)
		require.Contains(t, doc.Notes[0].Message, `"1,234" may be 1234 or 1.234`)
	}
}

func TestNumbersAsPeopleWriteThem(t *testing.T) {
	const form = "## Score\n**SCI score:** %s per request\n## Energy\n**Total energy:** 1,234,567.5 kWh\n## Embodied\n**Total embodied:** 7 g\n"
	for text, want := range map[string]*sci.Figure{
		"1 234.5 gCO2eq":         rounded(1234.5, 0.05),
		"1\u202f234.5 g CO₂e":    rounded(1234.5, 0.05),
		"1'234.5 grams CO2":      rounded(1234.5, 0.05),
		"≈ 1,500 gCO2e":          rounded(1500, 50),
		"~0.42 mg CO2eq":         rounded(0.00042, 0.000005),
		"2.5e-3 kgCO2e":          rounded(2.5, 0.05),
		"3.1 × 10^-4 gCO2e":      rounded(0.00031, 0.000005),
		"4 × 10⁻³ t CO2":         rounded(4000, 500),
		"0.031 kilograms CO2-eq": rounded(31, 0.5),
	} {
		doc, err := interop.Read("x.md", []byte(strings.ReplaceAll(form, "%s", text)))
		require.NoError(t, err, text)
		got := doc.Disclosure.Result.Score
		require.NotNil(t, got, text)
		require.InEpsilon(t, want.Value, got.Value, 1e-12, text)
		require.InEpsilon(t, want.Within, got.Within, 1e-9, text)
	}
}

func TestHostileAndBroken(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := byte('b'); c < 'k'; c++ {
		bomb += string(c) + ": &" + string(c) + " [" + strings.Repeat("*"+string(c-1)+", ", 9) + "]\n"
	}
	for name, c := range map[string]struct {
		text string
		err  error
		line int
	}{
		"empty":      {"", interop.ErrFormat, 1},
		"prose":      {"only words", interop.ErrFormat, 1},
		"other YAML": {"a: 1\nb: 2\n", interop.ErrFormat, 1},
		"bad YAML":   {"name: x\ntree:\n  - a: [1\n  b: 2\n", interop.ErrSyntax, 3},
		"bad JSON":   {"{\"schema\": \"scimeter.disclosure/1\",\n\"profile\": }", interop.ErrSyntax, 2},
		"not UTF-8":  {"name: x\ntree: \xff", interop.ErrSyntax, 2},
		"bomb":       {bomb + "tree: *j\n", interop.ErrTooLarge, 0},
		"deep":       {"tree: " + strings.Repeat("[", 300) + strings.Repeat("]", 300), interop.ErrTooLarge, 1},
		"large":      {strings.Repeat("# 0123456789\n", interop.MaxDocument/12), interop.ErrTooLarge, 0},
		"long line":  {"## Score\n**a:** b\n**c:** " + strings.Repeat("1,234 kWh ", 5000), interop.ErrTooLarge, 3},
		"deep JSON":  {`{"schema": "scimeter.disclosure/1", "x": ` + strings.Repeat("[", 300), interop.ErrTooLarge, 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := interop.Read("file", []byte(c.text))
			require.ErrorIs(t, err, c.err)
			var e *interop.Error
			require.True(t, errors.As(err, &e))
			require.Equal(t, "file", e.Name)
			if c.line > 0 {
				require.Equal(t, c.line, e.Line, err)
			}
		})
	}
}

func TestOurOwnForm(t *testing.T) {
	d := &sci.Disclosure{Schema: sci.DisclosureSchema, Profile: sci.GSF11, Components: []sci.ComponentStatement{{ID: "a", Facility: rounded(2.5, 0.05)}}}
	b, err := d.Canonical()
	require.NoError(t, err)
	b = bytes.ReplaceAll(b, []byte(","), []byte(",\n"))
	doc, err := interop.Read("ours.json", b)
	require.NoError(t, err)
	require.Equal(t, interop.FormatScimeter, doc.Format)
	require.Equal(t, d, doc.Disclosure)
	require.Equal(t, "2.5", doc.At("/components/0/facility_kwh/value").Text)
	require.Positive(t, doc.At("/components/0/facility_kwh").Line)
}

func FuzzRead(f *testing.F) {
	for _, pattern := range []string{"testdata/gsf/*.md", "testdata/imp/*.yml", "testdata/if/*.yml"} {
		names, _ := filepath.Glob(pattern)
		for _, name := range names {
			b, err := os.ReadFile(name)
			require.NoError(f, err)
			f.Add(b)
		}
	}
	f.Add([]byte("sci: {software-boundary: [a, b: c], sci: 1, r: 1000, r-source: call}\nmetadata: {name: x, sci-version: 1.0}"))
	f.Add([]byte(`{"schema":"scimeter.disclosure/1","profile":"gsf-1.1","software":{"name":""},"period":{},"boundary":{},"functional_unit":{"name":""},"components":[],"result":{}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		doc, err := interop.Read("fuzz", b)
		if err != nil {
			var e *interop.Error
			require.True(t, errors.As(err, &e), "%T", err)
			return
		}
		_, err = doc.Disclosure.Canonical() // no NaN, no Inf, no text that is none
		require.NoError(t, err)
		for _, n := range doc.Notes {
			require.NotEmpty(t, n.Code)
		}
		var text bytes.Buffer
		require.NoError(t, interop.WriteGSFForm(&text, doc.Disclosure))
		require.NoError(t, interop.WriteIMP(&text, doc.Disclosure))
	})
}
