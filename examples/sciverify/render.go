package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/sci/interop"
	"github.com/scimeter/scimeter/sci/render"
)

// show writes a document in another form.
func show(args []string, s streams) (int, error) {
	f := flag.NewFlagSet("render", flag.ContinueOnError)
	to := f.String("to", "html", "")
	files, err := parse(f, args)
	switch {
	case err != nil:
		return exitUsage, err
	case len(files) != 1:
		return exitUsage, usage(errors.New("name one file to render"))
	}
	write := forms[*to]
	if write == nil {
		return exitUsage, usage(fmt.Errorf("-to %s: want html, markdown, csv, json, gsf, imp, iso or impact-framework", *to))
	}
	d, err := read(files[0], s.in)
	if err != nil {
		return exitUnread, err
	}
	if err := write(s.out, d.Disclosure); err != nil {
		return exitUnread, err
	}
	return exitOK, nil
}

var forms = map[string]func(io.Writer, *sci.Disclosure) error{
	"html":     checked(render.HTML),
	"markdown": checked(render.Markdown), "md": checked(render.Markdown),
	"csv":  render.CSV,
	"json": writeCanonical,
	"gsf":  interop.WriteGSFForm, "imp": interop.WriteIMP, "iso": interop.WriteISO, "impact-framework": interop.WriteImpactFramework,
}

// checked shows a document with what was found about it.
func checked(write func(io.Writer, *sci.Disclosure, []sci.Verdict, []sci.Finding) error) func(io.Writer, *sci.Disclosure) error {
	return func(w io.Writer, d *sci.Disclosure) error {
		return write(w, d, sci.Conform(d, cmp.Or(d.Profile, sci.GSF11)), sci.Verify(d))
	}
}

func writeCanonical(w io.Writer, d *sci.Disclosure) error {
	b, err := d.Canonical()
	if err == nil {
		_, err = w.Write(append(b, '\n'))
	}
	return err
}
