package main

import (
	"encoding/json"
	"io"
	"runtime"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// schema names the form of the report in JSON. Usages in it have one of their
// own, meter.Schema.
const schema = "scimeter.quickstart/1"

type reportJSON struct {
	Schema  string           `json:"schema"`
	Host    hostJSON         `json:"host"`
	Grid    *intensity.Point `json:"grid,omitempty"`
	World   *spreadJSON      `json:"world_spread,omitempty"` // where the place is not known
	Sources source.Report    `json:"sources"`
	// Registers are the counters of the hardware as the kernel shows them, read
	// apart from the meter; without one, Models say what figures are made of.
	Registers []register  `json:"registers,omitempty"`
	Models    []model     `json:"models,omitempty"`
	Usage     meter.Usage `json:"usage"`
	Phases    []phaseJSON `json:"phases"`
	Samples   []sample    `json:"samples"`
	Start     float64     `json:"meter_start_seconds"` // what else it cost is in usage
}

type hostJSON struct {
	OS   string `json:"os"`
	Arch string `json:"arch"`
	CPUs int    `json:"cpus"`
	Go   string `json:"go"`
}

type spreadJSON struct {
	Low  units.Intensity `json:"tenth_of_countries_below_gco2e_per_kwh"`
	High units.Intensity `json:"nine_tenths_of_countries_below_gco2e_per_kwh"`
}

type phaseJSON struct {
	Usage meter.Usage `json:"usage"`
	Score *sci.Score  `json:"score,omitempty"`
	Why   string      `json:"why_no_score,omitempty"`
}

// writeJSON writes all figures with what they were made of, so that a stranger
// can compute them anew.
func writeJSON(w io.Writer, r *result) error {
	j := reportJSON{
		Schema: schema, Host: hostJSON{runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version()},
		Sources: r.sources, Registers: r.counters, Models: models(r), Usage: r.usage, Samples: r.samples, Start: r.starting.Seconds(),
	}
	if p := r.end.Intensity; p.Valid() == nil {
		j.Grid = &p
	}
	if r.anywhere() {
		low, high := intensity.WorldSpread()
		j.World = &spreadJSON{low, high}
	}
	for _, p := range r.phases {
		j.Phases = append(j.Phases, p.json())
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	return encoder.Encode(j)
}

func (p phase) json() phaseJSON {
	score, err := p.usage.Score(p.unit)
	if err != nil {
		return phaseJSON{Usage: p.usage, Why: err.Error()}
	}
	score = score.Per(p.per)
	return phaseJSON{Usage: p.usage, Score: &score}
}
