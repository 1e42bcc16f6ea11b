package units

// A PUE is the power usage effectiveness of a facility, facility energy over
// IT energy (ISO/IEC 30134-2): 1 outside data centres, never below it. Zero
// means not given.
type PUE float64

// Valid reports whether p is at least 1 and finite.
func (p PUE) Valid() bool { return p >= 1 && float64(p) == finite(float64(p)) }

// Of returns the energy at the facility's meter for e at the IT equipment. It
// is never smaller in size than e: a p that is not [PUE.Valid] counts as 1.
func (p PUE) Of(e Energy) FacilityEnergy {
	if !p.Valid() {
		p = 1
	}
	return FacilityEnergy(finite(float64(e) * float64(p)))
}

// String returns p for people, as in "1.54"; the zero PUE is "not given".
func (p PUE) String() string {
	if p == 0 {
		return "not given"
	}
	return pueScale.text(float64(p))
}

// Set parses a number of at least 1. Not given is what a PUE is when nobody
// calls Set, so zero is refused too. An error is a [*ParseError], and leaves p
// as it was.
func (p *PUE) Set(s string) error { return set(p, &pueScale, s) }

var pueScale = scale{name: "PUE", like: "1.2", least: 1, steps: []unit{{num: 1, den: 1}}}
