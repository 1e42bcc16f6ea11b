package intensity

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// jsonPoint is a Point in JSON. Keys say the unit; a sigma is a relative
// standard uncertainty.
type jsonPoint struct {
	Start     time.Time       `json:"start"`
	End       time.Time       `json:"end"`
	Value     units.Intensity `json:"intensity_gco2e_per_kwh"`
	Signal    Signal          `json:"signal"`
	InPlaceOf Signal          `json:"in_place_of,omitzero"`
	Quality   Quality         `json:"quality"`
	Sigma     float64         `json:"relative_sigma"`
	Hourly    float64         `json:"relative_sigma_of_one_hour"`
	Zone      string          `json:"zone"`
	Origin    jsonOrigin      `json:"origin"`
	UpdatedAt time.Time       `json:"updated_at,omitzero"`
	IssuedAt  time.Time       `json:"issued_at,omitzero"`
	Known     time.Time       `json:"known_until,omitzero"`
}

type jsonOrigin struct {
	Method string  `json:"method,omitempty"`
	Nature string  `json:"nature,omitempty"`
	Name   string  `json:"name"`
	Detail string  `json:"detail,omitempty"`
	Sigma  float64 `json:"relative_sigma,omitempty"`
}

// MarshalJSON returns the point with units in its keys. The error is that of
// Valid, or of a time beyond the year 9999.
func (p Point) MarshalJSON() ([]byte, error) {
	if err := p.Valid(); err != nil {
		return nil, err
	}
	j := jsonPoint{
		Start: p.Start.UTC(), End: p.End.UTC(), Value: p.Value, Signal: p.Signal, InPlaceOf: p.InPlaceOf, Quality: p.Quality,
		Sigma: p.Sigma, Hourly: p.Hourly, Zone: p.Zone,
		Origin:    jsonOrigin{Name: p.Origin.Name, Detail: p.Origin.Detail, Sigma: p.Origin.Sigma},
		UpdatedAt: p.UpdatedAt.UTC(), IssuedAt: p.IssuedAt.UTC(), Known: p.Known.UTC(),
	}
	if m := p.Origin.Method; m != 0 {
		j.Origin.Method = m.String()
	}
	if n := p.Origin.Nature; n != 0 {
		j.Origin.Nature = n.String()
	}
	return json.Marshal(j)
}

// UnmarshalJSON accepts what MarshalJSON makes. The point is valid if there is
// no error.
func (p *Point) UnmarshalJSON(b []byte) error {
	var j jsonPoint
	if err := json.Unmarshal(b, &j); err != nil {
		return fmt.Errorf("intensity: read point: %w", err)
	}
	q := Point{
		Start: j.Start.UTC(), End: j.End.UTC(), Value: j.Value, Signal: j.Signal, InPlaceOf: j.InPlaceOf, Quality: j.Quality,
		Sigma: j.Sigma, Hourly: j.Hourly, Zone: j.Zone,
		Origin:    source.Origin{Name: j.Origin.Name, Detail: j.Origin.Detail, Sigma: j.Origin.Sigma},
		UpdatedAt: j.UpdatedAt.UTC(), IssuedAt: j.IssuedAt.UTC(), Known: j.Known.UTC(),
	}
	if err := j.Origin.words(&q.Origin); err != nil {
		return err
	}
	if err := q.Valid(); err != nil {
		return err
	}
	*p = q
	return nil
}

// words reads method and nature; none is the zero value.
func (j jsonOrigin) words(o *source.Origin) error {
	for m := source.Counted; m <= source.Estimated; m++ {
		if j.Method == m.String() {
			o.Method = m
		}
	}
	for n := source.NatureMeasured; n <= source.NatureForecast; n++ {
		if j.Nature == n.String() {
			o.Nature = n
		}
	}
	if o.Method == 0 && j.Method != "" || o.Nature == 0 && j.Nature != "" {
		return fmt.Errorf("intensity: read origin: method %.40q, nature %.40q: no such words", j.Method, j.Nature)
	}
	return nil
}

// UnmarshalJSON reads {"points": […]} and normalises the series.
func (s *Series) UnmarshalJSON(b []byte) error {
	var j struct {
		Points []Point `json:"points"`
	}
	if err := json.Unmarshal(b, &j); err != nil {
		return fmt.Errorf("intensity: read series: %w", err)
	}
	read := Series{Points: j.Points}
	if err := read.Normalise(); err != nil {
		return err
	}
	*s = read
	return nil
}
