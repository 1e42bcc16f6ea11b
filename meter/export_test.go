package meter

import "io"

// A Profiler is what takes CPU profiles in a test.
type Profiler interface {
	Start(w io.Writer) error
	Stop()
}

type scriptedProfiler struct{ p Profiler }

func (s scriptedProfiler) start(w io.Writer) error { return s.p.Start(w) }
func (s scriptedProfiler) stop()                   { s.p.Stop() }

// WithProfiler scripts profiles, of whatever scope.
func WithProfiler(p Profiler) Option {
	return func(c *config) error {
		c.profiler, c.anyScope = scriptedProfiler{p}, true
		return nil
	}
}

// Mark is the value of the label of an account; "" of none.
func Mark(a *Account) string {
	if a == nil || a.mark == nil {
		return ""
	}
	for mark, of := range a.ledger.byMark {
		if of == a {
			return mark
		}
	}
	return ""
}

// ReadProfile is how a profile is read.
func ReadProfile(b []byte) (map[string]uint64, error) { return readProfile(b) }

// DecodeProfile is how it is read once it is not compressed.
func DecodeProfile(b []byte) (map[string]uint64, error) { return decodeProfile(b) }
