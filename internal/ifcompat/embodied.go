// Package ifcompat has the formulas of the Impact Framework 1.1.0 as they were
// published, wrong ones too: to reproduce its numbers when a manifest moves to
// Scimeter, never to make new ones. Each function says where it departs from its
// own source or from the specification. It is safe for concurrent use.
package ifcompat

import (
	"errors"
	"fmt"
	"math"
)

// ErrInput reports an input that the formulas do not take.
var ErrInput = errors.New("ifcompat: input is negative, not finite or below one second")

// A Model is the configuration of the plugin sci-embodied, in its own units:
// grams, seconds, gigabytes, and kilograms in PerGB.
type Model struct {
	VCPUs     float64 // baseline-vcpus
	MemoryGB  float64 // baseline-memory
	Emissions float64 // baseline-emissions, g
	Lifespan  float64 // lifespan, s

	PerVCPU float64 // vcpu-emissions-constant, g
	PerGB   float64 // memory-emissions-constant, kg
	PerSSD  float64 // ssd-emissions-constant, g
	PerHDD  float64 // hdd-emissions-constant, g
	PerGPU  float64 // gpu-emissions-constant, g
}

// Default returns what the plugin takes where a manifest configures nothing
// (Impact Framework 1.1.0, src/if-run/builtins/sci-embodied/index.ts:81-133).
//
// Its source, the coefficients of the Cloud Carbon Footprint, has 50 kg for a
// hard disk and 100 kg for an SSD: here they have changed places. It has 100 kg
// for a further processor socket: here it is for a further vCPU.
func Default() Model {
	return Model{
		VCPUs: 1, MemoryGB: 16, Emissions: 1_000_000, Lifespan: 126_144_000,
		PerVCPU: 100_000, PerGB: 533.0 / 384, PerSSD: 50_000, PerHDD: 100_000, PerGPU: 150_000,
	}
}

// A Machine is one input of the plugin. Nil figures take the baseline of the
// model, counts that are 0 are none.
type Machine struct {
	Duration        float64 // s; the plugin calls it time too
	VCPUs, MemoryGB *float64
	SSD, HDD, GPU   float64 // how many drives and cards
	UsageRatio      *float64
}

// TotalGrams returns the carbon of making the whole machine in grams, as the
// plugin has it. The term of memory is multiplied by MemoryGB/16 of the
// baseline, which no source asks for.
func (m Model) TotalGrams(in Machine) (float64, error) {
	vcpus, memory := orElse(in.VCPUs, m.VCPUs), orElse(in.MemoryGB, m.MemoryGB)
	if !amounts(vcpus, memory, in.SSD, in.HDD, in.GPU, m.VCPUs, m.MemoryGB, m.Emissions) ||
		!amounts(m.PerVCPU, m.PerGB, m.PerSSD, m.PerHDD, m.PerGPU) {
		return 0, fmt.Errorf("ifcompat: total embodied emissions: %w", ErrInput)
	}
	cpu := (vcpus - m.VCPUs) * m.PerVCPU
	ram := (memory - m.MemoryGB) * (m.PerGB * m.MemoryGB / 16) * 1000
	return finite(m.Emissions + cpu + ram + in.SSD*m.PerSSD + in.HDD*m.PerHDD + in.GPU*m.PerGPU)
}

// EmbodiedGrams returns carbon-embodied in grams: the total times the usage
// ratio times the duration over the lifespan. The error is [ErrInput] where the
// plugin refuses too, as it does a duration below one second.
func (m Model) EmbodiedGrams(in Machine) (float64, error) {
	total, err := m.TotalGrams(in)
	if err != nil {
		return 0, err
	}
	ratio := orElse(in.UsageRatio, 1)
	if !amounts(ratio, in.Duration) || in.Duration < 1 || !(m.Lifespan > 0) || math.IsInf(m.Lifespan, 0) {
		return 0, fmt.Errorf("ifcompat: embodied emissions of %v s: %w", in.Duration, ErrInput)
	}
	return finite(total * ratio * (in.Duration / m.Lifespan))
}

// EmbodiedGrams is that of the [Default] model.
func EmbodiedGrams(in Machine) (float64, error) { return Default().EmbodiedGrams(in) }

func orElse(f *float64, otherwise float64) float64 {
	if f == nil {
		return otherwise
	}
	return *f
}

func amounts(figures ...float64) bool {
	for _, f := range figures {
		if !(f >= 0) || math.IsInf(f, 0) {
			return false
		}
	}
	return true
}

func finite(f float64) (float64, error) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return 0, fmt.Errorf("ifcompat: result out of range: %w", ErrInput)
	}
	return f, nil
}
