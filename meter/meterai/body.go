package meterai

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"sync"

	"github.com/scimeter/scimeter/meter"
)

// Accounts says to which account the tokens of an answer go; nil is none.
type Accounts func(r *http.Request, t Tokens) *meter.Account

// ByModel gives each model an account, with the label gen_ai.request.model. A
// service that answers with ever new names fills the ledger: they end in
// [meter.OverflowAccount].
func ByModel(m *meter.Meter) Accounts {
	return func(_ *http.Request, t Tokens) *meter.Account {
		if t.Model == "" {
			return m.Ledger().Account("")
		}
		return m.Ledger().Account(t.Model, meter.Label{Key: "gen_ai.request.model", Value: t.Model})
	}
}

// An Option changes how answers are read.
type Option func(*config)

type config struct {
	accounts Accounts
	missed   func(*http.Request, error)
}

// OnMissed calls f for each answer of a kind that could have had a usage object
// and had none that can be read: its tokens are not counted. Streams of some
// services have one only if it was asked for (stream_options.include_usage).
func OnMissed(f func(r *http.Request, err error)) Option { return func(c *config) { c.missed = f } }

// Why tokens of an answer are not counted.
var (
	ErrNoUsage = errors.New("meterai: the answer has no usage object; ask for one: stream_options.include_usage")
	ErrEncoded = errors.New("meterai: the answer is compressed; leave the compression to the Transport")
)

// Transport returns base, [http.DefaultTransport] if it is nil, with the tokens of
// all answers counted when their bodies have been read, or were closed.
func Transport(base http.RoundTripper, accounts Accounts, opts ...Option) http.RoundTripper {
	if base == nil {
		base = http.DefaultTransport
	}
	return &transport{base, newConfig(accounts, opts)}
}

type transport struct {
	base http.RoundTripper
	*config
}

func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := t.base.RoundTrip(r)
	if err == nil {
		t.watch(r, res)
	}
	return res, err
}

// ModifyResponse counts the tokens of what a reverse proxy passes on.
func ModifyResponse(accounts Accounts, opts ...Option) func(*http.Response) error {
	c := newConfig(accounts, opts)
	return func(res *http.Response) error {
		c.watch(res.Request, res)
		return nil
	}
}

func newConfig(accounts Accounts, opts []Option) *config {
	c := &config{accounts: accounts}
	for _, opt := range opts {
		if opt != nil {
			opt(c)
		}
	}
	return c
}

// watch has the body of an answer read by whoever reads it.
func (c *config) watch(r *http.Request, res *http.Response) {
	kind, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if res.Body == nil || res.Body == http.NoBody || kind != "application/json" && kind != "text/event-stream" {
		return
	}
	if res.StatusCode >= http.StatusBadRequest || c.accounts == nil {
		return // nothing was generated
	}
	if e := res.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		c.miss(r, ErrEncoded)
		return
	}
	res.Body = &body{ReadCloser: res.Body, config: c, request: r, events: kind == "text/event-stream"}
}

func (c *config) miss(r *http.Request, err error) {
	if c.missed != nil {
		c.missed(r, err)
	}
}

// A body is that of an answer, on its way.
type body struct {
	io.ReadCloser
	*config
	request *http.Request
	events  bool

	mu    sync.Mutex // Close may come while Read waits
	scan  scanner
	line  int  // of an event, how much of it was seen
	data  bool // the line is one of data
	usage []byte
	model []byte
	done  bool
}

// Read passes on what the service says.
func (b *body) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.see(p[:n])
	if err != nil {
		b.finish()
	}
	return n, err
}

// Close ends the answer: what was said up to then counts.
func (b *body) Close() error {
	b.mu.Lock()
	b.finish()
	b.mu.Unlock()
	return b.ReadCloser.Close()
}

func (b *body) see(p []byte) {
	if !b.events {
		b.scan.write(p)
		return
	}
	for len(p) > 0 {
		line, rest, ends := bytes.Cut(p, []byte("\n"))
		b.event(line)
		if !ends {
			return
		}
		b.take()
		b.scan, b.line, b.data = scanner{value: b.scan.value, key: b.scan.key}, 0, false
		p = rest
	}
}

const dataField = "data:"

// event reads on in a line of a stream (WHATWG HTML, server-sent events).
func (b *body) event(p []byte) {
	for len(p) > 0 && b.line < len(dataField) {
		b.data = (b.line == 0 || b.data) && p[0] == dataField[b.line]
		b.line++
		p = p[1:]
	}
	if b.data && b.line == len(dataField) {
		b.scan.write(p)
	}
}

// take keeps what the text at hand has said.
func (b *body) take() {
	if len(b.scan.usage) > 0 {
		b.usage = append(b.usage[:0], b.scan.usage...)
	}
	if len(b.scan.model) > 0 {
		b.model = append(b.model[:0], b.scan.model...)
	}
}

func (b *body) finish() {
	if b.done {
		return
	}
	b.done = true
	b.take()
	if len(b.usage) == 0 {
		b.miss(b.request, ErrNoUsage)
		return
	}
	t, err := parse(b.usage)
	if err != nil {
		b.miss(b.request, err)
		return
	}
	_ = json.Unmarshal(b.model, &t.Model) // no name that can be read is no name
	t.Count(b.accounts(b.request, t))
}
