package fetch_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

func TestAsk(t *testing.T) {
	service := fetchtest.Answers(ok("hello"))
	s := newStation(service, func(_ *fetch.Service, o *fetch.Options) { o.BaseURL = "https://proxy.example/x/" })
	body, err := s.get(t.Context())
	require.NoError(t, err)
	require.Equal(t, "hello", body)
	r := service.Requests()[0]
	require.Equal(t, "GET", r.Method)
	require.Equal(t, "https://proxy.example/x/now?zone=XX", r.URL.String())
	require.True(t, strings.HasPrefix(r.UserAgent(), "scimeter ("))
	_, limited := r.Context().Deadline()
	require.True(t, limited, "a request has a time limit")
}

func TestAskWithoutURL(t *testing.T) {
	for _, base := range []string{"", "no-url", "https://%zz", "https://"} {
		service := fetchtest.Answers(ok("hello"))
		s := newStation(service, func(s *fetch.Service, _ *fetch.Options) { s.BaseURL = base })
		_, err := s.get(t.Context())
		require.ErrorIs(t, err, fetch.ErrRequest, base)
		require.Zero(t, service.Count())
	}
}

func TestClasses(t *testing.T) {
	for _, c := range []struct {
		name  string
		a     fetchtest.Answer
		class error
		asked int
	}{
		{"401", status(401, "no"), fetch.ErrAuth, 1},
		{"403", status(403, "no"), fetch.ErrAuth, 1},
		{"402", status(402, "pay"), fetch.ErrPlan, 1},
		{"404", status(404, "what"), fetch.ErrNotFound, 1},
		{"410", status(410, "gone"), fetch.ErrNotFound, 1},
		{"400", status(400, "bad"), fetch.ErrRequest, 1},
		{"429", status(429, "slow"), fetch.ErrRateLimited, 3},
		{"408", status(408, ""), fetch.ErrTemporary, 3},
		{"500", status(500, "out"), fetch.ErrTemporary, 3},
		{"503", status(503, "out"), fetch.ErrTemporary, 3},
		{"503 with a time", fetchtest.Answer{Status: 503, Header: map[string]string{"Retry-After": "2"}}, fetch.ErrRateLimited, 3},
		{"204", status(204, ""), fetch.ErrNoData, 1},
		{"200 without a body", ok(" \n"), fetch.ErrNoData, 1},
		{"206", status(206, "half"), fetch.ErrDecode, 1},
		{"304", status(304, ""), fetch.ErrRedirect, 1},
		{"no network", fetchtest.Answer{Err: errors.New("no route")}, fetch.ErrTemporary, 3},
		{"no answer", fetchtest.Answer{Body: "late", After: time.Minute}, fetch.ErrTemporary, 3},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				service := fetchtest.Answers(c.a)
				_, err := newStation(service).get(t.Context())
				require.ErrorIs(t, err, c.class)
				require.Equal(t, c.asked, service.Count())
				e, isError := errors.AsType[*fetch.Error](err)
				require.True(t, isError)
				require.Equal(t, "station", e.Provider)
				require.Equal(t, "get /now", e.Op)
				require.NotContains(t, err.Error(), "zone=", "no query in an error")
			})
		})
	}
}

func TestErrorText(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for body, want := range map[string]string{
			`{"error":{"code":"400 Bad Request","message":"No such place."}}`: "station: get /now: status 400: No such place: the service refuses",
			`{"error":"Missing \"start\""}`:                                   `station: get /now: status 400: Missing "start": the`,
			`{"title":"Bad","status":400}`:                                    "station: get /now: status 400: Bad: the",
			"Access\ndenied\x1b[0m":                                           "station: get /now: status 400: Access denied[0m: the",
			"<html>long</html>":                                               "station: get /now: status 400: the",
		} {
			_, err := newStation(fetchtest.Answers(status(400, body))).get(t.Context())
			require.ErrorContains(t, err, want)
		}
		_, err := newStation(fetchtest.Answers(status(400, strings.Repeat("é", 1000)))).get(t.Context())
		require.Less(t, len(err.Error()), 400)
	})
}

// Case A13: a service that says when, in seconds and as a date, is asked then.
func TestRetryAfter(t *testing.T) {
	for name, header := range map[string]string{
		"case A13: seconds": "7",
		"case A13: a date":  time.Date(2000, 1, 1, 0, 0, 7, 0, time.UTC).Format(http.TimeFormat),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var asked []time.Duration
				start := time.Now()
				service := fetchtest.Func(func(n int, _ *http.Request) fetchtest.Answer {
					asked = append(asked, time.Since(start))
					if n == 0 {
						return fetchtest.Answer{Status: 429, Header: map[string]string{"Retry-After": header}}
					}
					return ok("good")
				})
				body, err := newStation(service).get(t.Context())
				require.NoError(t, err)
				require.Equal(t, "good", body)
				require.Equal(t, []time.Duration{0, 7 * time.Second}, asked)
			})
		})
	}
	t.Run("case A13: absurd", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			service := fetchtest.Answers(fetchtest.Answer{Status: 429, Header: map[string]string{"Retry-After": "86400"}}, ok("good"))
			s := newStation(service)
			start := time.Now()
			_, err := s.get(t.Context())
			limited, isLimited := errors.AsType[*fetch.RateLimitedError](err)
			require.True(t, isLimited)
			require.Equal(t, time.Hour, limited.RetryAfter, "capped")
			require.Zero(t, time.Since(start), "a chain goes on at once")
			_, err = s.get(t.Context())
			require.ErrorIs(t, err, fetch.ErrRateLimited)
			require.Equal(t, 1, service.Count(), "not asked before the hour is over")
			time.Sleep(time.Hour)
			_, err = s.get(t.Context())
			require.NoError(t, err)
		})
	})
	t.Run("a deadline before it", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			service := fetchtest.Answers(fetchtest.Answer{Status: 429, Header: map[string]string{"Retry-After": "7"}}, ok("good"))
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			defer cancel()
			start := time.Now()
			_, err := newStation(service).get(ctx)
			require.ErrorIs(t, err, fetch.ErrRateLimited)
			require.Zero(t, time.Since(start))
		})
	})
}

func TestRetryAfterHeader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		date := func(d time.Duration) string { return time.Now().UTC().Add(d).Format(http.TimeFormat) }
		for header, want := range map[string]time.Duration{
			"": 0, "0": 0, "-3": 0, "7": 7 * time.Second, " 7 ": 7 * time.Second, "1.5": 0, "soon": 0, "NaN": 0,
			"3601": time.Hour, "18446744073709551615": time.Hour, "99999999999999999999999": time.Hour,
			date(time.Minute): time.Minute, date(-time.Minute): 0, date(48 * time.Hour): time.Hour,
		} {
			require.Equal(t, want, fetch.RetryAfter(http.Header{"Retry-After": {header}}), header)
		}
	})
}

// Pauses are random, from nothing up to a bound that doubles.
func TestBackOff(t *testing.T) {
	var first, second []time.Duration
	for range 200 {
		synctest.Test(t, func(t *testing.T) {
			var asked []time.Time
			service := fetchtest.Func(func(int, *http.Request) fetchtest.Answer {
				asked = append(asked, time.Now())
				return status(500, "")
			})
			_, err := newStation(service).get(t.Context())
			require.ErrorIs(t, err, fetch.ErrTemporary)
			first = append(first, asked[1].Sub(asked[0]))
			second = append(second, asked[2].Sub(asked[1]))
		})
	}
	// The odds that none of 200 falls into a given fifth are 4e-20.
	for i, pauses := range [][]time.Duration{first, second} {
		bound := time.Second << i
		low, high := bound, time.Duration(0)
		for _, p := range pauses {
			low, high = min(low, p), max(high, p)
		}
		require.Less(t, low, bound/5)
		require.Greater(t, high, bound*4/5)
		require.LessOrEqual(t, high, bound+1)
	}
}

func TestGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := fetchtest.Answers(fetchtest.Answer{Body: "late", After: 5 * time.Second})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := newStation(service).get(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Empty(t, fetch.Code(err))
		require.Equal(t, 1, service.Count())
	})
}

func TestTooLarge(t *testing.T) {
	for size, want := range map[int]error{1 << 20: nil, 1<<20 + 1: fetch.ErrTooLarge} {
		_, err := newStation(fetchtest.Answers(ok(strings.Repeat("x", size)))).get(t.Context())
		require.ErrorIs(t, err, want)
	}
	small := func(s *fetch.Service, _ *fetch.Options) { s.MaxBody = 4 }
	_, err := newStation(fetchtest.Answers(ok("12345")), small).get(t.Context())
	require.ErrorContains(t, err, "more than 4 bytes")
}

func TestRate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(fetchtest.Answers(ok("x")), func(s *fetch.Service, _ *fetch.Options) {
			s.Every, s.Burst = 10*time.Second, 2
		})
		start := time.Now()
		for range 5 {
			_, err := s.get(t.Context())
			require.NoError(t, err)
		}
		require.Equal(t, 30*time.Second, time.Since(start), "two at once, three more at ten seconds each")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := s.get(ctx)
		require.ErrorIs(t, err, fetch.ErrRateLimited, "its turn comes too late")
	})
}

func TestBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		down := true
		service := fetchtest.Func(func(int, *http.Request) fetchtest.Answer {
			if down {
				return status(502, "")
			}
			return ok("good")
		})
		s := newStation(service)
		for range 2 {
			_, err := s.get(t.Context())
			require.ErrorIs(t, err, fetch.ErrTemporary)
		}
		require.Equal(t, 5, service.Count(), "five failures")
		for range 100 {
			_, err := s.get(t.Context())
			require.ErrorIs(t, err, fetch.ErrTemporary)
			require.ErrorContains(t, err, "not asked, after 5 failures in a row")
		}
		require.Equal(t, 5, service.Count())
		for range 60 {
			time.Sleep(time.Minute)
			for range 10 {
				_, err := s.get(t.Context())
				require.ErrorIs(t, err, fetch.ErrTemporary)
			}
		}
		require.Equal(t, 5+60, service.Count(), "one attempt a minute")
		down = false
		time.Sleep(time.Minute)
		for range 3 {
			_, err := s.get(t.Context())
			require.NoError(t, err)
		}
	})
}

// A service that says to wait, and not how long, is left alone for a while.
func TestTooOftenWithoutATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		busy := true
		service := fetchtest.Func(func(int, *http.Request) fetchtest.Answer {
			if busy {
				return status(429, "slow")
			}
			return ok("good")
		})
		s := newStation(service)
		for range 100 {
			_, err := s.get(t.Context())
			require.Contains(t, []string{"rate-limited", "temporary"}, fetch.Code(err))
		}
		require.Equal(t, 5, service.Count())
		for range 10 {
			time.Sleep(time.Minute)
			_, err := s.get(t.Context())
			require.Contains(t, []string{"rate-limited", "temporary"}, fetch.Code(err))
		}
		require.Equal(t, 5+10, service.Count(), "one attempt a minute")
		busy = false
		time.Sleep(time.Minute)
		for range 3 {
			_, err := s.get(t.Context())
			require.NoError(t, err)
		}
	})
}

// An answer that the service gives on purpose is no failure of it.
func TestBreakerStaysShut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, a := range []fetchtest.Answer{status(404, ""), status(400, ""), status(204, "")} {
			s := newStation(fetchtest.Answers(a))
			for range 10 {
				_, err := s.get(t.Context())
				require.Error(t, err)
			}
			require.Equal(t, 10, s.service.Count())
		}
		s := newStation(fetchtest.Answers(fetchtest.Answer{After: 5 * time.Second, Body: "x"}))
		for range 10 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			_, err := s.get(ctx)
			require.ErrorIs(t, err, context.DeadlineExceeded)
			cancel()
		}
		_, err := s.get(t.Context())
		require.NoError(t, err)
	})
}
