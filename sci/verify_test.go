package sci_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

var updateCertificates = flag.Bool("certificates", false, "write the certificates with planted errors")

// certificate returns a disclosure of testdata.
func certificate(tb testing.TB, name string) *sci.Disclosure {
	tb.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "certificates", name+".json"))
	require.NoError(tb, err)
	var d sci.Disclosure
	require.NoError(tb, json.Unmarshal(b, &d))
	return &d
}

func TestVerifyIsSilentOnWhatIsCorrect(t *testing.T) {
	require.Empty(t, sci.Verify(certificate(t, "correct")))
	require.Empty(t, sci.Verify(nil))
	require.Empty(t, sci.Verify(&sci.Disclosure{}))
}

// Of each planted error, Verify reports its code at its place and nothing else.
func TestVerifyFindsPlantedErrors(t *testing.T) {
	for _, p := range plantedErrors {
		t.Run(p.code, func(t *testing.T) {
			d := certificate(t, "correct")
			p.edit(d)
			findsAlone(t, d, p)
			if p.code == "not_finite" {
				return // JSON has no such number
			}
			stored(t, p.code, d)
			findsAlone(t, certificate(t, p.code), p)
		})
	}
	for name, p := range morePlanted {
		t.Run(name, func(t *testing.T) {
			d := certificate(t, "correct")
			p.edit(d)
			findsAlone(t, d, p)
		})
	}
}

func findsAlone(t *testing.T, d *sci.Disclosure, p planted) {
	t.Helper()
	found := sci.Verify(d)
	require.Len(t, found, 1, "%+v", found)
	f := found[0]
	require.Equal(t, p.code, f.Code, f.Message)
	require.Equal(t, p.path, f.Path, f.Message)
	require.NotEmpty(t, f.Message)
	require.NotEmpty(t, f.Severity)
	require.NotEmpty(t, f.Rules)
	require.NotEmpty(t, f.Remedy)
}

// stored holds the file of a code against what the edit makes.
func stored(t *testing.T, code string, d *sci.Disclosure) {
	t.Helper()
	var want bytes.Buffer
	e := json.NewEncoder(&want)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	require.NoError(t, e.Encode(d))
	name := filepath.Join("testdata", "certificates", code+".json")
	if *updateCertificates {
		require.NoError(t, os.WriteFile(name, want.Bytes(), 0o644))
	}
	got, err := os.ReadFile(name)
	require.NoError(t, err, "run the test with -certificates")
	require.Equal(t, want.String(), string(got), "run the test with -certificates")
}

func TestEveryFindingCodeIsPlanted(t *testing.T) {
	planted := map[string]int{}
	for _, p := range plantedErrors {
		planted[p.code]++
	}
	for _, c := range sci.FindingCodes() {
		require.Equal(t, 1, planted[c.Code], "%s: planted errors", c.Code)
		require.Contains(t, []sci.Severity{sci.SeverityError, sci.SeverityWarning, sci.SeverityNote}, c.Severity)
		require.NotEmpty(t, c.About)
		delete(planted, c.Code)
	}
	require.Empty(t, planted, "codes that Verify does not have")
}
