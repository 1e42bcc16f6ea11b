package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"

	"github.com/scimeter/scimeter/sci"
)

// compare tells how a score changed, and fails one that got worse.
func compare(args []string, s streams) (int, error) {
	f := flag.NewFlagSet("compare", flag.ContinueOnError)
	gate := sci.Gate{}
	f.Float64Var(&gate.Threshold, "threshold", 0, "")
	f.Float64Var(&gate.Confidence, "confidence", 0.95, "")
	restate := f.Bool("restate", false, "")
	format := f.String("format", "text", "")
	files, err := parse(f, args)
	switch {
	case err != nil:
		return exitUsage, err
	case len(files) != 2:
		return exitUsage, usage(errors.New("name two files, before and after"))
	case *format != "text" && *format != "json":
		return exitUsage, usage(fmt.Errorf("-format %s: want text or json", *format))
	}
	before, errBefore := read(files[0], s.in)
	after, errAfter := read(files[1], s.in)
	if err := errors.Join(errBefore, errAfter); err != nil {
		return exitUnread, err
	}
	a, b := before.Disclosure, after.Disclosure
	if *restate {
		r, err := sci.Restate(b, a)
		if err != nil {
			return exitUnlike, err
		}
		b = r.Disclosure
	}
	c, err := sci.Compare(a, b)
	if err != nil {
		return exitUnlike, err
	}
	d, err := gate.Decide(c)
	if err != nil {
		return exitUsage, usage(err)
	}
	if *format == "json" {
		e := json.NewEncoder(s.out)
		e.SetIndent("", "  ")
		err = e.Encode(map[string]any{"comparison": c, "decision": d})
	} else {
		_, err = fmt.Fprintf(s.out, "%v\n%s: %s\n", c, d.Outcome, d.Reason)
	}
	if err != nil {
		return exitUnread, err
	}
	return map[sci.Outcome]int{sci.Pass: exitOK, sci.Fail: exitFound, sci.NotAssessable: exitUnproven}[d.Outcome], nil
}
