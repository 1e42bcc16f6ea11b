package units

// A Water is a volume of water consumed, in litres.
type Water float64

// Common volumes.
const (
	Millilitre Water = 1e-3
	Litre      Water = 1
	CubicMetre Water = 1e3
)

// String returns w for people, as in "5.38 mL" and "1.2 m3".
func (w Water) String() string { return waterScale.text(float64(w)) }

// Set parses what String prints; a bare number is in litres. It may be
// negative, as a difference is. An error is a [*ParseError], and leaves w as it
// was.
func (w *Water) Set(s string) error { return set(w, &waterScale, s) }

var waterScale = scale{
	name: "water", like: "24.3 L", least: signed, steps: []unit{
		{name: "µL", num: 1, den: 1e6},
		{name: "mL", num: 1, den: 1e3},
		{name: "L", num: 1, den: 1},
		{name: "m3", num: 1e3, den: 1},
	},
}
