package main

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/scimeter/scimeter/internal/sysfile"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A register is a counter of the hardware at both ends of the run, as anybody
// may read it: straight from the kernel's file, right after the meter did. It
// starts anew behind Range.
type register struct {
	Zone  string            `json:"zone"`
	File  string            `json:"file"`
	Range units.Microjoules `json:"range_microjoules,omitempty"`
	Begin registerValue     `json:"begin"`
	End   registerValue     `json:"end"`
}

type registerValue struct {
	At    time.Time         `json:"at"`
	Value units.Microjoules `json:"microjoules"`
}

// registers reads the counters of RAPL for the first time. What cannot be read
// is left out.
func registers(found source.Report) []register {
	var all []register
	for _, z := range found.Found {
		if !strings.HasPrefix(z.Origin.Name, "rapl/") || z.Beside {
			continue
		}
		r := register{Zone: z.ID, File: filepath.Join(z.Origin.Detail, "energy_uj")}
		if top, err := sysfile.ReadUint(filepath.Join(z.Origin.Detail, "max_energy_range_uj")); err == nil {
			r.Range = units.Microjoules(top)
		}
		if r.Begin.read(r.File) {
			all = append(all, r)
		}
	}
	return all
}

// ended reads them again.
func ended(begun []register) []register {
	var all []register
	for _, r := range begun {
		if r.End.read(r.File) {
			all = append(all, r)
		}
	}
	return all
}

func (v *registerValue) read(file string) bool {
	before := time.Now()
	n, err := sysfile.ReadUint(file)
	v.Value, v.At = units.Microjoules(n), before.Add(time.Since(before)/2).UTC()
	return err == nil
}

// A model is a zone of which nothing was counted, and what its figure is made
// of beside time.
type model struct {
	Zone   string  `json:"zone"`
	Source string  `json:"source"`
	Inputs string  `json:"coefficients"`               // in words
	Busy   float64 `json:"busy_cpu_seconds,omitempty"` // of processors
	Length float64 `json:"duration_seconds"`
}

// models returns the zones of the run that are estimated by a source; rest and
// supply loss are in the method.
func models(r *result) []model {
	var all []model
	for _, z := range r.usage.Zones {
		if z.Zone.Origin.Method == source.Estimated && z.Zone.Kind != source.Rest && z.Zone.Kind != source.Loss {
			m := model{Zone: z.Zone.ID, Source: z.Zone.Origin.Name, Inputs: coefficients(r.sources, z), Length: r.usage.Measured.Seconds()}
			if z.Zone.Kind == source.CPU {
				m.Busy = r.usage.Busy.Seconds()
			}
			all = append(all, m)
		}
	}
	return all
}

// coefficients are what the report says that the figure rests on.
func coefficients(sources source.Report, z meter.ZoneTotal) string {
	for _, a := range sources.Assumed {
		if a.What == z.Zone.Name+" power" || a.What == z.Zone.Name+" power model" {
			return a.Value
		}
	}
	return z.Zone.Origin.Detail
}

// origins says for each component what its figure is made of: a counter, or a
// model and what was put into it.
func origins(t *text, r *result) {
	for _, c := range r.counters {
		t.item("register", "%s: %d µJ before, %d µJ after%s, in %s", c.Zone, c.Begin.Value, c.End.Value, wrapping(c.Range), c.File)
	}
	for _, m := range models(r) {
		busy := ""
		if m.Busy > 0 {
			busy = fmt.Sprintf("%.2f s of busy CPUs in ", m.Busy)
		}
		t.item("model", "%s: nothing was counted. %s; put into it: %s%.2f s", m.Zone, m.Inputs, busy, m.Length)
	}
}

func wrapping(top units.Microjoules) string {
	if top == 0 {
		return ""
	}
	return ", anew from 0 behind " + top.String()
}
