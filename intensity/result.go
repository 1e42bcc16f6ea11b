package intensity

import (
	"math"
	"slices"
	"time"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A Result is the carbon of an amount of energy.
type Result struct {
	Carbon  units.Carbon         // of the covered energy
	Energy  units.FacilityEnergy // all that was asked for
	Covered units.FacilityEnergy // the part that has a price

	// Coverage is Covered over Energy, from 0 to 1; of no energy it is 1.
	Coverage float64

	// Sigma is the relative standard uncertainty of Carbon that comes from the
	// intensities; that of the energy is not in it.
	Sigma float64

	Signal        Signal // of the grid; what stands in for it is in Substitutions
	Parts         []Part // the covered energy by where its figures come from
	Substitutions []Substitution
	Gaps          []GapError // what was skipped, within the time asked for
}

// Mean returns the mean intensity of the covered energy; false: there is none.
func (r Result) Mean() (units.Intensity, bool) {
	if r.Covered <= 0 {
		return 0, false
	}
	mean := float64(r.Carbon) / r.Covered.KWh()
	if !finite(mean) {
		return 0, false
	}
	return units.Intensity(mean), true
}

// Fixable reports whether figures that come later may change r: a part was
// skipped, or priced with something weaker than a measurement, as in an outage.
// Integrate again then; the annual figure of a place stays what it is.
func (r Result) Fixable() bool {
	if len(r.Gaps) > 0 || len(r.Substitutions) > 0 {
		return true
	}
	return slices.ContainsFunc(r.Parts, func(p Part) bool { return p.Quality != Measured && p.Quality != Static })
}

// A Part is the energy that was priced with figures of one origin.
type Part struct {
	Zone     string
	Signal   Signal
	Quality  Quality
	Origin   source.Origin // of the first figure
	From, To time.Time     // from the first to the last use; there may be others between
	Energy   units.FacilityEnergy
	Carbon   units.Carbon
}

// A Reason says why something else than the grid's figure of that time was
// used.
type Reason uint8

// The reasons.
const (
	Held        Reason = iota + 1 // the last figure before a gap
	FellBack                      // the figure of the fallback
	OtherSignal                   // a figure of another signal, which the caller allowed
)

// String returns "held", "fallback" or "other signal".
func (r Reason) String() string {
	return name([]string{"", "held", "fallback", "other signal"}, r, "reason")
}

// A Substitution is energy that was priced with something else than the
// grid's figure of that time.
type Substitution struct {
	Part
	Reason Reason
	Wanted Signal
}

// A share collects a part.
type share struct {
	Part
	reason                        Reason
	listed                        bool // the grid itself was allowed to use another signal
	energy, carbon, sigma, hourly neumaier
	covered                       time.Duration
}

// of reports whether p belongs to the share.
func (s *share) of(p Point, reason Reason) bool {
	return s.reason == reason && s.Zone == p.Zone && s.Signal == p.Signal &&
		s.Quality == p.Quality && s.Origin.Name == p.Origin.Name
}

func (s *share) add(of *stretch) {
	e := of.energy.value()
	c := float64(of.point.Value.Of(units.FacilityEnergy(e)))
	s.energy.add(e)
	s.carbon.add(c)
	s.sigma.add(c * of.point.Sigma)
	s.hourly.add(c * of.point.Hourly)
	s.covered += min(of.covered, math.MaxInt64-s.covered)
	s.From, s.To = earlier(s.From, of.from), later(s.To, of.to)
}

// uncertainty returns the standard uncertainty of the carbon of the share in
// grams. Its figures come from one place and are off together, but for the
// hours of an annual value. Where they stand in for another signal and do not say
// so themselves, that adds to it.
func (s *share) uncertainty(wanted Signal) float64 {
	window := min(s.covered, s.To.Sub(s.From))
	u := math.Hypot(s.sigma.value(), s.hourly.value()*damping(hours(window)))
	if !s.listed {
		u = math.Hypot(u, s.carbon.value()*SubstituteSigma(wanted, s.Signal))
	}
	return u
}

func (s *share) part() Part {
	p := s.Part
	p.Energy = units.FacilityEnergy(s.energy.value())
	p.Carbon = units.Carbon(s.carbon.value())
	return p
}
