package jsonl

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"strings"

	"github.com/scimeter/scimeter/meter"
)

// lineRoom bounds a line. A usage of a year of steps has some megabytes. [E]
const lineRoom = 64 << 20

// A LineError is a line that cannot be read.
type LineError struct {
	Line int // counted from 1
	Err  error
}

// Error says which line, and why.
func (e *LineError) Error() string { return fmt.Sprintf("jsonl: line %d: %v", e.Line, e.Err) }

// Unwrap returns e.Err.
func (e *LineError) Unwrap() error { return e.Err }

// Read reads lines, in the order in which they were written. A line that was cut
// off by a crash, or that is of a newer schema, is a [*LineError]; what follows
// is read all the same. Any other error is the last.
func Read(r io.Reader) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		s := bufio.NewScanner(r)
		s.Buffer(nil, lineRoom)
		for n := 1; s.Scan(); n++ {
			line := trim(s.Bytes())
			if len(line) == 0 {
				continue
			}
			e, err := parse(line)
			if err != nil {
				err = &LineError{n, err}
			}
			if !yield(e, err) {
				return
			}
		}
		if err := s.Err(); err != nil {
			yield(Entry{}, fmt.Errorf("jsonl: read: %w", err))
		}
	}
}

var errSchema = errors.New("of another schema; read it with a newer version")

func parse(line []byte) (Entry, error) {
	var j entryJSON
	if err := json.Unmarshal(line, &j); err != nil {
		return Entry{}, err
	}
	if j.Schema != Schema {
		return Entry{}, fmt.Errorf("%q is %w", j.Schema, errSchema)
	}
	if j.Usage.Method == nil || j.Start == "" {
		return Entry{}, errors.New("a line without a usage")
	}
	return Entry{j.Run, j.Start, j.At, j.Final, j.Usage}, nil
}

// Sum adds up what a run has used over all its starts, of each of which the last
// line counts; "" is all runs. Lines that cannot be read are in the error, beside
// the sum of the others.
func Sum(entries iter.Seq2[Entry, error], run string) (meter.Usage, error) {
	last := map[string]Entry{}
	var starts []string
	var errs []error
	for e, err := range entries {
		switch {
		case err != nil:
			errs = append(errs, err)
			continue
		case run != "" && e.Run != run:
			continue
		}
		key := e.Run + "\x00" + e.Start
		if _, ok := last[key]; !ok {
			starts = append(starts, key)
		}
		last[key] = e
	}
	var sum meter.Usage
	for _, key := range starts {
		added, err := sum.Add(last[key].Usage)
		if err != nil {
			errs = append(errs, fmt.Errorf("jsonl: sum: start %s: %w", key[strings.IndexByte(key, 0)+1:], err))
			continue
		}
		sum = added
	}
	return sum, errors.Join(errs...)
}

// Spent returns what a run has used before, by its journal: nothing if there is
// no file yet.
func Spent(path, run string) (meter.BudgetUse, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return meter.BudgetUse{}, nil
	}
	if err != nil {
		return meter.BudgetUse{}, fmt.Errorf("jsonl: %w", err)
	}
	defer f.Close()
	u, err := Sum(Read(f), run)
	if Torn(err) {
		err = nil // cut off by a crash: the line before counts
	}
	return u.Spent(), err
}

// cutOff is what encoding/json says of a text that ends too soon.
const cutOff = "unexpected end of JSON input"

// Torn reports whether an error of [Sum] is of nothing but lines that were cut off,
// as by a crash: the lines before them count, and nothing else is missing.
func Torn(err error) bool {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return false
	}
	for _, e := range joined.Unwrap() {
		var line *LineError
		var syntax *json.SyntaxError
		if !errors.As(e, &line) || !errors.As(e, &syntax) || syntax.Error() != cutOff {
			return false
		}
	}
	return true
}
