package rapl

import (
	"slices"

	"github.com/scimeter/scimeter/internal/machine"
	"github.com/scimeter/scimeter/source"
)

// What a zone never exceeds where it does not say, in µW, and how far the
// ratings of zones are believed. [E]
const (
	packagePower = 1000e6
	dramPower    = 200e6
	psysPower    = 4000e6
	maxRated     = 10_000e6
)

// Relative standard uncertainties. [E]: package counters agree with meters
// within a few percent, memory counters less well (Desrochers et al., A
// Validation of DRAM RAPL Power Measurements, 2016).
const (
	packageSigma = 0.03
	dramSigma    = 0.10
)

// usualPower returns P_cap of a domain that states no power. Where it states
// one, P_cap is three times that, but not below a quarter of this: a part
// rated at 15 W draws four times as much for half a minute.
func usualPower(d Domain) uint64 {
	switch d {
	case DomainDRAM:
		return dramPower
	case DomainPsys:
		return psysPower
	}
	return packagePower
}

// modelled are the family 6 models whose counters are computed from events and
// not measured: Sandy Bridge and Ivy Bridge (Hackenberg et al., 2015: Haswell
// is the first to measure).
var modelled = []int{0x2A, 0x2D, 0x3A, 0x3E}

// A host is what discovery needs to know of the machine.
type host struct {
	virtual bool
	amd     bool
	nature  source.Nature // of what its counters say; zero: measured
}

func readHost(proc, sys string) host {
	f := machine.Read(proc, sys)
	h := host{
		virtual: f.Hypervisor,
		amd:     f.Vendor == "AuthenticAMD" || f.Vendor == "HygonGenuine",
	}
	old := f.Vendor == "GenuineIntel" && f.Family == 6 && slices.Contains(modelled, f.Code)
	if h.virtual || h.amd || old {
		h.nature = source.NatureEstimated
	}
	return h
}
