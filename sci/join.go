package sci

import "github.com/scimeter/scimeter/units"

// A Step is energy with the intensity of the grid at that time.
type Step struct {
	Energy    units.FacilityEnergy
	Intensity *units.Intensity // nil: not known, a gap
}

// Joined is energy priced step by step.
type Joined struct {
	Energy      units.FacilityEnergy // of all steps
	Covered     units.FacilityEnergy // of those with an intensity
	Operational units.Carbon         // of those, Σ E·I
}

// Join prices each step by its own intensity. Where energy has none, the error
// is [ErrIntensityGap], and Joined tells what was covered: a gap is never
// filled here. Negative energy, negative intensities and what is not finite are
// refused, and Joined is zero then.
func Join(steps ...Step) (Joined, error) {
	var all, covered, grams sum
	gap := false
	for i, s := range steps {
		if err := s.check(i); err != nil {
			return Joined{}, err
		}
		all.add(float64(s.Energy))
		if s.Intensity == nil {
			gap = gap || s.Energy > 0
			continue
		}
		covered.add(float64(s.Energy))
		grams.add(float64(s.Intensity.Of(s.Energy)))
	}
	j := Joined{facility(all), facility(covered), units.Carbon(grams.value())}
	if gap {
		return j, refuse(ErrIntensityGap, "%v of %v kWh", (j.Energy - j.Covered).KWh(), j.Energy.KWh())
	}
	return j, nil
}

func (s Step) check(i int) error {
	switch {
	case !isFinite(float64(s.Energy)):
		return refuse(ErrNotFinite, "step %d: energy is %v J", i, float64(s.Energy))
	case s.Energy < 0:
		return refuse(ErrNegativeEnergy, "step %d: %v J", i, float64(s.Energy))
	case s.Intensity == nil:
		return nil
	case !isFinite(float64(*s.Intensity)):
		return refuse(ErrNotFinite, "step %d: intensity is %v g/kWh", i, float64(*s.Intensity))
	case *s.Intensity < 0:
		return refuse(ErrNegativeCarbon, "step %d: intensity is %v g/kWh", i, float64(*s.Intensity))
	}
	return nil
}

// Coverage returns the part of the energy that has an intensity, within 0 and
// 1; 1 where there was no energy.
func (j Joined) Coverage() float64 {
	if j.Energy == 0 {
		return 1
	}
	return float64(j.Covered / j.Energy)
}

// Intensity returns the intensity that the covered energy had in effect: the
// mean weighted by energy. False means that there was none.
func (j Joined) Intensity() (units.Intensity, bool) {
	if j.Covered == 0 {
		return 0, false
	}
	return units.Intensity(finite(float64(j.Operational) / j.Covered.KWh())), true
}

// facility returns a sum of facility energies as one. The energies in it have
// been multiplied by their PUE.
func facility(s sum) units.FacilityEnergy { return units.PUE(1).Of(units.Energy(s.value())) }
