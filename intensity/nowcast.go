package intensity

import (
	"math"
	"time"
)

// How a chain uses its model. All are choices of ours.
const (
	calibratedFor = 24 * time.Hour // one calibration, the costly part
	calibrateOn   = 1.5            // or until there are so many times the figures
	gapRoom       = 8              // gaps of the past that are modelled at once, the newest
)

// A nowcaster models what a link has not measured.
type nowcaster struct {
	model      *Calibrated // nil: too short a past
	calibrated time.Time
	figures    int // on which

	// guesses are of gaps of the past. They stay as they were made until there
	// are figures: the history that they rest on is forgotten, and what was in
	// force would seem revised.
	guesses []Point

	front []Point // of what comes after the last figure
	of    *Series // and of what that rests on
	with  *Calibrated
}

// fill fills what points leave open with a model of what was measured: the gaps
// of the past, each from what was known before it alone, and what comes after
// the last figure, for as long as age. Without enough of a past there is nothing
// to add.
func (n *nowcaster) fill(points []Point, measured *Series, age time.Duration) []Point {
	if age <= 0 || len(measured.Points) == 0 {
		return points
	}
	end := measured.Points[len(measured.Points)-1].End
	n.calibrate(measured, end)
	kept := beside(points, n.guesses)
	points = merge(points, kept)
	if n.model != nil {
		for _, gap := range lastGaps(points, gapRoom) {
			add := beside(points, n.model.guess(measured, gap, 0))
			points, kept = merge(points, add), merge(kept, add)
		}
		if n.of != measured || n.with != n.model {
			n.front, n.of, n.with = n.model.guess(measured, end, min(age, MaxHorizon)), measured, n.model
		}
		points = fill(points, n.front)
	}
	n.guesses = kept
	return points
}

// calibrate does so once a day, and when there is much more to do it on; gaps are
// then guessed anew.
func (n *nowcaster) calibrate(measured *Series, end time.Time) {
	grown := float64(len(measured.Points)) >= calibrateOn*float64(n.figures)
	if n.model != nil && end.Sub(n.calibrated) < calibratedFor && !grown {
		return
	}
	m, err := (EWProfile{}).Calibrate(measured, end)
	if err != nil {
		return
	}
	if grown {
		n.guesses = nil
	}
	n.model, n.calibrated, n.figures = m, end, len(measured.Points)
}

// forget drops the guesses of what ended by then.
func (n *nowcaster) forget(horizon time.Time) {
	n.guesses = n.guesses[(&Series{Points: n.guesses}).search(horizon):]
}

// guess returns an outlook as a stage of a chain: named for the provider, and
// with its uncertainty in that of the points.
func (c *Calibrated) guess(history *Series, at time.Time, horizon time.Duration) []Point {
	o, err := c.Forecast(history, at, horizon)
	if err != nil { // too short or too old a past
		return nil
	}
	last := history.Points[history.search(o.Known.Add(-1))]
	for i := range o.Series.Points {
		p := &o.Series.Points[i]
		p.Quality = Modelled // whenever it comes to be used, it is of the past
		p.Known = o.Known
		p.Origin.Detail = p.Origin.Name + ", " + p.Origin.Detail
		p.Origin.Name = last.Origin.Name + "/nowcast"
		// The days that the model was judged by may have been regular ones: it is
		// no surer than a figure that is held for as long.
		*p = p.with(math.Hypot(last.Sigma, max(p.Sigma, heldSigma(p.End.Sub(o.Known)))))
	}
	return o.Series.Points
}

// lastGaps returns where the gaps between points end, of the last n.
func lastGaps(points []Point, n int) []time.Time {
	var ends []time.Time
	for i := len(points) - 1; i > 0 && len(ends) < n; i-- {
		if points[i].Start.After(points[i-1].End) {
			ends = append(ends, points[i].Start)
		}
	}
	return ends
}
