package interop

import (
	"errors"
	"strconv"
)

// What a document is refused for. Test for them with [errors.Is]; what is
// returned is an [*Error] with the place and the details.
var (
	// ErrFormat says that the document is none of the forms that are known.
	ErrFormat = errors.New("no known form of an SCI document; known are the JSON of scimeter, manifests of the Impact Framework, IMP and ISO YAML and the Markdown of the GSF")

	// ErrSyntax says that the document is not well-formed.
	ErrSyntax = errors.New("not well-formed")

	// ErrTooLarge says that the document is beyond what is read: see
	// [MaxDocument], or nested too deep.
	ErrTooLarge = errors.New("larger than what is read")

	// ErrPlugin says that a manifest asks for a plugin that is not run here.
	ErrPlugin = errors.New("plugin is not run")

	// ErrParameter says that a plugin or an aggregation has not what it needs.
	ErrParameter = errors.New("parameter is missing or has no such value")

	// ErrCannotCarry says that a form has no place for what is to be written.
	ErrCannotCarry = errors.New("the form cannot carry it")
)

// An Error is a document that was not read, run or written.
type Error struct {
	Op     string // "read", "run" or "write"
	Name   string // of the document, "" if it has none
	Line   int    // from 1; 0 is not known
	Detail string // what is wrong, "" if Err says it all
	Err    error  // one of the sentinels of this package, or of package sci
}

// Error returns the operation, the place and what is wrong.
func (e *Error) Error() string {
	text := "interop: " + e.Op
	if e.Name != "" {
		text += " " + e.Name
	}
	if e.Line > 0 {
		text += ": line " + strconv.Itoa(e.Line)
	}
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	return text + ": " + e.Err.Error()
}

// Unwrap returns what [errors.Is] may be asked for.
func (e *Error) Unwrap() error { return e.Err }

// named returns err with the name of the document, if it is an *Error.
func named(err error, name string) error {
	var e *Error
	if errors.As(err, &e) && e.Name == "" {
		e.Name = name
	}
	return err
}
