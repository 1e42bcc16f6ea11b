package meter

import (
	"context"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/source"
)

// A Source reads counters of energy. [Start] takes ownership of it and
// [Meter.Stop] closes it.
//
// Report tells what the source reads and what it does not; it tells the present
// state, and may be called beside the other methods. Read appends a reading for
// each zone that answers to dst, and returns it beside the errors of the zones
// that do not; it is called by one goroutine at a time. Totals never fall, and
// a failed read keeps what was counted for the next one. Package
// meter/metertest has a check for sources of your own.
//
// A Source with a method MaxInterval() time.Duration is read at least that
// often; 0 says that it does not matter. Only if all sources have one, a machine
// at rest is read less often than the interval says.
type Source interface {
	Report() source.Report
	Read(dst []source.Reading) ([]source.Reading, error)
	Close() error
}

// A Grid knows the carbon intensity of electricity at an instant: those of
// package intensity, or your own. At answers from memory, at once, and is safe
// for concurrent use; for an instant of which nothing is known it returns an
// error, and what was used then has no price.
type Grid interface {
	At(time.Time) (intensity.Point, error)
}

// A Refresher is a [Grid] that has to be fetched. The meter calls Refresh in a
// goroutine of its own, again at next; after an error, not before a minute has
// passed.
type Refresher interface {
	Refresh(ctx context.Context) (next time.Time, err error)
}
