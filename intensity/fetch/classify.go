package fetch

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	maxRetryAfter = time.Hour // a longer wait is cut to this
	maxDetail     = 200       // bytes of a message that an error shows
)

// An Answer is what the service sent.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte // of an error cut to 64 KiB
}

// Message returns what the service says in an error: the field message, error,
// msg, detail or title of a JSON object, or of an object in "error", else the
// text itself if it is not a page. It is one line of at most 200 bytes.
func (a Answer) Message() string {
	var fields map[string]any
	if json.Unmarshal(a.Body, &fields) == nil {
		return oneLine(messageIn(fields))
	}
	if bytes.HasPrefix(bytes.TrimSpace(a.Body), []byte("<")) {
		return ""
	}
	return oneLine(string(a.Body))
}

func messageIn(fields map[string]any) string {
	if inner, ok := fields["error"].(map[string]any); ok {
		return messageIn(inner)
	}
	for _, key := range []string{"message", "error", "msg", "detail", "title"} {
		if s, ok := fields[key].(string); ok && s != "" {
			return s
		}
	}
	return ""
}

// oneLine makes text of a stranger fit to be shown in an error.
func oneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case !unicode.IsPrint(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	s = strings.TrimRight(strings.TrimSpace(s), ".")
	if len(s) > maxDetail {
		s = strings.ToValidUTF8(s[:maxDetail], "") + "…"
	}
	return s
}

// Classify returns nil for an answer that has something to decode, else the
// class of error that its status means with most services. A provider whose
// service means something else says so in [Service.Classify] and comes here
// for the rest.
func Classify(a Answer) error {
	switch {
	case a.Status == http.StatusNoContent, a.Status == http.StatusOK && len(bytes.TrimSpace(a.Body)) == 0:
		return ErrNoData
	case a.Status == http.StatusOK:
		return nil
	case a.Status == http.StatusUnauthorized, a.Status == http.StatusForbidden:
		return ErrAuth
	case a.Status == http.StatusPaymentRequired:
		return ErrPlan
	case a.Status == http.StatusNotFound, a.Status == http.StatusGone:
		return ErrNotFound
	case a.Status == http.StatusTooManyRequests:
		return &RateLimitedError{RetryAfter: RetryAfter(a.Header)}
	case a.Status == http.StatusServiceUnavailable && RetryAfter(a.Header) > 0:
		return &RateLimitedError{RetryAfter: RetryAfter(a.Header)}
	case a.Status >= 500, a.Status == http.StatusRequestTimeout, a.Status == http.StatusTooEarly:
		return ErrTemporary
	case a.Status >= 300 && a.Status < 400:
		return ErrRedirect
	case a.Status >= 400:
		return ErrRequest
	}
	return Fail(ErrDecode, "an answer of that status has no meaning here")
}

// RetryAfter returns how long the header asks to wait, given in seconds or as
// a date: at most an hour, and 0 if it says nothing, nonsense or the past.
func RetryAfter(h http.Header) time.Duration {
	s := strings.TrimSpace(h.Get("Retry-After"))
	if n, err := strconv.ParseUint(s, 10, 64); err == nil || errors.Is(err, strconv.ErrRange) {
		return time.Duration(min(n, uint64(maxRetryAfter/time.Second))) * time.Second
	}
	t, err := http.ParseTime(s)
	if err != nil {
		return 0
	}
	return min(max(time.Until(t), 0), maxRetryAfter)
}
