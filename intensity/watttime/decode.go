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
	var issued time.Time
	if answer.Meta.Generated != "" {
		var err error
		if issued, err = fetch.Instant(answer.Meta.Generated, time.RFC3339); err != nil {
			return nil, err
		}
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

// point makes a figure of a row. No rate of this service is metered; it comes
// out of a model of the grid.
func (r row) point(q fetch.Query, m meta, issued time.Time) (intensity.Point, error) {
	start, err := fetch.Instant(r.Time, time.RFC3339)
	if err != nil {
		return intensity.Point{}, err
	}
	if r.Value == nil {
		return intensity.Point{}, fetch.Fail(fetch.ErrDecode, "no value")
	}
	quality := intensity.Estimated
	switch {
	case !issued.IsZero() && start.After(issued):
		quality = intensity.Forecast
	case r.Imputed != nil && *r.Imputed:
		quality = intensity.Imputed
	}
	grams := *r.Value * float64(intensity.PoundPerMWh)
	p, err := q.Point(name, m.detail(), start, start.Add(time.Duration(m.Period)*time.Second), grams, quality)
	if err != nil {
		return intensity.Point{}, err
	}
	if quality == intensity.Forecast {
		p.IssuedAt = issued
	} else if !issued.IsZero() {
		p.UpdatedAt = issued
	}
	if r.Updated != "" {
		p.UpdatedAt, err = fetch.Instant(r.Updated, time.RFC3339)
	}
	return p, err
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
