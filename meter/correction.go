package meter

import (
	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
)

// corrections are what the carbon that was booked would be more, or less, with
// the intensities known since: by step of the grid, and of those that are no
// longer kept together.
type corrections struct {
	first   int       // index of bySteps[0] since the start of the meter
	bySteps []float64 // g
	past    float64   // g, of steps before first
	sum     units.Carbon
}

// correct prices all steps again after the grid was fetched. What was booked
// stays: totals never fall, and the difference is a total of its own.
func (m *Meter) correct() {
	m.mu.Lock()
	steps := m.pricer.steps.view()
	m.mu.Unlock()
	c := m.corrections.next(steps, m.pricer.grid)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.corrections = c
}

// next returns the corrections of the steps, by what the grid knows now.
func (c corrections) next(steps stepLog, g Grid) corrections {
	out := corrections{first: steps.first, past: c.past, bySteps: make([]float64, 0, len(steps.closed))}
	for i, grams := range c.bySteps {
		if c.first+i < steps.first {
			out.past += grams
		}
	}
	p := pricer{grid: g, pue: 1} // steps are at the facility's meter already
	sum := out.past
	for i, s := range steps.closed {
		grams, known := p.correction(s)
		if j := steps.first + i - c.first; !known && j >= 0 && j < len(c.bySteps) {
			grams = c.bySteps[j] // of which nothing is known any more
		}
		out.bySteps = append(out.bySteps, grams)
		sum += grams
	}
	out.sum = units.Carbon(sum)
	return out
}

// correction is the carbon of a step as it is known now, less what was booked; 0
// if it has no price now.
func (p *pricer) correction(s Step) (grams float64, known bool) {
	known = true
	p.eachPoint(s.Start, s.End, func(at piece, point intensity.Point, err error) {
		known = known && err == nil
		grams += float64(point.Value.Of(s.Energy * units.FacilityEnergy(at.part)))
	})
	if !known {
		return 0, false
	}
	return grams - float64(s.Booked), true
}
