package entsoe

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/units"
)

// Lifecycle factors in gCO2e/kWh. Unless said otherwise: IPCC, Climate Change
// 2014, Working Group III, Annex III, table A.III.2, medians.
const (
	coal       = 820
	gas        = 490 // combined cycle
	biomass    = 230 // dedicated
	geothermal = 38
	hydro      = 24
	ocean      = 17
	nuclear    = 12
	solar      = 48 // utility; that on roofs is 41
	onshore    = 11
	offshore   = 12

	// The annex has no oil and nothing for what is not named. These two are the
	// lifecycle defaults of Electricity Maps.
	oil     = 650
	unknown = 700
)

// factors are by the platform's code of a type (psrType). The types that are
// not here are B10, pumped storage, and B25, other storage, which count only
// with a factor of the user, and ones that are not known yet, which count as
// unknown.
var factors = map[string]units.Intensity{
	"B01": biomass,
	"B02": coal, // lignite
	"B03": gas,  // made of coal
	"B04": gas,
	"B05": coal, // hard coal
	"B06": oil,
	"B07": coal, // oil shale
	"B08": coal, // peat
	"B09": geothermal,
	"B11": hydro, // run of the river
	"B12": hydro, // reservoir
	"B13": ocean,
	"B14": nuclear,
	"B15": unknown, // other renewable
	"B16": solar,
	"B17": biomass, // waste
	"B18": offshore,
	"B19": onshore,
	"B20": unknown, // other
}

// stores are the types that give back what was generated before.
var stores = []string{"B10", "B25"}

// Factors returns the factors that are used for each type of generation, named
// by the platform's code, unless Config.Factors has another: lifecycle figures
// in gCO2e/kWh. The map is a copy.
func Factors() map[string]units.Intensity { return maps.Clone(factors) }

// A table is the factors of one provider.
type table map[string]units.Intensity

// with returns the factors with those of the user in their place.
func with(own map[string]units.Intensity) table {
	t := table(Factors())
	maps.Copy(t, own)
	return t
}

// of returns the factor of a type, and false for a store that has none.
func (t table) of(code string) (units.Intensity, bool) {
	if f, ok := t[code]; ok {
		return f, true
	}
	return unknown, !slices.Contains(stores, code)
}

// named reports whether a type says what its generation is made of.
func (t table) named(code string) bool {
	f, ok := t[code]
	return ok && (f != factors[code] || f != unknown)
}

// vintage names the factors, so that figures made with others are never taken
// for these.
func vintage(own map[string]units.Intensity) string {
	var b strings.Builder
	b.WriteString("ar5")
	for _, code := range slices.Sorted(maps.Keys(own)) {
		b.WriteString(" " + code + "=" + strconv.FormatFloat(float64(own[code]), 'g', -1, 64))
	}
	return b.String()
}
