package units

// An EWIF is the electricity water intensity factor of a grid, in litres per
// kWh of facility energy.
type EWIF float64

// Of returns the water that generating e consumed.
func (w EWIF) Of(e FacilityEnergy) Water { return Water(finite(e.KWh() * float64(w))) }

// String returns w for people, as in "1.48 L/kWh".
func (w EWIF) String() string { return ewifScale.text(float64(w)) }

// Set parses what String prints; a bare number is in litres per kWh. A
// negative one is refused. An error is a [*ParseError], and leaves w as it was.
func (w *EWIF) Set(s string) error { return set(w, &ewifScale, s) }

var ewifScale = scale{name: "EWIF", like: "1.48 L/kWh", steps: litresPerKWh}
