package sci

import (
	"errors"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
)

// Statements returns the components as they are stated in a [Disclosure], with
// the figures that they come to: energies, O, M, idle energy, and each device
// that is charged. What a component does not say is left out, not 0: sources,
// kinds and coverage are to be filled in. It refuses what [Component.Terms] and
// [System.Split] do.
func (s System) Statements() ([]ComponentStatement, error) {
	if _, err := s.Split(); err != nil {
		return nil, err
	}
	if _, err := (Component{Parts: s.Components}).Terms(); err != nil {
		return nil, err
	}
	return statements(s.Components)
}

// statements are those of components that were checked.
func statements(components []Component) ([]ComponentStatement, error) {
	var all []ComponentStatement
	var errs []error
	for i := range components {
		c, err := components[i].statement()
		all, errs = append(all, c), append(errs, err)
	}
	return all, errors.Join(errs...)
}

func (c *Component) statement() (ComponentStatement, error) {
	var own Terms
	err := c.terms(&own)
	energy, _ := c.energy() // terms has refused it
	s := ComponentStatement{ID: c.ID, Embodied: Exactly(float64(own.Embodied)), Carbon: Exactly(float64(own.Total()))}
	if c.Nature != 0 {
		s.Nature = c.Nature.String()
	}
	if energy != 0 || c.Intensity != nil || c.Operational != nil {
		s.Operational = Exactly(float64(own.Operational))
	}
	s.energies(c, energy)
	if c.Intensity != nil || c.Signal != (intensity.Signal{}) {
		s.Grid = gridStatement(c.Intensity, c.Signal)
	}
	for _, a := range c.Hardware {
		e, errHardware := a.statement()
		s.Hardware, err = append(s.Hardware, e), errors.Join(err, errHardware)
	}
	parts, errParts := statements(c.Parts)
	s.Parts = parts
	return s, errors.Join(err, errParts)
}

// energies sets what a component states of energy: idle energy is in the scope
// of IT where the component is.
func (s *ComponentStatement) energies(c *Component, energy units.FacilityEnergy) {
	scope := energy.KWh()
	if c.IT != 0 {
		scope = c.IT.KWh()
		s.IT = Exactly(scope)
		s.Site = &SiteStatement{PUE: Exactly(float64(c.PUE))}
	}
	if energy != 0 {
		s.Facility = Exactly(energy.KWh())
	}
	if c.Idle != nil {
		s.Idle = Exactly(scope * *c.Idle)
	}
}

func gridStatement(i *units.Intensity, s intensity.Signal) *GridStatement {
	g := &GridStatement{Approach: "location-based"}
	if i != nil {
		g.Value = Exactly(float64(*i))
	}
	if s.Kind != 0 {
		g.Kind = s.Kind.String()
	}
	if s.Boundary != 0 {
		g.Boundary = s.Boundary.String()
	}
	if s.Accounting != 0 {
		g.Accounting = s.Accounting.String()
	}
	return g
}

// statement returns the device and what is charged of it.
func (a Allocation) statement() (Embodies, error) {
	m, err := a.Carbon()
	var e Embodies
	if a.Device != nil {
		e = a.Device.Embodies()
	}
	if e.TE == nil || e.TE.Value != float64(a.TE) {
		e.TE, e.Low, e.High = Exactly(float64(a.TE)), nil, nil // a part of the device, or several
	}
	e.Reserved, e.Lifespan = Exactly(a.Reserved.Hours()), Exactly(a.lifespan().Hours())
	if a.ToR != 0 {
		e.RR, e.ToR, e.Basis = Exactly(a.RR), Exactly(a.ToR), a.Basis
	}
	e.M = Exactly(float64(m))
	return e, err
}
