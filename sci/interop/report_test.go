package interop_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/sci/interop"
)

func reports(t *testing.T) []interop.Report {
	t.Helper()
	doc := readFile(t, "testdata", "gsf", "continental.md")
	_, err := interop.Read("broken file.yml", []byte("name: x\ntree:\n  - a: [1\n  b: 2\n"))
	require.Error(t, err)
	return []interop.Report{
		{
			Name: "continental.md", Document: doc,
			Findings: []sci.Finding{
				{Code: "total_mismatch", Severity: sci.SeverityError, Path: "/components/1/facility_kwh", Message: "it is <not> the sum", Stated: sci.Exactly(1), Derived: sci.Exactly(2), Rules: []string{"Q-02"}, Remedy: "add it up"},
				{Code: "vintage", Severity: sci.SeverityNote, Path: "/intensity/vintage", Message: "old\x01"},
			},
			Verdicts: []sci.Verdict{
				{Rule: "I-02", Level: "shall", Ref: "1.1 l.126", Outcome: sci.Fail, Evidence: "of a market", Path: "/intensity"},
				{Rule: "E-02", Level: "should", Outcome: sci.Fail, Evidence: "idle is left out"},
				{Rule: "E-01", Level: "shall", Outcome: sci.Pass, Evidence: "in kWh"},
				{Rule: "C-01", Level: "should", Outcome: sci.NotAssessable, Evidence: "no baseline"},
			},
		},
		{Name: "broken file.yml", Err: err},
	}
}

func TestSARIF(t *testing.T) {
	var b, again bytes.Buffer
	require.NoError(t, interop.SARIF(&b, reports(t)))
	require.NoError(t, interop.SARIF(&again, reports(t)))
	require.Equal(t, b.String(), again.String())
	var log struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID    string
				RuleIndex int
				Level     string
				Message   struct{ Text string }
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           *struct {
							StartLine, StartColumn int
							Snippet                struct{ Text string }
						}
					}
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal(b.Bytes(), &log))
	require.Equal(t, "2.1.0", log.Version)
	require.Len(t, log.Runs, 1)
	run := log.Runs[0]
	require.Len(t, run.Results, 5, "2 findings, 2 failed rules, 1 file")
	for _, r := range run.Results {
		require.Equal(t, r.RuleID, run.Tool.Driver.Rules[r.RuleIndex].ID)
		require.NotEmpty(t, r.Message.Text)
	}
	first := run.Results[0]
	require.Equal(t, "error", first.Level)
	require.Equal(t, 17, first.Locations[0].PhysicalLocation.Region.StartLine)
	require.Equal(t, "34.500", first.Locations[0].PhysicalLocation.Region.Snippet.Text)
	require.Equal(t, []string{"note", "error", "warning", "error"}, []string{run.Results[1].Level, run.Results[2].Level, run.Results[3].Level, run.Results[4].Level})
	require.Equal(t, "broken%20file.yml", run.Results[4].Locations[0].PhysicalLocation.ArtifactLocation.URI)
	require.Equal(t, 3, run.Results[4].Locations[0].PhysicalLocation.Region.StartLine)

	b.Reset()
	require.NoError(t, interop.SARIF(&b, nil))
	require.Contains(t, b.String(), `"results": []`)
}

func TestJUnit(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, interop.JUnit(&b, reports(t)))
	var suites struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Errors   int `xml:"errors,attr"`
		Suites   []struct {
			Name    string `xml:"name,attr"`
			Skipped int    `xml:"skipped,attr"`
			Cases   []struct {
				Name    string `xml:"name,attr"`
				Line    int    `xml:"line,attr"`
				Output  string `xml:"system-out"`
				Failure *struct {
					Message string `xml:"message,attr"`
					Text    string `xml:",chardata"`
				} `xml:"failure"`
			} `xml:"testcase"`
		} `xml:"testsuite"`
	}
	require.NoError(t, xml.Unmarshal(b.Bytes(), &suites))
	require.Equal(t, 8, suites.Tests)
	require.Equal(t, 2, suites.Failures, "an error, and a shall that is not met")
	require.Equal(t, 1, suites.Errors, "a file that was not read")
	require.Equal(t, 1, suites.Suites[0].Skipped)
	c := suites.Suites[0].Cases[1]
	require.Equal(t, "total_mismatch /components/1/facility_kwh", c.Name)
	require.Equal(t, 17, c.Line)
	require.Equal(t, "line 17: it is <not> the sum\nadd it up", c.Failure.Text)
	require.Equal(t, "line 12: old?", suites.Suites[0].Cases[2].Output)
}
