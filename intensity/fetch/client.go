package fetch

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/time/rate"
)

// What a call that fails for the moment may cost.
const (
	tries        = 3                // requests in one call
	longestWait  = 30 * time.Second // a call that would wait longer ends
	firstPause   = time.Second      // the first pause is a random part of this
	longestPause = 10 * time.Second
)

const (
	defaultBody    = 1 << 20
	defaultTimeout = 10 * time.Second
	defaultAgent   = "scimeter (+https://github.com/scimeter/scimeter)"
)

// A Client asks one service. [New] makes it; it is safe for concurrent use and
// runs nothing while nobody asks.
type Client struct {
	service Service
	base    string
	agent   string
	timeout time.Duration
	http    *http.Client
	limit   *rate.Limiter
	gate    gate
	clock   clock
	cache   *Cache
	flights flights
	recent  recent
	hide    atomic.Pointer[redactor] // of the last secret, for what a load says of an answer
}

// New returns a client of the service. It asks nothing and reads nothing.
func New(s Service, o Options) *Client {
	s.MaxBody = cmp.Or(s.MaxBody, defaultBody)
	if s.Classify == nil {
		s.Classify = Classify
	}
	if s.Hold == nil {
		s.Hold = Hold
	}
	if o.Cache == nil {
		o.Cache = &Cache{}
	}
	return &Client{
		service: s,
		base:    strings.TrimRight(cmp.Or(o.BaseURL, s.BaseURL), "/"),
		agent:   cmp.Or(o.UserAgent, defaultAgent),
		timeout: cmp.Or(o.Timeout, defaultTimeout),
		http:    &http.Client{Transport: o.Transport, CheckRedirect: sameHost},
		limit:   rate.NewLimiter(rate.Every(cmp.Or(s.Every, time.Second)), cmp.Or(s.Burst, 5)),
		cache:   o.Cache,
	}
}

// A Request is one question. Path and query are added to the base URL; the
// path is taken as it stands, so ids in it go through url.PathEscape.
type Request struct {
	Path   string // with a slash in front
	Query  url.Values
	Header http.Header
}

func (r Request) op() string { return "get " + r.Path }

// Ask returns the body of the answer, which is not empty and was not refused
// by Classify. It asks again, up to three times and as long as ctx and half a
// minute allow, where that may help. The error is an [*Error].
//
// Ask is for what goes into the functions that [Client.Current],
// [Client.Range] and [Client.Forecast] call; they share and remember.
func (c *Client) Ask(ctx context.Context, r Request) ([]byte, error) {
	pause := backoff.ExponentialBackOff{
		InitialInterval: firstPause / 2, RandomizationFactor: 1, // from 0 to twice that
		Multiplier: 2, MaxInterval: longestPause / 2,
	}
	renewed := "" // the secret of Renew
	for n := 1; ; n++ {
		secret, err := c.secret(ctx, r, renewed)
		if err != nil {
			return nil, err // whoever gives secrets has tried as often as may help
		}
		body, sent, err := c.once(ctx, r, secret)
		if err == nil {
			return body, nil
		}
		refused := sent && errors.Is(err, ErrAuth) // the gate only repeats what was said before
		if refused && c.service.Renew != nil && secret != "" && renewed == "" {
			if renewed, err = c.renew(ctx, r, secret); err != nil {
				return nil, err
			}
			continue
		}
		wait := pause.NextBackOff()
		if limited, ok := errors.AsType[*RateLimitedError](err); ok {
			wait = max(wait, limited.RetryAfter)
		}
		switch {
		case refused:
			return nil, c.settle(err, secret)
		case n >= tries || !worthWaiting(ctx, err, wait):
			return nil, err
		case !sleep(ctx, wait):
			return nil, c.fail(r.op(), 0, ctx.Err())
		}
	}
}

// secret returns what the next request is signed with: what was renewed, else
// what the callback says.
func (c *Client) secret(ctx context.Context, r Request, renewed string) (string, error) {
	if renewed != "" || c.service.Secret == nil {
		return renewed, nil
	}
	secret, err := c.service.Secret(ctx)
	if err != nil {
		return "", c.fail(r.op(), 0, err)
	}
	return secret, nil
}

// renew returns another secret in place of the one that the service refused.
func (c *Client) renew(ctx context.Context, r Request, refused string) (string, error) {
	secret, err := c.service.Renew(ctx, refused)
	if err == nil && secret == "" {
		err = Fail(ErrAuth, "nothing in place of a key that was refused")
	}
	if err != nil {
		return "", c.settle(c.fail(r.op(), 0, err), refused)
	}
	return secret, nil
}

// settle remembers a key that the service refused, if it stays so.
func (c *Client) settle(err error, secret string) error {
	if errors.Is(err, ErrAuth) {
		c.gate.refuse(secret, err, c.service.Hold(err))
	}
	return err
}

// worthWaiting reports whether asking again after the wait may help, and ends
// before ctx does.
func worthWaiting(ctx context.Context, err error, wait time.Duration) bool {
	if !errors.Is(err, ErrTemporary) && !errors.Is(err, ErrRateLimited) || errors.Is(err, errOpen) {
		return false
	}
	end, ok := ctx.Deadline()
	return wait <= longestWait && (!ok || time.Until(end) > wait)
}

// sleep waits and reports whether ctx lasted.
func sleep(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// fail makes an *Error of what went wrong in op, if it is none yet.
func (c *Client) fail(op string, status int, err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	e := &Error{Provider: c.service.Name, Op: op, Status: status, Err: err}
	if d, ok := errors.AsType[*detailed](err); ok {
		e.Detail, e.Err = d.detail, d.class
		if hide := c.hide.Load(); hide != nil {
			e.Detail = hide.text(e.Detail)
		}
	}
	return e
}
