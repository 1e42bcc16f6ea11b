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

// changed returns the load of s with its points changed; nil leaves one out.
func (s *station) changed(change func(*intensity.Point) *intensity.Point) fetch.Load {
	return func(ctx context.Context, from, to time.Time) ([]intensity.Point, error) {
		points, err := s.load(ctx, from, to)
		var kept []intensity.Point
		for _, p := range points {
			if q := change(&p); q != nil {
				kept = append(kept, *q)
			}
		}
		return kept, err
	}
}

func same(p *intensity.Point) *intensity.Point { return p }

func estimated(p *intensity.Point) *intensity.Point {
	p.Quality = intensity.Estimated
	return p
}

// The whole of a settled day is kept for good only if nothing better will come.
func TestSettledDayThatIsNotWhole(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*intensity.Point) *intensity.Point
		final  intensity.Quality
		kept   bool // for good
	}{
		{"whole and measured", same, 0, true},
		{"an hour is missing within", func(p *intensity.Point) *intensity.Point {
			if p.Start.Hour() == 9 {
				return nil
			}
			return p
		}, 0, false},
		{"the last hour is missing", func(p *intensity.Point) *intensity.Point {
			if p.Start.Hour() == 23 {
				return nil
			}
			return p
		}, 0, false},
		{"the first hours alone", func(p *intensity.Point) *intensity.Point {
			if p.Start.Hour() > 5 {
				return nil
			}
			return p
		}, 0, false},
		{"one is an estimate", func(p *intensity.Point) *intensity.Point {
			if p.Start.Hour() == 9 {
				return estimated(p)
			}
			return p
		}, 0, false},
		{"all are estimates, and stay so", estimated, intensity.Estimated, true},
		{"forecasts where estimates come", func(p *intensity.Point) *intensity.Point {
			p.Quality = intensity.Forecast
			return p
		}, intensity.Estimated, false},
		{"made before the day was over", func(p *intensity.Point) *intensity.Point {
			p.UpdatedAt = p.Start
			return p
		}, 0, false},
		{"made on the next day", func(p *intensity.Point) *intensity.Point {
			p.UpdatedAt = p.End.Add(time.Hour)
			return p
		}, 0, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				from := time.Now().UTC().Add(-4 * aDay)
				q := hourly
				q.Final = c.final
				dir := t.TempDir()
				ask := func(s *station, change func(*intensity.Point) *intensity.Point) int {
					before := s.service.Count()
					r, err := s.Range(t.Context(), q, from, from.Add(aDay), s.changed(change))
					require.NoError(t, err)
					require.NotEmpty(t, r.Points)
					return s.service.Count() - before
				}
				s := newStation(fetchtest.Answers(ok("x")), withCache(&fetch.Cache{Dir: dir}))
				require.Equal(t, 1, ask(s, c.change))
				time.Sleep(2 * time.Hour)
				require.Zero(t, ask(s, same), "the pace of what is asked for again is bounded")
				again := func() *station {
					return newStation(fetchtest.Answers(ok("x")), withCache(&fetch.Cache{Dir: dir}))
				}
				require.Zero(t, ask(again(), same), "and that of another process")
				time.Sleep(8 * time.Hour) // an eighth of three days, and of what has passed
				want := 1
				if c.kept {
					want = 0
				}
				require.Equal(t, want, ask(s, same))
				time.Sleep(20 * aDay)
				require.Zero(t, ask(s, same), "it is final now")
				require.Zero(t, ask(again(), same))
			})
		})
	}
}

// A day that never becomes whole is asked for less and less often.
func TestGapForGood(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := time.Now().UTC().Add(-4 * aDay)
		s := newStation(fetchtest.Answers(ok("x")))
		half := s.changed(func(p *intensity.Point) *intensity.Point {
			if p.Start.Hour() < 12 {
				return nil
			}
			return p
		})
		for range 365 * 24 {
			r, err := s.Range(t.Context(), hourly, from, from.Add(aDay), half)
			require.NoError(t, err)
			require.Len(t, r.Points, 12)
			time.Sleep(time.Hour)
		}
		require.InDelta(t, 40, s.service.Count(), 4, "in a year of questions each hour: ln(365/3) / ln(9/8) times")
	})
}

// What was kept for good before a source was known to revise for longer is
// asked for again.
func TestSettlesLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		from := time.Now().UTC().Add(-4 * aDay)
		s := newStation(fetchtest.Answers(ok("x")))
		q := hourly
		for _, c := range []struct {
			settle time.Duration
			want   int
		}{{2 * aDay, 1}, {2 * aDay, 1}, {7 * aDay, 2}, {7 * aDay, 2}} {
			q.Settle = c.settle
			_, err := s.Range(t.Context(), q, from, from.Add(aDay), s.load)
			require.NoError(t, err)
			require.Equal(t, c.want, s.service.Count())
			time.Sleep(3 * aDay)
		}
	})
}

// A clock that is four days ahead makes a day of today that has settled: it is
// not kept, whatever tells.
func TestClockAhead(t *testing.T) {
	real := time.Date(2026, 3, 24, 9, 0, 0, 0, time.UTC)
	today := real.Truncate(aDay)
	all := hourly
	all.Final = intensity.Forecast // the quality tells nothing
	for _, c := range []struct {
		name   string
		date   string
		change func(*intensity.Point) *intensity.Point
		query  fetch.Query
	}{
		{"case A41: ahead: the Date of the answer tells", real.Format(http.TimeFormat), same, all},
		{"case A41: ahead: the time of the figures tells", "", func(p *intensity.Point) *intensity.Point {
			p.UpdatedAt = real
			return p
		}, all},
		{"case A41: ahead: forecasts tell", "", func(p *intensity.Point) *intensity.Point {
			if p.End.After(real) {
				p.Quality = intensity.Forecast
			}
			return p
		}, hourly},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			ask := func(t *testing.T, plus float64, header map[string]string, change func(*intensity.Point) *intensity.Point) (*station, *intensity.Series) {
				s := newStation(fetchtest.Answers(fetchtest.Answer{Body: "x", Header: header}), withCache(&fetch.Cache{Dir: dir}))
				s.plus = plus
				r, err := s.Range(t.Context(), c.query, today, today.Add(aDay), s.changed(change))
				require.NoError(t, err)
				require.InDelta(t, plus, float64(r.Points[0].Value), 0)
				return s, r
			}
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Until(real.Add(4 * aDay)))
				ask(t, 100, map[string]string{"Date": c.date}, c.change)
			})
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Until(real.Add(8 * aDay)))
				s, _ := ask(t, 200, nil, same)
				require.Equal(t, 1, s.service.Count(), "it was not final")
				s, _ = ask(t, 200, nil, same)
				require.Zero(t, s.service.Count(), "it is now")
			})
		})
	}
	for _, date := range []string{"", "nonsense", "Thu, 01 Jan 1970 00:00:00 GMT", real.Add(99 * aDay).Format(http.TimeFormat)} {
		t.Run("case A41: a Date that tells nothing: "+date, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Until(real.Add(4 * aDay)))
				s := newStation(fetchtest.Answers(fetchtest.Answer{Body: "x", Header: map[string]string{"Date": date}}))
				for range 2 {
					_, err := s.rangeOf(t.Context(), today, today.Add(aDay))
					require.NoError(t, err)
					time.Sleep(aDay)
				}
				require.Equal(t, 1, s.service.Count())
			})
		})
	}
}

// Case A41: a day that was kept by a clock that turns out to have been ahead is
// asked for again, and the clock going back and forth keeps nothing too long.
func TestClockJumps(t *testing.T) {
	dir := t.TempDir()
	today := time.Date(2026, 3, 24, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		days  float64 // the clock, after today began
		plus  float64
		asked int
		got   float64
	}{
		{"four days ahead: it seems settled", 4, 100, 1, 100},
		{"set right: it has not settled, and what was kept is no longer taken for final", 0.9, 200, 1, 200},
		{"a little later", 0.95, 300, 1, 300},
		{"back by an hour", 0.9, 400, 1, 400},
		{"ahead again", 3.5, 500, 1, 500},
		{"back within what is settled", 3.2, 600, 1, 600},
		{"by minutes alone", 3.19, 700, 0, 600},
		{"a year later", 365, 800, 0, 600},
	} {
		t.Run("case A41: "+c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				time.Sleep(time.Until(today.Add(time.Duration(c.days * float64(aDay)))))
				s := newStation(fetchtest.Answers(ok("x")), withCache(&fetch.Cache{Dir: dir}))
				s.plus = c.plus
				r, err := s.rangeOf(t.Context(), today, today.Add(aDay))
				require.NoError(t, err)
				require.Equal(t, c.asked, s.service.Count())
				require.InDelta(t, c.got, float64(r.Points[0].Value), 0)
			})
		})
	}
}
