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
	Sources sourcesJSON      `json:"sources"`
	Usage   meter.Usage      `json:"usage"`
	Phases  []phaseJSON      `json:"phases"`
	Samples []sample         `json:"samples"`
	Start   float64          `json:"meter_start_seconds"` // what else it cost is in usage
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

type sourcesJSON struct {
	Found   []foundJSON   `json:"found"`
	Skipped []skipJSON    `json:"skipped"`
	Assumed []assumedJSON `json:"assumed"`
}

type foundJSON struct {
	ID     string      `json:"id"`
	Kind   string      `json:"kind"`
	Level  string      `json:"level"`
	Beside bool        `json:"beside,omitempty"` // overlaps others; not in the sums
	Idle   units.Power `json:"idle_watts,omitempty"`
	Method string      `json:"method"`
	Nature string      `json:"nature"`
	Source string      `json:"source"`
	Detail string      `json:"detail,omitempty"`
	Sigma  float64     `json:"relative_uncertainty"`
}

type skipJSON struct {
	What   string `json:"what"`
	Why    string `json:"why"`
	Remedy string `json:"remedy,omitempty"`
}

type assumedJSON struct {
	What   string `json:"what"`
	Value  string `json:"value"`
	Why    string `json:"why"`
	Remedy string `json:"remedy,omitempty"`
}

// writeJSON writes all figures with what they were made of, so that a stranger
// can compute them anew.
func writeJSON(w io.Writer, r *result) error {
	j := reportJSON{
		Schema: schema, Host: hostJSON{runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version()},
		Sources: sourcesOf(r.sources), Usage: r.usage, Samples: r.samples, Start: r.starting.Seconds(),
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

func sourcesOf(r source.Report) sourcesJSON {
	j := sourcesJSON{Found: []foundJSON{}, Skipped: []skipJSON{}, Assumed: []assumedJSON{}}
	for _, z := range r.Found {
		o := z.Origin
		j.Found = append(j.Found, foundJSON{
			z.ID, z.Kind.String(), z.Level.String(), z.Beside, z.Idle,
			o.Method.String(), o.Weight().String(), o.Name, o.Detail, o.Sigma,
		})
	}
	for _, s := range r.Skipped {
		j.Skipped = append(j.Skipped, skipJSON{s.What, s.Err.Error(), s.Remedy})
	}
	for _, a := range r.Assumed {
		j.Assumed = append(j.Assumed, assumedJSON(a))
	}
	return j
}
