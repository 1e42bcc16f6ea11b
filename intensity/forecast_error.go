package intensity

import (
	"errors"
	"time"
)

// ErrHistory reports that a history does not carry a forecast. Use a forecast
// of the provider, or an annual average such as [Country].
var ErrHistory = errors.New("history does not carry a forecast")

// A HistoryError is a history that is too short or too old. It is
// [ErrHistory].
type HistoryError struct {
	Zone       string        // "" if the history is empty
	Have, Want time.Duration // of figures, gaps left out, in the days that the model looks at
	Age        time.Duration // of the last figure
	MaxAge     time.Duration // what Age may be
}

// Error says what is missing and what helps.
func (e *HistoryError) Error() string {
	s := "intensity: forecast zone " + quoted(e.Zone) + ": "
	if e.Age > e.MaxAge {
		s += "the last figure is " + e.Age.String() + " old, more than " + e.MaxAge.String()
	} else {
		s += e.Have.String() + " of figures, want " + e.Want.String() + " spread over the day"
	}
	return s + ": use a forecast of the provider or an annual average"
}

// Is reports whether target is ErrHistory.
func (e *HistoryError) Is(target error) bool { return target == ErrHistory }
