package main

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
)

// columns say where a file has what; empty: found by name.
type columns struct {
	time, value string
	start       time.Time // of the first row, if there are no times
}

// readSeries returns the hourly means of a file.
func readSeries(r io.Reader, c columns) (*intensity.Series, error) {
	b := bufio.NewReader(r)
	r = b
	if magic, err := b.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		if r, err = gzip.NewReader(b); err != nil {
			return nil, err
		}
	}
	in := csv.NewReader(r)
	in.Comment = '#'
	in.FieldsPerRecord = -1
	head, err := in.Read()
	if err != nil {
		return nil, fmt.Errorf("names of the columns: %w", err)
	}
	at, err := c.find(head)
	if err != nil {
		return nil, err
	}
	h := hours{}
	for n := 0; ; n++ {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return h.series()
		}
		if err == nil {
			err = h.row(row, at, n)
		}
		if err != nil {
			return nil, fmt.Errorf("row %d: %w", n+1, err)
		}
	}
}

// places are the columns by number; time is -1 where the rows are hourly.
type places struct {
	time, value int
	start       time.Time
}

func (c columns) find(head []string) (places, error) {
	head[0] = strings.TrimPrefix(head[0], "\ufeff")
	p := places{time: -1, value: column(head, c.value, "intensity"), start: c.start}
	if p.value < 0 {
		return p, fmt.Errorf("no column %q for gCO2e/kWh among %q: name one with -column", c.value, head)
	}
	if !c.start.IsZero() {
		return p, nil
	}
	if p.time = column(head, c.time, "time", "date"); p.time < 0 {
		return p, fmt.Errorf("no column %q for the time among %q: name one with -time, or say -start", c.time, head)
	}
	return p, nil
}

// column returns the number of the column of that name, or of the first with one
// of the words in it; -1 if there is none.
func column(head []string, name string, words ...string) int {
	return slices.IndexFunc(head, func(h string) bool {
		if name != "" {
			return h == name
		}
		return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(strings.ToLower(h), w) })
	})
}

// hours are the sums of each hour by its start, in seconds since 1970.
type hours map[int64]*struct{ sum, n float64 }

func (h hours) row(row []string, at places, n int) error {
	if len(row) <= max(at.time, at.value) {
		return fmt.Errorf("%d columns", len(row))
	}
	t := at.start.Add(time.Duration(n) * time.Hour)
	if at.time >= 0 {
		var err error
		if t, err = parseTime(row[at.time]); err != nil {
			return err
		}
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(row[at.value]), 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
		return nil //nolint:nilerr // a row without a number is a gap
	}
	if v < 0 {
		return fmt.Errorf("%v gCO2e/kWh", v)
	}
	k := t.Truncate(time.Hour).Unix()
	if h[k] == nil {
		h[k] = new(struct{ sum, n float64 })
	}
	h[k].sum += v
	h[k].n++
	return nil
}

func (h hours) series() (*intensity.Series, error) {
	ps := make([]intensity.Point, 0, len(h))
	for k, v := range h {
		start := time.Unix(k, 0).UTC()
		ps = append(ps, intensity.Point{
			Start: start, End: start.Add(time.Hour), Value: units.Intensity(v.sum / v.n),
			Signal: intensity.AverageLifecycle(intensity.Consumption), Quality: intensity.Measured,
		})
	}
	return intensity.NewSeries(ps...)
}

// layouts are those of published files.
var layouts = []string{
	time.RFC3339, "2006-01-02 15:04:05", "2006-01-02 15:04:05Z07:00", "2006-01-02T15:04:05", "2006-01-02T15:04Z07:00",
	"2006-01-02 15:04", "2006-01-02T15:04", time.DateOnly,
}

func parseTime(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil {
			return t.UTC(), nil
		}
	}
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		return time.Unix(n, 0).UTC(), nil
	}
	return time.Time{}, fmt.Errorf("time %.40q: want RFC 3339, 2006-01-02 15:04:05 or seconds since 1970", s)
}
