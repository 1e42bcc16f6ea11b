package meter

import (
	"errors"
	"fmt"
	"time"
)

// Why figures are lower bounds; see [Usage.Incomplete].
var (
	// ErrUnread reports a zone of which for a time nothing was counted or read.
	ErrUnread = errors.New("not read")

	// ErrUnsplit reports energy of a card that others use too, where nothing
	// tells how much.
	ErrUnsplit = errors.New("shared with others, and nothing tells how much; see the remedy in Sources")

	// ErrUnembodied reports an accelerator of which it is not known what it
	// embodies.
	ErrUnembodied = errors.New("what the accelerator embodies is not known; give it: meter.WithAccelerators")
)

// Incomplete returns why energy or carbon of u are lower bounds, beside a grid
// that does not cover it ([Usage.Carbon]); nil where they are not. The error
// joins one for each zone and reason: [ErrUnread], [ErrUnsplit],
// [ErrUnembodied].
func (u Usage) Incomplete() error {
	var errs []error
	for _, z := range u.Zones {
		if z.Zone.Beside {
			continue
		}
		if d := z.unread(u.Measured); d > 0 {
			errs = append(errs, fmt.Errorf("meter: %s: %w for %v", z.Zone.ID, ErrUnread, d))
		}
		if z.Unsplit > 0 {
			errs = append(errs, fmt.Errorf("meter: %s: %.3g J %w", z.Zone.ID, z.Unsplit.Joules(), ErrUnsplit))
		}
		if z.Unembodied {
			errs = append(errs, fmt.Errorf("meter: %s: %w", z.Zone.ID, ErrUnembodied))
		}
	}
	return errors.Join(errs...)
}

// unread is how long a zone was not counted or read in a window.
func (z ZoneTotal) unread(window time.Duration) time.Duration {
	return z.Missing + min(z.Unread, window)
}
