package filegrid

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/scimeter/scimeter/intensity"
)

// A state is what the files say, as they were read.
type state struct {
	series map[string]*intensity.Series // by zone
	grid   *intensity.Series            // of At; nil: several zones, and none was named
	stamps []stamp
}

// A stamp tells whether a file has changed.
type stamp struct {
	name string
	size int64
	mod  time.Time
}

// settled is how long a file must have been left alone for its time to tell.
const settled = 2 * time.Second

// stamps returns those of the files; nil if they do not tell of changes.
func (c *Config) stamps(names []string, now time.Time) []stamp {
	var all []stamp
	for _, name := range names {
		info, err := fs.Stat(c.FS, name)
		if err != nil || info.ModTime().IsZero() || now.Sub(info.ModTime()) < settled {
			return nil
		}
		all = append(all, stamp{name, info.Size(), info.ModTime()})
	}
	return all
}

// load reads the files, or returns old if they are as they were.
func (c *Config) load(old *state, now time.Time) (*state, error) {
	names, err := fs.Glob(c.FS, c.Pattern)
	if err == nil && len(names) == 0 {
		err = fs.ErrNotExist
	}
	if err != nil {
		return nil, &Error{File: c.Pattern, Err: err}
	}
	stamps := c.stamps(names, now)
	if old != nil && stamps != nil && slices.Equal(stamps, old.stamps) {
		return old, nil
	}
	var all []placed
	left := c.MaxBytes
	for _, name := range names {
		body, err := c.slurp(name, left)
		if err != nil {
			return nil, err
		}
		left -= int64(len(body))
		points, err := c.parse(name, body, now)
		if err != nil {
			return nil, err
		}
		all = append(all, points...)
	}
	s, err := c.arrange(all)
	if err != nil {
		return nil, err
	}
	s.stamps = stamps
	return s, nil
}

func (c *Config) slurp(name string, limit int64) ([]byte, error) {
	f, err := c.FS.Open(name)
	if err != nil {
		return nil, &Error{File: name, Err: err}
	}
	defer f.Close()
	body, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err == nil && int64(len(body)) > limit {
		err = ErrTooLarge
	}
	if err != nil {
		return nil, &Error{File: name, Err: err}
	}
	return body, nil
}

// parse reads one file, whose first character tells its form.
func (c *Config) parse(file string, body []byte, now time.Time) ([]placed, error) {
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	if !utf8.Valid(body) {
		line, column := position(body, len(body)-len(bytes.TrimLeftFunc(body, func(r rune) bool { return r != utf8.RuneError })))
		return nil, &Error{File: file, Line: line, Column: column, Err: ErrEncoding}
	}
	if first := bytes.TrimSpace(body); bytes.HasPrefix(first, []byte("{")) || bytes.HasPrefix(first, []byte("[")) {
		return c.readJSON(file, body)
	}
	return c.readCSV(file, body, now)
}

// readJSON reads the JSON of an intensity.Series.
func (c *Config) readJSON(file string, body []byte) ([]placed, error) {
	var s intensity.Series
	if err := json.Unmarshal(body, &s); err != nil {
		e := &Error{File: file, Err: err}
		if x, ok := errors.AsType[*json.SyntaxError](err); ok {
			e.Line, e.Column = position(body, int(x.Offset)-1)
		}
		return nil, e
	}
	var all []placed
	for _, p := range s.Points {
		if p.Zone == "" {
			p.Zone = c.Zone
		}
		if p.Zone == "" {
			return nil, &Error{File: file, Err: fmt.Errorf("%w: neither a point nor Config names it", intensity.ErrZone)}
		}
		if c.Signal != (intensity.Signal{}) && p.Signal != c.Signal {
			return nil, &Error{File: file, Err: &intensity.PointError{Point: p, Err: intensity.ErrSignal}}
		}
		if p.Value > maxIntensity {
			return nil, &Error{File: file, Err: &intensity.PointError{Point: p, Err: intensity.ErrValue}}
		}
		all = append(all, placed{Point: p, file: file})
	}
	return all, nil
}

// position returns line and column of a byte, from 1.
func position(body []byte, at int) (line, column int) {
	before := body[:min(max(at, 0), len(body))]
	return 1 + bytes.Count(before, []byte("\n")), len(before) - bytes.LastIndexByte(before, '\n')
}

// arrange makes series of the points, one for each zone.
func (c *Config) arrange(all []placed) (*state, error) {
	if !slices.ContainsFunc(all, func(p placed) bool { return !p.empty }) {
		return nil, &Error{File: c.Pattern, Err: ErrEmpty}
	}
	zones := map[string][]placed{}
	for _, p := range all {
		zones[p.Zone] = append(zones[p.Zone], p)
	}
	s := &state{series: map[string]*intensity.Series{}}
	for _, zone := range slices.Sorted(maps.Keys(zones)) {
		if err := c.finish(zones[zone]); err != nil {
			return nil, err
		}
		points := slices.DeleteFunc(zones[zone], func(p placed) bool { return p.empty })
		if len(points) == 0 {
			continue
		}
		series, err := seriesOf(points)
		if err != nil {
			return nil, err
		}
		s.series[zone] = series
	}
	for zone, series := range s.series {
		if zone == c.Zone || c.Zone == "" && len(s.series) == 1 {
			s.grid = series
		}
	}
	if c.Zone != "" && s.grid == nil {
		return nil, &Error{File: c.Pattern, Value: c.Zone, Err: fmt.Errorf("%w: the files have %q", intensity.ErrZone, slices.Sorted(maps.Keys(s.series)))}
	}
	return s, nil
}

func seriesOf(all []placed) (*intensity.Series, error) {
	points := make([]intensity.Point, len(all))
	for i, p := range all {
		points[i] = p.Point
	}
	s, err := intensity.NewSeries(points...)
	bad, ok := errors.AsType[*intensity.PointError](err)
	if !ok {
		return s, err
	}
	e := &Error{File: path.Base(all[0].file), Err: err}
	for _, p := range all { // the last of them is the one that contradicts
		if p.Start.Equal(bad.Point.Start) && p.Value == bad.Point.Value {
			e.File, e.Line = p.file, p.line
		}
	}
	return nil, e
}
