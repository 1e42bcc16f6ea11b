package rte_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
	"github.com/scimeter/scimeter/intensity/rte"
	"github.com/scimeter/scimeter/units"
)

// night is when the tests ask.
var night = time.Date(2024, time.September, 12, 1, 5, 0, 0, time.UTC)

// page is an answer with these rows, each "time=figure".
func page(total int, rows ...string) string {
	var results []string
	for _, r := range rows {
		at, figure, _ := strings.Cut(r, "=")
		results = append(results, fmt.Sprintf(`{"taux_co2":%s,"date_heure":%q}`, figure, at))
	}
	return fmt.Sprintf(`{"total_count":%d,"results":[%s]}`, total, strings.Join(results, ","))
}

var newest = page(5,
	"2024-09-12T01:15:00+00:00=null", "2024-09-12T01:00:00+00:00=null",
	"2024-09-12T00:45:00+00:00=17", "2024-09-12T00:30:00+00:00=17",
	`2024-09-12T02:15:00+02:00="18"`)

// in runs f at an instant with a provider that asks the service.
func in(t *testing.T, now time.Time, s *fetchtest.Service, f func(*testing.T, *rte.Provider)) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(now))
		f(t, rte.New(rte.Config{Fetch: fetch.Options{Transport: s}}))
	})
}

func ok(body string) *fetchtest.Service { return fetchtest.Answers(fetchtest.Answer{Body: body}) }

func TestRows(t *testing.T) {
	t.Run("case A24: nulls skipped, strings and offsets read", func(t *testing.T) {
		s := ok(newest)
		in(t, night, s, func(t *testing.T, p *rte.Provider) {
			point, err := p.Current(t.Context(), "fr")
			require.NoError(t, err)
			require.Equal(t, units.Intensity(17), point.Value)
			require.Equal(t, "2024-09-12T00:45:00Z", point.Start.Format(time.RFC3339))
			require.Equal(t, "2024-09-12T01:00:00Z", point.End.Format(time.RFC3339))
			require.Equal(t, rte.Signal(), point.Signal)
			require.Equal(t, intensity.Estimated, point.Quality)
			require.Equal(t, "FR", point.Zone)
			r := s.Requests()[0].URL
			require.Equal(t, "/api/explore/v2.1/catalog/datasets/eco2mix-national-tr/records", r.Path)
			require.Equal(t, "UTC", r.Query().Get("timezone"))
			require.Equal(t, "date_heure desc", r.Query().Get("order_by"))
		})
		in(t, night, ok(newest), func(t *testing.T, p *rte.Provider) {
			got, err := p.Range(t.Context(), "FR", night.Truncate(time.Hour).Add(-time.Hour), night.Truncate(time.Hour))
			require.NoError(t, err)
			require.Len(t, got.Points, 3)
			for i, want := range []units.Intensity{18, 17, 17} {
				require.Equal(t, want, got.Points[i].Value)
				require.Equal(t, 15*(i+1), got.Points[i].Start.Minute())
				require.Equal(t, 0, got.Points[i].Start.Hour())
			}
		})
	})
}

// A portal has rows of each list from one instant to another, one a step, and
// pages them as asked.
type portal struct {
	step       map[string]time.Duration
	from, to   map[string]time.Time
	plus       map[string]int // added to each figure
	shortenEnd int            // rows that a page lacks
}

var bounds = regexp.MustCompile(`date'([^']+)'`)

func (p portal) answer(_ int, r *http.Request) fetchtest.Answer {
	list := strings.Split(r.URL.Path, "/")[6]
	q := r.URL.Query()
	limit, err := strconv.Atoi(q.Get("limit"))
	offset, err2 := strconv.Atoi(q.Get("offset"))
	at := bounds.FindAllStringSubmatch(q.Get("where"), -1)
	if err != nil || err2 != nil || len(at) != 2 || limit > 100 || limit+offset > 10_000 {
		return fetchtest.Answer{Status: 400, Body: `{"error_code":"InvalidRESTParameterError","message":"limit"}`}
	}
	from, err := time.Parse(time.RFC3339, at[0][1])
	to, err2 := time.Parse(time.RFC3339, at[1][1])
	if err != nil || err2 != nil {
		return fetchtest.Answer{Status: 400, Body: `{"error_code":"ODSQLError","message":"date"}`}
	}
	rows := []map[string]any{}
	for s := p.from[list]; s.Before(p.to[list]); s = s.Add(p.step[list]) {
		if !s.Before(from) && s.Before(to) {
			rows = append(rows, map[string]any{"taux_co2": 10 + s.Hour() + p.plus[list], "date_heure": s})
		}
	}
	total := len(rows)
	rows = rows[min(offset, total):min(offset+limit, total-min(p.shortenEnd, total))]
	b, err := json.Marshal(map[string]any{"total_count": total, "results": rows})
	return fetchtest.Answer{Body: string(b), Err: err}
}

const (
	live = "eco2mix-national-tr"
	old  = "eco2mix-national-cons-def"
)

// halves is a portal that has what is older than a day in half hours only.
func halves(changed time.Time) portal {
	return portal{
		step: map[string]time.Duration{live: 15 * time.Minute, old: 30 * time.Minute},
		from: map[string]time.Time{live: changed, old: changed.AddDate(-2, 0, 0)},
		to:   map[string]time.Time{live: night.Truncate(time.Hour), old: changed},
	}
}

func TestPages(t *testing.T) {
	from := night.AddDate(0, 0, -20).Truncate(24 * time.Hour)
	s := fetchtest.Func(halves(from).answer)
	in(t, night, s, func(t *testing.T, p *rte.Provider) {
		got, err := p.Range(t.Context(), "FR", from, from.AddDate(0, 0, 20))
		require.NoError(t, err)
		require.Len(t, got.Points, 20*96)
		for i, point := range got.Points {
			require.Equal(t, from.Add(time.Duration(i)*15*time.Minute), point.Start)
			require.Equal(t, units.Intensity(10+point.Start.Hour()), point.Value)
		}
		require.Equal(t, 20, s.Count(), "96 rows a day in pages of 100")
	})
}

// What the live list does not reach comes from the consolidated one, in half
// hours, and the other way round.
func TestTwoLists(t *testing.T) {
	changed := night.AddDate(0, 0, -3).Truncate(24 * time.Hour)
	for name, ago := range map[string]int{"live first": 5, "consolidated first": 70} {
		t.Run(name, func(t *testing.T) {
			from := night.AddDate(0, 0, -ago).Truncate(24 * time.Hour)
			s := fetchtest.Func(halves(changed).answer)
			in(t, night, s, func(t *testing.T, p *rte.Provider) {
				got, err := p.Range(t.Context(), "FR", from, night.Truncate(24*time.Hour))
				require.NoError(t, err)
				require.Len(t, got.Points, (ago-3)*48+3*96)
				require.Equal(t, ago > 60, strings.Contains(s.Requests()[0].URL.Path, old), "the likely list first")
				end := from
				for _, point := range got.Points {
					require.Equal(t, end, point.Start, "no gap and no overlap")
					end = point.End
					want, step := intensity.Estimated, 15*time.Minute
					if point.Start.Before(changed) {
						want, step = intensity.Measured, 30*time.Minute
					}
					require.Equal(t, want, point.Quality)
					require.Equal(t, step, point.End.Sub(point.Start))
				}
			})
		})
	}
}

// A half hour that reaches into the quarters of the other list gives way.
func TestListsThatOverlap(t *testing.T) {
	from := night.Truncate(24 * time.Hour).Add(-2 * time.Hour)
	both := halves(from.Add(75 * time.Minute))
	both.plus = map[string]int{old: 5}
	both.from[old] = from
	in(t, night, fetchtest.Func(both.answer), func(t *testing.T, p *rte.Provider) {
		got, err := p.Range(t.Context(), "FR", from, from.Add(2*time.Hour))
		require.NoError(t, err)
		require.Len(t, got.Points, 2+3)
		require.Equal(t, from.Add(time.Hour), got.Points[1].End)
		require.Equal(t, from.Add(75*time.Minute), got.Points[2].Start)
	})
}

// The last night of summer time has its local hour twice; the offset tells.
func TestSummerTimeEnds(t *testing.T) {
	body := page(4, "2024-10-27T02:30:00+02:00=20", "2024-10-27T02:45:00+02:00=21", "2024-10-27T02:30:00+01:00=22", "2024-10-27T02:45:00+01:00=23")
	midnight := time.Date(2024, time.October, 27, 0, 0, 0, 0, time.UTC)
	in(t, midnight.Add(3*time.Hour), ok(body), func(t *testing.T, p *rte.Provider) {
		got, err := p.Range(t.Context(), "FR", midnight, midnight.Add(2*time.Hour))
		require.NoError(t, err)
		require.Len(t, got.Points, 4)
		for i, minute := range []int{30, 45, 90, 105} {
			require.Equal(t, midnight.Add(time.Duration(minute)*time.Minute), got.Points[i].Start)
			require.Equal(t, units.Intensity(20+i), got.Points[i].Value)
		}
	})
}

// A list that ends before its own count is not taken for whole.
func TestPageMissing(t *testing.T) {
	from := night.AddDate(0, 0, -2).Truncate(24 * time.Hour)
	cut := halves(from)
	cut.shortenEnd = 10
	in(t, night, fetchtest.Func(cut.answer), func(t *testing.T, p *rte.Provider) {
		got, err := p.Range(t.Context(), "FR", from, from.Add(24*time.Hour))
		require.ErrorIs(t, err, fetch.ErrDecode)
		require.ErrorContains(t, err, "86 rows of 96")
		require.Len(t, got.Points, 86, "what came is kept")
	})
	endless := fetchtest.Func(func(n int, _ *http.Request) fetchtest.Answer {
		at := night.Truncate(time.Hour).Add(-time.Hour).Format(time.RFC3339)
		return fetchtest.Answer{Body: page(1<<30, strings.Split(strings.Repeat(at+"=1,", 99)+at+"=1", ",")...)}
	})
	in(t, night, endless, func(t *testing.T, p *rte.Provider) {
		_, err := p.Range(t.Context(), "FR", night.Add(-2*time.Hour), night)
		require.ErrorIs(t, err, fetch.ErrTooLarge)
		require.Equal(t, 100, endless.Count())
	})
}

// A quota that is used up is not asked for again within the step.
func TestQuota(t *testing.T) {
	s := fetchtest.Answers(fetchtest.Answer{Status: 429, Body: `{"error":"Too many requests on the domain."}`}, fetchtest.Answer{Body: newest})
	in(t, night, s, func(t *testing.T, p *rte.Provider) {
		for range 3 {
			_, err := p.Current(t.Context(), "FR")
			require.ErrorIs(t, err, fetch.ErrRateLimited)
			time.Sleep(time.Minute)
		}
		require.Equal(t, 1, s.Count())
		time.Sleep(12 * time.Minute)
		_, err := p.Current(t.Context(), "FR")
		require.NoError(t, err)
	})
	short := fetchtest.Answers(fetchtest.Answer{Status: 429, Header: map[string]string{"Retry-After": "5"}}, fetchtest.Answer{Body: newest})
	in(t, night, short, func(t *testing.T, p *rte.Provider) {
		start := time.Now()
		_, err := p.Current(t.Context(), "FR")
		require.NoError(t, err)
		require.GreaterOrEqual(t, time.Since(start), 5*time.Second)
	})
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer fetchtest.Answer
		class  error
	}{
		{"no rows", fetchtest.Answer{Body: page(0)}, fetch.ErrNoData},
		{"nulls", fetchtest.Answer{Body: page(1, "2024-09-12T01:00:00+00:00=null")}, fetch.ErrNoData},
		{"an empty string", fetchtest.Answer{Body: page(1, `2024-09-12T01:00:00+00:00=""`)}, fetch.ErrNoData},
		{"the older interface", fetchtest.Answer{Body: `{"nhits":1,"records":[{"fields":{"date_heure":"2024-09-12T00:45:00+00:00","taux_co2":17}}]}`}, fetch.ErrDecode},
		{"a word", fetchtest.Answer{Body: page(1, `2024-09-12T00:45:00+00:00="ND"`)}, fetch.ErrDecode},
		{"no offset", fetchtest.Answer{Body: page(1, `2024-09-12T00:45:00=17`)}, fetch.ErrDecode},
		{"between the quarters", fetchtest.Answer{Body: page(1, `2024-09-12T00:50:00+00:00=17`)}, fetch.ErrDecode},
		{"two figures", fetchtest.Answer{Body: page(2, "2024-09-12T00:45:00+00:00=17", "2024-09-12T00:45:00+00:00=18")}, fetch.ErrDecode},
		{"a condition that is refused", fetchtest.Answer{Status: 400, Body: `{"error_code":"ODSQLError","message":"ODSQL query is malformed"}`}, fetch.ErrRequest},
		{"a list that is gone", fetchtest.Answer{Status: 404, Body: `{"message":"The requested dataset does not exist."}`}, fetch.ErrNotFound},
		{"down", fetchtest.Answer{Status: 503}, fetch.ErrTemporary},
	} {
		t.Run(c.name, func(t *testing.T) {
			in(t, night, fetchtest.Answers(c.answer), func(t *testing.T, p *rte.Provider) {
				_, err := p.Current(t.Context(), "FR")
				require.ErrorIs(t, err, c.class)
				_, err = p.Range(t.Context(), "FR", night.Add(-2*time.Hour), night)
				require.ErrorIs(t, err, c.class)
			})
		})
	}
}

func TestZones(t *testing.T) {
	s := ok(newest)
	in(t, night, s, func(t *testing.T, p *rte.Provider) {
		for _, zone := range []string{"", "DE", "FRA", "FR' or 1=1"} {
			_, err := p.Current(t.Context(), zone)
			require.ErrorIs(t, err, fetch.ErrNotFound, zone)
			_, err = p.Range(t.Context(), zone, night, night.Add(time.Hour))
			require.ErrorIs(t, err, fetch.ErrNotFound, zone)
			_, err = p.Capabilities(zone)
			require.ErrorContains(t, err, `want "FR"`)
		}
		c, err := p.Capabilities("FR")
		require.NoError(t, err)
		require.True(t, c.Current && c.Range && !c.Forecast)
		require.Zero(t, s.Count())
	})
}

func TestWorst(t *testing.T) {
	fetchtest.Worst(t, page(2, "2024-09-12T00:45:00+00:00=VALUE", "2024-09-12T00:30:00+00:00=17"), func(s *fetchtest.Service) (code string) {
		in(t, night, s, func(t *testing.T, p *rte.Provider) {
			_, err := p.Current(t.Context(), "FR")
			code = fetch.Code(err)
		})
		return code
	})
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(newest))
	f.Add([]byte(page(1000, "2024-09-12T02:15:00+02:00=1e2")))
	f.Fuzz(func(t *testing.T, b []byte) {
		in(t, night, ok(string(b)), func(t *testing.T, p *rte.Provider) {
			s, err := p.Range(t.Context(), "FR", night.Add(-2*time.Hour), night)
			if err != nil {
				require.NotEmpty(t, fetch.Code(err))
				return
			}
			for _, point := range s.Points {
				require.NoError(t, point.Valid())
			}
		})
	})
}
