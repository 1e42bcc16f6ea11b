package render

import (
	"strconv"

	"github.com/scimeter/scimeter/sci"
)

// A part is a component of a document, flat, with what it emitted.
type part struct {
	*sci.ComponentStatement
	path  string // JSON pointer
	depth int
	tenure,
	under string // of it or of what it is part of; the ids above it

	o, m, c             *sci.Figure // nil: neither stated nor to be worked out
	oWorked, mWorked    bool        // from other figures of the document
	site                *sci.SiteStatement
	grid                *sci.GridStatement
	hardware            []device
	incompleteHardwareM bool // a device has no M: the one of the component stands for all
}

// A device is hardware of a part, with its M.
type device struct {
	*sci.Embodies
	path   string
	m      *sci.Figure
	worked bool
}

// parts returns the components of d and their parts, each before its own.
func parts(d *sci.Disclosure) []part {
	var all []part
	flatten(d, d.Components, part{path: "/components", depth: -1}, &all)
	return all
}

func flatten(d *sci.Disclosure, components []sci.ComponentStatement, above part, all *[]part) {
	for i := range components {
		c := &components[i]
		p := part{
			ComponentStatement: c,
			path:               above.path + "/" + strconv.Itoa(i),
			depth:              above.depth + 1,
			tenure:             c.Tenure,
			under:              above.under,
			site:               c.Site,
			grid:               c.Grid,
		}
		if p.tenure == "" {
			p.tenure = above.tenure
		}
		if p.site == nil {
			p.site = &d.Site
		}
		if p.grid == nil {
			p.grid = &d.Grid
		}
		p.workOut()
		*all = append(*all, p)
		below := p
		below.path += "/parts"
		below.under += c.ID + " / "
		flatten(d, c.Parts, below, all)
	}
}

// workOut finds O, M and their sum: as stated, else from the other figures.
func (p *part) workOut() {
	for i := range p.Hardware {
		p.hardware = append(p.hardware, deviceOf(&p.Hardware[i], p.path+"/hardware/"+strconv.Itoa(i)))
		p.incompleteHardwareM = p.incompleteHardwareM || p.hardware[i].m == nil
	}
	p.o, p.m, p.c = p.Operational, p.Embodied, p.Carbon
	if p.o == nil {
		p.o = times(p.energy(), p.grid.Value)
		p.oWorked = p.o != nil
	}
	if p.m == nil && len(p.hardware) > 0 && !p.incompleteHardwareM {
		p.m, p.mWorked = sci.Exactly(0), true
		for _, h := range p.hardware {
			p.m = plus(p.m, h.m)
		}
	}
	if p.c == nil && (p.o != nil || p.m != nil) {
		p.c = plus(p.o, p.m)
	}
}

// energy returns that at the facility's meter.
func (p *part) energy() *sci.Figure {
	if p.Facility != nil {
		return p.Facility
	}
	return times(p.IT, p.site.PUE)
}

func deviceOf(e *sci.Embodies, path string) device {
	h := device{Embodies: e, path: path, m: e.M}
	if h.m == nil {
		h.m = over(times(times(e.TE, e.Reserved), h.share()), e.Lifespan)
		h.worked = h.m != nil
	}
	return h
}

// share returns the share of the resources, RR/ToR.
func (h device) share() *sci.Figure {
	if h.Share != nil {
		return h.Share
	}
	return over(h.RR, h.ToR)
}

func times(a, b *sci.Figure) *sci.Figure {
	if a == nil || b == nil {
		return nil
	}
	return finite(a.Value * b.Value)
}

func over(a, b *sci.Figure) *sci.Figure {
	if a == nil || b == nil || b.Value == 0 {
		return nil
	}
	return finite(a.Value / b.Value)
}

// plus returns the sum of what is known of the two.
func plus(a, b *sci.Figure) *sci.Figure { return finite(a.Or(0) + b.Or(0)) }

// finite returns v as a figure; nil where it is none.
func finite(v float64) *sci.Figure {
	if v-v != 0 {
		return nil
	}
	return sci.Exactly(v)
}
