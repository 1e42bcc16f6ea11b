package rte

import (
	"context"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

// Bounds of the records of the portal's interface, version 2.1.
const (
	pageRows = 100
	maxRows  = 10_000
)

// instant is how a time stands in a condition.
const instant = "2006-01-02T15:04:05Z"

// pages reads the rows of [from, to), page by page in the order of time.
func (p *Provider) pages(ctx context.Context, q fetch.Query, d dataset, from, to time.Time) ([]intensity.Point, error) {
	where := "taux_co2 is not null and date_heure >= date'" + from.UTC().Format(instant) +
		"' and date_heure < date'" + to.UTC().Format(instant) + "'"
	var all page
	for offset := 0; offset+pageRows <= maxRows; {
		body, err := p.client.Ask(ctx, d.request(where, "date_heure", pageRows, offset))
		if err != nil {
			return all.soFar(q, d), err
		}
		next, err := decode(body)
		if err != nil {
			return all.soFar(q, d), err
		}
		all.Results = append(all.Results, next.Results...)
		offset += len(next.Results)
		if len(next.Results) == 0 || offset >= next.Total {
			points, err := all.points(q, d)
			if err == nil && offset < next.Total {
				err = fetch.Fail(fetch.ErrDecode, "%d rows of %d", offset, next.Total)
			}
			return points, noneIsFine(err)
		}
	}
	return all.soFar(q, d), fetch.Fail(fetch.ErrTooLarge, "more than %d rows", maxRows)
}

// soFar returns what can be told from the pages before an error.
func (p page) soFar(q fetch.Query, d dataset) []intensity.Point {
	points, err := p.points(q, d)
	if err != nil {
		return nil
	}
	return points
}

// noneIsFine lets a list without rows be one without points.
func noneIsFine(err error) error {
	if fetch.Code(err) == "no-data" {
		return nil
	}
	return err
}
