package render

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/scimeter/scimeter/sci"
)

// ledgerColumns name the columns of the ledger, with their units.
var ledgerColumns = []string{
	"software", "version", "organization", "period_start", "period_end", "path", "component", "item", "term", "scope", "gco2e", "worked_out",
	"it_kwh", "facility_kwh", "gco2e_per_kwh", "te_gco2e", "reserved_h", "lifespan_h", "resource_share", "nature", "source",
}

// CSV writes the absolute carbon of a disclosure as a ledger, for inventories: a
// row for the operational carbon (term O) of each component, and one for the
// embodied carbon (term M) of each of its devices, in grams in full precision.
// Rows add up: what is a sum of others has none, and a component whose devices
// state no M has one row M for all of them. A component that states only its
// carbon has a row with term C. A cell is empty where nothing is stated.
//
// The column scope is that of the GHG Protocol, by the tenure of the component:
//
//	tenure     O         M
//	owned      S2        S3 cat 2
//	colocated  S3 cat 8  S3 cat 2
//	leased     S3 cat 8  S3 cat 8
//	cloud      S3 cat 1  S3 cat 1
//
// It is empty where the tenure is not stated. Figures of the memo are in no row.
// A text that a spreadsheet would take for a formula has an apostrophe before it.
func CSV(w io.Writer, d *sci.Disclosure) error {
	if _, err := d.Canonical(); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	if err := out.Write(ledgerColumns); err != nil {
		return err
	}
	for _, p := range parts(d) {
		if p.Sums {
			continue
		}
		for _, e := range entries(p) {
			if err := out.Write(e.record(d, p)); err != nil {
				return err
			}
		}
	}
	out.Flush()
	return out.Error()
}

// An entry is a row of the ledger.
type entry struct {
	path, item, term string
	grams            *sci.Figure
	worked           bool
	device           *sci.Embodies
}

func entries(p part) []entry {
	var rows []entry
	switch {
	case p.o == nil && p.m == nil && p.Carbon != nil:
		rows = append(rows, entry{path: p.path, term: "C", grams: p.Carbon})
	case p.o != nil || p.IT != nil || p.Facility != nil:
		rows = append(rows, entry{path: p.path, term: "O", grams: p.o, worked: p.oWorked})
	}
	all := p.incompleteHardwareM || len(p.hardware) == 0
	if all && p.m != nil {
		rows = append(rows, entry{path: p.path, term: "M", grams: p.m, worked: p.mWorked})
	}
	for _, h := range p.hardware {
		e := entry{path: h.path, item: h.Name, term: "M", device: h.Embodies}
		if !all || p.m == nil {
			e.grams, e.worked = h.m, h.worked
		}
		rows = append(rows, e)
	}
	return rows
}

func (e entry) record(d *sci.Disclosure, p part) []string {
	device, nature, source := e.device, p.Nature, p.Source
	var it, facility, grid *sci.Figure
	if device == nil {
		device = &sci.Embodies{}
		if e.term != "M" {
			it, facility, grid = p.IT, p.energy(), p.grid.Value
		}
	} else {
		nature, source = device.Nature, device.Source
	}
	h := deviceOf(device, "")
	return []string{
		harmless(d.Software.Name), harmless(d.Software.Version), harmless(d.Software.Organization), stamp(d.Period.Start), stamp(d.Period.End),
		e.path, harmless(p.under + p.ID), harmless(e.item), e.term, scope(p.tenure, e.term), number(e.grams), yes(e.worked),
		number(it), number(facility), number(grid), number(device.TE), number(device.Reserved), number(device.Lifespan), number(h.share()),
		harmless(nature), harmless(source),
	}
}

// scope returns the scope and category of the GHG Protocol; "" where the
// document does not say whose the machine is.
func scope(tenure, term string) string {
	embodied := term == "M"
	switch tenure {
	case sci.TenureOwned:
		if embodied {
			return "S3 cat 2"
		}
		return "S2"
	case sci.TenureColocated:
		if embodied {
			return "S3 cat 2"
		}
		return "S3 cat 8"
	case sci.TenureLeased:
		return "S3 cat 8"
	case sci.TenureCloud:
		return "S3 cat 1"
	}
	return ""
}

func number(f *sci.Figure) string {
	if f == nil {
		return ""
	}
	if size := math.Abs(f.Value); size >= 1e-6 && size < 1e21 {
		return strconv.FormatFloat(f.Value, 'f', -1, 64)
	}
	return strconv.FormatFloat(f.Value, 'g', -1, 64)
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// harmless returns a text of the document as a cell that no spreadsheet takes
// for a formula: =, +, -, @, their full-width forms and control characters at
// the beginning get an apostrophe before them (OWASP, CSV Injection). Lines
// become one.
func harmless(s string) string {
	s = strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }), " ")
	if strings.IndexAny(strings.TrimLeft(s, " \u00a0\u3000\ufeff"), "=+-@＝＋－＠") == 0 {
		return "'" + s
	}
	return s
}
