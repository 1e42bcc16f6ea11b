package sci_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

// systemInputs are the inputs of a system: components with energies and
// hardware, or with scores of their own, and an R.
type systemInputs struct {
	Components      []componentInputs
	FunctionalUnits *float64 `json:"functional_units"`
	Unit            string
	AggregateUnit   string `json:"aggregate_unit"`
	Per             float64
}

type componentInputs struct {
	ID              string
	EnergyKWh       float64          `json:"energy_kwh"`
	EnergyScope     string           `json:"energy_scope"`
	PUE             *units.PUE       `json:"pue"`
	Intensity       *units.Intensity `json:"intensity_g_per_kwh"`
	IntensityMethod string           `json:"intensity_method"`
	IntensityKind   string           `json:"intensity_kind"`
	Operational     *units.Carbon    `json:"operational_g"`
	EmbodiedGiven   units.Carbon     `json:"embodied_g"`
	Embodied        []embodiedInputs
	FunctionalUnits *float64 `json:"functional_units"` // of this component; nil: of the system
	Unit            string   // of this component; "": of the system
	SCI             *struct {
		Value units.Carbon `json:"value_g"`
		Unit  string
	}
	Conversion *struct {
		From, To  string
		Factor    float64 `json:"factor_from_per_to"`
		Disclosed bool
	}
}

type embodiedInputs struct {
	TE  units.Carbon `json:"te_g"`
	TiR float64      `json:"tir_h"`
	EL  float64      `json:"el_h"`
	RR  *float64
	ToR *float64
}

// systemScore computes the score of a system, and what it is made of.
func systemScore(raw json.RawMessage) (figures, error) {
	var in systemInputs
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, err
	}
	score, energy, err := in.score()
	if err != nil {
		return nil, err
	}
	return figures{
		"operational_g":         float64(score.Operational),
		"embodied_g":            float64(score.Embodied),
		"total_g":               float64(score.Total()),
		"energy_kwh":            energy.KWh(),
		"sci_g_per_unit":        float64(score.Carbon()),
		"sci_g_per_scaled_unit": float64(score.Per(in.Per).Carbon()),
		"functional_units":      score.R,
		"facility_energy_kwh":   energy.KWh(),
	}, nil
}

// score splits the components into those that have scores of their own and the
// rest, which is one system, and assembles them.
func (in systemInputs) score() (sci.Score, units.FacilityEnergy, error) {
	unit := in.Unit
	if in.AggregateUnit != "" {
		unit = in.AggregateUnit
	}
	var parts []sci.Score
	var errs []error
	system := sci.System{R: in.FunctionalUnits, Unit: unit}
	for _, c := range in.Components {
		if part, own, err := c.score(in); own {
			parts, errs = append(parts, part), append(errs, err)
			continue
		}
		system.Components = append(system.Components, c.component())
	}
	energy, err := sci.System{Components: components(in.Components)}.Energy()
	errs = append(errs, err)
	if len(parts) == 0 || len(system.Components) > 0 {
		own, err := system.Score()
		parts, errs = append([]sci.Score{own}, parts...), append(errs, err)
	}
	if err := errors.Join(errs...); err != nil {
		return sci.Score{}, 0, err
	}
	score, err := sci.AssembleBy(unit, in.conversions(), parts...)
	return score, energy, err
}

// conversions are those of all components.
func (in systemInputs) conversions() []sci.Conversion {
	var all []sci.Conversion
	for _, c := range in.Components {
		if v := c.Conversion; v != nil {
			all = append(all, sci.Conversion{From: v.From, To: v.To, Factor: v.Factor, Why: map[bool]string{true: "disclosed"}[v.Disclosed]})
		}
	}
	return all
}

func components(in []componentInputs) []sci.Component {
	var out []sci.Component
	for _, c := range in {
		out = append(out, c.component())
	}
	return out
}

// score returns the score of a component that has an R or a unit of its own.
func (c componentInputs) score(in systemInputs) (part sci.Score, own bool, err error) {
	switch {
	case c.SCI != nil:
		part, err = sci.Terms{Operational: c.SCI.Value, R: 1, Unit: c.SCI.Unit}.Score()
		return part, true, err
	case c.Unit == "" && c.FunctionalUnits == nil:
		return sci.Score{}, false, nil
	}
	part, err = sci.System{
		Components: []sci.Component{c.component()},
		R:          cmp.Or(c.FunctionalUnits, in.FunctionalUnits),
		Unit:       cmp.Or(c.Unit, in.Unit),
	}.Score()
	return part, true, err
}

func (c componentInputs) component() sci.Component {
	out := sci.Component{
		ID:          c.ID,
		Intensity:   c.Intensity,
		MarketBased: marketBased(c.IntensityMethod) || marketBased(c.IntensityKind),
		Operational: c.Operational,
		Embodied:    c.EmbodiedGiven,
	}
	energy := units.Energy(c.EnergyKWh * units.KilowattHour)
	switch {
	case c.EnergyScope == "facility":
		out.Facility = units.PUE(1).Of(energy)
	case c.PUE != nil:
		out.IT, out.PUE = energy, *c.PUE
	default: // a case that names no PUE has energy as it is billed
		out.IT, out.PUE = energy, 1
	}
	for _, e := range c.Embodied {
		out.Hardware = append(out.Hardware, e.allocation())
	}
	return out
}

// marketBased reports whether an intensity is one of contracts or certificates
// by what it is called.
func marketBased(name string) bool {
	name = strings.ToLower(name)
	for _, word := range []string{"market", "residual", "contract", "ppa", "rec", "eac", "certificate", "guarantee"} {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

func (e embodiedInputs) allocation() sci.Allocation {
	if most := max(e.TiR, e.EL); most > longest && e.EL > 0 {
		// The hours of many devices: only the ratio counts.
		e.TiR, e.EL = e.TiR/most*longest, e.EL/most*longest
	}
	a := sci.Allocation{TE: e.TE, Reserved: hours(e.TiR), Lifespan: hours(e.EL), RR: 1, ToR: 1}
	if e.RR != nil {
		a.RR = *e.RR
	}
	if e.ToR != nil {
		a.ToR = *e.ToR
	}
	a.Beyond = a.Reserved > a.Lifespan // a case says so by its figures
	return a
}

// longest is fewer hours than a time.Duration holds, 292 years.
const longest = 2e6

func hours(h float64) time.Duration { return time.Duration(h*float64(time.Hour) + 0.5) }
