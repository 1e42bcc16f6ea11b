package fetch_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

// outages are answers that say nothing of the figures.
var outages = map[string]fetchtest.Answer{
	"500":           status(500, ""),
	"503":           status(503, ""),
	"429":           {Status: 429, Header: map[string]string{"Retry-After": "3600"}},
	"a key used up": status(401, ""),
	"no network":    {Err: errors.New("no route to host")},
	"hangs":         {After: time.Hour},
}

// A process that starts while the service is down has what was last known.
func TestLastKnown(t *testing.T) {
	for name, a := range outages {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dir := t.TempDir()
				start := time.Now().UTC()
				s := newStation(fetchtest.Answers(ok("x")), withCache(&fetch.Cache{Dir: dir}))
				time.Sleep(90 * time.Minute)
				_, err := s.rangeOf(t.Context(), start.Add(-10*aDay), time.Now())
				require.NoError(t, err)

				time.Sleep(time.Hour)
				down := newStation(fetchtest.Answers(a), withCache(&fetch.Cache{Dir: dir}))
				down.plus = 100
				r, err := down.rangeOf(t.Context(), start.Add(-10*aDay), time.Now())
				require.Error(t, err, "it is told that the service does not answer")
				require.NotNil(t, r)
				require.Len(t, r.Points, 10*24+2, "up to the hour that was running")
				for i, p := range r.Points {
					require.Equal(t, start.Add(-10*aDay+time.Duration(i)*time.Hour), p.Start)
					require.InDelta(t, s.value(p.Start), float64(p.Value), 0)
				}
				_, err = down.rangeOf(t.Context(), start.Add(time.Hour*50), start.Add(51*time.Hour))
				require.Error(t, err)

				again := newStation(fetchtest.Answers(ok("x")), withCache(&fetch.Cache{Dir: dir}))
				again.plus = 200
				r, err = again.rangeOf(t.Context(), start.Add(-aDay), time.Now())
				require.NoError(t, err)
				require.Len(t, r.Points, 24+3)
				for _, p := range r.Points {
					require.InDelta(t, again.value(p.Start), float64(p.Value), 0, "what the service says now goes before it")
				}
			})
		})
	}
	for name, a := range map[string]fetchtest.Answer{"404": status(404, ""), "402": status(402, ""), "204": status(204, "")} {
		t.Run(name+" is an answer", func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dir := t.TempDir()
				start := time.Now().UTC()
				s := newStation(fetchtest.Answers(ok("x")), withCache(&fetch.Cache{Dir: dir}))
				_, err := s.rangeOf(t.Context(), start.Add(-aDay), start)
				require.NoError(t, err)
				r, err := newStation(fetchtest.Answers(a), withCache(&fetch.Cache{Dir: dir})).rangeOf(t.Context(), start.Add(-aDay), start)
				require.Error(t, err)
				require.Nil(t, r)
			})
		})
	}
}

// The caller's patience may end before that of the request: what was last known
// comes then, too.
func TestLastKnownInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cache := &fetch.Cache{}
		start := time.Now().UTC()
		_, err := newStation(fetchtest.Answers(ok("x")), withCache(cache)).rangeOf(t.Context(), start.Add(-aDay), start)
		require.NoError(t, err)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		r, err := newStation(fetchtest.Answers(fetchtest.Answer{After: time.Hour}), withCache(cache)).rangeOf(ctx, start.Add(-aDay), start)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Len(t, r.Points, 24)
		require.Equal(t, 2*time.Second, time.Since(start))
	})
}

// A part that is read anew takes the place of what was known of that time, gaps
// included, and of nothing else.
func TestLastKnownIsOfTheLastAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cache := &fetch.Cache{Dir: t.TempDir()}
		start := time.Now().UTC()
		s := newStation(fetchtest.Answers(ok("x")), withCache(cache))
		read := func(from, to time.Duration, change func(*intensity.Point) *intensity.Point) {
			_, err := s.Range(t.Context(), hourly, start.Add(from), start.Add(to), s.changed(change))
			require.NoError(t, err)
		}
		read(-aDay, 0, same)
		s.plus = 100
		read(-10*time.Hour, -6*time.Hour, func(p *intensity.Point) *intensity.Point {
			if p.Start.Hour() == 15 {
				return nil
			}
			return p
		})
		r, err := newStation(fetchtest.Answers(status(500, "")), withCache(cache)).rangeOf(t.Context(), start.Add(-aDay), start)
		require.ErrorIs(t, err, fetch.ErrTemporary)
		require.Len(t, r.Points, 23)
		for _, p := range r.Points {
			h := p.Start.Hour()
			want := float64(h)
			if h >= 14 && h < 18 {
				want += 100
			}
			require.NotEqual(t, 15, h)
			require.InDelta(t, want, float64(p.Value), 0, "%d o'clock", h)
		}
	})
}

// Case A31: damaged files of days that are not final are as if they were not
// there.
func TestLastKnownDamaged(t *testing.T) {
	for name, damage := range map[string]func(string) string{
		"case A31: truncated":       func(s string) string { return s[:2*len(s)/3] },
		"case A31: empty":           func(string) string { return "" },
		"case A31: a figure":        func(s string) string { return strings.Replace(s, `_per_kwh":7`, `_per_kwh":9`, 1) },
		"case A31: made final":      func(s string) string { return strings.Replace(s, `"final":false`, `"final":true`, 1) },
		"case A31: fetched earlier": func(s string) string { return strings.Replace(s, `"fetched":"2000`, `"fetched":"1999`, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dir := t.TempDir()
				start := time.Now().UTC()
				s := newStation(fetchtest.Answers(ok("x")), withCache(&fetch.Cache{Dir: dir}))
				_, err := s.rangeOf(t.Context(), start.Add(-2*aDay), start)
				require.NoError(t, err)
				of := files(t, dir)
				require.Len(t, of, 2)
				text, err := os.ReadFile(of[1])
				require.NoError(t, err)
				spoilt := damage(string(text))
				require.False(t, string(text) == spoilt, "spoilt")
				require.NoError(t, os.WriteFile(of[1], []byte(spoilt), 0o644))
				r, err := newStation(fetchtest.Answers(status(500, "")), withCache(&fetch.Cache{Dir: dir})).rangeOf(t.Context(), start.Add(-2*aDay), start)
				require.ErrorIs(t, err, fetch.ErrTemporary)
				require.Len(t, r.Points, 24, "the other day")

				well := newStation(fetchtest.Answers(ok("x")), withCache(&fetch.Cache{Dir: dir}))
				_, err = well.rangeOf(t.Context(), start.Add(-2*aDay), start)
				require.NoError(t, err)
				r, err = newStation(fetchtest.Answers(status(500, "")), withCache(&fetch.Cache{Dir: dir})).rangeOf(t.Context(), start.Add(-2*aDay), start)
				require.ErrorIs(t, err, fetch.ErrTemporary)
				require.Len(t, r.Points, 48, "written anew")
			})
		})
	}
}
