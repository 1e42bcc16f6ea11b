package eia

import (
	"encoding/json"
	"math"
	"slices"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

const detail = "EIA-930 generation, public domain; factors of IPCC AR5 and Electricity Maps"

// remember is for how long after it was last reported a source is missed. One
// that is gone for longer counts as closed.
const remember = 24 * time.Hour

// mostMWh is more than all power stations of the world generate in an hour.
const mostMWh = 1e7

// A row is what one source generated in one hour.
type row struct {
	Period     string        `json:"period"` // the end of the hour, in UTC
	Respondent string        `json:"respondent"`
	Fuel       string        `json:"fueltype"`
	Value      *fetch.Number `json:"value"` // MWh; a number, a text or null
	Units      string        `json:"value-units"`
}

// A table is the rows of all pages, by the start of their hour.
type table struct {
	hours map[time.Time]map[string]fetch.Number
	rows  int
}

// add reads a page and reports whether there are more.
func (t *table) add(body []byte, zone string) (more bool, err error) {
	var answer struct {
		Response *struct {
			Total     fetch.Number `json:"total"`
			Frequency string       `json:"frequency"`
			Data      []row        `json:"data"`
		} `json:"response"`
	}
	if err := fetch.DecodeJSON(body, &answer); err != nil {
		return false, err
	}
	r := answer.Response
	switch {
	case r == nil:
		return false, fetch.Fail(fetch.ErrDecode, "no field response")
	case r.Frequency != "" && r.Frequency != "hourly":
		return false, fetch.Fail(fetch.ErrDecode, "frequency %.20q, asked for hourly", r.Frequency)
	}
	for _, row := range r.Data {
		if err := t.put(row, zone); err != nil {
			return false, err
		}
	}
	t.rows += len(r.Data)
	return len(r.Data) > 0 && t.left(r.Total, len(r.Data)), nil
}

// left reports whether rows follow: by the total, or, without one, because the
// page is full.
func (t *table) left(total fetch.Number, page int) bool {
	if total.Known {
		return float64(t.rows) < total.Value
	}
	return page >= pageRows
}

func (t *table) put(r row, zone string) error {
	end, err := fetch.Instant(r.Period, period)
	if err != nil {
		return err
	}
	if err := fetch.SameZone(zone, r.Respondent); err != nil {
		return err
	}
	if r.Fuel == "" || r.Units != "" && r.Units != "megawatthours" {
		return fetch.Fail(fetch.ErrDecode, "fueltype %.10q in %.20q, not a source in megawatthours", r.Fuel, r.Units)
	}
	start := end.Add(-time.Hour)
	if t.hours == nil {
		t.hours = map[time.Time]map[string]fetch.Number{}
	}
	hour := t.hours[start]
	if hour == nil {
		hour = map[string]fetch.Number{}
		t.hours[start] = hour
	}
	var v fetch.Number
	if r.Value != nil {
		v = *r.Value
	}
	if v.Known && !(math.Abs(v.Value) <= mostMWh) {
		return fetch.Fail(fetch.ErrDecode, "%s of %.10q: %v MWh in an hour", r.Period, r.Fuel, v.Value)
	}
	if old, twice := hour[r.Fuel]; twice && old != v {
		return fetch.Fail(fetch.ErrDecode, "%s of %.10q twice, and not the same", r.Period, r.Fuel)
	}
	hour[r.Fuel] = v
	return nil
}

// points makes a point of every hour that is complete.
func (t *table) points(q fetch.Query) ([]intensity.Point, error) {
	starts := make([]time.Time, 0, len(t.hours))
	for s := range t.hours {
		starts = append(starts, s)
	}
	slices.SortFunc(starts, time.Time.Compare)
	seen := map[string]time.Time{} // when a source was last reported
	var points []intensity.Point
	for _, s := range starts {
		hour := t.hours[s]
		whole := complete(hour, s, seen)
		for fuel := range hour {
			seen[fuel] = s
		}
		if !whole {
			continue
		}
		p, ok, err := point(q, s, hour)
		if err != nil {
			return nil, err
		}
		if ok {
			points = append(points, p)
		}
	}
	if len(points) == 0 {
		return nil, fetch.ErrNoData
	}
	return points, nil
}

// complete reports whether the hour has a figure for each of its sources, and
// for each that was there a short while before.
func complete(hour map[string]fetch.Number, start time.Time, seen map[string]time.Time) bool {
	for _, v := range hour {
		if !v.Known {
			return false
		}
	}
	for fuel, last := range seen {
		if _, ok := hour[fuel]; !ok && start.Sub(last) <= remember {
			return false
		}
	}
	return true
}

// point returns the mean of the factors, weighted by energy; false if nothing
// was generated. Energy that a source takes, as storage does, is no generation.
func point(q fetch.Query, start time.Time, hour map[string]fetch.Number) (intensity.Point, bool, error) {
	quality := intensity.Measured
	var energy, grams float64
	for _, fuel := range sorted(hour) {
		mwh := hour[fuel].Value
		if mwh <= 0 {
			continue
		}
		f, ok := factors[fuel]
		if !ok {
			f, quality = unknown, intensity.Estimated
		}
		energy += mwh
		grams += mwh * float64(f.of(q.Signal.Boundary))
	}
	if energy == 0 {
		return intensity.Point{}, false, nil
	}
	p, err := q.Point(name, detail, start, start.Add(time.Hour), grams/energy, quality)
	return p, err == nil, err
}

// sorted returns the sources in order, so that sums are the same each time.
func sorted(hour map[string]fetch.Number) []string {
	fuels := make([]string, 0, len(hour))
	for f := range hour {
		fuels = append(fuels, f)
	}
	slices.Sort(fuels)
	return fuels
}

// classify knows the codes of the gateway, which says 403 to a missing key and
// may say so to one that was used too often.
func classify(a fetch.Answer) error {
	var refusal struct {
		Error json.RawMessage `json:"error"`
	}
	if a.Status < 400 || json.Unmarshal(a.Body, &refusal) != nil {
		return fetch.Classify(a)
	}
	var said struct {
		Code string `json:"code"`
	}
	if json.Unmarshal(refusal.Error, &said) != nil {
		return fetch.Classify(a)
	}
	switch said.Code {
	case "API_KEY_MISSING", "API_KEY_INVALID", "API_KEY_DISABLED", "API_KEY_UNVERIFIED":
		return fetch.ErrAuth
	case "OVER_RATE_LIMIT":
		return &fetch.RateLimitedError{RetryAfter: fetch.RetryAfter(a.Header)}
	}
	return fetch.Classify(a)
}
