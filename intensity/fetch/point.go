package fetch

import (
	"math"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/source"
)

// Point returns a point of the query's signal and zone with the uncertainty
// that goes with its quality. The detail says what the figure is, in few words,
// such as the licence it is under; provider is the Name of the service. Set
// UpdatedAt and IssuedAt where the service tells them. The error is that of
// [Value], or [ErrDecode] for an interval that is empty.
func (q Query) Point(provider, detail string, start, end time.Time, value float64, quality intensity.Quality) (intensity.Point, error) {
	v, err := Value(value)
	if err != nil {
		return intensity.Point{}, err
	}
	p := intensity.Point{
		Start: start.UTC(), End: end.UTC(), Value: v, Signal: q.Signal, Quality: quality, Zone: q.Zone,
		Origin: source.Origin{Method: source.Estimated, Name: provider, Detail: detail},
	}
	p.Sigma, p.Hourly = intensity.SigmaOf(quality, time.Until(start))
	p.Origin.Nature = p.Nature()
	p.Origin.Sigma = math.Hypot(p.Sigma, p.Hourly)
	if err := p.Valid(); err != nil {
		return intensity.Point{}, Fail(ErrDecode, "%v", err)
	}
	return p, nil
}
