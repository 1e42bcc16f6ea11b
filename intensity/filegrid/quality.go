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
	p.Sigma, p.Hourly = intensity.SigmaLive, hourly(p.Quality)
	p.Origin = source.Origin{
		Method: source.Estimated, Nature: p.Nature(), Name: name, Detail: detail,
		Sigma: math.Hypot(p.Sigma, p.Hourly),
	}
}

// hourly returns the relative standard uncertainty of a figure as a stand-in
// for one hour, as the live providers have it: 1.25 times a mean error of 4.4 %
// for an estimate, and of 9 % for a forecast or a model of a day.
func hourly(q intensity.Quality) float64 {
	switch q {
	case intensity.Measured:
		return 0
	case intensity.Estimated, intensity.Imputed:
		return 1.25 * 0.044
	case intensity.Static:
		return intensity.HourlyAnnual
	}
	return 1.25 * 0.09
}
