package estimate

import (
	"bytes"
	"cmp"
	_ "embed" // the tables
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

//go:embed rows.csv
var rowsCSV []byte

//go:embed tdp.csv
var tdpCSV []byte

// A Row is the power of a server at the wall for each of its hardware threads,
// at rest and with all of them busy. A CPU of a virtual machine is a thread.
type Row struct {
	Name      string // of the architecture, such as "cascade-lake", or "average-aws"
	Idle, Max units.Power
	Sigma     float64 // relative standard uncertainty; 0: RowSigma
	Source    string  // publisher, in one word, and vintage, such as "ccf 2021"
}

// Model returns the model of a machine, virtual or not, with cpus hardware
// threads.
func (r Row) Model(cpus int) Model {
	n := units.Power(cpus)
	name := r.Name
	if publisher, _, _ := strings.Cut(r.Source, " "); publisher != "" {
		name = publisher + "-" + name
	}
	return Model{
		Curve: Linear{r.Idle * n, r.Max * n}, Level: source.AtNodeAC, Name: "estimate/" + name, Sigma: cmp.Or(r.Sigma, RowSigma),
		Detail: fmt.Sprintf("%.2f to %.2f W per CPU at the wall, %s", float64(r.Idle), float64(r.Max), r.Source),
	}
}

// Rows returns the embedded table.
func Rows() []Row {
	rows, _ := ParseRows(bytes.NewReader(rowsCSV)) // a test holds that it parses
	return rows
}

// ParseRows parses a table with the columns name, idle_w, max_w, sigma and
// source, with a header and comments that start with #. Powers are in watts for
// each hardware thread, finite, and not above a kilowatt; sigma is above 0 and
// at most 10. An error is a [*TableError].
func ParseRows(r io.Reader) ([]Row, error) {
	var rows []Row
	err := eachLine(r, rowColumns, func(f []string) error {
		row, err := parseRow(f)
		rows = append(rows, row)
		return err
	})
	if err != nil {
		return nil, err
	}
	return rows, nil
}

var rowColumns = []string{"name", "idle_w", "max_w", "sigma", "source"}

func parseRow(f []string) (Row, error) {
	idle, err := parseWatts(f[1])
	if err != nil {
		return Row{}, err
	}
	busy, err := parseWatts(f[2])
	if err != nil {
		return Row{}, err
	}
	sigma, err := strconv.ParseFloat(f[3], 64)
	if err != nil {
		return Row{}, err
	}
	if f[0] == "" || busy < idle || busy == 0 {
		return Row{}, errRow
	}
	if !(sigma > 0 && sigma <= maxSigma) {
		return Row{}, errSigma
	}
	return Row{f[0], idle, busy, sigma, f[4]}, nil
}

var (
	errSigma  = errors.New("uncertainty out of range")
	errRow    = errors.New("no name, or idle and maximum power not in order")
	errHeader = errors.New("unknown columns")
	errWatts  = errors.New("power out of range")
)

// eachLine calls f for each line of a table that has exactly the columns want.
func eachLine(r io.Reader, want []string, f func(fields []string) error) error {
	lines := csv.NewReader(r)
	lines.Comment = '#'
	lines.FieldsPerRecord = len(want)
	for n := 0; ; n++ {
		fields, err := lines.Read()
		if err == io.EOF && n > 0 {
			return nil
		}
		if err != nil {
			return tableError(lines, err)
		}
		if n == 0 {
			err = header(fields, want)
		} else {
			err = f(fields)
		}
		if err != nil {
			line, _ := lines.FieldPos(0)
			return &TableError{line, err}
		}
	}
}

func header(fields, want []string) error {
	for i := range want {
		if fields[i] != want[i] {
			return errHeader
		}
	}
	return nil
}

func tableError(lines *csv.Reader, err error) error {
	var p *csv.ParseError
	if errors.As(err, &p) {
		return &TableError{p.Line, p.Err}
	}
	return &TableError{0, err}
}

func parseWatts(s string) (units.Power, error) {
	w, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return 0, err
	}
	if !(w >= 0 && w <= 1000) || math.Signbit(w) {
		return 0, errWatts
	}
	return units.Power(w), nil
}
