package units

// A PUE is the power usage effectiveness of a facility, facility energy over
// IT energy (ISO/IEC 30134-2): 1 outside data centres, never below it. Zero
// means not given.
type PUE float64

// Valid reports whether p is at least 1 and finite.
func (p PUE) Valid() bool { return p >= 1 && float64(p) == finite(float64(p)) }

// Of returns the energy at the facility's meter for e at the IT equipment. It
// is never less than e: a p that is not [PUE.Valid] counts as 1.
func (p PUE) Of(e Energy) FacilityEnergy {
	if !p.Valid() {
		p = 1
	}
	return FacilityEnergy(finite(float64(e) * float64(p)))
}
