package fetch

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// A Service is what a provider's package knows of the API it speaks to. Name
// and BaseURL are needed.
type Service struct {
	Name    string // of the provider, as in Origin.Name
	BaseURL string // the public one, without a slash at its end

	// Every is the time between two requests that the service bears in the long
	// run, and Burst how many may come at once; zero: one a second, and 5.
	Every time.Duration
	Burst int

	// MaxBody is the size in bytes of the largest answer; zero: 1 MiB. Ask in
	// pages rather than raise it.
	MaxBody int64

	// Classify tells the class of an answer; nil: Classify.
	Classify func(Answer) error

	// Hold says how long an error is remembered in place of asking again; nil:
	// Hold.
	Hold func(error) time.Duration

	// Secret returns the key, asked for before each request; nil: there is none.
	// It is the callback of the user, and its error ends the call. Sign puts the
	// key into the request.
	Secret func(context.Context) (string, error)
	Sign   func(r *http.Request, secret string)

	// Renew returns a new secret in place of one that the service refused, once
	// in a call, and Secret has to return it from then on; nil: there is no such
	// thing. For tokens that run out. It is not called for a key that is known to
	// be refused and was not sent again.
	Renew func(ctx context.Context, refused string) (string, error)
}

// Options are what a user may say of how a service is asked. The zero Options
// are good.
type Options struct {
	BaseURL   string            // in place of the public one, for a proxy or a test
	Transport http.RoundTripper // nil: http.DefaultTransport
	UserAgent string            // "": "scimeter" and the address of this project
	Timeout   time.Duration     // of one request; zero: 10 s
	Cache     *Cache            // shared by providers and kept on disk; nil: one of its own, in memory
}

// Hold returns how long an error is remembered: a quarter of an hour for one
// that does not get better by itself ([ErrAuth], because some services say so
// when a quota is used up, [ErrPlan], [ErrNotFound], [ErrZoneMismatch]), a
// minute for an answer that was no use, and no time for the rest, for which
// pauses and the breaker are meant. A refused key is forgotten at once when the
// callback returns another one.
func Hold(err error) time.Duration {
	for _, class := range []error{ErrAuth, ErrPlan, ErrNotFound, ErrZoneMismatch} {
		if errors.Is(err, class) {
			return 15 * time.Minute
		}
	}
	for _, class := range []error{ErrNoData, ErrDecode, ErrRequest, ErrTooLarge, ErrRedirect} {
		if errors.Is(err, class) {
			return time.Minute
		}
	}
	return 0
}
