package otelsci

import (
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
)

// A grid is the series of the intensity in use.
type grid struct {
	is         identity
	value, age options
}

// identity is what the attributes of an intensity are made of.
type identity struct {
	signal       intensity.Signal
	quality      intensity.Quality
	zone, origin string
}

// observe observes the intensity in force. There is none where the meter would
// not use it.
func (g *grid) observe(o observer, s *meter.Snapshot) {
	p := &s.Intensity
	if p.Signal == (intensity.Signal{}) || p.Valid() != nil {
		return
	}
	if s.Signal != (intensity.Signal{}) && s.Signal != p.Signal {
		return
	}
	if is := (identity{p.Signal, p.Quality, p.Zone, p.Origin.Name}); is != g.is || g.value == nil {
		g.is = is
		g.value = with(kindKey.String(p.Signal.Kind.String()), signalKey.String(p.Signal.String()),
			gridKey.String(p.Zone), natureAttr(p.Nature()), sourceKey.String(p.Origin.Name))
		g.age = with(sourceKey.String(p.Origin.Name))
	}
	o.see(intensityNow, float64(p.Value), g.value)
	if t, ok := made(p); ok {
		o.see(intensityAge, max(0, s.At.Sub(t).Seconds()), g.age)
	}
}

// made returns when an intensity was made; false where that means nothing, as
// of the average of a year.
func made(p *intensity.Point) (time.Time, bool) {
	switch {
	case !p.Known.IsZero(): // of what goes on from an earlier figure
		return p.Known, true
	case !p.IssuedAt.IsZero():
		return p.IssuedAt, true
	case !p.UpdatedAt.IsZero():
		return p.UpdatedAt, true
	case p.Quality == intensity.Static:
		return time.Time{}, false
	}
	return p.Start, true
}
