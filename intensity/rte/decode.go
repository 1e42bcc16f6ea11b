package rte

import (
	"slices"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

const detail = "RTE éCO2mix, Licence Ouverte 2.0"

// A page is an answer of the records of a list. Numbers may be strings, and
// quarters of an hour that are still to come are there without a figure.
type page struct {
	Total   int   `json:"total_count"`
	Results []row `json:"results"`
}

type row struct {
	Figure fetch.Number `json:"taux_co2"`
	Start  string       `json:"date_heure"` // with an offset, which may be that of Paris
}

// decode reads a page. One that is not of the records is fetch.ErrDecode.
func decode(body []byte) (page, error) {
	var p page
	if err := fetch.DecodeJSON(body, &p); err != nil {
		return page{}, err
	}
	if p.Results == nil {
		return page{}, fetch.Fail(fetch.ErrDecode, "an answer without the field results")
	}
	return p, nil
}

// points returns the rows that have a figure, in the order of time. None at all
// is fetch.ErrNoData.
func (p page) points(q fetch.Query, d dataset) ([]intensity.Point, error) {
	var rows []row
	var starts []time.Time
	for _, r := range p.Results {
		start, err := fetch.Instant(r.Start, time.RFC3339)
		if err != nil {
			return nil, err
		}
		if r.Figure.Known {
			rows, starts = append(rows, r), append(starts, start)
		}
	}
	if len(rows) == 0 {
		return nil, fetch.ErrNoData
	}
	step, err := d.stepOf(starts)
	if err != nil {
		return nil, err
	}
	var points []intensity.Point
	for i, r := range rows {
		point, err := q.Point(name, detail, starts[i], starts[i].Add(step), r.Figure.Value, d.quality)
		if err != nil {
			return nil, err
		}
		points = append(points, point)
	}
	slices.SortFunc(points, func(a, b intensity.Point) int { return a.Start.Compare(b.Start) })
	return points, nil
}

// stepOf returns the length of the rows that start then: a quarter of an hour,
// or half of one where no two lie closer.
func (d dataset) stepOf(starts []time.Time) (time.Duration, error) {
	sorted := slices.SortedFunc(slices.Values(starts), time.Time.Compare)
	step := d.step
	for i, s := range sorted {
		if !s.Truncate(quarter).Equal(s) {
			return 0, fetch.Fail(fetch.ErrDecode, "%s starts no quarter of an hour", s.Format(time.RFC3339))
		}
		if i > 0 && s.Sub(sorted[i-1]) == quarter {
			step = quarter
		}
	}
	return step, nil
}
