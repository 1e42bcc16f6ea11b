package sci_test

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/scimeter/scimeter/internal/ifcompat"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/units"
)

// bottomUp computes what an inventory of parts embodies.
func bottomUp(raw json.RawMessage) (figures, error) {
	type parts struct {
		Units     int
		Cores     int
		MM2       float64 `json:"die_mm2"`
		MM2PerOne float64 `json:"mm2_per_core"`
		GB        float64
		Density   float64 `json:"gb_per_cm2"`
		Kg        float64
	}
	var in struct {
		CPU, RAM, SSD, HDD, PSU []parts
		Case                    string
		Motherboard, Assembly   bool
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, err
	}
	cases := map[string]sci.Case{"": 0, "rack": sci.RackCase, "blade": sci.BladeCase}
	inv := sci.Inventory{Case: cases[in.Case], Motherboard: in.Motherboard, Assembly: in.Assembly}
	for _, p := range in.CPU {
		inv.CPUs = append(inv.CPUs, sci.CPUs{
			Units: p.Units, Cores: p.Cores, DieMM2: sci.Range{Mode: p.MM2}, MM2PerCore: sci.Range{Mode: p.MM2PerOne},
		})
	}
	for _, p := range in.RAM {
		inv.RAM = append(inv.RAM, sci.Modules{Units: p.Units, GB: p.GB, Density: sci.Range{Mode: p.Density}})
	}
	for _, p := range in.SSD {
		inv.SSDs = append(inv.SSDs, sci.Drives{Units: p.Units, GB: p.GB, Density: sci.Range{Mode: p.Density}})
	}
	for _, p := range in.HDD {
		inv.HDDs += max(p.Units, 1)
	}
	for _, p := range in.PSU {
		inv.PSUs = append(inv.PSUs, sci.PSUs{Units: p.Units, Kg: sci.Range{Mode: p.Kg}})
	}
	bill, err := inv.Bill()
	return billFigures(bill), err
}

// perSocket computes what the model of cloud hosts has for one.
func perSocket(raw json.RawMessage) (figures, error) {
	var in struct {
		Sockets  int     `json:"cpu_sockets"`
		MemoryGB float64 `json:"memory_gb"`
		SSD      int
		HDD      int
		GPU      int
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, err
	}
	hw := sci.Hardware{Sockets: in.Sockets, MemoryGB: in.MemoryGB, SSDs: in.SSD, HDDs: in.HDD, Accelerators: in.GPU}
	got := billFigures(hw.Bill())
	var server units.Carbon
	for _, p := range sci.ServerFor(hw).Parts() {
		server += p.TE
	}
	if kg := float64(server / units.Kilogram); !(tolerance{}).near(kg, got["te_kg"]) {
		return nil, fmt.Errorf("%v kg in a bill, %v kg in a server", got["te_kg"], kg)
	}
	return got, nil
}

func billFigures(b sci.Bill) figures {
	got := figures{"te_kg": float64(b.Total().TE() / units.Kilogram)}
	for _, e := range b {
		got["parts_kg."+e.Name()] = float64(e.TE() / units.Kilogram)
	}
	return got
}

// embodiedIFCompat computes what the Impact Framework prints.
func embodiedIFCompat(raw json.RawMessage) (figures, error) {
	var in struct {
		Duration   float64  `json:"duration_s"`
		VCPUs      *float64 `json:"vCPUs"`
		Memory     *float64
		SSD        float64
		HDD        float64
		GPU        float64
		UsageRatio *float64 `json:"usage-ratio"`
		Config     map[string]float64
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, err
	}
	m := ifcompat.Default()
	keys := map[string]*float64{
		"bv": &m.VCPUs, "baseline-vcpus": &m.VCPUs,
		"bm": &m.MemoryGB, "baseline-memory": &m.MemoryGB,
		"be": &m.Emissions, "baseline-emissions": &m.Emissions,
		"life": &m.Lifespan, "lifespan": &m.Lifespan,
		"vcpu": &m.PerVCPU, "vcpu-emissions-constant": &m.PerVCPU,
		"mem": &m.PerGB, "memory-emissions-constant": &m.PerGB,
		"ssd": &m.PerSSD, "ssd-emissions-constant": &m.PerSSD,
		"hdd": &m.PerHDD, "hdd-emissions-constant": &m.PerHDD,
		"gpu": &m.PerGPU, "gpu-emissions-constant": &m.PerGPU,
	}
	for key, v := range in.Config {
		at, known := keys[key]
		if !known {
			return nil, fmt.Errorf("configuration %q", key)
		}
		*at = v
	}
	g, err := m.EmbodiedGrams(ifcompat.Machine{
		Duration: in.Duration, VCPUs: in.VCPUs, MemoryGB: in.Memory,
		SSD: in.SSD, HDD: in.HDD, GPU: in.GPU, UsageRatio: in.UsageRatio,
	})
	return figures{"embodied_g": g}, err
}

// timeResample takes a gauge that was read once a second to longer buckets.
func timeResample(raw json.RawMessage) (figures, error) {
	var in struct {
		Samples []float64 `json:"samples_per_second"`
		Method  string
		Bucket  int `json:"bucket_s"`
	}
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, err
	}
	if in.Method != "mean" && in.Method != "sum" {
		return nil, fmt.Errorf("method %q: want mean or sum", in.Method)
	}
	at := func(s int) time.Time { return time.Unix(int64(s), 0) }
	var levels []sci.Level[units.Power]
	for i, v := range in.Samples {
		levels = append(levels, sci.Level[units.Power]{Start: at(i), End: at(i + 1), Value: units.Power(v)})
	}
	edges, err := sci.Edges(at(0), at(len(in.Samples)), time.Duration(in.Bucket)*time.Second)
	if err != nil {
		return nil, err
	}
	means, err := sci.ResampleMean(levels, edges)
	if err != nil {
		return nil, err
	}
	sums, err := sci.ResampleEnergy(levels, edges)
	return figures{"mean": float64(means[0].Value), "sum": float64(sums[0].Value)}, err
}
