package filegrid

import (
	"errors"
	"strconv"
)

// What is wrong with a file, beside the errors of package intensity: ErrValue,
// ErrWindow, ErrSignal, ErrZone, ErrQuality and ErrOverlap.
var (
	ErrHeader    = errors.New("no such column: see the form of the files, or name it in Config")
	ErrUnit      = errors.New("no known unit in the name of the column: write it there, or say it in Config.Unit")
	ErrTime      = errors.New("not a time of RFC 3339")
	ErrLocalTime = errors.New("a time without an offset: write one, or if it is UTC say so in the name of the column or in Config")
	ErrStep      = errors.New("how long the rows last is not clear: give them an end, or say Config.Step")
	ErrNumber    = errors.New("not a number")
	ErrEncoding  = errors.New("not UTF-8 text")
	ErrTooLarge  = errors.New("the files are larger than Config.MaxBytes")
	ErrEmpty     = errors.New("no figures")
	ErrConfig    = errors.New("the Config does not fit")
)

// An Error is what is wrong with the files, and where.
type Error struct {
	File   string // within Config.FS, or the pattern
	Line   int    // from 1; 0: all of the file
	Column int    // byte in the line, from 1; 0: all of the line
	Header string // name of the column; may be ""
	Value  string // what stands there; may be ""
	Err    error
}

// Error names the file, line, column, what stands there and what is wrong.
func (e *Error) Error() string {
	s := "filegrid: read " + e.File + ": "
	if e.Line > 0 {
		s += "line " + strconv.Itoa(e.Line)
		if e.Column > 0 {
			s += ", column " + strconv.Itoa(e.Column)
		}
		s += ": "
	}
	if e.Header != "" {
		s += short(e.Header) + ": "
	}
	if e.Value != "" {
		s += short(e.Value) + ": "
	}
	return s + e.Err.Error()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// short quotes the text of a stranger.
func short(s string) string {
	if r := []rune(s); len(r) > 40 {
		s = string(r[:40]) + "…"
	}
	return strconv.Quote(s)
}
