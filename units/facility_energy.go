package units

// A FacilityEnergy is an amount of energy in joules at the meter of the
// facility. Only [PUE.Of] makes one of an [Energy]; a test of this module
// forbids explicit conversions between the two.
type FacilityEnergy float64

// KWh returns e in kilowatt hours; one is exactly 3.6e6 J.
func (e FacilityEnergy) KWh() float64 { return finite(float64(e) / KilowattHour) }

// String returns e for people, as [Energy.String] does.
func (e FacilityEnergy) String() string { return facilityScale.text(float64(e)) }

// Set parses what [Energy.Set] parses. An error is a [*ParseError], and leaves
// e as it was.
func (e *FacilityEnergy) Set(s string) error { return set(e, &facilityScale, s) }

var facilityScale = scale{
	name: "facility energy", like: "1.24 kWh", least: signed, steps: energySteps, typed: energyTyped,
}
