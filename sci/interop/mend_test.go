package interop_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/sci/interop"
)

func readText(t *testing.T, text string) *interop.Document {
	t.Helper()
	doc, err := interop.Read("made", []byte(text))
	require.NoError(t, err)
	return doc
}

func ofCode(t *testing.T, doc *interop.Document, code string) sci.Finding {
	t.Helper()
	for _, n := range doc.Notes {
		if n.Code == code {
			return n
		}
	}
	require.Fail(t, "no such note", "%s in %v", code, doc.Notes)
	return sci.Finding{}
}

// scored is an output of two rows with a score each, and those of the whole.
func scored(second, whole string) string {
	return `name: made
initialize: {plugins: {sci: {method: Sci, path: builtin, config: {functional-unit: hits}}}}
tree:
` + whole + `  children:
    web:
      outputs:
        - {timestamp: "2026-05-01T00:00:00Z", duration: 60, carbon: 720, hits: 10000, sci: 0.072}
        - {timestamp: "2026-05-01T00:01:00Z", duration: 60, carbon: 1140, hits: 30000, sci: ` + second + `}
`
}

func TestScoresOfRowsReachTheResult(t *testing.T) {
	doc := readText(t, scored("0.038", ""))
	require.InEpsilon(t, 0.0465, doc.Disclosure.Result.Score.Value, 1e-12)
	require.Equal(t, []string{"if_score_of_rows"}, codes(doc.Notes))
	require.Equal(t, 7, doc.At("/result/score_g").Line)

	doc = readText(t, scored("1140", ""))
	require.InEpsilon(t, (720+1140*30000.0)/40000, doc.Disclosure.Result.Score.Value, 1e-12)
	require.Contains(t, ofCode(t, doc, "if_score_row").Message, "0.038")
	require.Equal(t, 8, doc.At("/result/score_g").Line, "of the row that is wrong")
	require.NotContains(t, codes(sci.Verify(readText(t, scored("0.038", "")).Disclosure)), "score_mismatch")
	require.Contains(t, codes(sci.Verify(doc.Disclosure)), "score_mismatch")
}

func TestScoreOfTheWholeWinsOverRows(t *testing.T) {
	whole := "  outputs: [{timestamp: \"2026-05-01T00:00:00Z\", duration: 120, carbon: 1860, hits: 40000, sci: %s}]\n"
	doc := readText(t, scored("0.038", fmt.Sprintf(whole, "46.5")))
	near(t, 46.5, 0.05, doc.Disclosure.Result.Score)
	require.Equal(t, sci.Exactly(1860), doc.Disclosure.Result.Carbon)
	require.Equal(t, 4, doc.At("/result/score_g").Line)
	require.Contains(t, codes(sci.Verify(doc.Disclosure)), "scale_error")

	doc = readText(t, scored("1140", fmt.Sprintf(whole, "0.0465")))
	near(t, 0.0465, 0.00005, doc.Disclosure.Result.Score)
	require.Contains(t, codes(sci.Verify(doc.Disclosure)), "component_score_mismatch")
}

func TestHardwareOfIMPWithoutAUnit(t *testing.T) {
	const form = `calculation:
  embodied_emissions:
    value: %s
    unit: %s
    hardware_components:
      - {name: a, embodied_total: 4200, allocated_emissions: 258.9041%s}
      - {name: b, embodied_total: 1680, allocated_emissions: 51.7808%s}
`
	for name, c := range map[string]struct {
		value, unit, own string
		m                float64
		assumed          bool
	}{
		"section in kg":                {"310.6849", "kgCO2eq", "", 258904.1, true},
		"section in t, rows in kg":     {"0.31068", "tCO2eq", "", 258904.1, true},
		"section in kg, rows in g":     {"0.310685", "kgCO2eq", "", 258.9041, false},
		"section in kg, fits nothing":  {"77", "kgCO2eq", "", 258.9041, false},
		"section in g is as it stands": {"310684.9", "gCO2eq", "", 258.9041, false},
		"rows that name their unit":    {"0.31068", "tCO2eq", ", unit: kgCO2eq", 258904.1, false},
	} {
		t.Run(name, func(t *testing.T) {
			doc := readText(t, fmt.Sprintf(form, c.value, c.unit, c.own, c.own))
			h := doc.Disclosure.Components[0].Hardware[0]
			require.InEpsilon(t, c.m, h.M.Value, 1e-12)
			require.InEpsilon(t, c.m*4200/258.9041, h.TE.Value, 1e-12)
			require.Equal(t, c.assumed, len(doc.Notes) == 1 && doc.Notes[0].Code == "unit_assumed", doc.Notes)
		})
	}
}

func TestHoursThatTheDatesDoNotMake(t *testing.T) {
	const form = "submission:\n  measurement_period: {start_date: \"2026-01-01\", end_date: \"%s\", duration_hours: %d}\n"
	for _, c := range []struct {
		end    string
		hours  int
		differ bool
	}{{"2026-03-31", 2160, false}, {"2026-04-01", 2160, false}, {"2026-03-31", 2159, false}, {"2026-03-31", 744, true}} {
		doc := readText(t, fmt.Sprintf(form, c.end, c.hours))
		if !c.differ {
			require.Empty(t, doc.Notes, c)
			continue
		}
		n := ofCode(t, doc, "duration_differs")
		require.Equal(t, sci.SeverityWarning, n.Severity)
		require.Equal(t, 2, doc.At(n.Path).Line)
	}
	doc := readText(t, fmt.Sprintf(form, "soon", 744))
	require.Equal(t, "/period/end", ofCode(t, doc, "date_unreadable").Path)
}

func disclosed(period string) string {
	return "# Made\n\n## Section 2 — Your SCI Score\n**Your SCI score:** 2 gCO2eq per request\n**Measurement period:** " + period + "\n"
}

func TestPeriodsAsPeopleWriteThem(t *testing.T) {
	first, last := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, text := range []string{
		"1er février 2026 au 28 février 2026", "du 1er au 28 février 2026", "1 de febrero de 2026 a 28 de febrero de 2026",
		"1 febbraio 2026 – 28 febbraio 2026", "1º de fevereiro de 2026 a 28 de fevereiro de 2026", "1. Februar 2026 bis 28. Februar 2026",
		"1 februari 2026 t/m 28 februari 2026", "1–28 February 2026", "1 Feb to 28 Feb 2026", "February 1, 2026 to February 28th, 2026",
		"02/01/2026 to 02/28/2026", "01/02/2026 to 28/02/2026", "01.02.2026 – 28.02.2026",
	} {
		doc := readText(t, disclosed(text))
		require.Equal(t, first, doc.Disclosure.Period.Start, text)
		require.Equal(t, last, doc.Disclosure.Period.End, text)
		require.Empty(t, doc.Notes, text)
	}
	for month, names := range []string{"janv. enero gennaio Jänner", "févr.", "março März maart mrt mars", "abril avril", "Mai maggio mei", "juin giugno", "juil. luglio Juli", "août agosto augustus", "settembre septiembre", "outubro ottobre oktober", "novembre", "décembre Dezember dic diciembre"} {
		for name := range strings.FieldsSeq(names) {
			doc := readText(t, disclosed("3 "+name+" 2026 – 4 "+name+" 2026"))
			require.Equal(t, time.Date(2026, time.Month(month+1), 3, 0, 0, 0, 0, time.UTC), doc.Disclosure.Period.Start, name)
		}
	}
}

func TestDatesThatAreNotReadAreNotes(t *testing.T) {
	for _, text := range []string{"le premier trimestre", "28 February 2026", "Q1 2026"} {
		doc := readText(t, disclosed(text))
		require.Equal(t, 5, doc.At(ofCode(t, doc, "date_unreadable").Path).Line, text)
	}
	doc := readText(t, disclosed("02/03/2026 to 02/04/2026"))
	require.Equal(t, 5, doc.At(ofCode(t, doc, "date_ambiguous").Path).Line)

	doc = readText(t, "## Score\n**SCI score:** 2 g\n**Start date:** 03/04/2026\n**End date:** 28/04/2026\n")
	require.Equal(t, time.Date(2026, 4, 3, 0, 0, 0, 0, time.UTC), doc.Disclosure.Period.Start, "settled by the field of the end")
	require.Empty(t, doc.Notes)
}

func TestNumbersWithUnitsSettleTheMarks(t *testing.T) {
	doc := readText(t, "## About\n**Software version:** 5.1\n## Score\n**SCI score:** 176,813 gCO2eq per session\n## Energy\n**Total energy:** 312,2 Wh\n")
	near(t, 176.813, 0.0005, doc.Disclosure.Result.Score)
	require.Empty(t, doc.Notes)
	doc = readText(t, "## Score\n**SCI score:** 176,813 gCO2eq per session\n## Energy\n**PUE:** 1,5\n**Total energy:** 312.2 Wh\n")
	near(t, 176813, 0.5, doc.Disclosure.Result.Score)
}

func TestProfilesOfAI(t *testing.T) {
	score := "\n## Score\n**SCI score:** 2 g per token\n## Energy\n**Total energy:** 3 kWh\n"
	for text, want := range map[string]sci.Profile{
		"## About\n**SCI profile:** SCI for AI, consumer":       sci.SCIAIConsumer,
		"## About\n**Specification used:** SCI for AI provider": sci.SCIAIProvider,
		"# SCI for AI — consumer score\n**a:** b":               sci.SCIAIConsumer,
		"## About\n**Load profile:** of a consumer":             sci.GSF11,
	} {
		doc := readText(t, text+score)
		require.Equal(t, want, doc.Disclosure.Profile, text)
		if want == sci.GSF11 {
			require.Nil(t, doc.Disclosure.AI)
			continue
		}
		require.Equal(t, strings.TrimPrefix(string(want), "sci-ai-"), doc.Disclosure.AI.Persona, text)
	}
	doc := readText(t, "## About\n**SCI profile:** SCI for AI"+score)
	require.Equal(t, 2, doc.At(ofCode(t, doc, "profile_unclear").Path).Line)
}

func TestMarkdownOfAnotherSubject(t *testing.T) {
	for _, text := range []string{
		"# Notes\nhello world: [x\n", "# just text\n", "# Tool\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n**Use:** it\n",
	} {
		_, err := interop.Read("x.md", []byte(text))
		require.ErrorIs(t, err, interop.ErrFormat)
		require.ErrorContains(t, err, "no SCI disclosure: no section with a score")
	}
	_, err := interop.Read("x.yml", []byte("# a comment\nname: x\ntree: [1\n"))
	require.ErrorIs(t, err, interop.ErrSyntax, "YAML with a comment stays YAML")
}
