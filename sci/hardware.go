package sci

import (
	"fmt"
	"math"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// Hardware is what a machine shows of itself.
type Hardware struct {
	Sockets  int     // 0: not known, counts as 1
	CPUs     int     // logical processors, vCPUs of a virtual machine; 0: not known, counts as 1
	MemoryGB float64 // 0: not known, counts as 16, or as 4 per vCPU
	Virtual  bool    // a virtual machine on a host nobody told of

	// Drives and accelerators that are in it, of which no more is known; those
	// of a virtual machine are not counted. An accelerator that has a name is
	// better found in the [AcceleratorTable].
	SSDs, HDDs, Accelerators int
}

// The model of the Cloud Carbon Footprint (cloud-carbon-coefficients,
// Apache-2.0), after the life cycle assessment of the Dell R740: a server of
// one processor and 16 GB, further processors, and memory.
const (
	baseServer     = 1000 * units.Kilogram
	perSocket      = 100 * units.Kilogram
	baseMemoryGB   = 16.0
	perGB          = 533.0 / 384 * units.Kilogram
	perSSD         = 100 * units.Kilogram
	perHDD         = 50 * units.Kilogram
	perAccelerator = 150 * units.Kilogram
	hostSockets    = 2
	hostCPUs       = 96
	hostMemoryGB   = 384.0 // of a host with two sockets and 96 vCPUs: 1610.79 kg
	perVCPU        = (baseServer + (hostSockets-1)*perSocket - baseMemoryGB*perGB) / hostCPUs
	memoryPerVCPU  = hostMemoryGB / hostCPUs
	modelCitation  = "Cloud Carbon Footprint coefficients, after Dell R740 LCA"
	largestSockets = 1 << 10

	largestCPUs     = 1 << 20
	largestDevices  = 1 << 16
	largestMemoryGB = 1e9
)

// ServerFor returns the default for a machine that shows no more than hw,
// with the standard uncertainty the default deserves. Its Source starts with
// "default" and its Default is set.
//
// A machine that is not virtual gets 1000 kg, 100 kg per socket beyond the
// first, 533/384 kg per GB beyond 16, 100 kg per solid state and 50 kg per hard
// disk drive; accelerators, 150 kg each, come as parts of it. A virtual one gets a part of a host of
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
	te += units.Carbon(hw.SSDs)*perSSD + units.Carbon(hw.HDDs)*perHDD
	what := fmt.Sprintf("server, %d sockets and %.4g GB", hw.Sockets, hw.MemoryGB)
	if drives := hw.SSDs + hw.HDDs; drives > 0 {
		what += fmt.Sprintf(", %d drives", drives)
	}
	s := defaultServer(te, memory, ServerSigma, what)
	for range hw.Accelerators {
		s.Accelerators = append(s.Accelerators, Part{Name: "accelerator", Kind: source.GPU, TE: perAccelerator, Sigma: GPUSigma})
	}
	return s
}

// Bill returns what the model of [ServerFor] has for a machine that is not
// virtual, a line for each of "server", "cpu" (processors beyond the first),
// "ram", "ssd", "hdd" and "accelerator", as far as there are any. Low and High
// are a factor of 1.5 away, of accelerators 1.9: one standard deviation.
func (hw Hardware) Bill() Bill {
	hw = hw.known()
	b := new(billing)
	for _, l := range [...]struct {
		name   string
		kind   source.Kind
		te     units.Carbon
		spread float64
	}{
		{"server", source.CPU, baseServer - baseMemoryGB*perGB, ServerSigma},
		{"cpu", source.CPU, units.Carbon(hw.Sockets-1) * perSocket, ServerSigma},
		{"ram", source.Memory, units.Carbon(hw.MemoryGB) * perGB, ServerSigma},
		{"ssd", source.CPU, units.Carbon(hw.SSDs) * perSSD, ServerSigma},
		{"hdd", source.CPU, units.Carbon(hw.HDDs) * perHDD, ServerSigma},
		{"accelerator", source.GPU, units.Carbon(hw.Accelerators) * perAccelerator, GPUSigma},
	} {
		if kg := float64(l.te / units.Kilogram); kg > 0 {
			spread := math.Exp(l.spread)
			b.line(l.name, l.kind, Range{kg / spread, kg, kg * spread}, methodPerSocket, modelCitation, 0)
		}
	}
	return b.bill
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
	for _, n := range [...]*int{&hw.SSDs, &hw.HDDs, &hw.Accelerators} {
		*n = min(max(*n, 0), largestDevices)
	}
	return hw
}

func bareMetal(sockets int, memoryGB float64) (te, memory units.Carbon) {
	te = baseServer + units.Carbon(sockets-1)*perSocket + units.Carbon(memoryGB-baseMemoryGB)*perGB
	return te, units.Carbon(memoryGB) * perGB
}
