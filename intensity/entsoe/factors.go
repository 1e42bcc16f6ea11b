package entsoe

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/internal/fuelfactor"
	"github.com/scimeter/scimeter/units"
)

// unknown is for what is not named.
var unknown = fuelfactor.Unknown.Lifecycle

// factors are by the platform's code of a type (psrType). The types that are
// not here are B10, pumped storage, and B25, other storage, which count only
// with a factor of the user, and ones that are not known yet, which count as
// unknown.
var factors = map[string]units.Intensity{
	"B01": fuelfactor.Biomass.Lifecycle,
	"B02": fuelfactor.Coal.Lifecycle, // lignite
	"B03": fuelfactor.Gas.Lifecycle,  // made of coal
	"B04": fuelfactor.Gas.Lifecycle,
	"B05": fuelfactor.Coal.Lifecycle, // hard coal
	"B06": fuelfactor.Oil.Lifecycle,
	"B07": fuelfactor.Coal.Lifecycle, // oil shale
	"B08": fuelfactor.Coal.Lifecycle, // peat
	"B09": fuelfactor.Geothermal.Lifecycle,
	"B11": fuelfactor.Hydro.Lifecycle, // run of the river
	"B12": fuelfactor.Hydro.Lifecycle, // reservoir
	"B13": fuelfactor.OceanLifecycle,
	"B14": fuelfactor.Nuclear.Lifecycle,
	"B15": unknown,                           // other renewable
	"B16": fuelfactor.SolarUtility.Lifecycle, // that on roofs is 41
	"B17": fuelfactor.Biomass.Lifecycle,      // waste
	"B18": fuelfactor.WindOffshoreLifecycle,
	"B19": fuelfactor.Wind.Lifecycle,
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
