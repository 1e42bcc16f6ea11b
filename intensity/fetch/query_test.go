package fetch_test

import (
	"context"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

// Case A30: run it with -race.
func TestOneRequestForAll(t *testing.T) {
	for name, call := range map[string]func(context.Context, *station) error{
		"case A30: now": func(ctx context.Context, s *station) error {
			p, err := s.Current(ctx, hourly, s.load)
			if err == nil && p.Value != 0 {
				return intensity.ErrValue
			}
			return err
		},
		"case A30: a range": func(ctx context.Context, s *station) error {
			_, err := s.rangeOf(ctx, time.Now().Add(-5*time.Hour), time.Now())
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(30 * time.Minute) // so that no step begins meanwhile
				s := newStation(fetchtest.Answers(fetchtest.Answer{Body: "x", After: time.Second}))
				errs := make([]error, 1000)
				var all sync.WaitGroup
				for i := range errs {
					all.Go(func() {
						time.Sleep(time.Duration(i) * 2 * time.Millisecond) // half of them come after the answer
						errs[i] = call(t.Context(), s)
					})
				}
				all.Wait()
				for _, err := range errs {
					require.NoError(t, err)
				}
				require.Equal(t, 1, s.service.Count())
			})
		})
	}
}

// The first of those who wait gives up: the others get their answer.
func TestFirstCallerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(fetchtest.Answers(fetchtest.Answer{Body: "x", After: 5 * time.Second}))
		first, cancel := context.WithCancel(t.Context())
		var all sync.WaitGroup
		var errs [3]error
		for i, ctx := range []context.Context{first, t.Context(), t.Context()} {
			all.Go(func() {
				time.Sleep(time.Duration(i) * time.Second)
				_, errs[i] = s.Current(ctx, hourly, s.load)
			})
		}
		time.Sleep(3 * time.Second)
		cancel()
		all.Wait()
		require.ErrorIs(t, errs[0], context.Canceled)
		require.NoError(t, errs[1])
		require.NoError(t, errs[2])
		require.Equal(t, 1, s.service.Count())
	})
}

// With the last of them the request ends, and the next caller starts anew.
func TestLastCallerLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(fetchtest.Answers(fetchtest.Answer{Body: "x", After: 5 * time.Second}))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := s.Current(ctx, hourly, s.load)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		synctest.Wait()
		require.ErrorIs(t, s.service.Requests()[0].Context().Err(), context.Canceled)
		_, err = s.Current(ctx, hourly, s.load)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 1, s.service.Count(), "a call that is over asks nothing")
		_, err = s.Current(t.Context(), hourly, s.load)
		require.NoError(t, err)
		require.Equal(t, 2, s.service.Count())
	})
}

func TestOnceAStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(fetchtest.Answers(ok("x")))
		start := time.Now()
		for range 24 * 60 {
			p, err := s.Current(t.Context(), hourly, s.load)
			require.NoError(t, err)
			late := time.Since(p.End)
			require.Less(t, late, 2*time.Minute, "a minute of spread and one of ours")
			time.Sleep(time.Minute)
		}
		require.Equal(t, 24*time.Hour, time.Since(start))
		require.Equal(t, 24, s.service.Count())
		other := hourly
		other.Vintage = "another model"
		_, err := s.Current(t.Context(), other, s.load)
		require.NoError(t, err)
		require.Equal(t, 25, s.service.Count(), "another version is another question")
	})
}

func TestForecastIsClipped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(fetchtest.Answers(ok("x")))
		load := func(ctx context.Context, _, _ time.Time) ([]intensity.Point, error) {
			return s.load(ctx, at(t, "01-01T00:00:00Z"), at(t, "01-01T06:00:00Z"))
		}
		time.Sleep(2*time.Hour + 30*time.Minute)
		f, err := s.Forecast(t.Context(), hourly, load)
		require.NoError(t, err)
		require.Len(t, f.Points, 4)
		require.Equal(t, at(t, "01-01T02:00:00Z"), f.Points[0].Start)
		time.Sleep(4 * time.Hour)
		_, err = s.Forecast(t.Context(), hourly, load)
		require.ErrorIs(t, err, fetch.ErrNoData)
	})
}

// What a caller does to its series is its own affair.
func TestResultsAreCopies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(fetchtest.Answers(ok("x")))
		for range 2 {
			for _, from := range []time.Time{at(t, "01-01T00:00:00Z").AddDate(0, 0, -9), at(t, "01-01T00:00:00Z").Add(-4 * time.Hour)} {
				r, err := s.rangeOf(t.Context(), from, from.Add(4*time.Hour))
				require.NoError(t, err)
				require.InDelta(t, float64(from.Hour()), float64(r.Points[0].Value), 0)
				r.Points[0].Value = 1e9
			}
		}
	})
}

func TestPointsOfAnotherQuestion(t *testing.T) {
	for name, change := range map[string]func(*fetch.Query){
		"a zone":   func(q *fetch.Query) { q.Zone = "YY" },
		"a signal": func(q *fetch.Query) { q.Signal.Boundary = intensity.Direct },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := hourly
				change(&q)
				s := newStation(fetchtest.Answers(ok("x")))
				_, err := s.Current(t.Context(), q, s.load)
				require.ErrorIs(t, err, fetch.ErrDecode)
			})
		})
	}
}

// Case A11, in form: the answer about another zone is no figure, then or later,
// and is not asked for again at once.
func TestAnotherZone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(fetchtest.Answers(ok("x")))
		wrong := true
		load := func(ctx context.Context, from, to time.Time) ([]intensity.Point, error) {
			if _, err := s.Ask(ctx, fetch.Request{Path: "/"}); err != nil || wrong {
				return nil, fetch.SameZone("XX", "YY")
			}
			return s.load(ctx, from, to)
		}
		for range 5 {
			_, err := s.Current(t.Context(), hourly, load)
			require.ErrorIs(t, err, fetch.ErrZoneMismatch)
			require.ErrorContains(t, err, `station: current XX: asked for "XX", got "YY": the answer is about another zone`)
		}
		require.Equal(t, 1, s.service.Count())
		wrong = false
		time.Sleep(15 * time.Minute)
		_, err := s.Current(t.Context(), hourly, load)
		require.NoError(t, err)
	})
}

func TestUselessAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(fetchtest.Func(func(int, *http.Request) fetchtest.Answer { return ok("x") }))
		load := func(ctx context.Context, _, _ time.Time) ([]intensity.Point, error) {
			_, err := s.Ask(ctx, fetch.Request{Path: "/"})
			return nil, err
		}
		for range 5 {
			_, err := s.Current(t.Context(), hourly, load)
			require.ErrorIs(t, err, fetch.ErrNoData)
		}
		require.Equal(t, 1, s.service.Count())
		time.Sleep(time.Minute)
		_, err := s.Current(t.Context(), hourly, load)
		require.ErrorIs(t, err, fetch.ErrNoData)
		require.Equal(t, 2, s.service.Count())
	})
}

func TestManyZones(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(fetchtest.Answers(ok("x")))
		for i := range 3000 {
			q := hourly
			q.Vintage = time.Duration(i).String()
			_, err := s.Current(t.Context(), q, s.load)
			require.NoError(t, err)
		}
		require.Equal(t, 3000, s.service.Count())
	})
}
