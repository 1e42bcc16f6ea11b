package intensity_test

import (
	"context"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/source"
)

// A cached is a station that is down, and remembers what it has been asked for.
type cached struct{ *station }

func (c cached) Range(ctx context.Context, zone string, from, to time.Time) (*intensity.Series, error) {
	s, err := c.station.Range(ctx, zone, from, to)
	if err == nil {
		err = errNetwork
	}
	if len(s.Points) == 0 {
		return nil, err
	}
	return s, err
}

// An undeclared is a station that does not say how late it is.
type undeclared struct{ *station }

func (u undeclared) Capabilities(zone string) (intensity.Capabilities, error) {
	c, err := u.station.Capabilities(zone)
	c.Lag = 0
	return c, err
}

// A seer is a station that also forecasts two hours from the running one on.
type seer struct{ *station }

func (s seer) Capabilities(zone string) (intensity.Capabilities, error) {
	c, err := s.station.Capabilities(zone)
	c.Forecast = true
	return c, err
}

func (s seer) Forecast(_ context.Context, zone string) (*intensity.Series, error) {
	series := &intensity.Series{}
	now := time.Now().UTC()
	for i := range 2 {
		start := now.Truncate(s.step).Add(time.Duration(i) * s.step)
		series.Points = append(series.Points, intensity.Point{
			Start: start, End: start.Add(s.step), Value: 777, Signal: s.signal, Quality: intensity.Forecast,
			Sigma: 0.1, Zone: zone, Origin: source.Origin{Name: s.name}, IssuedAt: now,
		})
	}
	return series, nil
}

// A dated is a station whose figures say when they were revised.
type dated struct {
	*station
	at time.Time
}

func (d *dated) Range(ctx context.Context, zone string, from, to time.Time) (*intensity.Series, error) {
	s, err := d.station.Range(ctx, zone, from, to)
	for i := range s.Points {
		s.Points[i].UpdatedAt = d.at
	}
	return s, err
}
