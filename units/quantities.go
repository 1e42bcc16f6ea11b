package units

import (
	"math"
	"time"
)

// An Energy is an amount of energy in joules at the input of the IT
// equipment, rest of the machine and supply loss included.
type Energy float64

// A FacilityEnergy is an amount of energy in joules at the meter of the
// facility. Only [PUE.Of] makes one of an [Energy]; a test of this module
// forbids explicit conversions between the two.
type FacilityEnergy float64

// Common amounts of energy. They are untyped, so that both energies use them.
const (
	Millijoule   = 1e-3
	Joule        = 1.0
	Kilojoule    = 1e3
	WattHour     = 3600.0
	KilowattHour = 3.6e6
	MegawattHour = 3.6e9
)

// A Power is a rate of energy in watts.
type Power float64

// Common powers.
const (
	Milliwatt Power = 1e-3
	Watt      Power = 1
	Kilowatt  Power = 1e3
	Megawatt  Power = 1e6
)

// A Carbon is a mass of greenhouse gas in grams of CO2 equivalent, location
// based.
type Carbon float64

// Common masses of CO2 equivalent.
const (
	Milligram Carbon = 1e-3
	Gram      Carbon = 1
	Kilogram  Carbon = 1e3
	Tonne     Carbon = 1e6
)

// An Intensity is the carbon intensity of electricity in gCO2e per kWh at the
// facility's meter.
type Intensity float64

// GramPerKWh is the unit of [Intensity].
const GramPerKWh Intensity = 1

// A Water is a volume of water consumed, in litres.
type Water float64

// Common volumes.
const (
	Millilitre Water = 1e-3
	Litre      Water = 1
	CubicMetre Water = 1e3
)

// A WUE is the water usage effectiveness of a site, in litres per kWh of IT
// energy (ISO/IEC 30134-9).
type WUE float64

// An EWIF is the electricity water intensity factor of a grid, in litres per
// kWh of facility energy.
type EWIF float64

// Over returns the mean power of e in d; false means that d is not positive.
func (e Energy) Over(d time.Duration) (Power, bool) {
	if d <= 0 {
		return 0, false
	}
	return Power(finite(float64(e) / d.Seconds())), true
}

// KWh returns e in kilowatt hours; one is exactly 3.6e6 J.
func (e Energy) KWh() float64 { return float64(e) / KilowattHour }

// KWh returns e in kilowatt hours; one is exactly 3.6e6 J.
func (e FacilityEnergy) KWh() float64 { return float64(e) / KilowattHour }

// For returns the energy of a constant power p during d.
func (p Power) For(d time.Duration) Energy {
	return Energy(finite(float64(p) * d.Seconds()))
}

// Of returns the carbon of e at the intensity i.
func (i Intensity) Of(e FacilityEnergy) Carbon {
	return Carbon(finite(e.KWh() * float64(i)))
}

// Of returns the water that a site of this effectiveness evaporates for e.
func (w WUE) Of(e Energy) Water { return Water(finite(e.KWh() * float64(w))) }

// Of returns the water that generating e consumed.
func (w EWIF) Of(e FacilityEnergy) Water { return Water(finite(e.KWh() * float64(w))) }

// finite holds the promise of the package: what would overflow is the largest
// float64, and what would be NaN is zero.
func finite(f float64) float64 {
	switch {
	case f > math.MaxFloat64:
		return math.MaxFloat64
	case f < -math.MaxFloat64:
		return -math.MaxFloat64
	case f != f:
		return 0
	}
	return f
}
