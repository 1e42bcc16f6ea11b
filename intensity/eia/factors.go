package eia

import (
	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/internal/fuelfactor"
	"github.com/scimeter/scimeter/units"
)

// A factor is what a kWh of one source stands for.
type factor fuelfactor.Factor

func (f factor) of(b intensity.Boundary) units.Intensity {
	return fuelfactor.Factor(f).Of(b == intensity.Direct)
}

// The form does not tell wind on shore from wind off shore, nor roofs, which are
// not among the plants that it is about.
var (
	coal       = factor(fuelfactor.Coal)
	gas        = factor(fuelfactor.Gas)
	oil        = factor(fuelfactor.Oil)
	nuclear    = factor(fuelfactor.Nuclear)
	hydro      = factor(fuelfactor.Hydro)
	wind       = factor(fuelfactor.Wind)
	solar      = factor(fuelfactor.SolarUtility)
	geothermal = factor(fuelfactor.Geothermal)
	pumped     = factor(fuelfactor.HydroDischarge)
	battery    = factor(fuelfactor.BatteryDischarge)
	unknown    = factor(fuelfactor.Unknown)
)

// factors are those of the energy sources, by their codes in form EIA-930. An
// array with a battery of its own counts as the array.
var factors = map[string]factor{
	"COL": coal, "NG": gas, "OIL": oil, "NUC": nuclear, "WAT": hydro,
	"WND": wind, "WNB": wind, "SUN": solar, "SNB": solar, "GEO": geothermal,
	"PS": pumped, "BAT": battery, "OES": battery,
	"OTH": unknown, "UNK": unknown, "UES": unknown,
}

// Factors returns the factor of each energy source by its code in form EIA-930,
// in gCO2e/kWh, for that boundary. A code that is not among them counts as
// "OTH". The map is a copy.
func Factors(b intensity.Boundary) map[string]units.Intensity {
	out := make(map[string]units.Intensity, len(factors))
	for code, f := range factors {
		out[code] = f.of(b)
	}
	return out
}
