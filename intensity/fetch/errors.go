package fetch

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// The classes of error, for errors.Is.
var (
	ErrAuth         = errors.New("the key is refused or used up: check the key and its quota")
	ErrPlan         = errors.New("the plan of this key leaves it out: ask for another zone, signal or plan")
	ErrNotFound     = errors.New("nothing by that name: check the zone against the ids of the provider")
	ErrRequest      = errors.New("the service refuses the request as it stands")
	ErrRateLimited  = errors.New("asked too often")
	ErrTemporary    = errors.New("the service does not answer: try again later")
	ErrRedirect     = errors.New("redirected elsewhere, not followed: check the base URL")
	ErrTooLarge     = errors.New("the answer is larger than allowed")
	ErrDecode       = errors.New("the answer is not of the documented form")
	ErrZoneMismatch = errors.New("the answer is about another zone")
	ErrNoData       = errors.New("the service has no figure for it")
)

// codes names the classes, the narrower ones first.
var codes = []struct {
	err  error
	code string
}{
	{ErrAuth, "auth"},
	{ErrPlan, "plan"},
	{ErrNotFound, "not-found"},
	{ErrRequest, "request"},
	{ErrRateLimited, "rate-limited"},
	{ErrRedirect, "redirect"},
	{ErrTooLarge, "too-large"},
	{ErrZoneMismatch, "zone-mismatch"},
	{ErrNoData, "no-data"},
	{ErrDecode, "decode"},
	{ErrTemporary, "temporary"},
}

// Code returns the name of the class of err, such as "rate-limited"; "" if it
// is of none, as the end of a context is.
func Code(err error) string {
	for _, c := range codes {
		if errors.Is(err, c.err) {
			return c.code
		}
	}
	return ""
}

// An Error is a question that got no figure.
type Error struct {
	Provider string // such as "ukgrid"
	Op       string // "get" and the path, without the query
	Status   int    // of HTTP; 0: no answer
	Detail   string // what the service or the network said, without secrets; may be ""
	Err      error  // the class, a *RateLimitedError, or the end of a context
}

// Error names the provider, the operation, the status, the cause and what to
// do.
func (e *Error) Error() string {
	s := e.Provider + ": " + e.Op + ": "
	if e.Status != 0 {
		s += "status " + strconv.Itoa(e.Status) + ": "
	}
	if e.Detail != "" {
		s += e.Detail + ": "
	}
	return s + e.Err.Error()
}

// Unwrap returns the class.
func (e *Error) Unwrap() error { return e.Err }

// A RateLimitedError says when the service may be asked again. It is
// [ErrRateLimited].
type RateLimitedError struct {
	RetryAfter time.Duration // from the answer on; 0: not said. At most an hour.
}

// Error says how long to wait.
func (e *RateLimitedError) Error() string {
	if e.RetryAfter <= 0 {
		return ErrRateLimited.Error()
	}
	return ErrRateLimited.Error() + ": wait " + e.RetryAfter.Round(time.Second).String()
}

// Is reports whether target is ErrRateLimited.
func (e *RateLimitedError) Is(target error) bool { return target == ErrRateLimited }

// A detailed is a class with what is wrong in one answer. [Client.Ask] and the
// calls around it make an *Error of it.
type detailed struct {
	class  error
	detail string
}

func (d *detailed) Error() string { return d.detail + ": " + d.class.Error() }
func (d *detailed) Unwrap() error { return d.class }

// Fail returns an error of that class with what is wrong in this answer. The
// client names provider and operation in front of it, the status if it comes
// from [Service.Classify], and takes the secret out.
func Fail(class error, format string, args ...any) error {
	return &detailed{class: class, detail: fmt.Sprintf(format, args...)}
}
