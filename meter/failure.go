package meter

import (
	"context"
	"errors"
	"io/fs"
	"os"
)

// A Failure is how often one source, or the scope, did not answer, and why.
type Failure struct {
	Source string // its first zone, or "scope"
	Type   string // as the attribute error.type of OpenTelemetry: "permission_denied", "_OTHER"
	N      int
}

const scopeName = "scope"

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
	m.effort.Errors++
	f := Failure{scopeName, failureType(err), 1}
	if i < len(m.names) {
		f.Source = m.names[i]
	}
	for j := range m.failures {
		if k := &m.failures[j]; k.Source == f.Source && k.Type == f.Type {
			k.N++
			return
		}
	}
	m.failures = append(m.failures, f)
}
