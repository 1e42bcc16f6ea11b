package energidata

import (
	"context"
	"net/url"
	"strconv"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

const (
	pageRows = 5000 // below half a megabyte
	maxPages = 100

	// slack is asked for behind the end. Times of a request are Danish unless the
	// service heeds timezone=UTC, so that an answer could end two hours early.
	slack = 2 * time.Hour

	// minute is how the service takes times.
	minute = "2006-01-02T15:04"
)

// values are what all requests say.
func values(area, sort string, limit int) url.Values {
	return url.Values{
		"columns":  {"Minutes5UTC,PriceArea,CO2Emission"},
		"filter":   {`{"PriceArea":["` + area + `"]}`},
		"sort":     {sort},
		"limit":    {strconv.Itoa(limit)},
		"timezone": {"UTC"},
	}
}

// newest asks for the last hour that there is.
func newest(area string) fetch.Request {
	return fetch.Request{Path: "/dataset/" + past, Query: values(area, "Minutes5UTC desc", 12)}
}

// pages reads [from, to), page by page in the order of time. The points of
// pages before an error come with it.
func (p *Provider) pages(ctx context.Context, q fetch.Query, set string, quality intensity.Quality, from, to time.Time) ([]intensity.Point, error) {
	v := values(q.Zone, "Minutes5UTC asc", pageRows)
	v.Set("start", from.UTC().Format(minute))
	v.Set("end", to.Add(slack).UTC().Format(minute))
	var points []intensity.Point
	offset := 0
	for range maxPages {
		v.Set("offset", strconv.Itoa(offset))
		body, err := p.client.Ask(ctx, fetch.Request{Path: "/dataset/" + set, Query: v})
		if err != nil {
			return points, err
		}
		page, err := decode(body, set)
		if err != nil {
			return points, err
		}
		offset += len(page.Records)
		more, err := page.points(q, quality)
		points = append(points, more...)
		if fetch.Code(err) == "no-data" && offset > 0 && len(page.Records) == 0 {
			return points, nil // the end, on the edge of a page
		}
		if err != nil || page.last(offset) {
			return points, err
		}
	}
	return points, fetch.Fail(fetch.ErrTooLarge, "more than %d pages", maxPages)
}

// last reports whether nothing follows the page that ends at the offset. A page
// that is full may be followed by one whatever total says, and one that is not
// may have been cut by the service.
func (a answer) last(offset int) bool {
	n := len(a.Records)
	return n == 0 || n < pageRows && n != a.Limit && offset >= a.Total
}
