package energidata_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	_ "time/tzdata"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/energidata"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
	"github.com/scimeter/scimeter/units"
)

// noon is when the tests ask, in UTC.
var noon = time.Date(2024, time.May, 6, 12, 0, 0, 0, time.UTC)

// A row is five minutes: how long after noon, which area, what figure.
type row struct {
	after time.Duration
	area  string
	value string
}

// body is a page of a data set.
func body(set string, rows ...row) string {
	var records []string
	for _, r := range rows {
		t := noon.Add(r.after)
		records = append(records, fmt.Sprintf(`{"Minutes5UTC":%q,"Minutes5DK":%q,"PriceArea":%q,"CO2Emission":%s}`,
			t.Format("2006-01-02T15:04:05"), t.Add(2*time.Hour).Format("2006-01-02T15:04:05"), r.area, r.value))
	}
	return fmt.Sprintf(`{"total":%d,"limit":5000,"dataset":%q,"records":[%s]}`, len(rows), set, strings.Join(records, ","))
}

// mixed has both areas, the newest first, as the service sends them.
var mixed = body("CO2Emis",
	row{-5 * time.Minute, "DK1", "90.5"}, row{-5 * time.Minute, "DK2", "41"},
	row{-10 * time.Minute, "DK1", "92"}, row{-10 * time.Minute, "DK2", "43"},
	row{-15 * time.Minute, "DK1", "95"}, row{-15 * time.Minute, "DK2", "46"})

// in runs f at an instant with a provider that asks the service.
func in(t *testing.T, now time.Time, s *fetchtest.Service, f func(*testing.T, *energidata.Provider)) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(now))
		f(t, energidata.New(energidata.Config{Fetch: fetch.Options{Transport: s}}))
	})
}

func ok(body string) *fetchtest.Service { return fetchtest.Answers(fetchtest.Answer{Body: body}) }

func TestAreas(t *testing.T) {
	t.Run("case A21: one area, ascending", func(t *testing.T) {
		s := ok(mixed)
		in(t, noon, s, func(t *testing.T, p *energidata.Provider) {
			got, err := p.Range(t.Context(), "DK1", noon.Add(-15*time.Minute), noon)
			require.NoError(t, err)
			require.Len(t, got.Points, 3)
			for i, want := range []units.Intensity{95, 92, 90.5} {
				point := got.Points[i]
				require.Equal(t, want, point.Value)
				require.Equal(t, noon.Add(time.Duration(i-3)*5*time.Minute), point.Start)
				require.Equal(t, point.Start.Add(5*time.Minute), point.End)
				require.Equal(t, "DK1", point.Zone)
				require.Equal(t, energidata.Signal(), point.Signal)
			}
			q := s.Requests()[0].URL.Query()
			require.Equal(t, "/dataset/CO2Emis", s.Requests()[0].URL.Path)
			require.Equal(t, `{"PriceArea":["DK1"]}`, q.Get("filter"))
			require.Equal(t, "UTC", q.Get("timezone"))
			require.Equal(t, "2024-05-06T11:45", q.Get("start"))
			require.Equal(t, "2024-05-06T14:00", q.Get("end"), "with room for a service that takes it for Danish time")
		})
	})
	in(t, noon, ok(mixed), func(t *testing.T, p *energidata.Provider) {
		point, err := p.Current(t.Context(), "dk2")
		require.NoError(t, err)
		require.Equal(t, units.Intensity(41), point.Value)
		require.Equal(t, noon.Add(-5*time.Minute), point.Start)
		require.Equal(t, intensity.Measured, point.Quality)
	})
	in(t, noon, ok(body("CO2Emis", row{0, "DK2", "41"})), func(t *testing.T, p *energidata.Provider) {
		_, err := p.Current(t.Context(), "DK1")
		require.ErrorIs(t, err, fetch.ErrZoneMismatch)
	})
}

// In the hour that comes twice Danish time repeats itself; UTC does not.
func TestSummerTimeEnds(t *testing.T) {
	t.Run("case A22: four instants", func(t *testing.T) {
		answer := `{"total":4,"limit":5000,"dataset":"CO2Emis","records":[
			{"Minutes5UTC":"2024-10-27T00:30:00","Minutes5DK":"2024-10-27T02:30:00","PriceArea":"DK1","CO2Emission":100},
			{"Minutes5UTC":"2024-10-27T01:30:00","Minutes5DK":"2024-10-27T02:30:00","PriceArea":"DK1","CO2Emission":200},
			{"Minutes5UTC":"2024-10-27T01:35:00","Minutes5DK":"2024-10-27T02:35:00","PriceArea":"DK1","CO2Emission":205},
			{"Minutes5UTC":"2024-10-27T00:35:00","Minutes5DK":"2024-10-27T02:35:00","PriceArea":"DK1","CO2Emission":105}]}`
		midnight := time.Date(2024, time.October, 27, 0, 0, 0, 0, time.UTC)
		in(t, midnight.Add(3*time.Hour), ok(answer), func(t *testing.T, p *energidata.Provider) {
			s, err := p.Range(t.Context(), "DK1", midnight, midnight.Add(2*time.Hour))
			require.NoError(t, err)
			require.Len(t, s.Points, 4)
			for i, want := range []struct {
				minute int
				value  units.Intensity
			}{{30, 100}, {35, 105}, {90, 200}, {95, 205}} {
				require.Equal(t, midnight.Add(time.Duration(want.minute)*time.Minute), s.Points[i].Start)
				require.Equal(t, want.value, s.Points[i].Value)
			}
		})
	})
}

// steady answers any range, page by page, with 100 g/kWh, and begins it two
// hours early as a service does that takes times for Danish ones. Its pages hold
// no more than most rows; its total is that of all pages, or of each page alone.
func steady(most int, alone bool) *fetchtest.Service {
	return fetchtest.Func(func(_ int, r *http.Request) fetchtest.Answer {
		q := r.URL.Query()
		from, err := time.Parse("2006-01-02T15:04", q.Get("start"))
		to, err2 := time.Parse("2006-01-02T15:04", q.Get("end"))
		limit, err3 := strconv.Atoi(q.Get("limit"))
		offset, err4 := strconv.Atoi(q.Get("offset"))
		if err != nil || err2 != nil || err3 != nil || err4 != nil {
			return fetchtest.Answer{Status: 400, Body: `{"message":"no such form"}`}
		}
		from, to = from.Add(-2*time.Hour), to.Add(-2*time.Hour)
		total := int(to.Sub(from) / (5 * time.Minute))
		records := []map[string]any{}
		for i := offset; i < min(total, offset+min(limit, most)); i++ {
			records = append(records, map[string]any{
				"Minutes5UTC": from.Add(time.Duration(i) * 5 * time.Minute).Format("2006-01-02T15:04:05"),
				"PriceArea":   "DK1", "CO2Emission": 100,
			})
		}
		if alone {
			total = len(records)
		}
		b, err := json.Marshal(map[string]any{"total": total, "limit": min(limit, most), "dataset": "CO2Emis", "records": records})
		if err != nil {
			return fetchtest.Answer{Err: err}
		}
		return fetchtest.Answer{Body: string(b)}
	})
}

func TestLocalDays(t *testing.T) {
	copenhagen, err := time.LoadLocation("Europe/Copenhagen")
	require.NoError(t, err)
	for _, c := range []struct {
		month time.Month
		day   int
		hours time.Duration
		grams float64
	}{{time.March, 30, 23, 2300}, {time.October, 26, 25, 2500}} {
		t.Run(fmt.Sprintf("case A23: a local day of %d hours", int(c.hours)), func(t *testing.T) {
			from := time.Date(2025, c.month, c.day, 0, 0, 0, 0, copenhagen)
			to := time.Date(2025, c.month, c.day+1, 0, 0, 0, 0, copenhagen)
			require.Equal(t, c.hours*time.Hour, to.Sub(from))
			in(t, to.Add(time.Hour), steady(5000, false), func(t *testing.T, p *energidata.Provider) {
				s, err := p.Range(t.Context(), "DK1", from, to)
				require.NoError(t, err)
				require.Len(t, s.Points, int(c.hours)*12)
				d, err := intensity.Steady(from, to, units.Kilowatt, 1)
				require.NoError(t, err)
				r, err := intensity.Integrate(s, []intensity.Delta{d}, intensity.Options{})
				require.NoError(t, err)
				require.InEpsilon(t, c.grams, float64(r.Carbon), 1e-12, "a sum of rounded parts")
				require.Equal(t, 1.0, r.Coverage)
			})
		})
	}
}

// All rows come once, however the service cuts its pages.
func TestPages(t *testing.T) {
	for name, c := range map[string]struct {
		service  *fetchtest.Service
		requests int
	}{
		"5000":                           {steady(5000, false), 2 + 1},
		"1000":                           {steady(1000, false), 9 + 1},
		"100":                            {steady(100, false), 87 + 2},
		"1000, and a total of each page": {steady(1000, true), 9 + 1},
	} {
		t.Run(name, func(t *testing.T) {
			s := c.service
			in(t, noon, s, func(t *testing.T, p *energidata.Provider) {
				from := noon.Add(-30 * 24 * time.Hour)
				got, err := p.Range(t.Context(), "DK1", from, noon)
				require.NoError(t, err)
				require.Len(t, got.Points, 30*24*12)
				require.Equal(t, from, got.Points[0].Start)
				require.Equal(t, noon, got.Points[len(got.Points)-1].End)
				require.Equal(t, c.requests, s.Count(), "30 days from a midnight, and half a day")
			})
		})
	}
}

// A second page that fails leaves the first, beside the error.
func TestPageFails(t *testing.T) {
	good := steady(1000, false)
	s := fetchtest.Func(func(n int, r *http.Request) fetchtest.Answer {
		if n > 0 {
			return fetchtest.Answer{Status: 400, Body: `{"message":"no more"}`}
		}
		resp, err := good.RoundTrip(r)
		if err != nil {
			return fetchtest.Answer{Err: err}
		}
		var b strings.Builder
		if err := resp.Write(&b); err != nil {
			return fetchtest.Answer{Err: err}
		}
		_, text, _ := strings.Cut(b.String(), "\r\n\r\n")
		return fetchtest.Answer{Body: text}
	})
	in(t, noon, s, func(t *testing.T, p *energidata.Provider) {
		got, err := p.Range(t.Context(), "DK1", noon.Add(-5*24*time.Hour), noon)
		require.ErrorIs(t, err, fetch.ErrRequest)
		require.NotNil(t, got)
		require.Len(t, got.Points, 1000-24, "the first two hours are before the range")
	})
}

func TestForecast(t *testing.T) {
	s := ok(body("CO2EmisProg", row{-5 * time.Minute, "DK1", "99"}, row{0, "DK1", "80"}, row{0, "DK2", "80"}, row{5 * time.Minute, "DK1", "78"}))
	in(t, noon.Add(2*time.Minute), s, func(t *testing.T, p *energidata.Provider) {
		for range 3 { // one request for all
			f, err := p.Forecast(t.Context(), "DK1")
			require.NoError(t, err)
			require.Len(t, f.Points, 2)
			require.Equal(t, units.Intensity(80), f.Points[0].Value)
			require.Equal(t, intensity.Forecast, f.Points[0].Quality)
			require.Equal(t, noon.Add(2*time.Minute), f.Points[0].IssuedAt)
			time.Sleep(time.Minute)
		}
		require.Equal(t, 1, s.Count())
		require.Equal(t, "/dataset/CO2EmisProg", s.Requests()[0].URL.Path)
		require.Equal(t, "2024-05-06T12:00", s.Requests()[0].URL.Query().Get("start"))
	})
}

func TestTooMany(t *testing.T) {
	s := fetchtest.Answers(fetchtest.Answer{Status: 429, Header: map[string]string{"Retry-After": "20"}, Body: `{"message":"Too many requests"}`},
		fetchtest.Answer{Body: mixed})
	in(t, noon, s, func(t *testing.T, p *energidata.Provider) {
		start := time.Now()
		_, err := p.Current(t.Context(), "DK1")
		require.NoError(t, err)
		require.GreaterOrEqual(t, time.Since(start), 20*time.Second)
		require.Equal(t, 2, s.Count())
	})
	long := fetchtest.Answers(fetchtest.Answer{Status: 429}, fetchtest.Answer{Body: mixed})
	in(t, noon, long, func(t *testing.T, p *energidata.Provider) {
		_, err := p.Current(t.Context(), "DK1")
		require.ErrorIs(t, err, fetch.ErrRateLimited)
		_, err = p.Current(t.Context(), "DK1")
		require.ErrorIs(t, err, fetch.ErrRateLimited)
		require.Equal(t, 1, long.Count(), "not within the minute")
		time.Sleep(time.Minute)
		_, err = p.Current(t.Context(), "DK1")
		require.NoError(t, err)
	})
}

func TestErrors(t *testing.T) {
	for _, c := range []struct {
		name, body string
		class      error
	}{
		{"no rows", `{"total":0,"limit":5000,"dataset":"CO2Emis","records":[]}`, fetch.ErrNoData},
		{"null", body("CO2Emis", row{0, "DK1", "null"}), fetch.ErrNoData},
		{"text", body("CO2Emis", row{0, "DK1", `"90"`}), fetch.ErrDecode},
		{"another data set", body("CO2EmisProg", row{0, "DK1", "90"}), fetch.ErrDecode},
		{"between the steps", body("CO2Emis", row{time.Minute, "DK1", "90"}), fetch.ErrDecode},
		{"two figures", body("CO2Emis", row{0, "DK1", "90"}, row{0, "DK1", "91"}), fetch.ErrDecode},
		{"Danish time alone", `{"total":1,"dataset":"CO2Emis","records":[{"Minutes5DK":"2024-05-06T12:00:00","PriceArea":"DK1","CO2Emission":1}]}`, fetch.ErrDecode},
	} {
		t.Run(c.name, func(t *testing.T) {
			in(t, noon.Add(5*time.Minute), ok(c.body), func(t *testing.T, p *energidata.Provider) {
				_, err := p.Current(t.Context(), "DK1")
				require.ErrorIs(t, err, c.class)
				_, err = p.Range(t.Context(), "DK1", noon.Add(-time.Hour), noon.Add(5*time.Minute))
				require.ErrorIs(t, err, c.class)
			})
		})
	}
}

func TestZones(t *testing.T) {
	s := ok(mixed)
	in(t, noon, s, func(t *testing.T, p *energidata.Provider) {
		for _, zone := range []string{"", "DK", "DK3", "DE", `DK1"]}`} {
			_, err := p.Current(t.Context(), zone)
			require.ErrorIs(t, err, fetch.ErrNotFound, zone)
			_, err = p.Range(t.Context(), zone, noon, noon.Add(time.Hour))
			require.ErrorIs(t, err, fetch.ErrNotFound, zone)
			_, err = p.Forecast(t.Context(), zone)
			require.ErrorIs(t, err, fetch.ErrNotFound, zone)
			_, err = p.Capabilities(zone)
			require.ErrorContains(t, err, `want "DK1" or "DK2"`)
		}
		c, err := p.Capabilities("dk1")
		require.NoError(t, err)
		require.True(t, c.Current && c.Range && c.Forecast)
		require.Equal(t, energidata.Signal(), c.Signal)
		require.Zero(t, s.Count())
	})
}

func TestWorst(t *testing.T) {
	good := body("CO2Emis", row{-5 * time.Minute, "DK1", "VALUE"}, row{-10 * time.Minute, "DK1", "90"})
	fetchtest.Worst(t, good, func(s *fetchtest.Service) (code string) {
		in(t, noon, s, func(t *testing.T, p *energidata.Provider) {
			_, err := p.Current(t.Context(), "DK1")
			code = fetch.Code(err)
		})
		return code
	})
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(mixed))
	f.Add([]byte(`{"total":9000000000,"limit":1,"records":[{"Minutes5UTC":"2024-05-06T11:55:00","PriceArea":"DK1","CO2Emission":1e3}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		in(t, noon, ok(string(b)), func(t *testing.T, p *energidata.Provider) {
			s, err := p.Range(t.Context(), "DK1", noon.Add(-time.Hour), noon)
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
