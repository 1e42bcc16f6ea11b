package meter

import (
	"context"
	"errors"
	"io/fs"
	"os"
)

// A Failure is how often one source, or the scope, did not answer, and why; or
// how often there was no CPU profile, or not the whole of one: somebody else had
// one under way ("in_use"), or ended that of the meter ("taken").
type Failure struct {
	Source string // its first zone, "scope" or "profile"
	Type   string // as the attribute error.type of OpenTelemetry: "permission_denied", "_OTHER"
	N      int
}

// Names of what is no source.
const (
	scopeName   = "scope"
	profileName = "profile"
)

// failureTypes are the values of [Failure.Type], and what they stand for. What
// is none of them is "_OTHER".
var failureTypes = []struct {
	err  error
	name string
}{
	{fs.ErrPermission, "permission_denied"},
	{fs.ErrNotExist, "not_found"},
	{os.ErrDeadlineExceeded, "timeout"},
	{context.DeadlineExceeded, "timeout"},
	{errors.ErrUnsupported, "unsupported"},
	{fs.ErrClosed, "closed"},
	{errInUse, "in_use"},
	{errTaken, "taken"},
}

func failureType(err error) string {
	for _, t := range failureTypes {
		if errors.Is(err, t.err) {
			return t.name
		}
	}
	return "_OTHER"
}

// fail notes that source i did not answer; the scope is the one after the last.
func (m *Meter) fail(i int, err error) {
	name := scopeName
	if i < len(m.names) {
		name = m.names[i]
	}
	m.note(name, err)
}

// note counts that one of that name did not answer. m.mu is held.
func (m *Meter) note(name string, err error) {
	m.effort.Errors++
	f := Failure{name, failureType(err), 1}
	for j := range m.failures {
		if k := &m.failures[j]; k.Source == f.Source && k.Type == f.Type {
			k.N++
			return
		}
	}
	m.failures = append(m.failures, f)
}
