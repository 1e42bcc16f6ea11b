package units

// A WUE is the water usage effectiveness of a site, in litres per kWh of IT
// energy (ISO/IEC 30134-9).
type WUE float64

// Of returns the water that a site of this effectiveness evaporates for e.
func (w WUE) Of(e Energy) Water { return Water(finite(e.KWh() * float64(w))) }

// String returns w for people, as in "0.18 L/kWh".
func (w WUE) String() string { return wueScale.text(float64(w)) }

// Set parses what String prints; a bare number is in litres per kWh. A
// negative one is refused. An error is a [*ParseError], and leaves w as it was.
func (w *WUE) Set(s string) error { return set(w, &wueScale, s) }

var wueScale = scale{name: "WUE", like: "0.18 L/kWh", steps: litresPerKWh}

var litresPerKWh = []unit{{name: "L/kWh", num: 1, den: 1}}
