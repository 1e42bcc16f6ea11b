package filegrid

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
)

// maxIntensity is the largest figure that is believed, in gCO2e/kWh: several
// times that of the worst power station.
const maxIntensity = 10_000

// A placed is a point and where it stands. Its end is zero if the file does not
// say it. One without a figure tells how far rows are apart.
type placed struct {
	intensity.Point
	file  string
	line  int
	empty bool
}

// A csvReader reads one file.
type csvReader struct {
	cfg    *Config
	file   string
	detail string
	now    time.Time
	csv    *csv.Reader
	cols   columns
}

func (c *Config) readCSV(file string, body []byte, now time.Time) ([]placed, error) {
	if err := c.Signal.Valid(); err != nil {
		return nil, &Error{File: file, Err: fmt.Errorf("a file of CSV does not say what its figures are, so Config.Signal has to: %w", err)}
	}
	r := &csvReader{cfg: c, file: file, detail: c.detail(file), now: now, csv: csv.NewReader(bytes.NewReader(body))}
	r.csv.Comma, r.csv.Comment = c.Comma, '#'
	r.csv.ReuseRecord, r.csv.TrimLeadingSpace = true, true
	return r.rows()
}

func (r *csvReader) rows() ([]placed, error) {
	names, err := r.csv.Read()
	if errors.Is(err, io.EOF) {
		return nil, &Error{File: r.file, Err: ErrEmpty}
	}
	if err != nil {
		return nil, r.broken(err)
	}
	if r.cols, err = r.cfg.header(names); err != nil {
		line, _ := r.csv.FieldPos(0)
		e := err.(*Error)
		e.File, e.Line = r.file, line
		return nil, e
	}
	var all []placed
	for {
		record, err := r.csv.Read()
		if errors.Is(err, io.EOF) {
			return all, nil
		}
		if err != nil {
			return nil, r.broken(err)
		}
		p, err := r.row(record)
		if err != nil {
			return nil, err
		}
		all = append(all, p)
	}
}

// broken is a file that is no CSV.
func (r *csvReader) broken(err error) error {
	e := &Error{File: r.file, Err: err}
	if p, ok := errors.AsType[*csv.ParseError](err); ok {
		e.Line, e.Column, e.Err = p.Line, p.Column, p.Err
	}
	return e
}

// wrong is a field that cannot be used.
func (r *csvReader) wrong(record []string, i int, err error) error {
	line, column := r.csv.FieldPos(i)
	return &Error{File: r.file, Line: line, Column: column, Header: r.cols.names[i], Value: record[i], Err: err}
}

// row returns the point of a record.
func (r *csvReader) row(record []string) (placed, error) {
	line, _ := r.csv.FieldPos(0)
	value, known, err := r.figure(record)
	if err != nil {
		return placed{}, err
	}
	p := placed{
		file: r.file, line: line, empty: !known,
		Point: intensity.Point{Value: value, Signal: r.cfg.Signal, Zone: r.cfg.Zone},
	}
	if z := r.cols.zone; z != none {
		if p.Zone = strings.TrimSpace(record[z]); p.Zone == "" {
			return placed{}, r.wrong(record, z, intensity.ErrZone)
		}
	}
	if err := r.times(record, &p.Point); err != nil {
		return placed{}, err
	}
	quality, err := r.quality(record, p.Start)
	if err != nil {
		return placed{}, err
	}
	r.cfg.nature(&p.Point, quality, r.detail, r.now)
	return p, nil
}

// figure returns the intensity, false if there is none.
func (r *csvReader) figure(record []string) (units.Intensity, bool, error) {
	text := strings.TrimSpace(record[r.cols.figure])
	switch strings.ToLower(text) {
	case "", "null", "na", "n/a", "nan", "-":
		return 0, false, nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil && !errors.Is(err, strconv.ErrRange) || strings.ContainsAny(text, "xXpP_") {
		return 0, false, r.wrong(record, r.cols.figure, ErrNumber)
	}
	v *= float64(r.cols.unit)
	if !(v >= 0 && v <= maxIntensity) {
		return 0, false, r.wrong(record, r.cols.figure, fmt.Errorf("%w and at most %d gCO2e/kWh", intensity.ErrValue, maxIntensity))
	}
	return units.Intensity(math.Abs(v)), true, nil // not −0
}

func (r *csvReader) times(record []string, p *intensity.Point) error {
	for _, f := range []struct {
		column    int
		utc, unix bool
		empty     bool // may be
		to        *time.Time
	}{
		{r.cols.start, r.cols.utc, r.cols.unix, false, &p.Start},
		{r.cols.end, r.cols.endUTC, false, false, &p.End},
		{r.cols.updated, false, false, true, &p.UpdatedAt},
		{r.cols.issued, false, false, true, &p.IssuedAt},
	} {
		if f.column == none || f.empty && strings.TrimSpace(record[f.column]) == "" {
			continue
		}
		t, err := instant(strings.TrimSpace(record[f.column]), f.utc, f.unix)
		if err != nil {
			return r.wrong(record, f.column, err)
		}
		*f.to = t
	}
	if r.cols.end != none && !p.Start.Before(p.End) {
		return r.wrong(record, r.cols.end, intensity.ErrWindow)
	}
	return nil
}

// quality returns what the record says of it; zero: nothing.
func (r *csvReader) quality(record []string, start time.Time) (q intensity.Quality, err error) {
	if i := r.cols.quality; i != none && strings.TrimSpace(record[i]) != "" {
		if err := q.UnmarshalText([]byte(strings.ToLower(strings.TrimSpace(record[i])))); err != nil {
			return 0, r.wrong(record, i, intensity.ErrQuality)
		}
		return q, nil
	}
	i := r.cols.estimated
	if i == none || strings.TrimSpace(record[i]) == "" {
		return 0, nil
	}
	estimated, err := strconv.ParseBool(strings.TrimSpace(record[i]))
	switch {
	case err != nil:
		return 0, r.wrong(record, i, intensity.ErrQuality)
	case estimated:
		return intensity.Estimated, nil
	case start.After(r.now):
		return intensity.Forecast, nil
	}
	return intensity.Measured, nil
}

// The forms of a time. The last ones have no offset, and no seconds.
var (
	withOffset = []string{time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02 15:04Z07:00"}
	without    = []string{"2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"}
)

// lastUnix is the end of the year 9999.
const lastUnix = 253402300799

func instant(text string, utc, unix bool) (time.Time, error) {
	if unix {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 || n > lastUnix {
			return time.Time{}, fmt.Errorf("%w, nor of seconds since 1970", ErrTime)
		}
		return time.Unix(n, 0).UTC(), nil
	}
	for _, layout := range withOffset {
		if t, err := time.Parse(layout, text); err == nil {
			return t.UTC(), nil
		}
	}
	for _, layout := range without {
		if t, err := time.Parse(layout, text); err == nil {
			if utc {
				return t, nil
			}
			return time.Time{}, ErrLocalTime
		}
	}
	return time.Time{}, ErrTime
}
