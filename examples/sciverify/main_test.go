package main

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

const certificates = "../../sci/testdata/certificates"

// call runs the program.
func call(t *testing.T, in string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(args, strings.NewReader(in), &o, &e)
	return code, o.String(), e.String()
}

func correct(t *testing.T) *sci.Disclosure {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(certificates, "correct.json"))
	require.NoError(t, err)
	d, err := sci.ParseDisclosure(b)
	require.NoError(t, err)
	return d
}

// file writes a disclosure that was changed.
func file(t *testing.T, change func(*sci.Disclosure)) string {
	t.Helper()
	d := correct(t)
	change(d)
	b, err := d.Canonical()
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "d.json")
	require.NoError(t, os.WriteFile(path, b, 0o600))
	return path
}

func TestVerify(t *testing.T) {
	good := filepath.Join(certificates, "correct.json")
	code, out, errs := call(t, "", "verify", good)
	require.Empty(t, errs)
	require.Contains(t, out, "correct.json: scimeter, findings: 0")
	require.Equal(t, exitOK, code, out)

	bad := file(t, func(d *sci.Disclosure) { d.Result.Score.Value *= 2 })
	code, out, _ = call(t, "", "verify", good, bad)
	require.Equal(t, exitFound, code)
	require.Contains(t, out, "error score_mismatch at ")

	code, out, errs = call(t, "", "verify", bad, "none.json")
	require.Equal(t, exitUnread, code)
	require.Contains(t, out, "score_mismatch", "the others are verified all the same")
	require.Contains(t, errs, "none.json")

	code, _, errs = call(t, "this is nothing", "verify", "-")
	require.Equal(t, exitUnread, code)
	require.NotEmpty(t, errs)
}

func TestVerifyForCI(t *testing.T) {
	bad := file(t, func(d *sci.Disclosure) { d.Result.Score.Value *= 2 })
	code, out, _ := call(t, "", "verify", "-format", "sarif", bad)
	require.Equal(t, exitFound, code)
	var sarif struct {
		Version string
		Runs    []struct {
			Results []struct {
				RuleID string
				Level  string
			}
		}
	}
	require.NoError(t, json.Unmarshal([]byte(out), &sarif))
	require.Equal(t, "2.1.0", sarif.Version)
	require.Equal(t, "score_mismatch", sarif.Runs[0].Results[0].RuleID)
	_, out, _ = call(t, "", "verify", "-format", "junit", bad)
	require.NoError(t, xml.Unmarshal([]byte(out), new(any)))
	require.Contains(t, out, "score_mismatch")
	_, out, _ = call(t, "", "verify", "-format", "json", bad)
	var reports []reportJSON
	require.NoError(t, json.Unmarshal([]byte(out), &reports))
	require.Equal(t, "score_mismatch", reports[0].Findings[0].Code)
}

func TestVerifyByProfile(t *testing.T) {
	average := file(t, func(d *sci.Disclosure) { d.Profile = sci.GSF11 })
	code, _, _ := call(t, "", "verify", "-profile", "gsf-1.1", average)
	require.Equal(t, exitOK, code)
	code, out, _ := call(t, "", "verify", average, "-profile", "iso-21031-2024")
	require.Equal(t, exitFound, code)
	require.Contains(t, out, "I-ISO")
}

func TestCompare(t *testing.T) {
	good := filepath.Join(certificates, "correct.json")
	code, out, errs := call(t, "", "compare", good, good)
	require.Equal(t, exitOK, code, out+errs)

	other := file(t, func(d *sci.Disclosure) { d.Unit.Name = "visit" })
	code, _, errs = call(t, "", "compare", good, other)
	require.Equal(t, exitUnlike, code)
	require.Contains(t, errs, "/functional_unit/name")

	worse := file(t, func(d *sci.Disclosure) {
		d.Unit.Total.Value /= 2
		d.Result.Score.Value *= 2
		if d.Result.Low != nil {
			d.Result.Low.Value *= 2
			d.Result.High.Value *= 2
		}
		var halve func([]sci.ComponentStatement)
		halve = func(parts []sci.ComponentStatement) {
			for i := range parts {
				if parts[i].Score != nil {
					parts[i].Score.Value *= 2
				}
				halve(parts[i].Parts)
			}
		}
		halve(d.Components)
	})
	code, out, errs = call(t, "", "compare", good, worse, "-threshold", "0.05")
	require.Contains(t, []int{exitFound, exitUnproven}, code, out+errs)
	require.Contains(t, out, "R", "by what it changed")
	code, _, _ = call(t, "", "compare", good, worse, "-threshold", "1.5")
	require.Equal(t, exitOK, code)
}

func TestRender(t *testing.T) {
	good := file(t, func(d *sci.Disclosure) { d.Software.ID = "5f6f9a1e-7b0c-4c52-9d5e-0c6a1f9f7b11" })
	for form, want := range map[string]string{
		"html": "<!DOCTYPE html>", "markdown": "# ", "csv": ",", "json": `"schema":"scimeter.disclosure/1"`,
		"gsf": "Section", "imp": "functional_unit", "iso": "software-boundary", "impact-framework": "tree:",
	} {
		code, out, errs := call(t, "", "render", "-to", form, good)
		require.Equal(t, exitOK, code, form+": "+errs)
		require.Contains(t, strings.ToLower(out), strings.ToLower(want), form)
		if form == "json" {
			code, again, _ := call(t, out, "render", "-to", "json", "-")
			require.Equal(t, exitOK, code)
			require.Equal(t, out, again)
		}
	}
}

func TestUsage(t *testing.T) {
	for _, args := range [][]string{
		nil, {"nonsense"}, {"verify"}, {"verify", "-format", "xml", "x"}, {"verify", "-profile", "iso", "x"}, {"compare", "x"},
		{"render"}, {"render", "-to", "pdf", "x"}, {"verify", "-nonsense"},
	} {
		code, _, errs := call(t, "", args...)
		require.Equal(t, exitUsage, code, args)
		require.NotEmpty(t, errs)
	}
	code, _, errs := call(t, "", "-h")
	require.Equal(t, exitOK, code)
	require.Equal(t, help, errs)
}
