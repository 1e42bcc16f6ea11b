package sci

import (
	"errors"

	"github.com/scimeter/scimeter/units"
)

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
