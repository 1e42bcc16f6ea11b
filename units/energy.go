package units

import "time"

// An Energy is an amount of energy in joules at the input of the IT
// equipment, rest of the machine and supply loss included.
type Energy float64

// Common amounts of energy. They are untyped, so that both energies use them.
const (
	Millijoule   = 1e-3
	Joule        = 1.0
	Kilojoule    = 1e3
	WattHour     = 3600.0
	KilowattHour = 3.6e6
	MegawattHour = 3.6e9
)

// KWh returns e in kilowatt hours; one is exactly 3.6e6 J.
func (e Energy) KWh() float64 { return finite(float64(e) / KilowattHour) }

// Over returns the mean power of e in d; false means that there is none, since
// d is not positive or e is NaN.
func (e Energy) Over(d time.Duration) (Power, bool) {
	if d <= 0 || e != e {
		return 0, false
	}
	return Power(finite(float64(e) / d.Seconds())), true
}

// String returns e for people: joules below 1 Wh, watt hours from there on, as
// in "6.51 J" and "1.24 kWh".
func (e Energy) String() string { return energyScale.text(float64(e)) }

// Set parses what String prints, as well as MJ, GJ and TJ; a bare number is in
// joules. It may be negative, as a difference is. An error is a [*ParseError],
// and leaves e as it was.
func (e *Energy) Set(s string) error { return set(e, &energyScale, s) }

var energyScale = scale{
	name: "energy", like: "1.24 kWh", least: signed, steps: energySteps, typed: energyTyped,
}

var energySteps = []unit{
	{name: "nJ", num: 1, den: 1e9},
	{name: "µJ", num: 1, den: 1e6},
	{name: "mJ", num: 1, den: 1e3},
	{name: "J", num: Joule, den: 1},
	{name: "kJ", num: Kilojoule, den: 1},
	{name: "Wh", num: WattHour, den: 1},
	{name: "kWh", num: KilowattHour, den: 1},
	{name: "MWh", num: MegawattHour, den: 1},
	{name: "GWh", num: 3.6e12, den: 1},
	{name: "TWh", num: 3.6e15, den: 1},
}

var energyTyped = []unit{
	{name: "MJ", num: 1e6, den: 1},
	{name: "GJ", num: 1e9, den: 1},
	{name: "TJ", num: 1e12, den: 1},
}
