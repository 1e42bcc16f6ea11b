package casdk

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

// missing is what the SDK makes of a null of Electricity Maps.
const missing = -1

// A figure is one interval. The past and the forecasts name its fields
// differently.
type figure struct {
	Location  string   `json:"location"`
	Time      string   `json:"time"`
	Timestamp string   `json:"timestamp"` // of a forecast
	Duration  duration `json:"duration"`
	Rating    *float64 `json:"rating"`
	Value     *float64 `json:"value"` // of a forecast
}

// A decoder reads answers to one query.
type decoder struct {
	query  fetch.Query
	alias  string // what the data source calls the location
	detail string
}

func (p *Provider) decoder(q fetch.Query) decoder {
	d := decoder{query: q, alias: q.Zone, detail: "Carbon Aware SDK"}
	if n := p.cfg.Names[q.Zone]; n != "" {
		d.alias = n
	}
	if p.cfg.Source != "" {
		d.detail += ", " + p.cfg.Source
	}
	return d
}

// observed reads the past, which comes in either order.
func (d decoder) observed(body []byte) ([]intensity.Point, error) {
	var rows []figure
	if err := fetch.DecodeJSON(body, &rows); err != nil {
		return nil, err
	}
	return d.points(rows, intensity.Estimated, time.Time{})
}

// forecast reads a list of forecasts, one for each location that was asked for,
// so one. The best windows in it are parts of its data, and are left.
func (d decoder) forecast(body []byte) ([]intensity.Point, error) {
	var all []struct {
		GeneratedAt string   `json:"generatedAt"`
		Location    string   `json:"location"`
		Data        []figure `json:"forecastData"`
	}
	if err := fetch.DecodeJSON(body, &all); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fetch.ErrNoData
	}
	if len(all) > 1 {
		return nil, fetch.Fail(fetch.ErrDecode, "%d forecasts where one was asked for", len(all))
	}
	if err := d.sameZone(all[0].Location); err != nil {
		return nil, err
	}
	issued, err := fetch.Instant(all[0].GeneratedAt, time.RFC3339)
	if err != nil {
		return nil, err
	}
	return d.points(all[0].Data, intensity.Forecast, issued)
}

func (d decoder) points(rows []figure, quality intensity.Quality, issued time.Time) ([]intensity.Point, error) {
	var points []intensity.Point
	for _, r := range rows {
		if err := d.sameZone(r.Location); err != nil {
			return nil, err
		}
		value := r.Rating
		if quality == intensity.Forecast {
			value, r.Time = r.Value, r.Timestamp
		}
		start, err := fetch.Instant(r.Time, time.RFC3339)
		if err != nil {
			return nil, err
		}
		if value == nil || *value == missing {
			continue
		}
		if r.Duration <= 0 {
			return nil, fetch.Fail(fetch.ErrDecode, "a figure without its duration")
		}
		p, err := d.query.Point(name, d.detail, start, start.Add(time.Duration(r.Duration)), *value, quality)
		if err != nil {
			return nil, err
		}
		p.IssuedAt = issued
		points = append(points, p)
	}
	if len(points) == 0 {
		return nil, fetch.ErrNoData
	}
	return points, nil
}

// sameZone refuses the answer for another place. The SDK has the location there
// or, with some data sources, the name that the source gives it.
func (d decoder) sameZone(got string) error {
	if strings.EqualFold(got, d.query.Zone) || strings.EqualFold(got, d.alias) {
		return nil
	}
	return fetch.Fail(fetch.ErrZoneMismatch, "asked for %q, got %.40q: put it into Config.Names if the data source calls it so", d.query.Zone, got)
}

// longest bounds what one figure may be about.
const longest = 366 * 24 * time.Hour

// A duration is a TimeSpan of .NET, "[d.]hh:mm:ss[.f]", or a number of minutes.
type duration time.Duration

// UnmarshalJSON accepts "08:00:00", "1.00:00:00" and 5.
func (d *duration) UnmarshalJSON(b []byte) error {
	var text string
	if json.Unmarshal(b, &text) == nil {
		v, ok := timeSpan(text)
		if !ok {
			return fetch.Fail(fetch.ErrDecode, "%.20q is no duration", text)
		}
		*d = duration(v)
		return nil
	}
	var minutes float64
	if err := json.Unmarshal(b, &minutes); err != nil || !(minutes >= 0 && minutes <= longest.Minutes()) {
		return fetch.Fail(fetch.ErrDecode, "%.20q is no duration", string(b))
	}
	*d = duration(minutes * float64(time.Minute))
	return nil
}

// timeSpan reads a TimeSpan. null is the empty text, and no time.
func timeSpan(s string) (time.Duration, bool) {
	if s == "" {
		return 0, true
	}
	days, clock := time.Duration(0), s
	if left, right, ok := strings.Cut(s, "."); ok && strings.Contains(right, ":") {
		n, err := strconv.ParseUint(left, 10, 16)
		if err != nil || n > 366 {
			return 0, false
		}
		days, clock = time.Duration(n)*24*time.Hour, right
	}
	t, err := time.Parse("15:04:05", clock) // with a fraction too
	if err != nil {
		return 0, false
	}
	return days + t.Sub(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)), true
}
