package sci

import (
	"time"

	"github.com/scimeter/scimeter/units"
)

// A Step is energy with the intensity of the grid at that time.
type Step struct {
	Energy    units.FacilityEnergy
	Intensity *units.Intensity // nil: not known, a gap

	// Start and End are when it was used, half-open. Both zero: not said, which
	// is enough where no policy holds an intensity.
	Start, End time.Time
}

// Joined is energy priced step by step.
type Joined struct {
	Energy      units.FacilityEnergy // of all steps
	Covered     units.FacilityEnergy // of those with an intensity of their own
	Operational units.Carbon         // Σ E·I of what is covered or filled
	Filled      []Fill               // what a policy priced, in its order; nil: nothing
}

// Join prices each step by its own intensity. Where energy has none, the error
// is [ErrIntensityGap], and Joined tells what was covered: a gap is filled only
// by a [GapPolicy] and never with 0. Negative energy, negative intensities and
// what is not finite are refused, and Joined is zero then.
func Join(steps ...Step) (Joined, error) { return FailAtGaps().Join(steps...) }

func (s Step) check(i int) error {
	switch {
	case !isFinite(float64(s.Energy)):
		return refuse(ErrNotFinite, "step %d: energy is %v J", i, float64(s.Energy))
	case s.Energy < 0:
		return refuse(ErrNegativeEnergy, "step %d: %v J", i, float64(s.Energy))
	case s.End.Before(s.Start):
		return refuse(ErrPeriod, "step %d: from %v to %v", i, s.Start, s.End)
	case s.Intensity == nil:
		return nil
	case !isFinite(float64(*s.Intensity)):
		return refuse(ErrNotFinite, "step %d: intensity is %v g/kWh", i, float64(*s.Intensity))
	case *s.Intensity < 0:
		return refuse(ErrNegativeCarbon, "step %d: intensity is %v g/kWh", i, float64(*s.Intensity))
	}
	return nil
}

// Coverage returns the part of the energy that has an intensity of its own,
// within 0 and 1; 1 where there was no energy.
func (j Joined) Coverage() float64 {
	if j.Energy == 0 {
		return 1
	}
	return float64(j.Covered / j.Energy)
}

// Intensity returns the intensity that the covered and filled energy had in
// effect: the mean weighted by energy. False means that there was none.
func (j Joined) Intensity() (units.Intensity, bool) {
	priced := sum{total: float64(j.Covered)}
	for _, f := range j.Filled {
		priced.add(float64(f.Energy))
	}
	if priced.value() == 0 {
		return 0, false
	}
	return units.Intensity(finite(float64(j.Operational) / facility(priced).KWh())), true
}

// Component returns j as a component of a system: its energy, and O as it was
// priced.
func (j Joined) Component(id string) Component {
	return Component{ID: id, Facility: j.Energy, Operational: &j.Operational}
}

// facility returns a sum of facility energies as one. The energies in it have
// been multiplied by their PUE.
func facility(s sum) units.FacilityEnergy { return units.PUE(1).Of(units.Energy(s.value())) }
