package intensity

import (
	"context"
	"time"
)

// A Provider answers for the zones of one source of live figures, one package
// each below this folder. What it can do beyond naming itself is found by type
// assertion: [CurrentProvider], [RangeProvider], [ForecastProvider]. A zone is
// named by the provider's own id, such as "GB" or "US-CAL-CISO"; nothing is
// ever looked up by the address of the caller. A provider is safe for
// concurrent use.
//
// Every point that a provider returns is valid and carries its signal, its
// zone, how it came about ([Point.Quality]) and, where the source says so, when
// it was last revised ([Point.UpdatedAt]) and when a forecast was issued
// ([Point.IssuedAt]). What the source does not know is absent.
type Provider interface {
	// Name returns the name of the provider as it stands in Origin.Name of its
	// points, such as "ukgrid".
	Name() string

	// Capabilities says what the provider has for a zone, without asking the
	// network. The error says which ids are known, or how they look.
	Capabilities(zone string) (Capabilities, error)
}

// A CurrentProvider has the newest figure of a zone.
type CurrentProvider interface {
	Provider

	// Current returns the newest figure of the zone. Its interval need not
	// contain now: some sources lag, some name the hour that is to come.
	Current(ctx context.Context, zone string) (Point, error)
}

// A RangeProvider has the past of a zone.
type RangeProvider interface {
	Provider

	// Range returns the points that overlap [from, to), whole, with gaps where
	// nothing is known. A series beside an error is what was read before it; it
	// is nil if nothing was. An interval that is empty or reversed is ErrWindow.
	Range(ctx context.Context, zone string, from, to time.Time) (*Series, error)
}

// A ForecastProvider has the future of a zone.
type ForecastProvider interface {
	Provider

	// Forecast returns what the source expects from the running step on, as far
	// as it looks ahead.
	Forecast(ctx context.Context, zone string) (*Series, error)
}

// Capabilities are what a provider has for one zone.
type Capabilities struct {
	Signal Signal // of all its points for the zone

	// Current, Range and Forecast say which of the three a zone has, among those
	// that the provider has at all.
	Current, Range, Forecast bool

	Step    time.Duration // length of one point
	Lag     time.Duration // how long after its interval a figure appears, as a rule
	Horizon time.Duration // how far a forecast reaches

	// Settle is how long after its interval a figure may still be revised by the
	// source. Older ones are kept for good. 0: at any time, so none is.
	Settle time.Duration
}
