// Package ukgrid asks the Carbon Intensity API of Great Britain's system
// operator (NESO) for the nation, its regions and postcodes: now, the past and
// 48 hours ahead. It needs no key.
//
// The figures are averages of the electricity used, imports included, with what
// leaves the stack alone ("operational" in their words; wind, solar and nuclear
// count as 0): [Signal]. They are not comparable with lifecycle figures: for
// one instant of Great Britain the difference was 166 to 211 gCO2e/kWh.
//
// Zones are "GB", the number of a region ("1" to "14" of the network operators,
// "15" England, "16" Scotland, "17" Wales, "18" Great Britain), or the first
// half of a postcode, such as "RG10". Regions and postcodes have forecasts
// alone, for the past too.
package ukgrid
