package ember

import (
	"math"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
)

const detail = "annual average; Ember, CC BY 4.0"

// A row is the figure of one year.
type row struct {
	Entity    string   `json:"entity"`
	Code      string   `json:"entity_code"` // null for groups
	Aggregate bool     `json:"is_aggregate_entity"`
	Date      string   `json:"date"`
	Value     *float64 `json:"emissions_intensity_gco2_per_kwh"` // null: not known
}

// decode reads the years of z. Rows about others are left out, and if there is
// nothing else the answer is about another zone.
func decode(body []byte, z zone) ([]intensity.Point, error) {
	var answer struct {
		Data []row `json:"data"`
	}
	if err := fetch.DecodeJSON(body, &answer); err != nil {
		return nil, err
	}
	var points []intensity.Point
	found := false
	for _, r := range answer.Data {
		if !z.is(r) {
			continue
		}
		found = true
		if r.Value == nil || *r.Value == 0 {
			continue // series of zeros were published for places without figures
		}
		p, err := r.point(z)
		if err != nil {
			return nil, err
		}
		points = append(points, p)
	}
	switch {
	case !found && len(answer.Data) > 0:
		return nil, fetch.SameZone(z.id(), answer.Data[0].Code+" "+answer.Data[0].Entity)
	case len(points) == 0:
		return nil, fetch.ErrNoData
	}
	return points, nil
}

// point returns the figure of r for its calendar year in UTC.
func (r row) point(z zone) (intensity.Point, error) {
	start, err := fetch.Instant(r.Date, "2006")
	if err != nil {
		return intensity.Point{}, err
	}
	p, err := z.query().Point(name, detail+", vintage "+r.Date, start, start.AddDate(1, 0, 0), *r.Value, intensity.Static)
	if err != nil {
		return intensity.Point{}, err
	}
	if p.Value > maxAnnual {
		return intensity.Point{}, fetch.Fail(fetch.ErrDecode, "%v gCO2e/kWh is no mean of a year", *r.Value)
	}
	p.Sigma = 0
	if r.Aggregate {
		p.Sigma = spread()
	}
	p.Origin.Sigma = math.Hypot(p.Sigma, p.Hourly)
	return p, nil
}

// spread is the relative standard uncertainty of the average of a group as a
// stand-in for a place in it: that of the world, as the embedded table has it,
// which is the widest.
func spread() float64 {
	p, err := intensity.World().At(time.Date(2024, 7, 1, 0, 0, 0, 0, time.UTC))
	if err != nil {
		return 1
	}
	return p.Sigma
}
