package interop

import (
	"cmp"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/scimeter/scimeter/sci"
)

// A Report is what was found in a document. Document may be nil, or have no
// disclosure: then Name and Err say what could not be read.
type Report struct {
	Name     string // of the file
	Document *Document
	Findings []sci.Finding
	Verdicts []sci.Verdict
	Err      error // that Read returned
}

// all returns the findings, and the notes of the reader after them.
func (r Report) all() []sci.Finding {
	out := slices.Clone(r.Findings)
	if r.Document != nil {
		out = append(out, r.Document.Notes...)
	}
	return out
}

func (r Report) at(path string) Place {
	if r.Document == nil {
		return Place{}
	}
	return r.Document.At(path)
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool struct {
		Driver sarifDriver `json:"driver"`
	} `json:"tool"`
	ColumnKind string        `json:"columnKind"`
	Results    []sarifResult `json:"results"`
}

type sarifDriver struct {
	Name           string      `json:"name"`
	InformationURI string      `json:"informationUri"`
	Rules          []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID string `json:"id"`
}

type sarifResult struct {
	RuleID     string          `json:"ruleId"`
	RuleIndex  int             `json:"ruleIndex"`
	Level      string          `json:"level"`
	Kind       string          `json:"kind"`
	Message    sarifText       `json:"message"`
	Locations  []sarifLocation `json:"locations"`
	Properties map[string]any  `json:"properties,omitempty"`
}

type sarifLocation struct {
	Physical struct {
		Artifact struct {
			URI string `json:"uri"`
		} `json:"artifactLocation"`
		Region *sarifRegion `json:"region,omitempty"`
	} `json:"physicalLocation"`
	Logical []sarifLogical `json:"logicalLocations,omitempty"`
}

type sarifRegion struct {
	StartLine   int        `json:"startLine"`
	StartColumn int        `json:"startColumn,omitempty"`
	Snippet     *sarifText `json:"snippet,omitempty"`
}

type sarifLogical struct {
	Name string `json:"fullyQualifiedName"`
}

// SARIF writes what was found as a log of the Static Analysis Results Interchange
// Format 2.1.0 (OASIS): findings, failed rules of a profile and files that could
// not be read, each with the line where it stands. The order is that of the
// reports and of what is in them.
func SARIF(w io.Writer, reports []Report) error {
	s := sarifWriter{index: map[string]int{}}
	s.run.ColumnKind = "unicodeCodePoints"
	s.run.Results = []sarifResult{}
	s.run.Tool.Driver = sarifDriver{Name: "scimeter", InformationURI: "https://github.com/scimeter/scimeter", Rules: []sarifRule{}}
	for _, r := range reports {
		s.report(r)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(sarifLog{"https://json.schemastore.org/sarif-2.1.0.json", "2.1.0", []sarifRun{s.run}})
}

type sarifWriter struct {
	run   sarifRun
	index map[string]int // of rules
}

func (s *sarifWriter) report(r Report) {
	if r.Err != nil {
		place := Place{}
		if e, ok := r.Err.(*Error); ok {
			place.Line = e.Line
		}
		s.add(r, "unreadable", "error", r.Err.Error(), "", place, nil)
	}
	levels := map[sci.Severity]string{sci.SeverityError: "error", sci.SeverityWarning: "warning", sci.SeverityNote: "note"}
	for _, f := range r.all() {
		message := f.Message
		if f.Remedy != "" {
			message += ": " + f.Remedy
		}
		more := map[string]any{}
		if f.Stated != nil {
			more["stated"] = f.Stated.Value
		}
		if f.Derived != nil {
			more["derived"] = f.Derived.Value
		}
		if len(f.Rules) > 0 {
			more["rules"] = f.Rules
		}
		s.add(r, f.Code, cmp.Or(levels[f.Severity], "warning"), message, f.Path, r.at(f.Path), more)
	}
	for _, v := range r.Verdicts {
		if v.Outcome != sci.Fail {
			continue
		}
		level := "warning"
		if v.Level == "shall" {
			level = "error"
		}
		s.add(r, v.Rule, level, fmt.Sprintf("%s (%s): %s", v.Rule, v.Level, v.Evidence), v.Path, r.at(v.Path), map[string]any{"ref": v.Ref})
	}
}

func (s *sarifWriter) add(r Report, rule, level, message, path string, p Place, more map[string]any) {
	i, known := s.index[rule]
	if !known {
		i = len(s.run.Tool.Driver.Rules)
		s.index[rule] = i
		s.run.Tool.Driver.Rules = append(s.run.Tool.Driver.Rules, sarifRule{rule})
	}
	var l sarifLocation
	l.Physical.Artifact.URI = uri(r.Name)
	if p.Line > 0 {
		l.Physical.Region = &sarifRegion{StartLine: p.Line, StartColumn: p.Column}
		if p.Text != "" {
			l.Physical.Region.Snippet = &sarifText{p.Text}
		}
	}
	if path != "" {
		l.Logical = []sarifLogical{{path}}
	}
	if message == "" {
		message = rule
	}
	s.run.Results = append(s.run.Results, sarifResult{rule, i, level, "fail", sarifText{message}, []sarifLocation{l}, more})
}

// uri makes a relative reference (RFC 3986) of the name of a file.
func uri(name string) string {
	var b strings.Builder
	for _, c := range []byte(strings.ReplaceAll(name, `\`, "/")) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~/", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

type junitSuites struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string      `xml:"name,attr"`
	Class   string      `xml:"classname,attr"`
	File    string      `xml:"file,attr,omitempty"`
	Line    int         `xml:"line,attr,omitempty"`
	Failure *junitWrong `xml:"failure,omitempty"`
	Error   *junitWrong `xml:"error,omitempty"`
	Skipped *junitWrong `xml:"skipped,omitempty"`
	Output  string      `xml:"system-out,omitempty"`
}

type junitWrong struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// JUnit writes what was found as JUnit XML, as CI systems read it: a suite for
// each document, in it a case for the reading, for each finding and for each
// verdict. Errors and warnings are failures, as is a rule of level "shall" that
// is not met; notes and what is not assessable do not fail.
func JUnit(w io.Writer, reports []Report) error {
	all := junitSuites{Name: "scimeter"}
	for _, r := range reports {
		s := r.suite()
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Suites = append(all.Suites, s)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func (r Report) suite() junitSuite {
	s := junitSuite{Name: legal(r.Name)}
	read := junitCase{Name: "read", Class: s.Name, File: s.Name}
	if r.Err != nil {
		read.Error = &junitWrong{Message: legal(r.Err.Error()), Type: "unreadable"}
	}
	s.add(read)
	for _, f := range r.all() {
		s.add(r.findingCase(f))
	}
	for _, v := range r.Verdicts {
		s.add(r.verdictCase(v))
	}
	return s
}

func (s *junitSuite) add(c junitCase) {
	s.Tests++
	switch {
	case c.Failure != nil:
		s.Failures++
	case c.Error != nil:
		s.Errors++
	case c.Skipped != nil:
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

func (r Report) findingCase(f sci.Finding) junitCase {
	p := r.at(f.Path)
	c := junitCase{Name: legal(strings.TrimSpace(f.Code + " " + f.Path)), Class: legal(r.Name), File: legal(r.Name), Line: p.Line}
	where := f.Message
	if p.Line > 0 {
		where = fmt.Sprintf("line %d: %s", p.Line, f.Message)
	}
	if f.Severity == sci.SeverityNote {
		c.Output = legal(where)
		return c
	}
	c.Failure = &junitWrong{Message: legal(f.Message), Type: legal(f.Code), Text: legal(strings.TrimSpace(where + "\n" + f.Remedy))}
	return c
}

func (r Report) verdictCase(v sci.Verdict) junitCase {
	p := r.at(v.Path)
	c := junitCase{Name: legal(v.Rule), Class: legal(r.Name), File: legal(r.Name), Line: p.Line}
	switch {
	case v.Outcome == sci.NotAssessable:
		c.Skipped = &junitWrong{Message: legal(v.Evidence)}
	case v.Outcome == sci.Fail && v.Level == "shall":
		c.Failure = &junitWrong{Message: legal(v.Evidence), Type: "rule", Text: legal(fmt.Sprintf("%s, %s", v.Ref, v.Evidence))}
	default:
		c.Output = legal(v.Evidence)
	}
	return c
}

// legal replaces what XML 1.0 has no character for.
func legal(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\n' && r != '\t' && r != '\r' || r == utf8.RuneError || r == 0xFFFE || r == 0xFFFF {
			return '?'
		}
		return r
	}, s)
}
