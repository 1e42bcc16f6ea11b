package units

import "strings"

// An Intensity is the carbon intensity of electricity in gCO2e per kWh at the
// facility's meter.
type Intensity float64

// GramPerKWh is the unit of [Intensity].
const GramPerKWh Intensity = 1

// One pound is poundNum/poundDen kg: 0.45359237 kg exactly, by the
// international yard and pound agreement of 1959 (NIST SP 811, appendix B.8).
const (
	poundNum = 45359237
	poundDen = 1e8
)

// PoundsPerMWh returns the intensity of x lb of CO2e per MWh, the unit of
// American grids and of WattTime.
func PoundsPerMWh(x float64) Intensity { return Intensity(finite(x * poundNum / poundDen)) }

// KilogramsPerMWh returns the intensity of x kg of CO2e per MWh, which is x g
// per kWh.
func KilogramsPerMWh(x float64) Intensity { return Intensity(finite(x)) }

// TonnesPerGWh returns the intensity of x t of CO2e per GWh, which is x g per
// kWh.
func TonnesPerGWh(x float64) Intensity { return Intensity(finite(x)) }

// Of returns the carbon of e at the intensity i.
func (i Intensity) Of(e FacilityEnergy) Carbon {
	return Carbon(finite(e.KWh() * float64(i)))
}

// String returns i for people, as in "280 gCO2e/kWh".
func (i Intensity) String() string { return intensityScale.text(float64(i)) }

// Set parses what String prints, lb, kg and t per MWh and t per GWh, each with
// or without CO2e behind the mass; a bare number is in g per kWh. It takes the
// spellings of grids and papers too: "gCO2eq/kWh", "g CO2-eq per kWh", "lbs/MWh",
// and "gCO2/kWh", where CO2 counts as CO2e. A negative one is refused: it exists
// as a difference, which nobody types. An error is a [*ParseError], and leaves i
// as it was.
func (i *Intensity) Set(s string) error { return set(i, &intensityScale, s) }

var intensityScale = scale{
	name: "intensity", like: "279.7 g/kWh", steps: []unit{
		{name: "gCO2e/kWh", short: "g/kWh", num: 1, den: 1},
		{name: "kgCO2e/kWh", short: "kg/kWh", num: 1e3, den: 1},
	}, typed: []unit{
		{name: "lbCO2e/MWh", short: "lb/MWh", num: poundNum, den: poundDen},
		{name: "kgCO2e/MWh", short: "kg/MWh", num: 1, den: 1},
		{name: "tCO2e/MWh", short: "t/MWh", num: 1e3, den: 1},
		{name: "tCO2e/GWh", short: "t/GWh", num: 1, den: 1},
	}, spell: intensitySpelling,
}

// intensitySpelling maps what grids, registries and papers write. Of two that
// begin alike the first one is taken, and so the longer stand first.
var intensitySpelling = strings.NewReplacer(
	"CO2-equivalent", "CO2e", "CO2equivalent", "CO2e", "CO2-eq.", "CO2e", "CO2-eq", "CO2e", "CO2-e", "CO2e", "CO2e", "CO2e",
	"CO2", "CO2e",
	"lbs", "lb",
	"perkWh", "/kWh", "perMWh", "/MWh", "perGWh", "/GWh",
)
