package sci

import (
	"errors"
	"fmt"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A Component is a part of a system: what it used, what that emitted and what
// its hardware embodies. All is of one window.
type Component struct {
	ID string

	// IT is energy at the input of the IT equipment and is multiplied by PUE,
	// which it needs. Facility is energy at the facility's meter and is never
	// multiplied again. A component has one of the two.
	IT       units.Energy
	PUE      units.PUE
	Facility units.FacilityEnergy

	Intensity   *units.Intensity // of the grid; nil: not known
	Signal      intensity.Signal // of the intensity; zero: not said
	MarketBased bool             // the intensity is one of contracts or certificates; refused

	Operational *units.Carbon // O, where it is given; nil: energy times intensity
	Embodied    units.Carbon  // M that is given as such
	Hardware    []Allocation  // M that is computed, on top of Embodied

	Nature      source.Nature // of the weakest input; zero: not said
	Uncertainty Uncertainty   // of O + M in grams, by input; nil: not known

	Parts []Component // what it is made of, on top of its own figures
}

// Energy returns the energy of c and its parts at the facility's meter: IT
// energy has been multiplied by the PUE, once. It refuses negative energy
// ([ErrNegativeEnergy]), IT energy without a PUE of at least 1 ([ErrPUE]) and
// energy in both scopes ([ErrEnergyTwice]).
func (c Component) Energy() (units.FacilityEnergy, error) {
	var total sum
	e, err := c.energy()
	errs := []error{err}
	total.add(float64(e))
	for _, p := range c.Parts {
		e, err := p.Energy()
		errs = append(errs, err)
		total.add(float64(e))
	}
	return facility(total), errors.Join(errs...)
}

// energy is that of c alone.
func (c Component) energy() (units.FacilityEnergy, error) {
	switch {
	case !isFinite(float64(c.IT)) || !isFinite(float64(c.Facility)):
		return 0, refuse(ErrNotFinite, "component %q: energy", c.ID)
	case c.IT < 0 || c.Facility < 0:
		return 0, refuse(ErrNegativeEnergy, "component %q: %v J", c.ID, min(float64(c.IT), float64(c.Facility)))
	case c.IT != 0 && c.Facility != 0:
		return 0, refuse(ErrEnergyTwice, "component %q", c.ID)
	case c.IT == 0:
		return c.Facility, nil
	case !c.PUE.Valid():
		return 0, refuse(ErrPUE, "component %q: PUE %v", c.ID, float64(c.PUE))
	}
	return c.PUE.Of(c.IT), nil
}

// Terms returns O and M of c and its parts, without an R. Beside what
// [Component.Energy] and [Allocation.Carbon] refuse, it refuses market-based
// intensity ([ErrMarketBased]), energy without intensity ([ErrIntensityGap]),
// negative carbon and unlike signals. All refusals are joined.
func (c Component) Terms() (Terms, error) {
	own, err := c.terms()
	all, errs := []Terms{own}, []error{err}
	for _, p := range c.Parts {
		terms, err := p.Terms()
		all, errs = append(all, terms), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return Terms{}, err
	}
	return Aggregate(all...)
}

// terms are those of c alone.
func (c Component) terms() (Terms, error) {
	o, errO := c.operational()
	m, errM := c.embodied()
	if err := errors.Join(errO, errM); err != nil {
		return Terms{}, err
	}
	return Terms{Operational: o, Embodied: m, Signal: c.Signal, Nature: c.Nature, Uncertainty: c.Uncertainty}, nil
}

func (c Component) operational() (units.Carbon, error) {
	e, err := c.energy()
	if c.MarketBased {
		return 0, errors.Join(refuse(ErrMarketBased, "component %q", c.ID), err)
	}
	switch {
	case err != nil:
		return 0, err
	case c.Operational != nil:
		return c.grams("O", *c.Operational)
	case c.Intensity != nil:
		i := *c.Intensity
		if !isFinite(float64(i)) || i < 0 {
			return c.grams("intensity", units.Carbon(i))
		}
		return i.Of(e), nil
	case e != 0:
		return 0, refuse(ErrIntensityGap, "component %q: %v kWh", c.ID, e.KWh())
	}
	return 0, nil
}

func (c Component) embodied() (units.Carbon, error) {
	given, err := c.grams("M", c.Embodied)
	errs := []error{err}
	var m sum
	m.add(float64(given))
	for i, a := range c.Hardware {
		g, err := a.Carbon()
		if e, ok := errors.AsType[*Error](err); ok {
			errs = append(errs, &Error{e.Code, fmt.Sprintf("component %q: hardware %d: %s", c.ID, i, e.Detail)})
		}
		m.add(float64(g))
	}
	return units.Carbon(m.value()), errors.Join(errs...)
}

// grams returns g, or refuses it.
func (c Component) grams(what string, g units.Carbon) (units.Carbon, error) {
	switch {
	case !isFinite(float64(g)):
		return 0, refuse(ErrNotFinite, "component %q: %s is %v", c.ID, what, float64(g))
	case g < 0:
		return 0, refuse(ErrNegativeCarbon, "component %q: %s is %v", c.ID, what, float64(g))
	}
	return g, nil
}

// A System is components that together did R functional units.
type System struct {
	Components []Component
	R          *float64 // nil: nobody counted
	Unit       string   // the functional unit, singular
}

// Energy returns the energy of all components at the facility's meter; see
// [Component.Energy].
func (s System) Energy() (units.FacilityEnergy, error) {
	return Component{Parts: s.Components}.Energy()
}

// Terms returns ΣO and ΣM over the components, with R. A missing R is
// [ErrUnitsMissing], one that is not positive [ErrUnitsNotPositive]; whatever
// else is wrong is joined to it, see [Component.Terms].
func (s System) Terms() (Terms, error) {
	terms, err := Component{Parts: s.Components}.Terms()
	if err := errors.Join(s.checkR(), err); err != nil {
		return Terms{}, err
	}
	terms.R, terms.Unit = *s.R, s.Unit
	return terms, nil
}

func (s System) checkR() error {
	switch {
	case s.R == nil:
		return refuse(ErrUnitsMissing, "score per %s", Terms{Unit: s.Unit}.unit())
	case !(*s.R > 0) || !isFinite(*s.R):
		return refuse(ErrUnitsNotPositive, "score per %s with R = %v", Terms{Unit: s.Unit}.unit(), *s.R)
	}
	return nil
}

// Score returns the score of the system; see [System.Terms].
func (s System) Score() (Score, error) {
	terms, err := s.Terms()
	if err != nil {
		return Score{}, err
	}
	return terms.Score()
}
