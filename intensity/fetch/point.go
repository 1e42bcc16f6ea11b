package fetch

import (
	"math"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/source"
)

// Relative standard uncertainties of figures that are not measured, as stand-ins
// for one hour.
const (
	// sigmaEstimated is that of a first estimate of a source: not known, taken as
	// that of a value held for an hour or two, 1.25 times a mean error of 4.4 %.
	sigmaEstimated = 1.25 * 0.044

	// sigmaDay and sigmaLater are those of a forecast for the first 24 hours and
	// beyond: 1.25 times mean errors of 9 % and 14 %, the middle of what published
	// and own models reach.
	sigmaDay   = 1.25 * 0.09
	sigmaLater = 1.25 * 0.14
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
		Sigma: intensity.SigmaLive, Hourly: hourly(quality, time.Until(start)),
		Origin: source.Origin{Method: source.Estimated, Name: provider, Detail: detail},
	}
	p.Origin.Nature = p.Nature()
	p.Origin.Sigma = math.Hypot(p.Sigma, p.Hourly)
	if err := p.Valid(); err != nil {
		return intensity.Point{}, Fail(ErrDecode, "%v", err)
	}
	return p, nil
}

func hourly(q intensity.Quality, ahead time.Duration) float64 {
	switch q {
	case intensity.Measured:
		return 0
	case intensity.Estimated, intensity.Imputed:
		return sigmaEstimated
	case intensity.Static:
		return intensity.HourlyAnnual
	}
	if ahead > day {
		return sigmaLater
	}
	return sigmaDay
}
