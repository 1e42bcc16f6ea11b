package fetch_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

const secret = "user:s3cr3t+/ü key"

// signed puts the secret wherever a provider may.
func signed(s *fetch.Service, _ *fetch.Options) {
	s.Secret = func(context.Context) (string, error) { return secret, nil }
	s.Sign = func(r *http.Request, secret string) {
		r.Header.Set("auth-token", secret)
		q := r.URL.Query()
		q.Set("api_key", secret)
		r.URL.RawQuery = q.Encode()
	}
}

// forms are what of the secret must not be seen.
var forms = []string{
	secret, "s3cr3t", url.QueryEscape(secret), url.PathEscape(secret), base64.StdEncoding.EncodeToString([]byte(secret)),
}

func TestSecretIsHidden(t *testing.T) {
	echo := fmt.Sprintf("key %s in %s is not good, nor %s, %s", forms[0], forms[2], forms[3], forms[4])
	for name, a := range map[string]fetchtest.Answer{
		"in a text":          status(401, echo),
		"in JSON":            status(403, `{"error":{"message":"`+echo+`"}}`),
		"in a network error": {Err: errors.New("dial " + echo)},
		"in a URL error":     {Err: &url.Error{Op: "Get", URL: "https://x/?api_key=" + url.QueryEscape(secret), Err: errors.New(echo)}},
		"in a redirect":      {Status: 302, Header: map[string]string{"Location": "https://other.example/?k=" + url.QueryEscape(secret)}},
		"in a rate limit":    status(429, echo),
		"in nonsense":        status(299, echo),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				_, err := newStation(fetchtest.Answers(a), signed).get(t.Context())
				require.Error(t, err)
				for e := err; e != nil; e = errors.Unwrap(e) {
					for _, form := range forms {
						require.NotContains(t, fmt.Sprintf("%v %+v %#v", e, e, e), form)
					}
				}
			})
		})
	}
}

func TestSecretReachesTheService(t *testing.T) {
	service := fetchtest.Answers(ok("x"))
	_, err := newStation(service, signed).get(t.Context())
	require.NoError(t, err)
	r := service.Requests()[0]
	require.Equal(t, secret, r.Header.Get("auth-token"))
	require.Equal(t, url.Values{"zone": {"XX"}, "api_key": {secret}}, r.URL.Query())
}

// Case A33: a redirect to another host, or to http, is not followed.
func TestRedirect(t *testing.T) {
	for _, c := range []struct {
		name, to string
		followed bool
	}{
		{"case A33: another host", "https://elsewhere.example/now", false},
		{"case A33: a host below", "https://sub.station.example/now", false},
		{"case A33: another port", "https://station.example:8443/now", false},
		{"case A33: without TLS", "http://station.example/now", false},
		{"case A33: another scheme", "ftp://station.example/now", false},
		{"the same host", "/v2/now", true},
		{"the same host in capitals", "https://STATION.example/v2/now", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			service := fetchtest.Answers(fetchtest.Answer{Status: 307, Header: map[string]string{"Location": c.to}}, ok("good"))
			_, err := newStation(service, signed).get(t.Context())
			if c.followed {
				require.NoError(t, err)
				require.Equal(t, 2, service.Count())
				return
			}
			require.ErrorIs(t, err, fetch.ErrRedirect)
			require.Equal(t, 1, service.Count(), "the token is not sent")
		})
	}
	t.Run("a loop", func(t *testing.T) {
		service := fetchtest.Answers(fetchtest.Answer{Status: 302, Header: map[string]string{"Location": "/again"}})
		_, err := newStation(service, signed).get(t.Context())
		require.ErrorIs(t, err, fetch.ErrRedirect)
		require.Equal(t, 4, service.Count())
	})
}

// Case A12, in form: a refused key is asked with once in a quarter of an hour,
// whatever is asked for, unless the callback returns another.
func TestRefusedKey(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		key := "old"
		service := fetchtest.Func(func(_ int, r *http.Request) fetchtest.Answer {
			if r.Header.Get("k") != "new" {
				return status(401, `{"error":"Invalid auth-token"}`)
			}
			return ok("good")
		})
		s := newStation(service, func(s *fetch.Service, _ *fetch.Options) {
			s.Secret = func(context.Context) (string, error) { return key, nil }
			s.Sign = func(r *http.Request, secret string) { r.Header.Set("k", secret) }
		})
		for range 10 {
			_, err := s.get(t.Context())
			require.ErrorIs(t, err, fetch.ErrAuth)
			require.ErrorContains(t, err, "Invalid auth-token")
			time.Sleep(time.Minute)
			_, err = s.Current(t.Context(), hourly, s.load)
			require.ErrorIs(t, err, fetch.ErrAuth)
		}
		require.Equal(t, 1, service.Count(), "case A12: within a quarter of an hour once")
		time.Sleep(5 * time.Minute)
		_, err := s.get(t.Context())
		require.ErrorIs(t, err, fetch.ErrAuth)
		require.Equal(t, 2, service.Count(), "then again")
		key = "new"
		_, err = s.get(t.Context())
		require.NoError(t, err)
		_, err = s.Current(t.Context(), hourly, s.load)
		require.NoError(t, err, "nothing remembers the old key")
	})
}

func TestPlan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := fetchtest.Answers(status(402, "not in your plan"))
		s := newStation(service)
		from := time.Now().Add(-time.Hour)
		for i := range 10 {
			_, err := s.rangeOf(t.Context(), from.Add(-time.Duration(i)*time.Hour), time.Now())
			require.ErrorIs(t, err, fetch.ErrPlan)
		}
		require.Equal(t, 1, service.Count(), "case A12: once, for any interval of the zone")
		_, err := s.Current(t.Context(), hourly, s.load)
		require.ErrorIs(t, err, fetch.ErrPlan)
		require.Equal(t, 2, service.Count(), "another call may be allowed")
	})
}

func TestSecretCallbackFails(t *testing.T) {
	vault := errors.New("vault is sealed")
	service := fetchtest.Answers(ok("x"))
	_, err := newStation(service, func(s *fetch.Service, _ *fetch.Options) {
		s.Secret = func(context.Context) (string, error) { return "", vault }
	}).get(t.Context())
	require.ErrorIs(t, err, vault)
	require.Zero(t, service.Count())
}

func TestRenew(t *testing.T) {
	for _, c := range []struct {
		name   string
		good   string
		renew  error
		class  error
		asked  int
		logins int
	}{
		{"case A14, in form: one renewal, one retry", "token 1", nil, nil, 2, 1},
		{"case A14, in form: refused again", "never", nil, fetch.ErrAuth, 2, 1},
		{"no renewal", "token 1", fetch.ErrTemporary, fetch.ErrTemporary, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			token, logins := "token 0", 0
			service := fetchtest.Func(func(_ int, r *http.Request) fetchtest.Answer {
				if r.Header.Get("k") != c.good {
					return status(401, "Jwt is expired")
				}
				return ok("good")
			})
			_, err := newStation(service, func(s *fetch.Service, _ *fetch.Options) {
				s.Secret = func(context.Context) (string, error) { return token, nil }
				s.Sign = func(r *http.Request, secret string) { r.Header.Set("k", secret) }
				s.Renew = func(_ context.Context, refused string) (string, error) {
					require.Equal(t, "token 0", refused)
					logins++
					token = "token 1"
					return token, c.renew
				}
			}).get(t.Context())
			require.ErrorIs(t, err, c.class)
			require.Equal(t, c.asked, service.Count())
			require.Equal(t, c.logins, logins)
		})
	}
}

// What a key was refused for is remembered; while it is, nothing new is fetched
// in its place.
func TestRenewOfARememberedRefusal(t *testing.T) {
	for name, renewed := range map[string]string{"the new one is refused too": "new", "the same one again": "old", "none": ""} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				token, renewals := "old", 0
				s := newStation(fetchtest.Answers(status(401, "Jwt is expired")), func(s *fetch.Service, _ *fetch.Options) {
					s.Secret = func(context.Context) (string, error) { return token, nil }
					s.Renew = func(context.Context, string) (string, error) {
						renewals++
						if renewed != "" {
							token = renewed
						}
						return renewed, nil
					}
				})
				asked := 0
				for range 20 {
					_, err := s.get(t.Context())
					require.ErrorIs(t, err, fetch.ErrAuth)
					asked = max(asked, s.service.Count())
				}
				require.Equal(t, 1, renewals)
				require.LessOrEqual(t, asked, 2)
				time.Sleep(15 * time.Minute)
				_, err := s.get(t.Context())
				require.ErrorIs(t, err, fetch.ErrAuth)
				require.Equal(t, 2, renewals, "once more when it is asked with again")
			})
		})
	}
}

// A callback that logs in tries as often as may help, by itself.
func TestSecretCallbackIsNotTriedAgain(t *testing.T) {
	for _, class := range []error{fetch.ErrTemporary, &fetch.RateLimitedError{}, &fetch.RateLimitedError{RetryAfter: time.Second}} {
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			_, err := newStation(fetchtest.Answers(ok("x")), func(s *fetch.Service, _ *fetch.Options) {
				s.Secret = func(context.Context) (string, error) { calls++; return "", class }
			}).get(t.Context())
			require.ErrorIs(t, err, class)
			require.Equal(t, 1, calls)
		})
	}
}

// What is wrong in an answer may hold the key, as a service can repeat it.
func TestSecretIsHiddenInWhatALoadSays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(fetchtest.Answers(ok("x")), signed)
		_, err := s.Current(t.Context(), hourly, func(ctx context.Context, _, _ time.Time) ([]intensity.Point, error) {
			_, err := s.get(ctx)
			require.NoError(t, err)
			return nil, fetch.Fail(fetch.ErrDecode, "no time: %s", secret)
		})
		require.ErrorIs(t, err, fetch.ErrDecode)
		require.ErrorContains(t, err, "no time: [hidden]")
		for _, form := range forms {
			require.NotContains(t, err.Error(), form)
		}
	})
}
