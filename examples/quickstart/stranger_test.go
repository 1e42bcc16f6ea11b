package main

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A stranger is who reads the JSON of the report and knows nothing of this
// module: the types below are of what the keys say.
type stranger struct {
	Schema string
	Host   struct{ CPUs int }
	Grid   struct {
		Intensity float64 `json:"intensity_gco2e_per_kwh"`
		Zone      string
	}
	World   *struct{} `json:"world_spread"`
	Sources struct {
		Found []struct {
			ID, Method, Source string
			Beside             bool
			Idle               float64 `json:"idle_watts"`
		}
		Skipped []struct{ What, Why, Remedy string }
		Assumed []struct{ What, Value, Why, Remedy string }
	}
	Registers []struct {
		Zone, File string
		Range      uint64 `json:"range_microjoules"`
		Begin, End struct {
			At    time.Time
			Value uint64 `json:"microjoules"`
		}
	}
	Models []struct {
		Zone, Source, Coefficients string
		Busy                       float64 `json:"busy_cpu_seconds"`
		Duration                   float64 `json:"duration_seconds"`
	}
	Usage  usage
	Phases []struct {
		Usage usage
		Score *struct {
			Per         float64
			SCI         float64            `json:"sci_g"`
			LowG        float64            `json:"low_g"`
			HighG       float64            `json:"high_g"`
			R           float64            `json:"functional_units"`
			Operational float64            `json:"operational_g"`
			Embodied    float64            `json:"embodied_g"`
			Uncertainty map[string]float64 `json:"uncertainty_g"`
		}
	}
	Samples []struct {
		At      time.Time
		Seconds float64
		Own     float64 `json:"own_cpu_seconds"`
		Busy    float64 `json:"busy_cpu_seconds"`
		Zones   []energyOf
	}
}

type energyOf struct {
	ID             string
	Beside         bool
	Level          string
	Kind           string
	Counter        uint64  `json:"counter_microjoules"`
	Total          uint64  `json:"total_microjoules"`
	Charged        uint64  `json:"charged_microjoules"`
	Static         uint64  `json:"static_microjoules"`
	Others         uint64  `json:"others_microjoules"`
	IdleUnreserved uint64  `json:"idle_unreserved_microjoules"`
	Operational    float64 `json:"operational_grams"`
}

type usage struct {
	Schema, Name   string
	Nature         string
	Duration       float64  `json:"duration_seconds"`
	Energy         uint64   `json:"energy_microjoules"`
	Joules         float64  `json:"energy_joules"`
	Facility       float64  `json:"facility_energy_joules"`
	Operational    float64  `json:"operational_grams"`
	Embodied       float64  `json:"embodied_grams"`
	Carbon         float64  `json:"carbon_grams"`
	Water          *float64 `json:"water_litres"`
	Machine        uint64   `json:"machine_microjoules"`
	Others         uint64   `json:"others_microjoules"`
	IdleUnreserved uint64   `json:"idle_unreserved_microjoules"`
	Pending        int64    `json:"pending_microjoules"`
	Own            float64  `json:"own_cpu_seconds"`
	Busy           float64  `json:"busy_cpu_seconds"`
	Zones          []energyOf
	Accounts       []struct {
		Energy uint64 `json:"energy_microjoules"`
	}
	Counts map[string]float64
	Steps  []struct {
		Start, End  time.Time
		Facility    float64 `json:"facility_energy_joules"`
		Operational float64 `json:"operational_grams"`
	}
	EnergyDoubt map[string]float64 `json:"energy_uncertainty_joules"`
	CarbonDoubt map[string]float64 `json:"carbon_uncertainty_grams"`
	Method      struct {
		Policy         string
		PUE            float64
		WUE            float64 `json:"wue_litres_per_kwh"`
		EWIF           float64 `json:"ewif_litres_per_kwh"`
		Efficiency     float64 `json:"supply_efficiency"`
		Embodied       float64 `json:"machine_embodied_grams"`
		EmbodiedMemory float64 `json:"machine_embodied_memory_grams"`
		HostShare      float64 `json:"host_share"`
		MemoryShare    float64 `json:"host_memory_share"`
		Lifespan       float64 `json:"lifespan_seconds"`
	}
}

// ask runs the program for a moment and reads what it says.
func ask(t *testing.T, args ...string) stranger {
	t.Helper()
	text := output(t, append([]string{"-json", "-for", "200ms"}, args...)...)
	require.NotContains(t, text, "null", "what is not known is left out")
	require.NotContains(t, text, "NaN")
	var s stranger
	require.NoError(t, json.Unmarshal([]byte(text), &s))
	require.Equal(t, "scimeter.quickstart/1", s.Schema)
	require.Len(t, s.Phases, 2)
	require.NotEmpty(t, s.Sources.Found)
	return s
}

// output runs the program and returns its standard output.
func output(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	require.Zero(t, run(context.Background(), args, &stdout, &stderr), stderr.String())
	return stdout.String()
}
