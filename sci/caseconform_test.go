package sci_test

import (
	"encoding/json"
	"strings"

	"github.com/scimeter/scimeter/sci"
)

// conformance holds a system against every profile. Outcomes are the keys: the
// profile, and "pass" or "fail:" with the code of the first rule that is broken.
func conformance(raw json.RawMessage) (figures, error) {
	var in systemInputs
	if err := json.Unmarshal(raw, &in); err != nil {
		return nil, err
	}
	d := in.disclosure()
	got := figures{}
	for _, p := range sci.Profiles() {
		got[string(p)+"="+outcome(sci.Conform(d, p))] = 1
	}
	return got, nil
}

func outcome(verdicts []sci.Verdict) string {
	for _, v := range verdicts {
		if v.Outcome == sci.Fail && strings.HasPrefix(v.Level, sci.LevelShall) {
			return "fail:" + v.Code
		}
	}
	return "pass"
}

// disclosure states what the inputs state, and nothing else.
func (in systemInputs) disclosure() *sci.Disclosure {
	d := &sci.Disclosure{Schema: sci.DisclosureSchema, Unit: sci.FunctionalUnit{Name: in.Unit, Scale: in.Per}}
	if in.FunctionalUnits != nil {
		d.Unit.Total = sci.Exactly(*in.FunctionalUnits)
	}
	for _, c := range in.Components {
		s := sci.ComponentStatement{ID: c.ID, Grid: &sci.GridStatement{Kind: c.IntensityKind, Approach: c.IntensityMethod}}
		if c.Intensity != nil {
			s.Grid.Value = sci.Exactly(float64(*c.Intensity))
		}
		if c.PUE != nil {
			s.Site = &sci.SiteStatement{PUE: sci.Exactly(float64(*c.PUE))}
		}
		switch {
		case c.EnergyKWh == 0:
		case c.EnergyScope == "it":
			s.IT = sci.Exactly(c.EnergyKWh)
		default:
			s.Facility = sci.Exactly(c.EnergyKWh)
		}
		if c.Operational != nil {
			s.Operational = sci.Exactly(float64(*c.Operational))
		}
		if c.EmbodiedGiven != 0 {
			s.Embodied = sci.Exactly(float64(c.EmbodiedGiven))
		}
		for _, e := range c.Embodied {
			s.Hardware = append(s.Hardware, e.statement())
		}
		d.Components = append(d.Components, s)
	}
	return d
}

func (e embodiedInputs) statement() sci.Embodies {
	h := sci.Embodies{TE: sci.Exactly(float64(e.TE)), Reserved: sci.Exactly(e.TiR), Lifespan: sci.Exactly(e.EL)}
	if e.RR != nil && e.ToR != nil {
		h.RR, h.ToR = sci.Exactly(*e.RR), sci.Exactly(*e.ToR)
	}
	return h
}
