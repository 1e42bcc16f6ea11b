package fetch

import (
	"net/http"
	"sync/atomic"
	"time"
)

// written is before the first version of this package: no service has a clock
// that is right and shows less.
var written = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

// A clock is how far ours runs ahead of that of the service, by its last answer
// with a Date. By a clock that runs ahead, days would seem settled that have not
// even ended; by one that is late, all days settle a little later.
type clock struct{ ahead atomic.Int64 }

// told takes the time from an answer.
func (c *clock) told(h http.Header) {
	t, err := http.ParseTime(h.Get("Date"))
	if err == nil && !t.Before(written) {
		c.ahead.Store(int64(max(0, time.Since(t))))
	}
}

// now is the earlier of our time and that of the service, in UTC and without a
// monotonic clock, to be kept.
func (c *Client) now() time.Time {
	return time.Now().UTC().Round(0).Add(-time.Duration(c.clock.ahead.Load()))
}
