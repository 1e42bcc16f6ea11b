package sci

import (
	"time"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// A Server is what the hardware under a program embodies. The zero Server is a
// default: a meter scales it to the machine by [ServerFor] and labels it so,
// and elsewhere it stands for a machine with one socket and 16 GB.
type Server struct {
	Embodied units.Carbon  // TE of the whole host, without accelerators; 0: a default
	Memory   units.Carbon  // the part of Embodied that is memory
	Lifespan time.Duration // EL; 0: DefaultLifespan

	// Share is the part of the host that is this machine, such as the vCPUs of
	// a virtual machine over those of its host; 0 stands for 1. MemoryShare is
	// that of the memory; 0 stands for Share.
	Share, MemoryShare float64

	Sigma         float64 // of Embodied, ln of a geometric standard deviation; 0: ServerSigma
	LifespanSigma float64 // of Lifespan, relative; 0: LifespanSigma

	Source  string // where Embodied comes from
	Default bool   // nobody gave Embodied: it is a default, which Source says

	// Accelerators come on top of the host, each with a share of its own. Of
	// and OfParts leave them out; Accrue has them in.
	Accelerators []Part

	// HasAccelerators says that Embodied has the accelerators in it, as the
	// footprint of a whole machine has: Check refuses Accelerators then.
	HasAccelerators bool
}

// Standard uncertainties of embodied carbon. Those of TE are the logarithm of
// a geometric standard deviation, that of the lifespan is relative.
const (
	ServerSigma      = 0.4054651081081644 // ln 1.5; an engineering choice
	GPUSigma         = 0.6418538861723947 // ln 1.9; accelerators of one class are put at 164 to 575 kg
	UnknownHostSigma = 0.7884573603642703 // ln 2.2; an engineering choice
	LifespanSigma    = 0.20               // servers are written off over 3 to 6 years
)

// Ids of the inputs of M in an [Uncertainty].
const (
	HostID     = "te.host"  // TE of all parts of a host
	GPUID      = "te.gpu"   // TE of accelerators
	LifespanID = "lifespan" // EL
)

// IsZero reports whether s says nothing of its own about TE.
func (s Server) IsZero() bool { return s.Embodied == 0 }

// Check refuses figures that no hardware has: negative or not finite, a memory
// that embodies more than the whole, shares outside 0 and 1, a negative
// lifespan. It refuses accelerators that are in Embodied and given, too.
func (s Server) Check() error {
	switch {
	case !isFinite(float64(s.Embodied)) || !isFinite(float64(s.Memory)):
		return refuse(ErrNotFinite, "server with TE of %v g and %v g of memory", float64(s.Embodied), float64(s.Memory))
	case s.Embodied < 0 || s.Memory < 0:
		return refuse(ErrNegativeCarbon, "server with TE of %v g and %v g of memory", float64(s.Embodied), float64(s.Memory))
	case s.Memory > s.Embodied:
		return refuse(ErrShare, "server with TE of %v g, %v g of it memory", float64(s.Embodied), float64(s.Memory))
	case s.HasAccelerators && len(s.Accelerators) > 0:
		return refuse(ErrAcceleratorsTwice, "server whose TE has accelerators in it, and %d of them", len(s.Accelerators))
	case s.Lifespan < 0:
		return refuse(ErrLifespan, "server with a lifespan of %v", s.Lifespan)
	case !fraction(s.Share) || !fraction(s.MemoryShare):
		return refuse(ErrShare, "server with shares %v and %v", s.Share, s.MemoryShare)
	case !amount(s.Sigma) || !amount(s.LifespanSigma):
		return refuse(ErrUncertainty, "server with uncertainties %v and %v", s.Sigma, s.LifespanSigma)
	}
	for _, p := range s.Accelerators {
		if err := p.check(); err != nil {
			return err
		}
	}
	return nil
}

// Of returns M of a share of this machine, accelerators left out, for a time:
// TE·(d/EL)·Share·share, memory and the rest each with its own share of the
// host. A share counts as within 0 and 1. It allocates nothing.
func (s Server) Of(d time.Duration, share float64) units.Carbon {
	other, memory := s.OfParts(d, share, share)
	return other + memory
}

// OfParts returns M as Of does, where another share of the memory is held than
// of the rest, of which the CPUs are the measure. It allocates nothing.
func (s Server) OfParts(d time.Duration, cpuShare, memoryShare float64) (other, memory units.Carbon) {
	o, m := s.host()
	return o.Of(d, s.Lifespan, cpuShare), m.Of(d, s.Lifespan, memoryShare)
}

// Accrue returns M of all parts, accelerators too, for a time, and its
// uncertainty by input. The share of each part is what share returns for its
// kind: [source.CPU] for all of the host but its memory.
func (s Server) Accrue(d time.Duration, share func(source.Kind) float64) (units.Carbon, Uncertainty) {
	var total sum
	u := Uncertainty{}
	for _, p := range s.Parts() {
		m := float64(p.Of(d, s.Lifespan, share(p.Kind)))
		total.add(m)
		u[p.ID] = finite(u[p.ID] + m*p.Sigma)
	}
	u[LifespanID] = finite(total.value() * orElse(s.LifespanSigma, LifespanSigma))
	return units.Carbon(total.value()), u
}

// Uncertainty returns the uncertainty by input of an M of the host, as Of
// returns it or the two figures of OfParts added.
func (s Server) Uncertainty(m units.Carbon) Uncertainty {
	o, _ := s.host()
	return Uncertainty{
		HostID:     finite(float64(m) * o.Sigma),
		LifespanID: finite(float64(m) * orElse(s.LifespanSigma, LifespanSigma)),
	}
}

// Parts returns all that embodies carbon, with no default left open: the host
// without its memory, the memory, and the accelerators.
func (s Server) Parts() []Part {
	other, memory := s.host()
	parts := append([]Part{other, memory}, s.Accelerators...)
	for i, p := range parts {
		id, sigma := HostID, ServerSigma
		if p.Kind == source.GPU {
			id, sigma = GPUID, GPUSigma
		}
		if p.ID == "" {
			parts[i].ID = id
		}
		parts[i].Sigma = orElse(p.Sigma, sigma)
		parts[i].Share = orElse(p.Share, 1)
	}
	return parts
}

// host returns the two parts of the host.
func (s Server) host() (other, memory Part) {
	te, ram := s.Embodied, s.Memory
	if s.IsZero() {
		te, ram = bareMetal(1, baseMemoryGB)
	}
	ram = max(min(ram, te), 0)
	share, sigma := orElse(s.Share, 1), orElse(s.Sigma, ServerSigma)
	other = Part{Name: "host", Kind: source.CPU, TE: te - ram, Share: share, Sigma: sigma, ID: HostID}
	memory = Part{Name: "memory", Kind: source.Memory, TE: ram, Share: orElse(s.MemoryShare, share), Sigma: sigma, ID: HostID}
	return other, memory
}

func orElse(f, otherwise float64) float64 {
	if f == 0 {
		return otherwise
	}
	return f
}

// For returns s, or, where s says nothing of its own about TE, the default for
// hw with what else s says kept. Where s has the Share of a virtual machine,
// the default is that of a whole cloud host.
func (s Server) For(hw Hardware) Server {
	if !s.IsZero() {
		return s
	}
	d := ServerFor(hw)
	if hw.Virtual && s.Share != 0 {
		d = ServerFor(Hardware{Sockets: hostSockets, MemoryGB: hostMemoryGB})
		d.Sigma = UnknownHostSigma
	}
	s.Embodied, s.Memory, s.Source, s.Default = d.Embodied, d.Memory, d.Source, true
	s.Sigma = orElse(s.Sigma, d.Sigma)
	if len(s.Accelerators) == 0 && !s.HasAccelerators {
		s.Accelerators = d.Accelerators
	}
	return s
}
