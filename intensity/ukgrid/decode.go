package ukgrid

import (
	"bytes"
	"encoding/json"
	"strconv"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

const detail = "NESO Carbon Intensity API, CC BY 4.0"

// A row is one half hour.
type row struct {
	From      string `json:"from"`
	To        string `json:"to"`
	Intensity *struct {
		Forecast *float64 `json:"forecast"`
		Actual   *float64 `json:"actual"` // null until it is metered; regions have none
	} `json:"intensity"`
}

// A region is the half hours of one place.
type region struct {
	ID       int    `json:"regionid"`
	Postcode string `json:"postcode"`
	Data     []row  `json:"data"`
}

// decode reads the points of an answer for z. One without figures is
// fetch.ErrNoData.
func decode(body []byte, z zone) ([]intensity.Point, error) {
	var answer struct {
		Data json.RawMessage `json:"data"`
	}
	if err := fetch.DecodeJSON(body, &answer); err != nil {
		return nil, err
	}
	if len(answer.Data) == 0 || string(answer.Data) == "null" {
		return nil, fetch.ErrNoData
	}
	rows, err := z.rows(answer.Data)
	if err != nil {
		return nil, err
	}
	var points []intensity.Point
	for _, r := range rows {
		p, ok, err := r.point(z)
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

// rows finds the half hours: the list itself for the nation, within a list of
// one region for the running half hour of a place, and within a region alone
// for a range of it.
func (z zone) rows(data json.RawMessage) ([]row, error) {
	if z.national() {
		var rows []row
		return rows, fetch.DecodeJSON(data, &rows)
	}
	regions := make([]region, 1)
	var err error
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("[")) {
		err = fetch.DecodeJSON(data, &regions)
	} else {
		err = fetch.DecodeJSON(data, &regions[0])
	}
	if err != nil || len(regions) == 0 {
		return nil, err
	}
	if len(regions) > 1 {
		return nil, fetch.Fail(fetch.ErrDecode, "%d regions where one was asked for", len(regions))
	}
	return regions[0].Data, z.check(regions[0])
}

// check refuses the answer for another place.
func (z zone) check(r region) error {
	if z.region != 0 {
		return fetch.SameZone(z.id, strconv.Itoa(r.ID))
	}
	return fetch.SameZone(z.postcode, r.Postcode)
}

// point returns the figure of r, measured if there is one, else forecast; false
// if there is neither.
func (r row) point(z zone) (intensity.Point, bool, error) {
	start, err := fetch.Instant(r.From, minute)
	if err != nil {
		return intensity.Point{}, false, err
	}
	end, err := fetch.Instant(r.To, minute)
	if err != nil {
		return intensity.Point{}, false, err
	}
	if end.Sub(start) != halfHour {
		return intensity.Point{}, false, fetch.Fail(fetch.ErrDecode, "%s to %s is no half hour", r.From, r.To)
	}
	switch {
	case r.Intensity == nil:
		return intensity.Point{}, false, fetch.Fail(fetch.ErrDecode, "a half hour without the field intensity")
	case r.Intensity.Actual != nil:
		p, err := z.query().Point(name, detail, start, end, *r.Intensity.Actual, intensity.Measured)
		return p, err == nil, err
	case r.Intensity.Forecast == nil:
		return intensity.Point{}, false, nil
	}
	p, err := z.query().Point(name, detail, start, end, *r.Intensity.Forecast, intensity.Forecast)
	if now := time.Now().UTC().Truncate(time.Second); end.After(now) {
		p.IssuedAt = now // of the past it is not known
	}
	return p, err == nil, err
}
