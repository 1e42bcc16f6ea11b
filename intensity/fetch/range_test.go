package fetch_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
)

const aDay = 24 * time.Hour

// A span is what a load was asked for.
type span struct{ From, To time.Time }

// spans returns a load of s that also notes what it is asked for.
func (s *station) spans(asked *[]span) fetch.Load {
	return func(ctx context.Context, from, to time.Time) ([]intensity.Point, error) {
		*asked = append(*asked, span{from, to})
		return s.load(ctx, from, to)
	}
}

func TestRangeChunks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now().UTC() // midnight
		for _, c := range []struct {
			name     string
			from, to time.Duration // before now
			want     []span
		}{
			{"days that settled are asked for whole", 5*aDay + 6*time.Hour, 5*aDay + 4*time.Hour, []span{{start.Add(-6 * aDay), start.Add(-5 * aDay)}}},
			{"the rest to full steps", 90 * time.Minute, 20 * time.Minute, []span{{start.Add(-2 * time.Hour), start}}},
			{"across the border", 3*aDay + time.Hour, aDay, []span{{start.Add(-4 * aDay), start.Add(-aDay)}}},
			{"in chunks that end at midnight", 25 * aDay, 12 * time.Hour, []span{
				{start.Add(-25 * aDay), start.Add(-15 * aDay)},
				{start.Add(-15 * aDay), start.Add(-5 * aDay)},
				{start.Add(-5 * aDay), start.Add(-12 * time.Hour)},
			}},
		} {
			var asked []span
			s := newStation(fetchtest.Answers(ok("x")))
			from, to := start.Add(-c.from), start.Add(-c.to)
			r, err := s.Range(t.Context(), hourly, from, to, s.spans(&asked))
			require.NoError(t, err, c.name)
			require.Equal(t, c.want, asked, c.name)
			require.False(t, r.Points[0].Start.After(from), c.name)
			require.False(t, r.Points[len(r.Points)-1].End.Before(to), c.name)
			require.True(t, r.Points[0].End.After(from), "clipped: %s", c.name)
			require.True(t, r.Points[len(r.Points)-1].Start.Before(to), "clipped: %s", c.name)
		}
	})
}

// Settled days are asked for once, whatever ranges they are part of.
func TestRangeKeepsSettledDays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now().UTC()
		var asked []span
		s := newStation(fetchtest.Answers(ok("x")))
		year := func() {
			r, err := s.Range(t.Context(), hourly, start.Add(-365*aDay), start, s.spans(&asked))
			require.NoError(t, err)
			require.Len(t, r.Points, 365*24)
			for i, p := range r.Points {
				require.Equal(t, start.Add(-365*aDay+time.Duration(i)*time.Hour), p.Start)
				require.InDelta(t, s.value(p.Start), float64(p.Value), 0)
			}
		}
		year()
		require.Len(t, asked, 37, "ten days at a time")
		asked = nil
		year()
		require.Empty(t, asked, "within a step")
		time.Sleep(time.Hour)
		year()
		require.Equal(t, []span{{start.Add(-2 * aDay), start}}, asked, "what may yet be revised")
		asked = nil
		_, err := s.Range(t.Context(), hourly, start.Add(-100*aDay), start.Add(-99*aDay), s.spans(&asked))
		require.NoError(t, err)
		require.Empty(t, asked)
		revised := hourly
		revised.Vintage = "2"
		_, err = s.Range(t.Context(), revised, start.Add(-100*aDay), start.Add(-99*aDay), s.spans(&asked))
		require.NoError(t, err)
		require.Len(t, asked, 1, "another version")
		never := hourly
		never.Settle = 0
		for range 2 {
			_, err = s.Range(t.Context(), never, start.Add(-90*aDay), start.Add(-89*aDay), s.spans(&asked))
			require.NoError(t, err)
			time.Sleep(time.Hour)
		}
		require.Len(t, asked, 3, "what never settles is asked for again a step later")
	})
}

// A figure revised before it settles is seen; one that settled is final.
func TestRangeRevised(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStation(fetchtest.Answers(ok("x")))
		from := time.Now().Add(-3 * time.Hour)
		value := func() float64 {
			r, err := s.rangeOf(t.Context(), from, from.Add(time.Hour))
			require.NoError(t, err)
			return float64(r.Points[0].Value)
		}
		require.InDelta(t, 21, value(), 0)
		s.plus = 100
		require.InDelta(t, 21, value(), 0, "within the step")
		time.Sleep(time.Hour)
		require.InDelta(t, 121, value(), 0)
		time.Sleep(47 * time.Hour)
		require.InDelta(t, 121, value(), 0, "the day before settles now")
		s.plus = 200
		time.Sleep(time.Hour)
		require.InDelta(t, 121, value(), 0, "settled")
	})
}

// One day without figures is a gap; all of them are ErrNoData.
func TestRangeGaps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now().UTC()
		s := newStation(fetchtest.Answers(ok("x")))
		q := hourly
		q.Chunk = aDay
		empty := start.Add(-4 * aDay)
		load := func(ctx context.Context, from, to time.Time) ([]intensity.Point, error) {
			if from.Equal(empty) {
				return nil, fetch.ErrNoData
			}
			return s.load(ctx, from, to)
		}
		r, err := s.Range(t.Context(), q, start.Add(-6*aDay), start.Add(-2*aDay), load)
		require.NoError(t, err)
		require.Len(t, r.Points, 3*24)
		_, err = r.At(empty)
		require.ErrorIs(t, err, intensity.ErrGap)
		r, err = s.Range(t.Context(), q, empty, empty.Add(aDay), load)
		require.ErrorIs(t, err, fetch.ErrNoData)
		require.Nil(t, r)
	})
}

// What was read before the service went down comes beside the error.
func TestRangeInPart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now().UTC()
		service := fetchtest.Func(func(n int, _ *http.Request) fetchtest.Answer {
			if n >= 2 {
				return status(404, "")
			}
			return ok("x")
		})
		s := newStation(service)
		r, err := s.rangeOf(t.Context(), start.Add(-25*aDay), start)
		require.ErrorIs(t, err, fetch.ErrNotFound)
		require.Len(t, r.Points, 20*24)
	})
}

func TestRangeWindow(t *testing.T) {
	s := newStation(fetchtest.Answers(ok("x")))
	now := time.Now()
	for name, w := range map[string]span{
		"empty": {now, now}, "reversed": {now, now.Add(-time.Hour)}, "endless": {time.Time{}, now},
	} {
		_, err := s.rangeOf(t.Context(), w.From, w.To)
		require.ErrorIs(t, err, intensity.ErrWindow, name)
	}
	require.Zero(t, s.service.Count())
}

// A point that crosses midnight belongs to no day alone.
func TestRangeAcrossMidnight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now().UTC()
		s := newStation(fetchtest.Answers(ok("x")))
		q := hourly
		q.Step = 7 * time.Hour
		load := func(ctx context.Context, from, to time.Time) ([]intensity.Point, error) {
			var points []intensity.Point
			for a := from.Truncate(q.Step); a.Before(to); a = a.Add(q.Step) {
				p, err := q.Point("station", "", a, a.Add(q.Step), 5, intensity.Measured)
				require.NoError(t, err)
				points = append(points, p)
			}
			_, err := s.Ask(ctx, fetch.Request{Path: "/"})
			return points, err
		}
		for range 2 {
			r, err := s.Range(t.Context(), q, start.Add(-10*aDay), start.Add(-5*aDay), load)
			require.NoError(t, err)
			at := start.Add(-10 * aDay)
			for _, p := range r.Points {
				require.False(t, p.Start.After(at), "no gap")
				at = p.End
			}
			time.Sleep(aDay)
		}
	})
}

// The days of a long range that may yet be revised are asked for once a step,
// too, though the range is too long to be remembered as a whole.
func TestRangeTail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now().UTC()
		s := newStation(fetchtest.Answers(ok("x")))
		var asked []span
		for range 3 {
			r, err := s.Range(t.Context(), hourly, start.Add(-365*aDay), start.Add(-time.Hour), s.spans(&asked))
			require.NoError(t, err)
			require.Len(t, r.Points, 365*24-1)
		}
		require.Len(t, asked, 37)
		time.Sleep(time.Hour)
		s.plus = 100
		r, err := s.Range(t.Context(), hourly, start.Add(-365*aDay), start.Add(-time.Hour), s.spans(&asked))
		require.NoError(t, err)
		require.Len(t, asked, 38)
		require.InDelta(t, s.value(start.Add(-2*time.Hour)), float64(r.Points[len(r.Points)-1].Value), 0)
	})
}
