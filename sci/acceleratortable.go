package sci

import (
	"bytes"
	_ "embed" // for the table of accelerators
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

//go:embed accelerators.csv
var acceleratorsCSV []byte

// An AcceleratorTable is accelerators by name. It is safe for concurrent use
// as long as nobody changes it.
type AcceleratorTable []Accelerator

// builtin is the embedded table. It is well-formed, as a test makes sure.
var builtin = sync.OnceValue(func() AcceleratorTable {
	t, _ := ParseAccelerators(bytes.NewReader(acceleratorsCSV))
	return t
})

// Accelerators returns the table that comes with the package: manufacturers'
// footprints first, then peer-reviewed assessments, then a model whose rows say
// so. The caller may change what it gets.
func Accelerators() AcceleratorTable { return append(AcceleratorTable(nil), builtin()...) }

// Find returns the accelerator that a driver calls model and says to have so
// many bytes of memory; 0: not known. Names are compared whole, but for their
// spelling and the maker's name, and the memory within 5 %. A model that is not
// in the table is a [*ModelError]; it is never 0.
func (t AcceleratorTable) Find(model string, memory uint64) (Accelerator, error) {
	key := nameKey(model)
	var found []Accelerator
	for _, a := range t {
		if key != "" && a.named(key) && a.fits(memory) {
			found = append(found, a)
		}
	}
	if len(found) != 1 {
		return Accelerator{}, &ModelError{Model: model, Memory: memory, Nearest: t.nearest(key)}
	}
	return found[0], nil
}

// ForZone returns the accelerator of a zone: by its ID, or the last part of
// that, such as a UUID, if a row has it among its names, else by its Model.
func (t AcceleratorTable) ForZone(z source.Zone, memory uint64) (Accelerator, error) {
	own := z.ID[strings.LastIndexByte(z.ID, '/')+1:]
	for _, name := range []string{z.ID, own} {
		if a, err := t.Find(name, 0); err == nil {
			return a, nil
		}
	}
	return t.Find(z.Model, memory)
}

// With returns a table in which rows stand in for those of t that are called
// the same and have the same memory. It refuses rows without a model or a
// positive TE ([ErrAccelerator]).
func (t AcceleratorTable) With(rows ...Accelerator) (AcceleratorTable, error) {
	var all AcceleratorTable
	for _, r := range rows {
		r = r.complete()
		if err := r.check(); err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	for _, a := range t {
		if !all.standsFor(a) {
			all = append(all, a)
		}
	}
	return all, nil
}

// standsFor reports whether t has a row for what a is.
func (t AcceleratorTable) standsFor(a Accelerator) bool {
	for _, r := range t {
		names := append([]string{r.Model}, r.Names...)
		for _, n := range names {
			if a.named(nameKey(n)) && (r.MemoryGB == 0 || a.MemoryGB == 0 || r.fits(uint64(a.MemoryGB*1e9))) {
				return true
			}
		}
	}
	return false
}

// complete returns a with what a user may leave out.
func (a Accelerator) complete() Accelerator {
	if a.Method == "" {
		a.Method = "user"
	}
	if a.Source == "" {
		a.Source = "user"
	}
	if a.Low == 0 && a.High == 0 {
		a.Low, a.High = a.TE, a.TE
	}
	return a
}

// acceleratorColumns are the columns of a table. Of the names of one row the
// separator is "|".
var acceleratorColumns = []string{
	"model", "names", "form", "memory_gb", "kg", "low_kg", "high_kg", "boundary", "method", "year", "source", "inputs",
}

// ParseAccelerators reads a table as CSV: first a line of column names, of
// which model and kg have to be there, and names, form, memory_gb, low_kg, high_kg,
// boundary, method, year, source and inputs may be. Lines that start with #
// are comments. Its rows are for [AcceleratorTable.With].
func ParseAccelerators(r io.Reader) (AcceleratorTable, error) {
	c := csv.NewReader(r)
	c.Comment, c.TrimLeadingSpace = '#', true
	head, err := c.Read()
	if errors.Is(err, io.EOF) {
		return nil, refuse(ErrAccelerator, "table of accelerators without a line")
	}
	if err != nil {
		return nil, refuse(ErrAccelerator, "table of accelerators: %v", err)
	}
	columns, err := acceleratorHead(head)
	if err != nil {
		return nil, err
	}
	var t AcceleratorTable
	for {
		fields, err := c.Read()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return nil, refuse(ErrAccelerator, "table of accelerators: %v", err)
		}
		a, err := parseAccelerator(columns, fields)
		if err != nil {
			return nil, err
		}
		t = append(t, a)
	}
}

// acceleratorHead returns the place of each column.
func acceleratorHead(head []string) (map[string]int, error) {
	at := map[string]int{}
	for i, name := range head {
		at[strings.TrimSpace(name)] = i
	}
	known := 0
	for _, name := range acceleratorColumns {
		if _, ok := at[name]; ok {
			known++
		}
	}
	_, model := at["model"]
	_, kg := at["kg"]
	if !model || !kg || known != len(head) {
		return nil, refuse(ErrAccelerator, "table of accelerators with the columns %q", head)
	}
	return at, nil
}

func parseAccelerator(columns map[string]int, fields []string) (Accelerator, error) {
	field := func(name string) string {
		if i, ok := columns[name]; ok {
			return strings.TrimSpace(fields[i])
		}
		return ""
	}
	var a Accelerator
	var bad error
	number := func(name string) float64 {
		s := field(name)
		if s == "" {
			return 0
		}
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			bad = refuse(ErrAccelerator, "accelerator %q with %s of %q", a.Model, name, s)
		}
		return f
	}
	a.Model = field("model")
	if s := field("names"); s != "" {
		a.Names = strings.Split(s, "|")
	}
	a.Form = field("form")
	a.MemoryGB = number("memory_gb")
	a.TE = units.Carbon(number("kg")) * units.Kilogram
	a.Low, a.High = units.Carbon(number("low_kg"))*units.Kilogram, units.Carbon(number("high_kg"))*units.Kilogram
	a.Year = int(min(max(number("year"), 0), 9999))
	a.Boundary, a.Method, a.Source, a.Inputs = field("boundary"), field("method"), field("source"), field("inputs")
	if bad != nil {
		return Accelerator{}, bad
	}
	a = a.complete()
	return a, a.check()
}
