// Package fuelfactor holds what a kilowatt hour of each source of electricity
// stands for, in gCO2e/kWh, for those providers of intensity that make a figure
// of a mix. They differ in which of the rows they take; a row is the same for
// all of them.
package fuelfactor

import "github.com/scimeter/scimeter/units"

// A Factor is what a kWh of one source stands for: over the life cycle, and at
// the stack alone.
type Factor struct{ Lifecycle, Direct units.Intensity }

// Of returns the direct figure, else that of the life cycle.
func (f Factor) Of(direct bool) units.Intensity {
	if direct {
		return f.Direct
	}
	return f.Lifecycle
}

// Sources. IPCC is Climate Change 2014, Working Group III, Annex III, table
// A.III.2, median of the lifecycle emissions. EM is the world's default of
// Electricity Maps, config/defaults.yaml of electricitymaps-contrib at b354f28.
// The annex has no direct figures of the same kind: those are all EM, which
// counts nothing at the stack of a plant that burns biomass.
var (
	Coal       = Factor{820, 760} // IPCC; EM
	Gas        = Factor{490, 370} // IPCC, combined cycle; EM
	Biomass    = Factor{230, 0}   // IPCC, dedicated; EM
	Geothermal = Factor{38, 0}    // IPCC; EM
	Hydro      = Factor{24, 0}    // IPCC; EM
	Nuclear    = Factor{12, 0}    // IPCC; EM
	Wind       = Factor{11, 0}    // IPCC, onshore; EM
	Oil        = Factor{650, 406} // EM; EM

	// What is not named.
	Unknown = Factor{700, 575} // EM; EM

	// SolarUtility is for a source that is large plants, SolarAny for one that
	// does not tell them from roofs, which the annex has at 41.
	SolarUtility = Factor{48, 0} // IPCC; EM
	SolarAny     = Factor{45, 0} // EM; EM

	// What storage gives back, as it was filled in the mean of the year 2025.
	HydroDischarge   = Factor{362.9, 303.19}  // EM; EM
	BatteryDischarge = Factor{358.44, 297.68} // EM; EM
)

// Of these the lifecycle figure alone has a source.
const (
	OceanLifecycle        units.Intensity = 17 // IPCC
	WindOffshoreLifecycle units.Intensity = 12 // IPCC
)
