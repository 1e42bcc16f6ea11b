package electricitymaps

import (
	"encoding/json"
	"maps"
	"math"
	"slices"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/intensity/fetch"
	"github.com/scimeter/scimeter/internal/fuelfactor"
	"github.com/scimeter/scimeter/units"
)

// factors are by the names of version 3 of the API, and those that Electricity
// Maps has as the world's defaults. The service itself has others for many
// zones.
var factors = map[string]fuelfactor.Factor{
	"biomass":           fuelfactor.Biomass,
	"coal":              fuelfactor.Coal,
	"gas":               fuelfactor.Gas,
	"geothermal":        fuelfactor.Geothermal,
	"hydro":             fuelfactor.Hydro,
	"nuclear":           fuelfactor.Nuclear,
	"oil":               fuelfactor.Oil,
	"solar":             fuelfactor.SolarAny,
	"wind":              fuelfactor.Wind,
	"unknown":           fuelfactor.Unknown,
	"hydro discharge":   fuelfactor.HydroDischarge,
	"battery discharge": fuelfactor.BatteryDischarge,
}

// storage are the names of version 4 that hold a charge and a discharge.
var storage = map[string]string{"hydro storage": "hydro discharge", "battery storage": "battery discharge"}

// Factors returns the factor of each source that goes into a figure made of the
// mix, in gCO2e/kWh, by its name in version 3 of the API, for that boundary. A
// source of another name counts as "unknown". The map is a copy.
func Factors(b intensity.Boundary) map[string]units.Intensity {
	out := make(map[string]units.Intensity, len(factors))
	for source, f := range factors {
		out[source] = f.Of(b == intensity.Direct)
	}
	return out
}

// amounts are the megawatts of each source in an hour; null where they are not
// known.
type amounts struct {
	Consumption map[string]*float64 `json:"powerConsumptionBreakdown"`
	Production  map[string]*float64 `json:"powerProductionBreakdown"`
	Mix         mix                 `json:"mix"`
	Breakdown   string              `json:"breakdownType"` // of Mix: what is made or what is used
	Unit        string              `json:"unit"`
}

// A mix is the amounts of version 4, by the names of version 3. What flows over
// the borders stands among them there and is left out: it is no source.
type mix map[string]*float64

// UnmarshalJSON reads a mix.
func (m *mix) UnmarshalJSON(b []byte) error {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(b, &raw); err != nil {
		return err
	}
	*m = mix{}
	for source, text := range raw {
		if source == "flows" {
			continue
		}
		if err := m.put(source, text); err != nil {
			return fetch.Fail(fetch.ErrDecode, "%.30q of the mix: %v", source, err)
		}
	}
	return nil
}

func (m mix) put(source string, text json.RawMessage) error {
	discharge, stored := storage[source]
	if !stored {
		var v *float64
		err := json.Unmarshal(text, &v)
		m[source] = v
		return err
	}
	var s struct {
		Discharge *float64 `json:"discharge"`
	}
	err := json.Unmarshal(text, &s)
	if s.Discharge != nil { // no store, as a rule
		m[discharge] = s.Discharge
	}
	return err
}

// mostMW is more than all power stations of the world have.
const mostMW = 1e7

// valid refuses amounts that no zone can have, and a mix that is not of what was
// asked for, or does not say of what it is: the service takes parameters that it
// does not heed.
func (a amounts) valid(w ways) error {
	if w.mix && a.Mix != nil && a.Breakdown != w.breakdown() {
		return fetch.Fail(fetch.ErrDecode, "breakdownType %.20q, asked for %s", a.Breakdown, w.breakdown())
	}
	if w.mix && a.Unit != "" && a.Unit != "MW" {
		return fetch.Fail(fetch.ErrDecode, "unit %.20q of the mix, want MW", a.Unit)
	}
	for _, of := range []map[string]*float64{a.Consumption, a.Production, a.Mix} {
		for source, mw := range of {
			if mw != nil && !(math.Abs(*mw) <= mostMW) {
				return fetch.Fail(fetch.ErrDecode, "%.30q: %v MW", source, *mw)
			}
		}
	}
	return nil
}

// mean returns the mean of the factors weighted by amount, nil if there is
// none. It is whole if all amounts are known. A negative amount, such as a store
// that is filled, is no source.
func (a amounts) mean(s intensity.Signal) (v *float64, whole bool) {
	of := map[string]*float64(a.Mix)
	if a.Mix == nil {
		of = a.Consumption
		if s.Accounting == intensity.Production {
			of = a.Production
		}
	}
	whole = true
	var sum, grams float64
	for _, source := range slices.Sorted(maps.Keys(of)) {
		mw := of[source]
		if mw == nil {
			whole = false
			continue
		}
		if *mw <= 0 {
			continue
		}
		f, ok := factors[source]
		if !ok {
			f, whole = factors["unknown"], false
		}
		sum += *mw
		grams += *mw * float64(f.Of(s.Boundary == intensity.Direct))
	}
	if sum == 0 {
		return nil, false
	}
	mean := grams / sum
	return &mean, whole
}
