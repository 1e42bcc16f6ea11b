package ukgrid_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/intensity/fetch/fetchtest"
	"github.com/scimeter/scimeter/intensity/ukgrid"
)

const minute = "2006-01-02T15:04Z"

func provider(service *fetchtest.Service) *ukgrid.Provider {
	return ukgrid.New(ukgrid.Config{Fetch: fetch.Options{Transport: service}})
}

// row is a half hour from t on with numbers made up, such as "151" or "null";
// an actual "" is left out.
func row(t time.Time, forecast, actual string) string {
	if actual != "" {
		actual = `,"actual":` + actual
	}
	return fmt.Sprintf(`{"from":%q,"to":%q,"intensity":{"forecast":%s%s,"index":"low"}}`,
		t.Format(minute), t.Add(30*time.Minute).Format(minute), forecast, actual)
}

// A grid is a service with half hours for any range, which adds the one that
// ends where a range starts and takes no more than 14 days, as the real one
// does. Half an hour after its end a half hour has an actual figure.
func grid(t *testing.T) *fetchtest.Service {
	return fetchtest.Func(func(_ int, r *http.Request) fetchtest.Answer {
		var from, to string
		_, err := fmt.Sscanf(strings.ReplaceAll(r.URL.Path, "/", " "), " intensity %s %s", &from, &to)
		require.NoError(t, err, r.URL.Path)
		start, err := time.Parse(minute, from)
		require.NoError(t, err)
		end := start.Add(48 * time.Hour)
		if to != "fw48h" {
			end, err = time.Parse(minute, to)
			require.NoError(t, err)
		}
		require.LessOrEqual(t, end.Sub(start), 14*24*time.Hour)
		var rows []string
		for h := start.Add(-time.Nanosecond).Truncate(30 * time.Minute); h.Before(end); h = h.Add(30 * time.Minute) {
			actual := "null"
			if time.Since(h) >= time.Hour {
				actual = figure(h)
			}
			rows = append(rows, row(h, "500", actual))
		}
		return fetchtest.Answer{Body: `{"data":[` + strings.Join(rows, ",") + `]}`}
	})
}

func figure(h time.Time) string { return fmt.Sprint(h.Unix() / 1800 % 1000) }

func TestZones(t *testing.T) {
	p := provider(fetchtest.Answers(fetchtest.Answer{Body: "{}"}))
	for _, zone := range []string{"GB", "gb", " GB ", "1", "13", "18", "RG10", "rg10", "M1", "W1A", "SW1A", "ZE3"} {
		c, err := p.Capabilities(zone)
		require.NoError(t, err, zone)
		require.NoError(t, c.Signal.Valid())
		require.Equal(t, "average direct consumption", c.Signal.String())
		require.True(t, c.Current && c.Range && c.Forecast)
		require.Equal(t, 30*time.Minute, c.Step)
	}
	service := fetchtest.Answers(fetchtest.Answer{Body: "{}"})
	p = provider(service)
	for _, zone := range []string{"", "UK", "0", "19", "-1", "01", "1.0", "RG10 1AA", "RG10/../..", "RG10?x", "DE", "GB\n1", "england"} {
		_, err := p.Capabilities(zone)
		require.ErrorIs(t, err, fetch.ErrNotFound, zone)
		require.ErrorContains(t, err, `want "GB"`)
		_, err = p.Current(t.Context(), zone)
		require.ErrorIs(t, err, fetch.ErrNotFound, zone)
		_, err = p.Range(t.Context(), zone, time.Now().Add(-time.Hour), time.Now())
		require.ErrorIs(t, err, fetch.ErrNotFound, zone)
		_, err = p.Forecast(t.Context(), zone)
		require.ErrorIs(t, err, fetch.ErrNotFound, zone)
	}
	require.Zero(t, service.Count(), "nobody is asked about what is no zone")
}

// What is asked for, by path; no path has a query.
func TestPaths(t *testing.T) {
	for _, c := range []struct{ zone, current, span, ahead string }{
		{"GB", "/intensity", "/intensity/2000-01-01T03:00Z/2000-01-01T05:00Z", "/intensity/2000-01-01T06:01Z/fw48h"},
		{"13", "/regional/regionid/13", "/regional/intensity/2000-01-01T03:00Z/2000-01-01T05:00Z/regionid/13", "/regional/intensity/2000-01-01T06:01Z/fw48h/regionid/13"},
		{"rg10", "/regional/postcode/RG10", "/regional/intensity/2000-01-01T03:00Z/2000-01-01T05:00Z/postcode/RG10", "/regional/intensity/2000-01-01T06:01Z/fw48h/postcode/RG10"},
	} {
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(6*time.Hour + 29*time.Minute)
			service := fetchtest.Answers(fetchtest.Answer{Body: "{}"})
			p := provider(service)
			_, err := p.Current(t.Context(), c.zone)
			require.ErrorIs(t, err, fetch.ErrNoData)
			london := time.FixedZone("BST", 3600)
			_, err = p.Range(t.Context(), c.zone,
				time.Date(2000, 1, 1, 4, 10, 0, 0, london), time.Date(2000, 1, 1, 5, 45, 0, 0, london))
			require.ErrorIs(t, err, fetch.ErrNoData)
			_, err = p.Forecast(t.Context(), c.zone)
			require.ErrorIs(t, err, fetch.ErrNoData)
			var paths []string
			for _, r := range service.Requests() {
				require.Equal(t, "https://api.carbonintensity.org.uk", r.URL.Scheme+"://"+r.URL.Host)
				require.Empty(t, r.URL.RawQuery)
				paths = append(paths, r.URL.Path)
			}
			require.Equal(t, []string{c.current, c.span, c.ahead}, paths)
		})
	}
}

func TestYear(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := grid(t)
		p := provider(service)
		from := time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC) // 365 days before the clock starts
		start := time.Now()
		for range 2 {
			s, err := p.Range(t.Context(), "GB", from, from.AddDate(1, 0, 0))
			require.NoError(t, err)
			require.Len(t, s.Points, 365*48)
			for i, pt := range s.Points {
				at := from.Add(time.Duration(i) * 30 * time.Minute)
				require.Equal(t, at, pt.Start)
				if i < len(s.Points)-1 {
					require.Equal(t, intensity.Measured, pt.Quality)
					require.Equal(t, figure(at), fmt.Sprint(float64(pt.Value)))
				}
			}
			require.Equal(t, intensity.Forecast, s.Points[len(s.Points)-1].Quality, "of the last half hour there is no actual yet")
			require.Zero(t, s.Points[len(s.Points)-1].IssuedAt, "unknown for what has passed")
		}
		require.Equal(t, 29, service.Count(), "13 days at a time, the second time from memory")
		require.GreaterOrEqual(t, time.Since(start), 23*time.Second, "five at once, then one a second")
	})
}

// The clocks of Britain change; the service's do not.
func TestDaylightSaving(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		london := func(utc time.Time, offset time.Duration) time.Time {
			return utc.In(time.FixedZone("", int(offset/time.Second))).Add(-offset)
		}
		p := provider(grid(t))
		spring := time.Date(1999, 3, 28, 0, 0, 0, 0, time.UTC)
		s, err := p.Range(t.Context(), "GB", london(spring, 0), london(spring.AddDate(0, 0, 1), time.Hour))
		require.NoError(t, err)
		require.Len(t, s.Points, 46, "a day of 23 hours")
		autumn := time.Date(1999, 10, 31, 0, 0, 0, 0, time.UTC)
		s, err = p.Range(t.Context(), "GB", london(autumn, time.Hour), london(autumn.AddDate(0, 0, 1), 0))
		require.NoError(t, err)
		require.Len(t, s.Points, 50, "a day of 25 hours")
	})
}

// Case A5: what is not metered yet is a forecast, not 0.
func TestCurrent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now().UTC()
		service := fetchtest.Answers(
			fetchtest.Answer{Body: `{"data":[` + row(now, "151", "null") + `]}`},
			fetchtest.Answer{Body: `{"data":[` + row(now.Add(30*time.Minute), "140", "0") + `]}`},
		)
		p := provider(service)
		pt, err := p.Current(t.Context(), "GB")
		require.NoError(t, err)
		require.Equal(t, intensity.Forecast, pt.Quality, "case A5")
		require.InDelta(t, 151, float64(pt.Value), 0)
		require.Equal(t, now, pt.IssuedAt)
		require.Equal(t, "ukgrid", pt.Origin.Name)
		require.Contains(t, pt.Origin.Detail, "CC BY 4.0")
		time.Sleep(29 * time.Minute)
		_, err = p.Current(t.Context(), "gb")
		require.NoError(t, err)
		require.Equal(t, 1, service.Count(), "one request for a half hour")
		time.Sleep(3 * time.Minute)
		pt, err = p.Current(t.Context(), "GB")
		require.NoError(t, err)
		require.Equal(t, intensity.Measured, pt.Quality)
		require.Zero(t, float64(pt.Value), "0 is a figure where wind counts as 0")
	})
}

func TestForecast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(5*time.Hour + 10*time.Minute)
		s, err := provider(grid(t)).Forecast(t.Context(), "GB")
		require.NoError(t, err)
		require.Len(t, s.Points, 97)
		require.True(t, s.Points[0].Contains(time.Now()))
		for _, p := range s.Points {
			require.Equal(t, intensity.Forecast, p.Quality)
			require.Equal(t, time.Now().UTC(), p.IssuedAt)
		}
		require.Less(t, s.Points[0].Sigma, s.Points[96].Sigma, "the day after tomorrow is less certain")
	})
}

// Case A8: an answer without a figure, in all its forms.
func TestNoData(t *testing.T) {
	for _, body := range []string{`{}`, `{"data":null}`, `{"data":[]}`, `null`, `{"data":[` + row(time.Now(), "null", "null") + `]}`} {
		_, err := provider(fetchtest.Answers(fetchtest.Answer{Body: body})).Current(t.Context(), "GB")
		require.ErrorIs(t, err, fetch.ErrNoData, "case A8: %s", body)
	}
	for _, body := range []string{`{}`, `{"data":null}`, `{"data":[]}`, `{"data":[{"regionid":9,"data":[]}]}`, `{"data":{"regionid":9,"data":null}}`} {
		_, err := provider(fetchtest.Answers(fetchtest.Answer{Body: body})).Current(t.Context(), "9")
		require.ErrorIs(t, err, fetch.ErrNoData, "case A8: %s", body)
	}
}

func TestWorst(t *testing.T) {
	good := `{"data":[` + row(time.Now().UTC().Truncate(30*time.Minute), "VALUE", "null") + `]}`
	region := `{"data":{"regionid":9,"data":[` + row(time.Now().UTC().Truncate(30*time.Minute), "VALUE", "") + `]}}`
	for zone, body := range map[string]string{"GB": good, "9": region} {
		fetchtest.Worst(t, body, func(service *fetchtest.Service) string {
			_, err := provider(service).Forecast(t.Context(), zone)
			return fetch.Code(err)
		})
	}
}

// A service that is down is asked again, then left alone.
func TestOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := fetchtest.Answers(fetchtest.Answer{
			Status: 500, Body: `{"error":{"code":"500 Internal Server Error","message":"Out of order."}}`,
		})
		p := provider(service)
		var err error
		for range 360 { // six hours, once a minute
			_, err = p.Current(t.Context(), "GB")
			require.ErrorIs(t, err, fetch.ErrTemporary)
			time.Sleep(time.Minute)
		}
		require.Less(t, service.Count(), 370)
		e, ok := errors.AsType[*fetch.Error](err)
		require.True(t, ok)
		require.Equal(t, "ukgrid", e.Provider)
	})
}

func TestUnknownPlace(t *testing.T) {
	service := fetchtest.Answers(fetchtest.Answer{Status: 400, Body: `{"error":{"code":"400 Bad Request","message":"No such place."}}`})
	p := provider(service)
	for range 3 {
		_, err := p.Current(t.Context(), "ZZ9")
		require.ErrorIs(t, err, fetch.ErrNotFound)
		require.ErrorContains(t, err, "No such place")
	}
	require.Equal(t, 1, service.Count())
}

func FuzzDecode(f *testing.F) {
	now := time.Now().UTC().Truncate(30 * time.Minute)
	f.Add([]byte(`{"data":[`+row(now, "151", "null")+`]}`), "GB")
	f.Add([]byte(`{"data":[{"regionid":9,"data":[`+row(now, "151", "")+`]}]}`), "9")
	f.Add([]byte(`{"data":{"regionid":9,"postcode":"AB1","data":[`+row(now, "151", "")+`]}}`), "AB1")
	f.Add([]byte(`{"data":[1e400]}`), "GB")
	f.Fuzz(func(t *testing.T, body []byte, zone string) {
		p := provider(fetchtest.Answers(fetchtest.Answer{Body: string(body)}))
		pt, err := p.Current(t.Context(), zone)
		if err != nil {
			require.NotEmpty(t, fetch.Code(err), "%v", err)
			return
		}
		require.NoError(t, pt.Valid())
		require.LessOrEqual(t, pt.Value, fetch.MaxIntensity)
	})
}
