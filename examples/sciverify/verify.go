package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/sci/interop"
)

// verify reads documents and tells what is wrong with them.
func verify(args []string, s streams) (int, error) {
	f := flag.NewFlagSet("verify", flag.ContinueOnError)
	profile := f.String("profile", "", "")
	format := f.String("format", "text", "")
	strict := f.Bool("strict", false, "")
	files, err := parse(f, args)
	write := formats[*format]
	switch {
	case err != nil:
		return exitUsage, err
	case len(files) == 0:
		return exitUsage, usage(errors.New("name a file to verify"))
	case write == nil:
		return exitUsage, usage(fmt.Errorf("-format %s: want text, json, sarif or junit", *format))
	}
	if *profile != "" {
		if err := sci.Profile(*profile).Check(); err != nil {
			return exitUsage, usage(err)
		}
	}
	var reports []interop.Report
	var unread []error
	progress := progressOn(s.err, len(files))
	for i, name := range files {
		progress(i, name)
		d, err := read(name, s.in)
		if err != nil {
			unread = append(unread, err)
			continue
		}
		reports = append(reports, report(name, d, sci.Profile(*profile)))
	}
	progress(len(files), "")
	if err := write(s.out, reports); err != nil {
		return exitUnread, err
	}
	if len(unread) > 0 {
		return exitUnread, errors.Join(unread...)
	}
	if slices.ContainsFunc(reports, func(r interop.Report) bool { return wrong(r, *strict) }) {
		return exitFound, nil
	}
	return exitOK, nil
}

// report holds a document against itself and a profile.
func report(name string, d *interop.Document, profile sci.Profile) interop.Report {
	profile = cmp.Or(profile, d.Disclosure.Profile, sci.GSF11)
	findings := append(slices.Clone(d.Notes), sci.Verify(d.Disclosure)...)
	return interop.Report{Name: name, Document: d, Findings: findings, Verdicts: sci.Conform(d.Disclosure, profile)}
}

// wrong reports whether a document has an error, breaks a rule that it shall
// keep, or, strictly, has anything that could be better.
func wrong(r interop.Report, strict bool) bool {
	for _, f := range r.Findings {
		if f.Severity == sci.SeverityError || strict && f.Severity == sci.SeverityWarning {
			return true
		}
	}
	s := sci.Summary(r.Verdicts)
	return !s.OK() || strict && s.Fail > 0
}

var formats = map[string]func(io.Writer, []interop.Report) error{
	"text": writeText, "json": writeJSON, "sarif": interop.SARIF, "junit": interop.JUnit,
}

func writeText(w io.Writer, reports []interop.Report) error {
	for _, r := range reports {
		if err := writeOne(w, r); err != nil {
			return err
		}
	}
	return nil
}

func writeOne(w io.Writer, r interop.Report) error {
	failed := 0
	for _, v := range r.Verdicts {
		if v.Outcome == sci.Fail {
			failed++
		}
	}
	if _, err := fmt.Fprintf(w, "%s: %s, findings: %d, rules broken: %d\n", r.Name, r.Document.Format, len(r.Findings), failed); err != nil {
		return err
	}
	for _, f := range r.Findings {
		fmt.Fprintf(w, "  %s %s at %s: %s\n", f.Severity, f.Code, where(r.Document, f.Path), f.Message)
		if f.Remedy != "" {
			fmt.Fprintf(w, "      %s\n", f.Remedy)
		}
	}
	for _, v := range r.Verdicts {
		if v.Outcome == sci.Fail {
			fmt.Fprintf(w, "  %s (%s, %s): %s\n", v.Rule, v.Level, v.Ref, v.Evidence)
		}
	}
	return nil
}

// where is the line of a document, or the path in one that has no lines.
func where(d *interop.Document, path string) string {
	if p := d.At(path); p.Line > 0 {
		return fmt.Sprintf("line %d (%s)", p.Line, path)
	}
	return path
}

type reportJSON struct {
	Name     string        `json:"name"`
	Format   string        `json:"format"`
	Findings []sci.Finding `json:"findings"`
	Verdicts []sci.Verdict `json:"verdicts"`
}

func writeJSON(w io.Writer, reports []interop.Report) error {
	all := []reportJSON{}
	for _, r := range reports {
		all = append(all, reportJSON{r.Name, r.Document.Format, r.Findings, r.Verdicts})
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(all)
}

// fewFiles are verified before anybody wonders.
const fewFiles = 20

// progressOn shows how far the work is on a terminal, if there is much of it.
func progressOn(w io.Writer, all int) func(done int, name string) {
	f, ok := w.(*os.File)
	if !ok || all < fewFiles {
		return func(int, string) {}
	}
	if info, err := f.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return func(int, string) {}
	}
	return func(done int, name string) {
		if done == all {
			fmt.Fprint(w, "\r\x1b[K")
			return
		}
		fmt.Fprintf(w, "\r\x1b[K%d of %d: %.60q", done+1, all, name)
	}
}
