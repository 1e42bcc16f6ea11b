package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/sci/render"
)

// write writes the reports that were asked for: of a run that has a score its
// disclosure, of any other, in JSON, what it used.
func (r *running) write(u meter.Usage) error {
	if len(r.reports) == 0 {
		return nil
	}
	d, err := u.Disclosure("run", sci.Disclosure{
		Software: sci.Software{Name: r.name, Description: strings.Join(r.command, " ")},
		Unit:     sci.FunctionalUnit{Rationale: "one run of the command", Counting: "one for each start of the harness"},
	})
	for _, path := range r.reports {
		if err := r.writeOne(path, u, d, err); err != nil {
			return err
		}
	}
	return nil
}

func (r *running) writeOne(path string, u meter.Usage, d *sci.Disclosure, noScore error) error {
	var b bytes.Buffer
	var err error
	switch {
	case noScore != nil && filepath.Ext(path) == ".json":
		r.say("%s has what was used, and no score: %v", path, noScore)
		err = json.NewEncoder(&b).Encode(u)
	case noScore != nil:
		return fmt.Errorf("report %s: %w", path, noScore)
	case filepath.Ext(path) == ".html":
		err = render.HTML(&b, d, sci.Conform(d, d.Profile), sci.Verify(d))
	case filepath.Ext(path) == ".md":
		err = render.Markdown(&b, d, sci.Conform(d, d.Profile), sci.Verify(d))
	default:
		var canonical []byte
		canonical, err = d.Canonical()
		b.Write(append(canonical, '\n'))
	}
	if err != nil {
		return fmt.Errorf("report %s: %w", path, err)
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}
