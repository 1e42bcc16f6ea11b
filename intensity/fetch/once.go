package fetch

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
)

const (
	maxRedirects = 3
	maxErrorBody = 64 << 10
)

// once makes one request, signed with the secret, if the gate lets it, and
// returns the body of an answer to decode. It is sent if the service was asked:
// else the error is the gate's.
func (c *Client) once(ctx context.Context, r Request, secret string) (body []byte, sent bool, err error) {
	hide := newRedactor(secret)
	if err := c.enter(ctx, secret); err != nil {
		return nil, false, c.fail(r.op(), 0, err)
	}
	c.hide.Store(&hide)
	a, err := c.send(ctx, r, secret)
	if err == nil {
		err = c.service.Classify(a)
	}
	c.gate.leave(ctx, err)
	if err == nil {
		return a.Body, true, nil
	}
	e := c.fail(r.op(), a.Status, err).(*Error)
	if e.Detail == "" {
		e.Detail = a.Message()
	}
	e.Op, e.Detail = hide.text(e.Op), hide.text(e.Detail)
	return nil, true, e
}

// enter waits for the turn of a request.
func (c *Client) enter(ctx context.Context, secret string) error {
	if err := c.gate.check(secret); err != nil {
		return err
	}
	if err := c.limit.Wait(ctx); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &RateLimitedError{} // its turn comes after the deadline
	}
	return c.gate.enter(secret)
}

// send makes the request and reads the answer. What the network says is put
// into words of our own: it holds the whole URL, and so perhaps the key.
func (c *Client) send(ctx context.Context, r Request, secret string) (Answer, error) {
	inner, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := c.request(inner, r, secret)
	if err != nil {
		return Answer{}, err
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return Answer{}, network(ctx, err)
	}
	defer resp.Body.Close()
	c.clock.told(resp.Header)
	a := Answer{Status: resp.StatusCode, Header: resp.Header}
	limit := c.service.MaxBody
	if a.Status != http.StatusOK {
		limit = min(limit, maxErrorBody)
	}
	a.Body, err = io.ReadAll(io.LimitReader(resp.Body, limit+1))
	switch {
	case a.Status != http.StatusOK:
		a.Body = a.Body[:min(int64(len(a.Body)), limit)]
		return a, nil
	case err != nil:
		return Answer{Status: a.Status}, network(ctx, err)
	case int64(len(a.Body)) > limit:
		return Answer{Status: a.Status}, Fail(ErrTooLarge, "more than %d bytes", limit)
	}
	return a, nil
}

func (c *Client) request(ctx context.Context, r Request, secret string) (*http.Request, error) {
	target := c.base + r.Path
	if len(r.Query) > 0 {
		target += "?" + r.Query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil || req.URL.Host == "" {
		return nil, Fail(ErrRequest, "no URL of a service: check the base URL")
	}
	req.Header.Set("User-Agent", c.agent)
	req.Header.Set("Accept", "application/json, application/xml;q=0.9, */*;q=0.5")
	for k, v := range r.Header {
		req.Header[k] = v
	}
	if c.service.Sign != nil {
		c.service.Sign(req, secret)
	}
	return req, nil
}

// errElsewhere stops the client of net/http at a redirect.
var errElsewhere = errors.New("redirect")

// sameHost follows few redirects, on the same host and never from https to
// http: headers with keys in them go along.
func sameHost(req *http.Request, via []*http.Request) error {
	first := via[0].URL
	if len(via) > maxRedirects || !strings.EqualFold(req.URL.Host, first.Host) || req.URL.Scheme != first.Scheme {
		return errElsewhere
	}
	return nil
}

// network tells the class of what went wrong below HTTP.
func network(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, errElsewhere) {
		return ErrRedirect
	}
	if t, ok := errors.AsType[net.Error](err); ok && t.Timeout() {
		return Fail(ErrTemporary, "no answer in time")
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		err = u.Err // without the URL
	}
	return Fail(ErrTemporary, "%s", oneLine(err.Error()))
}
