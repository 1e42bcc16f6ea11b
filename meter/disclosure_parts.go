package meter

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// components are the parts of u: the host with its zones, and each accelerator.
// Their figures add up to those of u.
func (u Usage) components() []sci.ComponentStatement {
	host := sci.ComponentStatement{ID: "host", Kind: "server", Nature: source.NatureEstimated.String(), Source: u.Method.Server.Source}
	var cards []sci.ComponentStatement
	m := u.Embodied
	for _, z := range u.Zones {
		if z.Zone.Beside && z.Charged == 0 {
			continue
		}
		part := u.component(z)
		m -= z.Embodied
		if z.TE > 0 || z.Zone.Kind == source.GPU || z.Zone.Kind == source.Module {
			cards = append(cards, part)
		} else {
			host.Parts = append(host.Parts, part)
		}
	}
	host.Hardware = []sci.Embodies{u.embodies("host", u.Method.Server.Embodied*hostShare(u.Method.Server), max(0, m))}
	if !u.Method.Server.Default {
		host.Hardware[0].Stages = nil // of what was given nobody has said which there are
	}
	host.Hardware[0].Source, host.Hardware[0].Basis = u.Method.Server.Source, "share of the machine that is set aside, or used"
	host.Embodied = host.Hardware[0].M
	return append([]sci.ComponentStatement{host}, cards...)
}

// hostShare is the part of a host that the machine is, of all that it embodies.
func hostShare(s sci.Server) units.Carbon {
	other, memory := orOne(s.Share), orOne(s.MemoryShare)
	if s.MemoryShare == 0 {
		memory = other
	}
	if s.Embodied <= 0 {
		return units.Carbon(other)
	}
	return (units.Carbon(other)*(s.Embodied-s.Memory) + units.Carbon(memory)*s.Memory) / s.Embodied
}

// component is one zone. What nobody runs on embodies nothing of its own: the
// host has it.
func (u Usage) component(z ZoneTotal) sci.ComponentStatement {
	o := z.Zone.Origin
	facility := u.Method.Site.PUE.Of(units.Energy(z.Charged.Joules()))
	c := sci.ComponentStatement{
		ID: z.Zone.ID, Kind: z.Zone.Kind.String(), Method: o.Method.String(), Source: o.Name, Nature: natureOf([]ZoneTotal{z}).String(),
		IT: kWh(z.Charged), Facility: sci.Exactly(facility.KWh()), Idle: kWh(z.Static), IdleTaken: u.idleExcluded(),
		Operational: sci.Exactly(float64(z.Operational)), Coverage: []string{z.Zone.Kind.String()},
	}
	if facility > 0 {
		c.Grid = &sci.GridStatement{Value: sci.Exactly(float64(z.Operational) / facility.KWh())}
	}
	if z.TE > 0 {
		c.Hardware = []sci.Embodies{u.embodies(z.Zone.Model, z.TE, z.Embodied)}
		c.Hardware[0].Basis, c.Hardware[0].Source = "share of the card that is held", "accelerator table of package sci, or meter.WithAccelerators"
		c.Embodied = c.Hardware[0].M
	} else {
		c.NoHardware = "what the host embodies is in the component host"
	}
	return c
}

// embodies is a device of which m was charged: with the share that comes to.
func (u Usage) embodies(name string, te, m units.Carbon) sci.Embodies {
	el := lifespan(u.Method.Server)
	e := sci.Embodies{
		Name: name, TE: sci.Exactly(float64(te)), M: sci.Exactly(float64(m)), Nature: source.NatureEstimated.String(),
		Stages:   []string{sci.StageMaterials, sci.StageManufacturing},
		Reserved: sci.Exactly(u.Measured.Hours()), Lifespan: sci.Exactly(el.Hours()),
	}
	if whole := float64(te) * u.Measured.Hours() / el.Hours(); whole > 0 {
		e.Share = sci.Exactly(min(1, float64(m)/whole))
	}
	return e
}

func lifespan(s sci.Server) time.Duration {
	if s.Lifespan == 0 {
		return sci.DefaultLifespan
	}
	return s.Lifespan
}

func joined(set map[string]bool) string { return strings.Join(slices.Sorted(maps.Keys(set)), ", ") }

// yearIn returns the year that the name of a table ends in, such as
// "ember-2024"; 0 if it ends in none.
func yearIn(name string) int {
	i := strings.LastIndexByte(name, '-')
	year, err := strconv.Atoi(name[i+1:])
	if err != nil || year < 1990 || year > 2200 {
		return 0
	}
	return year
}
