package intensity

import (
	"errors"
	"time"
)

// ErrForgotten reports a time that a [Chain] had figures of and keeps no more.
var ErrForgotten = errors.New("forgotten")

// A ForgottenError is an instant before Until, of which a [Chain] has dropped
// what it knew. Nothing stands in for it: another figure would pass for a
// revision. It is [ErrForgotten], and [ErrGap] to a caller for whom one time
// without figures is like another.
type ForgottenError struct {
	Zone  string
	Until time.Time // from here on there are figures
}

// Error names the zone and the time, and says what helps.
func (e *ForgottenError) Error() string {
	return "intensity: zone " + quoted(e.Zone) + ": figures before " + instant(e.Until) +
		" are forgotten; keep them for longer with ChainConfig.History, or use a Series of that time"
}

// Is reports whether target is ErrForgotten.
func (e *ForgottenError) Is(target error) bool { return target == ErrForgotten }

// Unwrap returns the time without figures as a [*GapError].
func (e *ForgottenError) Unwrap() error { return &GapError{To: e.Until, Zone: e.Zone} }
