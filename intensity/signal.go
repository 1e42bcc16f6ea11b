package intensity

import (
	"errors"
	"fmt"
)

// ErrSignal reports figures of different signals where one is required, or a
// signal that is not complete. List what may stand in for what in
// [Options.Allow].
var ErrSignal = errors.New("another signal")

// A Signal says what an intensity is an intensity of. Figures of different
// signals for the same place and hour differ by a factor of two and more, so
// they are never mixed unless a caller lists the substitution. It is
// comparable; the zero Signal says nothing and is invalid.
type Signal struct {
	Kind       Kind       `json:"kind"`
	Boundary   Boundary   `json:"boundary"`
	Accounting Accounting `json:"accounting"`
}

// AverageLifecycle returns the default signal: average and lifecycle, with
// production or consumption as the source of the figures has it.
func AverageLifecycle(a Accounting) Signal {
	return Signal{Kind: Average, Boundary: Lifecycle, Accounting: a}
}

// Valid returns nil if s says all three, else an error that is [ErrSignal].
func (s Signal) Valid() error {
	if s.full() {
		return nil
	}
	return fmt.Errorf("intensity: signal %q: kind, boundary and accounting must be said: %w", s, ErrSignal)
}

func (s Signal) full() bool { return s.Kind.known() && s.Boundary.known() && s.Accounting.known() }

// String returns the three words, such as "average lifecycle production"; the
// zero Signal is "none".
func (s Signal) String() string {
	if s == (Signal{}) {
		return "none"
	}
	return s.Kind.String() + " " + s.Boundary.String() + " " + s.Accounting.String()
}
