package watttime

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/scimeter/scimeter/intensity/fetch"
)

const (
	// tokenAge is how long a token is used. It is good for half an hour.
	tokenAge = 25 * time.Minute

	// refusedFor is how long a user and password that were refused are not sent
	// again; others are, at once.
	refusedFor = time.Hour

	// renewEvery is the shortest time between two logins because a token was
	// refused. One that is refused fresh from the login is no matter of its age.
	renewEvery = 5 * time.Minute

	// loginEvery is the time between two logins in the long run: a third of the
	// 100 in 5 minutes that the service bears, as others may use the account.
	loginEvery = 10 * time.Second
)

// A session holds the token of one account. Of those that need a new one at
// once, one logs in and the others wait for it.
type session struct {
	client *fetch.Client

	turn    chan struct{} // holds one element; who takes it may use what is below
	token   string
	since   time.Time // with a reading of the monotonic clock, as have the others
	renewed time.Time // when the token was last got in place of a refused one

	failure     error // why the last login gave no token, but for a refusal
	failedUntil time.Time
}

func newSession(c Config) *session {
	s := &session{turn: make(chan struct{}, 1)}
	s.turn <- struct{}{}
	s.client = fetch.New(fetch.Service{
		Name:    name,
		BaseURL: baseURL,
		Every:   loginEvery,
		Burst:   3,
		Classify: func(a fetch.Answer) error {
			if a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden {
				return fetch.ErrAuth
			}
			return fetch.Classify(a)
		},
		Hold: func(err error) time.Duration {
			if errors.Is(err, fetch.ErrAuth) {
				return refusedFor
			}
			return fetch.Hold(err)
		},
		Secret: func(ctx context.Context) (string, error) {
			if c.Login == nil {
				return "", fetch.Fail(fetch.ErrAuth, "no Login in the Config")
			}
			user, password, err := c.Login(ctx)
			return user + ":" + password, err
		},
		Sign: func(r *http.Request, secret string) {
			user, password, _ := strings.Cut(secret, ":")
			r.SetBasicAuth(user, password)
		},
	}, c.Fetch)
	return s
}

// secret returns a token that is good, as far as its age tells.
func (s *session) secret(ctx context.Context) (string, error) { return s.other(ctx, "") }

// other returns a token that is good and is not the refused one.
func (s *session) other(ctx context.Context, refused string) (string, error) {
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case <-s.turn:
	}
	defer func() { s.turn <- struct{}{} }()
	if s.token != "" && s.token != refused && time.Since(s.since) < tokenAge {
		return s.token, nil
	}
	asked := time.Now()
	if refused != "" && !s.renewed.IsZero() && asked.Sub(s.renewed) < renewEvery {
		return "", fetch.Fail(fetch.ErrAuth, "a new token is refused too")
	}
	s.token = "" // too old, or refused: not sent again
	if s.failure != nil && asked.Before(s.failedUntil) {
		return "", s.failure
	}
	token, err := s.login(ctx)
	if err != nil {
		return "", s.fail(err)
	}
	s.token, s.since, s.failure = token, asked, nil
	if refused != "" {
		s.renewed = asked
	}
	return token, nil
}

// fail remembers an answer to a login that was no use, as the client remembers
// that user and password were refused.
func (s *session) fail(err error) error {
	if !errors.Is(err, fetch.ErrAuth) {
		s.failure, s.failedUntil = err, time.Now().Add(fetch.Hold(err))
	}
	return err
}

func (s *session) login(ctx context.Context) (token string, err error) {
	body, err := s.client.Ask(ctx, fetch.Request{Path: "/login"})
	if err != nil {
		return "", err
	}
	var answer struct {
		Token string `json:"token"`
	}
	if err := fetch.DecodeJSON(body, &answer); err != nil {
		return "", err
	}
	if strings.TrimSpace(answer.Token) == "" || strings.ContainsAny(answer.Token, "\r\n") {
		return "", fetch.Fail(fetch.ErrDecode, "a login without a token")
	}
	return answer.Token, nil
}

func bearer(r *http.Request, token string) { r.Header.Set("Authorization", "Bearer "+token) }
