package units

import "time"

// A Power is a rate of energy in watts.
type Power float64

// Common powers.
const (
	Milliwatt Power = 1e-3
	Watt      Power = 1
	Kilowatt  Power = 1e3
	Megawatt  Power = 1e6
)

// For returns the energy of a constant power p during d, and none for a d that
// is not positive.
func (p Power) For(d time.Duration) Energy {
	if d <= 0 {
		return 0
	}
	return Energy(finite(float64(p) * d.Seconds()))
}

// String returns p for people, as in "65 W" and "1.03 kW".
func (p Power) String() string { return powerScale.text(float64(p)) }

// Set parses what String prints; a bare number is in watts. It may be
// negative, as a difference is. An error is a [*ParseError], and leaves p as it
// was.
func (p *Power) Set(s string) error { return set(p, &powerScale, s) }

var powerScale = scale{
	name: "power", like: "65 W", least: signed, steps: []unit{
		{name: "µW", num: 1, den: 1e6},
		{name: "mW", num: 1, den: 1e3},
		{name: "W", num: 1, den: 1},
		{name: "kW", num: 1e3, den: 1},
		{name: "MW", num: 1e6, den: 1},
		{name: "GW", num: 1e9, den: 1},
	},
}
