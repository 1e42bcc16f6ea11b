package intensity

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/scimeter/scimeter/units"
)

// A Delta is energy used at a constant rate over [From, To): what a counter
// advanced by between two readings.
type Delta struct {
	From, To time.Time
	Energy   units.FacilityEnergy
}

// Steady returns the delta of a constant power at the IT equipment in a
// facility of that PUE. The error is [ErrWindow] or [ErrValue].
func Steady(from, to time.Time, p units.Power, pue units.PUE) (Delta, error) {
	if !pue.Valid() {
		return Delta{}, fmt.Errorf("intensity: PUE %v: below 1: %w", float64(pue), ErrValue)
	}
	d := Delta{From: from, To: to, Energy: pue.Of(p.For(to.Sub(from)))}
	_, err := d.length()
	return d, err
}

// length returns how long a valid delta is.
func (d *Delta) length() (time.Duration, error) {
	length := d.To.Sub(d.From)
	if length <= 0 || length == math.MaxInt64 {
		return 0, fmt.Errorf("intensity: energy over %s: %w", span(d.From, d.To), ErrWindow)
	}
	if !finite(float64(d.Energy)) {
		return 0, fmt.Errorf("intensity: energy %v over %s: %w", float64(d.Energy), span(d.From, d.To), ErrValue)
	}
	return length, nil
}

// share returns the energy of [from, to) within d.
func (d Delta) share(from, to time.Time) units.FacilityEnergy {
	return d.Energy * units.FacilityEnergy(float64(to.Sub(from))/float64(d.To.Sub(d.From)))
}

// Integrate prices energy with the intensities of the grid at the time it was
// used. It is exact for a grid that is constant between steps: a delta is
// split at each step it crosses, in proportion to time. Deltas may come in any
// order and may overlap; energy 0 needs no figure.
//
// The error is [ErrWindow] or [ErrValue] for a delta that cannot be,
// [ErrSignal] for a figure of another signal that [Options.Allow] does not
// list, or that of the grid: with [Fail], a [*GapError].
func Integrate(grid Grid, deltas []Delta, opt Options) (Result, error) {
	return IntegrateSeq(grid, slices.Values(deltas), opt)
}

// IntegrateSeq is [Integrate] of deltas as they come, in constant memory: a
// year of one a second takes a second or so.
func IntegrateSeq(grid Grid, deltas iter.Seq[Delta], opt Options) (Result, error) {
	in := integration{grid: grid, opt: opt, want: opt.Signal}
	if opt.Signal != (Signal{}) {
		if err := opt.Signal.Valid(); err != nil {
			return Result{}, err
		}
	}
	for d := range deltas {
		length, err := d.length()
		if err != nil {
			return Result{}, err
		}
		if d.Energy == 0 || in.now.whole(&d, length) {
			continue
		}
		in.energy.add(float64(d.Energy))
		if err := in.delta(d); err != nil {
			return Result{}, err
		}
	}
	in.flush()
	return in.result()
}

// An integration is one call of Integrate.
type integration struct {
	grid            Grid
	opt             Options
	want            Signal
	last            Point // of the grid, asked for last
	energy, skipped neumaier
	shares          []share
	gaps            []GapError
	now             stretch
}

// A stretch is what was priced with one point in a row: figures of one point
// need to be looked at once.
type stretch struct {
	point    Point
	reason   Reason
	from, to time.Time
	covered  time.Duration
	energy   neumaier

	// Of whole deltas, which come by the million: where the first begins and the
	// last ends, from the start of the point.
	first, last, length time.Duration
	wholes              neumaier
}

// whole takes a delta that lies in the point of the stretch, if the grid gave
// that for its own time, and reports whether it has.
func (s *stretch) whole(d *Delta, length time.Duration) bool {
	if s.length == 0 {
		return false
	}
	from := d.From.Sub(s.point.Start)
	if from < 0 || from > s.length-length {
		return false
	}
	s.first, s.last = min(s.first, from), max(s.last, from+length)
	s.covered += min(length, math.MaxInt64-s.covered)
	s.wholes.add(float64(d.Energy))
	return true
}

func (s *stretch) take(from, to time.Time, e units.FacilityEnergy) {
	s.from, s.to = earlier(s.from, from), later(s.to, to)
	s.covered += min(to.Sub(from), math.MaxInt64-s.covered)
	s.energy.add(float64(e))
}

// of reports whether p is the point of the stretch.
func (s *stretch) of(p *Point, reason Reason) bool {
	return s.covered > 0 && s.reason == reason && s.point.Start.Equal(p.Start) && s.point.End.Equal(p.End) &&
		s.point.Value == p.Value && s.point.Sigma == p.Sigma
}

// delta prices one delta, stretch by stretch.
func (in *integration) delta(d Delta) error {
	for t := d.From; t.Before(d.To); {
		p, err := in.at(t)
		if err == nil {
			t = in.step(d, p, t)
			continue
		}
		if t, err = in.missing(d, err, t); err != nil {
			return err
		}
	}
	return nil
}

// at asks the grid, or the point that it gave last.
func (in *integration) at(t time.Time) (Point, error) {
	if in.last.Contains(t) {
		return in.last, nil
	}
	p, err := ask(in.grid, t)
	if err == nil {
		in.last = p
	}
	return p, err
}

// ask returns the valid point of t.
func ask(g Grid, t time.Time) (Point, error) {
	p, err := g.At(t)
	if err != nil {
		return Point{}, err
	}
	if err := p.Valid(); err != nil {
		return Point{}, err
	}
	if !p.Contains(t) {
		return Point{}, fmt.Errorf("intensity: grid answered %s when asked for %s: %w",
			span(p.Start, p.End), instant(t), ErrWindow)
	}
	return p, nil
}

// step prices the stretch of d from t to the end of p and returns its end.
func (in *integration) step(d Delta, p Point, t time.Time) time.Time {
	if in.want == (Signal{}) {
		in.want = p.Signal
		if p.InPlaceOf != (Signal{}) {
			in.want = p.InPlaceOf
		}
	}
	reason := Reason(0)
	if p.Signal != in.want {
		reason = OtherSignal
	}
	return in.price(d, p, reason, t, p.End)
}

// price adds the energy of d from t to the end, or to its own end, at the
// intensity of p.
func (in *integration) price(d Delta, p Point, reason Reason, t, end time.Time) time.Time {
	end = earlier(end, d.To)
	s := &in.now
	if !s.of(&p, reason) {
		in.flush()
		*s = stretch{point: p, reason: reason, from: t, to: end}
		if reason == 0 {
			s.length = p.End.Sub(p.Start)
			s.first = s.length
		}
	}
	s.take(t, end, d.share(t, end))
	return end
}

// flush adds the stretch to the share that it belongs to.
func (in *integration) flush() {
	s := &in.now
	if s.covered == 0 {
		return
	}
	if s.last > 0 {
		s.from = earlier(s.from, s.point.Start.Add(s.first))
		s.to = later(s.to, s.point.Start.Add(s.last))
		in.energy.add(s.wholes.value())
		s.energy.add(s.wholes.value())
	}
	for i := range in.shares {
		if in.shares[i].of(s.point, s.reason) {
			in.shares[i].add(s)
			return
		}
	}
	p := s.point
	in.shares = append(in.shares, share{reason: s.reason, listed: p.InPlaceOf == in.want, Part: Part{
		Zone: p.Zone, Signal: p.Signal, Quality: p.Quality, Origin: p.Origin, From: s.from, To: s.to,
	}})
	in.shares[len(in.shares)-1].add(s)
}

// missing treats the stretch of d from t to the end of the gap as the policy
// says and returns how far it came. An error that is no gap is returned.
func (in *integration) missing(d Delta, cause error, t time.Time) (time.Time, error) {
	var gap *GapError
	if !errors.As(cause, &gap) {
		return t, cause
	}
	end := d.To
	if !gap.To.IsZero() {
		end = earlier(gap.To, d.To)
	}
	if !end.After(t) {
		return t, fmt.Errorf("intensity: grid answered with a gap of another time than %s: %w", instant(t), cause)
	}
	switch in.opt.Gap.mode {
	case hold:
		return in.hold(d, gap, t, end)
	case fallback:
		p, err := ask(in.opt.Gap.grid, t)
		if err != nil {
			return t, err
		}
		return in.price(d, p, FellBack, t, earlier(p.End, end)), nil
	case skip:
		return in.skip(d, gap.Zone, t, end), nil
	}
	return t, &GapError{From: later(gap.From, d.From), To: end, Zone: gap.Zone}
}

// hold prices with the last figure before the gap for as long as it may be
// held, and skips what is left.
func (in *integration) hold(d Delta, gap *GapError, t, end time.Time) (time.Time, error) {
	until := gap.From.Add(in.opt.Gap.max)
	if gap.From.IsZero() || !t.Before(until) {
		return in.skip(d, gap.Zone, t, end), nil
	}
	p, err := in.at(gap.From.Add(-1))
	if errors.Is(err, ErrGap) {
		return in.skip(d, gap.Zone, t, end), nil
	}
	if err != nil {
		return t, err
	}
	end = earlier(until, end)
	p.Quality = max(p.Quality, Estimated)
	p.Sigma = math.Hypot(p.Sigma, heldSigma(end.Sub(gap.From)))
	return in.price(d, p, Held, t, end), nil
}

// skip leaves the stretch without a price and notes where it is.
func (in *integration) skip(d Delta, zone string, t, end time.Time) time.Time {
	in.skipped.add(float64(d.share(t, end)))
	if n := len(in.gaps); n > 0 && in.gaps[n-1].Zone == zone && in.gaps[n-1].To.Equal(t) {
		in.gaps[n-1].To = end
		return end
	}
	in.gaps = append(in.gaps, GapError{From: t, To: end, Zone: zone})
	return end
}

// result sums up, and refuses what stands in for another signal unasked.
func (in *integration) result() (Result, error) {
	r := Result{
		Energy: units.FacilityEnergy(in.energy.value()), Coverage: 1,
		Signal: in.want, Gaps: in.gaps,
	}
	if len(in.shares) > 0 && r.Signal == (Signal{}) {
		r.Signal = in.shares[0].Signal
	}
	r.Covered = max(r.Energy-units.FacilityEnergy(in.skipped.value()), 0)
	if r.Energy > 0 {
		r.Coverage = float64(r.Covered) / float64(r.Energy)
	}
	var carbon neumaier
	var u float64
	for i := range in.shares {
		s := &in.shares[i]
		if s.Signal != r.Signal && !s.listed && !in.opt.allows(s.Signal) {
			return Result{}, fmt.Errorf("intensity: %s of zone %s from %s in place of %s, which Options.Allow does not list: %w",
				s.Signal, quoted(s.Zone), s.Origin.Name, r.Signal, ErrSignal)
		}
		r.Parts = append(r.Parts, s.part())
		if s.reason != 0 {
			r.Substitutions = append(r.Substitutions, Substitution{Part: s.part(), Reason: s.reason, Wanted: r.Signal})
		}
		carbon.add(s.carbon.value())
		u = math.Hypot(u, s.uncertainty(r.Signal))
	}
	r.Carbon = units.Carbon(carbon.value())
	if r.Carbon > 0 {
		r.Sigma = min(u/float64(r.Carbon), math.MaxFloat64)
	}
	return r, nil
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
