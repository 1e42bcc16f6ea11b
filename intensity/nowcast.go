package intensity

import "time"

// How a chain uses its model. Both are choices of ours.
const (
	calibratedFor = 24 * time.Hour // one calibration, the costly part
	gapRoom       = 8              // gaps of the past that are modelled, the newest
)

// nowcast fills what points leave open with a model of what the link measured:
// the gaps of the past, each from what was known before it alone, and what comes
// after the last figure, for as long as age. Without enough of a past there is
// nothing to add.
func (k *link) nowcast(points []Point, age time.Duration) []Point {
	end := k.newest()
	if age <= 0 || end.IsZero() {
		return points
	}
	if k.model == nil || end.Sub(k.calibrated) >= calibratedFor {
		if m, err := (EWProfile{}).Calibrate(k.measured, end); err == nil {
			k.model, k.calibrated = m, end
		}
	}
	if k.model == nil {
		return points
	}
	for _, gap := range lastGaps(points, gapRoom) {
		points = k.model.into(points, k.measured, gap, 0)
	}
	return k.model.into(points, k.measured, end, min(age, MaxHorizon))
}

// into fills points with an outlook.
func (c *Calibrated) into(points []Point, history *Series, at time.Time, horizon time.Duration) []Point {
	o, err := c.Forecast(history, at, horizon)
	if err != nil { // too short or too old a past
		return points
	}
	for i := range o.Series.Points {
		p := &o.Series.Points[i]
		p.Quality = Modelled // whenever it comes to be used, it is of the past
		p.Origin.Name += "/nowcast"
	}
	return fill(points, o.Series.Points)
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
