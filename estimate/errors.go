package estimate

import (
	"errors"
	"strconv"
)

// A LoadError says that not even the CPU time of the machine can be read, so
// that there is nothing to estimate from.
type LoadError struct {
	Path   string // "" where it is no file
	Remedy string // what a person can do about it
	Err    error
}

// Error says what was read, why that was refused, and the remedy.
func (e *LoadError) Error() string {
	what := e.Path
	if what == "" {
		what = "the CPU time of the machine"
	}
	s := "estimate: read " + what + ": " + e.Err.Error()
	if e.Remedy != "" {
		s += " (" + e.Remedy + ")"
	}
	return s
}

// Unwrap returns the cause.
func (e *LoadError) Unwrap() error { return e.Err }

// A ModelError says what is wrong with a [Model] that was given.
type ModelError struct {
	Model string // its name
	Why   string
}

// Error says which model is wrong, and why.
func (e *ModelError) Error() string {
	return "estimate: use model " + strconv.Quote(e.Model) + ": " + e.Why
}

// A TableError says which line of a table does not read as one.
type TableError struct {
	Line int
	Err  error
}

// Error says where the table is wrong, and why.
func (e *TableError) Error() string {
	return "estimate: parse table line " + strconv.Itoa(e.Line) + ": " + e.Err.Error()
}

// Unwrap returns the cause.
func (e *TableError) Unwrap() error { return e.Err }

// ErrClosed is what Read returns after Close.
var ErrClosed = errors.New("estimate: source is closed")
