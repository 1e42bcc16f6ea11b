package meter

import "errors"

// ErrDenominator reports that the busy CPU time of the machine is not to be
// seen, so that no share of its energy can be told: a sandbox such as gVisor
// shows none, lxcfs that of a container. It comes inside a [*ScopeError].
var ErrDenominator = errors.New("busy CPU time of the machine is hidden")

// ErrNoCgroup reports that no hierarchy of cgroup v2 is mounted where a
// cgroup was asked for. It comes inside a [*ScopeError].
var ErrNoCgroup = errors.New("no cgroup v2 hierarchy is mounted")

// A ScopeError is a failure to read a scope. It wraps the cause: one of
// [ErrDenominator], [ErrNoCgroup] and [errors.ErrUnsupported], or an error of
// the system such as [os.ErrNotExist].
type ScopeError struct {
	Scope  string // as its String says, such as "cgroup /system.slice/api.service"
	Err    error
	Remedy string // what a person can do about it; "": nothing
}

// Error says which scope, the cause, and what to do about it.
func (e *ScopeError) Error() string {
	text := "meter: scope " + e.Scope + ": " + e.Err.Error()
	if e.Remedy != "" {
		text += " (" + e.Remedy + ")"
	}
	return text
}

// Unwrap returns the cause.
func (e *ScopeError) Unwrap() error { return e.Err }

// errRemedy is a cause on its way to the scope that names itself.
type errRemedy struct {
	err    error
	remedy string
}

func (e *errRemedy) Error() string { return e.err.Error() }
func (e *errRemedy) Unwrap() error { return e.err }

func scopeError(scope string, err error) error {
	var r *errRemedy
	if errors.As(err, &r) {
		return &ScopeError{Scope: scope, Err: r.err, Remedy: r.remedy}
	}
	return &ScopeError{Scope: scope, Err: err}
}
