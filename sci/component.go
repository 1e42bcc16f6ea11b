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

	// Idle is the part of its own energy, within 0 and 1, that flows whether or
	// not anything runs. It stays in every score; [System.Split] shows it. Nil
	// says that nobody told the two apart.
	Idle *float64

	// R and Unit are functional units of its own, such as the queries of a
	// database; nil and "": those of what it is part of. They count where the
	// component itself is scored, see [System.Tree], and nowhere above it.
	R    *float64
	Unit string

	Parts []Component // what it is made of, on top of its own figures
}

// maxDepth is how far parts may be nested. A tree of slices can contain itself;
// no system is as deep as this.
const maxDepth = 10_000

// Energy returns the energy of c and its parts at the facility's meter: IT
// energy has been multiplied by the PUE, once. It refuses negative energy
// ([ErrNegativeEnergy]), IT energy without a PUE of at least 1 ([ErrPUE]) and
// energy in both scopes ([ErrEnergyTwice]).
func (c Component) Energy() (units.FacilityEnergy, error) {
	var w energyWalk
	w.visit(&c, 0)
	return facility(w.total), errors.Join(w.errs...)
}

// An energyWalk adds up the energy of components.
type energyWalk struct {
	total sum
	errs  []error
}

func (w *energyWalk) visit(c *Component, depth int) {
	if depth > maxDepth {
		w.errs = append(w.errs, refuse(ErrTooDeep, "component %q", c.ID))
		return
	}
	e, err := c.energy()
	if err != nil {
		w.errs = append(w.errs, err)
	}
	w.total.add(float64(e))
	for i := range c.Parts {
		w.visit(&c.Parts[i], depth+1)
	}
}

// energy is that of c alone.
func (c *Component) energy() (units.FacilityEnergy, error) {
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
//
// It takes time in proportion to the number of components, a million in a third
// of a second or less, and memory for none of them.
func (c Component) Terms() (Terms, error) {
	var w termsWalk
	w.visit(&c, 0)
	if len(w.errs) > 0 {
		return Terms{}, errors.Join(w.errs...)
	}
	return w.sum.terms(), nil
}

// A termsWalk adds up the terms of components. That signals are unlike is told
// once.
type termsWalk struct {
	sum    termsSum
	errs   []error
	unlike bool
}

func (w *termsWalk) visit(c *Component, depth int) {
	if depth > maxDepth {
		w.errs = append(w.errs, refuse(ErrTooDeep, "component %q", c.ID))
		return
	}
	var own Terms
	if err := c.terms(&own); err != nil {
		w.errs = append(w.errs, err)
	} else if err := w.sum.add(&own); err != nil && !w.unlike {
		w.unlike, w.errs = errors.Is(err, ErrSignalMismatch), append(w.errs, err)
	}
	for i := range c.Parts {
		w.visit(&c.Parts[i], depth+1)
	}
}

// terms sets t to those of c alone.
func (c *Component) terms(t *Terms) error {
	o, errO := c.operational()
	m, errM := c.embodied()
	if errO != nil || errM != nil {
		return errors.Join(errO, errM)
	}
	t.Operational, t.Embodied = o, m
	t.Signal, t.Nature, t.Uncertainty = c.Signal, c.Nature, c.Uncertainty
	return nil
}

func (c *Component) operational() (units.Carbon, error) {
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

func (c *Component) embodied() (units.Carbon, error) {
	given, err := c.grams("M", c.Embodied)
	if err == nil && len(c.Hardware) == 0 {
		return given, nil
	}
	errs := []error{err}[:1:1]
	var m sum
	m.add(float64(given))
	for i := range c.Hardware {
		g, err := c.Hardware[i].Carbon()
		if e, ok := errors.AsType[*Error](err); ok {
			errs = append(errs, &Error{e.Code, fmt.Sprintf("component %q: hardware %d: %s", c.ID, i, e.Detail)})
		}
		m.add(float64(g))
	}
	return units.Carbon(m.value()), errors.Join(errs...)
}

// grams returns g, or refuses it.
func (c *Component) grams(what string, g units.Carbon) (units.Carbon, error) {
	switch {
	case !isFinite(float64(g)):
		return 0, refuse(ErrNotFinite, "component %q: %s is %v", c.ID, what, float64(g))
	case g < 0:
		return 0, refuse(ErrNegativeCarbon, "component %q: %s is %v", c.ID, what, float64(g))
	}
	return g, nil
}
