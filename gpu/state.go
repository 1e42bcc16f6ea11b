package gpu

import (
	"errors"
	"fmt"

	"github.com/scimeter/scimeter/gpu/internal/driver"
)

// A State says how a card answers.
type State uint8

// The states.
const (
	Unknown    State = iota // it was not read yet
	Working                 // it answers
	Asleep                  // it is suspended, and left alone: it draws next to nothing
	Failing                 // the last read failed; nothing is lost if the next one does not
	Stalled                 // the driver has not answered for five seconds
	Lost                    // it has fallen off the bus, and is looked for
	NeedsReset              // it works again after a reset
)

// String returns the name of s, such as "working".
func (s State) String() string {
	switch s {
	case Unknown:
		return "unknown"
	case Working:
		return "working"
	case Asleep:
		return "asleep"
	case Failing:
		return "failing"
	case Stalled:
		return "stalled"
	case Lost:
		return "lost"
	case NeedsReset:
		return "needs reset"
	}
	return fmt.Sprintf("State(%d)", uint8(s))
}

// gone reports whether a card in that state counts nothing.
func (s State) gone() bool { return s == Lost || s == NeedsReset }

// stateOf returns what an answer says of a card.
func stateOf(err error) State {
	switch {
	case err == nil:
		return Working
	case errors.Is(err, driver.ErrAsleep):
		return Asleep
	case errors.Is(err, driver.ErrLost):
		return Lost
	case errors.Is(err, driver.ErrResetRequired):
		return NeedsReset
	}
	return Failing
}
