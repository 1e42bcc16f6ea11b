package intensity

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/scimeter/scimeter/source"
)

// A past is a history as a model sees it at one time.
type past struct {
	model     EWProfile // with its defaults
	at        time.Time
	last      Point // the last figure
	slots     *slots
	end       int  // the slot after the last figure
	yesterday bool // too short for a profile
}

// past returns what m sees of so many days of the history at that time, or why
// that is not enough.
func (m EWProfile) past(history *Series, at time.Time, days int) (*past, error) {
	m, err := m.filled()
	if err != nil {
		return nil, err
	}
	all, err := ordered(history)
	if err != nil {
		return nil, err
	}
	at = at.UTC().Round(0)
	reach := time.Duration(m.Days+days) * profileDay
	ps, err := usable(all, at.Add(-MaxAge-reach), at)
	if err != nil {
		return nil, err
	}
	if len(ps) == 0 {
		return nil, m.tooOld(all, at)
	}
	p := &past{model: m, at: at, last: ps[len(ps)-1]}
	if at.Sub(p.last.End) > MaxAge {
		return nil, m.tooOld(ps, at)
	}
	step := m.Step
	if step == 0 {
		step = usualStep(ps)
	}
	p.slots = newSlots(ps, step, int(reach/step))
	p.end = len(p.slots.mean)
	return p, p.enough()
}

// calibrationReach is how many days before the profile a calibration looks at.
const calibrationReach = calibrationDays + leadDays

// yesterdayDays is how old the same hour of the day before may be where figures
// are missing. [E].
const yesterdayDays = 3

// enough checks how much of the history has figures.
func (p *past) enough() error {
	if p.carries(p.end) {
		return nil
	}
	p.yesterday = true
	have, spread := p.slots.covered(p.end, yesterdayDays)
	if have >= wantYesterday && spread {
		return nil
	}
	return &HistoryError{Zone: p.last.Zone, Have: have, Want: wantYesterday, Age: p.at.Sub(p.last.End), MaxAge: MaxAge}
}

// carries reports whether the days before a slot carry a profile.
func (p *past) carries(end int) bool {
	have, spread := p.slots.covered(end, p.model.Days)
	return spread && have >= min(wantProfile, time.Duration(p.model.Days)*profileDay*9/10)
}

// days is how far back the profile reaches.
func (p *past) days() int {
	if p.yesterday {
		return yesterdayDays
	}
	return p.model.Days
}

// tooOld is the error for points of which none is of use.
func (m EWProfile) tooOld(ps []Point, at time.Time) error {
	e := &HistoryError{Want: wantYesterday, MaxAge: MaxAge}
	for _, p := range slices.Backward(ps) {
		if known := p.Valid() == nil && usableQuality(p) && !p.End.After(at); known {
			e.Zone, e.Age = p.Zone, at.Sub(p.End)
			break
		}
	}
	return e
}

// usableQuality reports whether a model may build on p.
func usableQuality(p Point) bool { return p.Quality <= Imputed }

// usable returns the points that a model may build on, which end in (from, at]
// and are all of one zone and signal.
func usable(ps []Point, from, at time.Time) ([]Point, error) {
	first := (&Series{Points: ps}).search(from)
	out := make([]Point, 0, len(ps)-first)
	for _, p := range ps[first:] {
		if p.End.After(at) {
			break
		}
		if usableQuality(p) {
			out = append(out, p)
		}
	}
	if err := alike(out); err != nil {
		return nil, err
	}
	return out, nil
}

// usualStep returns the length that most points have, in the limits of a step.
func usualStep(ps []Point) time.Duration {
	count := make(map[time.Duration]int, 2)
	best := time.Duration(0)
	for _, p := range ps {
		d := p.End.Sub(p.Start)
		count[d]++
		if c := count[d] - count[best]; best == 0 || c > 0 || c == 0 && d < best {
			best = d
		}
	}
	switch {
	case best < shortestStep:
		return shortestStep
	case !fits(best):
		return time.Hour
	}
	return best
}

// shortestStep is that of the providers with the finest data.
const shortestStep = 5 * time.Minute

// fits reports whether steps of that length tile an hour of whole seconds.
func fits(step time.Duration) bool {
	return step >= shortestStep && time.Hour%step == 0 && step%time.Second == 0
}

// outlook computes the points.
func (p *past) outlook(horizon time.Duration, errs errorModel) (*Outlook, error) {
	if horizon < 0 || horizon > MaxHorizon {
		return nil, fmt.Errorf("intensity: forecast zone %s over %v: want 0 to %v: %w",
			quoted(p.last.Zone), horizon, MaxHorizon, ErrWindow)
	}
	o := &Outlook{Issued: p.at, Known: p.last.End, Origins: errs.days[0].origins, errors: errs}
	until := p.at.Add(horizon)
	n := int((until.Sub(p.slots.end) + p.slots.step - 1) / p.slots.step)
	values := make([]float64, max(n, 0)+1) // the first is of the slot that the last figure ends in
	p.predict(values)
	points := make([]Point, 0, len(values))
	base := p.last
	base.UpdatedAt, base.IssuedAt, base.Hourly = time.Time{}, p.at, 0
	base.Origin = p.model.origin(p.last, p.yesterday)
	for i, v := range values {
		q := base
		q.Start = p.slots.end.Add(time.Duration(i-1) * p.slots.step)
		q.Start, q.End = later(q.Start, o.Known), earlier(q.Start.Add(p.slots.step), until)
		if !q.Start.Before(q.End) {
			continue
		}
		q.Value = intensityOf(v)
		q.Sigma = errs.sigma(q, o.lead(q))
		points = append(points, judged(q, p.at))
	}
	o.Series = &Series{Points: points}
	return o, nil
}

// judged returns the point with the quality and the origin of its time.
func judged(q Point, at time.Time) Point {
	q.Quality, q.Origin.Nature = Forecast, source.NatureForecast
	if q.Start.Before(at) {
		q.Quality, q.Origin.Nature = Modelled, source.NatureEstimated
	}
	q.Origin.Sigma = q.Sigma
	return q
}

// predict fills values, the first of which is of the last slot of the history.
func (p *past) predict(values []float64) {
	s := p.slots
	profile := s.profile(make([]float64, s.perDay), p.end, p.days(), p.weights())
	off := 0.0
	if !p.yesterday {
		off = s.off(profile, p.end, p.model.Recent)
	}
	lag := s.end.Sub(p.last.End)
	for i := range values {
		ahead := max(0, lag+time.Duration(i-1)*s.step)
		fade := math.Exp(-float64(ahead) / float64(p.model.Tau))
		values[i] = profile[(i+s.perDay-1)%s.perDay] + off*fade
	}
}

// weights returns those of the days back from the origin; nil: the last figure
// alone counts.
func (p *past) weights() []float64 {
	if p.yesterday {
		return nil
	}
	w := make([]float64, p.model.Days+1)
	for i := range w {
		w[i] = math.Pow(p.model.Lambda, float64(i))
	}
	return w
}
