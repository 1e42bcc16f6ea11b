package rapl

import (
	"fmt"

	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// Report returns what can be read now, and what not, with the reason: zones
// that fail or were lost, mirrors, and zones without an energy counter.
func (r *Reader) Report() source.Report {
	r.mu.Lock()
	defer r.mu.Unlock()
	var rep source.Report
	for _, z := range r.zones {
		if err := z.why(); err != nil {
			rep.Skipped = append(rep.Skipped, source.Skip{What: z.desc.ID, Err: err, Remedy: Remedy(err)})
		} else if z.proven && z.dev != nil {
			rep.Found = append(rep.Found, z.desc)
		}
		for _, dir := range z.mirrors {
			err := fmt.Errorf("rapl: open %s: %w: %s", dir, ErrMirror, z.desc.ID)
			rep.Skipped = append(rep.Skipped, source.Skip{What: dir, Err: err})
		}
	}
	rep.Skipped = append(rep.Skipped, r.aside...)
	for _, dir := range r.masked {
		if _, ok := parseDir(dir); ok {
			err := fmt.Errorf("rapl: open %s: %w", dir, ErrMasked)
			rep.Skipped = append(rep.Skipped, source.Skip{What: dir, Err: err, Remedy: maskedRemedy})
		}
	}
	rep.Assumed = r.assumed()
	return rep
}

// assumed compares psys, where it counts, with what it stands for.
func (r *Reader) assumed() []source.Assumption {
	if !r.platform {
		return nil
	}
	var platform, parts units.Microjoules
	for _, z := range r.zones {
		switch z.key.domain {
		case DomainPsys:
			platform += units.Microjoules(z.total)
		case DomainPackage, DomainDRAM:
			parts += units.Microjoules(z.total)
		}
	}
	a := source.Assumption{
		What: "rapl/psys", Value: "in place of package and dram",
		Why: fmt.Sprintf("WithPlatform; since Open %v J beside %v J", platform.Joules(), parts.Joules()),
	}
	if platform < parts {
		a.Remedy = "leave out WithPlatform: psys of this board covers less than the processor"
	}
	return []source.Assumption{a}
}
