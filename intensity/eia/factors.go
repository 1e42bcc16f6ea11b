package eia

import (
	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/units"
)

// A factor is what a kWh of one source stands for.
type factor struct{ lifecycle, direct units.Intensity }

func (f factor) of(b intensity.Boundary) units.Intensity {
	if b == intensity.Direct {
		return f.direct
	}
	return f.lifecycle
}

// Lifecycle factors are the medians of IPCC AR5, Working Group III, Annex III,
// table A.III.2, with wind onshore and solar at utility scale. The table has no
// oil, nothing for what is not named and no direct figures of the same kind:
// these are the defaults of Electricity Maps (config/defaults.yaml of
// electricitymaps-contrib), and so is what storage gives back, the yearly mean
// for 2025.
var (
	coal       = factor{820, 760}
	gas        = factor{490, 370}
	oil        = factor{650, 406}
	nuclear    = factor{12, 0}
	hydro      = factor{24, 0}
	wind       = factor{11, 0}
	solar      = factor{48, 0}
	geothermal = factor{38, 0}
	pumped     = factor{362.9, 303.19}
	battery    = factor{358.44, 297.68}
	unknown    = factor{700, 575}
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
