package watttime

import (
	"slices"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

// poundsPerMWh is the unit of an intensity, as the service writes it. Another
// one is that of something else, such as "percentile".
const poundsPerMWh = "lbs_co2_per_mwh"

// A row is one point. The marker is there if asked for.
type row struct {
	Time    string   `json:"point_time"` // the start, with an offset
	Value   *float64 `json:"value"`
	Imputed *bool    `json:"imputed_data_used"`
	Updated string   `json:"last_updated"`
}

// A meta is what the points of an answer have in common.
type meta struct {
	Period int    `json:"data_point_period_seconds"`
	Region string `json:"region"`
	Kind   string `json:"signal_type"`
	Units  string `json:"units"`
	Model  struct {
		Date string `json:"date"`
	} `json:"model"`
	Generated string `json:"generated_at"` // of a forecast
}

// decode reads the points of an answer of that signal type.
func decode(body []byte, q fetch.Query, kind string) ([]intensity.Point, error) {
	var answer struct {
		Data []row `json:"data"`
		Meta *meta `json:"meta"`
	}
	if err := fetch.DecodeJSON(body, &answer); err != nil {
		return nil, err
	}
	if answer.Meta == nil {
		return nil, fetch.Fail(fetch.ErrDecode, "no field meta, which says the unit")
	}
	if err := answer.Meta.check(q, kind); err != nil {
		return nil, err
	}
	issued, err := answer.Meta.issued()
	if err != nil {
		return nil, err
	}
	var points []intensity.Point
	for _, r := range answer.Data {
		if r.Value == nil && r.Time != "" {
			continue
		}
		p, err := r.point(q, *answer.Meta, issued)
		if err != nil {
			return nil, err
		}
		points = append(points, p)
	}
	if len(points) == 0 {
		return nil, fetch.ErrNoData
	}
	return points, nil
}

// check refuses what is no intensity, and that of something else.
func (m meta) check(q fetch.Query, kind string) error {
	switch {
	case m.Units != poundsPerMWh:
		return fetch.Fail(fetch.ErrDecode, "unit %.20q is not that of an intensity, %s", m.Units, poundsPerMWh)
	case m.Kind != kind:
		return fetch.Fail(fetch.ErrDecode, "signal type %.20q, asked for %s", m.Kind, kind)
	case m.Period < 60 || m.Period > 3600 || 3600%m.Period != 0:
		return fetch.Fail(fetch.ErrDecode, "points of %d seconds", m.Period)
	case q.Vintage != "" && m.Model.Date != q.Vintage:
		return fetch.Fail(fetch.ErrDecode, "model %.20q, asked for %.20q", m.Model.Date, q.Vintage)
	}
	return fetch.SameZone(q.Zone, m.Region)
}

// issued returns when the figures were made; zero if the answer does not say.
func (m meta) issued() (time.Time, error) {
	if m.Generated == "" {
		return time.Time{}, nil
	}
	return fetch.Instant(m.Generated, time.RFC3339)
}

// point makes a figure of a row. No rate of this service is metered; it comes
// out of a model of the grid.
func (r row) point(q fetch.Query, m meta, issued time.Time) (intensity.Point, error) {
	start, err := fetch.Instant(r.Time, time.RFC3339)
	if err != nil {
		return intensity.Point{}, err
	}
	period := time.Duration(m.Period) * time.Second
	if !start.Equal(start.Truncate(min(period, step))) {
		return intensity.Point{}, fetch.Fail(fetch.ErrDecode, "%.40s starts no step of the service", r.Time)
	}
	if r.Value == nil {
		return intensity.Point{}, fetch.Fail(fetch.ErrDecode, "no value")
	}
	known := issued // what lies after it is ahead
	if known.IsZero() {
		known = time.Now().UTC()
	}
	grams := *r.Value * float64(intensity.PoundPerMWh)
	p, err := q.Point(name, m.detail(), start, start.Add(period), grams, r.quality(start.After(known)))
	if err != nil {
		return intensity.Point{}, err
	}
	if p.Quality == intensity.Forecast {
		p.IssuedAt = known
	} else {
		p.UpdatedAt = issued
	}
	if r.Updated != "" {
		p.UpdatedAt, err = fetch.Instant(r.Updated, time.RFC3339)
	}
	return p, err
}

func (r row) quality(ahead bool) intensity.Quality {
	switch {
	case ahead:
		return intensity.Forecast
	case r.Imputed != nil && *r.Imputed:
		return intensity.Imputed
	}
	return intensity.Estimated
}

func (m meta) detail() string {
	s := m.Kind + " of WattTime, under contract"
	if _, err := time.Parse(time.DateOnly, m.Model.Date); err == nil {
		s += ", model " + m.Model.Date
	}
	return s
}

// first returns the earliest of the points.
func first(points []intensity.Point) []intensity.Point {
	earliest := slices.MinFunc(points, func(a, b intensity.Point) int { return a.Start.Compare(b.Start) })
	return []intensity.Point{earliest}
}
