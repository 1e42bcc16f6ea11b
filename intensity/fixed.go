package intensity

import (
	"cmp"
	"time"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A Fixed is an intensity that the user gives, for all times: from a contract,
// a site's own meter or a report. Its points are static and say that they were
// given. It is safe for concurrent use.
type Fixed struct {
	Value  units.Intensity
	Signal Signal  // what Value is; AverageLifecycle(Consumption) for most contracts
	Name   string  // of the source, for the report; "" is "user"
	Sigma  float64 // relative standard uncertainty; 0: taken as exact
}

// At returns the value for the calendar year of t. The error is a
// [*PointError] if the value, the signal or Sigma is not valid.
func (f Fixed) At(t time.Time) (Point, error) {
	name := cmp.Or(f.Name, "user")
	year := t.UTC().Year()
	p := Point{
		Start:   newYear(year),
		End:     newYear(year + 1),
		Value:   f.Value,
		Signal:  f.Signal,
		Quality: Static,
		Sigma:   f.Sigma,
		Zone:    name,
		Origin:  source.Origin{Method: source.Estimated, Name: name, Detail: "given by the user", Sigma: f.Sigma},
	}
	if err := p.Valid(); err != nil {
		return Point{}, err
	}
	return p, nil
}
