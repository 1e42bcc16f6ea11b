package watttime_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
	"github.com/scimeter/scimeter/intensity/watttime"
)

// anyZone is a body for whatever zone is asked for.
func anyZone(_ int, r *http.Request) fetchtest.Answer {
	return fetchtest.Answer{After: time.Second, Body: strings.ReplaceAll(body(about(""), row(time.Now().Truncate(5*time.Minute), "500", "")), zone, r.URL.Query().Get("region"))}
}

// crowd asks for a hundred zones at once.
func crowd(t *testing.T, p intensity.CurrentProvider) {
	var wg sync.WaitGroup
	for i := range 100 {
		wg.Go(func() {
			_, err := p.Current(t.Context(), "ZONE_"+string(rune('A'+i/10))+string(rune('A'+i%10)))
			require.NoError(t, err)
		})
	}
	wg.Wait()
}

func TestLogin(t *testing.T) {
	t.Run("case A14: one login for 100 goroutines", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount(anyZone)
			crowd(t, provider(a.Service))
			require.Equal(t, 1, a.logins)
			require.Len(t, a.asked, 100)
		})
	})
	t.Run("case A14: one login for 100 goroutines whose token ran out", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount(anyZone)
			p := provider(a.Service)
			_, err := p.Current(t.Context(), zone)
			require.NoError(t, err)
			a.expire()
			before := a.Count()
			crowd(t, p)
			logins := 0
			for _, r := range a.Requests()[before:] {
				if r.URL.Path == "/login" {
					logins++
				}
			}
			require.Equal(t, 1, logins)
		})
	})
	t.Run("case A14: 401, then 200", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount(func(n int, r *http.Request) fetchtest.Answer {
				if n == 0 {
					return fetchtest.Answer{Status: 401, Body: "Jwt is missing"}
				}
				return anyZone(n, r)
			})
			_, err := provider(a.Service).Current(t.Context(), zone)
			require.NoError(t, err)
			require.Equal(t, 2, a.logins, "the first and one more")
			require.Len(t, a.asked, 2, "one retry")
		})
	})
	t.Run("case A14: 401 again", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount(func(_ int, r *http.Request) fetchtest.Answer {
				return fetchtest.Answer{Status: 401, Body: "Jwt is expired: " + r.Header.Get("Authorization")}
			})
			p := provider(a.Service)
			for range 5 {
				_, err := p.Current(t.Context(), zone)
				require.ErrorIs(t, err, fetch.ErrAuth)
			}
			require.Equal(t, 2, a.logins)
			require.Len(t, a.asked, 2)
			for range 60 { // minutes
				_, err := p.Current(t.Context(), zone)
				require.ErrorIs(t, err, fetch.ErrAuth)
				hidden(t, err)
				time.Sleep(time.Minute)
			}
			require.LessOrEqual(t, a.tried, 2+60/15+60/25, "one more for each time that it is tried again, and for each that is too old")
		})
	})
	t.Run("a token is renewed before it runs out", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount(anyZone)
			p := provider(a.Service)
			for range 60 { // minutes
				_, err := p.Current(t.Context(), zone)
				require.NoError(t, err)
				time.Sleep(time.Minute)
			}
			require.Equal(t, 3, a.logins)
			require.LessOrEqual(t, len(a.asked), 13, "once in five minutes, no 401 among them")
		})
	})
}

// A login that fails for another reason says nothing of the account.
func TestLoginFailsOnce(t *testing.T) {
	t.Run("the service is out", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount(anyZone)
			p := provider(a.Service)
			_, err := p.Current(t.Context(), "FIRST")
			require.NoError(t, err)
			a.expire()
			a.breakLogin(fetchtest.Answer{Status: 500, Body: "out"})
			_, err = p.Current(t.Context(), "SECOND")
			require.ErrorIs(t, err, fetch.ErrTemporary)
			a.breakLogin(fetchtest.Answer{})
			_, err = p.Current(t.Context(), "THIRD")
			require.NoError(t, err)
			sent := map[string]int{}
			for _, r := range a.asked {
				sent[r.Header.Get("Authorization")]++
			}
			require.Equal(t, map[string]int{"Bearer token1": 2, "Bearer token3": 1}, sent, "the refused one once more, to find out")
		})
	})
	t.Run("the caller gives up", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount(anyZone)
			p := provider(a.Service)
			_, err := p.Current(t.Context(), "FIRST")
			require.NoError(t, err)
			a.expire()
			a.breakLogin(fetchtest.Answer{Body: "late", After: 5 * time.Second})
			ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			_, err = p.Locate(ctx, fetch.Coordinates{})
			require.ErrorIs(t, err, context.DeadlineExceeded)
			a.breakLogin(fetchtest.Answer{})
			_, err = p.Current(t.Context(), "SECOND")
			require.NoError(t, err)
		})
	})
	t.Run("a password that was changed meanwhile", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount(anyZone)
			word := password
			p := with(a.Service, watttime.Config{Login: func(context.Context) (string, string, error) { return user, word, nil }})
			_, err := p.Current(t.Context(), "FIRST")
			require.NoError(t, err)
			a.expire()
			word = "out of date"
			_, err = p.Current(t.Context(), "SECOND")
			require.ErrorIs(t, err, fetch.ErrAuth)
			word = password
			_, err = p.Current(t.Context(), "THIRD")
			require.NoError(t, err, "at once")
		})
	})
}

// However often is asked, a login that fails is not repeated each time.
func TestLoginStorm(t *testing.T) {
	for name, c := range map[string]struct {
		answer fetchtest.Answer
		most   int // in a minute of calls, one a second
	}{
		"no token":      {fetchtest.Answer{Body: `{}`}, 1},
		"a page":        {fetchtest.Answer{Body: `<html>`}, 1},
		"a bad request": {fetchtest.Answer{Status: 400, Body: `{"error":"Bad"}`}, 1},
		"refused":       {fetchtest.Answer{Status: 403, Body: "Forbidden"}, 1},
		"too often":     {fetchtest.Answer{Status: 429, Body: "slow"}, 6},
		"out":           {fetchtest.Answer{Status: 502, Body: "x"}, 6},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				a := newAccount(anyZone)
				a.breakLogin(c.answer)
				p := provider(a.Service)
				for began := time.Now(); time.Since(began) < 55*time.Second; time.Sleep(time.Second) {
					_, err := p.Locate(t.Context(), fetch.Coordinates{})
					require.Error(t, err)
				}
				require.LessOrEqual(t, a.tried, c.most)
				a.breakLogin(fetchtest.Answer{})
				time.Sleep(time.Hour)
				_, err := p.Current(t.Context(), zone)
				require.NoError(t, err)
			})
		})
	}
}

func TestLoginRefused(t *testing.T) {
	t.Run("case A15: no login for an hour", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := fetchtest.Answers(fetchtest.Answer{Status: 403, Body: "Forbidden for someone:s3cr3t:w0rd"})
			p := provider(s)
			for range 59 { // minutes
				_, err := p.Current(t.Context(), zone)
				require.ErrorIs(t, err, fetch.ErrAuth)
				hidden(t, err)
				_, err = p.Range(t.Context(), "OTHER", start, start.Add(time.Hour))
				require.ErrorIs(t, err, fetch.ErrAuth)
				time.Sleep(time.Minute)
			}
			require.Equal(t, 1, s.Count())
			time.Sleep(2 * time.Minute)
			_, err := p.Current(t.Context(), zone)
			require.ErrorIs(t, err, fetch.ErrAuth)
			require.Equal(t, 2, s.Count())
		})
	})
	t.Run("case A15: 100 goroutines", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			s := fetchtest.Answers(fetchtest.Answer{Status: 403, Body: "Forbidden", After: time.Second})
			p := provider(s)
			var wg sync.WaitGroup
			for range 100 {
				wg.Go(func() {
					_, err := p.Locate(t.Context(), fetch.Coordinates{})
					require.ErrorIs(t, err, fetch.ErrAuth)
				})
			}
			wg.Wait()
			require.Equal(t, 1, s.Count())
		})
	})
	t.Run("another password is tried at once", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			a := newAccount(anyZone)
			word := "wrong"
			p := with(a.Service, watttime.Config{Login: func(context.Context) (string, string, error) { return user, word, nil }})
			_, err := p.Current(t.Context(), zone)
			require.ErrorIs(t, err, fetch.ErrAuth)
			word = password
			_, err = p.Current(t.Context(), zone)
			require.NoError(t, err)
		})
	})
}

func TestLoginFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(anyZone)
		gone := errors.New("no such file")
		_, err := with(a.Service, watttime.Config{Login: func(context.Context) (string, string, error) { return "", "", gone }}).Current(t.Context(), zone)
		require.ErrorIs(t, err, gone)
		_, err = watttime.New(watttime.Config{Fetch: fetch.Options{Transport: a.Service}}).Current(t.Context(), zone)
		require.ErrorIs(t, err, fetch.ErrAuth)
		require.ErrorContains(t, err, "no Login in the Config")
		require.Zero(t, a.Count())
	})
	synctest.Test(t, func(t *testing.T) { // who waits for the login of another may give up
		s := fetchtest.Answers(fetchtest.Answer{Body: `{"token":"x"}`, After: 5 * time.Second})
		p := provider(s)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wg sync.WaitGroup
		wg.Go(func() { _, _ = p.Locate(t.Context(), fetch.Coordinates{}) })
		synctest.Wait()
		began := time.Now()
		_, err := p.Locate(ctx, fetch.Coordinates{})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, time.Second, time.Since(began))
		wg.Wait()
	})
	for name, answer := range map[string]fetchtest.Answer{
		"temporary":    {Status: 500, Body: "x"},
		"rate-limited": {Status: 429, Body: "x"},
		"decode":       {Body: `{"token":" "}`},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := fetchtest.Answers(answer)
			_, err := provider(s).Current(t.Context(), zone)
			require.Equal(t, name, fetch.Code(err), "%v", err)
			for _, r := range s.Requests() {
				require.Equal(t, "/login", r.URL.Path)
			}
		})
	}
}
