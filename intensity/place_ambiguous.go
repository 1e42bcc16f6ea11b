package intensity

import (
	"errors"
	"strings"
)

// ErrAmbiguous reports a name that is taken for several places.
var ErrAmbiguous = errors.New("ambiguous place")

// An AmbiguousError is a name of several places, such as Azure's "northeurope",
// which is in Ireland and which public tables also have in Finland. It is
// [ErrAmbiguous]. Ask for one of the candidates instead.
type AmbiguousError struct {
	Given      string   // as it was asked for
	Candidates []string // two or more keys that Locate accepts
	Why        string
}

// Error names the candidates and their sites.
func (e *AmbiguousError) Error() string {
	var names []string
	for i, c := range e.Candidates {
		if i == maxCandidates && len(e.Candidates) > i+1 {
			names = append(names, "another")
			break
		}
		names = append(names, described(c))
	}
	return "intensity: place " + quoted(e.Given) + ": ambiguous (" + e.Why + "); say " + strings.Join(names, " or ")
}

// maxCandidates is how many are named in the text of an error.
const maxCandidates = 6

// Is reports whether target is ErrAmbiguous.
func (e *AmbiguousError) Is(target error) bool { return target == ErrAmbiguous }

// of returns the error for what was given.
func (e *AmbiguousError) of(given string) error {
	return &AmbiguousError{Given: given, Candidates: append([]string(nil), e.Candidates...), Why: e.Why}
}

// described returns a key with its place.
func described(key string) string {
	p, err := Locate(key)
	if err != nil {
		return key
	}
	return p.String()
}
