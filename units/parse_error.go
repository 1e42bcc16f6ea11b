package units

import (
	"strconv"
	"strings"
)

// A ParseError is a text that Set does not accept. Its message says what is
// accepted, with an example.
type ParseError struct {
	Type    string // the quantity, such as "power"
	Input   string // the text as given
	Problem string // what is wrong with it, such as "no number"
	Want    string // what is accepted, with an example
}

// Error says what was read, what is wrong with it, and what is accepted.
func (e *ParseError) Error() string {
	return "units: parse " + e.Type + " " + strconv.Quote(e.Input) + ": " + e.Problem + "; want " + e.Want
}

func (s *scale) refuse(text, problem string) error {
	return &ParseError{Type: s.name, Input: text, Problem: problem, Want: s.want()}
}

// want says what parse accepts.
func (s *scale) want() string {
	want := "a number"
	if s.least != signed {
		want += " of at least " + strconv.FormatFloat(s.least, 'g', -1, 64)
	}
	if words := s.words(); len(words) > 0 {
		want += ", alone or with " + strings.Join(words, ", ")
	}
	return want + ", such as " + s.like
}
