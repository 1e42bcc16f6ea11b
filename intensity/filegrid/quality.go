package filegrid

import (
	"cmp"
	"math"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/source"
)

// nature says how a figure came about, and how far off it may be.
func (c *Config) nature(p *intensity.Point, said intensity.Quality, detail string, now time.Time) {
	p.Quality = cmp.Or(said, c.Quality)
	if p.Quality == 0 {
		p.Quality = intensity.Estimated
		if p.Start.After(now) {
			p.Quality = intensity.Forecast
		}
	}
	p.Sigma, p.Hourly = intensity.SigmaOf(p.Quality, p.Start.Sub(now))
	p.Origin = source.Origin{
		Method: source.Estimated, Nature: p.Nature(), Name: name, Detail: detail,
		Sigma: math.Hypot(p.Sigma, p.Hourly),
	}
}
