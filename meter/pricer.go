package meter

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
)

// ErrNoIntensity reports energy without a carbon intensity: no grid was named,
// or the one that was did not know a part of the time.
var ErrNoIntensity = errors.New(`meter: no carbon intensity for all of the energy; name a grid, as in meter.WithGrid(intensity.Country("FR")), or price it later with Usage.Reprice`)

// gridRoom bounds how many sources of intensities are told apart.
const gridRoom = 32

// A Priced is the part of the operational carbon that was booked with the
// intensities of one source: what stood in for another is told here.
type Priced struct {
	Origin    string // such as "ember-2024" or "ukgrid/hold"
	Zone      string
	Signal    intensity.Signal
	InPlaceOf intensity.Signal // the one that was wanted; zero: Signal
	Quality   intensity.Quality
	Energy    units.FacilityEnergy
	Carbon    units.Carbon
}

// of reports whether point is of the same source as p.
func (p *Priced) of(point *intensity.Point) bool {
	return p.Zone == point.Zone && p.Signal == point.Signal && p.Quality == point.Quality && p.Origin == point.Origin.Name
}

// A gridTotal is what was booked with the intensities of one source, and what
// is uncertain of it: those of one zone and signal are one input, so that their
// errors add up.
type gridTotal struct {
	Priced
	steady float64 // Σ grams × Sigma
	hourly float64 // Σ grams × Hourly, which shrinks with the window
}

// gridsSince returns what was booked after before; what was not is left out.
func gridsSince(after, before []gridTotal) []gridTotal {
	var grids []gridTotal
	for i, g := range after {
		if i < len(before) {
			g.Carbon -= before[i].Carbon
			g.Energy -= before[i].Energy
			g.steady -= before[i].steady
			g.hourly -= before[i].hourly
		}
		if g.Carbon > 0 || g.Energy > 0 {
			grids = append(grids, g)
		}
	}
	return grids
}

// priced returns what was booked with grids.
func priced(grids []gridTotal) []Priced {
	all := make([]Priced, 0, len(grids))
	for _, g := range grids {
		all = append(all, g.Priced)
	}
	return all
}

// addPriced returns what was booked in two windows.
func addPriced(a, b []Priced) []Priced {
	sum := slices.Clone(a)
	for _, p := range b {
		i := slices.IndexFunc(sum, func(s Priced) bool {
			s.Energy, s.Carbon = p.Energy, p.Carbon
			return s == p
		})
		if i < 0 {
			sum = append(sum, p)
			continue
		}
		sum[i].Energy += p.Energy
		sum[i].Carbon += p.Carbon
	}
	return sum
}

// worst returns the worst quality of an intensity that has a part in grids.
func worst(grids []gridTotal) intensity.Quality {
	var w intensity.Quality
	for _, g := range grids {
		w = max(w, g.Quality)
	}
	return w
}

// A pricer books the carbon of energy with the intensity known now.
type pricer struct {
	grid   Grid // nil: none was named
	pue    units.PUE
	signal intensity.Signal // of all that was booked
	err    error            // why the energy that was booked last has no price

	steps stepLog
	grids []gridTotal

	unpricedStatic, unpricedDynamic uint64 // µJ at the IT equipment
	leftStatic, leftDynamic         residue
}

// book books uj that the IT equipment used between from and to at even power,
// static of it whether or not anything ran, and returns the grams of one
// microjoule of it.
func (p *pricer) book(from, to time.Time, uj, static uint64) float64 {
	if uj == 0 {
		return 0
	}
	grams, unpriced := 0.0, 0.0
	p.eachPoint(from, to, func(at piece, point intensity.Point, err error) {
		energy := p.pue.Of(units.Energy(at.part * float64(uj) / 1e6))
		carbon := point.Value.Of(energy)
		p.steps.add(Step{at.from, at.to, energy, carbon, at.cell})
		if err != nil {
			unpriced += at.part
			return
		}
		p.credit(energy, carbon, &point)
		grams += float64(carbon)
	})
	p.unpricedStatic += p.leftStatic.floor(float64(static)*unpriced, static)
	p.unpricedDynamic += p.leftDynamic.floor(float64(uj-static)*unpriced, uj-static)
	return grams / float64(uj)
}

// A piece is a part of a stretch of time, within one cell.
type piece struct {
	from, to, cell time.Time
	part           float64 // of the stretch
}

// eachPoint cuts the time between from and to where the intensity changes, and
// at each stepWidth, and calls f for each piece.
func (p *pricer) eachPoint(from, to time.Time, f func(at piece, point intensity.Point, err error)) {
	total := to.Sub(from)
	for t, n := from, 0; ; n++ {
		point, err := p.at(t)
		cell := t.Truncate(stepWidth)
		end := cell.Add(stepWidth)
		if point.End.After(t) && point.End.Before(end) {
			end = point.End
		}
		if end.After(to) || n > manyPieces {
			end = to
		}
		part := 1.0
		if total > 0 {
			part = float64(end.Sub(t)) / float64(total)
		}
		f(piece{t, end, latest(cell, point.Start), part}, point, err)
		if t = end; !t.Before(to) {
			return
		}
	}
}

// manyPieces bounds the work for a stretch of time, at a hundred thousand
// pieces: a year of steps. What is beyond has the intensity of where it begins.
const manyPieces = 100_000

// highest is above any intensity: 1,000 t/kWh. It keeps sums finite.
const highest = 1e9

// at returns the point in force at t. The error says why there is none that
// may be used; the point is then as long as that holds, as far as is known.
func (p *pricer) at(t time.Time) (intensity.Point, error) {
	if p.grid == nil {
		return intensity.Point{}, ErrNoIntensity
	}
	point, err := p.grid.At(t)
	if gap, ok := errors.AsType[*intensity.GapError](err); ok {
		point = intensity.Point{Start: gap.From, End: gap.To}
	}
	if err == nil {
		err = p.refuse(point, t)
	}
	if err != nil {
		p.err = err
		return intensity.Point{Start: point.Start, End: point.End}, err
	}
	p.signal, p.err = wanted(point), nil
	return point, nil
}

// refuse says why a point cannot be used at t.
func (p *pricer) refuse(point intensity.Point, t time.Time) error {
	if err := point.Valid(); err != nil {
		return err
	}
	switch {
	case !point.Contains(t):
		return fmt.Errorf("%w for %s: the grid answers with a point of another time, %s to %s", intensity.ErrGap,
			t.UTC().Format(time.RFC3339), point.Start.UTC().Format(time.RFC3339), point.End.UTC().Format(time.RFC3339))
	case point.Value > highest || point.Sigma > highest || point.Hourly > highest:
		return fmt.Errorf("%w: %v g/kWh of zone %q", intensity.ErrValue, float64(point.Value), point.Zone)
	case p.signal != (intensity.Signal{}) && wanted(point) != p.signal:
		return fmt.Errorf("%w: %v after %v", intensity.ErrSignal, wanted(point), p.signal)
	}
	return nil
}

// wanted is the signal that a point has, or stands in for.
func wanted(p intensity.Point) intensity.Signal {
	if p.InPlaceOf != (intensity.Signal{}) {
		return p.InPlaceOf
	}
	return p.Signal
}

// credit notes with what energy was priced.
func (p *pricer) credit(energy units.FacilityEnergy, carbon units.Carbon, point *intensity.Point) {
	if energy <= 0 {
		return
	}
	i := slices.IndexFunc(p.grids, func(g gridTotal) bool { return g.of(point) })
	if i < 0 && len(p.grids) < gridRoom {
		i = len(p.grids)
		p.grids = append(p.grids, gridTotal{Priced: Priced{
			Origin: point.Origin.Name, Zone: point.Zone, Signal: point.Signal, InPlaceOf: point.InPlaceOf,
		}})
	}
	if i < 0 { // if there are too many to tell apart, errors add up with those of the last
		i = len(p.grids) - 1
	}
	g := &p.grids[i]
	g.Quality = max(g.Quality, point.Quality)
	g.Energy += energy
	g.Carbon += carbon
	g.steady += float64(carbon) * point.Sigma
	g.hourly += float64(carbon) * point.Hourly
}
