package energidata

import (
	"slices"
	"strings"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

const detail = "Energinet, Energi Data Service, CC BY 4.0"

// An answer is a page of a data set.
type answer struct {
	Total   int      `json:"total"`
	Limit   int      `json:"limit"`
	Dataset string   `json:"dataset"`
	Records []record `json:"records"`
}

// A record is five minutes of one price area. The time in UTC has no offset;
// the one in Danish time, which comes twice in autumn, is not read.
type record struct {
	Start string   `json:"Minutes5UTC"`
	Area  string   `json:"PriceArea"`
	Value *float64 `json:"CO2Emission"`
}

// decode reads a page and refuses that of another data set: a forecast is no
// figure of the past.
func decode(body []byte, set string) (answer, error) {
	var a answer
	if err := fetch.DecodeJSON(body, &a); err != nil {
		return answer{}, err
	}
	if a.Records == nil {
		return answer{}, fetch.Fail(fetch.ErrDecode, "an answer without the field records")
	}
	if a.Dataset != "" && !strings.EqualFold(a.Dataset, set) {
		return answer{}, fetch.Fail(fetch.ErrDecode, "asked for the data set %s, got %.40q", set, a.Dataset)
	}
	return a, nil
}

// points returns the records of the area of q in the order of time; the other
// area may stand between them. None with a figure is fetch.ErrNoData, and
// records of other areas alone fetch.ErrZoneMismatch.
func (a answer) points(q fetch.Query, quality intensity.Quality) ([]intensity.Point, error) {
	now := time.Now().UTC().Truncate(time.Second)
	var points []intensity.Point
	var elsewhere error
	ours := 0
	for _, r := range a.Records {
		if err := fetch.SameZone(q.Zone, r.Area); err != nil {
			elsewhere = err
			continue
		}
		ours++
		start, err := r.start()
		if err != nil {
			return nil, err
		}
		if r.Value == nil {
			continue
		}
		p, err := q.Point(name, detail, start, start.Add(step), *r.Value, quality)
		if err != nil {
			return nil, err
		}
		if quality == intensity.Forecast && p.End.After(now) {
			p.IssuedAt = now // the service does not say
		}
		points = append(points, p)
	}
	if ours == 0 && elsewhere != nil {
		return nil, elsewhere
	}
	if len(points) == 0 {
		return nil, fetch.ErrNoData
	}
	slices.SortFunc(points, func(a, b intensity.Point) int { return a.Start.Compare(b.Start) })
	return points, nil
}

func (r record) start() (time.Time, error) {
	t, err := fetch.Instant(r.Start, "2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02T15:04:05Z")
	if err == nil && !t.Truncate(step).Equal(t) {
		err = fetch.Fail(fetch.ErrDecode, "%s starts no five minutes", r.Start)
	}
	return t, err
}
