package sci

import (
	"fmt"
	"math"

	"github.com/scimeter/scimeter/units"
)

// Hardware is what a machine shows of itself.
type Hardware struct {
	Sockets  int     // 0: not known, counts as 1
	CPUs     int     // logical processors, vCPUs of a virtual machine; 0: not known, counts as 1
	MemoryGB float64 // 0: not known, counts as 16, or as 4 per vCPU
	Virtual  bool    // a virtual machine on a host nobody told of
}

// The model of the Cloud Carbon Footprint (cloud-carbon-coefficients,
// Apache-2.0), after the life cycle assessment of the Dell R740: a server of
// one processor and 16 GB, further processors, and memory.
const (
	baseServer     = 1000 * units.Kilogram
	perSocket      = 100 * units.Kilogram
	baseMemoryGB   = 16.0
	perGB          = 533.0 / 384 * units.Kilogram
	hostSockets    = 2
	hostCPUs       = 96
	hostMemoryGB   = 384.0 // of a host with two sockets and 96 vCPUs: 1610.79 kg
	perVCPU        = (baseServer + (hostSockets-1)*perSocket - baseMemoryGB*perGB) / hostCPUs
	memoryPerVCPU  = hostMemoryGB / hostCPUs
	modelCitation  = "Cloud Carbon Footprint coefficients, after Dell R740 LCA"
	largestSockets = 1 << 10

	largestCPUs     = 1 << 20
	largestMemoryGB = 1e9
)

// ServerFor returns the default for a machine that shows no more than hw,
// with the standard uncertainty the default deserves. Its Source starts with
// "default" and its Default is set.
//
// A machine that is not virtual gets 1000 kg, 100 kg per socket beyond the
// first and 533/384 kg per GB beyond 16. A virtual one gets a part of a host of
// two sockets, 384 GB and 96 vCPUs: 11.2 kg per vCPU and 533/384 kg per GB,
// which is 16.8 kg per vCPU of 4 GB, with [UnknownHostSigma].
func ServerFor(hw Hardware) Server {
	hw = hw.known()
	if hw.Virtual {
		memory := units.Carbon(hw.MemoryGB) * perGB
		what := fmt.Sprintf("part of an unknown cloud host, %d vCPU and %.4g GB", hw.CPUs, hw.MemoryGB)
		return defaultServer(units.Carbon(hw.CPUs)*perVCPU+memory, memory, UnknownHostSigma, what)
	}
	te, memory := bareMetal(hw.Sockets, hw.MemoryGB)
	what := fmt.Sprintf("server, %d sockets and %.4g GB", hw.Sockets, hw.MemoryGB)
	return defaultServer(te, memory, ServerSigma, what)
}

func defaultServer(te, memory units.Carbon, sigma float64, what string) Server {
	return Server{
		Embodied: te,
		Memory:   memory,
		Sigma:    sigma,
		Source:   "default: " + what + " (" + modelCitation + ")",
		Default:  true,
	}
}

// known returns hw with what is not known, or absurd, filled in.
func (hw Hardware) known() Hardware {
	hw.Sockets = min(max(hw.Sockets, 1), largestSockets)
	hw.CPUs = min(max(hw.CPUs, 1), largestCPUs)
	if !(hw.MemoryGB > 0) || math.IsInf(hw.MemoryGB, 0) {
		hw.MemoryGB = baseMemoryGB
		if hw.Virtual {
			hw.MemoryGB = float64(hw.CPUs) * memoryPerVCPU
		}
	}
	hw.MemoryGB = min(hw.MemoryGB, largestMemoryGB)
	return hw
}

func bareMetal(sockets int, memoryGB float64) (te, memory units.Carbon) {
	te = baseServer + units.Carbon(sockets-1)*perSocket + units.Carbon(memoryGB-baseMemoryGB)*perGB
	return te, units.Carbon(memoryGB) * perGB
}
