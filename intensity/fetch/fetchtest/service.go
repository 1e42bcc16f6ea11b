// Package fetchtest stands in for the services that providers of grid
// intensity ask, in tests: it needs no network and no port, and works within
// testing/synctest.
package fetchtest

import (
	"bytes"
	"io"
	"net/http"
	"sync"
	"time"
)

// An Answer is what a service sends to one request.
type Answer struct {
	Status int               // 0: 200
	Header map[string]string // such as Retry-After
	Body   string
	After  time.Duration // how long it takes; the caller may give up before
	Err    error         // in place of an answer: the network fails
}

// A Service is an http.RoundTripper that answers by a script and keeps the
// requests. It is safe for concurrent use.
type Service struct {
	mu       sync.Mutex // guards requests
	requests []*http.Request
	answer   func(n int, r *http.Request) Answer
}

// Answers returns a service that gives these answers in turn, the last of them
// again and again.
func Answers(answers ...Answer) *Service {
	return Func(func(n int, _ *http.Request) Answer { return answers[min(n, len(answers)-1)] })
}

// Func returns a service that answers the n-th request, from 0 on, with what f
// returns. f may be called by several goroutines at once.
func Func(f func(n int, r *http.Request) Answer) *Service { return &Service{answer: f} }

// RoundTrip answers a request.
func (s *Service) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	n := len(s.requests)
	s.requests = append(s.requests, r)
	s.mu.Unlock()
	a := s.answer(n, r)
	if err := wait(r, a.After); err != nil {
		return nil, err
	}
	if a.Err != nil {
		return nil, a.Err
	}
	resp := &http.Response{
		StatusCode: a.Status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{},
		Body: io.NopCloser(bytes.NewReader([]byte(a.Body))), ContentLength: int64(len(a.Body)), Request: r,
	}
	if a.Status == 0 {
		resp.StatusCode = http.StatusOK
	}
	for k, v := range a.Header {
		resp.Header.Set(k, v)
	}
	return resp, nil
}

func wait(r *http.Request, d time.Duration) error {
	if d <= 0 {
		return r.Context().Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-r.Context().Done():
		return r.Context().Err()
	case <-t.C:
		return nil
	}
}

// Requests returns what was asked so far, in order.
func (s *Service) Requests() []*http.Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]*http.Request(nil), s.requests...)
}

// Count returns how many requests there were.
func (s *Service) Count() int { return len(s.Requests()) }
